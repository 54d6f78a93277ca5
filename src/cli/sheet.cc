#include "cli/sheet.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "sink/csv_writer.h"
#include "sink/json_writer.h"

namespace tokentrail::cli {

namespace {

std::string Table(const Sheet& sheet, const sink::Terminal& terminal) {
  const size_t shown = std::min(sheet.columns.size(), sheet.on_terminal);
  std::vector<sink::Column> columns;
  for (size_t i = 0; i < shown; ++i) {
    columns.push_back({.title = sheet.columns[i],
                       .least = i < sheet.least.size() ? sheet.least[i] : 12,
                       .drop = i < sheet.drop.size() ? sheet.drop[i] : 0});
  }
  std::vector<std::vector<sink::Cell>> rows;
  for (const auto& row : sheet.rows) {
    std::vector<sink::Cell> cells;
    for (size_t i = 0; i < shown; ++i) cells.push_back({Printable(row[i])});
    rows.push_back(std::move(cells));
  }
  std::string out;
  sink::LayOut(columns, rows, terminal, 0, out);
  return out;
}

std::string Json(const Sheet& sheet) {
  std::string out;
  sink::JsonWriter json(out, 2);
  json.BeginArray();
  for (const auto& row : sheet.rows) {
    json.BeginObject();
    for (size_t i = 0; i < row.size(); ++i) json.Member(sheet.columns[i], row[i]);
    json.EndObject();
  }
  json.EndArray();
  return out + "\n";
}

std::string Csv(const Sheet& sheet) {
  std::string out;
  sink::CsvWriter csv(out);
  for (const std::string_view column : sheet.columns) csv.Cell(column);
  csv.EndRow();
  for (const auto& row : sheet.rows) {
    for (const std::string& cell : row) csv.Cell(cell);
    csv.EndRow();
  }
  return out;
}

/// Text inside a Markdown table.
std::string Escape(std::string_view text) {
  std::string out;
  for (const char c : Printable(text)) {
    if (c == '|' || c == '<' || c == '*' || c == '_') out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

std::string Markdown(const Sheet& sheet) {
  std::string out = fmt::format("# {}\n\n{}\n\n", sheet.title, sheet.intro);
  if (sheet.sections) {
    for (const auto& row : sheet.rows) {
      out += fmt::format("## {}: {}\n\n", Escape(row[0]), Escape(row[1]));
      for (size_t i = 2; i < row.size(); ++i) {
        if (!row[i].empty()) out += fmt::format("- **{}**: {}\n", sheet.columns[i], Escape(row[i]));
      }
      out += "\n";
    }
    if (!sheet.rows.empty()) out.pop_back();
    return out;
  }
  out += fmt::format("| {} |\n|", fmt::join(sheet.columns, " | "));
  for (size_t i = 0; i < sheet.columns.size(); ++i) out += " --- |";
  out += "\n";
  for (const auto& row : sheet.rows) {
    out += "|";
    for (size_t i = 0; i < row.size(); ++i) {
      // Names that people type stand as code.
      const std::string cell = i == 0 ? fmt::format("`{}`", Printable(row[i])) : Escape(row[i]);
      out += fmt::format(" {} |", cell);
    }
    out += "\n";
  }
  return out;
}

}  // namespace

std::string Render(const Sheet& sheet, std::string_view type, const sink::Terminal& terminal) {
  for (const auto& row : sheet.rows) CHECK(row.size() == sheet.columns.size());
  if (type == "json") return Json(sheet);
  if (type == "csv") return Csv(sheet);
  if (type == "markdown") return Markdown(sheet);
  return Table(sheet, terminal);
}

}  // namespace tokentrail::cli
