// The id of a finding that is not settled yet.

#pragma once

#include <string>

#include "model/finding.h"

namespace tokentrail {

/// From rule, tenant and key: what Findings::Settle gives it.
std::string FindingId(const Finding& finding);

}  // namespace tokentrail
