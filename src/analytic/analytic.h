// An analytic: a detector that remembers. Ours, in C++, where a Sigma rule is not enough.

#pragma once

#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/event.h"
#include "model/finding.h"

namespace tokentrail::analytic {

class State;

/// Settings of one analytic from `--config`, or its defaults.
class Params {
 public:
  using Values = std::map<std::string, std::vector<std::string>, std::less<>>;

  Params() = default;
  explicit Params(Values values) : values_(std::move(values)) {}

  Span Window(std::string_view name, Span otherwise) const;
  uint64_t Count(std::string_view name, uint64_t otherwise) const;
  /// A list, lower case; empty when not set.
  std::set<std::string, std::less<>> List(std::string_view name) const;
  bool Flag(std::string_view name, bool otherwise) const;

 private:
  Values values_;
};

class Analytic {
 public:
  virtual ~Analytic() = default;
  /// Every event, oldest first. `state` holds what came before it, not the event itself.
  virtual void Observe(const Event& event, const State& state, Findings& out) = 0;
  /// After the last event: what was waiting for a later one speaks now.
  virtual void Finish(const State& state, Findings& out) { (void)state, (void)out; }
  /// Records that it passed over because a bound was reached.
  virtual uint64_t passed_over() const { return 0; }
};

struct Setting {
  std::string_view name;
  std::string_view otherwise;  ///< the default, as written in a settings file
  std::string_view summary;
};

struct AnalyticDef {
  std::string_view id;       ///< `GRT-01`
  std::string_view title;    ///< what a finding says in its headline
  std::string_view summary;  ///< what it looks for and why, one or two sentences
  Level level = Level::kMedium;  ///< where it starts; findings may differ with their reasons
  std::span<const std::string_view> attack;   ///< ATT&CK technique ids
  std::span<const std::string_view> sources;  ///< any of these must be in the evidence for it to run
  std::string_view false_positives;
  std::string_view disproof;  ///< what would show that a finding is harmless
  std::span<const Setting> settings;
  /// Fields it reads, so that events carry them.
  FieldSet needs;
  std::unique_ptr<Analytic> (*make)(const Params& params) = nullptr;
};

/// Every analytic, in the order of their ids' stages.
std::span<const AnalyticDef* const> All();

/// Starts a finding with what the definition knows; the caller adds key, reasons, evidence.
Finding Start(const AnalyticDef& def, const Event& event);

}  // namespace tokentrail::analytic
