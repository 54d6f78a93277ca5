// Diagnostics about places in rule files.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/report.h"
#include "base/yaml.h"
#include "sigma/rule.h"

namespace tokentrail::sigma {

/// How many characters `text` has: columns are counted in them.
uint32_t Characters(std::string_view text);

/// What is wrong, and where in the file.
struct Fault {
  uint32_t line = 0;
  uint32_t column = 0;
  uint32_t width = 1;
  std::string code;
  std::string message;
  std::string help;
};

void Diagnose(const RuleText& text, Severity severity, Fault fault, Report& report);

/// An error about a value of a document; false, so that it can be returned.
bool Refuse(const RuleText& text, const Yaml& at, std::string code, std::string message,
            std::string help, Report& report);

/// The key `name` of a map itself; null when it has none.
const Yaml* KeyOf(const Yaml& map, std::string_view name);

/// `did you mean 'x'?` about the key of `map` that is closest to `name`; else empty.
std::string SimilarKey(const Yaml& map, std::string_view name);

}  // namespace tokentrail::sigma
