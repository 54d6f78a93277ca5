// Microsoft Defender for Cloud Apps: the list of OAuth apps, as its pages export it. A row is what
// is known of one app at the time of the export, not something that happened: its times are facts.
//
// Limit: the vendor documents the columns but not the header row; names are those of the page, in
// both wordings seen in its documentation.
// Source: Microsoft Learn, "Manage OAuth apps" and "View your apps with app governance" (2026).

#include "base/text.h"
#include "source/map/fact_list.h"
#include "source/map/maps.h"

namespace tokentrail::source {
namespace {

constexpr Claim kClaims[] = {
    {.keys = {"Permissions level", "Last authorized"}},
    {.keys = {"Permission level", "Last authorized"}},
    {.keys = {"App name", "Privilege level", "App ID"}},
    {.keys = {"Name", "Permissions level", "Authorized by"}},
};

constexpr FieldMap kFields[] = {
    {Field::kApp, {"App ID", "App Id", "Application ID", "OAuth app ID", "Client ID"}, As::kId},
    {Field::kAppName, {"App name", "App", "Name"}},
    {Field::kPublisher, {"Publisher", "Publisher name"}},
    {Field::kResourceName, {"Application", "Cloud app", "App connector", "Instance"}},
    {Field::kScopes, {"Permissions", "Scopes"}, As::kScopes},
    {Field::kItems, {"Authorized by", "Authorized by (users)", "Users"}, As::kNumber},
    {Field::kConsentType, {"Consent type"}},
    {Field::kStatus, {"App state", "App status", "State"}},
    {Field::kStatusDetail, {"Permissions level", "Permission level", "Privilege level"}},
    {Field::kReason, {"Community use"}},
    {Field::kReplyUrls, {"Redirect URL", "Redirect URLs", "Reply URLs"}, As::kScopes},
};

void Fixup(const Record& record, Draft& draft) {
  draft.kind = Kind::kSnapshot;
  draft.Set(Field::kCategory, "catalog");
  FactList facts(record, draft);
  facts.Add("users", draft.Text(Field::kItems));
  facts.Add("state", draft.Text(Field::kStatus));
  facts.Add("level", draft.Text(Field::kStatusDetail));
  facts.Add("community", draft.Text(Field::kReason));
  facts.Add("consent", draft.Text(Field::kConsentType));
  facts.Take("origin", {"App origin"});
  facts.Take("last_authorized", {"Last authorized"});
  facts.Take("last_used", {"Last used", "Last used on", "Last activity"});
  facts.Take("added", {"Added on", "Registered on", "Date added"});
  facts.Take("homepage", {"App website", "Homepage", "Website"});
  // "Publisher verified" is a word or a tick in one list, the publisher's name in the other.
  const std::string_view verified = Trim(record.Text("Publisher verified"));
  if (!verified.empty()) {
    const bool no = EqualsIgnoreCase(verified, "no") || EqualsIgnoreCase(verified, "false") ||
                    ContainsIgnoreCase(verified, "not ") || ContainsIgnoreCase(verified, "unver");
    facts.Add("verified", no ? "false" : "true");
  }
  draft.Set(Field::kOperation, "OAuth app listed");
  // The page says `All users`; elsewhere the two words of the directory are used.
  const std::string_view consent = draft.Text(Field::kConsentType);
  if (ContainsIgnoreCase(consent, "admin") || ContainsIgnoreCase(consent, "all")) {
    draft.Derive(Field::kConsentType, "AllPrincipals", Field::kConsentType);
  } else if (!consent.empty()) {
    draft.Derive(Field::kConsentType, "Principal", Field::kConsentType);
  }
  draft.Clear(Field::kReason);  // of an app's export that is when it was made
  facts.Finish();
}

}  // namespace

extern constinit const SourceDef kCloudAppCatalog = {
    .name = "cloud_app_catalog",
    .summary = "Microsoft Defender for Cloud Apps: exported list of OAuth apps",
    .reference = "Microsoft Learn, Manage OAuth apps",
    .sigma = {},
    .claims = kClaims,
    .head = {.time = {}, .key = {}, .outcome = {}},
    .fields = kFields,
    .split = {},
    .fixup = Fixup,
    .headerless = {},
    .timeless = true,
};

}  // namespace tokentrail::source
