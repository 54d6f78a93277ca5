#include "trail/grant_book.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/as_of.h"
#include "base/text.h"

namespace tokentrail::trail {
namespace {

constexpr size_t kMaxText = 512;

std::string Short(std::string_view text) { return std::string(text.substr(0, kMaxText)); }

Id NameKey(const Id& tenant, std::string_view text) { return Id::Of(tenant, Id::Of(text)); }

/// The zero GUID and the like stand for nothing.
bool Usable(std::string_view text) { return !text.empty() && !IsZeroGuid(text); }

Id ThingKey(const Id& tenant, std::string_view thing, std::string_view thing_in) {
  return Id::Of(Id::Of(tenant, Id::Of(thing_in)), Id::Of(thing));
}

/// Roles and tokens are told apart by what they are; all else by who holds them for whom.
bool ByThing(GrantKind kind) { return kind == GrantKind::kToken || kind == GrantKind::kRole; }

Id ThingOf(const Id& tenant, const Telling& telling) {
  if (!ByThing(telling.kind) || telling.thing.empty()) return {};
  return ThingKey(tenant, telling.thing, telling.thing_in);
}

Id KeyOf(const Id& tenant, GrantKind kind, bool all_users, const Id& thing, uint32_t app,
         uint32_t person) {
  const uint64_t what = static_cast<uint64_t>(kind) * 2 + (all_users ? 1 : 0);
  // A token is one thing, whoever made it for whom.
  if (kind == GrantKind::kToken && !thing.empty()) app = person = 0;
  const Id key = Id::Of(tenant, Id{what + 1, (uint64_t{app} << 32) | person});
  return thing.empty() ? key : Id::Of(key, thing);
}

uint64_t Bit(SourceIndex source) { return uint64_t{1} << (source & 63); }

bool Contains(const Permissions& all, const Permissions& part) {
  return std::includes(all.begin(), all.end(), part.begin(), part.end());
}

/// True when `all`, which is sorted, has every permission of `set` (spaces between). Most tokens
/// carry what was seen before.
bool HasAll(const Permissions& all, std::string_view set) {
  while (!set.empty()) {
    const size_t end = std::min(set.find(' '), set.size());
    const std::string_view part = set.substr(0, std::min(end, kMaxText));
    set.remove_prefix(std::min(end + 1, set.size()));
    if (part.empty()) continue;
    const auto at = std::lower_bound(all.begin(), all.end(), part);
    if (at == all.end() || *at != part) return false;
  }
  return true;
}

/// The flow of an event: its correlation id; without one, the event alone.
Id FlowOf(const Event& event) {
  const std::string_view correlation = event.Text(Field::kCorrelation);
  if (!Usable(correlation)) return event.head().content;
  return Id::Of(Lower(correlation));
}

}  // namespace

/// What the records of one consent have told so far. No record says it all, and the two logs of a
/// tenant tell each twice (analytic/grant_feed.h), so what stands afterwards is made anew from all
/// of them whenever one comes in.
struct GrantBook::Slot::Flow {
  Id id;    ///< of its first record
  Id twin;  ///< of the other log's, where that has another
  Time start;
  Time last;
  Time last_given;
  uint64_t sources = 0;
  Permissions before;     ///< as known when it began
  Permissions old;        ///< told as standing before
  Permissions now;        ///< told as given
  Permissions given_new;  ///< told as given where nothing stood
  bool was_alive = false;
  bool fresh = false;  ///< nothing was known of the grant before
  bool taken = false;  ///< something was taken away: it was there before
  bool is_birth = false;
  bool consent = false;
  bool nothing_left = false;  ///< taken away without telling what
  bool replaces = false;
  GrantChange change;
  size_t at = SIZE_MAX;  ///< of its change among the grant's; none yet
};

void AddTo(Permissions& out, const Permissions& parts, size_t most) {
  for (const std::string& part : parts) {
    const auto at = std::lower_bound(out.begin(), out.end(), part);
    if (at != out.end() && *at == part) continue;
    if (out.size() >= most) return;
    out.insert(at, part);
  }
}

Permissions PermissionsOf(std::string_view set, std::string_view one) {
  Permissions out;
  for (const std::string_view part : Split(set, " ")) out.push_back(Short(part));
  if (!one.empty()) out.push_back(Short(one));
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Permissions Minus(const Permissions& a, const Permissions& b) {
  Permissions out;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

std::string ActorText(const Event& event) {
  for (const Field field : {Field::kUser, Field::kActorApp, Field::kUserId, Field::kActorAppId}) {
    const std::string_view text = Trim(event.Text(field));
    if (Usable(text)) return Short(text);
  }
  return {};
}

GrantBook::GrantBook() : GrantBook(Bounds()) {}
GrantBook::GrantBook(Bounds bounds) : bounds_(bounds), apps_(1), people_(1) {}

// Names.

bool GrantBook::MayName(size_t more) {
  if (app_numbers_.size() + person_numbers_.size() + more <= bounds_.max_names) return true;
  ++forgotten_;
  return false;
}

uint32_t GrantBook::FindApp(const Id& tenant, const AppNames& app) const {
  for (const std::string_view text :
       {app.id, app.object, app.by_name ? app.name : std::string_view()}) {
    if (text.empty()) continue;
    const auto it = app_numbers_.find(NameKey(tenant, text));
    if (it != app_numbers_.end()) return it->second;
  }
  return 0;
}

uint32_t GrantBook::AddApp(const Id& tenant, const AppNames& app) {
  uint32_t number = FindApp(tenant, app);
  if (number == 0) {
    if (app.empty() || !MayName(1)) return 0;
    number = static_cast<uint32_t>(apps_.size());
    apps_.emplace_back();
  }
  for (const std::string_view text :
       {app.id, app.object, app.by_name ? app.name : std::string_view()}) {
    if (!Usable(text)) continue;
    const Id key = NameKey(tenant, text);
    const auto it = app_numbers_.find(key);
    if (it == app_numbers_.end()) {
      if (MayName(1)) app_numbers_.try_emplace(key, number);
    } else if (it->second != number && text != app.name) {
      const uint32_t other = it->second;
      it.value() = number;
      UnifyApps(number, other);
    }
  }
  App& out = apps_[number];
  if (out.id.empty()) out.id = Short(app.id);
  if (out.object.empty()) out.object = Short(app.object);
  if (!app.name.empty() && app.name != app.id && out.name != app.name) out.name = Short(app.name);
  return number;
}

void GrantBook::LearnApp(const Id& tenant, const AppNames& app) { AddApp(tenant, app); }

std::string_view GrantBook::AppIdOf(const Id& tenant, std::string_view object) const {
  const uint32_t number = FindApp(tenant, {.object = object});
  if (number == 0) return {};
  return apps_[number].id;
}

uint32_t GrantBook::FindPerson(const Id& tenant, const PersonNames& person) const {
  for (const std::string_view text : {person.id, person.name}) {
    if (text.empty()) continue;
    const auto it = person_numbers_.find(NameKey(tenant, text));
    if (it != person_numbers_.end()) return it->second;
  }
  return 0;
}

uint32_t GrantBook::AddPerson(const Id& tenant, const PersonNames& person) {
  uint32_t number = FindPerson(tenant, person);
  if (number == 0) {
    if (person.empty() || !MayName(1)) return 0;
    number = static_cast<uint32_t>(people_.size());
    people_.emplace_back();
  }
  for (const std::string_view text : {person.id, person.name}) {
    if (!Usable(text)) continue;
    const Id key = NameKey(tenant, text);
    const auto it = person_numbers_.find(key);
    if (it == person_numbers_.end()) {
      if (MayName(1)) person_numbers_.try_emplace(key, number);
    } else if (it->second != number) {
      const uint32_t other = it->second;
      it.value() = number;
      UnifyPeople(number, other);
    }
  }
  Person& out = people_[number];
  if (out.id.empty() && Usable(person.id)) out.id = Short(person.id);
  if (out.name.empty() && !person.name.empty()) out.name = Short(person.name);
  return number;
}

/// `slot` is the same as `into`: seen in use under one name, told under another.
void GrantBook::Discard(Slot& slot, Slot& into) {
  Grant& kept = into.grant;
  kept.uses += slot.grant.uses;
  kept.last_used = std::max(kept.last_used, slot.grant.last_used);
  kept.first_evidence = std::min(kept.first_evidence, slot.grant.first_evidence);
  into.last_event = std::max(into.last_event, slot.last_event);
  slots_[slot.grant.number - 1].reset();
  --kept_;
}

void GrantBook::UnifyApps(uint32_t to, uint32_t from) {
  App gone = std::move(apps_[from]);
  apps_[from] = {};
  App& kept = apps_[to];
  if (kept.id.empty()) kept.id = gone.id;
  if (kept.object.empty()) kept.object = gone.object;
  if (kept.name.empty()) kept.name = gone.name;
  if (kept.owner == App::Owner::kNotAsked) kept.owner = gone.owner;
  Move(gone.slots, &Slot::app, to);
}

void GrantBook::UnifyPeople(uint32_t to, uint32_t from) {
  Person gone = std::move(people_[from]);
  people_[from] = {};
  Person& kept = people_[to];
  if (kept.id.empty()) kept.id = gone.id;
  if (kept.name.empty()) kept.name = gone.name;
  Move(gone.slots, &Slot::person, to);
}

void GrantBook::Move(const std::vector<uint32_t>& slots, uint32_t Slot::*which, uint32_t to) {
  for (const uint32_t index : slots) {
    Slot* const slot = At(index);
    if (slot == nullptr) continue;
    Count(*slot, -1);
    if (const auto it = by_key_.find(slot->key); it != by_key_.end() && it->second == index) {
      by_key_.erase(it);
    }
    slot->*which = to;
    slot->key = KeyOf(slot->tenant, slot->grant.kind, slot->grant.all_users, slot->thing, slot->app,
                      slot->person);
    const auto it = by_key_.find(slot->key);
    Slot* const known = it == by_key_.end() ? nullptr : At(it->second);
    if (known != nullptr && !slot->told) {
      Discard(*slot, *known);
      continue;
    }
    if (known != nullptr && !known->told) {
      Count(*known, -1);
      Discard(*known, *slot);
      by_key_.insert_or_assign(slot->key, index);
    } else if (known == nullptr || !known->alive()) {
      by_key_.insert_or_assign(slot->key, index);
    }
    (which == &Slot::app ? apps_[to].slots : people_[to].slots).push_back(index);
    Count(*slot, 1);
  }
}

void GrantBook::LearnPerson(const Event& event) {
  const PersonNames names{event.Text(Field::kUserId), event.Text(Field::kUser)};
  if (!Usable(names.id) || names.name.empty() || person_numbers_.empty()) return;
  const Id tenant = TenantOf(event);
  if (FindPerson(tenant, names) != 0) AddPerson(tenant, names);
}

bool GrantBook::OnlyByToken(const Telling& telling, const Event& event) {
  const Id tenant = TenantOf(event);
  const Slot* slot = At(
      Find(tenant, telling, FindApp(tenant, telling.app), FindPerson(tenant, telling.principal)));
  return slot != nullptr && slot->by_token;
}

// Grants.

uint32_t GrantBook::Find(const Id& tenant, const Telling& telling, uint32_t app,
                         uint32_t person) const {
  const auto it = by_key_.find(
      KeyOf(tenant, telling.kind, telling.all_users, ThingOf(tenant, telling), app, person));
  return it == by_key_.end() ? 0 : it->second;
}

GrantBook::Slot* GrantBook::FindById(const Id& tenant, std::string_view ids) {
  for (const std::string_view id : Split(ids, " ")) {
    const auto it = by_id_.find(NameKey(tenant, id));
    if (it == by_id_.end()) continue;
    if (Slot* slot = At(it->second); slot != nullptr) return slot;
  }
  return nullptr;
}

void GrantBook::Count(const Slot& slot, int by) {
  if (!slot.alive()) return;
  const auto add = [by](uint32_t& count) {
    count = static_cast<uint32_t>(static_cast<int64_t>(count) + by);
  };
  if (slot.grant.all_users) {
    add(apps_[slot.app].alive_for_all);
    add(for_all_[slot.tenant]);
  } else if (slot.grant.kind == GrantKind::kDelegated && slot.person != 0) {
    add(people_[slot.person].alive);
  }
}

void GrantBook::MakeRoom() {
  // A tenth at once, so that the cost of choosing is spread. What only its uses show goes first,
  // then what has ended, then what was quiet longest.
  struct Row {
    int worth;
    Time last;
    uint32_t number;
    auto operator<=>(const Row&) const = default;
  };
  std::vector<Row> rows;
  rows.reserve(kept_);
  for (const auto& slot : slots_) {
    if (slot == nullptr) continue;
    const int worth = !slot->told ? 0 : slot->alive() ? 2 : 1;
    rows.push_back({worth, slot->last_event, slot->grant.number});
  }
  const size_t drop = std::max<size_t>(1, rows.size() / 10);
  std::nth_element(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(drop - 1), rows.end());
  for (size_t i = 0; i < drop; ++i) {
    std::unique_ptr<Slot>& slot = slots_[rows[i].number - 1];
    Count(*slot, -1);
    const auto key = by_key_.find(slot->key);
    if (key != by_key_.end() && key->second == rows[i].number) by_key_.erase(key);
    for (const std::string& id : slot->grant.ids) by_id_.erase(NameKey(slot->tenant, id));
    slot.reset();
  }
  const auto tidy = [this](std::vector<uint32_t>& list) {
    std::erase_if(list, [this](uint32_t index) { return At(index) == nullptr; });
  };
  for (App& app : apps_) tidy(app.slots);
  for (Person& person : people_) tidy(person.slots);
  for (auto it = by_thing_.begin(); it != by_thing_.end();) {
    tidy(it.value());
    it = it->second.empty() ? by_thing_.erase(it) : std::next(it);
  }
  kept_ -= drop;
  forgotten_ += drop;
}

GrantBook::Slot* GrantBook::Make(const Id& tenant, std::string_view tenant_name,
                                 const Telling& telling, Time time) {
  const uint32_t app = AddApp(tenant, telling.app);
  const uint32_t person = AddPerson(tenant, telling.principal);
  if ((app == 0 && !telling.app.empty()) || (person == 0 && !telling.principal.empty())) {
    return nullptr;
  }
  if (kept_ >= bounds_.max_grants) MakeRoom();
  auto slot = std::make_unique<Slot>();
  Grant& grant = slot->grant;
  slot->tenant = tenant;
  slot->app = app;
  slot->person = person;
  slot->thing = ThingOf(tenant, telling);
  slot->key = KeyOf(tenant, telling.kind, telling.all_users, slot->thing, app, person);
  grant.number = static_cast<uint32_t>(slots_.size() + 1);
  grant.kind = telling.kind;
  grant.platform = telling.platform;
  grant.tenant = tenant_name;
  grant.all_users = telling.all_users;
  grant.first_evidence = time;
  slots_.push_back(std::move(slot));
  ++kept_;
  Slot& out = *slots_.back();
  by_key_.insert_or_assign(out.key, grant.number);
  if (app != 0) apps_[app].slots.push_back(out.grant.number);
  if (person != 0) people_[person].slots.push_back(out.grant.number);
  if (telling.kind == GrantKind::kRole && !out.thing.empty()) {
    by_thing_[out.thing].push_back(out.grant.number);
  }
  Count(out, 1);
  Learn(out, telling);
  return &out;
}

void GrantBook::Learn(Slot& slot, const Telling& telling) {
  Grant& grant = slot.grant;
  const App& app = apps_[slot.app];
  if (slot.app != 0) {
    grant.app = !app.id.empty() ? app.id : !app.object.empty() ? app.object : app.name;
    grant.app_object = app.object;
    grant.app_name = app.name;
  }
  if (slot.person != 0) {
    const Person& person = people_[slot.person];
    grant.principal = person.id.empty() ? person.name : person.id;
    grant.principal_name = person.name;
  }
  const auto join = [](std::string& out, std::string_view parts) {
    if (parts.empty() || out.size() > kMaxText) return;
    if (out.find(parts) != std::string::npos) return;
    if (!out.empty()) out += ' ';
    out += parts;
  };
  join(grant.resource, telling.resource);
  if (grant.resource_name.empty()) {
    grant.resource_name = Short(telling.resource_name);
  } else if (!telling.resource_name.empty() && grant.resource_name.size() < kMaxText &&
             grant.resource_name.find(telling.resource_name) == std::string::npos) {
    grant.resource_name.append(", ").append(Short(telling.resource_name));
  }
  for (const std::string_view id : Split(telling.ids, " ")) {
    if (grant.ids.size() >= bounds_.max_ids) break;
    const auto at = std::lower_bound(grant.ids.begin(), grant.ids.end(), id);
    if (at != grant.ids.end() && *at == id) continue;
    grant.ids.insert(at, Short(id));
    by_id_.insert_or_assign(NameKey(slot.tenant, id), grant.number);
  }
}

void GrantBook::Close(Slot& slot, Time time, std::string_view reason) {
  if (!slot.alive()) return;
  Count(slot, -1);
  slot.grant.end = time;
  slot.grant.end_reason = reason;
  slot.ended = Slot::Ended::kItself;
}

void GrantBook::Reopen(Slot& slot) {
  if (slot.alive()) return;
  slot.grant.end.reset();
  slot.grant.end_reason.clear();
  Count(slot, 1);
}

void GrantBook::AddChange(Slot& slot, GrantChange change) {
  if (slot.grant.changes.size() >= bounds_.max_changes) {
    ++slot.grant.changes_left_out;
    return;
  }
  slot.grant.changes.push_back(std::move(change));
}

bool GrantBook::JoinsFlow(const Slot& slot, const Telling& telling, const Event& event) const {
  if (slot.flow == nullptr) return false;
  const Slot::Flow& flow = *slot.flow;
  if (flow.last + kFlow < event.time()) return false;
  // Taken away within seconds of what was given it is one change; later it is another.
  constexpr Span kTogether = Seconds(5);
  const bool apart = telling.takes_away && flow.last_given + kTogether < event.time();
  const Id id = FlowOf(event);
  if (flow.id == id || flow.twin == id) return !apart;
  // The other log of the tenant may lack the correlation id; it says the same once more.
  if ((flow.sources & Bit(event.source())) != 0) return false;
  if (telling.takes_away) return Contains(flow.old, PermissionsOf(telling.old, telling.one));
  return Contains(flow.now, PermissionsOf(telling.now, telling.one));
}

void GrantBook::Authorize(const Telling& telling, const Event& event) {
  const Id tenant = TenantOf(event);
  const uint32_t app = AddApp(tenant, telling.app);
  const uint32_t person = AddPerson(tenant, telling.principal);
  Slot* slot = At(Find(tenant, telling, app, person));
  if (slot == nullptr && telling.takes_away) slot = FindById(tenant, telling.ids);
  bool fresh = slot == nullptr;
  if (slot != nullptr && !JoinsFlow(*slot, telling, event)) {
    if (!slot->alive()) {
      if (telling.takes_away) return;  // told once more, or late
      fresh = true;
    } else if (!slot->told && !slot->grant.in_snapshot && !telling.takes_away &&
               telling.old.empty()) {
      // Until now only its uses were seen. Right before it they belong to it: a sign-in that asks
      // for consent is logged first. Long before it they rest on another, which no log tells.
      if (slot->grant.first_evidence + kFlow >= event.time()) {
        slot->grant.permissions.clear();
        slot->grant.changes.clear();
        return Tell(*slot, telling, event, true);
      }
      fresh = telling.sure_birth;
    }
  }
  if (fresh) slot = Make(tenant, event.Text(Field::kTenant), telling, event.time());
  if (slot != nullptr) Tell(*slot, telling, event, fresh);
}

void GrantBook::Tell(Slot& slot, const Telling& telling, const Event& event, bool fresh) {
  Learn(slot, telling);
  slot.by_token = telling.by_token && (!slot.told || slot.by_token);
  slot.told = true;
  slot.last_event = event.time();
  const bool joins = !fresh && JoinsFlow(slot, telling, event);
  if (!joins) {
    slot.flow = std::make_shared<Slot::Flow>();
    slot.flow->id = FlowOf(event);
    slot.flow->start = event.time();
    slot.flow->before = slot.grant.permissions;
    slot.flow->was_alive = slot.alive();
    slot.flow->fresh = fresh;
    slot.flow->is_birth = fresh && telling.is_birth;
  }
  Slot::Flow& flow = *slot.flow;
  flow.last = event.time();
  if (const Id id = FlowOf(event); id != flow.id) flow.twin = id;
  flow.sources |= Bit(event.source());
  const Permissions one = PermissionsOf({}, telling.one);
  Permissions old = PermissionsOf(telling.old);
  Permissions now = PermissionsOf(telling.now);
  if (telling.takes_away) {
    flow.taken = true;
    AddTo(old, one, bounds_.max_permissions);
    flow.nothing_left = flow.nothing_left || old.empty();
  } else {
    AddTo(now, one, bounds_.max_permissions);
    flow.last_given = event.time();
    if (old.empty()) AddTo(flow.given_new, now, bounds_.max_permissions);
  }
  flow.replaces = flow.replaces || telling.replaces;
  AddTo(flow.old, old, bounds_.max_permissions);
  AddTo(flow.now, now, bounds_.max_permissions);
  // The record of the consent says best what it was.
  if (!joins || (telling.consent && !flow.consent)) {
    flow.change.time = flow.start;
    flow.change.by = ActorText(event);
    flow.change.operation = Short(event.Text(Field::kOperation));
    flow.change.source = event.source();
    flow.change.place = event.head().place;
    flow.change.content = event.head().content;
  }
  flow.consent = flow.consent || telling.consent;
  Recompute(slot);
  if (!telling.takes_away && (telling.consent || flow.fresh || !flow.change.added.empty())) {
    slot.grant.last_authorized =
        std::max(slot.grant.last_authorized.value_or(flow.start), flow.start);
  }
}

void GrantBook::Recompute(Slot& slot) {
  Slot::Flow& flow = *slot.flow;
  Grant& grant = slot.grant;
  // What is told as old and was not known had been there all the same, unless a sibling says that
  // it was given just now.
  Permissions before = flow.before;
  const Permissions unknown =
      flow.taken ? Minus(flow.old, flow.now) : Minus(flow.old, flow.given_new);
  AddTo(before, unknown, bounds_.max_permissions);
  if (flow.taken) AddTo(before, flow.old, bounds_.max_permissions);
  Permissions after = Minus(before, flow.old);
  if (flow.nothing_left || flow.replaces) after.clear();
  AddTo(after, flow.now, bounds_.max_permissions);

  const bool existed = flow.taken || !Contains(flow.given_new, flow.old);
  if (flow.fresh) {
    if (!existed && flow.is_birth) {
      grant.birth = flow.start;
    } else {
      grant.birth.reset();
    }
  }
  flow.change.added = Minus(after, before);
  flow.change.removed = Minus(before, after);
  const bool ends = flow.taken && after.empty();
  bool tell = true;
  if (ends) {
    flow.change.what = GrantChangeKind::kRevoked;
    grant.permissions = before;  // as they stood when it ended
    Close(slot, flow.last, flow.change.operation);
  } else {
    if (flow.was_alive || flow.fresh) Reopen(slot);
    grant.permissions = after;
    if (flow.fresh && !existed) {
      flow.change.what = GrantChangeKind::kGranted;
    } else if (!flow.change.added.empty()) {
      flow.change.what = GrantChangeKind::kWidened;
    } else if (!flow.change.removed.empty()) {
      flow.change.what = GrantChangeKind::kNarrowed;
    } else {
      flow.change.what = GrantChangeKind::kGranted;
      tell = flow.consent || flow.fresh;
    }
  }
  std::vector<GrantChange>& changes = grant.changes;
  if (flow.at != SIZE_MAX && tell) {
    changes[flow.at] = flow.change;
  } else if (flow.at != SIZE_MAX) {
    changes.erase(changes.begin() + static_cast<std::ptrdiff_t>(flow.at));
    flow.at = SIZE_MAX;
  } else if (tell) {
    const size_t size = changes.size();
    AddChange(slot, flow.change);
    if (changes.size() > size) flow.at = size;
  }
}

void GrantBook::End(const Telling& telling, const Event& event) {
  const Id tenant = TenantOf(event);
  Slot* slot = At(
      Find(tenant, telling, FindApp(tenant, telling.app), FindPerson(tenant, telling.principal)));
  if (slot == nullptr) slot = FindById(tenant, telling.ids);
  if (slot != nullptr && !slot->alive()) return;
  if (slot == nullptr)
    slot = Make(tenant, event.Text(Field::kTenant), telling,
                event.time());  // it had been there, unseen
  if (slot == nullptr) return;
  Learn(*slot, telling);
  slot->told = true;
  slot->last_event = event.time();
  slot->flow.reset();
  GrantChange change;
  change.time = event.time();
  change.what = GrantChangeKind::kRevoked;
  if (slot->grant.permissions.empty()) {
    slot->grant.permissions = PermissionsOf(telling.old, telling.one);
  }
  change.removed = slot->grant.permissions;
  change.by = ActorText(event);
  change.operation = Short(event.Text(Field::kOperation));
  change.source = event.source();
  change.place = event.head().place;
  change.content = event.head().content;
  Close(*slot, event.time(), change.operation);
  AddChange(*slot, std::move(change));
}

void GrantBook::EndAll(const std::vector<uint32_t>& slots, Slot::Ended why, const Event& event) {
  for (const uint32_t index : slots) {
    Slot* slot = At(index);
    if (slot == nullptr || !slot->alive()) continue;
    GrantChange change;
    change.time = event.time();
    change.what = GrantChangeKind::kRevoked;
    change.removed = slot->grant.permissions;
    change.by = ActorText(event);
    change.operation = Short(event.Text(Field::kOperation));
    change.source = event.source();
    change.place = event.head().place;
    change.content = event.head().content;
    Close(*slot, event.time(), change.operation);
    slot->ended = why;
    slot->flow.reset();
    slot->last_event = event.time();
    AddChange(*slot, std::move(change));
  }
}

void GrantBook::RestoreAll(const std::vector<uint32_t>& slots, Slot::Ended why,
                           const Event& event) {
  for (const uint32_t index : slots) {
    Slot* slot = At(index);
    if (slot == nullptr || slot->alive() || slot->ended != why) continue;
    const auto successor = by_key_.find(slot->key);
    if (successor != by_key_.end() && successor->second != index) continue;
    Reopen(*slot);
    slot->ended = Slot::Ended::kItself;
    slot->last_event = event.time();
    GrantChange change;
    change.time = event.time();
    change.what = GrantChangeKind::kGranted;
    change.added = slot->grant.permissions;
    change.by = ActorText(event);
    change.operation = Short(event.Text(Field::kOperation));
    change.source = event.source();
    change.place = event.head().place;
    change.content = event.head().content;
    AddChange(*slot, std::move(change));
  }
}

void GrantBook::EndApp(const AppNames& app, const Event& event) {
  const uint32_t number = FindApp(TenantOf(event), app);
  if (number != 0) EndAll(apps_[number].slots, Slot::Ended::kWithApp, event);
}

void GrantBook::EndPerson(const PersonNames& person, const Event& event) {
  const uint32_t number = FindPerson(TenantOf(event), person);
  if (number != 0) EndAll(people_[number].slots, Slot::Ended::kWithPerson, event);
}

void GrantBook::RestoreApp(const AppNames& app, const Event& event) {
  const uint32_t number = FindApp(TenantOf(event), app);
  if (number != 0) RestoreAll(apps_[number].slots, Slot::Ended::kWithApp, event);
}

void GrantBook::RestorePerson(const PersonNames& person, const Event& event) {
  const uint32_t number = FindPerson(TenantOf(event), person);
  if (number != 0) RestoreAll(people_[number].slots, Slot::Ended::kWithPerson, event);
}

void GrantBook::EndOthers(std::string_view thing, std::string_view thing_in,
                          std::string_view holders, const Event& event) {
  const auto it = by_thing_.find(ThingKey(TenantOf(event), thing, thing_in));
  if (it == by_thing_.end()) return;
  std::vector<uint32_t> gone;
  for (const uint32_t index : it->second) {
    const Slot* slot = At(index);
    if (slot == nullptr) continue;
    const std::string& holder = slot->grant.app.empty() ? slot->grant.principal : slot->grant.app;
    if (!SetHas(holders, holder)) gone.push_back(index);
  }
  EndAll(gone, Slot::Ended::kItself, event);
}

// Uses.

void GrantBook::Use(const Telling& telling, const Event& event,
                    bool (*third_party)(std::string_view)) {
  const Id tenant = TenantOf(event);
  const uint32_t app = FindApp(tenant, telling.app);
  // Most events: a client of the platform's own, which nobody had to grant anything.
  if (app != 0 && apps_[app].owner == App::Owner::kPlatform && apps_[app].slots.empty()) return;
  const uint32_t person = FindPerson(tenant, telling.principal);
  Slot* slot = nullptr;
  Slot* ended = nullptr;
  const auto look = [&](const Telling& whose, uint32_t a, uint32_t p) {
    if (slot != nullptr) return;
    Slot* found = At(Find(tenant, whose, a, p));
    if (found == nullptr) return;
    if (found->alive()) {
      slot = found;
    } else if (ended == nullptr) {
      ended = found;
    }
  };
  const bool named = telling.kind == GrantKind::kToken ? !telling.thing.empty() : app != 0;
  if (named && (person != 0 || telling.principal.empty())) look(telling, app, person);
  if (telling.kind != GrantKind::kToken && app != 0) {
    look({.kind = GrantKind::kDelegated, .all_users = true}, app, 0);
    look({.kind = GrantKind::kApplication, .all_users = true}, app, 0);
    // What acts by itself on some platforms is logged with whoever installed it.
    if (telling.kind == GrantKind::kDelegated && telling.platform != "entra") {
      look({.kind = GrantKind::kApplication}, app, 0);
    }
  }
  const bool lingers = ended != nullptr && event.time() <= *ended->grant.end + kTokenLife;
  if (slot == nullptr && lingers) slot = ended;
  if (slot == nullptr) {
    if (telling.kind != GrantKind::kToken) {
      if (telling.app.empty()) return;
      if (telling.app.id.empty() && !telling.app.by_name) return;
      // Asked once an app.
      App::Owner owner = app == 0 ? App::Owner::kNotAsked : apps_[app].owner;
      if (owner == App::Owner::kNotAsked) {
        owner = third_party(telling.app.id) ? App::Owner::kOther : App::Owner::kPlatform;
        const uint32_t number = AddApp(tenant, telling.app);
        if (number != 0) apps_[number].owner = owner;
      }
      if (owner == App::Owner::kPlatform) return;
    }
    slot = Make(tenant, event.Text(Field::kTenant), telling, event.time());
    if (slot == nullptr) return;
    slot->after_end = ended != nullptr;
  }
  Grant& grant = slot->grant;
  ++grant.uses;
  grant.last_used = event.time();
  slot->last_event = event.time();
  if (grant.principal_name.empty() && slot->person != 0 && !telling.principal.name.empty()) {
    AddPerson(tenant, telling.principal);
    Learn(*slot, {});
  }
  // What its tokens carry is the least that such a grant allows.
  if (slot->told || telling.now.empty()) return;
  const Id scopes = Id::Of(telling.now);
  if (scopes == slot->last_scopes) return;
  slot->last_scopes = scopes;
  if (HasAll(grant.permissions, telling.now)) return;
  Permissions carried = PermissionsOf(telling.now);
  GrantChange change;
  change.added = Minus(carried, grant.permissions);
  if (grant.permissions.empty() && carried.size() <= bounds_.max_permissions) {
    grant.permissions = std::move(carried);
  } else {
    AddTo(grant.permissions, carried, bounds_.max_permissions);
  }
  change.time = event.time();
  change.what = GrantChangeKind::kSeen;
  change.by = ActorText(event);
  change.operation = Short(event.Text(Field::kOperation));
  change.source = event.source();
  change.place = event.head().place;
  change.content = event.head().content;
  AddChange(*slot, std::move(change));
}

// Questions.

const Grant* GrantBook::Alive(std::string_view tenant_text, std::string_view app_text,
                              std::string_view user, std::string_view user_id) const {
  if (app_text.empty()) return nullptr;
  const Id tenant = Id::Of(tenant_text);
  const uint32_t app = FindApp(tenant, {.id = app_text});
  if (app == 0) return nullptr;
  const auto alive = [&](const Telling& whose, uint32_t person) -> const Grant* {
    const Slot* slot = At(Find(tenant, whose, app, person));
    return slot != nullptr && slot->alive() ? &slot->grant : nullptr;
  };
  if (user.empty() && user_id.empty()) {
    if (const Grant* own = alive({.kind = GrantKind::kApplication}, 0)) return own;
  } else if (const uint32_t person = FindPerson(tenant, {.id = user_id, .name = user})) {
    if (const Grant* own = alive({.kind = GrantKind::kDelegated}, person)) return own;
  }
  if (apps_[app].alive_for_all == 0) return nullptr;
  if (const Grant* all = alive({.kind = GrantKind::kDelegated, .all_users = true}, 0)) return all;
  return alive({.kind = GrantKind::kApplication, .all_users = true}, 0);
}

bool GrantBook::AnyFor(std::string_view tenant_text, std::string_view user,
                       std::string_view user_id) const {
  const Id tenant = Id::Of(tenant_text);
  if (for_all_.contains(tenant)) return true;
  const uint32_t number = FindPerson(tenant, {.id = user_id, .name = user});
  return number != 0 && !people_[number].slots.empty();
}

size_t GrantBook::AliveFor(std::string_view tenant_text, std::string_view user,
                           std::string_view user_id) const {
  const Id tenant = Id::Of(tenant_text);
  const auto all = for_all_.find(tenant);
  size_t out = all == for_all_.end() ? 0 : all->second;
  const uint32_t number = FindPerson(tenant, {.id = user_id, .name = user});
  if (number == 0) return out;
  const Person& person = people_[number];
  out += person.alive;
  // An app that holds one for the person and one for all is one app. Beyond so many it matters to
  // nobody.
  constexpr size_t kMost = 64;
  if (person.alive == 0 || out == person.alive || person.slots.size() > kMost) return out;
  for (const uint32_t index : person.slots) {
    const Slot* slot = At(index);
    const bool counted = slot != nullptr && slot->alive() &&
                         slot->grant.kind == GrantKind::kDelegated && slot->app != 0;
    if (counted && apps_[slot->app].alive_for_all > 0) --out;
  }
  return out;
}

// Snapshots.

GrantBook::Slot* GrantBook::FindAlive(Id tenant, const Telling& telling) {
  Slot* slot = At(
      Find(tenant, telling, FindApp(tenant, telling.app), FindPerson(tenant, telling.principal)));
  if (slot == nullptr || !slot->alive()) slot = FindById(tenant, telling.ids);
  return slot != nullptr && slot->alive() ? slot : nullptr;
}

GrantBook::Slot* GrantBook::AddSeen(const Id& tenant, std::string_view tenant_name,
                                    const Telling& telling) {
  Slot* slot = Make(tenant, tenant_name, telling, kAsOfCollection);
  if (slot != nullptr) slot->last_event = kAsOfCollection;
  return slot;
}

}  // namespace tokentrail::trail
