// A case as the verb `trail` asks it: what it holds, and what an older program did not write.

#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/query.h"

namespace tokentrail::cli {

/// The rows of an answer, as text; NULL is empty.
using TrailRows = std::vector<std::vector<std::string>>;

class TrailCase {
 public:
  /// Opens the case and looks which tables and columns it has, and which columns of `events` hold
  /// nothing. `memory`: what the library may take.
  static Result<TrailCase> Open(const std::string& folder, uint64_t memory);

  bool HasTable(std::string_view table) const { return tables_.contains(table); }
  bool Has(std::string_view table, std::string_view column) const;
  /// True when some event has a value in this column.
  bool Holds(std::string_view column) const {
    return Has("events", column) && !empty_.contains(column);
  }
  /// True when some event has no time: what an export of the real state says.
  bool HasUntimed() const { return untimed_; }
  /// The column of `events`, or NULL where the case lacks it or has nothing in it: what need not be
  /// read is not.
  std::string Column(std::string_view column) const;

  Result<TrailRows> Ask(const std::string& sql) const;
  Result<Done> Keep(std::string_view name, const std::string& sql) const {
    return asked_.Keep(name, sql);
  }
  const store::Case& store() const { return asked_; }
  /// See store::Case.
  void Leave() && { std::move(asked_).Leave(); }

  /// What this case can't tell because an older program wrote it; in words.
  std::vector<std::string> Older() const;

 private:
  explicit TrailCase(store::Case asked) : asked_(std::move(asked)) {}

  store::Case asked_;
  /// By table: its columns and their types.
  std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>> tables_;
  std::set<std::string, std::less<>> empty_;  ///< columns of `events`
  bool untimed_ = true;
};

/// `column IN ('a', 'b')`; `false` without values.
std::string In(std::string_view column, const std::set<std::string>& values);
/// True for texts that are `pattern`, in any case of letters; `*` stands for anything.
std::string Matches(std::string_view column, std::string_view pattern);

uint64_t ToCount(std::string_view text);

}  // namespace tokentrail::cli
