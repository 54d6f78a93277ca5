// Runs test cases of Sigma rules.

#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/report.h"
#include "cli/rules_case.h"

namespace tokentrail::cli {

/// One expectation that did not hold.
struct Mismatch {
  std::string where;     ///< `match[2]`; of the whole case: empty
  std::string expected;  ///< `should match`
  std::string got;       ///< `no rule does`
  std::string event;     ///< its first bytes; may be empty
  uint32_t line = 0;     ///< of the event, in the case file
};

struct CaseOutcome {
  bool passed() const { return mismatches.empty() && diagnostics.empty(); }

  std::vector<Mismatch> mismatches;
  /// Why the case is wrong, or why its rules did not load.
  std::vector<Diagnostic> diagnostics;
};

/// Keeps the rules of the last case: those of one file often share theirs.
class CaseRunner {
 public:
  CaseRunner();
  ~CaseRunner();

  /// `lines` are those of the case file, to show where in it a rule is wrong; may be empty.
  CaseOutcome Run(const RuleCase& one, std::span<const std::string_view> lines);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tokentrail::cli
