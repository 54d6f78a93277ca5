// What can be asked of an app, by name: columns of the inventory, words of --where, and conditions
// of policies are one list.

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/app.h"

namespace tokentrail::policy {

enum class ValueType : uint8_t {
  kNumber,    ///< compared with numbers: `users <= 3`
  kFlag,      ///< `unverified`, `tenant_wide = true`
  kText,      ///< `publisher = contoso`, `name ~ *drive*`; case ignored
  kTexts,     ///< a set of texts; true when one of them fits
  kLevel,     ///< a permission level or risk level, ordered: `permission >= high`
  kAge,       ///< time since, as a duration: `last_authorized > 90d`; unset never fits
};

/// Not set (unknown, never seen) is a value of its own: no comparison fits it, `= unknown` does.
struct Value {
  bool set = false;
  double number = 0;   ///< also flags (0, 1), levels by rank, ages in seconds
  std::string text;
  std::vector<std::string> texts;
};

struct Attribute {
  std::string_view name;     ///< `users`, `last_authorized`, `permission`, `incongruous`, ...
  ValueType type = ValueType::kNumber;
  std::string_view summary;  ///< for `list`, --help and docs
  std::string_view column;   ///< heading in tables, MDCA's word where it has one
  /// `as_of`: what ages count from. Must not fail.
  Value (*get)(const App& app, const Portfolio& portfolio, Time as_of) = nullptr;
};

std::span<const Attribute> Attributes();
/// By name, dashes and underscores alike; null when there is none.
const Attribute* FindAttribute(std::string_view name);

}  // namespace tokentrail::policy
