#include "analytic/grant_feed.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace tokentrail::analytic {
namespace {

constexpr size_t kMaxUndecided = 20'000;

bool SameApp(const AppRef& a, const AppRef& b) {
  if (!a.id.empty() && !b.id.empty()) return a.id == b.id;
  if (!a.object.empty() && !b.object.empty()) return a.object == b.object;
  // One of the two gives only what the other lacks: within one flow it is the same app.
  return true;
}

bool SamePrincipal(const GrantAct& a, const GrantAct& b) {
  if (a.all != b.all) return false;
  return a.all || a.principal.empty() || b.principal.empty() || a.principal == b.principal;
}

}  // namespace

std::string GrantAct::WhomWords() const {
  if (all) return "all users of the tenant";
  if (!principal_name.empty()) return "user " + principal_name;
  return principal.empty() ? "a user that the record does not name" : "user " + principal;
}

std::string GrantAct::Key() const {
  return fmt::format("{}|{}|{}", app.key(), all ? std::string("ALL") : principal, FormatDate(time));
}

void GrantAct::Merge(const GrantAct& other) {
  app.Merge(other.app);
  if (principal.empty()) principal = other.principal;
  if (principal_name.empty()) principal_name = other.principal_name;
  if (actor.user.empty() && actor.user_id.empty()) {
    actor.user = other.actor.user;
    actor.user_id = other.actor.user_id;
  }
  actor.app.Merge(other.actor.app);
  scopes.insert(other.scopes.begin(), other.scopes.end());
  added.insert(other.added.begin(), other.added.end());
  old.insert(other.old.begin(), other.old.end());
  // What one of the two tells is told.
  delta_unknown = other.delta_unknown && (delta_unknown || cited.count == 0);
  has_consent = has_consent || other.has_consent;
  has_grant = has_grant || other.has_grant;
  admin = admin || other.admin;
  days_seen = cited.count == 0 ? other.days_seen : std::min(days_seen, other.days_seen);
  if (cited.count == 0 || other.time < time) time = other.time;
  grants.insert(other.grants.begin(), other.grants.end());
  flows.insert(other.flows.begin(), other.flows.end());
  addresses.insert(other.addresses.begin(), other.addresses.end());
  if (tenant.empty()) tenant = other.tenant;
  all = all || other.all;
  cited.Merge(other.cited);
}

void GrantAct::Resolve(const State& state) {
  if (app.id.empty() && !app.object.empty()) app.id = state.AppOfObject(tenant, app.object);
  if (!app.id.empty()) {
    if (const AppState* known = state.App(tenant, app.id); known != nullptr && app.name.empty()) {
      app.name = known->name;
    }
    if (inventory::MicrosoftApp(app.id) != nullptr) app.first_party = true;
  }
  if (principal_name.empty() && !principal.empty()) {
    principal_name = state.NameOfUser(tenant, principal);
  }
  if (!actor.is_app() && actor.user.empty() && !actor.user_id.empty()) {
    actor.user = state.NameOfUser(tenant, actor.user_id);
  }
}

void GrantAct::Fill(Finding& finding) const {
  AddApp(finding, app);
  if (!all) AddUser(finding, principal_name, principal);
  if (!actor.is_app()) {
    AddUser(finding, actor.user, actor.user_id);
  } else {
    AddApp(finding, actor.app);
  }
  for (const std::string& grant : grants) finding.AddEntity("grant", grant);
  for (const std::string& address : addresses) finding.AddEntity("address", address);
}

bool IsWorthy(const GrantAct& act, Strength& strength) {
  strength = Weigh(inventory::Platform::kMicrosoft, inventory::Holder::kDelegated, act.telling());
  if (act.app.first_party) return false;
  if (strength.severity >= 50) return true;
  Texts whole = act.telling();
  whole.insert(act.old.begin(), act.old.end());
  whole.insert(act.scopes.begin(), act.scopes.end());
  const Strength all = Weigh(inventory::Platform::kMicrosoft, inventory::Holder::kDelegated, whole);
  // The data and the refresh token need not come in one step, but something of the two must be new.
  return all.data && all.offline && (strength.data || strength.offline);
}

bool IsWorthy(const GrantAct& act) {
  Strength strength;
  return IsWorthy(act, strength);
}

bool OnlySignsIn(const GrantAct& act) {
  constexpr int kSignIn = 10;  // DETECTIONS 3.2: User.Read, email, profile, openid
  Texts whole = act.scopes;
  whole.insert(act.added.begin(), act.added.end());
  // Office 365 Management Activity API: audit records and service health, nothing of a person's
  // data. Source: Microsoft, "Get started with Office 365 Management APIs" (2026); that collectors
  // of it are no attack: DETECTIONS 6, negative scenarios.
  for (const char* const feed :
       {"ActivityFeed.Read", "ActivityFeed.ReadDlp", "ServiceHealth.Read", "offline_access"}) {
    whole.erase(feed);
  }
  const Strength strength =
      Weigh(inventory::Platform::kMicrosoft, inventory::Holder::kDelegated, whole);
  return strength.severity <= kSignIn && strength.unassessed.empty() &&
         !(act.scopes.empty() && act.added.empty());
}

