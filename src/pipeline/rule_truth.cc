#include "pipeline/rule_truth.h"

#include <algorithm>

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

/// Fills what keeps the rule from firing in all sources that were read.
void Explain(const TruthInputs& inputs, const std::vector<size_t>& plans,
             const std::vector<sigma::Blocker>& blockers, RuleTruth& out) {
  std::vector<std::string> fields;
  for (const sigma::Blocker& blocker : blockers) {
    fields.push_back(blocker.field);
    if (!out.reason.empty()) out.reason += "; ";
    out.reason += blocker.field + ": " + blocker.reason;
  }
  out.field = Join(fields, ", ");
  for (const sigma::Blocker& blocker : blockers) {
    if (blocker.by_value) continue;
    for (const size_t plan : plans) {
      if (plan >= inputs.inventories.size() || !out.nearest.empty()) continue;
      out.nearest = inputs.inventories[plan].Nearest(blocker.field);
    }
  }
}

}  // namespace

std::vector<RuleTruth> JudgeRules(const TruthInputs& inputs) {
  const sigma::Program& program = inputs.program;
  std::vector<RuleTruth> out;
  for (uint32_t i = 0; i < program.size(); ++i) {
    RuleTruth truth = Begin(program.rule(i).meta);
    truth.hits = inputs.hits[i];
    std::vector<std::string> serving;
    std::vector<size_t> blocked;
    std::vector<sigma::Blocker> blockers;
    bool could = false;
    for (size_t p = 0; p < inputs.plans.size(); ++p) {
      const sigma::Plan& plan = inputs.plans[p];
      const std::optional<uint32_t> index = plan.Find(i);
      if (!index) continue;
      serving.push_back(inputs.names[p]);
      const auto& read = inputs.read;
      if (std::find(read.begin(), read.end(), inputs.names[p]) == read.end()) continue;
      truth.sources.push_back(inputs.names[p]);
      std::vector<sigma::Blocker> why = sigma::FindBlockers(plan, *index, inputs.seen[p]);
      could = could || why.empty();
      blocked.push_back(p);
      if (blockers.empty()) blockers = std::move(why);
    }
    if (truth.hits > 0) {
      truth.truth = Truth::kFired;
    } else if (truth.sources.empty()) {
      truth.truth = Truth::kNoSource;
      truth.reason = serving.empty() ? "no log source of ours is " + truth.log_source
                                     : "needs " + Join(serving, " or ");
    } else if (could) {
      truth.truth = Truth::kCouldFire;
    } else {
      truth.truth = Truth::kNeverHere;
      Explain(inputs, blocked, blockers, truth);
    }
    out.push_back(std::move(truth));
  }
  for (size_t i = 0; i < program.correlations().size(); ++i) {
    const sigma::Correlation& correlation = program.correlations()[i];
    RuleTruth truth = Begin(correlation.meta);
    truth.correlation = true;
    truth.hits = inputs.firings[i];
    // Temporal ones without a condition of their own wait for each part, the others for any.
    const bool temporal = correlation.type == sigma::CorrelationType::kTemporal ||
                          correlation.type == sigma::CorrelationType::kTemporalOrdered;
    const bool every = temporal && correlation.criteria.empty() && !correlation.expression;
    const RuleTruth* missing = nullptr;
    bool any = false;
    for (const sigma::Correlation::Part& part : correlation.parts) {
      const RuleTruth& its = out[part.correlation ? program.size() + part.index : part.index];
      truth.sources.insert(truth.sources.end(), its.sources.begin(), its.sources.end());
      const bool can = its.truth == Truth::kFired || its.truth == Truth::kCouldFire;
      any = any || can;
      if (!can && missing == nullptr) missing = &its;
    }
    std::sort(truth.sources.begin(), truth.sources.end());
    truth.sources.erase(std::unique(truth.sources.begin(), truth.sources.end()),
                        truth.sources.end());
    if (truth.hits > 0) {
      truth.truth = Truth::kFired;
    } else if (missing == nullptr || (!every && any)) {
      truth.truth = Truth::kCouldFire;
    } else {
      truth.truth = missing->truth;
      truth.field = missing->field;
      truth.nearest = missing->nearest;
      truth.reason = "its rule '" + missing->title + "': " + missing->reason;
    }
    out.push_back(std::move(truth));
  }
  return out;
}

}  // namespace tokentrail::pipeline
