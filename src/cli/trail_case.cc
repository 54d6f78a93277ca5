#include "cli/trail_case.h"

#include <fmt/format.h>

#include <charconv>

#include "base/text.h"
#include "cli/interrupt.h"

namespace tokentrail::cli {
namespace {

/// As the library words the statistics of a column in which every row is NULL. Where it words them
/// otherwise no column counts as empty, which costs time and nothing else.
constexpr std::string_view kNothing = "Has No Null: false";
constexpr std::string_view kEverywhere = "Has Null: false";

}  // namespace

Result<TrailCase> TrailCase::Open(const std::string& folder, uint64_t memory) {
  TrailCase out(TRY(store::Case::Open(folder, memory)));
  const TrailRows rows = TRY(out.Ask(
      "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal"));
  for (const auto& row : rows) out.tables_[row[0]][row[1]] = row[2];
  if (out.HasTable("events")) {
    std::string stats;
    for (const auto& [column, type] : out.tables_["events"]) {
      stats += fmt::format("{}stats(\"{}\")", stats.empty() ? "" : ", ", column);
    }
    const TrailRows found = TRY(out.Ask("SELECT " + stats + " FROM events LIMIT 1"));
    size_t at = 0;
    for (const auto& [column, type] : out.tables_["events"]) {
      if (!found.empty() && found[0][at].find(kNothing) != std::string::npos) {
        out.empty_.insert(column);
      }
      if (!found.empty() && column == "time" &&
          found[0][at].find(kEverywhere) != std::string::npos) {
        out.untimed_ = false;
      }
      ++at;
    }
  }
  if (!out.HasTable("events")) {
    return Error{ErrorKind::kInvalid,
                 fmt::format("the case '{}' has no events; hunt again with -C", Printable(folder))};
  }
  return out;
}

bool TrailCase::Has(std::string_view table, std::string_view column) const {
  const auto found = tables_.find(table);
  return found != tables_.end() && found->second.contains(column);
}

std::string TrailCase::Column(std::string_view column) const {
  if (Holds(column)) return std::string(column);
  std::string_view type = "VARCHAR";
  if (Has("events", column)) type = tables_.find("events")->second.find(column)->second;
  if (column == "who_contradiction") type = "BOOLEAN";
  if (column == "issue_event_id" || column == "grant_number" || column == "volume_items") {
    type = "BIGINT";
  }
  return fmt::format("NULL::{} AS {}", type, column);
}

Result<TrailRows> TrailCase::Ask(const std::string& sql) const {
  TrailRows out;
  const store::QueryOptions options{.stop = &StopFlag()};
  TRY(asked_.Ask(
      sql, options, [](const std::vector<store::ResultColumn>&) -> Result<Done> { return Done{}; },
      [&](const std::vector<store::ResultCell>& cells) -> Result<Done> {
        std::vector<std::string> row;
        row.reserve(cells.size());
        for (const store::ResultCell& cell : cells) row.push_back(cell.text);
        out.push_back(std::move(row));
        return Done{};
      }));
  return out;
}

std::vector<std::string> TrailCase::Older() const {
  std::vector<std::string> out;
  if (!Has("events", "who_identity")) {
    out.emplace_back(
        "this case was written by an older program: it does not tell who did it, through what, or "
        "which event issued a token; hunt again with -C");
  }
  if (!HasTable("gaps")) {
    out.emplace_back(
        "this case was written by an older program: gaps in the evidence are not in it but for "
        "days without events; hunt again with -C");
  }
  return out;
}

std::string In(std::string_view column, const std::set<std::string>& values) {
  if (values.empty()) return "false";
  // Pushed into the scan, where a list is not.
  if (values.size() == 1) return fmt::format("{} = {}", column, store::Literal(*values.begin()));
  std::string out = fmt::format("{} IN (", column);
  for (const std::string& value : values) {
    if (!out.ends_with('(')) out += ", ";
    out += store::Literal(value);
  }
  return out + ")";
}

std::string Matches(std::string_view column, std::string_view pattern) {
  if (pattern.find('*') == std::string_view::npos) {
    return fmt::format("lower({}) = {}", column, store::Literal(Lower(pattern)));
  }
  std::string like;
  for (const char c : pattern) {
    if (c == '%' || c == '_' || c == '\\') like.push_back('\\');
    like.push_back(c == '*' ? '%' : c);
  }
  return fmt::format("{} ILIKE {} ESCAPE '\\'", column, store::Literal(like));
}

uint64_t ToCount(std::string_view text) {
  uint64_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

}  // namespace tokentrail::cli
