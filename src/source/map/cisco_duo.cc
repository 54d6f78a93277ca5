// Cisco Duo: the Admin API's authentication log (v2, v1), administrator log (v1) and activity log
// (v2), each record a line or an element of a list as Duo's client libraries and log shippers write
// them.
//
// From documentation only, no real log was at hand. Source: Duo, "Admin API": Authentication Logs,
// Administrator Logs, Activity Logs (as known 2026-02, not checked live). Limit: the API's own
// envelope
// (`response.authlogs`) is not taken apart.

#include "base/text.h"
#include "source/map/maps.h"

namespace tokentrail::source {
namespace {

// Administrator actions are words joined by underscores.
bool IsAdmin(const Record& record) {
  return record.Has("object") && (record.Has("description") || record.Has("isotimestamp")) &&
         !record.Text("action").empty() &&
         record.Text("action").find_first_of(" .:/") == std::string_view::npos;
}

constexpr Claim kClaims[] = {
    {.keys = {"txid", "factor", "result"}},
    {.keys = {"txid", "event_type", "access_device"}},
    {.keys = {"factor", "integration", "username", "result"}},
    {.keys = {"activity_id", "actor", "ts"}},
    {.keys = {"action", "username", "timestamp"}, .test = IsAdmin},
};

// Authentication v2, v1, administrator, activity.
constexpr FieldMap kFields[] = {
    {Field::kTenant, {"akey"}, As::kCasedId},
    {Field::kOperation, {"event_type", "action.name", "action"}},
    {Field::kCorrelation, {"txid", "activity_id"}, As::kId},
    {Field::kUser, {"user.name", "username", "actor.name"}, As::kLower},
    {Field::kUserId, {"user.key", "actor.key"}, As::kCasedId},
    {Field::kUserType, {"actor.type"}},
    {Field::kApp, {"application.key", "ikey"}, As::kCasedId},
    {Field::kAppName, {"application.name", "integration"}},
    {Field::kIp, {"access_device.ip.address", "access_device.ip", "ip"}, As::kIp},
    {Field::kCountry, {"access_device.location.country", "location.country"}},
    {Field::kDevice, {"auth_device.key", "auth_device.name", "device"}, As::kCasedId},
    {Field::kProtocol, {"factor"}},
    {Field::kStatus, {"result", "outcome.result"}},
    {Field::kStatusDetail, {"reason"}},
    {Field::kTarget, {"target.key"}, As::kCasedId},
    {Field::kTargetName, {"target.name", "object"}},
    {Field::kTargetType, {"target.type"}},
};

struct Prefix {
  std::string_view text;
  Kind kind;
};

// Source: "Administrator Logs", actions (2026).
constexpr Prefix kPrefixes[] = {
    {"authentication", Kind::kSignIn},
    {"enrollment", Kind::kUserChange},
    {"admin_login", Kind::kSignIn},  // and admin_login_error
    {"admin_create", Kind::kRoleAssignment},
    {"admin_", Kind::kUserChange},
    {"integration_skey", Kind::kCredentialChange},
    {"integration_", Kind::kAppChange},
    {"bypass_", Kind::kUserChange},  // bypass_create: codes that stand in for a second factor
    {"user_", Kind::kUserChange},
    {"phone_", Kind::kUserChange},
    {"hardtoken_", Kind::kUserChange},
    {"u2ftoken_", Kind::kUserChange},
    {"webauthncredential_", Kind::kUserChange},
    {"policy_", Kind::kPolicyChange},
    {"customer_update", Kind::kPolicyChange},
    {"directory_", Kind::kPolicyChange},
};

void Fixup(const Record&, Draft& draft) {
  // The first authentication log has no event type: all it holds are authentications.
  if (!draft.Has(Field::kOperation)) draft.Set(Field::kOperation, "authentication");
  const std::string_view action = draft.Text(Field::kOperation);
  for (const Prefix& prefix : kPrefixes) {
    if (!action.starts_with(prefix.text)) continue;
    draft.kind = prefix.kind;
    break;
  }
  const std::string_view result = draft.Text(Field::kStatus);
  if (result.empty()) {  // an administrator's action is logged when done
    draft.outcome = action.ends_with("_error") ? Outcome::kFailure : Outcome::kSuccess;
  } else {  // success, denied, failure, fraud
    draft.outcome = EqualsIgnoreCase(result, "success") ? Outcome::kSuccess : Outcome::kFailure;
  }
}

}  // namespace

extern constinit const SourceDef kCiscoDuo = {
    .name = "cisco_duo",
    .summary = "Cisco Duo authentication, administrator and activity logs",
    .reference = "Duo, Admin API: Authentication Logs, Administrator Logs, Activity Logs (2026)",
    .sigma = {{{.product = "cisco", .category = {}, .service = "duo"}}},
    .claims = kClaims,
    .head = {.time = {"isotimestamp", "ts", "timestamp"}, .key = {"txid|activity_id"}},
    .fields = kFields,
    .split = {},
    .fixup = Fixup,
    .headerless = {},
};

}  // namespace tokentrail::source
