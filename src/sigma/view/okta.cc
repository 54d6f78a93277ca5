// Okta System Log: the API's events, the flattened Okta_CL table of Log Analytics and its successor
// OktaV2_CL, Elastic's okta.* fields.
//
// Sources: Okta, System Log API; Microsoft, table OktaV2_CL; Elastic, okta exported fields (all
// as known 2026-02, not checked live); SigmaHQ/sigma 8eaafff.

#include "sigma/view/views.h"

// A member of debugContext.debugData, by Okta's name and Elastic's.
#define DEBUG_DATA(name, snake)                                        \
  "debugContext.debugData." name, "debugContext_debugData_" name "_s", \
      "debugContext_debugData_s." name, "DebugData." name, "okta.debug_context.debug_data." snake

namespace tokentrail::sigma {
namespace {

constexpr ViewField kFields[] = {
    {.name = "actor.alternateId",
     .paths = {"actor.alternateId", "actor_alternateId_s", "OriginalActorAlternateId",
               "okta.actor.alternate_id"}},
    {.name = "actor.displayName",
     .paths = {"actor.displayName", "actor_displayName_s", "ActorDisplayName",
               "okta.actor.display_name"}},
    {.name = "actor.id", .paths = {"actor.id", "actor_id_s", "OriginalUserId", "okta.actor.id"}},
    {.name = "actor.type",
     .paths = {"actor.type", "actor_type_s", "OriginalUserType", "okta.actor.type"}},
    {.name = "client.ipAddress",
     .paths = {"client.ipAddress", "client_ipAddress_s", "SrcIpAddr", "okta.client.ip"}},
    {.name = "debugContext.debugData.behaviors",
     .paths = {DEBUG_DATA("behaviors", "behaviors")},
     .take = Take::kBelow},
    {.name = "debugContext.debugData.logOnlySecurityData",
     .paths = {DEBUG_DATA("logOnlySecurityData", "log_only_security_data")},
     .take = Take::kBelow},
    {.name = "debugContext.debugData.requestUri",
     .paths = {DEBUG_DATA("requestUri", "request_uri")}},
    {.name = "debugContext.debugData.threatSuspected",
     .paths = {DEBUG_DATA("threatSuspected", "threat_suspected")}},
    {.name = "displayMessage",
     .paths = {"displayMessage", "displayMessage_s", "EventMessage", "okta.display_message"}},
    {.name = "eventType",
     .paths = {"eventType", "eventType_s", "EventOriginalType", "okta.event_type"}},
    {.name = "legacyEventType",
     .paths = {"legacyEventType", "legacyEventType_s", "okta.legacy_event_type"}},
    {.name = "outcome.reason",
     .paths = {"outcome.reason", "outcome_reason_s", "EventResultDetails", "okta.outcome.reason"}},
    {.name = "outcome.result",
     .paths = {"outcome.result", "outcome_result_s", "OriginalOutcomeResult",
               "okta.outcome.result"}},
    {.name = "securityContext.isProxy",
     .paths = {"securityContext.isProxy", "securityContext_isProxy_b", "SecurityContextIsProxy",
               "okta.security_context.is_proxy"}},
    {.name = "target.alternateId",
     .paths = {"target.alternateId", "target_s.alternateId", "OriginalTarget.alternateId",
               "okta.target.alternate_id"}},
    {.name = "target.displayName",
     .paths = {"target.displayName", "target_s.displayName", "OriginalTarget.displayName",
               "okta.target.display_name"}},
    {.name = "target.type",
     .paths = {"target.type", "target_s.type", "OriginalTarget.type", "okta.target.type"}},
};

}  // namespace

extern constinit const View kOktaView = {
    .product = "okta",
    .category = {},
    .service = "okta",
    .summary = "Okta System Log",
    .reference = "Okta developer documentation, System Log API (2026-02)",
    .fields = kFields,
};

}  // namespace tokentrail::sigma

#undef DEBUG_DATA
