// Two logs of one act, and how far their clocks are apart.

#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/window_map.h"
#include "model/event.h"
#include "model/evidence_gap.h"

namespace tokentrail::trail {

/// Which side of a pair a log is.
enum class SkewSide : uint8_t { kNeither, kMicrosoft365, kEntraSignIn, kEntraAudit };
SkewSide SkewSideOf(std::string_view source);

/// What one log said of an act, until the other one does.
struct OneSide {
  Time time;
  bool entra = false;
  bool paired = false;
};

/// Acts that both logs tell of.
struct SkewPairs {
  std::vector<int64_t> apart;  ///< micros of Entra's time behind Microsoft 365's
  Time first;
  Time last;
};

/// Pairs what Microsoft 365 and Entra each say of the same act: a sign-in by the id of its token
/// request, a directory change by correlation and operation. Sees the events oldest first.
class Skew {
 public:
  Skew();
  void Observe(const Event& event, SkewSide log);
  void Finish(std::vector<EvidenceGap>& out) const;

  static FieldSet Needs() {
    return {Field::kToken, Field::kCorrelation, Field::kOperation, Field::kTenant};
  }

 private:
  WindowMap<Id, OneSide> sides_;
  uint64_t seen_ = 0;
  /// By whether it is of sign-ins, and the tenant.
  std::map<std::pair<bool, std::string>, SkewPairs> pairs_;
};

/// What an offset between two logs tells, once there are enough pairs: nothing when it is small or
/// no constant one.
struct Offset {
  int64_t median = 0;  ///< micros
  int64_t spread = 0;  ///< between the tenth and the ninetieth percentile
  bool zone = false;   ///< whole or half hours: a time zone
};
bool FindOffset(std::vector<int64_t> apart, Offset& out);

}  // namespace tokentrail::trail
