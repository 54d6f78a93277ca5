// GitHub audit log of an organisation or enterprise: export (JSON array or lines, CSV), REST API,
// stream to a bucket or event hub (which alone holds api.request), git events; and the flat columns
// of the Log Analytics connectors.
//
// Webhook deliveries look alike (`action`), but tell what happened to content and carry no trace of
// the token; they are not audit records.
//
// Sources: GitHub Docs, "Audit log events for your enterprise / organization", "Identifying audit
// log events performed by an access token", "Streaming the audit log" (read 2026).

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "source/map/maps.h"

namespace tokentrail::source {
namespace {

// Every action is `category.what`; a webhook's is a bare verb.
bool IsAction(std::string_view action) {
  const size_t dot = action.find('.');
  return dot != std::string_view::npos && dot > 0 && dot + 1 < action.size() &&
         action.find_first_of(" /:") == std::string_view::npos;
}

bool IsEntry(const Record& record) {
  if (!IsAction(record.Text("action"))) return false;
  if (record.Has("_document_id")) return true;
  // Git events and older exports have no document id. Slack and others also log an `action`.
  if (!record.Has("@timestamp") && !record.Has("created_at")) return false;
  return record.Has("actor") || record.Has("org") || record.Has("business") || record.Has("repo") ||
         record.Has("repository");
}
bool IsTable(const Record& record) { return IsAction(record.Text("action_s")); }

constexpr Claim kClaims[] = {
    {.keys = {"action"}, .test = IsEntry},
    {.keys = {"action_s", "actor_s"}, .test = IsTable},
};

constexpr FieldMap kFields[] = {
    // An enterprise's log and that of one of its organisations hold the same entries.
    {Field::kTenant, {"org", "business", "org_s", "business_s", "enterprise"}, As::kLower},
    {Field::kOperation, {"action", "action_s"}},
    {Field::kCorrelation, {"request_id", "request_id_s"}, As::kCasedId},
    {Field::kUser, {"actor", "actor_s"}, As::kLower},
    {Field::kUserId, {"actor_id", "actor_id_d", "actor_id_s"}},
    {Field::kPrincipal,
     {"external_identity_nameid", "external_identity_username", "external_identity_nameid_s"},
     As::kLower},
    {Field::kIp, {"actor_ip", "actor_ip_s"}, As::kIp},
    {Field::kCountry, {"actor_location.country_code", "actor_location_country_code_s"}},
    {Field::kUserAgent, {"user_agent", "user_agent_s"}},
    // base64(SHA-256(token)): two tokens may differ in case only.
    {Field::kToken, {"hashed_token", "hashed_token_s"}, As::kCasedId},
    {Field::kCredential,
     {"token_id", "token_id_d", "token_id_s", "personal_access_token_id", "deploy_key_id",
      "user_programmatic_access_id"},
     As::kCasedId},
    {Field::kScopes, {"token_scopes", "token_scopes_s", "oauth_scopes", "scopes"}, As::kScopes},
    {Field::kTokenType,
     {"programmatic_access_type", "programmatic_access_type_s", "token_type", "auth_method"}},
    {Field::kApp,
     {"oauth_application_id", "application_client_id", "oauth_application_client_id",
      "integration_id", "app_id", "oauth_application_id_d", "application_client_id_s"},
     As::kCasedId},
    {Field::kAppName,
     {"oauth_application_name", "application_name", "oauth_application", "integration",
      "integration_name", "integration_s", "oauth_application_name_s"}},
    {Field::kProtocol, {"transport_protocol_name", "transport_protocol_name_s"}},
    {Field::kObject, {"repo", "repository", "repo_s", "repository_s", "repositories"}},
    {Field::kMethod, {"request_method", "request_method_s"}},
    {Field::kResourceName, {"route", "route_s"}},
    {Field::kStatus, {"status_code", "status_code_s", "status_code_d"}},
    {Field::kUrl, {"url_path", "url_path_s"}},
    {Field::kTargetName, {"user", "user_s", "invitee", "team", "name"}},
    {Field::kTarget, {"user_id", "user_id_d", "target_id"}},
    {Field::kRole, {"permission", "role", "role_name", "permission_s"}},
    {Field::kReason, {"reason", "explanation", "transport_protocol_reason"}},
    {Field::kCategory, {"operation_type", "operation_type_s"}},
};

struct Prefix {
  std::string_view text;
  Kind kind;
};

// The first prefix of the action decides, so the special stand before the general.
constexpr Prefix kKinds[] = {
    {"api.request", Kind::kApiCall},
    {"git.clone", Kind::kFileAccess},
    {"git.fetch", Kind::kFileAccess},
    {"git.", Kind::kApiCall},
    {"repo.download_zip", Kind::kFileAccess},
    // Apps get, or lose, access.
    {"integration_installation.create", Kind::kAppAuthorized},
    {"integration_installation.repositories_added", Kind::kAppAuthorized},
    {"integration_installation.version_updated", Kind::kAppAuthorized},
    {"integration_installation.unsuspend", Kind::kAppAuthorized},
    {"integration_installation.", Kind::kAppRevoked},  // destroy, suspend, repositories_removed
    {"oauth_authorization.create", Kind::kAppAuthorized},
    {"oauth_authorization.update", Kind::kAppAuthorized},
    {"oauth_authorization.", Kind::kAppRevoked},
    {"oauth_access.create", Kind::kTokenMinted},
    {"oauth_access.regenerate", Kind::kTokenMinted},
    {"oauth_access.update", Kind::kAppAuthorized},
    {"oauth_access.", Kind::kAppRevoked},
    {"org_credential_authorization.grant", Kind::kAppAuthorized},
    {"org_credential_authorization.", Kind::kAppRevoked},
    {"org.oauth_app_access_approved", Kind::kAppAuthorized},
    {"org.oauth_app_access_blocked", Kind::kAppRevoked},
    {"org.oauth_app_access_denied", Kind::kAppRevoked},
    {"personal_access_token.access_granted", Kind::kAppAuthorized},
    {"personal_access_token.request_", Kind::kOther},
    {"personal_access_token.create", Kind::kTokenMinted},
    {"personal_access_token.credential_regenerated", Kind::kTokenMinted},
    {"personal_access_token.access_revoked", Kind::kAppRevoked},
    {"personal_access_token.", Kind::kAppRevoked},  // credential_revoked, destroy, expired
    // Credentials of apps and machines.
    {"oauth_application.generate_client_secret", Kind::kCredentialChange},
    {"oauth_application.remove_client_secret", Kind::kCredentialChange},
    {"oauth_application.reset_secret", Kind::kCredentialChange},
    {"oauth_application.revoke_tokens", Kind::kAppRevoked},
    {"oauth_application.transfer", Kind::kOwnerChange},
    {"oauth_application.", Kind::kAppChange},
    {"integration.generate_client_secret", Kind::kCredentialChange},
    {"integration.remove_client_secret", Kind::kCredentialChange},
    {"integration.revoke_all_tokens", Kind::kAppRevoked},
    {"integration.revoke_tokens", Kind::kAppRevoked},
    {"integration.transfer", Kind::kOwnerChange},
    {"integration.", Kind::kAppChange},
    {"public_key.", Kind::kCredentialChange},
    {"deploy_key.", Kind::kCredentialChange},
    {"ssh_certificate_authority.", Kind::kCredentialChange},
    {"ssh_certificate_requirement.", Kind::kPolicyChange},
    {"gpg_key.", Kind::kCredentialChange},
    {"passkey.", Kind::kUserChange},
    {"hook.", Kind::kAppChange},
    // Rights of people.
    {"org.add_member", Kind::kRoleAssignment},
    {"org.update_member", Kind::kRoleAssignment},
    {"org.invite_member", Kind::kRoleAssignment},
    {"org.add_outside_collaborator", Kind::kRoleAssignment},
    {"org.add_security_manager", Kind::kRoleAssignment},
    {"org.add_billing_manager", Kind::kRoleAssignment},
    {"business.add_admin", Kind::kRoleAssignment},
    {"business.invite_admin", Kind::kRoleAssignment},
    {"business.add_organization", Kind::kPolicyChange},
    {"repo.add_member", Kind::kRoleAssignment},
    {"repo.update_member", Kind::kRoleAssignment},
    {"repository_invitation.", Kind::kRoleAssignment},
    {"team.add_member", Kind::kRoleAssignment},
    {"team.add_repository", Kind::kRoleAssignment},
    {"team.update_repository_permission", Kind::kRoleAssignment},
    {"team.promote_maintainer", Kind::kRoleAssignment},
    {"organization_role.assign", Kind::kRoleAssignment},
    {"organization_role.revoke", Kind::kRoleRevoked},
    {"organization_role.", Kind::kRoleChange},
    {"role.", Kind::kRoleChange},
    {"org.remove_member", Kind::kRoleRevoked},
    {"org.remove_outside_collaborator", Kind::kRoleRevoked},
    {"org.remove_security_manager", Kind::kRoleRevoked},
    {"org.remove_billing_manager", Kind::kRoleRevoked},
    {"business.remove_admin", Kind::kRoleRevoked},
    {"repo.remove_member", Kind::kRoleRevoked},
    {"team.remove_member", Kind::kRoleRevoked},
    {"team.remove_repository", Kind::kRoleRevoked},
    {"team.demote_maintainer", Kind::kRoleRevoked},
    {"org.remove_", Kind::kUserChange},
    {"business.remove_", Kind::kUserChange},
    // Guard rails.
    {"protected_branch.", Kind::kPolicyChange},
    {"repository_ruleset.", Kind::kPolicyChange},
    {"repository_branch_protection_evaluation.", Kind::kPolicyChange},
    {"org.disable_", Kind::kPolicyChange},
    {"org.enable_", Kind::kPolicyChange},
    {"org.set_", Kind::kPolicyChange},
    {"org.update_default_repository_permission", Kind::kPolicyChange},
    {"org.update_saml_provider_settings", Kind::kPolicyChange},
    {"org.update_member_repository_", Kind::kPolicyChange},
    {"org.config.", Kind::kPolicyChange},
    {"org.saml_", Kind::kPolicyChange},
    {"business.disable_", Kind::kPolicyChange},
    {"business.enable_", Kind::kPolicyChange},
    {"business.set_", Kind::kPolicyChange},
    {"business.clear_", Kind::kPolicyChange},
    {"business.update_", Kind::kPolicyChange},
    {"business_", Kind::kPolicyChange},  // business_secret_scanning, business_advanced_security
    {"audit_log_streaming.", Kind::kPolicyChange},
    {"ip_allow_list", Kind::kPolicyChange},
    {"org_secret_scanning", Kind::kPolicyChange},
    {"repository_secret_scanning", Kind::kPolicyChange},
    {"secret_scanning_push_protection.", Kind::kPolicyChange},
    {"secret_scanning.", Kind::kPolicyChange},
    {"personal_access_token_policy.", Kind::kPolicyChange},
    {"repo.access", Kind::kPolicyChange},  // made public or private
    {"repo.actions_enabled", Kind::kPolicyChange},
    {"repo.transfer", Kind::kPolicyChange},
    // Alerts, sign-ins, accounts.
    {"secret_scanning_alert.", Kind::kRisk},
    {"org.sso_response", Kind::kSignIn},
    {"business.sso_response", Kind::kSignIn},
    {"user.login", Kind::kSignIn},
    {"user.failed_login", Kind::kSignIn},
    {"user.two_factor_", Kind::kUserChange},
    {"user.", Kind::kUserChange},
    {"two_factor_authentication.", Kind::kUserChange},
    {"external_identity.", Kind::kUserChange},
    {"org.unlink_external_identity", Kind::kUserChange},
};

Kind KindOf(std::string_view action) {
  for (const Prefix& prefix : kKinds) {
    if (action.starts_with(prefix.text)) return prefix.kind;
  }
  // Secrets and variables of workflows: repo.create_actions_secret, org.update_codespaces_secret.
  if (action.ends_with("_secret")) return Kind::kCredentialChange;
  return Kind::kOther;
}

// Permissions of an app or fine-grained token, `{"contents": "write"}`, as `contents:write`.
void SetPermissions(const Record& record, Field field, std::string_view path, Draft& draft) {
  const Node* node = record.Find(path);
  const Node* list = node == nullptr ? nullptr : record.Open(*node);
  if (list == nullptr || draft.Has(field)) return;
  if (list->kind == NodeKind::kArray) {
    draft.SetFrom(field, list, As::kScopes);
    return;
  }
  std::vector<std::string_view> parts;
  for (const Node& child : Children(*list)) {
    const Node* nested = child.is_container() ? &child : nullptr;
    if (nested == nullptr) {
      parts.push_back(Concat(draft.arena(), {child.key(), ":", child.text()}));
      continue;
    }
    for (const Node& inner : Children(*nested)) {  // {"repository": {"contents": "write"}}
      parts.push_back(Concat(draft.arena(), {inner.key(), ":", inner.text()}));
    }
  }
  if (!parts.empty()) draft.Set(field, JoinSet(parts, draft.arena()), node);
}

void Fixup(const Record& record, Draft& draft) {
  const std::string_view action = draft.Text(Field::kOperation);
  draft.kind = KindOf(action);
  // Entries tell what was done; only API requests and sign-ins tell of failure too.
  if (draft.Has(Field::kStatus)) {
    const char first = draft.Text(Field::kStatus).front();
    draft.outcome = first == '4' || first == '5' ? Outcome::kFailure : Outcome::kSuccess;
  } else {
    const bool failed = action.ends_with("failed") || action.ends_with("_failure") ||
                        action.find("failed_") != std::string_view::npos;
    draft.outcome = failed ? Outcome::kFailure : Outcome::kSuccess;
  }
  if (draft.Has(Field::kUrl)) {
    const Node* query = record.Find("query_string");
    if (query != nullptr && !query->text().empty()) {
      draft.Derive(Field::kUrl,
                   Concat(draft.arena(), {draft.Text(Field::kUrl), "?", query->text()}),
                   Field::kUrl);
    }
  }
  // Several organisations or repositories at once are a list.
  for (const auto& [field, path] : {std::pair<Field, std::string_view>{Field::kTenant, "org"},
                                    std::pair<Field, std::string_view>{Field::kObject, "repo"}}) {
    const Node* node = record.Find(path);
    if (node == nullptr || node->kind != NodeKind::kArray) continue;
    draft.Clear(field);
    if (field == Field::kTenant) {
      if (node->begin() != node->end()) draft.SetFrom(field, node->begin(), As::kLower);
    } else {
      draft.SetFrom(field, node, As::kList);
    }
  }
  switch (draft.kind) {
    case Kind::kAppAuthorized:
    case Kind::kAppRevoked:
    case Kind::kTokenMinted:
    case Kind::kAppChange:
    case Kind::kOther:
      SetPermissions(record, Field::kScopesAdded, "permissions_added", draft);
      SetPermissions(record, Field::kScopes, "permissions", draft);
      break;
    default:
      break;
  }
  if (!draft.Has(Field::kReason)) {
    const Node* before = record.Find("old_permission");
    if (before == nullptr) before = record.Find("old_role");
    if (before != nullptr && !before->text().empty()) {
      draft.Set(Field::kReason,
                Concat(draft.arena(), {"role: ", before->text(), " -> ", draft.Text(Field::kRole)}),
                before);
    }
  }
  if (draft.kind == Kind::kCredentialChange && !draft.Has(Field::kCredential)) {
    for (const std::string_view path : {"fingerprint", "key_id", "public_key_fingerprint", "key"}) {
      const Node* node = record.Find(path);
      if (node == nullptr || node->text().empty()) continue;
      draft.SetFrom(Field::kCredential, node, As::kCasedId);
      break;
    }
  }
}

}  // namespace

extern constinit const SourceDef kGithubAudit = {
    .name = "github_audit",
    .summary = "GitHub organisation and enterprise audit log, with git events and API requests",
    .reference = "GitHub Docs, Audit log events for your enterprise",
    .sigma = {{{.product = "github", .category = {}, .service = "audit"}}},
    .claims = kClaims,
    .head = {.time = {"@timestamp", "created_at", "timestamp", "created_at_d", "created_at_t",
                      "TimeGenerated"},
             .key = {"_document_id|_document_id_s"}},
    .fields = kFields,
    .split = {},
    .fixup = Fixup,
    .headerless = {},
};

}  // namespace tokentrail::source
