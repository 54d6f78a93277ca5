// What event_count remembers of a group.

#include <algorithm>

#include "sigma/group_state.h"

namespace tokentrail::sigma {
namespace {

/// event_count: when the newest came.
class Count final : public GroupState {
 public:
  void Take(const Counting& counting, const Arrival& arrival) override {
    if (ring_.size() >= counting.keep) {
      lost_ = std::max(lost_, ring_.first_time());
      ring_.PopFront();
    }
    ring_.Insert({arrival.time, arrival.mark});
  }

  Verdict Judge(const Counting& counting, const Window& window) override {
    Verdict out;
    if (ring_.last_time() <= window.last) {
      while (ring_.first_time() < window.first) ring_.PopFront();
      out.measure = ring_.size();
      out.first = ring_.first_time();
    } else {
      for (uint32_t i = ring_.size(); i > 0; --i) {
        if (!window.Has(ring_[i - 1].time)) continue;
        ++out.measure;
        out.first = ring_[i - 1].time;
      }
    }
    out.saturated = lost_ >= window.first;
    out.holds = counting.Meets(out.measure);
    return out;
  }

  void Cite(const Counting&, const Window& window, std::vector<Mark>& out) const override {
    CiteRing(ring_, window, out);
  }

  size_t bytes() const override { return sizeof(*this) + ring_.bytes(); }

 private:
  Ring<Stamp> ring_;
  int64_t lost_ = kNever;  ///< the newest that had to go
};

}  // namespace

std::unique_ptr<GroupState> MakeCount() { return std::make_unique<Count>(); }

}  // namespace tokentrail::sigma
