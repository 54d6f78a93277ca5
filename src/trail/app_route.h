// REG-11: by which way an app was registered, told from the record of it.

#pragma once

#include <string_view>

#include "model/attribution.h"
#include "model/event.h"

namespace tokentrail::trail {

/// `portal`, `entra_admin_center`, `visual_studio`, `vs_code`, `azure_cli`, `powershell`,
/// `graph_explorer`, `terraform`, `sdk`, `rest`, `sync`, `consent`, `service`, `app`; empty:
/// unknown, which is allowed. Words live as long as the program.
///
/// From the client that held the token, where the record or the token's sign-in names it; else from
/// the user agent; else from what was set at birth and in which order.
std::string_view RegistrationRoute(const Event& event, const Attribution& who);

}  // namespace tokentrail::trail
