// Bitbucket Data Center audit log.
//
// Source: Atlassian, Bitbucket Data Center, "Audit log events in Bitbucket" and "Audit log
// integrations" (as known 2026-02, not checked live); SigmaHQ/sigma 8eaafff.

#include "sigma/view/views.h"

namespace tokentrail::sigma {
namespace {

constexpr ViewField kFields[] = {
    {.name = "affectedObjects.name", .paths = {"affectedObjects.name"}},
    {.name = "affectedObjects.type", .paths = {"affectedObjects.type"}},
    // The REST API calls it `type`.
    {.name = "auditType.action", .paths = {"auditType.action", "type.action"}},
    {.name = "auditType.category", .paths = {"auditType.category", "type.category"}},
    {.name = "author.name", .paths = {"author.name"}},
    {.name = "source", .paths = {"source"}},
};

constexpr std::string_view kBags[] = {"extraAttributes", "changedValues"};

}  // namespace

extern constinit const View kBitbucketAuditView = {
    .product = "bitbucket",
    .category = {},
    .service = "audit",
    .summary = "Bitbucket Data Center audit log",
    .reference = "Atlassian, Bitbucket Data Center, Audit log events in Bitbucket (2026-02)",
    .fields = kFields,
    .bags = kBags,
};

}  // namespace tokentrail::sigma
