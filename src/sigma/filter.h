// A Sigma filter: a condition that is added to rules from outside.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sigma/rule.h"

namespace tokentrail::sigma {

struct Filter : Detection {
  RuleMeta meta;
  std::vector<std::string> rules;  ///< ids and names, as written; none: any rule of its log source
  uint32_t line = 0;               ///< of the word `filter`
  uint32_t column = 0;

  bool NamesAny() const { return rules.empty(); }
  /// Whether it is meant for rules of this log source: those that say all that the filter says.
  bool FitsSource(const RuleMeta& rule) const;
  bool FitsName(std::string_view id, std::string_view name) const;
};

/// Reads one document that has `filter`. Nothing when it is wrong, which was reported then.
/// Source: Sigma specification 2.1.0, "Filters"; SIGMA.md section 1.11.
std::optional<Filter> ReadFilter(const Yaml& document, const RuleText& text,
                                 const Placeholders& placeholders, Report& report);

/// From now on the rule matches only what also meets the filter's condition. Its names and the
/// rule's stay apart.
void Attach(const Filter& filter, Rule& rule);

}  // namespace tokentrail::sigma
