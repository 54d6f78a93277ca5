#include "sink/csv_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "sink/width.h"

namespace tokentrail::sink {

namespace {

/// True when a spreadsheet may take a cell that starts so for a formula. Source: OWASP, "CSV
/// Injection" (2024): = + - @ tab CR, and their full-width forms, which Excel folds to ASCII in
/// East Asian locales.
bool StartsFormula(std::string_view text) {
  if (text.empty()) return false;
  size_t position = 0;
  const char32_t first = NextCodePoint(text, position);
  static constexpr char32_t kStarts[] = {'=',  '+',    '-',    '@',    '\t',  '\r',
                                         '\n', 0xFF1D, 0xFF0B, 0xFF0D, 0xFF20};
  return std::find(std::begin(kStarts), std::end(kStarts), first) != std::end(kStarts);
}

/// At most kMaxCellBytes - 4, at a character's border.
std::string_view Cut(std::string_view text) {
  size_t end = kMaxCellBytes - 4;
  if (text.size() <= end) return text;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace

CsvWriter& CsvWriter::Cell(std::string_view text) {
  if (row_started_) out_.push_back(',');
  row_started_ = true;
  const std::string shown = Printable(text);
  // The apostrophe is decided on both: Printable() may have taken a leading tab or CR away.
  const bool guard = StartsFormula(text) || StartsFormula(shown);
  const std::string_view cut = Cut(shown);
  const bool was_cut = cut.size() < shown.size();
  if (!guard && !was_cut && cut.find_first_of(",\"\r\n") == std::string_view::npos) {
    out_.append(cut);
    return *this;
  }
  out_.push_back('"');
  if (guard) out_.push_back('\'');
  for (const char c : cut) {
    if (c == '"') out_.push_back('"');
    out_.push_back(c);
  }
  if (was_cut) out_.append("\u2026");
  out_.push_back('"');
  return *this;
}

CsvWriter& CsvWriter::Plain(std::string_view number) {
  if (row_started_) out_.push_back(',');
  row_started_ = true;
  out_ += number;
  return *this;
}

CsvWriter& CsvWriter::Cell(uint64_t number) {
  if (row_started_) out_.push_back(',');
  row_started_ = true;
  fmt::format_to(std::back_inserter(out_), "{}", number);
  return *this;
}

void CsvWriter::EndRow() {
  out_.append("\r\n");
  row_started_ = false;
}

}  // namespace tokentrail::sink
