// Writes the tables that follow tokens, but for those that events tell. Only for src/store.

#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "store/connection.h"
#include "store/store.h"

namespace tokentrail::store {

Result<Done> WriteTrailTables(const duck::Session& session, const CaseRows& rows,
                              std::span<const int64_t> file_ids,
                              std::span<const std::string_view> source_names);

}  // namespace tokentrail::store
