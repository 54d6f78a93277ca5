// Who did it, as far as one event tells: the identity, the client that held its token, and how
// sure. Joins to sign-ins and grants say more; this is what stands without them.
//
// Source: DETECTIONS 4.3, rungs 0 and 2, and 4.4, as CONTRACT "Who did it" corrects them.

#pragma once

#include <string_view>

#include "analytic/state.h"
#include "model/attribution.h"
#include "model/event.h"

namespace tokentrail::trail {

using analytic::State;

/// `source` is the name of the event's log source.
Attribution Attribute(const Event& event, const State& state, std::string_view source);

/// Fields that it reads.
FieldSet AttributionNeeds();

}  // namespace tokentrail::trail
