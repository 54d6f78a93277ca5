#include "sigma/correlation_state.h"

#include <algorithm>

#include "sigma/group_state.h"

namespace tokentrail::sigma {

Counting::Counting(const Correlation& of, bool in_any_order)
    : correlation(&of), any_order(in_any_order), keep(kMaxCited) {
  for (const Criterion& criterion : of.criteria) {
    // Thresholds of counts were limited when they were read.
    const double most = std::clamp(criterion.value, 0.0, 16'777'216.0);
    keep = std::max(keep, static_cast<size_t>(most) + 2);
  }
}

Window Counting::WindowAt(int64_t time) const {
  const int64_t span = correlation->timespan.micros;
  return {time < kNever + span ? kNever : time - span, time};
}

bool Counting::Meets(double measure) const {
  for (const Criterion& criterion : correlation->criteria) {
    const double value = criterion.value;
    bool meets = false;
    switch (criterion.is) {
      case Criterion::Is::kGreater:
        meets = measure > value;
        break;
      case Criterion::Is::kGreaterOrEqual:
        meets = measure >= value;
        break;
      case Criterion::Is::kLess:
        meets = measure < value;
        break;
      case Criterion::Is::kLessOrEqual:
        meets = measure <= value;
        break;
      case Criterion::Is::kEqual:
        meets = measure == value;
        break;
      case Criterion::Is::kNotEqual:
        meets = measure != value;
        break;
    }
    if (!meets) return false;
  }
  return true;
}

std::unique_ptr<GroupState> GroupState::Make(const Counting& counting) {
  if (counting.any_order) return MakeAnyOrder();
  switch (counting.correlation->type) {
    case CorrelationType::kEventCount:
      return MakeCount();
    case CorrelationType::kValueCount:
      return MakeDistinct();
    case CorrelationType::kTemporal:
      return MakeParts(counting.correlation->parts.size());
    case CorrelationType::kTemporalOrdered:
      return MakeSteps(counting.correlation->parts.size());
    case CorrelationType::kValueSum:
    case CorrelationType::kValueAverage:
    case CorrelationType::kValuePercentile:
    case CorrelationType::kValueMedian:
      return MakeNumbers();
  }
  return nullptr;
}

}  // namespace tokentrail::sigma