void GrantFeed::Observe(const Event& event, const State& state, const Speak& speak) {
  while (!order_.empty() &&
         (order_.front().first + kWait < event.time() || groups_.size() > kMaxGroups)) {
    const Id id = order_.front().second;
    order_.pop_front();
    Close(id, state, speak);
  }
  // A grant taken away may be the first half of a change: Remove(old), Add(new), one flow.
  const bool about_grant = event.kind() == Kind::kConsent ||
                           event.kind() == Kind::kDelegatedGrant ||
                           (event.kind() == Kind::kAppRevoked && event.Has(Field::kScopesOld) &&
                            event.Has(Field::kCorrelation));
  if (about_grant && event.succeeded()) Take(event, state);
}

void GrantFeed::Take(const Event& event, const State& state) {
  const bool consent = event.kind() == Kind::kConsent;
  GrantAct act;
  act.tenant = event.Text(Field::kTenant);
  act.app = AppOf(event, state);
  act.actor = ActorOf(event, state);
  act.all = EqualsIgnoreCase(event.Text(Field::kConsentType), "AllPrincipals");
  act.time = event.time();
  act.days_seen = state.DaysSeen(event);
  act.admin = EqualsIgnoreCase(event.Text(Field::kAdminConsent), "true");
  (consent ? act.has_consent : act.has_grant) = true;
  act.source = event.source();
  if (!consent) tells_grants_.emplace(act.tenant, act.source);

  const std::string by = act.actor.is_app()
                             ? std::string()
                             : people_.Of(act.tenant, act.actor.user, act.actor.user_id);
  if (!act.all) {
    const std::string_view whom = event.Text(Field::kPrincipal);
    if (!whom.empty() && !IsZeroGuid(whom)) {
      act.principal = Lower(whom);
      act.principal_name = act.principal == by && !act.actor.user.empty()
                               ? act.actor.user
                               : std::string(people_.NameOf(act.tenant, act.principal));
    } else if (!by.empty()) {
      act.principal = by;
      act.principal_name = act.actor.user;
    }
  }

  AddParts(event.Text(Field::kScopes), act.scopes);
  AddParts(event.Text(Field::kScopesAdded), act.added);
  Texts old;
  AddParts(event.Text(Field::kScopesOld), old);
  if (act.added.empty() && old.empty()) act.added = act.scopes;  // no sides told: it is new
  if (consent && act.added.empty() && !act.scopes.empty()) {
    act.delta_unknown = true;  // equal sides say nothing: neither what was old nor what is new
  } else {
    act.old = std::move(old);
  }

  if (const std::string_view grant = event.Text(Field::kGrant); !grant.empty()) {
    AddParts(grant, act.grants);
  }
  if (const std::string_view flow = event.Text(Field::kFlow); !flow.empty()) {
    act.flows.emplace(flow);
  }
  // Microsoft's sign-in service writes these under its own address, which is nobody's trace
  // (DETECTIONS 1.2: user-flow consent comes from `Azure ESTS Service` and a Microsoft address).
  const bool relayed = EqualsIgnoreCase(event.Text(Field::kUserAgent), "EvoSTS");
  if (const std::string_view ip = event.Text(Field::kIp); !ip.empty() && !relayed) {
    act.addresses.emplace(ip);
  }
  act.cited.Add(event, {Field::kScopesAdded, Field::kScopes, Field::kScopesOld, Field::kConsentType,
                        Field::kPrincipal, Field::kApp, Field::kAppObject, Field::kUser});

  // Without a correlation id a record is a flow of its own; claims with equal keys meet later.
  const std::string_view correlation = event.Text(Field::kCorrelation);
  const Id flow = correlation.empty() || IsZeroGuid(correlation)
                      ? Id::Of(Id::Of(act.tenant), event.head().content)
                      : Id::Of(Id::Of(act.tenant), Id::Of(Lower(correlation)));
  auto [it, added] = groups_.try_emplace(flow);
  if (added) order_.emplace_back(event.time(), flow);
  for (GrantAct& other : it->second.acts) {
    if (!SameApp(other.app, act.app) || !SamePrincipal(other, act)) continue;
    // A sibling that tells the change overrules a consent that doesn't.
    other.Merge(act);
    return;
  }
  // A flow is one request; one with hundreds of grants is a script that reuses its id.
  constexpr size_t kMaxActs = 256;
  if (it->second.acts.size() < kMaxActs) {
    it->second.acts.push_back(std::move(act));
  } else {
    it->second.acts.back().Merge(act);
  }
}

void GrantFeed::Close(const Id& id, const State& state, const Speak& speak) {
  const auto it = groups_.find(id);
  if (it == groups_.end()) return;
  std::vector<GrantAct> acts = std::move(it->second.acts);
  groups_.erase(it);
  for (GrantAct& act : acts) {
    // `Add service principal`, which tells the client id, may have come after the grant.
    act.Resolve(state);
    // Remove(old -> nothing) then Add(nothing -> new) is how some clients write a change.
    for (const std::string& scope : act.old) act.added.erase(scope);
    if (act.has_grant && act.added.empty() && !act.delta_unknown) continue;  // only took away
    if (!act.delta_unknown) {
      speak(act);
    } else if (undecided_.size() < kMaxUndecided) {
      undecided_.push_back(std::move(act));
    } else {
      speak(act);
    }
  }
}

void GrantFeed::Finish(const State& state, const Speak& speak) {
  while (!order_.empty()) {
    const Id id = order_.front().second;
    order_.pop_front();
    Close(id, state, speak);
  }
  for (GrantAct& act : undecided_) {
    // The tenant's logs do hold grant records, and this consent has none: it changed nothing.
    if (tells_grants_.contains({act.tenant, act.source})) {
      act.delta_unknown = false;
      act.added.clear();
    }
    speak(act);
  }
  undecided_.clear();
}

}  // namespace tokentrail::analytic
