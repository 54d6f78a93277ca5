// Compiled Sigma rules, ready to run against records.
//
// Load once, match many. What can go wrong goes wrong in Load(); Match() can't fail and is safe to
// call from several threads.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/report.h"
#include "base/result.h"
#include "model/record.h"
#include "sigma/field_view.h"
#include "sigma/rule.h"
#include "sigma/rule_set.h"

namespace tokentrail::sigma {

/// The rules that apply to one log source.
struct Selection {
  std::vector<uint32_t> rules;
};

class Program {
 public:
  /// Loads files and, below folders, all `*.yml` and `*.yaml`, in byte order of their paths. A rule
  /// that we can't honour in full is left out and reported; so is the second of two that share an
  /// id. A path that does not exist is an error.
  static Result<Program> Load(const std::vector<std::string>& paths, Report& report);
  /// The rules of one file's text.
  void Add(std::string_view file, std::string_view text, Report& report);

  size_t size() const { return rules_.size(); }
  const RuleMeta& rule(uint32_t index) const { return rules_[index].meta; }
  /// The field names that a rule looks at, each once, in the order written.
  std::vector<std::string> FieldsOf(uint32_t index) const;
  /// Documents that looked like rules and were left out.
  size_t left_out() const { return left_out_; }

  /// Rules for records of this source: those of which each given part of the logsource agrees.
  /// Compute it once a source.
  Selection Select(std::string_view product, std::string_view category,
                   std::string_view service) const;

  /// Appends the numbers of the rules that match, in ascending order. Allocates only while its
  /// thread's scratch space grows, and when it finds something.
  void Match(const Selection& selection, const Record& record, FieldLookup lookup,
             std::vector<uint32_t>& hits) const;

 private:
  bool Holds(const Rule& rule, const Expr& expr, FieldView& view) const;
  bool Holds(const Term& term, FieldView& view) const;
  void Take(RuleSet set, Report& report);
  uint32_t IndexOf(const std::string& field);

  std::vector<Rule> rules_;
  std::vector<FieldName> fields_;  ///< each name once
  std::unordered_map<std::string, uint32_t> field_index_;
  std::unordered_map<std::string, uint32_t> rule_index_;  ///< by id
  size_t left_out_ = 0;
};

}  // namespace tokentrail::sigma
