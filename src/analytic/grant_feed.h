// Puts the records of one consent together.
//
// A consent is told by several records: `Consent to application`, `Add delegated permission grant`
// (one an API), `Add service principal`, and all of that once more in the other log of the same
// tenant. No record alone says it all: a consent that widens a grant prints the same scopes on both
// sides, the change stands in a sibling that is called Remove (DETECTIONS, facts 3 and 4); the
// sibling lacks the app's client id; a grant made through Graph writes no consent record at all.
// They share the correlation id, so they wait here for each other for `kWait`, then speak once.

#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analytic/actor.h"
#include "analytic/claim.h"

namespace tokentrail::analytic {

/// One delegated grant as its records together tell it: an app may act for a person, or for all.
struct GrantAct {
  std::string tenant;
  AppRef app;
  bool all = false;            ///< AllPrincipals: for every user of the tenant
  std::string principal;       ///< whom it is for: directory id, else name; empty for all
  std::string principal_name;  ///< empty when no record names the person
  Actor actor;                 ///< who made it
  Texts scopes;                ///< of the grant as it is now, as far as told
  Texts added;
  Texts old;
  /// A consent with equal sides and no sibling: it may have been widened, the records don't say.
  bool delta_unknown = false;
  bool has_consent = false;  ///< `Consent to application` is among the records
  bool has_grant = false;    ///< so is a grant record
  bool admin = false;        ///< IsAdminConsent: the person had an administrator's rights
  int days_seen = 0;         ///< of the baseline, when it happened
  SourceIndex source = 0;    ///< of its first record
  Time time;                 ///< of its first record
  Texts grants;              ///< grant ids
  Texts flows;               ///< ids that join it to the sign-in which showed the prompt
  Texts addresses;
  Cited cited;

  /// The permissions the claim rests on: those added, or all when the records don't say.
  const Texts& telling() const { return delta_unknown ? scopes : added; }
  std::string WhomWords() const;
  /// `app`, `|`, principal or ALL, `|`, day: equal for both logs.
  std::string Key() const;
  void Merge(const GrantAct& other);
  /// Fills in what other records of the evidence tell: the app behind an object id, the person
  /// behind a directory id. Again at the end, when the whole evidence is known.
  void Resolve(const State& state);
  /// Entities and the parts that every finding about a grant has.
  void Fill(Finding& finding) const;
};

/// True for what GRT-01 looks for: strong scopes, or mail or files with a refresh token, for an app
/// that is not the platform's own.
bool IsWorthy(const GrantAct& act);
/// The same test, giving the strength.
bool IsWorthy(const GrantAct& act, Strength& strength);

/// True when everything that was granted is of the sort that each sign-in asks for (own profile,
/// address) or reads the tenant's own activity feed, as log collectors do.
bool OnlySignsIn(const GrantAct& act);

class GrantFeed {
 public:
  using Speak = std::function<void(const GrantAct&)>;

  /// How long the records of one consent may be apart: both logs write them within seconds; ten
  /// minutes is our own generous guess.
  static constexpr Span kWait = Minutes(10);
  static constexpr size_t kMaxGroups = 20'000;

  /// Takes the event in if it is about a consent or grant that did not fail, and calls `speak` for
  /// each act whose wait is over. Call it with every event: its time moves the clock.
  void Observe(const Event& event, const State& state, const Speak& speak);
  void Finish(const State& state, const Speak& speak);

  /// Fields it reads.
  static constexpr FieldSet Needs() {
    return {Field::kTenant,       Field::kOperation,   Field::kCorrelation,  Field::kFlow,
            Field::kUser,         Field::kUserId,      Field::kActorApp,     Field::kActorAppId,
            Field::kApp,          Field::kAppName,     Field::kAppObject,    Field::kAppOwner,
            Field::kScopes,       Field::kScopesOld,   Field::kScopesAdded,  Field::kScopesRemoved,
            Field::kConsentType,  Field::kPrincipal,   Field::kAdminConsent, Field::kReason,
            Field::kGrant,        Field::kIp,          Field::kUserAgent,    Field::kResource,
            Field::kResourceName, Field::kClientString};
  }

 private:
  struct Group {
    std::vector<GrantAct> acts;
  };

  void Take(const Event& event, const State& state);
  void Close(const Id& id, const State& state, const Speak& speak);

  std::map<Id, Group> groups_;
  std::deque<std::pair<Time, Id>> order_;
  People people_;
  /// (tenant, source) that have shown grant records: there a missing sibling means "nothing
  /// changed".
  std::set<std::pair<std::string, SourceIndex>> tells_grants_;
  /// Equal-sided consents; decided at the end, when all such pairs are known.
  std::vector<GrantAct> undecided_;
};

}  // namespace tokentrail::analytic
