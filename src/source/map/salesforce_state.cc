// OAuth tokens of people in a Salesforce organisation, as a query of the object OAuthToken gives
// them, in JSON or CSV.
//
// Source: Salesforce Object Reference, OAuthToken (2026).

#include "base/text.h"
#include "source/map/fact_list.h"
#include "source/map/maps.h"

namespace tokentrail::source {
namespace {

constexpr Claim kClaims[] = {
    {.keys = {"AppName", "UseCount", "LastUsedDate"}},
    {.keys = {"AppName", "UserId", "LastUsedDate"}},
};

constexpr FieldMap kFields[] = {
    {Field::kTenant, {"OrganizationId"}, As::kCasedId},
    {Field::kAppName, {"AppName"}},
};

void Fixup(const Record& record, Draft& draft) {
  draft.kind = Kind::kSnapshot;
  draft.Set(Field::kCategory, "token");
  draft.Set(Field::kOperation, "OAuthToken");
  FactList facts(record, draft);
  std::string_view user = record.Text("User.Username");
  if (user.empty()) user = record.Text("Username");
  user = Lower(user, draft.arena());
  const std::string_view id = record.Text("UserId");
  if (!id.empty()) {
    facts.Add("user", {id, user});
  } else if (!user.empty()) {
    facts.Add("user", {user, user});
  }
  facts.Take("last_used", {"LastUsedDate"});
  facts.Take("last_authorized", {"CreatedDate"});
  facts.Finish();
}

}  // namespace

extern constinit const SourceDef kSalesforceState = {
    .name = "salesforce_state",
    .summary = "Salesforce: OAuth tokens of people, as a query of OAuthToken gives them",
    .reference = "Salesforce Object Reference, OAuthToken",
    .sigma = {},
    .family = "salesforce_event",
    .claims = kClaims,
    .head = {.time = {}, .key = {"Id"}, .outcome = {}},
    .fields = kFields,
    .split = {},
    .fixup = Fixup,
    .headerless = {},
    .timeless = true,
};

}  // namespace tokentrail::source
