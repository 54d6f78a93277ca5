// What a policy asks of an app: one condition a key of `when:`.

#pragma once

#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "base/yaml.h"
#include "model/app.h"
#include "policy/reading.h"

namespace tokentrail::policy {

/// What conditions ask beside the app itself; made once for all apps.
class Surroundings {
 public:
  explicit Surroundings(const Portfolio& portfolio);

  const Portfolio& portfolio() const { return *portfolio_; }
  /// What other apps tell of the person: roles, department, title. Null when nothing.
  const AppUser* Person(const App& app, std::string_view name_or_id) const;
  /// Uses of this platform's apps are in the evidence, so that "never used" can be said.
  bool UseIsLogged(const App& app) const;
  /// When the first app of this one's tenant was seen: the evidence of other tenants says nothing.
  Time TenantFirst(const App& app) const;
  /// Somebody's roles, somebody's title or department is known.
  bool has_roles() const { return has_roles_; }
  bool has_titles() const { return has_titles_; }

 private:
  const Portfolio* portfolio_;
  std::map<std::pair<std::string, std::string>, const AppUser*> people_;
  std::set<std::pair<std::string, std::string>> used_;
  std::map<std::string, Time, std::less<>> tenant_first_;
  bool has_roles_ = false;
  bool has_titles_ = false;
};

/// An app as it stood at a time.
struct Moment {
  const App& app;
  const Surroundings& around;
  Time as_of;
};

/// Why a condition fits: words with the values, and the acts that decided.
struct Explanation {
  std::vector<std::string> reasons;
  std::vector<const AppConsent*> acts;  ///< of the moment's app
};

/// What of an app's history changes the answer.
struct Reads {
  bool use = false;   ///< days of use, places
  bool risk = false;  ///< the judgement that Appraise makes of the facts
  /// It is about something that happens, not about what is so: fits only near that time.
  bool happening = false;
  std::vector<Span> spans;  ///< the answer may change when these have passed since a change
  /// Facts of which only the last state is known, in words; empty when there are none.
  std::vector<std::string_view> unknown_before;
};

class Condition {
 public:
  virtual ~Condition() = default;
  virtual bool Fits(const Moment& moment) const = 0;
  /// Of a moment that fits.
  virtual void Explain(const Moment& moment, Explanation& out) const = 0;
  /// False when no moment of its history can fit, as the whole `app` shows. Cheap.
  virtual bool MayFit(const App&, const Surroundings&) const { return true; }

  std::string key;  ///< as in the policy
  uint32_t line = 0;
  Reads reads;
};

/// A key of `when:`, for reading and for docs/policies.md.
struct ConditionDef {
  std::string_view name = {};
  std::string_view value = {};  ///< how its value is written
  std::string_view summary = {};
  std::string_view example = {};  ///< a line of YAML
  /// Null when the value is wrong; it is said then.
  std::unique_ptr<Condition> (*read)(Reading& reading, const Yaml& key,
                                     const Yaml& value) = nullptr;
  /// Keys of its own that hold one number, date or level: what a sweep may set.
  std::string_view sweeps = {};
};

/// Ours, in the order of the docs. Every attribute of policy/attribute.h is a condition, too.
std::vector<const ConditionDef*> Conditions();
std::span<const ConditionDef> StateConditions();
std::span<const ConditionDef> ActConditions();
std::span<const ConditionDef> UseConditions();

/// The condition of that key; null when it is unknown or wrong, which is said.
std::unique_ptr<Condition> ReadCondition(Reading& reading, const Yaml& key, const Yaml& value);

/// `Mail Sync (Contoso)` and the like are for pages; in reasons a list is cut: `a, b and 3 more`.
std::string Listed(const std::vector<std::string>& items, size_t most = 4);
/// A time that is one: set, and no mark for "as of collection".
bool IsKnown(Time time);
bool IsKnown(const std::optional<Time>& time);

}  // namespace tokentrail::policy
