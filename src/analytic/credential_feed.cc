#include "analytic/credential_feed.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace tokentrail::analytic {
namespace {

constexpr size_t kMaxApps = 100'000;
constexpr size_t kMaxOwners = 500'000;
constexpr size_t kMaxEach = 1024;

Id OwnerId(std::string_view tenant, std::string_view app, std::string_view person) {
  return Id::Of(Id::Of(Id::Of(tenant), Id::Of(app)), Id::Of(person));
}

/// An app was registered here. That the service principal of a foreign app comes in with a consent
/// makes nobody its owner.
bool IsMade(const Event& event) {
  const std::string_view operation = event.Text(Field::kOperation);
  if (operation == "Add application") return true;
  return operation == "Add service principal" && !event.Text(Field::kAppOwner).empty() &&
         event.Text(Field::kAppOwner) == event.Text(Field::kTenant);
}

}  // namespace

void CredentialAct::Merge(const CredentialAct& other) {
  if (cited.count == 0 || other.time < time) time = other.time;
  days_seen = cited.count == 0 ? other.days_seen : std::min(days_seen, other.days_seen);
  // The second record of one change must not make its actor look experienced.
  actor_known = cited.count == 0 ? other.actor_known : actor_known && other.actor_known;
  own_app = own_app || other.own_app;
  app.Merge(other.app);
  actor.app.Merge(other.actor.app);
  if (actor.user.empty()) actor.user = other.actor.user;
  if (actor.user_id.empty()) actor.user_id = other.actor.user_id;
  if (words.empty()) words = other.words;
  added.insert(other.added.begin(), other.added.end());
  removed.insert(other.removed.begin(), other.removed.end());
  addresses.insert(other.addresses.begin(), other.addresses.end());
  tokens.insert(other.tokens.begin(), other.tokens.end());
  cited.Merge(other.cited);
}

void CredentialFeed::Observe(const Event& event, const State& state) {
  grants_.Observe(event, state, [this](const GrantAct& act) { TakeConsent(act); });
  switch (event.kind()) {
    case Kind::kCredentialChange:
      if (!event.succeeded()) break;
      if (IsMade(event)) LearnOwner(event, state);  // registered with its first key
      TakeChange(event, state);
      break;
    case Kind::kOwnerChange:
    case Kind::kAppChange:
      if (event.succeeded()) LearnOwner(event, state);
      break;
    case Kind::kAppRoleGrant:
      if (const std::optional<RoleGrant> role = ReadRoleGrant(event, state)) {
        if (roles_.size() >= kMaxApps && !roles_.contains(role->app.key())) break;
        RoleGrant& best = roles_[role->app.key()];
        if (role->severity > best.severity) best = *role;
      }
      break;
    default:
      return;
  }
  const Actor actor = ActorOf(event, state);
  if (event.succeeded() && !actor.key().empty()) {
    admins_.Touch(Id::Of(event.Hash(Field::kTenant), Id::Of(actor.key())), event.time());
  }
}

void CredentialFeed::Finish(const State& state) {
  grants_.Finish(state, [this](const GrantAct& act) { TakeConsent(act); });
}

void CredentialFeed::TakeConsent(const GrantAct& act) {
  // An app that everybody may sign in to is no stronger for it: each portal app starts like that.
  if (!act.all || OnlySignsIn(act)) return;
  if (wide_.size() >= kMaxApps && !wide_.contains(act.app.key())) return;
  std::vector<GrantAct>& acts = wide_[act.app.key()];
  if (acts.size() < kMaxEach) acts.push_back(act);
}

void CredentialFeed::LearnOwner(const Event& event, const State& state) {
  const AppRef app = AppOf(event, state);
  const std::string_view tenant = event.Text(Field::kTenant);
  std::vector<std::string> people;
  if (event.kind() == Kind::kOwnerChange) {
    people = {Lower(event.Text(Field::kTarget)), Lower(event.Text(Field::kTargetName))};
  } else if (IsMade(event)) {
    const Actor actor = ActorOf(event, state);
    if (actor.is_app()) return;
    people = {actor.user, actor.user_id};
  }
  for (const std::string& person : people) {
    if (person.empty() || owners_.size() >= kMaxOwners) continue;
    if (!app.id.empty()) owners_.insert(OwnerId(tenant, app.id, person));
    if (!app.object.empty()) owners_.insert(OwnerId(tenant, app.object, person));
  }
}

