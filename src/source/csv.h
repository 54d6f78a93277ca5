// CSV rows to Records whose keys are the column names.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "model/record.h"

namespace tokentrail::source {

/// The columns of one CSV text; shared by all its blocks.
struct CsvHeader {
  std::vector<std::string> columns;
  char delimiter = ',';
  bool headerless = false;  ///< names are ours; the first row is data
};

/// The cells of one row, unquoted (RFC 4180). Views into `row` or the arena.
void SplitCsvRow(std::string_view row, char delimiter, Arena& arena,
                 std::vector<std::string_view>& cells);

/// Makes a record of a row; all values are text, empty cells are empty text. Cells beyond the
/// header are left out; missing ones are absent. Texts hold until the next call.
class CsvReader {
 public:
  /// `nested` opens JSON in cells.
  Record Read(std::string_view row, const CsvHeader& header, NestedJson* nested);

 private:
  Arena arena_;
  std::vector<std::string_view> cells_;
  std::vector<Node> nodes_;
};

}  // namespace tokentrail::source
