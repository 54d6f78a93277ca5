// A user's thresholds over apps, as text: what is asked of each app, and how bad it is when it is so.

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/report.h"
#include "base/result.h"
#include "base/yaml.h"
#include "model/app.h"
#include "model/finding.h"
#include "model/level.h"
#include "model/summary.h"
#include "policy/condition.h"

namespace tokentrail::policy {

enum class PolicyState : uint8_t {
  kInactive,  ///< skipped
  kAudit,     ///< counted, no findings
  kActive,
};
/// `inactive`, `audit`, `active`: words of Defender for Cloud Apps.
std::string_view Name(PolicyState state);

/// When a policy is held against an app.
enum class Judged : uint8_t {
  kAtEnd,   ///< as it stands when the evidence ends
  kAnyDay,  ///< as it stood on each day
};
/// `at_end`, `any_day`.
std::string_view Name(Judged judged);

struct Policy {
  std::string id;
  std::string title;
  std::string description;
  Level level = Level::kMedium;
  PolicyState state = PolicyState::kActive;
  Judged judged = Judged::kAtEnd;
  std::vector<std::string> platforms;  ///< empty: all
  std::vector<std::string> tenants;    ///< empty: all
  std::vector<std::shared_ptr<const Condition>> when;  ///< cheap ones first

  // Whom it leaves alone.
  bool first_party = false;  ///< looks at the platform's own apps, too
  bool approved = false;     ///< and at those that the organisation approved
  std::vector<std::string> except_apps;        ///< ids and names
  std::vector<std::string> except_publishers;

  std::string why;
  std::string what_to_do;
  std::string harmless_when;
  std::vector<std::string> false_positives;
  std::vector<std::string> attack;
  std::vector<std::string> references;

  std::string file;
  uint32_t line = 0;
  std::string text;  ///< of its document, to show and to copy
  Yaml tree;         ///< the same, for a sweep to change
  Reads reads;       ///< of all conditions

  /// The app is one that the policy is about at all: no condition is asked.
  bool Covers(const App& app) const;
  /// False when no moment of its history can fit. Cheap.
  bool MayFit(const App& app, const Surroundings& around) const;
  bool Fits(const Moment& moment) const;
  /// `Fits`, taking the risk for granted.
  bool FitsButForRisk(const Moment& moment) const;
  /// Of a moment that fits.
  Explanation Explain(const Moment& moment) const;
};

/// Reads the policies of a text, one a document. What is wrong is reported, and its policy left out.
std::vector<Policy> ReadPolicies(const std::string& file, std::string_view text, Report& report);
/// One policy from its tree. Reports and gives nothing when it is wrong.
std::optional<Policy> ReadPolicy(Reading& reading, const Yaml& tree);

/// The policies that come with the program, by file name: `shipped:stale_app.yml`.
struct PolicyFile {
  std::string name;
  std::string text;
};
constexpr std::string_view kShipped = "shipped";
std::vector<PolicyFile> ShippedPolicies();

/// Files, folders (`*.yml` and `*.yaml` below them, cases and hidden ones apart) and `shipped`, in
/// byte order below folders, each file once. `none` stands for no policy at all. Fails when a path
/// does not exist or can't be read.
Result<std::vector<PolicyFile>> ReadPolicyFiles(const std::vector<std::string>& paths);

/// True for `*.cases.yml` and `*.cases.yaml`.
bool IsCaseName(std::string_view name);

/// The policies of these files. One with the id of a shipped policy stands in its place; two of the
/// user's with one id are an error. Never half-loaded: with any error there are none.
std::vector<Policy> LoadPolicies(const std::vector<PolicyFile>& files, Report& report);

/// Policies, loaded and checked. Immutable; safe from several threads.
class PolicySet {
 public:
  PolicySet();
  explicit PolicySet(std::vector<Policy> policies);

  /// Files and folders of *.yml; `shipped` are ours, `none` stands for none. Errors name file, line
  /// and column: a policy that can't be honoured in full is never half-applied.
  static Result<PolicySet> Load(const std::vector<std::string>& paths);

  const std::vector<Policy>& policies() const;

  /// Adds a finding for each app that an active policy fits, citing the acts that decided, and
  /// counts those that fit policies in audit. The others are silent. In the order of the policies.
  std::vector<PolicyCount> Judge(const Portfolio& portfolio, Findings& out) const;

 private:
  std::shared_ptr<const std::vector<Policy>> policies_;
};

}  // namespace tokentrail::policy
