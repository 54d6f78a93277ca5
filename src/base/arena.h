// Memory for texts that live as long as one record: bump allocation, freed together.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <type_traits>
#include <vector>

namespace tokentrail {

class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  /// `size` uninitialised bytes, valid until Reset().
  char* Allocate(size_t size) {
    if (size > left_) Grow(size);
    char* out = next_;
    next_ += size;
    left_ -= size;
    return out;
  }

  /// A copy of the objects, which nothing will destroy.
  template <typename T>
  T* Copy(const std::vector<T>& objects) {
    static_assert(std::is_trivially_destructible_v<T>);
    constexpr uintptr_t kLast = alignof(T) - 1;
    char* const room = Allocate(objects.size() * sizeof(T) + kLast);
    T* const out = reinterpret_cast<T*>((reinterpret_cast<uintptr_t>(room) + kLast) & ~kLast);
    std::uninitialized_copy(objects.begin(), objects.end(), out);
    return out;
  }

  std::string_view Copy(std::string_view text) {
    if (text.empty()) return {};
    char* out = Allocate(text.size());
    std::memcpy(out, text.data(), text.size());
    return {out, text.size()};
  }

  /// Forgets everything; keeps the first chunk.
  void Reset() {
    if (chunks_.empty()) return;
    chunks_.resize(1);
    next_ = chunks_[0].get();
    left_ = kChunk;
  }

 private:
  static constexpr size_t kChunk = 64 << 10;

  void Grow(size_t size) {
    const size_t bytes = chunks_.empty() || size < kChunk ? std::max(kChunk, size) : size;
    // The first chunk always has the standard size, so Reset() may rely on it.
    if (chunks_.empty() && size > kChunk) chunks_.push_back(std::make_unique<char[]>(kChunk));
    chunks_.push_back(std::make_unique<char[]>(bytes));
    next_ = chunks_.back().get();
    left_ = bytes;
  }

  std::vector<std::unique_ptr<char[]>> chunks_;
  char* next_ = nullptr;
  size_t left_ = 0;
};

}  // namespace tokentrail
