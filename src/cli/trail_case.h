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
  /// Opens the case and looks which tables and columns it has.
  static Result<TrailCase> Open(const std::string& folder);

  bool HasTable(std::string_view table) const { return tables_.contains(table); }
  bool Has(std::string_view table, std::string_view column) const;
  /// True when the evidence holds this log.
  bool HasSource(std::string_view source) const { return sources_.contains(source); }
  /// The column of `events`, or NULL where the case lacks it.
  std::string Column(std::string_view column) const;

  Result<TrailRows> Ask(const std::string& sql) const;
  Result<Done> Keep(std::string_view name, const std::string& sql) const {
    return asked_.Keep(name, sql);
  }
  const store::Case& store() const { return asked_; }

  /// What this case can't tell because an older program wrote it; in words.
  std::vector<std::string> Older() const;

 private:
  explicit TrailCase(store::Case asked) : asked_(std::move(asked)) {}

  store::Case asked_;
  std::map<std::string, std::set<std::string, std::less<>>, std::less<>> tables_;
  std::set<std::string, std::less<>> sources_;
};

/// `column IN ('a', 'b')`; `false` without values.
std::string In(std::string_view column, const std::set<std::string>& values);
/// True for texts that are `pattern`, in any case of letters; `*` stands for anything.
std::string Matches(std::string_view column, std::string_view pattern);

uint64_t ToCount(std::string_view text);

}  // namespace tokentrail::cli
