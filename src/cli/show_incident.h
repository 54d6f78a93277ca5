// One incident of a case as text for people.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/incident.h"
#include "sink/layout.h"

namespace tokentrail::cli {

/// An incident as incidents.jsonl holds it.
struct CaseIncident {
  std::string line;   ///< as it stands in the file
  Incident incident;  ///< without its findings, which stand there by id:
  std::vector<std::string> findings;
  std::string page;  ///< path inside the case; empty when it has none
};

/// The incident with this number, or whose id (`I-...`) starts so; none when `word` is neither.
/// A number that no incident has is none too: it may be the start of a finding's id. Fails when an
/// id is unknown or the start of several, or on a damaged line.
Result<std::optional<CaseIncident>> FindIncident(const std::string& case_folder,
                                                 std::string_view word);

/// With its findings, whose titles come from the case.
Result<std::string> ShowIncident(const std::string& case_folder, const CaseIncident& found,
                                 const sink::Terminal& terminal);

}  // namespace tokentrail::cli
