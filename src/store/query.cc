#include "store/query.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <system_error>

#include "store/connection.h"
#include "store/library.h"
#include "store/schema.h"
#include "store/store.h"
#include "store/value.h"

namespace tokentrail::store {
namespace {

namespace fs = std::filesystem;
using duck::Owned;

Error Invalid(std::string message) { return {ErrorKind::kInvalid, std::move(message)}; }

/// A result while it is read.
class Rows {
 public:
  Rows(const duck::Api& api, duck::QueryResult result) : api_(api), result_(result) {}
  Rows(Rows&& other) noexcept
      : api_(other.api_), result_(std::exchange(other.result_, duck::QueryResult{})) {}
  ~Rows() { api_.destroy_result(&result_); }

  duck::QueryResult& result() { return result_; }
  size_t columns() { return api_.column_count(&result_); }
  Owned<duck::LogicalType> TypeOf(size_t column) {
    return {api_.column_logical_type(&result_, column), api_.destroy_logical_type};
  }
  /// Two columns of one name would be one key of a JSON object, and no table can have them.
  std::vector<std::string> Names() {
    std::vector<std::string> out;
    std::set<std::string> taken;
    for (size_t i = 0; i < columns(); ++i) {
      const std::string name = api_.column_name(&result_, i);
      std::string unique = name;
      for (int n = 2; !taken.insert(unique).second; ++n) unique = fmt::format("{}_{}", name, n);
      out.push_back(unique);
    }
    return out;
  }
  /// The next rows; nothing at the end.
  Result<Owned<duck::Chunk>> Next() {
    Owned<duck::Chunk> chunk(api_.fetch_chunk(result_), api_.destroy_data_chunk);
    if (chunk.get() == nullptr) {
      const char* why = api_.result_error(&result_);
      if (why != nullptr && *why != '\0') return Invalid(why);
    }
    return chunk;
  }

