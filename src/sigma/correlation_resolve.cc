// Finds what correlations refer to, and orders them.

#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"
#include "sigma/correlation.h"

namespace tokentrail::sigma {
namespace {

std::string DidYouMean(std::string_view word, const std::vector<std::string_view>& candidates,
                       std::string otherwise = {}) {
  const std::string_view closest = Closest(word, candidates);
  return closest.empty() ? std::move(otherwise) : "did you mean '" + std::string(closest) + "'?";
}

/// Finds what correlations refer to.
class Resolver {
 public:
  Resolver(std::vector<Correlation>& correlations, std::vector<Rule>& rules, TextOf text_of,
           const void* context, Report& report)
      : correlations_(correlations),
        rules_(rules),
        text_of_(text_of),
        context_(context),
        report_(report),
        bad_(correlations.size(), false) {
    for (uint32_t i = 0; i < rules.size(); ++i) Enter(rules[i].meta, {false, i});
    for (uint32_t i = 0; i < correlations.size(); ++i) Enter(correlations[i].meta, {true, i});
  }

  void Run() {
    for (uint32_t i = 0; i < correlations_.size(); ++i) {
      if (!FindParts(correlations_[i])) bad_[i] = true;
    }
    RefuseCircles();
    RefuseWhatRefersToBad();
    Reorder();
    for (Correlation& correlation : correlations_) Capture(correlation);
    SetAlerts();
  }

 private:
  /// A rule or a correlation, by number.
  struct Target {
    bool correlation = false;
    uint32_t index = 0;
    friend bool operator==(const Target&, const Target&) = default;
  };

  void Enter(const RuleMeta& meta, Target target) {
    if (!meta.name.empty()) {
      names_[meta.name].push_back(target);
      names_in_lower_case_[Lower(meta.name)] = meta.name;
    }
    if (meta.id != meta.name) names_[Lower(meta.id)].push_back(target);
  }

  const RuleMeta& Meta(Target target) const {
    return target.correlation ? correlations_[target.index].meta : rules_[target.index].meta;
  }

  void Tell(const Correlation& about, uint32_t line, uint32_t column, std::string_view word,
            Severity severity, std::string code, std::string message, std::string help = {}) {
    const RuleText* text = text_of_ == nullptr ? nullptr : text_of_(context_, about.meta.file);
    const RuleText none = {about.meta.file, {}};
    Yaml at;
    at.type = Yaml::Type::kScalar;
    at.text = word;
    at.line = line;
    at.column = column;
    Diagnose(text != nullptr ? *text : none, at, severity, std::move(code), std::move(message),
             std::move(help), report_);
  }

  bool Fail(const Correlation& about, const Correlation::Part& part, std::string code,
            std::string message, std::string help = {}) {
    Tell(about, part.line, part.column, part.name, Severity::kError, std::move(code),
         std::move(message), std::move(help));
    return false;
  }

  /// All that `name` may mean for a document in `file`: those in it, else those
  /// anywhere.
  std::vector<Target> Find(const std::string& name, const std::string& file) const {
    std::vector<Target> all;
    for (const std::string& key : {name, Lower(name)}) {
      const auto it = names_.find(key);
      if (it == names_.end()) continue;
      for (const Target target : it->second) {
        // In lower case only ids are meant.
        if (key != name && Lower(Meta(target).id) != key) continue;
        if (std::find(all.begin(), all.end(), target) == all.end()) all.push_back(target);
      }
    }
    std::vector<Target> near;
    for (const Target target : all) {
      if (Meta(target).file == file) near.push_back(target);
    }
    return near.empty() ? all : near;
  }

  std::string Help(const std::string& name) const {
    if (const auto it = names_in_lower_case_.find(Lower(name)); it != names_in_lower_case_.end()) {
      return "did you mean '" + it->second + "'? Names are told apart by case";
    }
    for (const bool correlation : {false, true}) {
      const size_t count = correlation ? correlations_.size() : rules_.size();
      for (uint32_t i = 0; i < count; ++i) {
        const RuleMeta& meta = Meta({correlation, i});
        if (meta.title != name) continue;
        return "refer to it by its id or name, not by its title: '" + meta.id + "'";
      }
    }
    std::vector<std::string_view> all;
    for (const auto& row : names_) all.push_back(row.first);
    return DidYouMean(name, all, "load it as well, or see above why it was left out");
  }

  bool FindParts(Correlation& correlation) {
    bool ok = true;
    for (Correlation::Part& part : correlation.parts) {
      const std::vector<Target> found = Find(part.name, correlation.meta.file);
      if (found.empty()) {
        ok = Fail(correlation, part, "sigma.unknown_rule",
                  "there is no rule or correlation '" + part.name + "'", Help(part.name));
      } else if (found.size() > 1) {
        ok = Fail(correlation, part, "sigma.ambiguous",
                  "'" + part.name + "' is the name of " + std::to_string(found.size()) +
                      " documents, in " + Meta(found[0]).file + " and " + Meta(found[1]).file,
                  "refer to it by its id");
      } else {
        part.correlation = found[0].correlation;
        part.index = found[0].index;
      }
    }
    if (!ok) return false;
    return MergeParts(correlation) && CheckAliases(correlation);
  }

