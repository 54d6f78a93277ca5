// Reads cited records again, by their places.

#pragma once

#include <atomic>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/file_table.h"
#include "source/csv.h"

namespace tokentrail::source {

/// Where a record of one file stands, and whatever the caller knows it by.
struct Wanted {
  uint64_t offset = 0;
  uint32_t size = 0;
  size_t index = 0;
};

/// Calls `got` with the bytes of each wanted record of `file`, in the order of offsets. `header` is
/// that of a CSV text, else null. Fails when the file can't be opened or ends before a record.
Result<Done> Reread(
    const EvidenceFile& file, std::span<const Wanted> wanted,
    const std::function<void(const Wanted&, std::string_view bytes, const CsvHeader* header)>& got,
    const std::atomic<bool>* stop = nullptr);

}  // namespace tokentrail::source
