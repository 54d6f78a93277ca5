// Runs the queries of a page on evidence, or on a case: what each of them finds.

#pragma once

#include <atomic>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/summary.h"
#include "pipeline/run.h"
#include "playbook/query.h"

namespace tokentrail::playbook {

/// One thing found, with where it stands.
struct StepHit {
  std::string time;
  std::string level;    ///< of a finding
  std::string finding;  ///< its id
  std::string title;
  std::string source;
  std::string operation;
  std::string user;
  std::string app;
  std::string ip;
  std::string file;
  uint64_t line = 0;
  std::vector<std::string> reasons;
  std::vector<std::string> cells;  ///< of a row that SQL gave; StepResult::columns names them
};

struct StepResult {
  enum class State : uint8_t {
    kFound,
    kQuiet,
    kCannotRun,  ///< nothing here that it could find anything in, or it is wrong
    kNotRun,     ///< a language of another product
  };

  State state = State::kNotRun;
  std::string reason;  ///< of kCannotRun and kNotRun
  uint64_t count = 0;  ///< events behind the findings; rows of SQL
  uint64_t findings = 0;
  std::vector<StepHit> hits;  ///< the first ones
  std::vector<std::string> columns;
  std::vector<std::string> sources_there;
  std::vector<std::string> sources_missing;
  double seconds = -1;  ///< of SQL alone; rules and analytics run together
};

/// `found`, `quiet`, `cannot run`, `not run`.
std::string_view Name(StepResult::State state);

struct StepRun {
  std::vector<StepResult> results;  ///< by query
  bool hunted = false;              ///< evidence was read, and `summary` tells of it
  Summary summary;                  ///< of the first reading
  std::vector<std::string> files;   ///< evidence files, as given
  double seconds = 0;
  unsigned hunts = 0;
};

struct StepOptions {
  pipeline::Config config;  ///< inputs, threads, memory, date order; the rest is set here
  std::string folder;       ///< for temporary files; must exist
  std::string case_folder;  ///< asked by SQL; empty: what the evidence gives
  std::string no_evidence;  ///< why there is none, when config.inputs is empty
  size_t most_hits = 10;
  size_t most_rows = 1000;  ///< of SQL; more are counted up to here, and said
};

/// Runs what CheckedQuery::Runs(). Queries that can't go together (one analytic with two settings)
/// make it read the evidence again.
Result<StepRun> RunSteps(std::span<const CheckedQuery> queries, const StepOptions& options,
                         pipeline::Progress& progress, const std::atomic<bool>& stop);

}  // namespace tokentrail::playbook
