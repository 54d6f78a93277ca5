// The time machine: which apps a policy would have found on which day, over a whole history at
// once, and how that changes with its thresholds.

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/report.h"
#include "base/result.h"
#include "model/app.h"
#include "policy/policy.h"
#include "policy/time_machine.h"

namespace tokentrail::policy {

/// `users=1..20`: a threshold, and the values it takes in turn.
struct Sweep {
  std::string path;  ///< `users`, `requests.people`
  std::vector<std::string> values;
};
constexpr size_t kMaxVariants = 1000;

/// Reads `users=1..20`, `age=1d..30d/7d` (steps), `permission=low,medium,high`.
Result<Sweep> ReadSweep(std::string_view text);

/// A policy with other thresholds.
struct Variant {
  Policy policy;
  std::vector<std::string> values;  ///< one a sweep; empty: the policy as it is
};

/// The policy with every combination of the values, in order, the last sweep fastest. A sign stays
/// as it is (`<= 3` becomes `<= 20`); of a range the upper end moves. Fails when the policy has no
/// such threshold, or a value is none that it can take.
Result<std::vector<Variant>> MakeVariants(const Policy& policy, const std::vector<Sweep>& sweeps);

struct BacktestSettings {
  int32_t first = 0;  ///< days since 1970-01-01
  int32_t last = 0;
  /// Judges a portfolio as a hunt does. For policies that ask for the risk: as it was on each day.
  /// Without it the risk is as it is now.
  std::function<void(Portfolio&)> appraise;
};

/// The days that can be gone through: those of the evidence, or of what exports tell.
BacktestSettings WholeRange(const Portfolio& portfolio);

struct BacktestApp {
  size_t app = 0;  ///< position in the portfolio
  std::vector<FitRun> runs;
  std::vector<std::string> reasons;  ///< on the first day

  uint64_t days() const;
};

/// A day's work for whoever looks at alerts.
struct BacktestDay {
  int32_t day = 0;
  uint64_t alerts = 0;  ///< apps that began to fit
  uint64_t apps = 0;    ///< apps that fit
};

struct VariantResult {
  std::vector<std::string> values;
  std::vector<BacktestApp> apps;  ///< by first day, then position
  std::vector<BacktestDay> days;  ///< those with apps, ascending
  uint64_t alerts = 0;
};

struct BacktestResult {
  int32_t first = 0;
  int32_t last = 0;
  std::vector<VariantResult> variants;
  std::vector<std::string> cannot_say;  ///< what could not be put together again, in words
  uint64_t appraisals = 0;              ///< days for which the risk was made again
};

/// Cost: days on which an app changed, not days times apps; with the risk, an appraisal of all apps
/// for each day on which one that may fit changed.
BacktestResult RunBacktest(const std::vector<Variant>& variants, const Portfolio& portfolio,
                           const BacktestSettings& settings);

/// Apps that fit under some values and not under others: at which value of the only sweep that
/// begins, ends.
struct Flip {
  size_t app = 0;
  std::string from;  ///< the first value, in order, with which it fits
  std::string to;    ///< the last
  size_t fits = 0;   ///< with how many values
};
std::vector<Flip> FlipsOf(const BacktestResult& result);

}  // namespace tokentrail::policy
