// A user's thresholds over apps, as text: what is asked of each app, and how bad it is when it is so.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/app.h"
#include "model/finding.h"

namespace tokentrail::policy {

/// Policies, loaded and checked. Immutable; safe from several threads.
class PolicySet {
 public:
  /// Files and folders of *.yml; `shipped` are ours. Errors name file, line and column: a policy
  /// that can't be honoured in full is never half-applied.
  static Result<PolicySet> Load(const std::vector<std::string>& paths);

  /// Adds a finding for each app that an active policy fits, citing the acts that decided. The
  /// others are silent.
  void Judge(const Portfolio& portfolio, Findings& out) const;

  struct Impl;

 private:
  std::shared_ptr<const Impl> impl_;
};

}  // namespace tokentrail::policy
