#include "playbook/steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <set>

#include "base/text.h"
#include "base/time.h"
#include "model/level.h"
#include "playbook/file.h"
#include "source/def.h"
#include "store/library.h"
#include "store/query.h"
#include "store/store.h"

namespace tokentrail::playbook {
namespace {

namespace fs = std::filesystem;
using State = StepResult::State;

constexpr uint64_t kSqlMemory = uint64_t{2} << 30;

/// Queries that are hunted together.
struct Batch {
  std::vector<size_t> queries;
  std::map<std::string, std::string> rules;  ///< text by id
  std::map<std::string, analytic::Params::Values> analytics;
  bool alone = false;

  bool Takes(const CheckedQuery& query) const {
    if (alone || (query.alone && !queries.empty())) return false;
    for (const std::string& id : query.rule_ids) {
      const auto it = rules.find(id);
      if (it != rules.end() && it->second != query.rules) return false;
    }
    return std::all_of(query.analytics.begin(), query.analytics.end(), [&](const auto& one) {
      const auto it = analytics.find(one.first);
      return it == analytics.end() || it->second == one.second;
    });
  }
  void Add(size_t index, const CheckedQuery& query) {
    queries.push_back(index);
    for (const std::string& id : query.rule_ids) rules[id] = query.rules;
    for (const auto& [id, values] : query.analytics) analytics[id] = values;
    alone = alone || query.alone;
  }
};

StepHit HitOf(const Finding& finding, const Evidence& evidence, const FileTable& files) {
  StepHit out;
  out.time = FormatTime(evidence.time);
  out.level = Name(finding.level);
  out.finding = finding.id;
  out.title = finding.title;
  out.source = source::All()[evidence.source]->name;
  out.operation = evidence.operation;
  out.user = evidence.user;
  out.app = evidence.app;
  out.ip = evidence.ip;
  out.file = files.at(evidence.place.file).path;
  out.line = evidence.place.line;
  out.reasons = finding.reasons;
  return out;
}

/// Which of the logs that it needs are there; false when none is.
bool FindSources(const CheckedQuery& query, const std::set<std::string>& there, StepResult& out) {
  for (const std::string& source : query.sources) {
    (there.contains(source) ? out.sources_there : out.sources_missing).push_back(source);
  }
  return query.sources.empty() || !out.sources_there.empty();
}

class Runner {
 public:
  Runner(std::span<const CheckedQuery> queries, const StepOptions& options,
         pipeline::Progress& progress, const std::atomic<bool>& stop)
      : queries_(queries), options_(options), progress_(progress), stop_(stop) {
    out_.results.resize(queries.size());
  }

  Result<StepRun> Run() {
    const auto begun = std::chrono::steady_clock::now();
    std::vector<Batch> batches;
    bool sql = false;
    for (size_t i = 0; i < queries_.size(); ++i) {
      const CheckedQuery& query = queries_[i];
      if (!query.Runs()) {
        Skip(query, out_.results[i]);
      } else if (query.rules.empty() && query.analytics.empty()) {
        sql = true;
      } else {
        auto it = std::find_if(batches.begin(), batches.end(),
                               [&](const Batch& batch) { return batch.Takes(query); });
        if (it == batches.end()) {
          batches.emplace_back();
          it = std::prev(batches.end());
        }
        it->Add(i, query);
      }
    }
    if (options_.config.inputs.empty()) {
      for (const Batch& batch : batches) {
        for (const size_t index : batch.queries) {
          out_.results[index].state = State::kCannotRun;
          out_.results[index].reason = options_.no_evidence;
        }
      }
    } else {
      const bool store = sql && options_.case_folder.empty();
      if (batches.empty()) batches.emplace_back();
      const auto& inputs = options_.config.inputs;
      if (batches.size() > 1 && std::find(inputs.begin(), inputs.end(), "-") != inputs.end()) {
        return Error{ErrorKind::kInvalid,
                     "this page needs to read the evidence more than once (one analytic with two "
                     "settings), and standard input can be read once: name a file"};
      }
      for (size_t i = 0; i < batches.size(); ++i) TRY(Hunt(batches[i], i, store && i == 0));
    }
    if (sql) Ask();
    out_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    return std::move(out_);
  }

