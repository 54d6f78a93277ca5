// One sentence for an incident, and a name for its file.

#pragma once

#include <span>
#include <string>

#include "model/finding.h"
#include "model/incident.h"
#include "trail/incident_group.h"

namespace tokentrail::trail {

/// Sets headline and slug (without its number). Names in it are texts of logs, and attackers choose
/// them: made printable, cut, and quoted so that none can end its quotes.
void Word(std::span<const Finding> findings, const FindingGroup& group, Incident& incident);

}  // namespace tokentrail::trail
