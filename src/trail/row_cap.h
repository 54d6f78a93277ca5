// Files that end where export tools cut, and exports that say a page twice.

#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "model/evidence_gap.h"
#include "model/file_table.h"
#include "model/summary.h"

namespace tokentrail::trail {

/// A number of records at which a tool ends, whatever there was.
struct RowCap {
  std::string_view source;  ///< empty: of any log
  uint64_t rows = 0;
  std::string_view tool;
  std::string_view reference;  ///< where the number is from
};

std::span<const RowCap> RowCaps();

/// Files with exactly as many records of one source as a tool gives at most, unless other files go
/// on where they end. `first` and `last` are the times of all evidence.
void FindRowCaps(std::span<const FileCount> files, const FileTable& table,
                 std::span<const std::string_view> source_names, Time first, Time last,
                 std::vector<EvidenceGap>& out);

/// Sources of which many records stand in the evidence more than once, other than in whole copies
/// of a file.
void FindDuplicatePages(std::span<const SourceCount> sources, std::span<const FileCount> files,
                        std::span<const std::string_view> source_names,
                        std::vector<EvidenceGap>& out);

}  // namespace tokentrail::trail
