// The boolean line of a rule: `selection and not 1 of filter_*`.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tokentrail::sigma {

/// A tree over terms and detections, both by number.
struct Expr {
  enum class Kind : uint8_t { kTerm, kDetection, kAnd, kOr, kNot };

  Kind kind = Kind::kAnd;
  uint32_t index = 0;       ///< of a term or a detection
  std::vector<Expr> parts;  ///< of the rest; `kAnd` of none is true, `kOr` of none false
};

struct ConditionError {
  std::string message;
  std::string code;
  std::string help;
  size_t offset = 0;  ///< in the text
  size_t size = 1;
};

struct ParsedCondition {
  bool ok = false;
  Expr expr;
  ConditionError error;
  bool upper_case = false;  ///< operators in upper case, which other tools refuse
};

/// `names` are the detections in the order of their numbers.
/// Source: Sigma specification 2.1.0, "Condition"; SIGMA.md C1 to C8.
ParsedCondition ParseCondition(std::string_view text, const std::vector<std::string>& names);

}  // namespace tokentrail::sigma
