// The apps of a GitHub organisation, as its API lists them: what is, not what happened.
//
// `GET /orgs/{org}/installations` (GitHub Apps with their permissions) and
// `GET /orgs/{org}/credential-authorizations` (tokens that people authorised for single sign-on).
// Sources: GitHub REST API, "Organizations", apps endpoints and SAML SSO endpoints (2026).

#include "base/text.h"
#include "source/map/fact_list.h"
#include "source/map/maps.h"

namespace tokentrail::source {
namespace {

constexpr Claim kClaims[] = {
    {.keys = {"app_slug", "app_id", "permissions"}},
    {.keys = {"credential_id", "credential_type", "login"}},
};

constexpr FieldMap kFields[] = {
    {Field::kTenant, {"account.login", "org", "organization.login"}, As::kLower},
    {Field::kApp, {"app_id", "authorized_credential_id"}, As::kCasedId},
    {Field::kAppName, {"app_slug", "authorized_credential_title"}},
};

/// Permissions of an app, `{"contents": "write"}`, as `contents:write`.
void TakeInstallation(const Record& record, Draft& draft, FactList& facts) {
  draft.Set(Field::kCategory, "installation");
  const Node* permissions = record.Find("permissions");
  if (permissions != nullptr && permissions->kind == NodeKind::kObject) {
    std::vector<std::string_view> parts;
    for (const Node& one : Children(*permissions)) {
      parts.push_back(Concat(draft.arena(), {one.key(), ":", one.text()}));
    }
    draft.Set(Field::kScopes, JoinSet(parts, draft.arena()), permissions);
  }
  facts.Add("application", "true");
  facts.Take("created", {"created_at"});
  facts.Take("homepage", {"html_url"});
  facts.Add("enabled", record.Text("suspended_at").empty() ? "true" : "false");
}

/// A personal access token, or another credential of a person's.
void TakeAuthorization(const Record& record, Draft& draft, FactList& facts) {
  draft.Set(Field::kCategory, "credential");
  draft.Clear(Field::kApp);
  // An SSH key is nobody's app.
  if (ContainsIgnoreCase(record.Text("credential_type"), "key")) return;
  draft.Set(Field::kApp, "personal access tokens");
  draft.Clear(Field::kAppName);
  draft.SetFrom(Field::kCredential, record.Find("credential_id"), As::kCasedId);
  draft.SetFrom(Field::kScopes, record.Find("scopes"), As::kScopes);
  const std::string_view login = Lower(record.Text("login"), draft.arena());
  if (!login.empty()) facts.Add("user", {login, login});
  facts.Take("last_used", {"credential_accessed_at"});
  facts.Take("last_authorized", {"credential_authorized_at"});
}

void Fixup(const Record& record, Draft& draft) {
  draft.kind = Kind::kSnapshot;
  FactList facts(record, draft);
  if (record.Child(record.root(), "app_slug") != nullptr) {
    TakeInstallation(record, draft, facts);
  } else {
    TakeAuthorization(record, draft, facts);
  }
  draft.Set(Field::kOperation, draft.Text(Field::kCategory));
  facts.Finish();
}

}  // namespace

extern constinit const SourceDef kGithubState = {
    .name = "github_state",
    .summary =
        "GitHub: apps installed in an organisation, and tokens authorised for it, as the API "
        "lists them",
    .reference = "GitHub REST API, GET /orgs/{org}/installations, /credential-authorizations",
    .sigma = {},
    .family = "github_audit",
    .claims = kClaims,
    .head = {.time = {}, .key = {"id", "credential_id"}, .outcome = {}},
    .fields = kFields,
    .split = {},
    .fixup = Fixup,
    .headerless = {},
    .timeless = true,
};

}  // namespace tokentrail::source
