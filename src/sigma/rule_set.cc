#include "sigma/rule_set.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "sigma/collection.h"
#include "sigma/diagnose.h"
#include "sigma/rule_file.h"

namespace tokentrail::sigma {
namespace {

bool FitsTag(std::string_view wanted, std::string_view tag) {
  if (!wanted.ends_with('*')) return EqualsIgnoreCase(wanted, tag);
  wanted.remove_suffix(1);
  return tag.size() >= wanted.size() && EqualsIgnoreCase(tag.substr(0, wanted.size()), wanted);
}

bool HasTag(const RuleMeta& meta, const std::vector<std::string>& wanted) {
  return std::any_of(meta.tags.begin(), meta.tags.end(), [&](const std::string& tag) {
    return std::any_of(wanted.begin(), wanted.end(),
                       [&](const std::string& one) { return FitsTag(one, tag); });
  });
}

std::string PlaceOf(const RuleMeta& meta) { return meta.file + ":" + std::to_string(meta.line); }

}  // namespace

bool RuleChoice::Wants(const RuleMeta& meta) const {
  if (!include_tags.empty() && !HasTag(meta, include_tags)) return false;
  if (HasTag(meta, exclude_tags)) return false;
  if (min_level.has_value() && meta.level < *min_level) return false;
  return statuses.empty() ||
         std::any_of(statuses.begin(), statuses.end(), [&](const std::string& status) {
           return EqualsIgnoreCase(status, meta.status);
         });
}

RuleSet::RuleSet(Placeholders placeholders, RuleChoice choice)
    : placeholders_(std::move(placeholders)), choice_(std::move(choice)) {}

void RuleSet::Add(std::string_view file, std::string_view text, Report& report) {
  text = WithoutMark(text);
  const RuleText rule_text{file, Lines(text)};
  const size_t before = correlations.size() + filters_.size();
  Collection collection(rule_text, report);
  for (const RuleDocument& part : Documents(text, rule_text.lines)) {
    YamlError error;
    Result<std::vector<Yaml>> documents = ParseYaml(part.text, &error);
    if (!documents.ok()) {
      Fault fault;
      fault.line = part.first_line + std::max(error.line, 1u);
      fault.column = error.column;
      fault.code = "sigma.bad_yaml";
      fault.message = error.message;
      Diagnose(rule_text, Severity::kError, std::move(fault), report);
      collection.Broken(part.text);
      ++left_out;
      continue;
    }
    for (Yaml& document : *documents) {
      if (document.is_null()) continue;
      Shift(document, part.first_line);
      bool shares_id = false;
      const bool is_rule = document.is_map() && document.Find("correlation") == nullptr &&
                           document.Find("filter") == nullptr;
      if (is_rule) {
        const Collection::Is is = collection.Complete(document, shares_id);
        if (is == Collection::Is::kRefused) ++left_out;
        if (is != Collection::Is::kRule) continue;
      }
      AddDocument(std::move(document), rule_text, shares_id, report);
    }
  }
  if (correlations.size() + filters_.size() == before) return;
  // What these refer to is found later, and may need to be complained about then.
  const auto [it, added] = texts_.try_emplace(std::string(file));
  if (!added) return;
  it->second.text = text;
  it->second.lines = {it->first, Lines(it->second.text)};
}

void RuleSet::AddDocument(Yaml document, const RuleText& text, bool shares_id, Report& report) {
  Identity identity;
  if (document.Find("correlation") != nullptr) {
    std::optional<Correlation> correlation = ReadCorrelation(document, text, report);
    if (correlation.has_value() &&
        Enter(document, text, correlation->meta, false, identity, report)) {
      correlations.push_back(*std::move(correlation));
      correlation_ids_.push_back(std::move(identity));
      return;
    }
  } else if (document.Find("filter") != nullptr) {
    std::optional<Filter> filter = ReadFilter(document, text, placeholders_, report);
    if (filter.has_value() && Enter(document, text, filter->meta, false, identity, report)) {
      filters_.push_back(*std::move(filter));
      ++filters;
      return;
    }
  } else {
    std::optional<Rule> rule = ReadRule(document, text, report, placeholders_);
    if (rule.has_value() && Enter(document, text, rule->meta, shares_id, identity, report)) {
      rules.push_back(*std::move(rule));
      rule_ids_.push_back(std::move(identity));
      return;
    }
  }
  ++left_out;
}

bool RuleSet::Enter(const Yaml& document, const RuleText& text, const RuleMeta& meta,
                    bool shares_id, Identity& identity, Report& report) {
  identity.id = meta.id;
  identity.is_own = !shares_id && !Trim(document.Text("id")).empty();
  if (identity.is_own) {
    const auto it = places_.find(meta.id);
    if (it != places_.end()) {
      return Refuse(text, *document.Find("id"), "sigma.same_id",
                    "another document has the id '" + meta.id + "' already: " + it->second, "",
                    report);
    }
  }
  if (!meta.name.empty() && !shares_id) {
    const auto [it, added] = names_.emplace(std::pair(meta.file, meta.name), PlaceOf(meta));
    if (!added) {
      return Refuse(text, *document.Find("name"), "sigma.same_name",
                    "another document has the name '" + meta.name + "' already: " + it->second, "",
                    report);
    }
  }
  if (identity.is_own) places_.emplace(meta.id, PlaceOf(meta));
  return true;
}

void RuleSet::SettleIds() {
  std::set<std::string, std::less<>> taken;
  for (const auto& row : places_) taken.insert(row.first);
  std::map<std::string, size_t, std::less<>> next;  // so that no number is tried twice
  const auto settle = [&](const Identity& identity, std::string& id) {
    if (identity.is_own || taken.insert(id).second) return;
    size_t& number = next.emplace(identity.id, 2).first->second;
    do {
      id = identity.id + "-" + std::to_string(number++);
    } while (!taken.insert(id).second);
  };
  for (size_t i = 0; i < rules.size(); ++i) settle(rule_ids_[i], rules[i].meta.id);
  for (size_t i = 0; i < correlations.size(); ++i) {
    settle(correlation_ids_[i], correlations[i].meta.id);
  }
}

void RuleSet::AttachFilters(Report& report) {
  for (const Filter& filter : filters_) {
    size_t named = 0;
    size_t fitting = 0;
    for (size_t i = 0; i < rules.size(); ++i) {
      if (!filter.FitsName(rule_ids_[i].id, rules[i].meta.name)) continue;
      ++named;
      if (!filter.FitsSource(rules[i].meta)) continue;
      ++fitting;
      Attach(filter, rules[i]);
    }
    if (fitting != 0) continue;
    const RuleText* const text = TextOf(this, filter.meta.file);
    Fault fault;
    fault.line = filter.line;
    fault.column = filter.column;
    fault.width = Characters("filter");
    fault.code = "sigma.idle_filter";
    fault.message = "the filter '" + filter.meta.title + "' fits no rule that was loaded";
    fault.help = named == 0 ? "none of its rules is loaded"
                            : "its rules are of another log source than it is";
    Diagnose(*text, Severity::kWarning, std::move(fault), report);
  }
}

void RuleSet::Resolve(Report& report) {
  SettleIds();
  AttachFilters(report);
  std::vector<Correlation> unresolved;
  if (!choice_.IsAll()) unresolved = correlations;
  const size_t before = correlations.size();
  ResolveCorrelations(correlations, rules, TextOf, this, report);
  left_out += before - correlations.size();
  if (!choice_.IsAll()) Choose(std::move(unresolved));
}

void RuleSet::Choose(std::vector<Correlation> unresolved) {
  // From the last one on: each stands behind those that it refers to.
  std::set<std::string, std::less<>> wanted;
  std::set<std::string, std::less<>> needed;
  for (const Rule& rule : rules) {
    if (choice_.Wants(rule.meta)) wanted.insert(rule.meta.id);
  }
  for (auto it = correlations.rbegin(); it != correlations.rend(); ++it) {
    const std::string& id = it->meta.id;
    if (choice_.Wants(it->meta)) wanted.insert(id);
    if (wanted.count(id) == 0 && needed.count(id) == 0) continue;
    for (const Correlation::Part& part : it->parts) {
      needed.insert(part.correlation ? correlations[part.index].meta.id
                                     : rules[part.index].meta.id);
    }
  }
  const auto drop = [&](auto& all) {
    const size_t before = all.size();
    all.erase(std::remove_if(all.begin(), all.end(),
                             [&](const auto& one) {
                               return wanted.count(one.meta.id) == 0 &&
                                      needed.count(one.meta.id) == 0;
                             }),
              all.end());
    return before - all.size();
  };
  // Those that are wrong were removed before, and said.
  std::set<std::string, std::less<>> fine;
  for (const Correlation& correlation : correlations) fine.insert(correlation.meta.id);
  unresolved.erase(
      std::remove_if(unresolved.begin(), unresolved.end(),
                     [&](const Correlation& one) { return fine.count(one.meta.id) == 0; }),
      unresolved.end());
  not_chosen += drop(rules) + drop(unresolved);
  // Again, for what is left: who refers to whom decides who alerts and what is captured.
  for (Rule& rule : rules) {
    rule.alerts = true;
    rule.captures.clear();
  }
  correlations = std::move(unresolved);
  Report said_before;
  ResolveCorrelations(correlations, rules, TextOf, this, said_before);
  for (Rule& rule : rules) rule.alerts = rule.alerts && wanted.count(rule.meta.id) != 0;
  for (Correlation& one : correlations) one.alerts = one.alerts && wanted.count(one.meta.id) != 0;
}

const RuleText* RuleSet::TextOf(const void* context, std::string_view file) {
  const auto& texts = static_cast<const RuleSet*>(context)->texts_;
  const auto it = texts.find(file);
  return it == texts.end() ? nullptr : &it->second.lines;
}

}  // namespace tokentrail::sigma
