#include "sink/table.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "sink/cell.h"

namespace tokentrail::sink {

Colour LevelColour(Level level) {
  switch (level) {
    case Level::kCritical:
      return Colour::kBoldRed;
    case Level::kHigh:
      return Colour::kRed;
    case Level::kMedium:
      return Colour::kYellow;
    case Level::kLow:
      return Colour::kCyan;
    case Level::kInformational:
      return Colour::kDim;
  }
  return Colour::kNone;
}

void WriteTable(const Outcome& outcome, const Terminal& terminal, size_t limit, std::string& out) {
  if (outcome.findings.empty()) {
    out.append("no findings\n");
    return;
  }
  const std::vector<Column> columns = {
      {.title = "level"},
      {.title = "first (UTC)", .drop = 3},
      {.title = "rule", .least = 8, .drop = 2},
      {.title = "title", .least = 16, .weight = 2, .drop = 1},
      {.title = "user", .least = 10, .drop = 4},
      {.title = "app", .least = 8, .drop = 5},
      {.title = "count", .right = true, .drop = 6},
      {.title = "id"},
  };
  const std::vector<std::string> ids = ShortIds(outcome.findings);
  const size_t shown = limit == 0 ? ids.size() : std::min(limit, ids.size());
  std::vector<std::vector<Cell>> rows;
  rows.reserve(shown);
  for (size_t i = 0; i < shown; ++i) {
    const Finding& finding = outcome.findings[i];
    const std::string user = EntityText(finding, "user");
    rows.push_back({{std::string(Name(finding.level)), LevelColour(finding.level)},
                    {FormatTimeShort(finding.first).substr(0, 16)},
                    {Printable(finding.rule)},
                    {Printable(finding.title)},
                    {Printable(user.empty() ? EntityText(finding, "service_account") : user)},
                    {Printable(EntityText(finding, "app"))},
                    {Grouped(finding.count)},
                    {Printable(ids[i]), Colour::kDim}});
  }
  LayOut(columns, rows, terminal, 0, out);
  if (shown < ids.size()) out.append(fmt::format("and {} more\n", Grouped(ids.size() - shown)));
}

namespace {

/// For whoever asks for the table without a terminal: 100 columns, no colour.
void Write(const Outcome& outcome, std::string& out) { WriteTable(outcome, {}, 0, out); }

}  // namespace

extern constinit const SinkDef kTable;
constinit const SinkDef kTable = {
    .name = "table",
    .file = "",
    .summary = "findings as a table that fits the terminal; the default",
    .write = Write,
};

}  // namespace tokentrail::sink
