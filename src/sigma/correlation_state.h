// What a correlation remembers of one group of hits.

#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "base/id.h"
#include "sigma/correlation.h"

namespace tokentrail::sigma {

/// Hits that a firing cites at most.
constexpr size_t kMaxCited = 20;
/// Numbers that a sum, an average or a percentile is made of at most: the newest of a window.
constexpr size_t kMaxNumbers = 65'536;

/// Names an event or a firing, for citing.
using Mark = uint64_t;

/// From `first` to `last`, both in; microseconds.
struct Window {
  int64_t first = 0;
  int64_t last = 0;

  bool Has(int64_t time) const { return first <= time && time <= last; }
};

/// How a correlation counts; the same for all of its groups.
struct Counting {
  Counting(const Correlation& of, bool in_any_order);

  Window WindowAt(int64_t time) const;
  bool Meets(double measure) const;

  const Correlation* correlation;
  bool any_order;
  /// Counts are kept as far as tells them from every threshold, so that comparing is always right:
  /// of an `n` that is compared with, the `n + 2` newest decide.
  size_t keep;
};

/// What one event, or one firing of another correlation, brings to a group.
struct Arrival {
  int64_t time = 0;
  uint64_t event = 0;  ///< the same for all that one event brings
  Mark mark = 0;
  uint32_t part = 0;
  std::span<const Id> values;       ///< value_count
  std::span<const double> numbers;  ///< value_sum and the like
};

struct Verdict {
  bool holds = false;
  double measure = 0;
  int64_t first = 0;       ///< of the oldest that counts
  bool saturated = false;  ///< more came than is kept
};

/// Cost of each call: constant, or the logarithm of what is kept, when time does not go back.
class GroupState {
 public:
  static std::unique_ptr<GroupState> Make(const Counting& counting);

  GroupState() = default;
  GroupState(const GroupState&) = delete;
  GroupState& operator=(const GroupState&) = delete;
  virtual ~GroupState() = default;

  /// What one event brings for several parts comes from the last part to the first.
  virtual void Take(const Counting& counting, const Arrival& arrival) = 0;
  /// What `window` holds, which ends at what was taken last. Forgets what is older than it.
  virtual Verdict Judge(const Counting& counting, const Window& window) = 0;
  /// Appends the marks of what counts, up to kMaxCited of the newest.
  virtual void Cite(const Counting& counting, const Window& window,
                    std::vector<Mark>& out) const = 0;
  /// Memory held, estimated.
  virtual size_t bytes() const = 0;
};

}  // namespace tokentrail::sigma
