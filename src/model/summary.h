// What a run did, for summary.json and the end panel.

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/ledger.h"
#include "base/time.h"
#include "model/finding.h"
#include "model/rule_truth.h"

namespace tokentrail {

struct SourceCount {
  std::string name;
  uint64_t events = 0;
  uint64_t duplicates = 0;
  uint64_t superseded = 0;
  Time first;
  Time last;
};

struct AppRow {
  std::string tenant;
  std::string platform;
  std::string id;
  std::string name;
  bool first_party = false;
  int severity = -1;  ///< of its strongest permission seen; -1 not assessed
  std::string permission;
  uint64_t users = 0;
  bool tenant_wide = false;
  Time first_seen;
  Time last_authorized;
  Time last_used;
  uint64_t events = 0;
  uint64_t findings = 0;
};

/// An analytic that had no evidence to work on: "cannot run" is not "nothing found".
struct CannotRun {
  std::string id;
  std::string title;
  std::string needs;  ///< source names, joined by " or "
};

/// What became of a policy: how many apps fit it. Findings are made of those of active ones only.
struct PolicyCount {
  std::string id;
  std::string title;
  Level level = Level::kMedium;
  std::string state;  ///< `active` or `audit`
  uint64_t apps = 0;
};

struct Summary {
  bool interrupted = false;
  uint64_t files = 0;
  uint64_t bytes_read = 0;      ///< decoded text
  uint64_t records = 0;         ///< everything framed: events + duplicates + superseded + left out
  uint64_t events = 0;
  uint64_t duplicates = 0;
  uint64_t superseded = 0;
  std::vector<SourceCount> sources;  ///< those with events, by name
  Ledger ledger;
  uint64_t rules_loaded = 0;
  uint64_t rules_left_out = 0;
  uint64_t rules_not_chosen = 0;  ///< by tag, status or level
  std::map<Truth, uint64_t> rule_truths;  ///< how many rules, by what became of them
  std::vector<CannotRun> cannot_run;
  std::vector<PolicyCount> policies;  ///< those that were held against apps, in their order
  std::vector<AppRow> apps;     ///< third-party first, strongest first
  Time first;
  Time last;
  Time as_of;
  std::map<Level, uint64_t> by_level;  ///< of all findings
  uint64_t hidden = 0;          ///< findings below the minimum level

  // About this run on this machine, kept apart: not the same twice.
  struct Run {
    double seconds = 0;
    double seconds_reading = 0;  ///< phase one
    double seconds_sorting = 0;  ///< phase two
    double seconds_writing = 0;
    uint64_t peak_memory_bytes = 0;
    uint64_t spilled_bytes = 0;
    unsigned threads = 1;
    std::string store = "off";   ///< case.duckdb: written, off, missing, failed or interrupted
    std::string store_why;       ///< when it is missing or failed
    std::string version;
    std::vector<std::string> command;
  } run;
};

}  // namespace tokentrail
