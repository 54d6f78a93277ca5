#include "playbook/case_trial.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "playbook/file.h"
#include "playbook/steps.h"
#include "sigma/program.h"
#include "source/json.h"

namespace tokentrail::playbook {
namespace {

bool IsAbout(const AnalyticCase& one, const CheckedQuery& query) {
  return one.language.empty() || one.language == query.language->name;
}

void Note(const AnalyticCase& one, const CheckedQuery& query, bool fired, std::string_view why,
          CaseTrial& out) {
  if (fired == one.fires) return;
  std::string text = fmt::format("case '{}' should {}, but the {} query {}", one.name,
                                 one.fires ? "fire" : "stay quiet", query.language->name,
                                 one.fires ? "finds nothing" : "fires");
  if (!why.empty()) text += fmt::format(" ({})", why);
  out.wrong.push_back({one.line, std::move(text)});
}

void Settle(const AnalyticCase& one, size_t wrong_before, CaseTrial& out) {
  if (out.wrong.size() == wrong_before) (one.fires ? out.fires : out.quiet).push_back(one.name);
}

void FindGaps(std::span<const CheckedQuery> queries, const std::vector<AnalyticCase>& cases,
              CaseTrial& out) {
  for (const CheckedQuery& query : queries) {
    bool positive = false;
    bool negative = false;
    for (const AnalyticCase& one : cases) {
      if (IsAbout(one, query)) (one.fires ? positive : negative) = true;
    }
    if (!positive) out.without_positive.emplace_back(query.language->name);
    if (!negative) out.without_negative.emplace_back(query.language->name);
  }
}

}  // namespace

Result<CaseTrial> TryCases(std::span<const CheckedQuery> queries, const CaseFile& cases,
                           const std::string& folder, const std::atomic<bool>& stop) {
  CaseTrial out;
  std::vector<CheckedQuery> running;
  for (const CheckedQuery& query : queries) {
    if (query.Runs()) running.push_back(query);
  }
  FindGaps(running, cases.cases, out);
  for (const AnalyticCase& one : cases.cases) {
    std::vector<CheckedQuery> about;
    for (const CheckedQuery& query : running) {
      if (IsAbout(one, query)) about.push_back(query);
    }
    if (about.empty()) {
      out.wrong.push_back(
          {one.line, fmt::format("case '{}' is about no query that is run", one.name)});
      continue;
    }
    std::error_code error;
    const std::string scratch = folder + "/case";
    std::filesystem::remove_all(scratch, error);
    std::filesystem::create_directories(scratch, error);
    const std::string evidence = scratch + "/evidence.jsonl";
    TRY(WriteWhole(evidence, one.evidence));
    StepOptions options;
    options.folder = scratch;
    options.config.inputs = {evidence};
    options.config.threads = 1;
    options.most_hits = 1;
    pipeline::Progress progress;
    const StepRun run = TRY(RunSteps(about, options, progress, stop));
    const size_t before = out.wrong.size();
    if (run.summary.ledger.left_out_total() > 0 || run.summary.records == 0) {
      std::string why = "nothing could be read";
      for (const auto& [reason, entry] : run.summary.ledger.left_out()) {
        why = fmt::format("{} of its records left out: {}{}{}", entry.count, reason,
                          entry.detail.empty() ? "" : ", ", entry.detail);
        break;
      }
      out.wrong.push_back({one.line, fmt::format("case '{}': {}", one.name, why)});
    }
    for (size_t i = 0; i < about.size(); ++i) {
      const StepResult& result = run.results[i];
      Note(one, about[i], result.state == StepResult::State::kFound, result.reason, out);
    }
    Settle(one, before, out);
    std::filesystem::remove_all(scratch, error);
  }
  return out;
}

CaseTrial TryRecords(std::span<const CheckedQuery> queries, const CaseFile& cases) {
  CaseTrial out;
  std::vector<CheckedQuery> rules;
  for (const CheckedQuery& query : queries) {
    if (!query.rules.empty() && query.Parsed()) rules.push_back(query);
  }
  FindGaps(rules, cases.cases, out);
  for (const AnalyticCase& one : cases.cases) {
    const size_t before = out.wrong.size();
    bool about = false;
    for (const CheckedQuery& query : rules) {
      if (!IsAbout(one, query)) continue;
      about = true;
      Report report;
      sigma::RuleSet set;
      set.Add("query", query.rules, report);
      set.Resolve(report);
      const sigma::Program program(std::move(set));
      const sigma::Plan plan = program.MakePlan();
      sigma::Plan::Scratch scratch;
      std::vector<sigma::Hit> hits;
      source::JsonReader reader;
      bool fired = false;
      std::string problem;
      for (const std::string_view line : Split(one.evidence, "\n")) {
        if (Trim(line).empty()) continue;
        if (!reader.ParseUnpadded(line)) {
          problem = "a record is not JSON: " + std::string(reader.detail());
          continue;
        }
        hits.clear();
        plan.Match(reader.record(), {}, scratch, hits);
        fired = fired || !hits.empty();
      }
      if (!problem.empty()) {
        out.wrong.push_back({one.line, fmt::format("case '{}': {}", one.name, problem)});
      }
      Note(one, query, fired, {}, out);
    }
    if (!about) {
      out.wrong.push_back(
          {one.line, fmt::format("case '{}' is about no query that is run", one.name)});
    }
    Settle(one, before, out);
  }
  return out;
}

}  // namespace tokentrail::playbook