bool CredentialFeed::Owns(std::string_view tenant, const Actor& actor, const AppRef& app) const {
  for (const std::string* person : {&actor.user, &actor.user_id}) {
    if (person->empty()) continue;
    for (const std::string* id : {&app.id, &app.object}) {
      if (!id->empty() && owners_.contains(OwnerId(tenant, *id, *person))) return true;
    }
  }
  return false;
}

void CredentialFeed::TakeChange(const Event& event, const State& state) {
  const std::string_view tenant = event.Text(Field::kTenant);
  CredentialAct act;
  act.app = AppOf(event, state);
  AddParts(event.Text(Field::kCredential), act.added);
  AddParts(event.Text(Field::kCredentialsRemoved), act.removed);
  for (const std::string& key : act.removed) {
    if (removals_.size() >= kMaxApps && !removals_.contains(act.app.key())) break;
    std::vector<Removal>& list = removals_[act.app.key()];
    if (list.size() < kMaxEach) list.push_back({event.time(), key, std::string(tenant)});
  }
  // Some records say that a credential was added and not which.
  const bool unnamed =
      act.added.empty() && act.removed.empty() && event.Text(Field::kOperation).starts_with("Add ");
  if (act.added.empty() && !unnamed) return;

  act.actor = ActorOf(event, state);
  act.words = event.Text(Field::kReason);
  act.time = event.time();
  act.days_seen = state.DaysSeen(event);
  act.own_app = Owns(tenant, act.actor, act.app);
  const Id admin = Id::Of(Id::Of(tenant), Id::Of(act.actor.key()));
  const auto [since, seen] = admins_.FirstSeen(admin, event.time());
  // The same change, in another record of the same minutes, is not experience.
  act.actor_known = seen && event.time() - since > Hours(1);
  if (const std::string_view ip = event.Text(Field::kIp); !ip.empty()) act.addresses.emplace(ip);
  if (const std::string_view token = event.Text(Field::kToken); !token.empty()) {
    act.tokens.emplace(token);
  }
  act.cited.Add(event, {Field::kCredential, Field::kCredentialsRemoved, Field::kApp,
                        Field::kAppObject, Field::kUser, Field::kActorApp});
  // A key id is the same on the application and its service principal. A federated credential may
  // have a name only, which other apps' credentials have too.
  const std::string key =
      act.added.empty()            ? fmt::format("{}|{}", act.app.key(), FormatDate(act.time))
      : IsGuid(*act.added.begin()) ? fmt::format("key|{}", *act.added.begin())
                                   : fmt::format("{}|key|{}", act.app.key(), *act.added.begin());
  claims_.At(tenant, key).Merge(act);
}

const GrantAct* CredentialFeed::TenantWideBefore(std::string_view tenant, const AppRef& app,
                                                 Time time, Span within) const {
  const auto it = wide_.find(app.key());
  if (it == wide_.end()) return nullptr;
  const GrantAct* best = nullptr;
  for (const GrantAct& act : it->second) {
    if (!act.tenant.empty() && !tenant.empty() && act.tenant != tenant) continue;
    const Span after = time - act.time;
    if (after.micros < 0 || after > within) continue;
    if (best == nullptr || act.time > best->time) best = &act;
  }
  return best;
}

std::optional<Time> CredentialFeed::RemovedAfter(std::string_view tenant, const CredentialAct& act,
                                                 Span within) const {
  const auto it = removals_.find(act.app.key());
  if (it == removals_.end()) return std::nullopt;
  for (const Removal& removal : it->second) {
    if (!removal.tenant.empty() && !tenant.empty() && removal.tenant != tenant) continue;
    if (removal.time < act.time || removal.time - act.time > within) continue;
    if (!act.added.contains(removal.key)) return removal.time;
  }
  return std::nullopt;
}

std::optional<Time> CredentialFeed::TakenBack(std::string_view tenant,
                                              const CredentialAct& act) const {
  const auto it = removals_.find(act.app.key());
  if (it == removals_.end()) return std::nullopt;
  for (const Removal& removal : it->second) {
    if (!removal.tenant.empty() && !tenant.empty() && removal.tenant != tenant) continue;
    if (removal.time >= act.time && act.added.contains(removal.key)) return removal.time;
  }
  return std::nullopt;
}

const RoleGrant* CredentialFeed::StrongestRole(const AppRef& app) const {
  const auto it = roles_.find(app.key());
  return it == roles_.end() || it->second.severity < 0 ? nullptr : &it->second;
}

}  // namespace tokentrail::analytic
