// OneLogin events. Source: OneLogin developers, "Event resource", "Event types" and "Event
// webhooks" (as known 2026-02, not checked live); SigmaHQ/sigma 8eaafff.

#include "sigma/view/views.h"

namespace tokentrail::sigma {
namespace {

constexpr ViewField kFields[] = {
    {.name = "actor_user_name", .paths = {"actor_user_name"}},
    {.name = "app_name", .paths = {"app_name"}},
    {.name = "event_type_id", .paths = {"event_type_id"}, .number = true},
    {.name = "ipaddr", .paths = {"ipaddr"}},
    {.name = "user_name", .paths = {"user_name"}},
};

}  // namespace

extern constinit const View kOneloginView = {
    .product = "onelogin",
    .category = {},
    .service = "onelogin.events",
    .summary = "OneLogin events",
    .reference = "OneLogin developers, Event resource and Event types (2026-02)",
    .fields = kFields,
};

}  // namespace tokentrail::sigma
