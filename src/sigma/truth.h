// Whether a rule could fire at all on records like those that were seen.

#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sigma/plan.h"

namespace tokentrail::sigma {

/// Why a rule can never match: a field, and what is wrong with it.
struct Blocker {
  std::string field;
  std::string reason;     ///< `no record here has it`, ...
  bool by_value = false;  ///< the field is there, but never as the rule wants it
  bool in_view = false;   ///< it is not, but the log's view knows it: other exports may have it
};

/// What keeps rule number `index` of the plan from ever matching records of which `seen` tells what
/// their fields held; empty when it could match. Several blockers: each alone would do for one part
/// of an `or`. Nothing is guessed: a field that was seen may hold any value of its kind, unless its
/// view says which values there are and nothing but the view gave it any.
std::vector<Blocker> FindBlockers(const Plan& plan, uint32_t index, std::span<const KindMask> seen);
/// The same for a field that correlations take from the rule's hits (number `capture` of
/// Rule::captures): nothing when records had it with a value.
std::optional<Blocker> FindCaptureBlocker(const Plan& plan, uint32_t index, uint32_t capture,
                                          std::string_view name, std::span<const KindMask> seen);

}  // namespace tokentrail::sigma