 private:
  static void Skip(const CheckedQuery& query, StepResult& out) {
    if (query.Parsed()) {
      out.state = query.language->runs ? State::kCannotRun : State::kNotRun;
      out.reason = query.not_run;
      return;
    }
    out.state = State::kCannotRun;
    for (const Diagnostic& one : query.problems) {
      if (one.severity == Severity::kError && out.reason.empty()) {
        out.reason = fmt::format("line {}: {}", one.line, one.message);
      }
    }
  }

  Result<Done> Hunt(const Batch& batch, size_t number, bool store) {
    pipeline::Config config = options_.config;
    config.case_folder = fmt::format("{}/hunt-{}", options_.folder, number);
    config.clobber = true;
    config.store = store;
    config.keep_raw = pipeline::KeepRaw::kNone;
    config.min_level = Level::kInformational;
    config.rule_choice = {};
    config.nearest_fields = true;
    config.rules.clear();
    config.policies.clear();
    config.params.clear();
    config.disabled.clear();
    std::map<std::string, size_t> query_of_file;
    std::set<std::string> texts;
    for (const size_t index : batch.queries) {
      const CheckedQuery& query = queries_[index];
      if (query.rules.empty() || !texts.insert(query.rules).second) continue;
      const std::string path = fmt::format("{}/rules-{}-{}.yml", options_.folder, number, index);
      TRY(WriteWhole(path, query.rules));
      config.rules.push_back(path);
      query_of_file[path] = index;
    }
    for (const analytic::AnalyticDef* def : analytic::All()) {
      const auto it = batch.analytics.find(std::string(def->id));
      if (it == batch.analytics.end()) {
        config.disabled.emplace_back(def->id);
      } else {
        config.params[it->first] = analytic::Params(it->second);
      }
    }
    Report report;
    auto hunt = TRY(pipeline::Run(config, report, progress_, stop_));
    ++out_.hunts;
    std::set<std::string> there;
    for (const SourceCount& one : hunt->summary.sources) there.insert(one.name);
    for (const size_t index : batch.queries) Collect(*hunt, there, queries_[index], index);
    if (!out_.hunted) {
      out_.hunted = true;
      there_ = std::move(there);
      for (uint32_t i = 0; i < hunt->files.size(); ++i)
        out_.files.push_back(hunt->files.at(i).path);
      std::sort(out_.files.begin(), out_.files.end());
      out_.summary = std::move(hunt->summary);
    }
    return Done{};
  }

  void Collect(const pipeline::Hunt& hunt, const std::set<std::string>& there,
               const CheckedQuery& query, size_t index) {
    StepResult& out = out_.results[index];
    const bool has_source = FindSources(query, there, out);
    for (const Finding& finding : hunt.findings) {
      const bool ours = query.analytics.contains(finding.rule) ||
                        std::find(query.rule_ids.begin(), query.rule_ids.end(), finding.rule) !=
                            query.rule_ids.end();
      if (!ours) continue;
      ++out.findings;
      out.count += finding.count;
      if (out.hits.size() < options_.most_hits && !finding.evidence.empty()) {
        out.hits.push_back(HitOf(finding, finding.evidence.front(), hunt.files));
      }
    }
    if (out.findings > 0) {
      out.state = State::kFound;
    } else if (!has_source) {
      out.state = State::kCannotRun;
      out.reason = fmt::format("the evidence has no {}", fmt::join(query.sources, " and no "));
    } else {
      out.state = State::kQuiet;
      Explain(hunt, query, out);
    }
  }

  /// A rule that could not have found anything is not quiet.
  static void Explain(const pipeline::Hunt& hunt, const CheckedQuery& query, StepResult& out) {
    size_t could = 0;
    std::string reason;
    for (const RuleTruth& rule : hunt.rules) {
      if (std::find(query.rule_ids.begin(), query.rule_ids.end(), rule.id) ==
          query.rule_ids.end()) {
        continue;
      }
      if (rule.truth != Truth::kNeverHere && rule.truth != Truth::kNoSource) ++could;
      if (!reason.empty()) continue;
      reason = "these records can never match";
      if (!rule.reason.empty()) reason += ": " + rule.reason;
      if (!rule.nearest.empty()) reason += fmt::format(" (they have '{}')", rule.nearest);
    }
    if (could > 0 || reason.empty()) return;
    out.state = State::kCannotRun;
    out.reason = std::move(reason);
  }

