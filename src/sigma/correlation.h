// A Sigma correlation rule: what hits of other rules mean together.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "sigma/condition.h"
#include "sigma/rule.h"

namespace tokentrail::sigma {

enum class CorrelationType : uint8_t {
  kEventCount,
  kValueCount,
  kTemporal,
  kTemporalOrdered,
  kValueSum,
  kValueAverage,
  kValuePercentile,  ///< needs `percentile`; without it the median is meant, with a warning
  kValueMedian,
};

/// As Sigma writes it: `event_count`.
std::string_view Name(CorrelationType type);

/// `gte: 10`. All criteria of a correlation must hold.
struct Criterion {
  enum class Is : uint8_t { kGreater, kGreaterOrEqual, kLess, kLessOrEqual, kEqual, kNotEqual };

  Is is = Is::kGreaterOrEqual;
  double value = 0;
};

struct Correlation {
  /// One rule or correlation that it watches, in the order of `rules`.
  struct Part {
    std::string name;  ///< as written: id or name
    uint32_t line = 0;
    uint32_t column = 0;
    bool listed = true;  ///< in `rules`; else it stands in the condition only, until resolved
    // Filled by ResolveCorrelations.
    bool correlation = false;  ///< `index` is of a correlation, else of a rule
    uint32_t index = 0;
    /// For each of `group_by`, then each of `fields`: its number among the captures of the rule, or
    /// among the `group_by` of the correlation. kNone: that one doesn't have it, so its hits stay
    /// outside (group_by) or don't count (fields).
    std::vector<uint32_t> captures;
  };
  static constexpr uint32_t kNone = ~uint32_t{0};

  RuleMeta meta;
  CorrelationType type = CorrelationType::kEventCount;
  std::vector<Part> parts;
  std::vector<std::string> group_by;  ///< fields or aliases; none: all hits are one group
  struct Alias {
    /// What it stands for in the hits of one rule.
    struct Meaning {
      std::string rule;  ///< id or name
      std::string field;
      uint32_t line = 0;
      uint32_t column = 0;
    };
    std::string name;
    std::vector<Meaning> meanings;
  };
  std::vector<Alias> aliases;
  std::vector<std::string> fields;  ///< of value_*: counted together as one tuple
  Span timespan{};
  std::vector<Criterion> criteria;  ///< temporal: over the number of different parts
  std::optional<Expr> expression;   ///< temporal: kDetection stands for a part
  double percentile = 0;
  bool generate = false;  ///< the parts alert on their own as well
  bool alerts = true;     ///< false when only another correlation refers to it (`generate: false`)
};

/// Reads one document that has `correlation`; what it refers to is not looked up yet. Nothing when
/// it is wrong, which was reported then. Where the specification is silent or left open:
///   - `timespan`: `M` is 30 days, `y` 365.
///   - `field` may stand in `condition` (as the specification's examples have it) or beside it;
///   with
///     a type that counts no values it does nothing, with a warning.
///   - `generate` may stand in `correlation` or, as in the JSON schema, beside it.
///   - The boolean condition of draft 2.2.0 goes with `temporal`; `rules` may be left out then.
///   - A condition that no number can meet is an error, one that no count can meet a warning.
/// Source: Sigma specification 2.1.0, "Correlation"; SIGMA.md section 1.10.
std::optional<Correlation> ReadCorrelation(const Yaml& document, const RuleText& text,
                                           Report& report);

/// A file's text, kept for diagnostics about what is found after all files were read.
using TextOf = const RuleText* (*)(const void* context, std::string_view file);

/// Finds what correlations refer to: ids in any case, or names; of several with one name the one in
/// the same file is meant. One that refers to nothing, or to itself in a circle, is reported and
/// removed, and so is what refers to it. Sets what rules must capture, and who alerts: a rule or
/// correlation doesn't when one without `generate` refers to it and none with `generate` does.
/// Where an alias names no field for a rule, the rule's own field of that name is meant. A rule
/// that is listed twice counts as one part, with a warning; `temporal_ordered` waits for it twice.
/// Afterwards a correlation stands behind every correlation that it refers to.
void ResolveCorrelations(std::vector<Correlation>& correlations, std::vector<Rule>& rules,
                         TextOf text_of, const void* context, Report& report);

}  // namespace tokentrail::sigma
