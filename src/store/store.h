// case.duckdb: what a hunt saw and found, for SQL.
//
// Written by a thread of its own under a temporary name, and put in its place when it is whole: a
// hunt that is killed leaves the file that was there before, or none.

#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/app.h"
#include "model/event.h"
#include "model/file_table.h"
#include "model/finding.h"
#include "model/rule_truth.h"
#include "model/summary.h"
#include "model/trails.h"

namespace tokentrail::store {

/// Name of the file in a case folder.
constexpr std::string_view kCaseFile = "case.duckdb";

/// One record as logged, redacted. Views hold until the call returns.
struct RawRecord {
  Id content;
  SourceIndex source = 0;
  Place place;
  std::string_view record;
  std::string_view sha256;  ///< of the original bytes
};
using TakeRaw = std::function<Result<Done>(const RawRecord&)>;

/// What stands beside the events.
struct CaseRows {
  const std::vector<Finding>& findings;  ///< settled and cited
  const Summary& summary;
  const Trails& trails;
  std::span<const RuleTruth> rules;
  bool raw_records = true;  ///< those that findings cite
  /// When set, calls back with every record there is, and those are kept instead.
  std::function<Result<Done>(const TakeRaw&)> all_records = {};
  const Portfolio* portfolio = nullptr;  ///< without it only what events name is told of apps
};

class Store {
 public:
  struct Settings {
    std::string temporary;  ///< path to write to; what stands there is lost
    std::string target;     ///< path it gets when it is whole
    std::span<const std::string_view> source_names;  ///< by SourceIndex
  };

  /// Makes the file and its tables. `files` must be complete: evidence files are numbered by path.
  static Result<std::unique_ptr<Store>> Open(const Settings& settings, const FileTable& files);
  /// Drops the file unless Finish() has put it in its place.
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// Copies the event, with who did it, and passes it to the writing thread; waits while that is far behind. Events
  /// must come in order. Fails when an earlier one could not be written.
  Result<Done> Append(const Event& event, const Attribution& who);
  /// Writes the rest, closes the file and puts it in its place. Once only.
  Result<Done> Finish(const CaseRows& rows);

 private:
  struct Impl;
  explicit Store(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace tokentrail::store
