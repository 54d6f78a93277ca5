// The apps of an Okta organisation and the scopes granted to them, as its API lists them.
//
// Source: Okta Management API, "List all applications" and "List all app grants" (2026).

#include "base/text.h"
#include "source/map/fact_list.h"
#include "source/map/maps.h"

namespace tokentrail::source {
namespace {

bool IsApp(const Record& record) { return !record.Has("eventType"); }

constexpr Claim kClaims[] = {
    {.keys = {"label", "signOnMode", "status"}, .test = IsApp},
    {.keys = {"scopeId", "issuer", "clientId"}, .test = IsApp},
};

constexpr FieldMap kFields[] = {
    {Field::kAppName, {"label"}},
    {Field::kScopes, {"scopeId"}, As::kScopes},
    {Field::kReplyUrls, {"settings.oauthClient.redirect_uris"}, As::kScopes},
};

void Fixup(const Record& record, Draft& draft) {
  draft.kind = Kind::kSnapshot;
  const bool grant = record.Child(record.root(), "scopeId") != nullptr;
  draft.Set(Field::kCategory, grant ? "grant" : "app");
  draft.Set(Field::kOperation, draft.Text(Field::kCategory));
  // The System Log names an OAuth client by the same id as the list does.
  draft.SetFrom(Field::kApp, record.Find(grant ? "clientId" : "id"), As::kCasedId);
  FactList facts(record, draft);
  if (grant) {
    if (!EqualsIgnoreCase(record.Text("status"), "ACTIVE")) draft.Clear(Field::kScopes);
    facts.Add("all_users", record.Has("userId") ? "" : "true");
    facts.Take("last_authorized", {"lastUpdated", "created"});
  } else {
    facts.Add("enabled", EqualsIgnoreCase(record.Text("status"), "ACTIVE") ? "true" : "false");
    facts.Take("created", {"created"});
    facts.Take("homepage", {"settings.oauthClient.client_uri"});
  }
  facts.Finish();
}

}  // namespace

extern constinit const SourceDef kOktaState = {
    .name = "okta_state",
    .summary = "Okta: apps and the scopes granted to them, as the API lists them",
    .reference = "Okta Management API, applications and application grants",
    .sigma = {},
    .family = "okta_system",
    .claims = kClaims,
    .head = {.time = {}, .key = {"id"}, .outcome = {}},
    .fields = kFields,
    .split = {},
    .fixup = Fixup,
    .headerless = {},
    .timeless = true,
};

}  // namespace tokentrail::source
