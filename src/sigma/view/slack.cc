// Slack audit log: entries of the Audit Logs API, and the columns of the Log Analytics connector.
// Source: Slack, "Audit Logs API" (docs.slack.dev, as known 2026-02, not checked live).

#include "sigma/view/views.h"

namespace tokentrail::sigma {
namespace {

constexpr ViewField kFields[] = {
    {.name = "action", .paths = {"action", "action_s"}},
    {.name = "actor.type", .paths = {"actor.type", "actor_type_s"}},
    {.name = "actor.user.email", .paths = {"actor.user.email", "actor_user_email_s"}},
    {.name = "actor.user.id", .paths = {"actor.user.id", "actor_user_id_s"}},
    {.name = "context.ip_address", .paths = {"context.ip_address", "context_ip_address_s"}},
    {.name = "context.ua", .paths = {"context.ua", "context_ua_s"}},
    {.name = "details.new_scopes", .paths = {"details.new_scopes", "details_new_scopes_s"}},
    {.name = "details.new_value", .paths = {"details.new_value", "details_new_value_s"}},
    {.name = "details.reason", .paths = {"details.reason", "details_reason_s"}},
    {.name = "entity.app.id", .paths = {"entity.app.id", "entity_app_id_s"}},
    {.name = "entity.app.name", .paths = {"entity.app.name", "entity_app_name_s"}},
    {.name = "entity.type", .paths = {"entity.type", "entity_type_s"}},
};

}  // namespace

extern constinit const View kSlackAuditView = {
    .product = "slack",
    .category = {},
    .service = "audit",
    .summary = "Slack audit log",
    .reference = "Slack, Audit Logs API (2026-02)",
    .fields = kFields,
};

}  // namespace tokentrail::sigma
