// The small tables of a case: all but the events. Only for src/store.

#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "store/connection.h"
#include "store/store.h"

namespace tokentrail::store {

/// `file_ids`: by the index of `files`.
Result<Done> WriteCaseTables(const duck::Session& session, const CaseRows& rows,
                             const FileTable& files, std::span<const int64_t> file_ids,
                             std::span<const std::string_view> source_names);

}  // namespace tokentrail::store