 private:
  const duck::Api& api_;
  duck::QueryResult result_;
};

/// Runs one question. Its kind is looked at before it runs.
Result<Rows> Start(const duck::Session& session, const std::string& sql,
                   const std::atomic<bool>* stop) {
  const duck::Api& api = session.api();
  duck::Extracted made = nullptr;
  const uint64_t count = api.extract_statements(session.connection(), sql.c_str(), &made);
  const Owned<duck::Extracted> extracted(made, api.destroy_extracted);
  if (count == 0) {
    const char* why = api.extract_statements_error(made);
    return Invalid(why == nullptr || *why == '\0' ? "there is no statement in it" : why);
  }
  if (count > 1) {
    return Invalid(fmt::format("one statement at a time; these are {}", count));
  }
  duck::Statement prepared = nullptr;
  const bool good =
      api.prepare_extracted_statement(session.connection(), made, 0, &prepared) == duck::kSuccess;
  const Owned<duck::Statement> statement(prepared, api.destroy_prepare);
  if (!good) {
    const char* why = api.prepare_error(prepared);
    return Invalid(why == nullptr ? "DuckDB can't prepare this" : why);
  }
  const duck::StatementType type = api.prepared_statement_type(prepared);
  if (type != duck::kSelect && type != duck::kExplain) {
    return Invalid(
        "only questions are answered: SELECT, WITH, FROM, DESCRIBE, SHOW, SUMMARIZE and EXPLAIN. A "
        "case is never changed, and nothing outside it is read or written; -o FILE keeps an "
        "answer");
  }
  if (api.nparams(prepared) > 0) return Invalid("parameters ($1, ?) can't be filled in here");

  duck::Pending waiting = nullptr;
  const bool begun = api.pending_prepared_streaming(prepared, &waiting) == duck::kSuccess;
  const Owned<duck::Pending> pending(waiting, api.destroy_pending);
  duck::PendingState state = begun ? duck::kNotReady : duck::kPendingError;
  while (state == duck::kNotReady || state == duck::kNoTasks) {
    if (stop != nullptr && stop->load(std::memory_order_relaxed)) {
      return Error{ErrorKind::kInterrupted, "interrupted"};
    }
    state = api.pending_execute_task(waiting);
  }
  duck::QueryResult result{};
  if (state == duck::kPendingError || api.execute_pending(waiting, &result) != duck::kSuccess) {
    const char* why = state == duck::kPendingError ? api.pending_error(waiting) : nullptr;
    if (why == nullptr) why = api.result_error(&result);
    Error error = Invalid(why == nullptr ? "DuckDB can't run this" : why);
    api.destroy_result(&result);
    return error;
  }
  return Rows(api, result);
}

}  // namespace

struct Case::Impl {
  explicit Impl(duck::Session opened) : session(std::move(opened)) {}
  duck::Session session;
};

Case::Case(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Case::Case(Case&&) noexcept = default;
Case::~Case() = default;

void Case::Leave() && {
  // Reachable for ever, so that no tool takes it for lost.
  static auto* const left = new std::vector<std::unique_ptr<Impl>>;
  left->push_back(std::move(impl_));
}

Result<Case> Case::Open(const std::string& folder, uint64_t memory) {
  const std::string path = folder + "/" + std::string(kCaseFile);
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    if (!fs::exists(folder + "/case.key", ignored)) {
      return Error{ErrorKind::kNotFound,
                   fmt::format("no case in '{}': run `tokentrail hunt` first, or name its folder "
                               "with --case",
                               folder)};
    }
    return Error{ErrorKind::kNotFound,
                 fmt::format("the case '{}' has no {}: its hunt ran with --no-store, without "
                             "DuckDB's library, or was ended before it was done (run.store in "
                             "summary.json says which); hunt again with -C",
                             folder, kCaseFile)};
  }
  const duck::Api* api = TRY(Library());
  auto session = duck::Session::Open(*api, path,
                                     {{"access_mode", "READ_ONLY"},
                                      {"temp_directory", ""},  // a case is only read
                                      {"enable_external_access", "false"},
                                      {"autoinstall_known_extensions", "false"},
                                      {"autoload_known_extensions", "false"},
                                      {"allow_community_extensions", "false"},
                                      {"memory_limit", fmt::format("{}B", memory)},
                                      {"lock_configuration", "true"}});
  if (!session.ok()) {
    return Error{ErrorKind::kIo,
                 fmt::format("this case can't be opened: {}", session.error().message)};
  }
  return Case(std::make_unique<Impl>(std::move(session).value()));
}

Result<Case::Ended> Case::Ask(
    const std::string& sql, const QueryOptions& options,
    const std::function<Result<Done>(const std::vector<ResultColumn>&)>& columns,
    const std::function<Result<Done>(const std::vector<ResultCell>&)>& row) const {
  const duck::Api& api = impl_->session.api();
  Rows rows = TRY(Start(impl_->session, sql, options.stop));
  const std::vector<std::string> names = rows.Names();
  std::vector<duck::Type> types;
  std::vector<ResultColumn> shown;
  for (size_t i = 0; i < names.size(); ++i) {
    types.push_back(duck::TypeFrom(api, rows.TypeOf(i).get()));
    shown.push_back({names[i], types[i].Sql(), types[i].IsNumber()});
    if (shown[i].type.empty()) {
      return Invalid(fmt::format("column '{}' has a type that can't be shown; write {}::VARCHAR",
                                 names[i], names[i]));
    }
  }
  TRY(columns(shown));
  const duck::Form form = options.json ? duck::Form::kJson : duck::Form::kText;
  Ended out;
  std::vector<ResultCell> cells(names.size());
  for (;;) {
    if (options.stop != nullptr && options.stop->load(std::memory_order_relaxed)) {
      return Error{ErrorKind::kInterrupted, "interrupted"};
    }
    const Owned<duck::Chunk> chunk = TRY(rows.Next());
    const uint64_t size = chunk.get() == nullptr ? 0 : api.data_chunk_get_size(chunk.get());
    if (size == 0) return out;
    for (uint64_t i = 0; i < size; ++i) {
      if (options.max_rows != 0 && out.rows == options.max_rows) {
        out.more = true;
        return out;
      }
      for (size_t column = 0; column < cells.size(); ++column) {
        const duck::Vector vector = api.data_chunk_get_vector(chunk.get(), column);
        cells[column].text.clear();
        cells[column].null = duck::IsNull(api, vector, i);
        duck::Append(api, vector, types[column], i, form, cells[column].text);
      }
      TRY(row(cells));
      ++out.rows;
    }
  }
}

std::string Literal(std::string_view text) {
  // A zero byte would end the statement.
  std::string kept(text);
  std::erase(kept, '\0');
  return Quoted(kept);
}

Result<Done> Case::Keep(std::string_view name, const std::string& sql) const {
  return impl_->session.Execute(fmt::format("CREATE OR REPLACE TEMP TABLE {} AS {}", name, sql));
}

Result<uint64_t> Case::WriteParquet(const std::string& sql, const std::string& path,
                                    const std::atomic<bool>* stop) const {
  // The case's own connection can write no file. A second database, in memory, takes the rows and
  // may write; no word of the person's SQL ever reaches it.
  const duck::Api& api = impl_->session.api();
  Rows rows = TRY(Start(impl_->session, sql, stop));
  const std::vector<std::string> names = rows.Names();
  std::string create;
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string type = duck::TypeFrom(api, rows.TypeOf(i).get()).Sql();
    if (type.empty()) {
      return Invalid(fmt::format("column '{}' has a type that can't be written; write {}::VARCHAR",
                                 names[i], names[i]));
    }
    std::string quoted;
    for (const char c : names[i]) quoted.append(c == '"' ? 2 : 1, c);
    create += fmt::format("{}\"{}\" {}", create.empty() ? "" : ", ", quoted, type);
  }
  const std::string spill = path + ".tmp-spill";
  const duck::Session writer = TRY(duck::Session::Open(api, ":memory:",
                                                       {{"memory_limit", "1GB"},
                                                        {"temp_directory", spill},
                                                        {"threads", "2"},
                                                        {"autoinstall_known_extensions", "false"},
                                                        {"autoload_known_extensions", "false"}}));
  TRY(writer.Execute("CREATE TABLE answer (" + create + ")"));
  uint64_t count = 0;
  {
    duck::Appender made = nullptr;
    const bool good =
        api.appender_create(writer.connection(), nullptr, "answer", &made) == duck::kSuccess;
    struct Closer {
      const duck::Api& api;
      duck::Appender appender;
      ~Closer() { api.appender_destroy(&appender); }
    } closer{api, made};
    const auto failed = [&] {
      const char* why = api.appender_error(closer.appender);
      return Error{ErrorKind::kIo, why == nullptr ? "DuckDB could not append" : why};
    };
    if (!good) return failed();
    for (;;) {
      if (stop != nullptr && stop->load(std::memory_order_relaxed)) {
        return Error{ErrorKind::kInterrupted, "interrupted"};
      }
      const Owned<duck::Chunk> chunk = TRY(rows.Next());
      const uint64_t size = chunk.get() == nullptr ? 0 : api.data_chunk_get_size(chunk.get());
      if (size == 0) break;
      if (api.append_data_chunk(closer.appender, chunk.get()) != duck::kSuccess) return failed();
      count += size;
    }
    if (api.appender_flush(closer.appender) != duck::kSuccess) return failed();
  }
  const Result<Done> copied = writer.Execute(
      fmt::format("COPY answer TO {} (FORMAT parquet, COMPRESSION zstd)", Quoted(path)));
  std::error_code ignored;
  fs::remove_all(spill, ignored);
  if (!copied.ok()) return Error{ErrorKind::kIo, copied.error().message};
  return count;
}

}  // namespace tokentrail::store
