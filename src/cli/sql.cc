// `tokentrail sql`: questions in SQL to a finished case.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <system_error>

#include "base/text.h"
#include "cli/case_file.h"
#include "cli/flag.h"
#include "cli/interrupt.h"
#include "cli/sheet.h"
#include "cli/terminal.h"
#include "sink/csv_writer.h"
#include "sink/layout.h"
#include "sink/width.h"
#include "store/query.h"

namespace tokentrail::cli {

namespace {

namespace fs = std::filesystem;

constexpr uint64_t kTableRows = 1000;  ///< a terminal shows these at most, unless --max-rows
constexpr uint64_t kMemory = uint64_t{2} << 30;
constexpr size_t kPiece = 1 << 20;

constexpr FlagDef kFlags[] = {
    {.name = "case",
     .value = "DIR",
     .group = "Input",
     .summary = "the case folder (default: the last one in this folder)",
     .completes = "directory"},
    {.name = "input",
     .letter = 'i',
     .value = "FILE",
     .group = "Input",
     .summary = "read the SQL from this file",
     .completes = "file"},
    {.name = "output-type",
     .letter = 't',
     .value = "TYPE",
     .group = "Output",
     .summary = "table (default), csv, json or parquet; parquet needs -o",
     .choices = "table|csv|json|parquet"},
    {.name = "format",
     .letter = 'f',
     .value = "TYPE",
     .group = "Output",
     .summary = "",
     .choices = "table|csv|json|parquet",
     .alias_of = "output-type"},
    {.name = "output",
     .letter = 'o',
     .value = "FILE",
     .group = "Output",
     .summary = "write to this file; one that exists is refused without -C",
     .completes = "file"},
    {.name = "clobber", .letter = 'C', .group = "Output", .summary = "replace that file"},
    {.name = "max-rows",
     .value = "N",
     .group = "Filtering",
     .summary = "show this many rows at most; 0: all (default: 1000 in a table, else all)"},
    {.name = "memory",
     .value = "SIZE",
     .group = "General",
     .summary = "what a question may take, such as 512M (default: 2G)"},
    {.name = "no-color",
     .letter = 'K',
     .group = "Display",
     .summary = "no colours; so does the variable NO_COLOR"},
};

constexpr Example kExamples[] = {
    {"tokentrail sql", "the tables and columns of the last case, and what they mean"},
    {"tokentrail sql \"SELECT app_name, count(*) FROM events GROUP BY ALL ORDER BY 2 DESC\"",
     "which apps act most"},
    {"tokentrail sql -t csv -o reads.csv \"FROM events WHERE kind = 'mail_read'\"",
     "every mail read, for a spreadsheet"},
    {"tokentrail sql -i question.sql --case case-42", "SQL from a file; - reads standard input"},
};

Error Misused(std::string message) { return {ErrorKind::kInvalid, std::move(message)}; }

/// Where the answer goes: standard output, or a file that gets its name when it is whole.
class Out {
 public:
  static Result<std::unique_ptr<Out>> Open(const std::string& path, bool clobber) {
    std::unique_ptr<Out> out(new Out);
    if (path.empty()) return out;
    std::error_code ignored;
    if (fs::exists(path, ignored) && !clobber) {
      return Error{ErrorKind::kConflict,
                   fmt::format("'{}' exists; replace it with -C", Printable(path))};
    }
    out->path_ = path;
    out->file_ = std::fopen(out->temporary().c_str(), "wb");
    if (out->file_ == nullptr) return out->Failed();
    return out;
  }
  ~Out() {
    if (file_ == nullptr) return;
    std::fclose(file_);
    std::error_code ignored;
    fs::remove(temporary(), ignored);
  }
  Out(const Out&) = delete;
  Out& operator=(const Out&) = delete;

  std::string text;  ///< add to it, then Pass()

  /// Passes on what has come together, once it is worth it.
  Result<Done> Pass(bool all = false) {
    if (text.size() < kPiece && !all) return Done{};
    if (file_ == nullptr) {
      TRY(Print(text));
    } else if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) {
      return Failed();
    }
    text.clear();
    return Done{};
  }
  Result<Done> Finish() {
    TRY(Pass(true));
    if (file_ == nullptr) return Done{};
    const bool closed = std::fclose(file_) == 0;
    file_ = nullptr;
    if (!closed || std::rename(temporary().c_str(), path_.c_str()) != 0) return Failed();
    return Done{};
  }

 private:
  Out() = default;
  std::string temporary() const { return path_ + ".part"; }
  Error Failed() const {
    return {ErrorKind::kIo, fmt::format("'{}' can't be written", Printable(path_))};
  }

