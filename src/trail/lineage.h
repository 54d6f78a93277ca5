// Follows each token: how it came to be, what was done with it, and by whom.
//
// Source: DETECTIONS 1.0 (the ids that join), 1.1.1 and 4 (the ladder), as CONTRACT corrects them.

#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "analytic/state.h"
#include "model/attribution.h"
#include "model/event.h"
#include "model/trails.h"
#include "trail/grant_ledger.h"

namespace tokentrail::trail {

/// Sees all events, oldest first. Bounded: tokens and sessions that were quiet longest go first,
/// and are counted.
class Lineage {
 public:
  /// `source_names` by SourceIndex; must outlive this, and so must `grants`.
  Lineage(std::span<const std::string_view> source_names, const GrantLedger& grants);
  ~Lineage();
  Lineage(const Lineage&) = delete;
  Lineage& operator=(const Lineage&) = delete;

  /// Takes the event in and tells who did it. `number` is the event's, 1 for the oldest. `state`
  /// and the grants hold what came before it. Valid until the next call.
  const Attribution& Observe(const Event& event, uint64_t number, const State& state);

  /// Who did an event that was seen before: for records read again. It learns nothing, counts only
  /// what was known before the event's time, and tells of joins by token and session only.
  Attribution Explain(const Event& event, const State& state) const;

  /// Moves links, join rates and counts into `out`. Once.
  void Finish(Trails& out);

  /// Fields that it reads.
  static FieldSet Needs();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tokentrail::trail
