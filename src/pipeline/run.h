// The main path: evidence in, findings out.

#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "analytic/analytic.h"
#include "base/report.h"
#include "base/result.h"
#include "inventory/appraise.h"
#include "model/app.h"
#include "model/audit.h"
#include "model/file_table.h"
#include "model/finding.h"
#include "model/rule_truth.h"
#include "model/summary.h"
#include "model/trails.h"
#include "sigma/rule_set.h"

namespace tokentrail::pipeline {

/// Where a run stands, for a progress bar. Written by the run, read by whoever shows it.
struct Progress {
  std::atomic<int> phase{0};               ///< 0 starting, 1 reading, 2 hunting, 3 writing, 4 done
  std::atomic<uint64_t> bytes_done{0};     ///< of evidence on disk
  std::atomic<uint64_t> bytes_total{0};
  std::atomic<uint64_t> records{0};
  std::atomic<uint64_t> events_total{0};   ///< to go through in phase 2
  std::atomic<uint64_t> events_done{0};
};

/// Which records, as logged and redacted, are kept beside the events.
enum class KeepRaw : uint8_t { kNone, kCited, kAll };

struct Config {
  std::vector<std::string> inputs;         ///< files, folders, globs, `-`
  std::string case_folder = "./tokentrail-case";
  bool clobber = false;                    ///< -C: an existing case may be replaced
  /// Files, folders and archives of Sigma rules; `shipped` are ours.
  std::vector<std::string> rules = {"shipped"};
  sigma::RuleChoice rule_choice;           ///< which of them are wanted
  sigma::Placeholders placeholders;        ///< of them
  bool nearest_fields = false;             ///< look for fields like those that rules wait for in vain
  Level min_level = Level::kLow;
  std::optional<Time> timeline_start;      ///< limits what is reported only
  std::optional<Time> timeline_end;
  std::optional<Time> as_of;
  DateOrder date_order = DateOrder::kRefuse;
  unsigned threads = 0;                    ///< 0: one a core
  bool store = false;                      ///< write case.duckdb, and so keep every field of events
  KeepRaw keep_raw = KeepRaw::kCited;      ///< in case.duckdb
  uint64_t memory_bytes = 512u << 20;      ///< of events in memory before they spill to disk
  std::map<std::string, analytic::Params, std::less<>> params;  ///< by analytic id
  std::vector<std::string> disabled;       ///< analytic ids
  inventory::AppraisalFiles appraisal;     ///< feeds, marketplace listings, states, weights
  std::string people;                      ///< CSV of people: department, title
  /// Files and folders of policies; `shipped` are ours.
  std::vector<std::string> policies = {"shipped"};
  std::vector<std::string> command;        ///< argv, for summary.json
};

/// Everything a run leaves behind in memory; the case folder is written as well.
struct Hunt {
  std::vector<Finding> findings;  ///< at or above the minimum level, settled and cited
  Summary summary;
  FileTable files;
  Audit audit;  ///< every change of who may do what
  Trails trails;  ///< grants, links, incidents, and what could not be seen
  Portfolio portfolio;  ///< every app, with what we make of it
  std::vector<RuleTruth> rules;  ///< what became of each Sigma rule
};

/// Runs a hunt and writes the case folder. `report` takes the diagnostics of rules; `stop` may be
/// set from a signal handler: the run then ends within a second and writes what it has.
Result<std::unique_ptr<Hunt>> Run(const Config& config, Report& report, Progress& progress,
                                  const std::atomic<bool>& stop);

/// Reads a settings file (--config) into `config`. Errors name file, line and key.
Result<Done> LoadSettings(const std::string& path, Config& config);

}  // namespace tokentrail::pipeline
