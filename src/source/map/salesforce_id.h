// Salesforce record ids in one form.

#pragma once

#include <string_view>

#include "base/arena.h"

namespace tokentrail::source {

/// The 18-character form of a 15-character id (event log files write the short, real-time events
/// the long form of the same user or app). Anything else comes back as it is.
/// Source: Salesforce, "Record ID length" (knowledge article 000385585): each of the three suffix
/// characters says which of five characters are capitals.
std::string_view LongSalesforceId(std::string_view id, Arena& arena);

}  // namespace tokentrail::source
