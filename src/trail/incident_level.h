// How bad an incident is, and why it is worse than its findings one by one.

#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/finding.h"
#include "model/incident.h"
#include "trail/incident_group.h"

namespace tokentrail::trail {

/// Sets level, confidence, stages, composites and raised_by.
void Judge(std::span<const Finding> findings, const FindingGroup& group, Incident& incident);

}  // namespace tokentrail::trail
