// Which apps the user has approved or banned, and what the user says they are for: CSV.

#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/app.h"

namespace tokentrail::inventory {

struct StateRow {
  App::Sanction sanction = App::Sanction::kUndetermined;
  std::string label;  ///< category
  std::string note;
};

/// Columns: `app id` or `name` (one of them), `state` (approved, banned, undetermined; Defender for
/// Cloud Apps' sanctioned and unsanctioned are understood), `label`, `note`, `platform`. An id
/// decides before a name: names can be chosen by anybody. Immutable; copies share one table.
class StateFile {
 public:
  StateFile();
  /// Errors name file, line and column. An empty path is an empty file.
  static Result<StateFile> Load(const std::string& path);

  /// Null when the file does not name the app.
  const StateRow* Find(const App& app) const;
  const std::string& version() const;

  struct Impl;

 private:
  std::shared_ptr<const Impl> impl_;
};

}  // namespace tokentrail::inventory
