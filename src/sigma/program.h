// Compiled Sigma rules, ready to run against records.
//
// What can go wrong goes wrong while the rule set is read; matching can't fail and is safe to do from
// several threads, each with a scratch of its own.

#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sigma/plan.h"
#include "sigma/rule_set.h"

namespace tokentrail::sigma {

/// How Sigma names a log. Lower case.
struct LogSource {
  std::string_view product;
  std::string_view category;
  std::string_view service;
};

class Program {
 public:
  /// `set` as resolved.
  explicit Program(RuleSet set) : set_(std::make_unique<const RuleSet>(std::move(set))) {}

  size_t size() const { return set_->rules.size(); }
  const Rule& rule(uint32_t index) const { return set_->rules[index]; }
  const std::vector<Correlation>& correlations() const { return set_->correlations; }
  const RuleSet& set() const { return *set_; }
  /// The field names that a rule looks at, each once, in the order written.
  std::vector<std::string> FieldsOf(uint32_t index) const;

  /// Whether a rule is about a log of this name: each part that the rule gives is the same.
  static bool IsAbout(const RuleMeta& rule, const LogSource& source);

  /// The rules for records of a log that Sigma knows by these names, each with the view of the first
  /// name that it is about. The program outlives the plan. Make it once a log.
  Plan MakePlan(std::span<const LogSource> names) const;
  /// Every rule, whatever the log source. Read with the view of the log it is about; a rule that may
  /// be about several logs is read by raw names.
  Plan MakePlan() const;

 private:
  std::unique_ptr<const RuleSet> set_;
};

}  // namespace tokentrail::sigma
