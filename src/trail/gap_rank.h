// Which gaps matter most to a reader who looks at a few.

#pragma once

#include <span>
#include <vector>

#include "model/evidence_gap.h"

namespace tokentrail::trail {

/// The worst first; of one sort and log the first only comes before all others of it, so that a few
/// lines tell of many sorts. Pointers into `gaps`.
std::vector<const EvidenceGap*> WorstFirst(std::span<const EvidenceGap> gaps);

}  // namespace tokentrail::trail
