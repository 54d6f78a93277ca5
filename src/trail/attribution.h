// Who did it, as far as one event tells: the identity, the client that held its token, and how
// sure. Joins to sign-ins and grants say more; this is what stands without them.
//
// Source: DETECTIONS 4.3, rungs 0 and 2, and 4.4, as CONTRACT "Who did it" corrects them.

#pragma once

#include <cstdint>
#include <string_view>

#include "analytic/state.h"
#include "model/attribution.h"
#include "model/event.h"

namespace tokentrail::trail {

using analytic::State;

/// Logs that tell in one way who acted.
enum class Log : uint8_t {
  kOther,
  kMicrosoft,  ///< Entra audit, Microsoft 365, Azure
  kSignIn,     ///< Entra sign-ins
  kGraph,
  kRisk,
  kGoogle,
  kGoogleCloud,
  kOkta,
  kGitHub,
  kSlack,
  kSalesforceSetup,
  kSalesforceEvent,
  kKubernetes,
  kCloudTrail,
};
/// By the name of the log source.
Log LogOf(std::string_view source);

/// Writes all of `out`; its texts keep their memory. `source` is the name of the event's log
/// source, and `log` what LogOf() says of it.
void Attribute(const Event& event, const State& state, Log log, std::string_view source,
               Attribution& out);
Attribution Attribute(const Event& event, const State& state, std::string_view source);

/// Fields that it reads.
FieldSet AttributionNeeds();

}  // namespace tokentrail::trail
