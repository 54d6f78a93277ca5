// What several outputs say about a finding, in one form.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/place.h"
#include "model/file_table.h"
#include "model/finding.h"
#include "model/summary.h"
#include "sink/sink.h"

namespace tokentrail::sink {

/// Path of the evidence file; empty when the place points to none.
std::string FileOf(const FileTable& files, const Place& place);
/// `exports/jan.jsonl:88`; the path alone when no line is known; empty without a file.
std::string PlaceText(const FileTable& files, const Place& place);
/// Name of a source; empty when the index is unknown.
std::string_view SourceName(const Outcome& outcome, SourceIndex source);

/// The entities of one type, their names (or ids) joined: `a@x.example +2` for three.
std::string EntityText(const Finding& finding, std::string_view type);
/// Names (or ids) of all entities of one type, joined with `separator`.
std::string EntityList(const Finding& finding, std::string_view type, std::string_view separator);

/// For each finding the shortest start of its id, eight characters at least, that no other has.
std::vector<std::string> ShortIds(const std::vector<Finding>& findings);

/// Joins with ` ¦ `, as Hayabusa and Suzaku join tags.
std::string JoinBars(const std::vector<std::string>& parts);

}  // namespace tokentrail::sink