  void Ask() {
    std::string folder = options_.case_folder;
    std::string problem;
    if (folder.empty()) {
      folder = fmt::format("{}/hunt-0", options_.folder);
      if (options_.config.inputs.empty()) problem = options_.no_evidence;
    }
    std::optional<store::Case> opened;
    if (problem.empty() && !store::HasLibrary(&problem)) {
      problem = "DuckDB's library is not installed";
    } else if (problem.empty()) {
      auto one = store::Case::Open(folder, kSqlMemory);
      if (one.ok()) {
        opened.emplace(*std::move(one));
      } else {
        problem = one.error().message;
      }
    }
    std::set<std::string> there = there_;
    if (opened && !options_.case_folder.empty()) {
      there.clear();
      (void)opened->Ask(
          "SELECT source FROM sources", {}, [](const auto&) -> Result<Done> { return Done{}; },
          [&](const std::vector<store::ResultCell>& row) -> Result<Done> {
            there.insert(row[0].text);
            return Done{};
          });
    }
    for (size_t i = 0; i < queries_.size(); ++i) {
      const CheckedQuery& query = queries_[i];
      if (!query.Runs() || !query.rules.empty() || !query.analytics.empty()) continue;
      StepResult& out = out_.results[i];
      if (!opened) {
        out.state = State::kCannotRun;
        out.reason = problem;
        continue;
      }
      AskOne(*opened, query, there, out);
    }
  }

  void AskOne(const store::Case& opened, const CheckedQuery& query,
              const std::set<std::string>& there, StepResult& out) {
    const bool has_source = FindSources(query, there, out);
    const auto begun = std::chrono::steady_clock::now();
    store::QueryOptions ask;
    ask.max_rows = options_.most_rows;
    ask.stop = &stop_;
    const auto ended = opened.Ask(
        query.query->text, ask,
        [&](const std::vector<store::ResultColumn>& columns) -> Result<Done> {
          for (const store::ResultColumn& one : columns) out.columns.push_back(one.name);
          return Done{};
        },
        [&](const std::vector<store::ResultCell>& row) -> Result<Done> {
          ++out.count;
          if (out.hits.size() < options_.most_hits) out.hits.push_back(RowHit(out.columns, row));
          return Done{};
        });
    out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    if (!ended.ok()) {
      out.state = State::kCannotRun;
      out.reason = ended.error().message.substr(0, ended.error().message.find('\n'));
      return;
    }
    if (ended->more) out.reason = fmt::format("there are more than {} rows", options_.most_rows);
    if (out.count > 0) {
      out.state = State::kFound;
    } else if (!has_source) {
      out.state = State::kCannotRun;
      out.reason = fmt::format("the evidence has no {}", fmt::join(query.sources, " and no "));
    } else {
      out.state = State::kQuiet;
    }
  }

  /// Columns called like the members of a hit become them; all stay in `cells`.
  static StepHit RowHit(const std::vector<std::string>& columns,
                        const std::vector<store::ResultCell>& row) {
    StepHit out;
    for (size_t i = 0; i < row.size() && i < columns.size(); ++i) {
      const std::string& text = row[i].text;
      out.cells.push_back(text);
      if (columns[i] == "path" || columns[i] == "file") out.file = text;
      if (columns[i] == "line" && IsDigits(text)) out.line = std::stoull(text.substr(0, 18));
      if (columns[i] == "time") out.time = text;
      if (columns[i] == "source") out.source = text;
    }
    return out;
  }

  std::span<const CheckedQuery> queries_;
  const StepOptions& options_;
  pipeline::Progress& progress_;
  const std::atomic<bool>& stop_;
  StepRun out_;
  std::set<std::string> there_;
};

}  // namespace

std::string_view Name(StepResult::State state) {
  switch (state) {
    case State::kFound:
      return "found";
    case State::kQuiet:
      return "quiet";
    case State::kCannotRun:
      return "cannot run";
    case State::kNotRun:
      break;
  }
  return "not run";
}

Result<StepRun> RunSteps(std::span<const CheckedQuery> queries, const StepOptions& options,
                         pipeline::Progress& progress, const std::atomic<bool>& stop) {
  return Runner(queries, options, progress, stop).Run();
}

}  // namespace tokentrail::playbook
