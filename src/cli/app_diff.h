// What changed between the apps of two cases.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/app.h"
#include "sink/layout.h"

namespace tokentrail::cli {

struct AppChange {
  std::string what;  ///< `users`, `permissions_widened`, `publisher`, ...
  std::string before;
  std::string after;
  int weight = 0;  ///< how bad it may be, 0 to 100: our own steps
};

struct AppDifference {
  enum class Kind : uint8_t { kAdded, kGone, kChanged } kind = Kind::kChanged;
  const App* before = nullptr;
  const App* after = nullptr;
  std::vector<AppChange> changes;  ///< of kChanged; the worst first
  int weight = 0;                  ///< of the worst

  const App& app() const { return after != nullptr ? *after : *before; }
};
/// `added`, `gone`, `changed`.
std::string_view Name(AppDifference::Kind kind);

struct AppDiff {
  std::vector<AppDifference> apps;  ///< the worst first
  uint64_t added = 0;
  uint64_t gone = 0;
  uint64_t changed = 0;
  uint64_t same = 0;
  std::vector<std::string> notes;  ///< why some of it may not be a change
};

/// Apps of the same platform, tenant and id are the same. What one case has no evidence of (no
/// export, no log) is no change: it is noted. Holds pointers into both.
AppDiff Compare(const Portfolio& before, const Portfolio& after);

/// `format` is table, markdown, csv or json.
std::string Render(const AppDiff& diff, std::string_view format, const sink::Terminal& terminal);

}  // namespace tokentrail::cli
