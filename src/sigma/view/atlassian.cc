// Atlassian cloud audit records: Jira, Confluence, organisation. Source: Atlassian, REST references
// of the three (developer.atlassian.com, as known 2026-02, not checked live). The schema is thin,
// and so is this.

#include "sigma/view/views.h"

namespace tokentrail::sigma {
namespace {

constexpr ViewField kFields[] = {
    {.name = "action", .paths = {"attributes.action", "summary", "summary_s"}},
    {.name = "actor.email", .paths = {"attributes.actor.email", "author.email"}},
    {.name = "attributes.action", .paths = {"attributes.action"}},
    {.name = "category", .paths = {"category", "category_s"}},
    {.name = "ip", .paths = {"remoteAddress", "attributes.location.ip", "remoteAddress_s"}},
    {.name = "objectItem.name", .paths = {"objectItem.name", "objectItem_name_s"}},
    {.name = "objectItem.typeName", .paths = {"objectItem.typeName", "objectItem_typeName_s"}},
    {.name = "summary", .paths = {"summary", "summary_s"}},
};

}  // namespace

extern constinit const View kAtlassianAuditView = {
    .product = "atlassian",
    .category = {},
    .service = "audit",
    .summary = "Atlassian audit records: Jira, Confluence, organisation",
    .reference = "Atlassian, Jira audit records; Confluence audit; Organizations events (2026-02)",
    .fields = kFields,
};

}  // namespace tokentrail::sigma
