// The tables of case.duckdb, as code: what writes them, `tokentrail list tables` and
// docs/case-schema.md all come from here.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tokentrail::store {

enum class ColumnType : uint8_t { kNumber, kText, kTime, kUuid, kTruth, kTexts };

struct ColumnDef {
  std::string name;
  ColumnType type = ColumnType::kText;
  std::string summary;
};

struct TableDef {
  std::string_view name;
  std::string_view summary;
  std::vector<ColumnDef> columns;
};

/// Raised when a column is renamed or means something else; new tables and columns don't count.
constexpr int kSchemaVersion = 1;

/// All tables, in the order they are listed.
const std::vector<TableDef>& AllTables();
const TableDef& TableOf(std::string_view name);

/// `BIGINT`, `TIMESTAMP`, ...
std::string_view SqlName(ColumnType type);
/// The column of a normalised field: its name with dots as underscores.
std::string ColumnOf(std::string_view field_name);
/// CREATE TABLE and COMMENT ON for one table.
std::string CreateSql(const TableDef& table);
/// Text as an SQL literal.
std::string Quoted(std::string_view text);

}  // namespace tokentrail::store
