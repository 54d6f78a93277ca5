// Which family of permissions a call takes, where no table of paths says it exactly: Google's API
// methods, operations of Exchange and SharePoint. Coarse and honest: it tells mail from files, and
// reading from writing, no more.

#pragma once

#include <string_view>

#include "inventory/permission.h"

namespace tokentrail::inventory {

/// Family (Permission::family) of the call; empty when we can't say. Google: `api` is api_name
/// (`gmail`), `method` is method_name (`gmail.users.messages.list`), or either alone. Microsoft:
/// `method` is the operation of a Microsoft 365 record (`MailItemsAccessed`).
/// Source: Google Reports API, token activity events; Microsoft, "Audit log activities".
std::string_view CallFamily(Platform platform, std::string_view api, std::string_view method);

/// A permission of family `held` allows calls of family `called`: the same, or one that includes it
/// (who may write mail may read it).
bool Covers(std::string_view held, std::string_view called);

}  // namespace tokentrail::inventory
