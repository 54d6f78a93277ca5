// SQL on a finished case: questions only.

#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tokentrail::store {

struct ResultColumn {
  std::string name;
  std::string type;  ///< as SQL writes it
  bool number = false;
};

struct ResultCell {
  std::string text;  ///< empty for NULL
  bool null = false;
};

struct QueryOptions {
  bool json = false;      ///< cells as JSON values
  uint64_t max_rows = 0;  ///< 0: all
  const std::atomic<bool>* stop = nullptr;
};

/// `text` as a value in SQL: no text can end it.
std::string Literal(std::string_view text);

/// A case open for questions. The file can't be changed through it, and no other file, address or
/// extension can be reached: the library is told so, and its settings are locked.
class Case {
 public:
  /// `memory` as `2G` in bytes: what a question may take.
  static Result<Case> Open(const std::string& folder, uint64_t memory);
  Case(Case&&) noexcept;
  ~Case();

  /// Leaves all that the library holds to the end of the process, for a verb that has its answer:
  /// to take it apart takes a tenth of the time of a long story. Nothing is to be written.
  void Leave() &&;

  /// Runs one statement. `columns` is called once, then `row` for each row, in order; false from it
  /// ends the query. Gives how many rows were passed on; `more` tells whether there were others.
  /// Errors carry DuckDB's words, with its caret.
  struct Ended {
    uint64_t rows = 0;
    bool more = false;
  };
  Result<Ended> Ask(const std::string& sql, const QueryOptions& options,
                    const std::function<Result<Done>(const std::vector<ResultColumn>&)>& columns,
                    const std::function<Result<Done>(const std::vector<ResultCell>&)>& row) const;

  /// Keeps the rows of one question of ours as a table `name` of this connection alone: in memory,
  /// gone with it. The file is not changed. No text of a person may be in `sql` but by Literal().
  Result<Done> Keep(std::string_view name, const std::string& sql) const;

  /// Writes the rows of one statement as a Parquet file. Gives how many.
  Result<uint64_t> WriteParquet(const std::string& sql, const std::string& path,
                                const std::atomic<bool>* stop) const;

 private:
  struct Impl;
  explicit Case(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace tokentrail::store