  std::string path_;
  std::FILE* file_ = nullptr;
};

Result<std::string> ReadSql(const Args& args) {
  if (args.words().size() > 1) {
    return Misused("one statement, in quotes: tokentrail sql \"SELECT ...\"");
  }
  if (args.Has("input") && !args.words().empty()) {
    return Misused("--input and SQL as a word can't go together");
  }
  if (args.Has("input")) {
    const std::string path = args.Get("input");
    std::ifstream file(path, std::ios::binary);
    if (!file) return Error{ErrorKind::kNotFound, fmt::format("can't read '{}'", Printable(path))};
    return std::string((std::istreambuf_iterator<char>(file)), {});
  }
  if (args.words().empty()) return std::string();
  if (args.words()[0] != "-") return std::string(args.words()[0]);
  return std::string((std::istreambuf_iterator<char>(std::cin)), {});
}

/// A row a line when that fits, else a line a value.
void PutTable(const std::vector<store::ResultColumn>& columns,
              const std::vector<std::vector<sink::Cell>>& rows, const sink::Terminal& terminal,
              std::string& out) {
  constexpr size_t kLeast = 8;
  size_t narrowest = 0;
  std::vector<sink::Column> shown;
  size_t label = 0;
  for (size_t i = 0; i < columns.size(); ++i) {
    size_t widest = sink::DisplayWidth(columns[i].name);
    label = std::max(label, widest);
    for (const auto& row : rows) widest = std::max(widest, sink::DisplayWidth(row[i].text));
    // A number that is cut would be another number.
    const bool whole = columns[i].number || widest <= kLeast;
    narrowest += (whole ? widest : kLeast) + 2;
    shown.push_back(
        {.title = columns[i].name, .least = whole ? 0 : kLeast, .right = columns[i].number});
  }
  if (narrowest <= terminal.columns + 2) {
    sink::LayOut(shown, rows, terminal, 0, out);
    return;
  }
  label = std::min<size_t>(label, terminal.columns / 2);
  const size_t room = std::max<size_t>(8, terminal.columns - label - 2);
  for (size_t n = 0; n < rows.size(); ++n) {
    out += sink::Paint(terminal, sink::Colour::kBold, fmt::format("row {}", n + 1)) + "\n";
    for (size_t i = 0; i < columns.size(); ++i) {
      if (rows[n][i].text.empty()) continue;
      out += sink::PadWidth(columns[i].name, label) + "  ";
      for (const char c : sink::WrapWidth(rows[n][i].text, room)) {
        out.push_back(c);
        if (c == '\n') out.append(label + 2, ' ');
      }
      out.push_back('\n');
    }
  }
}

Result<ExitCode> Answer(const store::Case& asked, const std::string& sql, const Args& args) {
  const std::string type = args.Get("output-type", "table");
  const std::string path = args.Get("output");
  uint64_t max_rows = type == "table" ? kTableRows : 0;
  if (args.Has("max-rows")) {
    const std::string text = args.Get("max-rows");
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), max_rows);
    if (fault != std::errc{} || end != text.data() + text.size()) {
      return Misused(fmt::format("--max-rows can't be '{}'; it takes a number", Printable(text)));
    }
  }
  if (type == "parquet") {
    if (path.empty()) return Misused("Parquet is no text: name a file with -o");
    if (args.Has("max-rows")) return Misused("with parquet use LIMIT in the SQL");
    std::error_code ignored;
    if (fs::exists(path, ignored) && !args.Has("clobber")) {
      return Error{ErrorKind::kConflict,
                   fmt::format("'{}' exists; replace it with -C", Printable(path))};
    }
    const std::string part = path + ".part";
    const auto written = asked.WriteParquet(sql, part, &StopFlag());
    if (!written.ok()) {
      fs::remove(part, ignored);
      return written.error();
    }
    if (std::rename(part.c_str(), path.c_str()) != 0) {
      return Error{ErrorKind::kIo, fmt::format("'{}' can't be written", Printable(path))};
    }
    return ExitCode::kDone;
  }

  const auto out = TRY(Out::Open(path, args.Has("clobber")));
  const bool json = type == "json";
  store::QueryOptions options{.json = json, .max_rows = max_rows, .stop = &StopFlag()};
  std::vector<store::ResultColumn> columns;
  std::vector<std::vector<sink::Cell>> rows;
  std::vector<std::string> keys;
  sink::CsvWriter csv(out->text);
  bool first = true;
  const auto ended = asked.Ask(
      sql, options,
      [&](const std::vector<store::ResultColumn>& found) -> Result<Done> {
        columns = found;
        for (store::ResultColumn& column : columns) column.name = Printable(column.name);
        if (json) {
          for (const store::ResultColumn& column : columns) {
            std::string key;
            for (const char c : column.name) {
              if (c == '"' || c == '\\') key.push_back('\\');
              key.push_back(c);
            }
            keys.push_back("\"" + key + "\": ");
          }
          out->text += "[";
        } else if (type == "csv") {
          for (const store::ResultColumn& column : columns) csv.Cell(column.name);
          csv.EndRow();
        }
        return Done{};
      },
      [&](const std::vector<store::ResultCell>& cells) -> Result<Done> {
        if (type == "csv") {
          for (size_t i = 0; i < cells.size(); ++i) {
            // A number needs no guard against being a formula, and -1 must stay a number.
            if (columns[i].number) {
              csv.Plain(cells[i].text);
            } else {
              csv.Cell(cells[i].text);
            }
          }
          csv.EndRow();
        } else if (json) {
          out->text += first ? "\n  {" : ",\n  {";
          for (size_t i = 0; i < cells.size(); ++i) {
            if (i != 0) out->text += ", ";
            out->text += keys[i] + cells[i].text;
          }
          out->text += "}";
        } else {
          std::vector<sink::Cell> row;
          for (const store::ResultCell& cell : cells) row.push_back({Printable(cell.text)});
          rows.push_back(std::move(row));
        }
        first = false;
        return out->Pass();
      });
  if (!ended.ok()) return ended.error();
  if (json) out->text += first ? "]\n" : "\n]\n";
  if (type == "table") {
    sink::Terminal terminal = TerminalOf(STDOUT_FILENO, args.Has("no-color"));
    if (!path.empty()) terminal.colour = false;
    PutTable(columns, rows, terminal, out->text);
  }
  TRY(out->Finish());
  if (ended.value().more) {
    PrintError(fmt::format("tokentrail: the first {} rows; --max-rows 0 shows all\n",
                           Grouped(ended.value().rows)));
  }
  return ExitCode::kDone;
}

