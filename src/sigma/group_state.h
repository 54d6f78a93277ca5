// The kinds of GroupState, one a file, and what they share.

#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "sigma/correlation_state.h"
#include "sigma/ring.h"

namespace tokentrail::sigma {

constexpr int64_t kNever = std::numeric_limits<int64_t>::min();

struct Stamp {
  int64_t time = kNever;
  Mark mark = 0;
};

/// The newest marks of `ring` within `window`.
template <typename T>
void CiteRing(const Ring<T>& ring, const Window& window, std::vector<Mark>& out) {
  size_t left = kMaxCited;
  Mark before = ~Mark{0};
  for (uint32_t i = ring.size(); i > 0 && left > 0; --i) {
    const T& item = ring[i - 1];
    if (!window.Has(item.time) || item.mark == before) continue;
    out.push_back(item.mark);
    before = item.mark;
    --left;
  }
}

/// event_count.
std::unique_ptr<GroupState> MakeCount();
/// value_count.
std::unique_ptr<GroupState> MakeDistinct();
/// temporal.
std::unique_ptr<GroupState> MakeParts(size_t parts);
/// temporal_ordered.
std::unique_ptr<GroupState> MakeSteps(size_t parts);
/// value_sum, value_avg, value_percentile, value_median.
std::unique_ptr<GroupState> MakeNumbers();
/// Any type, when time goes back.
std::unique_ptr<GroupState> MakeAnyOrder();

/// Whether a temporal correlation holds when these of its parts occurred, `count` of them.
bool PartsHold(const Counting& counting, const std::vector<bool>& present, double count);
/// Sum, average, median or percentile of `numbers`, computed anew. Sorts them.
double MeasureOf(const Counting& counting, std::vector<double>& numbers);

}  // namespace tokentrail::sigma
