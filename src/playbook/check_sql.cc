// Queries in SQL: put to an empty case, so that DuckDB itself says what is wrong with them.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>

#include "base/text.h"
#include "playbook/query.h"
#include "source/def.h"
#include "store/library.h"
#include "store/query.h"
#include "store/schema.h"
#include "store/store.h"

namespace tokentrail::playbook {
namespace {

/// An empty case needs little.
constexpr uint64_t kMemory = uint64_t{256} << 20;

}  // namespace

struct SqlChecker::Impl {
  std::string folder;
  std::optional<store::Case> opened;
  std::string problem;
  bool tried = false;

  Result<store::Case> Make() const {
    std::vector<std::string_view> names;
    for (const source::SourceDef* def : source::All()) names.push_back(def->name);
    const FileTable files;
    const std::string target = folder + "/" + std::string(store::kCaseFile);
    auto made = TRY(store::Store::Open(
        {.temporary = target + ".tmp", .target = target, .source_names = names}, files));
    const std::vector<Finding> findings;
    const Summary summary;
    const Trails trails;
    TRY(made->Finish({.findings = findings,
                      .summary = summary,
                      .trails = trails,
                      .rules = {},
                      .raw_records = false}));
    return store::Case::Open(folder, kMemory);
  }
};

SqlChecker::SqlChecker(std::string folder) : impl_(std::make_unique<Impl>()) {
  impl_->folder = std::move(folder);
}
SqlChecker::~SqlChecker() = default;

SqlChecker::Answer SqlChecker::Check(const std::string& sql) {
  Answer out;
  if (!impl_->tried) {
    impl_->tried = true;
    if (!store::HasLibrary(&impl_->problem)) {
      impl_->problem = "DuckDB's library is not installed";
    } else if (auto made = impl_->Make(); made.ok()) {
      impl_->opened.emplace(*std::move(made));
    } else {
      impl_->problem = made.error().message;
    }
  }
  if (!impl_->opened) {
    out.message = impl_->problem;
    return out;
  }
  out.checked = true;
  store::QueryOptions options;
  options.max_rows = 1;
  const auto asked = impl_->opened->Ask(
      sql, options, [](const auto&) -> Result<Done> { return Done{}; },
      [](const auto&) -> Result<Done> { return Done{}; });
  if (asked.ok()) return out;
  // DuckDB ends with `LINE 2: text`, and a caret below it.
  const std::string& said = asked.error().message;
  out.message = said.substr(0, said.find("\n\n"));
  if (const size_t at = said.rfind("LINE "); at != said.npos) {
    out.message = std::string(Trim(said.substr(0, at)));
    const char* const end = said.data() + said.size();
    const auto [rest, error] = std::from_chars(said.data() + at + 5, end, out.line);
    const size_t text = said.find(": ", at);
    const size_t caret_line = said.find('\n', at);
    if (error == std::errc() && rest != end && text != said.npos && caret_line != said.npos) {
      const size_t caret = said.find('^', caret_line);
      const bool whole = said.compare(text + 2, 3, "...") != 0;
      const size_t column = caret == said.npos ? 0 : caret - caret_line - 1;
      if (whole && column >= text + 2 - at) {
        out.column = static_cast<uint32_t>(column - (text + 2 - at) + 1);
      }
    }
  }
  std::replace(out.message.begin(), out.message.end(), '\n', ' ');
  return out;
}

namespace {

/// Texts in single quotes that are names of sources: the logs that the question is about.
void FindSources(std::string_view sql, std::vector<std::string>& out) {
  for (size_t at = sql.find('\''); at != sql.npos;) {
    const size_t end = sql.find('\'', at + 1);
    if (end == sql.npos) return;
    const std::string_view text = sql.substr(at + 1, end - at - 1);
    for (const source::SourceDef* def : source::All()) {
      if (def->name == text && std::find(out.begin(), out.end(), text) == out.end()) {
        out.emplace_back(text);
      }
    }
    at = sql.find('\'', end + 1);
  }
}

bool IsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Columns of a case's tables that the text names: a question has other names of its own.
void FindColumns(std::string_view sql, std::vector<std::string>& out) {
  std::string_view before;
  for (size_t at = 0; at < sql.size();) {
    if (!IsWord(sql[at])) {
      ++at;
      continue;
    }
    size_t end = at;
    while (end < sql.size() && IsWord(sql[end])) ++end;
    const std::string_view word = sql.substr(at, end - at);
    const bool is_table = EqualsIgnoreCase(before, "from") || EqualsIgnoreCase(before, "join");
    before = word;
    at = end;
    if (is_table) continue;
    for (const store::TableDef& table : store::AllTables()) {
      for (const store::ColumnDef& column : table.columns) {
        if (EqualsIgnoreCase(column.name, word)) out.push_back(column.name);
      }
    }
  }
}

void CheckText(const CheckContext& context, CheckedQuery& out) {
  const SqlChecker::Answer answer = context.sql.Check(out.query->text);
  FindSources(out.query->text, out.sources);
  FindColumns(out.query->text, out.fields);
  if (!answer.checked) {
    out.not_run = answer.message;
    out.fields_not_checked = answer.message;
    return;
  }
  if (!answer.message.empty()) {
    out.Complain(context.page, Severity::kError, answer.line, answer.column, 1, answer.message,
                 "playbook.sql", "`tokentrail list tables` shows tables and columns");
  }
}

}  // namespace

extern constinit const LanguageDef kSql;
constinit const LanguageDef kSql = {
    .name = "sql",
    .summary = "a question to the case that a hunt leaves, as `tokentrail sql` takes it; run",
    .runs = true,
    .check = CheckText,
};

}  // namespace tokentrail::playbook
