// Where in the life of a stolen token a finding belongs.

#pragma once

#include <optional>

#include "model/finding.h"
#include "trail/stage.h"

namespace tokentrail::trail {

/// Of an analytic by its id; of a Sigma rule by the first of its ATT&CK techniques that the table
/// knows. None for what belongs to no stage, and for techniques that the table does not name.
std::optional<Stage> StageOf(const Finding& finding);

}  // namespace tokentrail::trail
