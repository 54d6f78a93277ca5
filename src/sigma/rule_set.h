// All rules of a run as read and resolved: what Program is compiled from.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/report.h"
#include "model/level.h"
#include "sigma/correlation.h"
#include "sigma/rule.h"

namespace tokentrail::sigma {

/// `%name%` in a value with `expand` stands for any of these. Wildcards in them count.
using Placeholders = std::map<std::string, std::vector<std::string>, std::less<>>;

/// Which rules are wanted. Rules that a wanted correlation refers to are kept, without alerts.
struct RuleChoice {
  std::vector<std::string> include_tags;  ///< any of them; `*` at the end; case is ignored
  std::vector<std::string> exclude_tags;
  std::vector<std::string> statuses;      ///< any of them
  std::optional<Level> min_level;
};

class RuleSet {
 public:
  explicit RuleSet(Placeholders placeholders = {}, RuleChoice choice = {});

  /// Reads the documents of one file: rules, correlations, filters, collections. One that we can't
  /// honour in full is left out and reported; so is the second of two that share an id or a name.
  void Add(std::string_view file, std::string_view text, Report& report);
  /// To be called once, after the last Add: puts filters onto their rules, finds what correlations
  /// refer to, and drops what was not chosen.
  void Resolve(Report& report);

  std::vector<Rule> rules;
  std::vector<Correlation> correlations;
  size_t left_out = 0;    ///< documents that looked like rules
  size_t not_chosen = 0;
  size_t filters = 0;

 private:
  Placeholders placeholders_;
  RuleChoice choice_;
};

}  // namespace tokentrail::sigma
