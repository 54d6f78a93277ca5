#include "sink/table.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "sink/cell.h"
#include "sink/width.h"

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

namespace {

/// From this many columns on, a title of ordinary length, a user and an app stand side by side.
constexpr size_t kTitleRoom = 56;
constexpr size_t kNameRoom = 24;

std::string Who(const Finding& finding) {
  const std::string user = EntityText(finding, "user");
  return Printable(user.empty() ? EntityText(finding, "service_account") : user);
}

/// What a finding shows, in the order of the wide table.
struct Line {
  Cell level;
  std::string first;
  std::string rule;
  std::string title;
  std::string who;
  std::string app;
  std::string count;
  std::string id;
};

std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> out = Split(text, "\n");
  if (!out.empty() && out.back().empty()) out.pop_back();
  return out;
}

/// One line a finding.
void WriteWide(const std::vector<Line>& lines, const Terminal& terminal, std::string& out) {
  std::vector<std::vector<Cell>> rows;
  for (const Line& line : lines) {
    rows.push_back({line.level,
                    {line.first},
                    {line.rule},
                    {line.title},
                    {line.who},
                    {line.app},
                    {line.count},
                    {line.id, Colour::kDim}});
  }
  LayOut({{.title = "level"},
          {.title = "first (UTC)"},
          {.title = "rule", .least = 8},
          {.title = "title", .least = kTitleRoom, .weight = 2},
          {.title = "user", .least = kNameRoom},
          {.title = "app", .least = kNameRoom},
          {.title = "count", .right = true},
          {.title = "id"}},
         rows, terminal, 0, out);
}

/// Two lines a finding: what it is gets the first for itself, who and which app the second.
void WriteNarrow(const std::vector<Line>& lines, const Terminal& terminal, std::string& out) {
  std::vector<std::vector<Cell>> upper;
  std::vector<std::vector<Cell>> lower;
  size_t indent = DisplayWidth("level");
  for (const Line& line : lines) {
    indent = std::max(indent, DisplayWidth(line.level.text));
    upper.push_back({line.level, {line.first}, {line.title, Colour::kBold}});
    lower.push_back({{line.id, Colour::kDim}, {line.rule}, {line.who}, {line.app}});
  }
  indent = terminal.columns >= 50 ? indent + 2 : 2;
  std::string first;
  std::string second;
  LayOut({{.title = "level"}, {.title = "first (UTC)", .drop = 1}, {.title = "title", .least = 24}},
         upper, terminal, 0, first);
  LayOut({{.title = "id"},
          {.title = "rule", .least = 8, .drop = 3},
          {.title = "user", .least = 18, .drop = 1},
          {.title = "app", .least = 16, .drop = 2}},
         lower, terminal, indent, second);
  const std::vector<std::string_view> above = LinesOf(first);
  const std::vector<std::string_view> below = LinesOf(second);
  for (size_t i = 0; i < above.size(); ++i) {
    out.append(above[i]).push_back('\n');
    if (i < below.size()) out.append(below[i]).push_back('\n');
  }
}

}  // namespace

void WriteTable(const Outcome& outcome, const Terminal& terminal, size_t limit, std::string& out) {
  if (outcome.findings.empty()) {
    if (outcome.summary.events == 0) {
      out.append("no findings: nothing of what was read could be used\n");
    } else if (outcome.summary.hidden > 0) {
      out.append(fmt::format("no findings to show; {} hidden by level or time window\n",
                             Grouped(outcome.summary.hidden)));
    } else {
      out.append("no findings\n");
    }
    return;
  }
  const std::vector<std::string> ids = ShortIds(outcome.findings);
  const size_t shown = limit == 0 ? ids.size() : std::min(limit, ids.size());
  std::vector<Line> lines;
  lines.reserve(shown);
  // What is the same in every line, and what the texts need before any is cut too far.
  size_t needed = DisplayWidth("critical  2026-01-01 00:00  GRT-01      count  12345678");
  size_t title = 0;
  size_t who = 0;
  size_t app = 0;
  for (size_t i = 0; i < shown; ++i) {
    const Finding& finding = outcome.findings[i];
    lines.push_back({{std::string(Name(finding.level)), LevelColour(finding.level)},
                     FormatTimeShort(finding.first).substr(0, 16),
                     Printable(finding.rule),
                     Printable(finding.title),
                     Who(finding),
                     Printable(EntityText(finding, "app")),
                     Grouped(finding.count),
                     Printable(ids[i])});
    title = std::max(title, DisplayWidth(lines.back().title));
    who = std::max(who, DisplayWidth(lines.back().who));
    app = std::max(app, DisplayWidth(lines.back().app));
  }
  needed += std::min(title, kTitleRoom) + std::min(who, kNameRoom) + std::min(app, kNameRoom) + 6;
  if (terminal.columns >= needed) {
    WriteWide(lines, terminal, out);
  } else {
    WriteNarrow(lines, terminal, out);
  }
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