/// What there is to ask about, in the words of the file itself.
constexpr const char* kColumnsSql =
    "SELECT t.table_name AS \"table\", c.column_name AS \"column\", c.data_type AS \"type\", "
    "c.comment AS \"comment\" FROM duckdb_tables() t JOIN duckdb_columns() c USING (table_oid) "
    "ORDER BY t.table_oid, c.column_index";
constexpr const char* kTablesSql =
    "SELECT table_name, comment, estimated_size FROM duckdb_tables() ORDER BY table_oid";

Result<ExitCode> ShowTables(const store::Case& asked, const Args& args) {
  if (args.Get("output-type", "table") != "table") return Answer(asked, kColumnsSql, args);
  std::vector<std::vector<std::string>> tables;
  std::vector<std::vector<std::string>> columns;
  const auto ask = [&](const char* sql, std::vector<std::vector<std::string>>& into) {
    return asked.Ask(
        sql, {}, [](const std::vector<store::ResultColumn>&) -> Result<Done> { return Done{}; },
        [&](const std::vector<store::ResultCell>& cells) -> Result<Done> {
          std::vector<std::string> row;
          for (const store::ResultCell& cell : cells) row.push_back(Printable(cell.text));
          into.push_back(std::move(row));
          return Done{};
        });
  };
  TRY(ask(kTablesSql, tables));
  TRY(ask(kColumnsSql, columns));
  const sink::Terminal terminal = TerminalOf(STDOUT_FILENO, args.Has("no-color"));
  const auto out = TRY(Out::Open(args.Get("output"), args.Has("clobber")));
  for (const auto& table : tables) {
    if (&table != &tables.front()) out->text += "\n";
    uint64_t count = 0;
    std::from_chars(table[2].data(), table[2].data() + table[2].size(), count);
    out->text += sink::Paint(terminal, sink::Colour::kBold, table[0]) +
                 fmt::format("  {} row{}\n", Grouped(count), count == 1 ? "" : "s");
    out->text += sink::WrapWidth(table[1], terminal.columns) + "\n";
    std::vector<std::vector<sink::Cell>> rows;
    for (const auto& column : columns) {
      if (column[0] == table[0]) rows.push_back({{column[1]}, {column[2]}, {column[3]}});
    }
    sink::LayOut({{.title = ""}, {.title = "", .drop = 1}, {.title = "", .least = 20}}, rows,
                 terminal, 2, out->text);
  }
  TRY(out->Finish());
  return ExitCode::kDone;
}

Result<ExitCode> Run(const Args& args) {
  StopFlag();
  const std::string sql = TRY(ReadSql(args));
  uint64_t memory = kMemory;
  if (args.Has("memory")) memory = TRY(ParseSize(args.Get("memory")));
  const std::string folder = args.Has("case") ? args.Get("case") : LastCase();
  const store::Case asked = TRY(store::Case::Open(folder, memory));
  const bool listing = args.words().empty() && !args.Has("input");
  return listing ? ShowTables(asked, args) : Answer(asked, sql, args);
}

}  // namespace

extern constinit const VerbDef kSql;
constinit const VerbDef kSql = {
    .name = "sql",
    .usage = "sql [SQL|-] [flags]",
    .summary = "Ask a case in SQL: every event, finding and what was left out",
    .description =
        "SQL is one question in DuckDB's dialect (SELECT, WITH, FROM, DESCRIBE, SUMMARIZE, ...), "
        "or "
        "- for standard input; without it the tables and columns are listed with what they mean "
        "(docs/case-schema.md). The case is only read: no other file, address or extension can be "
        "reached from SQL.",
    .flags = kFlags,
    .examples = kExamples,
    .run = Run,
};

}  // namespace tokentrail::cli
