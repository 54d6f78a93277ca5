// Atlassian audit records: Jira, Confluence and the organisation's admin log.
//
// Sources: Atlassian, "Jira Cloud platform REST API, audit records", "Confluence Cloud REST API,
// audit", "Organizations REST API, events" (developer.atlassian.com, read 2026). The set of actions
// is only partly published: what is not known is kept as `other` with its name.

#include "base/text.h"
#include "source/map/maps.h"

namespace tokentrail::source {
namespace {

bool IsJira(const Record& record) {
  return record.Has("objectItem") || record.Has("eventSource") || record.Has("authorKey") ||
         record.Has("authorAccountId");
}
bool IsConfluence(const Record& record) {
  return record.Has("summary") && record.Has("category") &&
         (record.Has("affectedObject") || record.Has("author"));
}
bool IsOrganisation(const Record& record) {
  return record.Has("attributes.action") &&
         (record.Has("attributes.actor") || record.Has("attributes.time"));
}
bool IsTable(const Record& record) {
  return record.Has("created_t") || record.Has("creationDate_d") || record.Has("created_s");
}

constexpr Claim kClaims[] = {
    {.keys = {"summary", "category", "created"}, .test = IsJira},
    {.keys = {"creationDate"}, .test = IsConfluence},
    {.keys = {"attributes", "type"}, .test = IsOrganisation},
    {.keys = {"summary_s", "category"}, .test = IsTable},
    {.keys = {"summary_s", "category_s"}, .test = IsTable},
};

// Paths: Jira, Confluence, organisation, Log Analytics.
constexpr FieldMap kFields[] = {
    {Field::kOperation, {"summary", "attributes.action", "summary_s"}},
    {Field::kCategory, {"category", "category_s"}},
    {Field::kUser,
     {"author.email", "attributes.actor.email", "attributes.actor.name", "author.displayName",
      "author.username", "authorAccountId", "authorKey", "authorAccountId_s"},
     As::kLower},
    {Field::kUserId,
     {"authorAccountId", "author.accountId", "attributes.actor.id", "authorAccountId_s",
      "author_accountId_s"},
     As::kCasedId},
    {Field::kUserType, {"author.type", "author.accountType", "author_type_s"}},
    {Field::kIp, {"remoteAddress", "attributes.location.ip", "remoteAddress_s"}, As::kIp},
    {Field::kCountry, {"attributes.location.countryName"}},
    {Field::kTarget,
     {"objectItem.id", "attributes.context[].id", "associatedItems[].id", "objectItem_id_s"},
     As::kCasedId},
    {Field::kTargetName,
     {"objectItem.name", "affectedObject.name", "attributes.context[].attributes.name",
      "objectItem_name_s", "affectedObject_name_s"}},
    {Field::kTargetType,
     {"objectItem.typeName", "affectedObject.objectType", "attributes.context[].type",
      "objectItem_typeName_s", "affectedObject_objectType_s"}},
    {Field::kTenant, {"attributes.container[].id"}, As::kCasedId},
};

struct Word {
  std::string_view text;
  Kind kind;
};

// Parts of the action's or summary's text, in the order of how much they say.
constexpr Word kWords[] = {
    {"api_token_revoked", Kind::kAppRevoked},
    {"api_token_deleted", Kind::kAppRevoked},
    {"api_token", Kind::kTokenMinted},
    {"api token revoked", Kind::kAppRevoked},
    {"api token", Kind::kTokenMinted},
    {"api_key", Kind::kCredentialChange},
    {"oauth2_app_uninstalled", Kind::kAppRevoked},
    {"oauth2_app", Kind::kAppAuthorized},
    {"app_installed", Kind::kAppAuthorized},
    {"app_uninstalled", Kind::kAppRevoked},
    {"app uninstalled", Kind::kAppRevoked},
    {"app installed", Kind::kAppAuthorized},
    {"add-on installed", Kind::kAppAuthorized},
    {"add-on uninstalled", Kind::kAppRevoked},
    {"plugin installed", Kind::kAppAuthorized},
    {"logged_in_as", Kind::kSignIn},
    {"login", Kind::kSignIn},
    {"logged in", Kind::kSignIn},
    {"added to group", Kind::kRoleAssignment},
    {"added_to_group", Kind::kRoleAssignment},
    {"role_granted", Kind::kRoleAssignment},
    {"user_granted_role", Kind::kRoleAssignment},
    {"permission added", Kind::kRoleAssignment},
    {"roles changed", Kind::kRoleAssignment},
    {"permission scheme", Kind::kRoleChange},
    {"saml", Kind::kPolicyChange},
    {"policy", Kind::kPolicyChange},
    {"policies", Kind::kPolicyChange},
    {"two_step", Kind::kPolicyChange},
    {"allowlist", Kind::kPolicyChange},
    {"export", Kind::kFileAccess},
};

Kind KindOf(std::string_view operation, std::string_view category) {
  for (const Word& word : kWords) {
    if (ContainsIgnoreCase(operation, word.text)) return word.kind;
  }
  if (EqualsIgnoreCase(category, "user management") || operation.starts_with("user_")) {
    return Kind::kUserChange;
  }
  return Kind::kOther;
}

void Fixup(const Record&, Draft& draft) {
  draft.kind = KindOf(draft.Text(Field::kOperation), draft.Text(Field::kCategory));
  draft.outcome = ContainsIgnoreCase(draft.Text(Field::kOperation), "failed") ? Outcome::kFailure
                                                                              : Outcome::kSuccess;
}

}  // namespace

extern constinit const SourceDef kAtlassianAudit = {
    .name = "atlassian_audit",
    .summary = "Atlassian audit records: Jira, Confluence, organisation",
    .reference = "Atlassian, Jira audit records; Confluence audit; Organizations events",
    .sigma = {{{.product = "atlassian", .category = {}, .service = "audit"}}},
    .claims = kClaims,
    .head = {.time = {"created", "creationDate", "attributes.time", "created_t", "creationDate_d",
                      "created_s", "TimeGenerated"},
             // Jira numbers its records, each site from one: the time tells sites apart. Confluence
             // has no id.
             .key = {"id|id_d", "created|created_t|created_s"}},
    .fields = kFields,
    .split = {},
    .fixup = Fixup,
    .headerless = {},
};

}  // namespace tokentrail::source
