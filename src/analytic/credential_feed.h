// Credentials added to apps, with all that decides how bad that is: PER-01 and PER-03.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analytic/grant_feed.h"
#include "analytic/role_grant.h"
#include "base/window_map.h"

namespace tokentrail::analytic {

/// One change that added credentials to an app.
struct CredentialAct {
  AppRef app;
  Actor actor;
  Texts added;        ///< key ids
  Texts removed;      ///< by the same change
  std::string words;  ///< what the record says of them: type, name
  Time time;
  int days_seen = 0;
  bool actor_known = false;  ///< administered apps before, within 30 days
  bool own_app = false;      ///< the actor owns or made the app, as the evidence shows
  Texts addresses;
  Texts tokens;
  Cited cited;

  void Merge(const CredentialAct& other);
};

class CredentialFeed {
 public:
  /// Takes the event in.
  void Observe(const Event& event, const State& state);
  void Finish(const State& state);

  /// speak(tenant, key, act) for each addition, then forgets them. Both logs of one act, and the
  /// two records that one change writes, carry the same key ids and are one.
  template <typename Speak>
  void SpeakAll(Speak speak) {
    claims_.SpeakAll(speak);
  }
  bool full() const { return claims_.full(); }

  // What happened around it. Call after Finish().

  /// The last consent for all users to the app, at most `within` before `time`.
  const GrantAct* TenantWideBefore(std::string_view tenant, const AppRef& app, Time time,
                                   Span within) const;
  /// When another key of the app was removed, from then to `within` later.
  std::optional<Time> RemovedAfter(std::string_view tenant, const CredentialAct& act,
                                   Span within) const;
  /// True when one of the added keys itself was removed later.
  std::optional<Time> TakenBack(std::string_view tenant, const CredentialAct& act) const;
  /// The strongest application permission given to the app in the evidence.
  const RoleGrant* StrongestRole(const AppRef& app) const;

  static constexpr FieldSet Needs() {
    FieldSet out = GrantFeed::Needs();
    out.Add(RoleGrantNeeds());
    out.Add(FieldSet{Field::kCredential, Field::kCredentialsRemoved, Field::kTarget,
                     Field::kTargetName, Field::kReason, Field::kToken, Field::kIp});
    return out;
  }

 private:
  struct Removal {
    Time time;
    std::string key;
    std::string tenant;
  };

  void TakeConsent(const GrantAct& act);
  void TakeChange(const Event& event, const State& state);
  void LearnOwner(const Event& event, const State& state);
  bool Owns(std::string_view tenant, const Actor& actor, const AppRef& app) const;

  GrantFeed grants_;
  Claims<CredentialAct> claims_;
  std::map<std::string, std::vector<GrantAct>, std::less<>> wide_;     // by app
  std::map<std::string, std::vector<Removal>, std::less<>> removals_;  // by app
  std::map<std::string, RoleGrant, std::less<>> roles_;                // strongest, by app
  std::set<Id> owners_;                                                // of (tenant, app, person)
  WindowMap<Id, bool> admins_{Days(30), 200'000};                      // (tenant, actor)
};

}  // namespace tokentrail::analytic
