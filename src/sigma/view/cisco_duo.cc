// Cisco Duo: authentication and administrator logs of the Admin API. Source: Duo, "Admin API",
// authentication logs v2 and v1, administrator logs (as known 2026-02, not checked live);
// SigmaHQ/sigma 8eaafff.

#include "sigma/view/views.h"

namespace tokentrail::sigma {
namespace {

constexpr ViewField kFields[] = {
    {.name = "access_device.ip", .paths = {"access_device.ip", "ip"}},
    {.name = "action", .paths = {"action"}},
    {.name = "application.name", .paths = {"application.name", "integration"}},
    {.name = "event_type", .paths = {"event_type"}},
    {.name = "factor", .paths = {"factor"}},
    {.name = "reason", .paths = {"reason"}},
    {.name = "result", .paths = {"result"}},
    {.name = "user.name", .paths = {"user.name", "username"}},
};

}  // namespace

extern constinit const View kCiscoDuoView = {
    .product = "cisco",
    .category = {},
    .service = "duo",
    .summary = "Cisco Duo authentication and administrator logs",
    .reference = "Duo, Admin API, Authentication Logs and Administrator Logs (2026-02)",
    .fields = kFields,
};

}  // namespace tokentrail::sigma
