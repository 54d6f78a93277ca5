// An app written by hand, as case files of policies have it: only what matters is named, the rest
// follows from its acts as it would in a hunt.

#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "model/app.h"
#include "policy/reading.h"

namespace tokentrail::policy {

/// A key of an app in a case file.
struct AppTextKey {
  std::string_view name;
  std::string_view summary;
};
std::span<const AppTextKey> AppTextKeys();

struct WrittenApp {
  App app;
  // What is written wins over what Appraise makes of the app.
  bool has_signs = false;
  bool has_risk = false;
  bool has_state = false;
  bool has_listings = false;
  bool has_use = false;  ///< which permissions were used
};

/// Times are as anywhere, or before `as_of`: `-7d`, `-36h`. What is wrong is reported.
std::optional<WrittenApp> ReadApp(Reading& reading, const Yaml& node, Time as_of);

/// A time as case files write it.
std::optional<Time> ReadCaseTime(Reading& reading, const Yaml& node, std::string_view what,
                                 Time as_of);

}  // namespace tokentrail::policy
