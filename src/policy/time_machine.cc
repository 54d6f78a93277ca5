#include "policy/time_machine.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "base/as_of.h"

namespace tokentrail::policy {
namespace {

int32_t Day(Time time) { return static_cast<int32_t>(DayOf(time)); }

uint64_t Key(uint32_t permission, uint32_t holder) { return (uint64_t{permission} << 32) | holder; }

bool Gives(ConsentAct act) { return act == ConsentAct::kGranted || act == ConsentAct::kWidened; }
bool Takes(ConsentAct act) { return act == ConsentAct::kNarrowed || act == ConsentAct::kRevoked; }

/// Who holds what an act gives or takes: a person, or everybody.
uint32_t HolderOf(const AppConsent& act) { return act.all_users || act.application ? 0 : act.user; }

}  // namespace

AppReplay::AppReplay(const App& app) : whole_(app) {
  // What has no history is there from the start; what has one begins empty.
  now_.platform = app.platform;
  now_.tenant = app.tenant;
  now_.id = app.id;
  now_.name = app.name;
  now_.other_names = app.other_names;
  now_.object = app.object;
  now_.application_object = app.application_object;
  now_.publisher = app.publisher;
  now_.publisher_domain = app.publisher_domain;
  now_.verified = app.verified;
  now_.homepage = app.homepage;
  now_.owner_tenant = app.owner_tenant;
  now_.first_party = app.first_party;
  now_.foci = app.foci;
  now_.public_client = app.public_client;
  now_.audience = app.audience;
  now_.enabled = app.enabled;
  now_.assignment_required = app.assignment_required;
  now_.reply_urls = app.reply_urls;
  now_.created = app.created;
  now_.created_by = app.created_by;
  now_.route = app.route;
  now_.first_seen = app.first_seen;
  now_.community_use = app.community_use;
  now_.in_snapshot = app.in_snapshot;
  now_.calls_logged = app.calls_logged;
  now_.sanction = app.sanction;
  now_.category = app.category;
  now_.category_source = app.category_source;
  now_.listings = app.listings;
  now_.signs = app.signs;
  now_.risk = app.risk;
  now_.touched = app.touched;
  user_at_.resize(app.users.size());
  permission_at_.resize(app.permissions.size());
  credential_at_.resize(app.credentials.size());
  holders_.resize(app.permissions.size());
  Plan();
}

void AppReplay::Plan() {
  const auto add = [&](int32_t day, Time time, What what, size_t index, uint32_t holder = 0) {
    changes_.push_back({day, time, what, static_cast<uint32_t>(index), holder});
  };
  for (size_t i = 0; i < whole_.permissions.size(); ++i) {
    by_name_.emplace(
        std::pair(whole_.permissions[i].application, std::string_view(whole_.permissions[i].name)),
        static_cast<uint32_t>(i));
  }
  for (size_t i = 0; i < whole_.consents.size(); ++i) {
    const AppConsent& act = whole_.consents[i];
    if (!IsKnown(act.time)) continue;
    add(Day(act.time), act.time, What::kConsent, i);
    if (Takes(act.act)) add(Day(act.time) + 1, act.time, What::kTake, i);
  }
  for (size_t i = 0; i < whole_.credentials.size(); ++i) {
    const AppCredential& one = whole_.credentials[i];
    add(IsKnown(one.added) ? Day(*one.added) : INT32_MIN, one.added.value_or(Time{}),
        What::kCredential, i);
    if (IsKnown(one.last_used)) add(Day(*one.last_used), *one.last_used, What::kCredentialUsed, i);
    if (IsKnown(one.removed)) add(Day(*one.removed) + 1, *one.removed, What::kCredentialGone, i);
  }
  for (size_t i = 0; i < whole_.permissions.size(); ++i) {
    const auto& used = whole_.permissions[i].last_used;
    if (IsKnown(used)) add(Day(*used), *used, What::kPermissionUsed, i);
  }
  for (size_t i = 0; i < whole_.users.size(); ++i) {
    const auto& used = whole_.users[i].last_used;
    if (IsKnown(used)) add(Day(*used), *used, What::kUserUsed, i);
  }
  for (size_t i = 0; i < whole_.places.size(); ++i) {
    const Time first = whole_.places[i].first;
    add(IsKnown(first) ? Day(first) : INT32_MIN, first, What::kPlace, i);
  }
  for (size_t i = 0; i < whole_.findings.size(); ++i) {
    const Time first = whole_.findings[i].first;
    add(IsKnown(first) ? Day(first) : INT32_MIN, first, What::kFinding, i);
  }
  PlanPermissions();
  PlanUsers();
  std::stable_sort(changes_.begin(), changes_.end(), [](const Change& a, const Change& b) {
    return std::tie(a.day, a.time, a.what, a.index) < std::tie(b.day, b.time, b.what, b.index);
  });
  // Since when there is anything of it: the first that is known, else always.
  int32_t start = INT32_MAX;
  const auto note = [&](const std::optional<Time>& time) {
    if (IsKnown(time)) start = std::min(start, Day(*time));
  };
  note(whole_.created);
  note(whole_.first_seen);
  note(whole_.first_authorized);
  for (const Change& change : changes_) {
    if (change.day != INT32_MIN) start = std::min(start, change.day);
  }
  if (!whole_.days.empty()) start = std::min(start, whole_.days.front().day);
  start_ = start == INT32_MAX ? INT32_MIN : start;
  const bool told =
      std::any_of(whole_.consents.begin(), whole_.consents.end(),
                  [](const AppConsent& act) { return act.all_users && !act.application; }) ||
      std::any_of(whole_.permissions.begin(), whole_.permissions.end(),
                  [](const AppPermission& one) { return one.all_users; });
  now_.tenant_wide = whole_.tenant_wide && !told;
  now_.app_only = whole_.app_only && whole_.permissions.empty();
}

/// Who held what before the first act that tells of it, and what no act tells of at all.
void AppReplay::PlanPermissions() {
  std::set<std::pair<uint32_t, uint32_t>> told;
  std::vector<bool> given(whole_.permissions.size());
  std::vector<bool> taken(whole_.permissions.size());
  const auto hold = [&](uint32_t permission, uint32_t holder, Time time) {
    changes_.push_back(
        {IsKnown(time) ? Day(time) : INT32_MIN, time, What::kHold, permission, holder});
  };
  for (const AppConsent& act : whole_.consents) {
    if (!IsKnown(act.time)) continue;
    for (const bool adds : {false, true}) {
      for (const std::string& name : adds ? act.added : act.removed) {
        const auto found = by_name_.find({act.application, name});
        if (found == by_name_.end()) continue;
        const uint32_t permission = found->second;
        const uint32_t holder = HolderOf(act);
        (adds ? given : taken)[permission] = true;
        // Taken from somebody who was never seen to get it: there before.
        if (told.emplace(permission, holder).second && !adds) hold(permission, holder, {});
      }
    }
  }
  for (uint32_t i = 0; i < whole_.permissions.size(); ++i) {
    const AppPermission& one = whole_.permissions[i];
    const bool dated = IsKnown(one.granted);
    if (given[i] && !(dated && one.in_force)) continue;
    if (!one.in_force && (taken[i] || given[i])) continue;
    if (!one.in_force && !dated) continue;  // gone, and nobody knows when it was there
    // What an export shows stands beside what acts tell: nothing that they take ends it.
    if (given[i] && IsToldAt(*one.granted)) continue;
    if (!dated) ++undated_permissions_;
    const uint32_t holder = one.all_users ? kEverybody : kUnknownHolder;
    hold(i, holder, dated ? *one.granted : Time{});
    if (!one.in_force) {  // it ended, nobody knows when: at its last sign of life
      const Time last = IsKnown(one.last_used) ? *one.last_used : *one.granted;
      changes_.push_back({Day(last) + 1, last, What::kDrop, i, holder});
    }
  }
}

/// An act of about that time is on record.
bool AppReplay::IsToldAt(Time time) const {
  const auto it =
      std::lower_bound(whole_.consents.begin(), whole_.consents.end(), time - Days(1),
                       [](const AppConsent& act, Time limit) { return act.time < limit; });
  return it != whole_.consents.end() && it->time <= time + Days(1);
}

void AppReplay::PlanUsers() {
  std::vector<bool> arrives(whole_.users.size());
  std::vector<bool> leaves(whole_.users.size());
  for (const AppConsent& act : whole_.consents) {
    if (act.user == 0 || act.user > whole_.users.size() || !IsKnown(act.time)) continue;
    const uint32_t user = act.user - 1;
    if (act.act == ConsentAct::kRevoked) leaves[user] = true;
    if (arrives[user]) continue;
    if (Takes(act.act) || act.act == ConsentAct::kWidened) {  // it had it before
      const auto first = whole_.users[user].first_authorized;
      const bool before = IsKnown(first) && *first < act.time;
      if (Takes(act.act) || before) {
        changes_.push_back(
            {before ? Day(*first) : INT32_MIN, before ? *first : Time{}, What::kArrive, user, 0});
        arrives[user] = true;
      }
    } else if (Gives(act.act)) {
      const auto first = whole_.users[user].first_authorized;
      if (IsKnown(first) && *first < act.time) {
        changes_.push_back({Day(*first), *first, What::kArrive, user, 0});
      }
      arrives[user] = true;
    }
    if (act.act == ConsentAct::kWidened) arrives[user] = true;
  }
  for (uint32_t i = 0; i < whole_.users.size(); ++i) {
    const AppUser& user = whole_.users[i];
    const bool dated = IsKnown(user.first_authorized);
    if (!arrives[i]) {
      if (!user.in_force && !dated) continue;
      std::optional<Time> from = user.first_authorized;
      // Someone it merely acts for: there from the start, or from when it was first used.
      if (!dated) ++undated_users_;
      changes_.push_back(
          {dated ? Day(*from) : INT32_MIN, dated ? *from : Time{}, What::kArrive, i, 0});
    }
    if (!user.in_force && !leaves[i]) {
      // It ended, nobody knows when: at its last sign of life.
      Time last{};
      for (const auto& time : {user.first_authorized, user.last_authorized, user.last_used}) {
        if (IsKnown(time)) last = std::max(last, *time);
      }
      if (last.micros > 0) changes_.push_back({Day(last) + 1, last, What::kLeave, i, 0});
    }
  }
}

std::vector<int32_t> AppReplay::Changes(bool use) const {
  std::vector<int32_t> out;
  if (start_ != INT32_MIN) out.push_back(start_);
  for (const auto& time : {whole_.created, std::optional(whole_.first_seen),
                           whole_.first_authorized, whole_.last_authorized}) {
    if (IsKnown(time)) out.push_back(Day(*time));  // ages count from these
  }
  for (const Change& change : changes_) {
    const bool is_use = change.what == What::kPermissionUsed || change.what == What::kUserUsed ||
                        change.what == What::kCredentialUsed || change.what == What::kPlace;
    if (change.day != INT32_MIN && (use || !is_use)) out.push_back(change.day);
  }
  for (const AppCredential& one : whole_.credentials) {
    if (IsKnown(one.expires)) out.push_back(Day(*one.expires));
  }
  if (use) {
    for (const AppDay& day : whole_.days) out.push_back(day.day);
    if (IsKnown(whole_.last_used)) out.push_back(Day(*whole_.last_used));
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

void AppReplay::Hold(uint32_t permission, uint32_t holder, Time time) {
  if (!held_.insert(Key(permission, holder)).second) return;
  ++holders_[permission];
  uint32_t& at = permission_at_[permission];
  if (at == 0) {
    const AppPermission& one = whole_.permissions[permission];
    AppPermission& now = now_.permissions.emplace_back();
    now.name = one.name;
    now.resource = one.resource;
    now.resource_name = one.resource_name;
    now.application = one.application;
    now.severity = one.severity;
    now.family = one.family;
    now.vendor_class = one.vendor_class;
    // Never used at all, so not by then either.
    if (one.use == AppPermission::Use::kUnused) now.use = one.use;
    if (IsKnown(time)) now.granted = time;
    at = static_cast<uint32_t>(now_.permissions.size());
  }
  AppPermission& now = now_.permissions[at - 1];
  now.in_force = true;
  if (holder == kEverybody && !now.application) now.all_users = true;
  now.users = now.all_users ? 0 : holders_[permission];
}

void AppReplay::Drop(uint32_t permission, uint32_t holder) {
  if (held_.erase(Key(permission, holder)) == 0) return;
  --holders_[permission];
  if (permission_at_[permission] == 0) return;
  AppPermission& now = now_.permissions[permission_at_[permission] - 1];
  now.in_force = holders_[permission] > 0;
  if (holder == kEverybody) now.all_users = false;
  now.users = now.all_users ? 0 : holders_[permission];
}

void AppReplay::Arrive(uint32_t user, Time time) {
  const AppUser& whole = whole_.users[user];
  uint32_t& at = user_at_[user];
  if (at == 0) {
    AppUser& now = now_.users.emplace_back();
    now.id = whole.id;
    now.name = whole.name;
    now.department = whole.department;
    now.title = whole.title;
    now.roles = whole.roles;
    if (IsKnown(time)) now.first_authorized = time;
    at = static_cast<uint32_t>(now_.users.size());
  }
  AppUser& now = now_.users[at - 1];
  now.in_force = true;
  if (IsKnown(time)) now.last_authorized = std::max(now.last_authorized.value_or(Time{}), time);
}

void AppReplay::Apply(const Change& change) {
  switch (change.what) {
    case What::kHold:
      Hold(change.index, change.holder, change.time);
      if (change.holder == kEverybody && !whole_.permissions[change.index].application) {
        now_.tenant_wide = true;
      }
      return;
    case What::kDrop:
      Drop(change.index, change.holder);
      return;
    case What::kArrive:
      Arrive(change.index, change.time);
      return;
    case What::kLeave:
      if (user_at_[change.index] > 0) now_.users[user_at_[change.index] - 1].in_force = false;
      return;
    case What::kCredential: {
      AppCredential& now = now_.credentials.emplace_back(whole_.credentials[change.index]);
      now.removed.reset();
      now.last_used.reset();
      credential_at_[change.index] = static_cast<uint32_t>(now_.credentials.size());
      return;
    }
    case What::kCredentialUsed:
    case What::kCredentialGone: {
      if (credential_at_[change.index] == 0) return;
      AppCredential& now = now_.credentials[credential_at_[change.index] - 1];
      (change.what == What::kCredentialUsed ? now.last_used : now.removed) = change.time;
      return;
    }
    case What::kPlace: {
      // Between its first and last use nothing is known of a place.
      AppPlace& now = now_.places.emplace_back(whole_.places[change.index]);
      now.last = now.first;
      return;
    }
    case What::kFinding:
      now_.findings.push_back(whole_.findings[change.index]);
      return;
    case What::kPermissionUsed: {
      if (permission_at_[change.index] == 0) return;
      AppPermission& now = now_.permissions[permission_at_[change.index] - 1];
      now.last_used = change.time;
      now.use = whole_.permissions[change.index].use;
      now.uses = whole_.permissions[change.index].uses;
      return;
    }
    case What::kUserUsed: {
      if (user_at_[change.index] == 0) return;
      AppUser& now = now_.users[user_at_[change.index] - 1];
      now.last_used = change.time;
      now.uses = whole_.users[change.index].uses;
      return;
    }
    case What::kTake:
      Take(whole_.consents[change.index]);
      return;
    case What::kConsent:
      Give(whole_.consents[change.index]);
      return;
  }
}

/// Of an act that takes away, only that it was done: what it takes counts for the rest of the day.
void AppReplay::Give(const AppConsent& act) {
  const bool has_user = act.user > 0 && act.user <= user_at_.size();
  if (Gives(act.act)) {
    for (const std::string& name : act.added) {
      const auto found = by_name_.find({act.application, name});
      if (found != by_name_.end()) Hold(found->second, HolderOf(act), act.time);
    }
    if (has_user) Arrive(act.user - 1, act.time);
    if (act.all_users && !act.application) now_.tenant_wide = true;
    if (!now_.first_authorized) now_.first_authorized = act.time;
    now_.last_authorized = act.time;
  }
  AppConsent& now = now_.consents.emplace_back(act);
  now.user = 0;
  if (!has_user) return;
  if (user_at_[act.user - 1] == 0) {  // declined or was blocked: known, and allowed nothing
    Arrive(act.user - 1, {});
    now_.users.back().in_force = false;
  }
  now.user = user_at_[act.user - 1];
}

void AppReplay::Take(const AppConsent& act) {
  const uint32_t holder = HolderOf(act);
  const bool all = act.act == ConsentAct::kRevoked && act.removed.empty();
  if (all) {
    for (uint32_t i = 0; i < whole_.permissions.size(); ++i) {
      if (whole_.permissions[i].application == act.application) Drop(i, holder);
    }
  }
  for (const std::string& name : act.removed) {
    const auto found = by_name_.find({act.application, name});
    if (found != by_name_.end()) Drop(found->second, holder);
  }
  if (act.act != ConsentAct::kRevoked || act.application) return;
  if (act.all_users) {
    now_.tenant_wide =
        std::any_of(now_.permissions.begin(), now_.permissions.end(),
                    [](const AppPermission& one) { return one.in_force && one.all_users; });
  } else if (act.user > 0 && act.user <= user_at_.size() && user_at_[act.user - 1] > 0) {
    now_.users[user_at_[act.user - 1] - 1].in_force = false;
  }
}

void AppReplay::AdvanceTo(int32_t day) {
  for (; next_ < changes_.size() && changes_[next_].day <= day; ++next_) Apply(changes_[next_]);
  const Time end = EndOfDay(day);
  for (; next_day_ < whole_.days.size() && whole_.days[next_day_].day <= day; ++next_day_) {
    now_.days.push_back(whole_.days[next_day_]);
    now_.events += whole_.days[next_day_].events;
  }
  // The hour of a use is known of the last one only.
  if (IsKnown(whole_.last_used) && *whole_.last_used <= end) {
    now_.last_used = whole_.last_used;
  } else if (!now_.days.empty()) {
    now_.last_used = EndOfDay(now_.days.back().day);
  }
  const auto by_then = [&](const std::optional<Time>& time) {
    return IsKnown(time) && *time <= end;
  };
  if (by_then(whole_.first_authorized)) {
    now_.first_authorized = std::min(now_.first_authorized.value_or(*whole_.first_authorized),
                                     *whole_.first_authorized);
    now_.last_authorized =
        std::max(now_.last_authorized.value_or(*whole_.first_authorized), *whole_.first_authorized);
  }
  if (by_then(whole_.last_authorized)) now_.last_authorized = whole_.last_authorized;
  now_.app_only =
      std::any_of(now_.permissions.begin(), now_.permissions.end(),
                  [](const AppPermission& one) { return one.application && one.in_force; });
  now_.offline = whole_.offline;
}

std::vector<int32_t> DaysToAsk(const AppReplay& replay, const Reads& reads, int32_t first,
                               int32_t last) {
  std::vector<int32_t> out;
  const auto add = [&](int64_t day) {
    if (day >= first && day <= last) out.push_back(static_cast<int32_t>(day));
  };
  const int32_t from = std::max(first, replay.start());
  add(from);
  for (const int32_t day : replay.Changes(reads.use)) {
    add(day);
    add(int64_t{day} + 1);
    for (const Span span : reads.spans) {
      // It passes in the course of a day, and is over for good on the next.
      const int64_t days = span.micros / Days(1).micros;
      add(day + days);
      add(day + days + 1);
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  out.erase(out.begin(), std::lower_bound(out.begin(), out.end(), from));
  return out;
}

}  // namespace tokentrail::policy
