// Which apps hold a token of which person in a Google Workspace, as the Directory API lists them
// (tokens.list) and as gam prints them. What is, not what happened: no record has a time.
//
// Sources: Google, Admin SDK Directory API, tokens resource; gam, `print tokens` (read 2026).

#include "base/text.h"
#include "source/map/fact_list.h"
#include "source/map/maps.h"

namespace tokentrail::source {
namespace {

bool IsToken(const Record& record) {
  return record.Text("kind") == "admin#directory#token" || record.Has("userKey") ||
         record.Has("user");
}

constexpr Claim kClaims[] = {
    {.keys = {"clientId", "displayText", "scopes"}, .test = IsToken},
    {.keys = {"clientId", "userKey", "scopes"}},
    {.keys = {"user", "clientId", "displayText"}},
};

constexpr FieldMap kFields[] = {
    {Field::kTenant, {"customerId", "id.customerId"}, As::kCasedId},
    {Field::kApp, {"clientId"}, As::kCasedId},
    {Field::kAppName, {"displayText"}},
    {Field::kScopes, {"scopes"}, As::kScopes},
    {Field::kPrincipal, {"user", "primaryEmail", "userKey"}, As::kLower},
};

void Fixup(const Record& record, Draft& draft) {
  draft.kind = Kind::kSnapshot;
  draft.Set(Field::kCategory, "token");
  draft.Set(Field::kOperation, "token");
  // The number that the audit log knows the person by, or the address.
  const Node* key = record.Find("userKey");
  if (key != nullptr && IsDigits(Trim(key->text()))) {
    draft.SetFrom(Field::kTarget, key, As::kCasedId);
  }
  FactList facts(record, draft);
  if (EqualsIgnoreCase(record.Text("anonymous"), "true")) {
    draft.Set(Field::kReason, "not registered with Google", record.Find("anonymous"));
    facts.Add("verified", "false");
  }
  facts.Take("public_client", {"nativeApp"});
  facts.Finish();
}

}  // namespace

extern constinit const SourceDef kGoogleTokens = {
    .name = "google_tokens",
    .summary = "Google Workspace: apps that hold tokens of people, as listed by the Directory API",
    .reference = "Google, Admin SDK Directory API, tokens; gam print tokens",
    .sigma = {},
    .family = "google_workspace",
    .claims = kClaims,
    .head = {.time = {}, .key = {"clientId", "userKey|user"}, .outcome = {}},
    .fields = kFields,
    .split = {},
    .fixup = Fixup,
    .headerless = {},
    .timeless = true,
};

}  // namespace tokentrail::source
