// What to do about a stolen app, user, token, ...: the steps of data/containment.yaml, by platform.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tokentrail::inventory {

/// Commands name shell variables only; whoever prints them writes their assignments.
struct ContainStep {
  std::string title;
  std::string why;
  std::string run;               ///< lines of commands and comments
  bool pwsh = false;             ///< PowerShell; else a POSIX shell
  std::string survives;          ///< what goes on working after it; may be empty
  std::string only;              ///< the one platform that it is for; empty: all
  std::vector<std::string> set;  ///< variables that the reader must set
};

struct ContainPlan {
  std::string platform;  ///< `microsoft`, `google`, `github`, `okta`, `slack`, `salesforce`, ...
  std::string thing;     ///< `app`, `user`, `token`, `session`, `credential`, `serviceaccount`
  std::string format;    ///< `guid`, or empty: what the id must look like
  std::vector<ContainStep> steps;
};

/// Null when there is no plan for that thing there.
const ContainPlan* FindContainPlan(std::string_view platform, std::string_view thing);
/// The hunts that prove eviction.
const ContainPlan& ProofPlan();
/// Every plan, in the order of the file.
const std::vector<ContainPlan>& ContainPlans();

}  // namespace tokentrail::inventory
