// What several outputs say about an incident, in one form.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "model/incident.h"
#include "sink/sink.h"

namespace tokentrail::sink {

/// The folder of the pages inside a case.
constexpr std::string_view kIncidentFolder = "incidents";
/// So many of the worst get a page; the others stand in incidents.jsonl.
constexpr size_t kMaxPages = 200;

/// Those of the run; none where nobody followed tokens.
const std::vector<Incident>& IncidentsOf(const Outcome& outcome);

bool HasPage(const Incident& incident);
/// `01-mail-helper-grant-use.md`.
std::string PageName(const Incident& incident);
/// `incidents/01-mail-helper-grant-use.md`.
std::string PagePath(const Incident& incident);

}  // namespace tokentrail::sink
