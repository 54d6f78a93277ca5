// Cases of policies: apps that must fit and apps that must not, beside the policy's text.

#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/report.h"
#include "policy/app_text.h"
#include "policy/policy.h"

namespace tokentrail::policy {

struct PolicyCase {
  std::string name;
  std::string file;
  uint32_t line = 0;
  bool fits = true;
  std::vector<std::string> why;  ///< each must stand in the reasons
  WrittenApp app;
  Time first;  ///< of the evidence
  Time as_of;
};

/// Reads `NAME.cases.yml`: as_of, first, fits, fits_not. What is wrong is reported.
std::vector<PolicyCase> ReadPolicyCases(const std::string& file, std::string_view text,
                                        Report& report);

struct CaseResult {
  bool passed = false;
  std::string problem;               ///< empty when passed
  std::vector<std::string> reasons;  ///< of the finding, when there is one
};

/// Holds the policy against the app, whatever its state. `appraise` judges the portfolio as a hunt
/// would; it may be empty.
CaseResult RunCase(const Policy& policy, const PolicyCase& one,
                   const std::function<void(Portfolio&)>& appraise);

}  // namespace tokentrail::policy
