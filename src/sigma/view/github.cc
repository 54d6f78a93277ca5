// GitHub audit log: exports, REST, streams; the flat columns of the Log Analytics connectors.
//
// Sources: GitHub Docs, "Audit log events for your enterprise", "Identifying audit log events
// performed by an access token" (as known 2026-02, not checked live); SigmaHQ/sigma 8eaafff.

#include "sigma/view/views.h"

namespace tokentrail::sigma {
namespace {

constexpr ViewField kFields[] = {
    {.name = "action", .paths = {"action", "action_s"}},
    {.name = "actor", .paths = {"actor", "actor_s"}},
    {.name = "actor_ip", .paths = {"actor_ip", "actor_ip_s"}},
    {.name = "hashed_token", .paths = {"hashed_token", "hashed_token_s"}},
    {.name = "org", .paths = {"org", "org_s"}},
    {.name = "permission", .paths = {"permission", "permission_s"}},
    {.name = "programmatic_access_type",
     .paths = {"programmatic_access_type", "programmatic_access_type_s"}},
    {.name = "query_string", .paths = {"query_string", "query_string_s"}},
    {.name = "repo", .paths = {"repo", "repository", "repo_s", "repository_s"}},
    {.name = "repository_public", .paths = {"repository_public", "repository_public_b"}},
    {.name = "url_path", .paths = {"url_path", "url_path_s"}},
    {.name = "user", .paths = {"user", "user_s"}},
    {.name = "user_agent", .paths = {"user_agent", "user_agent_s"}},
    {.name = "visibility", .paths = {"visibility", "visibility_s"}},
};

}  // namespace

extern constinit const View kGithubAuditView = {
    .product = "github",
    .category = {},
    .service = "audit",
    .summary = "GitHub audit log of an organisation or enterprise",
    .reference = "GitHub Docs, Audit log events for your enterprise (2026-02)",
    .fields = kFields,
};

}  // namespace tokentrail::sigma
