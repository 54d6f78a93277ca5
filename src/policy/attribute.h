// What can be asked of an app, by name: columns of the inventory, words of --where, and conditions
// of policies are one list.

#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "model/app.h"

namespace tokentrail::policy {

enum class ValueType : uint8_t {
  kNumber,  ///< compared with numbers: `users <= 3`; see Unit
  kFlag,    ///< `unverified`, `tenant_wide = true`
  kText,    ///< `publisher = contoso`, `name ~ *drive*`; case ignored
  kTexts,   ///< a set of texts; a comparison fits when one of them does
  kLevel,   ///< a permission level or risk level, ordered: `permission >= high`
  kAge,     ///< time since, as a duration: `last_authorized > 90d`; unset never fits
};

/// What a number counts, and so what may stand behind it.
enum class Unit : uint8_t {
  kNone,
  kPercent,  ///< `0.5`, `0.5%`
  kBytes,    ///< `2000000`, `2MB`
  kSpan,     ///< seconds, written as a duration: `10m`
};

/// Not set (unknown, never seen) is a value of its own: no comparison fits it, `= unknown` does.
/// Texts are views of the app or of constants.
struct Value {
  bool set = false;
  double number = 0;  ///< also flags (0, 1), levels by rank (see LevelRank), ages in seconds
  std::string_view text = {};
  std::vector<std::string_view> texts = {};  ///< sorted, each once
};

struct Attribute {
  std::string_view name;  ///< `users`, `last_authorized`, `permission`, `incongruous`, ...
  ValueType type = ValueType::kNumber;
  std::string_view summary;  ///< for `list`, --help and docs
  std::string_view column;   ///< heading in tables, MDCA's word where it has one
  /// `as_of`: what ages count from. Must not fail.
  Value (*get)(const App& app, const Portfolio& portfolio, Time as_of) = nullptr;
  Unit unit = Unit::kNone;
  std::string_view aliases = {};  ///< other names, separated by spaces
  std::string_view choices = {};  ///< all values there are, separated by `|`; empty: open
};

std::span<const Attribute> Attributes();
/// By name or alias; dashes and underscores alike, case ignored; null when there is none.
const Attribute* FindAttribute(std::string_view name);
/// The name most like `name`, for "did you mean"; empty when none is close.
std::string_view ClosestAttribute(std::string_view name);

/// Levels of findings, risk and permissions on one scale: 0 informational to 4 critical.
constexpr double LevelRank(Level level) { return static_cast<double>(level); }

/// People who were active in the app's tenant; 0 when not known.
uint64_t ActiveUsers(const App& app, const Portfolio& portfolio);

}  // namespace tokentrail::policy
