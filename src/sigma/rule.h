// A Sigma rule: what it is called, and what it looks for.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/report.h"
#include "base/yaml.h"
#include "model/level.h"
#include "sigma/condition.h"
#include "sigma/placeholder.h"
#include "sigma/term.h"

namespace tokentrail::sigma {

struct RuleMeta {
  std::string id;    ///< as written; else its name; else its title in lower case with dashes
  std::string name;  ///< what other documents may call it by; empty when it gives none
  std::string title;
  std::string file;
  uint32_t line = 0;
  Level level = Level::kMedium;  ///< medium when the rule gives none
  std::vector<std::string> tags;
  std::string status;
  std::string description;
  std::vector<std::string> false_positives;
  // The source it applies to; empty parts apply to any. Lower case.
  std::string product;
  std::string category;
  std::string service;
};

/// What a document looks for: search identifiers, and the condition over them.
struct Detection {
  std::vector<Term> terms;
  std::vector<Expr> detections;  ///< over terms
  Expr condition;                ///< over detections
};

struct Rule : Detection {
  RuleMeta meta;
  /// False when only correlations refer to it (`generate: false`): its hits are no findings.
  bool alerts = true;
  /// Fields whose values a hit carries, because a correlation groups or counts by them.
  std::vector<std::string> captures;
};

/// The text of a rule file, for diagnostics.
struct RuleText {
  std::string_view file;
  std::vector<std::string_view> lines;
};

/// Adds a diagnostic about `at`, underlined where it stands in the file.
void Diagnose(const RuleText& text, const Yaml& at, Severity severity, std::string code,
              std::string message, std::string help, Report& report);

/// The keys that rules, correlations and filters have in common, log source apart. False when one
/// of them is wrong, which was reported then.
bool ReadMeta(const Yaml& document, const RuleText& text, RuleMeta& meta, Report& report);

/// The source that a rule or a filter applies to: at least one of product, category and service.
bool ReadLogSource(const Yaml& document, const RuleText& text, RuleMeta& meta, Report& report);

/// Reads search identifiers and condition from `map`; the key `other` is neither.
bool ReadDetection(const Yaml& map, std::string_view other, const RuleText& text,
                   const Placeholders& placeholders, Detection& out, Report& report);

/// Reads one document. What we can't honour in full is left out and reported, never half-applied.
/// Source: Sigma specification 2.1.0, "Rules"; SIGMA.md section 1.
std::optional<Rule> ReadRule(const Yaml& document, const RuleText& text, Report& report,
                             const Placeholders& placeholders = {});

}  // namespace tokentrail::sigma