  /// What stands in the condition is matched with what `rules` lists, and what is listed twice
  /// becomes one part.
  bool MergeParts(Correlation& correlation) {
    if (correlation.type == CorrelationType::kTemporalOrdered) return true;
    std::vector<Correlation::Part> kept;
    std::vector<uint32_t> becomes;
    for (const Correlation::Part& part : correlation.parts) {
      const auto same = std::find_if(kept.begin(), kept.end(), [&](const auto& other) {
        return other.correlation == part.correlation && other.index == part.index;
      });
      becomes.push_back(static_cast<uint32_t>(same - kept.begin()));
      if (same == kept.end()) {
        if (!part.listed) {
          return Fail(correlation, part, "sigma.unknown_rule",
                      "'" + part.name + "' is not among the rules of this correlation",
                      "add it to 'rules', or leave 'rules' out");
        }
        kept.push_back(part);
      } else if (part.listed && !correlation.expression.has_value()) {
        Tell(correlation, part.line, part.column, part.name, Severity::kWarning, "sigma.twice",
             "'" + part.name + "' is the same rule as '" + same->name + "': it counts once");
      }
    }
    correlation.parts = std::move(kept);
    if (correlation.expression.has_value()) Renumber(*correlation.expression, becomes);
    return true;
  }

  static void Renumber(Expr& expr, const std::vector<uint32_t>& becomes) {
    if (expr.kind == Expr::Kind::kDetection) expr.index = becomes[expr.index];
    for (Expr& part : expr.parts) Renumber(part, becomes);
  }

  static bool Means(const RuleMeta& meta, const std::string& name) {
    return meta.name == name || EqualsIgnoreCase(meta.id, name);
  }

  bool CheckAliases(const Correlation& correlation) {
    for (const Correlation::Alias& alias : correlation.aliases) {
      for (const Correlation::Alias::Meaning& meaning : alias.meanings) {
        std::vector<std::string_view> names;
        bool found = false;
        for (const Correlation::Part& part : correlation.parts) {
          const RuleMeta& meta = Meta({part.correlation, part.index});
          found = found || Means(meta, meaning.rule) || part.name == meaning.rule;
          names.push_back(part.name);
        }
        if (found) continue;
        Tell(correlation, meaning.line, meaning.column, meaning.rule, Severity::kError,
             "sigma.bad_alias", "'" + meaning.rule + "' is not among the rules of this correlation",
             DidYouMean(meaning.rule, names));
        return false;
      }
    }
    return true;
  }

  enum class Visit : uint8_t { kNew, kOpen, kDone };

  /// Follows references depth first, with a stack of its own: chains may be long.
  void RefuseCircles() {
    std::vector<Visit> visits(correlations_.size(), Visit::kNew);
    std::vector<std::pair<uint32_t, size_t>> path;  // a correlation, and its next part
    for (uint32_t start = 0; start < correlations_.size(); ++start) {
      if (visits[start] != Visit::kNew || bad_[start]) continue;
      path.emplace_back(start, 0);
      visits[start] = Visit::kOpen;
      while (!path.empty()) {
        const uint32_t at = path.back().first;
        const size_t next = path.back().second++;
        if (next >= correlations_[at].parts.size()) {
          visits[at] = Visit::kDone;
          path.pop_back();
          continue;
        }
        const Correlation::Part& part = correlations_[at].parts[next];
        if (!part.correlation || bad_[part.index]) continue;
        if (visits[part.index] == Visit::kOpen) {
          RefuseCircle(path, part.index);
        } else if (visits[part.index] == Visit::kNew) {
          visits[part.index] = Visit::kOpen;
          path.emplace_back(part.index, 0);
        }
      }
    }
    for (const uint32_t index : in_circle_) bad_[index] = true;
  }

  /// `path` ends with a part that leads back to `first`.
  void RefuseCircle(const std::vector<std::pair<uint32_t, size_t>>& path, uint32_t first) {
    const auto begin = std::find_if(path.begin(), path.end(),
                                    [&](const auto& step) { return step.first == first; });
    static constexpr std::ptrdiff_t kShown = 8;
    std::string circle;
    for (auto it = begin; it != path.end(); ++it) {
      if (it - begin == kShown) {
        circle += "(" + std::to_string(path.end() - it) + " more) -> ";
        break;
      }
      circle += "'" + correlations_[it->first].meta.title + "' -> ";
    }
    circle += "'" + correlations_[first].meta.title + "'";
    for (auto it = begin; it != path.end(); ++it) {
      if (std::find(in_circle_.begin(), in_circle_.end(), it->first) != in_circle_.end()) continue;
      in_circle_.push_back(it->first);
      Fail(correlations_[it->first], correlations_[it->first].parts[it->second - 1], "sigma.circle",
           "correlations refer to each other in a circle: " + circle,
           "one of them must refer to rules only");
    }
  }

