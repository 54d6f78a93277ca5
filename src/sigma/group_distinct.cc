// What value_count remembers of a group.

#include <tsl/robin_map.h>

#include <algorithm>

#include "base/id.h"
#include "sigma/group_state.h"

namespace tokentrail::sigma {
namespace {

/// value_count: the values seen last, each with its last time.
class Distinct final : public GroupState {
 public:
  void Take(const Counting& counting, const Arrival& arrival) override {
    for (const Id& value : arrival.values) {
      uint32_t at = Find(value);
      if (at != kNone) {
        if (seen_[at].time > arrival.time) continue;
        Unlink(at);
      } else {
        if (size_ >= counting.keep) {
          lost_ = std::max(lost_, seen_[head_].time);
          Drop(head_);
        }
        at = New(value);
      }
      seen_[at].time = arrival.time;
      seen_[at].mark = arrival.mark;
      Link(at);
    }
  }

  Verdict Judge(const Counting& counting, const Window& window) override {
    Verdict out;
    if (seen_[tail_].time <= window.last) {
      while (seen_[head_].time < window.first) Drop(head_);
      out.measure = size_;
      out.first = seen_[head_].time;
    } else {
      out.first = window.last;
      for (uint32_t at = tail_; at != kNone; at = seen_[at].before) {
        if (!window.Has(seen_[at].time)) continue;
        ++out.measure;
        out.first = seen_[at].time;
      }
    }
    out.saturated = lost_ >= window.first;
    out.holds = counting.Meets(out.measure);
    return out;
  }

  void Cite(const Counting&, const Window& window, std::vector<Mark>& out) const override {
    size_t left = kMaxCited;
    for (uint32_t at = tail_; at != kNone && left > 0; at = seen_[at].before) {
      if (!window.Has(seen_[at].time)) continue;
      out.push_back(seen_[at].mark);
      --left;
    }
  }

  size_t bytes() const override {
    const size_t index = index_ == nullptr ? 0 : index_->bucket_count() * 32;
    return sizeof(*this) + seen_.capacity() * sizeof(Seen) + index;
  }

 private:
  static constexpr uint32_t kNone = ~uint32_t{0};
  /// Up to here values are looked for one by one.
  static constexpr uint32_t kSmall = 16;

  struct Seen {
    Id value;
    int64_t time = 0;
    Mark mark = 0;
    uint32_t before = kNone;
    uint32_t after = kNone;
  };

  uint32_t Find(const Id& value) const {
    if (index_ != nullptr) {
      const auto it = index_->find(value);
      return it == index_->end() ? kNone : it->second;
    }
    for (uint32_t at = tail_; at != kNone; at = seen_[at].before) {
      if (seen_[at].value == value) return at;
    }
    return kNone;
  }

  uint32_t New(const Id& value) {
    uint32_t at = free_;
    if (at != kNone) {
      free_ = seen_[at].after;
    } else {
      at = static_cast<uint32_t>(seen_.size());
      seen_.emplace_back();
    }
    seen_[at].value = value;
    ++size_;
    if (index_ != nullptr) {
      index_->emplace(value, at);
    } else if (size_ > kSmall) {
      index_ = std::make_unique<Index>();
      for (uint32_t each = tail_; each != kNone; each = seen_[each].before) {
        index_->emplace(seen_[each].value, each);
      }
      index_->emplace(value, at);
    }
    return at;
  }

  /// Puts it where its time belongs, which is the end unless time went back.
  void Link(uint32_t at) {
    uint32_t before = tail_;
    while (before != kNone && seen_[before].time > seen_[at].time) before = seen_[before].before;
    const uint32_t after = before == kNone ? head_ : seen_[before].after;
    seen_[at].before = before;
    seen_[at].after = after;
    (before == kNone ? head_ : seen_[before].after) = at;
    (after == kNone ? tail_ : seen_[after].before) = at;
  }

  void Unlink(uint32_t at) {
    const Seen& seen = seen_[at];
    (seen.before == kNone ? head_ : seen_[seen.before].after) = seen.after;
    (seen.after == kNone ? tail_ : seen_[seen.after].before) = seen.before;
  }

  void Drop(uint32_t at) {
    Unlink(at);
    if (index_ != nullptr) index_->erase(seen_[at].value);
    seen_[at].after = free_;
    free_ = at;
    --size_;
  }

  using Index = tsl::robin_map<Id, uint32_t>;

  std::vector<Seen> seen_;
  std::unique_ptr<Index> index_;
  uint32_t head_ = kNone;  ///< the oldest
  uint32_t tail_ = kNone;
  uint32_t free_ = kNone;
  uint32_t size_ = 0;
  int64_t lost_ = kNever;
};

}  // namespace

std::unique_ptr<GroupState> MakeDistinct() { return std::make_unique<Distinct>(); }

}  // namespace tokentrail::sigma
