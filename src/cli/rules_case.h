// Test cases of Sigma rules, as `tokentrail rules test` reads them; docs/rules.md has the format.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/report.h"
#include "sigma/rule_set.h"

namespace tokentrail::cli {

struct CaseEvent {
  std::string json;    ///< the record as it would be logged
  int64_t micros = 0;  ///< its time, of `events` only
  uint32_t line = 0;   ///< in the case file
};

/// The log source whose record an event is said to be. Lower case.
struct CaseSource {
  std::string product;
  std::string category;
  std::string service;

  bool operator==(const CaseSource&) const = default;
};

struct RuleCase {
  std::string name;  ///< empty when it gives none
  std::string file;
  uint32_t line = 0;

  std::string rule;        ///< the text of its rules; empty: they are in `rule_file`
  uint32_t rule_line = 0;  ///< of `rule` in the case file, for diagnostics
  std::string rule_file;
  std::optional<CaseSource> source;
  sigma::Placeholders placeholders;

  bool reject = false;
  std::vector<CaseEvent> match;
  std::vector<CaseEvent> no_match;
  std::vector<CaseEvent> events;  ///< for a correlation
  std::vector<size_t> fires;      ///< indexes of `events`, ascending

  /// What is wrong with the case itself: it can't pass.
  std::vector<Diagnostic> problems;
};

/// Reads the cases of a file: JSON (lines, or one array) when `name` ends in .json, .jsonl or
/// .ndjson (or says nothing and the text begins like it), else YAML (a case a document, or lists of
/// cases). A part that is no case becomes a case
/// with problems, so that it can't be overlooked and costs no other.
std::vector<RuleCase> ReadCases(const std::string& name, std::string_view text);

/// Whether a YAML text holds cases rather than rules, judged by its keys.
bool HoldsCases(std::string_view text);

/// The lines of a text, without their ends.
std::vector<std::string_view> LinesOf(std::string_view text);

}  // namespace tokentrail::cli
