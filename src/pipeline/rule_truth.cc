#include "pipeline/rule_truth.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "sigma/truth.h"

namespace tokentrail::pipeline {
namespace {

RuleTruth Begin(const sigma::RuleMeta& meta) {
  RuleTruth out;
  out.id = meta.id;
  out.title = meta.title;
  out.file = meta.file;
  out.line = meta.line;
  out.level = meta.level;
  for (const std::string* part : {&meta.product, &meta.category, &meta.service}) {
    if (part->empty()) continue;
    if (!out.log_source.empty()) out.log_source += " / ";
    out.log_source += *part;
  }
  return out;
}

std::string Join(const std::vector<std::string>& words, std::string_view between) {
  std::string out;
  for (const std::string& word : words) {
    if (!out.empty()) out += between;
    out += word;
  }
  return out;
}

/// `own`: logs of that very name; `serving`: these, and those that hold some of it.
std::string Needs(const std::vector<std::string>& own, const std::vector<std::string>& serving) {
  if (own.empty()) return "needs " + Join(serving, " or ");
  std::string out = "needs " + Join(own, " or ");
  std::string others;
  for (const std::string& one : serving) {
    if (std::find(own.begin(), own.end(), one) != own.end()) continue;
    others += (others.empty() ? "" : " or ") + one;
  }
  return others.empty() ? out : out + ", or in part " + others;
}

/// Fills what keeps the rule from firing in all sources that were read.
void Explain(const TruthInputs& inputs, std::span<const size_t> plans,
             const std::vector<sigma::Blocker>& blockers, RuleTruth& out) {
  // Fields that lack for the same reason stand together.
  std::vector<std::pair<std::string, std::string>> by_reason;
  std::vector<std::string> fields;
  for (const sigma::Blocker& blocker : blockers) {
    fields.push_back(blocker.field);
    auto same = std::find_if(by_reason.begin(), by_reason.end(),
                             [&](const auto& one) { return one.second == blocker.reason; });
    if (same == by_reason.end()) {
      by_reason.emplace_back(blocker.field, blocker.reason);
    } else {
      same->first += ", " + blocker.field;
    }
  }
  out.field = Join(fields, ", ");
  for (const auto& [names, reason] : by_reason) {
    if (!out.reason.empty()) out.reason += "; ";
    out.reason += by_reason.size() == 1 ? reason : names + ": " + reason;
  }
  for (const sigma::Blocker& blocker : blockers) {
    if (blocker.by_value) continue;
    for (const size_t plan : plans) {
      if (plan >= inputs.inventories.size() || !out.nearest.empty()) continue;
      out.nearest = inputs.inventories[plan].Nearest(blocker.field, blocker.in_view);
    }
  }
}

/// Plans of sources that were read.
std::vector<size_t> PlansRead(const TruthInputs& inputs) {
  std::vector<size_t> out;
  for (size_t p = 0; p < inputs.plans.size(); ++p) {
    const auto& read = inputs.read;
    if (std::find(read.begin(), read.end(), inputs.names[p]) != read.end()) out.push_back(p);
  }
  return out;
}

/// What keeps hits of a rule out of a correlation: one of the fields that it groups by, or counts
/// the values of, never had one. Nothing when they could come in.
std::vector<sigma::Blocker> WhyOutside(const TruthInputs& inputs, const std::vector<size_t>& read,
                                       const sigma::Correlation& correlation,
                                       const sigma::Correlation::Part& part) {
  std::vector<std::string> names = correlation.group_by;
  names.insert(names.end(), correlation.fields.begin(), correlation.fields.end());
  std::vector<sigma::Blocker> out;
  for (size_t i = 0; i < names.size() && i < part.captures.size(); ++i) {
    const uint32_t capture = part.captures[i];
    if (capture == sigma::Correlation::kNone) continue;
    std::optional<sigma::Blocker> blocker;
    for (const size_t p : read) {
      const std::optional<uint32_t> index = inputs.plans[p].Find(part.index);
      if (!index) continue;
      const std::string& name = inputs.program.rule(part.index).captures[capture];
      blocker = sigma::FindCaptureBlocker(inputs.plans[p], *index, capture, name, inputs.seen[p]);
      if (!blocker) break;
    }
    if (blocker) out.push_back(std::move(*blocker));
  }
  return out;
}

}  // namespace

std::vector<RuleTruth> JudgeRules(const TruthInputs& inputs) {
  const sigma::Program& program = inputs.program;
  const std::vector<size_t> read = PlansRead(inputs);
  std::vector<RuleTruth> out;
  for (uint32_t i = 0; i < program.size(); ++i) {
    RuleTruth truth = Begin(program.rule(i).meta);
    truth.alerts = program.rule(i).alerts;
    truth.hits = inputs.hits[i];
    std::vector<std::string> serving;
    size_t blocked = 0;  // the source that comes closest: a value is less than a field
    std::vector<sigma::Blocker> blockers;
    bool could = false;
    // Another log may hold some of what a rule is about, as sign-ins hold risks. That it lacks the
    // rest says nothing of the rule while its own log was not read.
    std::vector<std::string> own;
    bool own_read = false;
    for (size_t p = 0; p < inputs.plans.size(); ++p) {
      const sigma::Plan& plan = inputs.plans[p];
      const std::optional<uint32_t> index = plan.Find(i);
      if (!index) continue;
      serving.push_back(inputs.names[p]);
      const bool was_read = std::find(read.begin(), read.end(), p) != read.end();
      if (sigma::Program::IsAbout(program.rule(i).meta, inputs.first_names[p])) {
        own.push_back(inputs.names[p]);
        own_read = own_read || was_read;
      }
      if (!was_read) continue;
      truth.sources.push_back(inputs.names[p]);
      std::vector<sigma::Blocker> why = sigma::FindBlockers(plan, *index, inputs.seen[p]);
      could = could || why.empty();
      const auto by_value = [](const std::vector<sigma::Blocker>& some) {
        return std::all_of(some.begin(), some.end(), [](const auto& one) { return one.by_value; });
      };
      if (blockers.empty() || (by_value(why) && !by_value(blockers))) {
        blocked = p;
        blockers = std::move(why);
      }
    }
    if (truth.hits > 0) {
      truth.truth = Truth::kFired;
    } else if (truth.sources.empty()) {
      truth.truth = Truth::kNoSource;
      truth.reason = serving.empty() ? std::string(kNoSuchLog) : Needs(own, serving);
    } else if (could) {
      truth.truth = Truth::kCouldFire;
    } else {
      truth.truth = Truth::kNeverHere;
      Explain(inputs, std::span(&blocked, 1), blockers, truth);
      if (!own.empty() && !own_read) {
        truth.truth = Truth::kNoSource;
        truth.reason = "needs " + Join(own, " or ") + "; " + Join(truth.sources, " and ") +
                       " can stand in for it, but not here";
        truth.field.clear();
        truth.nearest.clear();
      }
    }
    out.push_back(std::move(truth));
  }
  for (size_t i = 0; i < program.correlations().size(); ++i) {
    const sigma::Correlation& correlation = program.correlations()[i];
    RuleTruth truth = Begin(correlation.meta);
    truth.correlation = true;
    truth.alerts = correlation.alerts;
    truth.hits = inputs.firings[i];
    // Temporal ones without a condition of their own wait for each part, the others for any.
    const bool temporal = correlation.type == sigma::CorrelationType::kTemporal ||
                          correlation.type == sigma::CorrelationType::kTemporalOrdered;
    const bool every = temporal && correlation.criteria.empty() && !correlation.expression;
    const RuleTruth* missing = nullptr;
    std::vector<sigma::Blocker> outside;
    bool any = false;
    bool all = true;
    std::vector<std::string> logs;
    for (const sigma::Correlation::Part& part : correlation.parts) {
      RuleTruth& its = out[part.correlation ? program.size() + part.index : part.index];
      if (its.counts_for.empty() || its.counts_for.back() != correlation.meta.title) {
        its.counts_for.push_back(correlation.meta.title);
      }
      truth.sources.insert(truth.sources.end(), its.sources.begin(), its.sources.end());
      if (std::find(logs.begin(), logs.end(), its.log_source) == logs.end()) {
        logs.push_back(its.log_source);
      }
      const bool could = its.truth == Truth::kFired || its.truth == Truth::kCouldFire;
      if (!could && missing == nullptr) missing = &its;
      std::vector<sigma::Blocker> why;
      if (could && !part.correlation) why = WhyOutside(inputs, read, correlation, part);
      const bool can = could && why.empty();
      any = any || can;
      all = all && can;
      if (outside.empty()) outside = std::move(why);
    }
    truth.log_source = Join(logs, ", ");
    std::sort(truth.sources.begin(), truth.sources.end());
    truth.sources.erase(std::unique(truth.sources.begin(), truth.sources.end()),
                        truth.sources.end());
    if (truth.hits > 0) {
      truth.truth = Truth::kFired;
    } else if (every ? all : any) {
      truth.truth = Truth::kCouldFire;
    } else if (missing == nullptr) {
      truth.truth = Truth::kNeverHere;
      Explain(inputs, read, outside, truth);
    } else {
      truth.truth = missing->truth;
      truth.field = missing->field;
      truth.nearest = missing->nearest;
      truth.reason = missing->reason;
      if (missing->truth == Truth::kNeverHere && !missing->correlation) {
        truth.reason.insert(0, "its rule '" + missing->title + "': ");
      }
    }
    out.push_back(std::move(truth));
  }
  return out;
}

}  // namespace tokentrail::pipeline
