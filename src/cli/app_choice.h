// Which apps a verb shows, and in which order: the filters that hunters think in, as flags.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/flag.h"
#include "model/app.h"
#include "policy/expression.h"

namespace tokentrail::cli {

struct SortKey {
  const policy::Attribute* attribute = nullptr;
  bool descending = true;  ///< of times: the latest first
};

struct AppChoice {
  policy::Expression where;        ///< all filters
  std::vector<std::string> names;  ///< --app; one of them, empty: any
  std::vector<std::string> users;  ///< --user
  bool first_party = false;        ///< those as well
  std::vector<SortKey> sort;
  uint64_t limit = 0;  ///< 0: none

  bool Takes(const App& app, const Portfolio& portfolio, Time as_of) const;
};

/// Errors name the flag, and show where its value is wrong.
Result<AppChoice> ReadAppChoice(const Args& args);

/// Whether it is called so: by id, object id or any of its names, case ignored, `*` for anything.
bool IsCalled(const App& app, std::string_view pattern);

struct ChosenApps {
  std::vector<const App*> apps;  ///< in order, at most `limit`
  uint64_t fitting = 0;          ///< before the limit
  uint64_t first_party = 0;      ///< hidden for that reason only
};
ChosenApps Choose(const AppChoice& choice, const Portfolio& portfolio, Time as_of);

/// The attributes named, separated by commas. `flag` for errors.
Result<std::vector<const policy::Attribute*>> ReadAttributes(std::string_view flag,
                                                             const std::string& text);

}  // namespace tokentrail::cli
