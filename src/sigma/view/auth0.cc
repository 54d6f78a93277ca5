// Auth0 tenant logs. Auth0's own rules name fields as log streams wrap them (`data.`), with `{}`
// behind a list, as Splunk does; the Management API gives the same records without the wrapping.
//
// Sources: Auth0 documentation, "Log Data Schema", "Log Event Type Codes" (as known 2026-02, not
// checked live); auth0/auth0-customer-detections (read 2026-08).

#include "sigma/view/views.h"

// A field of the record, in a stream and bare.
#define RECORD(key) "data." key, key

namespace tokentrail::sigma {
namespace {

constexpr ViewField kFields[] = {
    {.name = "data.client_id", .paths = {RECORD("client_id"), "client_id_s"}},
    {.name = "data.description", .paths = {RECORD("description"), "description_s"}},
    {.name = "data.details.accessedSecrets{}", .paths = {RECORD("details.accessedSecrets")}},
    {.name = "data.details.familyId", .paths = {RECORD("details.familyId")}},
    {.name = "data.details.request.body.enabled",
     .paths = {RECORD("details.request.body.enabled")}},
    {.name = "data.details.request.body.roles{}", .paths = {RECORD("details.request.body.roles")}},
    {.name = "data.details.request.body.scope{}", .paths = {RECORD("details.request.body.scope")}},
    {.name = "data.details.requiresVerification",
     .paths = {RECORD("details.requiresVerification")}},
    {.name = "data.details.response.body.AfterAuthentication",
     .paths = {RECORD("details.response.body.AfterAuthentication")}},
    {.name = "data.details.response.body.audience",
     .paths = {RECORD("details.response.body.audience")}},
    {.name = "data.details.response.body.client_id",
     .paths = {RECORD("details.response.body.client_id")}},
    {.name = "data.details.response.body.cross_origin_authentication",
     .paths = {RECORD("details.response.body.cross_origin_authentication")}},
    {.name = "data.details.response.body.enabled",
     .paths = {RECORD("details.response.body.enabled")}},
    {.name = "data.details.response.body.error_page.html",
     .paths = {RECORD("details.response.body.error_page.html")}},
    {.name = "data.details.response.body.grant_types{}",
     .paths = {RECORD("details.response.body.grant_types")}},
    {.name = "data.details.response.body.password_reset_policy",
     .paths = {RECORD("details.response.body.password_reset_policy")}},
    {.name = "data.details.response.body.passwordless_policy",
     .paths = {RECORD("details.response.body.passwordless_policy")}},
    {.name = "data.details.response.body.policy",
     .paths = {RECORD("details.response.body.policy")}},
    {.name = "data.details.response.body.shields{}",
     .paths = {RECORD("details.response.body.shields")}},
    {.name = "data.details.response.body.stage.pre-user-registration.shields{}",
     .paths = {RECORD("details.response.body.stage.pre-user-registration.shields")}},
    {.name = "data.details.response.body{}", .paths = {RECORD("details.response.body")}},
    {.name = "data.details.response.statusCode",
     .paths = {RECORD("details.response.statusCode")},
     .number = true},
    {.name = "data.hostname", .paths = {RECORD("hostname"), "hostname_s"}},
    {.name = "data.ip", .paths = {RECORD("ip"), "ip_s"}},
    // The rule leaves `details` out; the request's body stands below it.
    {.name = "data.request.body.allowlist",
     .paths = {RECORD("details.request.body.allowlist"), "data.request.body.allowlist"}},
    {.name = "data.type", .paths = {RECORD("type"), "type_s"}},
    {.name = "data.user_agent", .paths = {RECORD("user_agent"), "user_agent_s"}},
    {.name = "data.user_id", .paths = {RECORD("user_id"), "user_id_s"}},
    {.name = "data.user_name", .paths = {RECORD("user_name"), "user_name_s"}},
};

constexpr std::string_view kPrefixes[] = {"data."};

}  // namespace

extern constinit const View kAuth0View = {
    .product = "auth0",
    .category = {},
    .service = {},
    .summary = "Auth0 tenant logs",
    .reference = "Auth0 documentation, Log Data Schema and Log Event Type Codes (2026-02)",
    .fields = kFields,
    .prefixes = kPrefixes,
};

}  // namespace tokentrail::sigma

#undef RECORD
