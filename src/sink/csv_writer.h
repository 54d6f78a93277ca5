// Writes CSV (RFC 4180) that a spreadsheet shows as text, whatever an attacker put into a log.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tokentrail::sink {

/// Rows end with CRLF, as RFC 4180 says. Control characters become visible (\x1b); so a row is
/// always one line.
class CsvWriter {
 public:
  explicit CsvWriter(std::string& out) : out_(out) {}

  CsvWriter& Cell(std::string_view text);
  CsvWriter& Cell(uint64_t number);
  /// A number in text, such as `-1.5`: as it is.
  CsvWriter& Plain(std::string_view number);
  void EndRow();

 private:
  std::string& out_;
  bool row_started_ = false;
};

/// Longest cell, in bytes: past 32,766 a search index (Timesketch, OpenSearch keyword fields)
/// refuses or ignores the text; spreadsheets stop at 32,767 characters.
constexpr size_t kMaxCellBytes = 32'766;

}  // namespace tokentrail::sink
