// A queue that is sorted by time and grows from nothing: there are a million of them.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace tokentrail::sigma {

/// T has a `time` and can be copied like bytes.
template <typename T>
class Ring {
 public:
  uint32_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  size_t bytes() const { return capacity_ * sizeof(T); }

  T& operator[](uint32_t i) { return items_[(begin_ + i) & (capacity_ - 1)]; }
  const T& operator[](uint32_t i) const { return items_[(begin_ + i) & (capacity_ - 1)]; }
  const T& front() const { return (*this)[0]; }
  /// Of the first and the last, without a look at them, which would cost a cache miss each.
  int64_t first_time() const { return first_time_; }
  int64_t last_time() const { return last_time_; }

  void PopFront() {
    begin_ = (begin_ + 1) & (capacity_ - 1);
    if (--size_ > 0) first_time_ = front().time;
  }

  /// Behind all that are not newer.
  void Insert(const T& item) {
    if (size_ == capacity_) Grow();
    uint32_t at = size_++;
    if (at == 0) {
      first_time_ = last_time_ = item.time;
    } else if (item.time >= last_time_) {
      last_time_ = item.time;
      (*this)[at] = item;
      return;
    }
    first_time_ = std::min(first_time_, item.time);
    for (; at > 0 && (*this)[at - 1].time > item.time; --at) (*this)[at] = (*this)[at - 1];
    (*this)[at] = item;
  }

 private:
  void Grow() {
    const uint32_t capacity = capacity_ == 0 ? 2 : capacity_ * 2;
    auto items = std::make_unique<T[]>(capacity);
    for (uint32_t i = 0; i < size_; ++i) items[i] = (*this)[i];
    items_ = std::move(items);
    capacity_ = capacity;
    begin_ = 0;
  }

  std::unique_ptr<T[]> items_;
  uint32_t capacity_ = 0;  ///< a power of two, or nothing
  uint32_t begin_ = 0;
  uint32_t size_ = 0;
  int64_t first_time_ = 0;
  int64_t last_time_ = 0;
};

}  // namespace tokentrail::sigma
