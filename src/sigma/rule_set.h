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
#include "sigma/filter.h"
#include "sigma/placeholder.h"
#include "sigma/rule.h"

namespace tokentrail::sigma {

/// Which rules are wanted. Rules that a wanted correlation refers to are kept, without alerts.
struct RuleChoice {
  std::vector<std::string> include_tags;  ///< any of them; `*` at the end; case is ignored
  std::vector<std::string> exclude_tags;
  std::vector<std::string> statuses;  ///< any of them; a rule without one is none of them
  std::optional<Level> min_level;

  bool IsAll() const {
    return include_tags.empty() && exclude_tags.empty() && statuses.empty() && !min_level;
  }
  bool Wants(const RuleMeta& meta) const;
};

class RuleSet {
 public:
  explicit RuleSet(Placeholders placeholders = {}, RuleChoice choice = {});
  RuleSet(RuleSet&&) = default;
  RuleSet& operator=(RuleSet&&) = default;

  /// Reads the documents of one file: rules, correlations, filters, collections. One that we can't
  /// honour in full is left out and reported; so is the second of two that share an id, or a name
  /// in one file. In several files a name may stand for several: published rules call their base
  /// rule the same in each.
  void Add(std::string_view file, std::string_view text, Report& report);
  /// To be called once, after the last Add: puts filters onto their rules, finds what correlations
  /// refer to, and drops what was not chosen.
  void Resolve(Report& report);

  std::vector<Rule> rules;
  std::vector<Correlation> correlations;
  size_t left_out = 0;    ///< documents that looked like rules
  size_t not_chosen = 0;  ///< rules and correlations that are fine and were dropped
  size_t filters = 0;

 private:
  /// What a rule or correlation is called by.
  struct Identity {
    std::string id;      ///< as its text gives or implies it
    bool is_own = true;  ///< no other document may have it; else it may need a number behind
  };
  struct KeptText {
    std::string text;
    RuleText lines;
  };

  void AddDocument(Yaml document, const RuleText& text, bool shares_id, Report& report);
  /// False when another document has its id or name, which was reported then.
  bool Enter(const Yaml& document, const RuleText& text, const RuleMeta& meta, bool shares_id,
             Identity& identity, Report& report);
  void SettleIds();
  void AttachFilters(Report& report);
  void Choose(std::vector<Correlation> unresolved);
  static const RuleText* TextOf(const void* context, std::string_view file);

  Placeholders placeholders_;
  RuleChoice choice_;
  std::vector<Filter> filters_;
  std::vector<Identity> rule_ids_;             ///< by rule
  std::vector<Identity> correlation_ids_;      ///< by correlation, until resolved
  std::map<std::string, std::string> places_;  ///< of each id that documents own
  std::map<std::pair<std::string, std::string>, std::string> names_;  ///< by file and name
  std::map<std::string, KeptText, std::less<>> texts_;  ///< of files with more than rules
};

}  // namespace tokentrail::sigma
