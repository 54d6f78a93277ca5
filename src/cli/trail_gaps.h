// What the evidence does not show of a trail: days without events, gaps that the hunt found, logs
// that are missing. "Cannot say" is not "none".

#pragma once

#include <string>

#include "base/result.h"
#include "cli/trail_case.h"
#include "cli/trail_story.h"

namespace tokentrail::cli {

/// Fills `story.gaps` and adds to `story.cannot_say`. The lines must be there.
Result<Done> ReadGaps(const TrailCase& asked, TrailStory& story);

}  // namespace tokentrail::cli
