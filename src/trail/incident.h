// Puts findings together into the stories they tell.

#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "model/finding.h"
#include "model/incident.h"
#include "model/trails.h"

namespace tokentrail::trail {

/// Findings that share a token, session, grant, app or credential, directly or through `links`, are
/// one incident; what is left joins by user or address. Findings are settled and cited. The worst
/// first. Every finding is in exactly one incident.
std::vector<Incident> BuildIncidents(std::span<const Finding> findings, const Trails& trails);

}  // namespace tokentrail::trail