  void RefuseWhatRefersToBad() {
    for (bool again = true; again;) {
      again = false;
      for (uint32_t i = 0; i < correlations_.size(); ++i) {
        if (bad_[i]) continue;
        for (const Correlation::Part& part : correlations_[i].parts) {
          if (!part.correlation || !bad_[part.index]) continue;
          bad_[i] = again = true;
          Fail(correlations_[i], part, "sigma.unknown_rule",
               "the correlation '" + part.name + "' was left out", "see above why");
          break;
        }
      }
    }
  }

  /// Drops what is bad, and puts the rest behind what it refers to.
  void Reorder() {
    std::vector<uint32_t> order;
    std::vector<bool> placed(correlations_.size(), false);
    std::vector<std::pair<uint32_t, size_t>> path;
    for (uint32_t start = 0; start < correlations_.size(); ++start) {
      if (bad_[start] || placed[start]) continue;
      path.emplace_back(start, 0);
      while (!path.empty()) {
        const uint32_t at = path.back().first;
        const size_t next = path.back().second++;
        if (next >= correlations_[at].parts.size()) {
          if (!placed[at]) order.push_back(at);
          placed[at] = true;
          path.pop_back();
          continue;
        }
        const Correlation::Part& part = correlations_[at].parts[next];
        if (part.correlation && !placed[part.index]) path.emplace_back(part.index, 0);
      }
    }
    std::vector<uint32_t> becomes(correlations_.size(), Correlation::kNone);
    std::vector<Correlation> sorted;
    sorted.reserve(order.size());
    for (const uint32_t index : order) {
      becomes[index] = static_cast<uint32_t>(sorted.size());
      sorted.push_back(std::move(correlations_[index]));
    }
    correlations_ = std::move(sorted);
    for (Correlation& correlation : correlations_) {
      for (Correlation::Part& part : correlation.parts) {
        if (part.correlation) part.index = becomes[part.index];
      }
    }
  }

  void Capture(Correlation& correlation) {
    for (Correlation::Part& part : correlation.parts) {
      part.captures.clear();
      for (const std::vector<std::string>* const list :
           {&correlation.group_by, &correlation.fields}) {
        for (const std::string& wanted : *list) {
          const std::string& field = FieldOf(correlation, part, wanted);
          std::vector<std::string>& all =
              part.correlation ? correlations_[part.index].group_by : rules_[part.index].captures;
          auto it = std::find(all.begin(), all.end(), field);
          if (it == all.end() && part.correlation) {
            Tell(correlation, part.line, part.column, part.name, Severity::kWarning,
                 "sigma.no_such_field",
                 "the correlation '" + part.name + "' has no '" + field + "': it " +
                     (list == &correlation.group_by ? "stays outside of every group"
                                                    : "has nothing to count"),
                 "a correlation has the fields that it groups by");
            part.captures.push_back(Correlation::kNone);
            continue;
          }
          part.captures.push_back(static_cast<uint32_t>(it - all.begin()));
          if (it == all.end()) all.push_back(field);
        }
      }
    }
  }

  const std::string& FieldOf(const Correlation& correlation, const Correlation::Part& part,
                             const std::string& wanted) const {
    const RuleMeta& meta = Meta({part.correlation, part.index});
    for (const Correlation::Alias& alias : correlation.aliases) {
      if (alias.name != wanted) continue;
      for (const Correlation::Alias::Meaning& meaning : alias.meanings) {
        if (Means(meta, meaning.rule) || part.name == meaning.rule) return meaning.field;
      }
    }
    return wanted;
  }

  void SetAlerts() {
    // Who is referred to, and who by somebody with `generate`: rules, then correlations.
    const size_t rules = rules_.size();
    std::vector<bool> used(rules + correlations_.size());
    std::vector<bool> wanted = used;
    for (const Correlation& correlation : correlations_) {
      for (const Correlation::Part& part : correlation.parts) {
        const size_t target = part.correlation ? rules + part.index : part.index;
        used[target] = true;
        if (correlation.generate) wanted[target] = true;
      }
    }
    for (size_t i = 0; i < used.size(); ++i) {
      if (!used[i] || wanted[i]) continue;
      (i < rules ? rules_[i].alerts : correlations_[i - rules].alerts) = false;
    }
  }

  std::vector<Correlation>& correlations_;
  std::vector<Rule>& rules_;
  TextOf text_of_;
  const void* context_;
  Report& report_;
  std::map<std::string, std::vector<Target>> names_;  ///< by name, and by id in lower case
  std::map<std::string, std::string> names_in_lower_case_;
  std::vector<bool> bad_;
  std::vector<uint32_t> in_circle_;
};

}  // namespace

void ResolveCorrelations(std::vector<Correlation>& correlations, std::vector<Rule>& rules,
                         TextOf text_of, const void* context, Report& report) {
  Resolver(correlations, rules, text_of, context, report).Run();
}

}  // namespace tokentrail::sigma
