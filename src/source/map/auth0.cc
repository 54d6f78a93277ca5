// Auth0 tenant logs: the Management API's list, log streams ({log_id, data{...}}), and Log
// Analytics copies with type suffixes.

#include <array>

#include "base/text.h"
#include "source/map/maps.h"

namespace tokentrail::source {
namespace {

// `type` is a short code; tenant_name or the log's own id shows whose it is.
bool IsLog(const Record& record) {
  const std::string_view type = record.Text("type");
  return !type.empty() && type.size() <= 64 && (record.Has("log_id") || record.Has("_id")) &&
         (record.Has("tenant_name") || record.Has("client_id") || record.Has("isMobile") ||
          record.Has("user_id") || record.Has("connection"));
}

bool IsStream(const Record& record) {
  return !record.Text("data.type").empty() && record.Has("data.date");
}

constexpr Claim kClaims[] = {
    {{"log_id", "data"}, IsStream},
    {{"type", "date"}, IsLog},
    {{"type_s", "log_id_s"}},
};

constexpr FieldMap kFields[] = {
    {Field::kTenant, {"tenant_name", "data.tenant_name", "tenant_name_s"}, As::kLower},
    {Field::kOperation, {"type", "data.type", "type_s"}, As::kText},
    {Field::kUser,
     {"user_name", "data.user_name", "user_name_s", "details.request.auth.user.email",
      "data.details.request.auth.user.email"},
     As::kLower},
    {Field::kUserId,
     {"user_id", "data.user_id", "user_id_s", "details.request.auth.user.user_id",
      "data.details.request.auth.user.user_id"},
     As::kCasedId},
    {Field::kApp, {"client_id", "data.client_id", "client_id_s"}, As::kCasedId},
    {Field::kAppName, {"client_name", "data.client_name", "client_name_s"}, As::kText},
    {Field::kResource, {"audience", "data.audience", "audience_s"}, As::kText},
    {Field::kScopes, {"scope", "data.scope", "scope_s"}, As::kScopes},
    {Field::kSession,
     {"session_id", "data.session_id", "details.session_id", "data.details.session_id"},
     As::kCasedId},
    {Field::kGrant, {"details.grantInfo.id", "data.details.grantInfo.id"}, As::kCasedId},
    // Family of rotating refresh tokens: what a reuse is told by.
    {Field::kToken,
     {"details.familyId", "data.details.familyId", "details.refresh_token_id",
      "data.details.refresh_token_id"},
     As::kCasedId},
    {Field::kIp, {"ip", "data.ip", "ip_s", "client_ip"}, As::kIp},
    {Field::kUserAgent, {"user_agent", "data.user_agent", "user_agent_s"}, As::kText},
    {Field::kCountry, {"location_info.country_code", "data.location_info.country_code"}, As::kText},
    {Field::kStatusDetail,
     {"description", "data.description", "description_s", "details.error.message",
      "data.details.error.message"},
     As::kText},
    {Field::kProtocol,
     {"details.prompts[0].name", "strategy_type", "data.strategy_type", "strategy"},
     As::kText},
    {Field::kMethod, {"details.request.method", "data.details.request.method"}, As::kText},
    {Field::kUrl, {"details.request.path", "data.details.request.path"}, As::kText},
    {Field::kCredential,
     {"details.request.auth.credentials.jti", "data.details.request.auth.credentials.jti"},
     As::kCasedId},
    {Field::kDevice, {"device_id", "data.details.device_id", "details.device_id"}, As::kCasedId},
    {Field::kCorrelation,
     {"details.requestId", "data.details.requestId", "tracking_id", "data.tracking_id"},
     As::kText},
};

struct Code {
  std::string_view type;
  Kind kind;
  Outcome outcome;
};

constexpr Outcome kOk = Outcome::kSuccess;
constexpr Outcome kNo = Outcome::kFailure;
constexpr Outcome kHm = Outcome::kUnknown;

// Source: Auth0 documentation, "Log Event Type Codes" (2026).
constexpr Code kCodes[] = {
    // Logins, silent logins, logouts
    {"s", Kind::kSignIn, kOk},
    {"f", Kind::kSignIn, kNo},
    {"fp", Kind::kSignIn, kNo},
    {"fu", Kind::kSignIn, kNo},
    {"fc", Kind::kSignIn, kNo},
    {"fco", Kind::kSignIn, kNo},
    {"fcoa", Kind::kSignIn, kNo},
    {"scoa", Kind::kSignIn, kOk},
    {"ssa", Kind::kSignIn, kOk},
    {"fsa", Kind::kSignIn, kNo},
    {"si", Kind::kUserChange, kOk},
    {"fi", Kind::kUserChange, kNo},
    {"slo", Kind::kOther, kOk},
    {"flo", Kind::kOther, kNo},
    {"w", Kind::kOther, kHm},
    {"du", Kind::kUserChange, kOk},
    {"sdu", Kind::kUserChange, kOk},
    {"fdu", Kind::kUserChange, kNo},
    // Token exchanges: a token was issued, or refused
    {"seacft", Kind::kTokenMinted, kOk},  // authorization code
    {"feacft", Kind::kTokenMinted, kNo},
    {"seccft", Kind::kTokenMinted, kOk},  // client credentials
    {"feccft", Kind::kTokenMinted, kNo},
    {"sepft", Kind::kTokenMinted, kOk},  // password
    {"fepft", Kind::kTokenMinted, kNo},
    {"sertft", Kind::kTokenMinted, kOk},  // refresh token
    {"fertft", Kind::kTokenMinted, kNo},
    {"sercft", Kind::kTokenMinted, kOk},  // password and recovery code
    {"fercft", Kind::kTokenMinted, kNo},
    {"sede", Kind::kTokenMinted, kOk},  // device code
    {"fede", Kind::kTokenMinted, kNo},
    {"sens", Kind::kTokenMinted, kOk},  // native social
    {"fens", Kind::kTokenMinted, kNo},
    {"seoobft", Kind::kTokenMinted, kOk},  // password and out-of-band code
    {"feoobft", Kind::kTokenMinted, kNo},
    {"seotpft", Kind::kTokenMinted, kOk},  // password and one-time code
    {"feotpft", Kind::kTokenMinted, kNo},
    {"sepotpft", Kind::kTokenMinted, kOk},
    {"fepotpft", Kind::kTokenMinted, kNo},
    {"secte", Kind::kTokenMinted, kOk},  // custom token exchange
    {"fecte", Kind::kTokenMinted, kNo},
    {"ferrt", Kind::kRisk, kNo},  // a rotated refresh token came again
    {"fd", Kind::kTokenMinted, kNo},
    {"fdeac", Kind::kSignIn, kNo},           // device activation
    {"sepkoobft", Kind::kTokenMinted, kOk},  // passkey and a second step
    {"sepkotpft", Kind::kTokenMinted, kOk},
    {"sepkrcft", Kind::kTokenMinted, kOk},
    {"ciba_exchange_succeeded", Kind::kTokenMinted, kOk},
    {"ciba_exchange_failed", Kind::kTokenMinted, kNo},
    {"sd", Kind::kTokenMinted, kOk},  // delegation
    {"fpar", Kind::kSignIn, kNo},     // pushed authorisation request
    {"fdeaz", Kind::kSignIn, kNo},
    {"fdecc", Kind::kSignIn, kNo},  // the user did not confirm the device
    {"oidc_backchannel_logout_succeeded", Kind::kOther, kOk},
    {"oidc_backchannel_logout_failed", Kind::kOther, kNo},
    {"fcpr", Kind::kUserChange, kNo},
    {"srrt", Kind::kAppRevoked, kOk},  // refresh token revoked
    // Management API: what was done is in details.request
    {"sapi", Kind::kApiCall, kOk},
    {"fapi", Kind::kApiCall, kNo},
    {"mgmt_api_read", Kind::kApiCall, kOk},
    {"api_limit", Kind::kOther, kNo},
    {"api_limit_warning", Kind::kOther, kHm},
    {"appi", Kind::kOther, kHm},
    {"admin_update_launch", Kind::kPolicyChange, kOk},
    {"depnote", Kind::kOther, kHm},
    // Accounts
    {"ss", Kind::kUserChange, kOk},
    {"fs", Kind::kUserChange, kNo},
    {"sv", Kind::kUserChange, kOk},
    {"fv", Kind::kUserChange, kNo},
    {"svr", Kind::kUserChange, kOk},
    {"fvr", Kind::kUserChange, kNo},
    {"sce", Kind::kUserChange, kOk},
    {"fce", Kind::kUserChange, kNo},
    {"scp", Kind::kUserChange, kOk},
    {"fcp", Kind::kUserChange, kNo},
    {"scph", Kind::kUserChange, kOk},
    {"fcph", Kind::kUserChange, kNo},
    {"scpn", Kind::kUserChange, kOk},
    {"fcpn", Kind::kUserChange, kNo},
    {"scpr", Kind::kUserChange, kOk},
    {"scu", Kind::kUserChange, kOk},
    {"fcu", Kind::kUserChange, kNo},
    {"pwd_leak", Kind::kRisk, kNo},
    {"signup_pwd_leak", Kind::kRisk, kNo},
    {"reset_pwd_leak", Kind::kRisk, kNo},
    {"limit_wc", Kind::kRisk, kNo},
    {"limit_ui", Kind::kRisk, kNo},
    {"limit_mu", Kind::kRisk, kNo},
    {"limit_delegation", Kind::kRisk, kNo},
    {"limit_sul", Kind::kRisk, kNo},
    {"universal_logout", Kind::kAppRevoked, kOk},
    {"mfar", Kind::kOther, kHm},
    {"pla", Kind::kRisk, kHm},
    {"ublkdu", Kind::kUserChange, kOk},
    // Guardian
    {"gd_auth_succeed", Kind::kOther, kOk},
    {"gd_auth_failed", Kind::kOther, kNo},
    {"gd_auth_rejected", Kind::kOther, kNo},
    {"gd_auth_email_verification", Kind::kOther, kHm},
    {"gd_auth_fail_email_verification", Kind::kOther, kNo},
    {"gd_otp_rate_limit_exceed", Kind::kRisk, kNo},
    {"gd_recovery_succeed", Kind::kUserChange, kOk},
    {"gd_recovery_failed", Kind::kUserChange, kNo},
    {"gd_recovery_rate_limit_exceed", Kind::kRisk, kNo},
    {"gd_enrollment_complete", Kind::kUserChange, kOk},
    {"gd_start_enroll", Kind::kUserChange, kHm},
    {"gd_start_enroll_failed", Kind::kUserChange, kNo},
    {"gd_unenroll", Kind::kUserChange, kOk},
    {"gd_update_device_account", Kind::kUserChange, kOk},
    {"gd_user_delete", Kind::kUserChange, kOk},
    {"gd_tenant_update", Kind::kPolicyChange, kOk},
    {"gd_module_switch", Kind::kPolicyChange, kOk},
};

// Management API calls by the path they went to, writes only.
// Source: Auth0 Management API v2 reference (2026).
struct Endpoint {
  std::string_view path;
  Kind kind;
};
constexpr Endpoint kEndpoints[] = {
    {"/api/v2/client-grants", Kind::kDelegation},
    {"/api/v2/grants", Kind::kAppRevoked},
    {"/api/v2/refresh-tokens", Kind::kAppRevoked},
    {"/api/v2/device-credentials", Kind::kTokenMinted},
    {"/api/v2/roles", Kind::kRoleChange},
    {"/api/v2/resource-servers", Kind::kPolicyChange},
    {"/api/v2/rules", Kind::kPolicyChange},
    {"/api/v2/actions", Kind::kPolicyChange},
    {"/api/v2/hooks", Kind::kPolicyChange},
    {"/api/v2/connections", Kind::kPolicyChange},
    {"/api/v2/tenants", Kind::kPolicyChange},
    {"/api/v2/attack-protection", Kind::kPolicyChange},
    {"/api/v2/anomaly", Kind::kPolicyChange},
    {"/api/v2/guardian", Kind::kPolicyChange},
    {"/api/v2/log-streams", Kind::kPolicyChange},
    {"/api/v2/users", Kind::kUserChange},
    {"/api/v2/tickets", Kind::kUserChange},
};

Kind KindOfCall(std::string_view method, std::string_view path) {
  if (EqualsIgnoreCase(method, "get")) return Kind::kApiCall;
  if (path.starts_with("/api/v2/clients")) {
    const bool secret =
        path.find("/credentials") != std::string_view::npos || path.ends_with("/rotate-secret");
    return secret ? Kind::kCredentialChange : Kind::kAppChange;
  }
  const bool on_user = path.starts_with("/api/v2/users/");
  if (on_user && (path.ends_with("/roles") || path.ends_with("/permissions"))) {
    return EqualsIgnoreCase(method, "delete") ? Kind::kUserChange : Kind::kRoleAssignment;
  }
  if (path.starts_with("/api/v2/roles/") && path.ends_with("/users")) return Kind::kRoleAssignment;
  for (const Endpoint& row : kEndpoints) {
    if (path.starts_with(row.path)) return row.kind;
  }
  return Kind::kApiCall;
}

void Fixup(const Record& record, Draft& draft) {
  const std::string_view type = draft.Text(Field::kOperation);
  const Code* code = nullptr;
  for (const Code& row : kCodes) {
    if (row.type == type) code = &row;
  }
  if (code != nullptr) {
    draft.kind = code->kind;
    draft.outcome = code->outcome;
  } else if (type.size() > 3 && (type.starts_with("se") || type.starts_with("fe")) &&
             type.ends_with("ft")) {
    // Every exchange is named se...ft or fe...ft, so newer ones are known too.
    draft.kind = Kind::kTokenMinted;
    draft.outcome = type.front() == 's' ? kOk : kNo;
  }
  if (draft.kind == Kind::kTokenMinted) {
    draft.SetIfEmpty(Field::kTokenType, "access_token");
  }
  if (draft.kind != Kind::kApiCall) return;

  draft.kind = KindOfCall(draft.Text(Field::kMethod), draft.Text(Field::kUrl));
  // The app that a management call is about is in the body; client_id is who called.
  if (draft.kind == Kind::kAppChange || draft.kind == Kind::kCredentialChange ||
      draft.kind == Kind::kDelegation) {
    draft.Derive(Field::kActorAppId, draft.Text(Field::kApp), Field::kApp);
    draft.Derive(Field::kActorApp, draft.Text(Field::kAppName), Field::kAppName);
    const auto take = [&](Field field, std::string_view path, As as) {
      for (const std::string_view prefix : {"", "data."}) {
        std::array<char, 96> buffer{};
        const size_t size = prefix.copy(buffer.data(), prefix.size());
        const size_t more = path.copy(buffer.data() + size, buffer.size() - size);
        const Node* node = record.Find({buffer.data(), size + more});
        if (node == nullptr) continue;
        draft.SetFrom(field, node, as);
        return;
      }
    };
    draft.Clear(Field::kApp);
    draft.Clear(Field::kAppName);
    for (const std::string_view path :
         {"details.response.body.client_id", "details.request.body.client_id"}) {
      if (!draft.Has(Field::kApp)) take(Field::kApp, path, As::kCasedId);
    }
    for (const std::string_view path :
         {"details.response.body.name", "details.request.body.name"}) {
      if (!draft.Has(Field::kAppName)) take(Field::kAppName, path, As::kText);
    }
    take(Field::kScopes, "details.request.body.scope", As::kScopes);
    take(Field::kResource, "details.request.body.audience", As::kText);
    take(Field::kReplyUrls, "details.request.body.callbacks", As::kList);
    take(Field::kGrant, "details.response.body.id", As::kCasedId);
  }
}

}  // namespace

extern constinit const SourceDef kAuth0 = {
    .name = "auth0",
    .summary = "Auth0 tenant logs: logins, token exchanges, Management API calls",
    .reference = "Auth0 documentation, Log Event Type Codes and Log Data Schema (2026)",
    .sigma = {{{.product = "auth0", .category = {}, .service = {}}}},
    .claims = kClaims,
    .head = {.time = {"date", "data.date", "date_t", "time"},
             .key = {"log_id|data.log_id|_id|data._id|log_id_s", {}, {}, {}},
             .outcome = {}},
    .fields = kFields,
    .split = {},
    .fixup = Fixup,
    .headerless = {},
};

}  // namespace tokentrail::source
