#include "source/map/google_event.h"

#include <array>
#include <vector>

#include "base/text.h"

namespace tokentrail::source {
namespace {

struct Parameter {
  std::string_view name;  // lower case
  Field field;
  As as;
};

// In order of preference where two names feed one field.
constexpr Parameter kParameters[] = {
    // token
    {"client_id", Field::kApp, As::kCasedId},
    {"app_name", Field::kAppName, As::kText},
    {"client_type", Field::kTokenType, As::kText},
    {"scope", Field::kScopes, As::kScopes},
    {"api_name", Field::kResourceName, As::kText},
    {"method_name", Field::kMethod, As::kText},
    {"num_response_bytes", Field::kBytes, As::kNumber},
    // admin
    {"api_client_name", Field::kApp, As::kCasedId},
    {"api_scopes", Field::kScopes, As::kScopes},
    {"oauth2_app_id", Field::kApp, As::kCasedId},
    {"app_id", Field::kApp, As::kCasedId},
    {"oauth2_app_name", Field::kAppName, As::kText},
    {"oauth2_app_type", Field::kTokenType, As::kText},
    {"oauth2_service_name", Field::kResourceName, As::kText},
    {"application_name", Field::kAppName, As::kText},
    {"role_name", Field::kRole, As::kText},
    {"role_id", Field::kRoleId, As::kCasedId},
    {"user_email", Field::kTarget, As::kLower},
    {"group_email", Field::kTargetName, As::kLower},
    {"setting_name", Field::kObject, As::kText},
    {"privilege_name", Field::kObject, As::kText},
    {"new_value", Field::kStatusDetail, As::kList},
    {"old_value", Field::kReason, As::kList},
    // login, saml, user_accounts
    {"login_type", Field::kProtocol, As::kText},
    {"login_failure_type", Field::kStatusDetail, As::kText},
    {"failure_type", Field::kStatusDetail, As::kText},
    {"login_challenge_status", Field::kStatusDetail, As::kText},
    {"affected_email_address", Field::kTarget, As::kLower},
    {"email_forwarding_destination_address", Field::kTarget, As::kLower},
    // drive
    {"doc_id", Field::kObject, As::kCasedId},
    {"doc_title", Field::kTargetName, As::kText},
    {"doc_type", Field::kTargetType, As::kText},
    {"originating_app_id", Field::kApp, As::kCasedId},
    {"owner", Field::kPrincipal, As::kLower},
    {"visibility", Field::kStatusDetail, As::kText},
    {"target_user", Field::kTarget, As::kLower},
    {"api_method", Field::kMethod, As::kText},
    // calendar, groups, mobile, chat
    {"user_agent", Field::kUserAgent, As::kText},
    {"calendar_id", Field::kObject, As::kCasedId},
    {"group_id", Field::kTargetName, As::kLower},
    {"member_id", Field::kTarget, As::kLower},
    {"device_id", Field::kDevice, As::kCasedId},
    {"ip_address", Field::kIp, As::kIp},
};

// The text under `key` of a message, which is an object or a list of name and value.
std::string_view Member(const Record& record, const Node& message, std::string_view key,
                        const Node** origin) {
  const Node* open = record.Open(message);
  if (open == nullptr) return {};
  if (open->kind == NodeKind::kObject) {
    if (const Node* direct = record.Child(*open, key); direct != nullptr) {
      *origin = direct;
      return direct->text();
    }
    const Node* list = record.Child(*open, "parameter");
    if (list == nullptr) list = record.Child(*open, "parameters");
    return list == nullptr ? std::string_view() : Member(record, *list, key, origin);
  }
  for (const Node& element : Children(*open)) {
    const NamedValue named = ReadNamedValue(element);
    if (named.name != key || named.value == nullptr) continue;
    *origin = named.value;
    return named.value->text();
  }
  return {};
}

// scope_data: a list of messages, each naming one scope and the products it belongs to.
void TakeScopeData(const Record& record, const Node& value, Draft& draft) {
  const Node* list = record.Open(value);
  if (list == nullptr) return;
  std::vector<std::string_view> scopes;
  const Node* origin = nullptr;
  if (list->kind == NodeKind::kObject) {
    if (const auto scope = Member(record, *list, "scope_name", &origin); !scope.empty()) {
      scopes.push_back(Trim(scope));
    }
  } else {
    for (const Node& message : Children(*list)) {
      const Node* found = nullptr;
      if (const auto scope = Member(record, message, "scope_name", &found); !scope.empty()) {
        scopes.push_back(Trim(scope));
        if (origin == nullptr) origin = found;
      }
    }
  }
  if (scopes.empty()) return;
  draft.SetIfEmpty(Field::kScopes, JoinSet(scopes, draft.arena()), origin);
}

enum class Ends : uint8_t { kKeep, kSuccess, kFailure };

struct Meaning {
  std::string_view name;  // upper case for admin, lower for the rest; compared without case
  Kind kind;
  Ends ends = Ends::kSuccess;
};

// Source: Reports API, "OAuth Token Audit Activity Events" (2026). `request`: a person asked for
// an app that is blocked; nothing was granted. `deny` is what Cloud Audit Logs call a refusal.
constexpr Meaning kToken[] = {
    {"authorize", Kind::kAppAuthorized},
    {"revoke", Kind::kAppRevoked},
    {"activity", Kind::kApiCall},
    {"request", Kind::kAppAuthorized, Ends::kFailure},
    {"deny", Kind::kAppAuthorized, Ends::kFailure},
    {"authorize_failure", Kind::kAppAuthorized, Ends::kFailure},
    // Methods of oauth2.googleapis.com, for records that lack the event's own name.
    {"gettoken", Kind::kAppAuthorized},
    {"revoketoken", Kind::kAppRevoked},
};

// Source: Reports API, "Login Audit Activity Events", "SAML ..." and "User Accounts ..." (2026).
constexpr Meaning kLogin[] = {
    {"login_success", Kind::kSignIn},
    {"login_failure", Kind::kSignIn, Ends::kFailure},
    // Steps towards a session, not a session.
    {"login_challenge", Kind::kOther, Ends::kKeep},
    {"login_verification", Kind::kOther, Ends::kKeep},
    {"logout", Kind::kOther},
    {"suspicious_login", Kind::kRisk, Ends::kKeep},
    {"suspicious_login_less_secure_app", Kind::kRisk, Ends::kKeep},
    {"suspicious_programmatic_login", Kind::kRisk, Ends::kKeep},
    {"user_signed_out_due_to_suspicious_session_cookie", Kind::kRisk, Ends::kKeep},
    {"account_disabled_generic", Kind::kRisk, Ends::kKeep},
    {"account_disabled_hijacked", Kind::kRisk, Ends::kKeep},
    {"account_disabled_password_leak", Kind::kRisk, Ends::kKeep},
    {"account_disabled_spamming", Kind::kRisk, Ends::kKeep},
    {"account_disabled_spamming_through_relay", Kind::kRisk, Ends::kKeep},
    {"gov_attack_warning", Kind::kRisk, Ends::kKeep},
    {"risky_sensitive_action_allowed", Kind::kRisk},
    {"risky_sensitive_action_blocked", Kind::kRisk, Ends::kFailure},
    {"blocked_sender", Kind::kOther},
    {"email_forwarding_out_of_domain", Kind::kMailRule},
    {"password_edit", Kind::kUserChange},
    {"recovery_email_edit", Kind::kUserChange},
    {"recovery_phone_edit", Kind::kUserChange},
    {"recovery_secret_qa_edit", Kind::kUserChange},
    {"2sv_enroll", Kind::kUserChange},
    {"2sv_disable", Kind::kUserChange},
    {"titanium_enroll", Kind::kUserChange},
    {"titanium_unenroll", Kind::kUserChange},
    {"passkey_enrolled", Kind::kUserChange},
    {"passkey_removed", Kind::kUserChange},
    // Names of login.googleapis.com methods, for records that lack the event's own name.
    {"loginsuccess", Kind::kSignIn},
    {"loginfailure", Kind::kSignIn, Ends::kFailure},
};

// Source: Reports API, "Admin Activity Report" event pages (2026). Those not named here go by the
// type of the event, below.
constexpr Meaning kAdmin[] = {
    {"AUTHORIZE_API_CLIENT_ACCESS", Kind::kDelegation},
    {"REMOVE_API_CLIENT_ACCESS", Kind::kAppRevoked},
    {"ADD_APPLICATION", Kind::kAppAuthorized},
    {"REMOVE_APPLICATION", Kind::kAppRevoked},
    {"REVOKE_3LO_TOKEN", Kind::kAppRevoked},
    {"REVOKE_3LO_DEVICE_TOKENS", Kind::kAppRevoked},
    {"REVOKE_ASP", Kind::kAppRevoked},
    {"ASSIGN_ROLE", Kind::kRoleAssignment},
    {"GRANT_ADMIN_PRIVILEGE", Kind::kRoleAssignment},
    {"GRANT_DELEGATED_ADMIN_PRIVILEGES", Kind::kRoleAssignment},
    // Rights taken away are no assignment.
    {"UNASSIGN_ROLE", Kind::kRoleRevoked},
    {"REVOKE_ADMIN_PRIVILEGE", Kind::kRoleRevoked},
    {"CREATE_ROLE", Kind::kRoleChange},
    {"DELETE_ROLE", Kind::kRoleChange},
    {"RENAME_ROLE", Kind::kRoleChange},
    {"UPDATE_ROLE", Kind::kRoleChange},
    {"ADD_PRIVILEGE", Kind::kRoleChange},
    {"REMOVE_PRIVILEGE", Kind::kRoleChange},
    {"UPDATE_PRIVILEGE", Kind::kRoleChange},
    {"CREATE_EMAIL_MONITOR", Kind::kMailRule},
    {"MAIL_ROUTING_DESTINATION_ADDED", Kind::kMailRule},
    {"CREATE_GMAIL_SETTING", Kind::kPolicyChange},
    {"CHANGE_GMAIL_SETTING", Kind::kPolicyChange},
    {"DELETE_GMAIL_SETTING", Kind::kPolicyChange},
    {"EMAIL_LOG_SEARCH", Kind::kOther},
    {"EMAIL_UNDELETE", Kind::kOther},
    {"RELEASE_FROM_QUARANTINE", Kind::kOther},
    {"REJECT_FROM_QUARANTINE", Kind::kOther},
    {"DOWNLOAD_USERLIST_CSV", Kind::kOther},
    {"DOWNLOAD_PENDING_INVITES_LIST", Kind::kOther},
    {"ENABLE_API_ACCESS", Kind::kPolicyChange},
    {"TRUST_DOMAIN_OWNED_OAUTH2_APPS", Kind::kPolicyChange},
    {"UNTRUST_DOMAIN_OWNED_OAUTH2_APPS", Kind::kPolicyChange},
    {"ADD_APPLICATION_TO_WHITELIST", Kind::kPolicyChange},
    {"REMOVE_APPLICATION_FROM_WHITELIST", Kind::kPolicyChange},
    {"CHANGE_WHITELIST_SETTING", Kind::kPolicyChange},
    {"CHANGE_SSO_SETTINGS", Kind::kPolicyChange},
    {"TOGGLE_SSO_ENABLED", Kind::kPolicyChange},
    {"ADD_TRUSTED_DOMAINS", Kind::kPolicyChange},
    {"REMOVE_TRUSTED_DOMAINS", Kind::kPolicyChange},
};

// Admin events whose type is lost (flat copies) are known by a word in their name: API access,
// two-step verification and lists of trusted apps are guard rails.
constexpr std::string_view kGuardRailWords[] = {
    "OAUTH2",         "TWO_STEP",        "STRONG_AUTHENTICATION",
    "API_ACCESS",     "PROGRAMMATIC",    "CAA_",
    "_SSO_",          "SSO_PROFILE",     "OAUTH_ACCESS",
    "SESSION_LENGTH", "LESS_SECURE",     "APPLICATION_SETTING",
    "CHROME_OS_ADD",  "ADMIN_PASSWORD_", "CONTEXT_AWARE",
    "ACCESS_LEVEL",
};

const Meaning* Look(std::span<const Meaning> table, std::string_view name) {
  for (const Meaning& row : table) {
    if (EqualsIgnoreCase(row.name, name)) return &row;
  }
  return nullptr;
}

Meaning AdminByType(std::string_view name, std::string_view type) {
  // ContainsIgnoreCase, since Cloud Audit Logs write the method in lower camel case.
  for (const std::string_view word : kGuardRailWords) {
    if (ContainsIgnoreCase(name, word)) return {name, Kind::kPolicyChange};
  }
  struct ByType {
    std::string_view type;
    Kind kind;
  };
  constexpr ByType kByType[] = {
      {"SECURITY_SETTINGS", Kind::kPolicyChange},  {"APPLICATION_SETTINGS", Kind::kPolicyChange},
      {"EMAIL_SETTINGS", Kind::kPolicyChange},     {"DELEGATED_ADMIN_SETTINGS", Kind::kRoleChange},
      {"USER_SETTINGS", Kind::kUserChange},        {"MOBILE_SETTINGS", Kind::kDeviceChange},
      {"CHROME_OS_SETTINGS", Kind::kDeviceChange}, {"DEVICE_SETTINGS", Kind::kDeviceChange},
  };
  for (const ByType& row : kByType) {
    if (EqualsIgnoreCase(row.type, type)) return {name, row.kind};
  }
  constexpr std::string_view kUserWords[] = {"_USER", "PASSWORD", "RECOVERY_", "SIGNIN_COOKIES",
                                             "2SV_"};
  for (const std::string_view word : kUserWords) {
    if (type.empty() && ContainsIgnoreCase(name, word)) return {name, Kind::kUserChange};
  }
  return {name, Kind::kOther};
}

Meaning Mobile(std::string_view name) {
  for (const std::string_view word : {"SUSPICIOUS", "COMPROMISED", "FAILED_PASSWORD"}) {
    if (ContainsIgnoreCase(name, word)) return {name, Kind::kRisk, Ends::kKeep};
  }
  return {name, Kind::kDeviceChange};
}

// Google's own pages name gmail events in words (`Send`, `View`, `Download attachment`) and, in
// BigQuery's older tables, by number; the numbers are read by the caller.
Meaning Gmail(std::string_view name) {
  for (const std::string_view word : {"send", "reply", "forward"}) {
    if (EqualsIgnoreCase(name, word)) return {name, Kind::kMailSend};
  }
  for (const std::string_view word : {"view", "open", "read", "download", "attachment"}) {
    if (ContainsIgnoreCase(name, word)) return {name, Kind::kMailRead};
  }
  return {name, Kind::kOther, Ends::kKeep};
}

Meaning MeaningOf(std::string_view application, std::string_view name, std::string_view type) {
  const auto is = [&](std::string_view word) { return EqualsIgnoreCase(application, word); };
  if (is("token")) {
    const Meaning* row = Look(kToken, name);
    return row != nullptr ? *row : Meaning{name, Kind::kOther, Ends::kKeep};
  }
  if (is("login") || is("user_accounts") || is("saml")) {
    if (const Meaning* row = Look(kLogin, name); row != nullptr) return *row;
    for (const std::string_view word : {"suspicious", "account_disabled", "_attack_"}) {
      if (ContainsIgnoreCase(name, word)) return {name, Kind::kRisk, Ends::kKeep};
    }
    for (const std::string_view word : {"2sv", "password", "recovery", "passkey", "enroll"}) {
      if (ContainsIgnoreCase(name, word)) return {name, Kind::kUserChange};
    }
    return {name, Kind::kOther, Ends::kKeep};
  }
  if (is("admin")) {
    const Meaning* row = Look(kAdmin, name);
    return row != nullptr ? *row : AdminByType(name, type);
  }
  if (is("drive")) {
    // Quota bookkeeping says nothing about a file.
    if (EqualsIgnoreCase(type, "pooled_quota_metadata")) return {name, Kind::kOther};
    return {name, Kind::kFileAccess};
  }
  if (is("gmail")) return Gmail(name);
  if (is("mobile")) return Mobile(name);
  if (is("takeout") || is("data_migration")) return {name, Kind::kFileAccess};
  if (is("context_aware_access")) return {name, Kind::kOther, Ends::kFailure};
  return {name, Kind::kOther, Ends::kKeep};
}

}  // namespace

void TakeGoogleParameter(const Record& record, std::string_view name, const Node& value,
                         Draft& draft) {
  if (EqualsIgnoreCase(name, "scope_data")) {
    TakeScopeData(record, value, draft);
    return;
  }
  if (EqualsIgnoreCase(name, "is_suspicious")) {
    if (EqualsIgnoreCase(value.text(), "true")) draft.Set(Field::kReason, "is_suspicious", &value);
    return;
  }
  for (const Parameter& row : kParameters) {
    if (!EqualsIgnoreCase(row.name, name)) continue;
    // `scope` and `scope_data` tell the same, and a file's `visibility` says more than the new
    // value of one right: these win wherever they stand.
    if (draft.Has(row.field) && !EqualsIgnoreCase(name, "scope") &&
        !EqualsIgnoreCase(name, "visibility")) {
      return;
    }
    const Node* node = &value;
    if (row.as == As::kScopes || row.as == As::kList) {
      if (const Node* open = record.Open(value); open != nullptr) node = open;
    }
    draft.SetFrom(row.field, node, row.as);
    return;
  }
}

void TakeGoogleParameters(const Record& record, const Node& bag, Draft& draft) {
  const Node* open = record.Open(bag);
  if (open == nullptr) return;
  for (const Node& child : Children(*open)) {
    if (open->kind == NodeKind::kObject) {
      TakeGoogleParameter(record, child.key(), child, draft);
    } else if (const NamedValue named = ReadNamedValue(child); named.value != nullptr) {
      TakeGoogleParameter(record, named.name, *named.value, draft);
    }
  }
}

void ClassifyGoogleEvent(std::string_view application, std::string_view name, std::string_view type,
                         Draft& draft) {
  const Meaning meaning = MeaningOf(application, name, type);
  draft.kind = meaning.kind;
  // The Reports API logs what was done; only these few of its events tell of what was refused.
  if (meaning.ends == Ends::kSuccess) draft.outcome = Outcome::kSuccess;
  if (meaning.ends == Ends::kFailure) draft.outcome = Outcome::kFailure;
  if (EqualsIgnoreCase(application, "saml")) draft.Set(Field::kProtocol, "saml");
  if (EqualsIgnoreCase(application, "admin") &&
      (draft.Has(Field::kReason) || draft.Has(Field::kStatusDetail))) {
    const std::string_view setting = draft.Text(Field::kObject);
    draft.Derive(
        Field::kReason,
        Concat(draft.arena(), {setting, setting.empty() ? "" : ": ", draft.Text(Field::kReason),
                               " -> ", draft.Text(Field::kStatusDetail)}),
        draft.Has(Field::kStatusDetail) ? Field::kStatusDetail : Field::kReason);
  }
  if (EqualsIgnoreCase(name, "ADD_APPLICATION")) {
    // A Marketplace app installed by an admin acts for everyone in the domain.
    draft.Set(Field::kConsentType, "AllPrincipals");
  }
}

std::string_view GuessGoogleApplication(std::string_view name, std::string_view type,
                                        const Draft& draft) {
  for (const std::string_view drive : {"access", "acl_change"}) {
    if (EqualsIgnoreCase(type, drive)) return "drive";
  }
  if (Look(kLogin, name) != nullptr) return "login";
  if (Look(kAdmin, name) != nullptr || ContainsIgnoreCase(type, "_SETTINGS")) return "admin";
  if (Look(kToken, name) != nullptr && (draft.Has(Field::kApp) || draft.Has(Field::kAppName))) {
    return "token";
  }
  return {};
}

}  // namespace tokentrail::source
