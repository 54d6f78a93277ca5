// What the acts of a trail touched: mailboxes, messages, files, repositories, objects, roles.

#pragma once

#include <string>

#include "base/result.h"
#include "cli/trail_case.h"
#include "cli/trail_hash.h"
#include "cli/trail_story.h"

namespace tokentrail::cli {

/// Counts by type into `story.touched`. `from` is trail_story, or a part of it; `hashes` what it
/// holds as hashes.
Result<Done> ReadTouched(const TrailCase& asked, const std::string& from, const TrailHashes& hashes,
                         TrailStory& story);

/// Writes touched.csv for notification duty to `path` (`-`: standard output): a row a thing and
/// whom and what it was touched by. Gives how many rows.
Result<uint64_t> WriteTouched(const TrailCase& asked, const TrailBounds& bounds,
                              const std::string& path, bool clobber);

/// trail_story within these bounds, for FROM.
std::string StoryWithin(const TrailBounds& bounds);

}  // namespace tokentrail::cli
