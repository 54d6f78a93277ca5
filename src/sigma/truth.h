// Whether a rule could fire at all on records like those that were seen.

#pragma once

#include <span>
#include <string>
#include <vector>

#include "sigma/plan.h"

namespace tokentrail::sigma {

/// Why a rule can never match: a field, and what is wrong with it.
struct Blocker {
  std::string field;
  std::string reason;  ///< `no record has it`, ...
  bool by_value = false;  ///< the field is there, but never as the rule wants it
};

/// What keeps rule number `index` of the plan from ever matching records of which `seen` tells what
/// their fields held; empty when it could match. Several blockers: each alone would do for one part
/// of an `or`. Nothing is guessed: a field that was seen may hold any value of its kind.
std::vector<Blocker> FindBlockers(const Plan& plan, uint32_t index, std::span<const KindMask> seen);

}  // namespace tokentrail::sigma
