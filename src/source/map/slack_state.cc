// Apps approved in a Slack organisation, as admin.apps.approved.list gives them.
//
// Source: Slack API, admin.apps.approved.list (2026).

#include "base/text.h"
#include "source/map/fact_list.h"
#include "source/map/maps.h"

namespace tokentrail::source {
namespace {

constexpr Claim kClaims[] = {
    {.keys = {"app", "scopes", "date_updated"}},
};

constexpr FieldMap kFields[] = {
    {Field::kTenant, {"team_id", "enterprise_id"}, As::kCasedId},
    {Field::kApp, {"app.id"}, As::kCasedId},
    {Field::kAppName, {"app.name"}},
    {Field::kPublisher, {"app.developer_name"}},
};

void Fixup(const Record& record, Draft& draft) {
  draft.kind = Kind::kSnapshot;
  draft.Set(Field::kCategory, "app");
  draft.Set(Field::kOperation, "approved app");
  FactList facts(record, draft);
  facts.Add("state", "approved");
  facts.Take("homepage", {"app.app_homepage_url"});
  const std::string_view listed = record.Text("app.is_app_directory_approved");
  if (!listed.empty()) facts.Add("verified", listed);
  facts.Take("last_authorized", {"date_updated"});
  facts.TakeEach("permission", {"scopes"}, "name");
  facts.Add("application", "true");
  facts.Finish();
}

}  // namespace

extern constinit const SourceDef kSlackState = {
    .name = "slack_state",
    .summary = "Slack: apps approved in the organisation, as the API lists them",
    .reference = "Slack API, admin.apps.approved.list",
    .sigma = {},
    .family = "slack_audit",
    .claims = kClaims,
    .head = {.time = {}, .key = {"app.id"}, .outcome = {}},
    .fields = kFields,
    .split = {},
    .fixup = Fixup,
    .headerless = {},
    .timeless = true,
};

}  // namespace tokentrail::source
