// Findings on records that two witnesses tell apart.

#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "model/finding.h"
#include "model/level.h"

namespace tokentrail::trail {

/// Raises by one step each finding whose evidence names one client while the token or session that
/// it was done with belongs to another: a proxy, a middle tier, or a token that was passed on. Puts
/// the findings in order again, and moves them in `by_level`. DETECTIONS 4.3, last paragraph.
void RaiseContradicted(std::vector<Finding>& findings, std::map<Level, uint64_t>& by_level);

}  // namespace tokentrail::trail
