#include "trail/agent_family.h"
#include "trail/app_build.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "base/as_of.h"
#include "base/text.h"
#include "inventory/call_family.h"
#include "inventory/permission.h"
#include "model/finding_id.h"

namespace tokentrail::trail {
namespace {

using analytic::State;

constexpr std::string_view kServiceAccount = "system:serviceaccount:";
constexpr size_t kMaxConsents = 1000;

std::string Key(std::string_view tenant, std::string_view platform, std::string_view id) {
  std::string out(tenant);
  out += '\x1f';
  out += platform;
  out += '\x1f';
  out += id;
  return out;
}

void Earlier(std::optional<Time>& out, const std::optional<Time>& time) {
  if (time && *time != kAsOfCollection && (!out || *time < *out)) out = time;
}
void Later(std::optional<Time>& out, const std::optional<Time>& time) {
  if (time && *time != kAsOfCollection && (!out || *out < *time)) out = time;
}

void AddName(App& app, std::string_view name) {
  if (name.empty() || name == app.name || name == app.id) return;
  if (app.name.empty()) {
    app.name = name;
    return;
  }
  const auto at = std::lower_bound(app.other_names.begin(), app.other_names.end(), name);
  if (at != app.other_names.end() && *at == name) return;
  if (app.other_names.size() < AppEntry::kMaxNames) app.other_names.emplace(at, name);
}

inventory::Platform PlatformOf(const App& app) {
  using inventory::Platform;
  for (const Platform one :
       {Platform::kMicrosoft, Platform::kGoogle, Platform::kGitHub, Platform::kSlack,
        Platform::kSalesforce, Platform::kOkta, Platform::kKubernetes}) {
    if (inventory::Name(one) == app.platform) return one;
  }
  return Platform::kMicrosoft;
}

/// `ns:name` of a service account as `ns/name`.
std::string AccountOf(std::string_view user) {
  std::string out(user.substr(kServiceAccount.size()));
  if (const size_t colon = out.find(':'); colon != std::string::npos) out[colon] = '/';
  return out;
}

/// An app while it is put together.
struct Draft {
  App app;
  std::map<std::string, size_t, std::less<>> user_of;  ///< by id and by name: position in app.users
  std::map<std::tuple<bool, std::string, std::string>, size_t> permission_of;
  std::vector<std::pair<size_t, std::string>> grant_users;
  std::vector<std::string> consent_users;  ///< by consent: id or name of whom it is for
  std::vector<AppEntry::Call> calls;
  std::vector<AppEntry::Attempt> attempts;
  std::vector<AppEntry::Tally> tallies;
  bool placed = false;
};

class Builder {
 public:
  Builder(AppBuild& build, const State& state) : build_(build), state_(state) {}

  void TakeEntry(AppEntry& entry);
  void TakeGrant(const Grant& grant);
  void TakeSnapshot();
  void TakeFindings(const std::vector<Finding>& findings);
  Portfolio Finish();

 private:
  Draft& At(std::string_view tenant, std::string_view platform, std::string_view id);
  std::string Resolve(const std::string& tenant, const std::string& id) const;
  size_t UserAt(Draft& draft, std::string_view id, std::string_view name) const;
  void TakeConsent(Draft& draft, const Grant& grant, const GrantChange& change);
  void TakeAttempts(Draft& draft);
  void Locate(const Draft& draft, AppConsent& consent, std::string_view user) const;
  void Conclude(Draft& draft);
  void CountUses(Draft& draft) const;
  void SortUsers(Draft& draft) const;

  AppBuild& build_;
  const State& state_;
  std::map<std::string, Draft, std::less<>> drafts_;
};

/// The client id of what was seen under an object's.
std::string Builder::Resolve(const std::string& tenant, const std::string& id) const {
  if (const std::string_view app = state_.AppOfObject(tenant, id); !app.empty()) {
    return std::string(app);
  }
  const std::string* listed = build_.snapshot.AppOfObject(tenant, id);
  return listed == nullptr ? id : *listed;
}

Draft& Builder::At(std::string_view tenant, std::string_view platform, std::string_view id) {
  const std::string key = Key(tenant, platform, id);
  auto it = drafts_.find(key);
  if (it != drafts_.end()) return it->second;
  it = drafts_.try_emplace(key).first;
  App& app = it->second.app;
  app.tenant = tenant;
  app.platform = platform;
  app.id = id;
  if (platform == "entra") {
    if (const inventory::KnownApp* known = inventory::MicrosoftApp(id)) {
      app.first_party = true;
      app.name = known->name;
      app.owner_tenant = known->owner;
    }
    app.foci = inventory::Foci(id);
  } else if (platform == "google") {
    if (const inventory::KnownApp* known = inventory::GoogleApp(id)) {
      app.first_party = true;
      app.name = known->name;
    }
  } else if (platform == "kubernetes") {
    app.first_party = IsClusterController(id);
    app.app_only = true;
  }
  app.public_client = inventory::PublicClient(id);
  return it->second;
}

/// Whoever it is, under either name.
size_t Builder::UserAt(Draft& draft, std::string_view id, std::string_view name) const {
  const std::string_view known =
      name.empty() && !id.empty() ? state_.NameOfUser(draft.app.tenant, id) : name;
  const std::string by_id = Lower(id);
  const std::string by_name = Lower(known);
  auto it = by_id.empty() ? draft.user_of.end() : draft.user_of.find(by_id);
  if (it == draft.user_of.end() && !by_name.empty()) it = draft.user_of.find(by_name);
  size_t at = 0;
  if (it == draft.user_of.end()) {
    at = draft.app.users.size();
    draft.app.users.emplace_back();
    // Until somebody says that it is in force, it isn't.
    draft.app.users.back().in_force = false;
  } else {
    at = it->second;
  }
  AppUser& user = draft.app.users[at];
  if (user.id.empty()) user.id = id;
  if (user.name.empty()) user.name = known;
  if (!by_id.empty()) draft.user_of.try_emplace(by_id, at);
  if (!by_name.empty()) draft.user_of.try_emplace(by_name, at);
  return at;
}

void Builder::TakeEntry(AppEntry& entry) {
  const std::string id =
      entry.platform == "entra" && IsGuid(entry.id) ? Resolve(entry.tenant, entry.id) : entry.id;
  Draft& draft = At(entry.tenant, entry.platform, id);
  App& app = draft.app;
  if (id != entry.id && app.object.empty() && entry.by_object) app.object = entry.id;
  // Ours are known by the names that their makers give them.
  if (!app.first_party || app.name.empty()) {
    if (!entry.name.empty() && !app.name.empty() && app.name != entry.name) {
      const std::string other = std::exchange(app.name, entry.name);
      AddName(app, other);
    } else {
      AddName(app, entry.name);
    }
    for (const std::string& name : entry.other_names) AddName(app, name);
  }
  if (app.object.empty()) app.object = entry.object;
  if (!entry.owner_tenant.empty()) app.owner_tenant = entry.owner_tenant;
  if (app.publisher.empty()) app.publisher = entry.publisher;
  if (app.first_seen == Time{} || entry.first < app.first_seen) app.first_seen = entry.first;
  Later(app.last_used, entry.last_used);
  app.events += entry.events;
  Earlier(app.created, entry.created);
  if (app.created_by.empty()) app.created_by = entry.created_by;
  if (app.route.empty() || app.route == "app") {
    if (!entry.route.empty()) app.route = entry.route;
  }
  if (entry.urls_from_event) app.reply_urls = entry.reply_urls;
  for (AppCredential& one : entry.credentials) app.credentials.push_back(std::move(one));
  for (const AppEntry::User& seen : entry.users) {
    const size_t at = UserAt(draft, seen.id, seen.name);
    AppUser& user = app.users[at];
    user.uses += seen.uses;
    Later(user.last_used, seen.last);
  }
  app.users_left_out += entry.users_left_out;
  for (AppPlace& place : entry.places) app.places.push_back(std::move(place));
  app.places_left_out += entry.places_left_out;
  if (app.days.empty()) {
    app.days = std::move(entry.days);
  } else {
    std::map<int32_t, AppDay> days;
    for (const AppDay& one : app.days) days[one.day] = one;
    for (const AppDay& one : entry.days) {
      AppDay& day = days[one.day];
      day.day = one.day;
      day.events += one.events;
      day.users = std::max(day.users, one.users);
      day.items += one.items;
      day.bytes += one.bytes;
    }
    app.days.clear();
    for (const auto& [number, day] : days) app.days.push_back(day);
  }
  for (const AppEntry::Call& call : entry.calls) draft.calls.push_back(call);
  for (AppEntry::Attempt& one : entry.attempts) draft.attempts.push_back(std::move(one));
  app.consents_left_out += entry.attempts_left_out;
  for (AppEntry::Tally& one : entry.tallies) {
    auto at = std::find_if(draft.tallies.begin(), draft.tallies.end(),
                           [&](const AppEntry::Tally& other) { return other.touch == one.touch; });
    if (at == draft.tallies.end()) {
      draft.tallies.push_back(std::move(one));
      continue;
    }
    at->events += one.events;
    at->items += one.items;
    at->bytes += one.bytes;
    at->user_owners = std::max(at->user_owners, one.user_owners);
    std::vector<Id> owners;
    std::set_union(at->owners.begin(), at->owners.end(), one.owners.begin(), one.owners.end(),
                   std::back_inserter(owners));
    at->owners = std::move(owners);
  }
}

void Builder::TakeGrant(const Grant& grant) {
  std::string id = grant.app;
  bool counts = true;  // its permissions are the app's
  if (grant.platform == "kubernetes") {
    if (!id.starts_with(kServiceAccount)) return;  // a binding of a person
    id = AccountOf(id);
    counts = grant.kind == GrantKind::kRole;
  } else if (id.empty() && grant.kind == GrantKind::kToken) {
    // Tokens that people make for themselves: all of one tenant are listed as one.
    id = grant.platform == "github" ? "personal access tokens" : "api tokens";
  } else if (grant.platform == "entra") {
    id = Resolve(grant.tenant, id);
  }
  if (id.empty()) return;
  Draft& draft = At(grant.tenant, grant.platform, id);
  App& app = draft.app;
  if (grant.platform != "kubernetes") AddName(app, grant.app_name);
  if (app.object.empty() && grant.app_object != id) app.object = grant.app_object;
  if (grant.first_evidence != kAsOfCollection &&
      (app.first_seen == Time{} || grant.first_evidence < app.first_seen)) {
    app.first_seen = grant.first_evidence;
  }
  const bool alive = !grant.end;
  const bool authorised =
      grant.birth || grant.last_authorized || grant.in_snapshot || !grant.changes.empty();
  Earlier(app.first_authorized, grant.birth);
  Later(app.last_authorized, grant.last_authorized);
  Later(app.last_used, grant.last_used);
  app.in_snapshot = app.in_snapshot || grant.in_snapshot;
  if (alive && authorised) {
    app.tenant_wide = app.tenant_wide || grant.all_users;
    app.app_only =
        app.app_only || grant.kind == GrantKind::kApplication || grant.kind == GrantKind::kRole;
  }
  const bool for_person =
      !grant.all_users && grant.kind != GrantKind::kApplication && grant.kind != GrantKind::kRole &&
      (!grant.principal.empty() || !grant.principal_name.empty()) && grant.platform != "kubernetes";
  if (for_person) {
    AppUser& user = app.users[UserAt(draft, grant.principal, grant.principal_name)];
    std::optional<Time> since = grant.birth;
    for (const GrantChange& change : grant.changes) {
      const bool gives =
          change.what == GrantChangeKind::kGranted || change.what == GrantChangeKind::kWidened;
      if (gives) Earlier(since, change.time);
      if (gives) Later(user.last_authorized, change.time);
    }
    Earlier(user.first_authorized, since);
    Later(user.last_authorized, grant.last_authorized);
    Later(user.last_used, grant.last_used);
    // Uses that the book of apps has counted too.
    user.uses = std::max(user.uses, grant.uses);
    user.in_force = user.in_force || alive;
  }
  if (counts) {
    const bool own = grant.kind == GrantKind::kApplication || grant.kind == GrantKind::kRole;
    // Of several APIs the grant doesn't tell which permission is of which.
    const bool several = grant.resource.find(' ') != std::string::npos;
    const std::string resource = several ? std::string() : grant.resource;
    for (const std::string& name : grant.permissions) {
      const auto key = std::tuple(own, name, resource);
      const auto [at, fresh] = draft.permission_of.try_emplace(key, app.permissions.size());
      if (fresh) {
        AppPermission& made = app.permissions.emplace_back();
        made.name = name;
        made.resource = resource;
        made.application = own;
        made.in_force = false;
      }
      AppPermission& permission = app.permissions[at->second];
      if (permission.resource_name.empty()) permission.resource_name = grant.resource_name;
      permission.in_force = permission.in_force || alive;
      if (alive) {
        permission.all_users = permission.all_users || grant.all_users;
        if (for_person) ++permission.users;
      }
      std::optional<Time> since;
      for (const GrantChange& change : grant.changes) {
        if (std::binary_search(change.added.begin(), change.added.end(), name)) {
          Earlier(since, change.time);
        }
      }
      Earlier(permission.granted, since ? since : grant.birth);
    }
  }
  for (const GrantChange& change : grant.changes) TakeConsent(draft, grant, change);
  app.consents_left_out += grant.changes_left_out;
}

void Builder::TakeConsent(Draft& draft, const Grant& grant, const GrantChange& change) {
  AppConsent out;
  switch (change.what) {
    case GrantChangeKind::kGranted:
      out.act = ConsentAct::kGranted;
      break;
    case GrantChangeKind::kWidened:
      out.act = ConsentAct::kWidened;
      break;
    case GrantChangeKind::kNarrowed:
      out.act = ConsentAct::kNarrowed;
      break;
    case GrantChangeKind::kRevoked:
      out.act = ConsentAct::kRevoked;
      break;
    default:
      return;  // no act of anybody
  }
  if (change.time == kAsOfCollection) return;
  out.time = change.time;
  out.all_users = grant.all_users;
  out.application = grant.kind == GrantKind::kApplication || grant.kind == GrantKind::kRole;
  out.by = change.by;
  out.added = change.added;
  out.removed = change.removed;
  out.operation = change.operation;
  out.source = change.source;
  out.place = change.place;
  out.content = change.content;
  const bool for_person = !out.all_users && !out.application && grant.platform != "kubernetes";
  const std::string& whose = grant.principal.empty() ? grant.principal_name : grant.principal;
  if (const auto origin = build_.origins.find(change.content); origin != build_.origins.end()) {
    out.ip = origin->second.ip;
    out.network = NetworkName(origin->second.asn, origin->second.ip);
    out.country = origin->second.country;
  }
  draft.app.consents.push_back(std::move(out));
  draft.consent_users.push_back(for_person ? whose : std::string());
}

/// A consent's record often has an address of the platform itself; the sign-in that showed the
/// prompt has that of the person.
void Builder::Locate(const Draft& draft, AppConsent& consent, std::string_view user) const {
  if (!consent.ip.empty() && !consent.network.ends_with("-service")) return;
  constexpr Span kPromptToConsent = Minutes(10);
  const AppEntry::Attempt* best = nullptr;
  for (const AppEntry::Attempt& one : draft.attempts) {
    if (one.what != AppEntry::Attempt::What::kPrompt || one.ip.empty()) continue;
    if (one.time > consent.time || consent.time - one.time > kPromptToConsent) continue;
    const bool same = EqualsIgnoreCase(one.user_id, user) || EqualsIgnoreCase(one.user, user) ||
                      EqualsIgnoreCase(one.user, consent.by) ||
                      EqualsIgnoreCase(one.user_id, consent.by);
    if (same && (best == nullptr || best->time < one.time)) best = &one;
  }
  if (best == nullptr) return;
  consent.ip = best->ip;
  consent.network = best->network;
  consent.country = best->country;
}

/// What was declined or refused. The sign-in and the directory each tell one attempt, seconds
/// apart.
void Builder::TakeAttempts(Draft& draft) {
  std::sort(draft.attempts.begin(), draft.attempts.end(),
            [](const AppEntry::Attempt& a, const AppEntry::Attempt& b) {
              return std::tie(a.time, a.content) < std::tie(b.time, b.content);
            });
  struct Last {
    Time time;
    size_t at = 0;
  };
  std::map<std::pair<std::string, bool>, Last> last;
  constexpr Span kOneAttempt = Minutes(1);
  for (const AppEntry::Attempt& one : draft.attempts) {
    if (one.what == AppEntry::Attempt::What::kPrompt) continue;
    const bool blocked = one.what == AppEntry::Attempt::What::kBlocked;
    const std::string who = Lower(one.user.empty() ? one.user_id : one.user);
    const auto known = last.find({who, blocked});
    if (known != last.end() && one.time - known->second.time <= kOneAttempt) {
      known->second.time = one.time;
      AppConsent& first = draft.app.consents[known->second.at];
      if (first.ip.empty() || first.network.ends_with("-service")) {
        first.ip = one.ip;
        first.network = one.network;
        first.country = one.country;
      }
      if (first.added.empty()) {
        for (const std::string_view scope : Split(one.scopes, " ")) first.added.emplace_back(scope);
      }
      continue;
    }
    AppConsent out;
    out.time = one.time;
    out.act = blocked ? ConsentAct::kBlocked : ConsentAct::kDeclined;
    out.by = one.user.empty() ? one.user_id : one.user;
    out.ip = one.ip;
    out.network = one.network;
    out.country = one.country;
    out.operation = one.operation;
    for (const std::string_view scope : Split(one.scopes, " ")) out.added.emplace_back(scope);
    std::sort(out.added.begin(), out.added.end());
    out.source = one.source;
    out.place = one.place;
    out.content = one.content;
    last[{who, blocked}] = {one.time, draft.app.consents.size()};
    draft.app.consents.push_back(std::move(out));
    // Whoever only tried is no user of it.
    draft.consent_users.emplace_back();
  }
}

void Builder::TakeSnapshot() {
  for (auto& [key, row] : build_.snapshot.apps()) {
    std::string id = row.id;
    if (row.platform == "entra" && IsGuid(id)) id = Resolve(row.tenant, id);
    // A catalogue names apps by what they are called, where it has no more.
    Draft& draft = At(row.tenant, row.platform, id);
    App& app = draft.app;
    for (const std::string& name : row.names) AddName(app, name);
    const auto take = [](std::string& to, const std::string& from) {
      if (!from.empty()) to = from;
    };
    take(app.object, row.object);
    take(app.application_object, row.application_object);
    take(app.publisher, row.publisher);
    take(app.publisher_domain, row.publisher_domain);
    take(app.homepage, row.homepage);
    take(app.owner_tenant, row.owner_tenant);
    take(app.audience, row.audience);
    take(app.community_use, row.community_use);
    if (app.created_by.empty()) app.created_by = row.created_by;
    if (row.verified != App::Verified::kUnknown) app.verified = row.verified;
    if (row.enabled) app.enabled = row.enabled;
    if (row.assignment_required) app.assignment_required = row.assignment_required;
    if (row.public_client) app.public_client = app.public_client || *row.public_client;
    if (row.sanction != App::Sanction::kUndetermined) app.sanction = row.sanction;
    // What is so counts for more than what a record of long ago set.
    for (const std::string& url : row.reply_urls) app.reply_urls.push_back(url);
    if (!app.created) app.created = row.created;
    Later(app.last_used, row.last_used);
    Later(app.last_authorized, row.last_authorized);
    if (row.catalog_users) app.catalog_users = row.catalog_users;
    app.in_snapshot = app.in_snapshot || row.listed;
    for (const auto& entry : row.credentials) {
      const AppCredential& credential = entry.second;
      const auto at =
          std::find_if(app.credentials.begin(), app.credentials.end(),
                       [&](const AppCredential& one) { return one.id == credential.id; });
      if (at == app.credentials.end()) {
        app.credentials.push_back(credential);
        continue;
      }
      if (!credential.kind.empty()) at->kind = credential.kind;
      if (at->name.empty()) at->name = credential.name;
      if (!at->added) at->added = credential.added;
      at->expires = credential.expires;
    }
    for (const auto& [user, name] : row.users) {
      AppUser& one = app.users[UserAt(draft, user, name)];
      one.in_force = true;
    }
    for (const AppRecord::Held& held : row.held) {
      // A list doesn't say for whom, nor the API: what a grant tells too is the same permission.
      const bool catalog = app.platform == "entra" || app.platform == "google";
      const auto same = [&](const AppPermission& one) {
        return one.name == held.name && (catalog || one.application == held.application);
      };
      const auto told = std::find_if(app.permissions.begin(), app.permissions.end(), same);
      if (told != app.permissions.end()) {
        if (!catalog) told->in_force = true;
        continue;
      }
      const auto [at, fresh] = draft.permission_of.try_emplace(
          std::tuple(held.application, held.name, std::string()), app.permissions.size());
      if (fresh) {
        AppPermission& made = app.permissions.emplace_back();
        made.name = held.name;
        made.application = held.application;
      }
      AppPermission& permission = app.permissions[at->second];
      permission.in_force = true;
      permission.all_users = permission.all_users || held.all_users;
      app.tenant_wide = app.tenant_wide || held.all_users;
      app.app_only = app.app_only || held.application;
    }
  }
}

void Builder::TakeFindings(const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) {
    for (const Entity& entity : finding.entities) {
      std::string id = entity.id;
      if (entity.type == "service_account") {
        if (id.starts_with(kServiceAccount)) id = AccountOf(id);
      } else if (entity.type != "app") {
        continue;
      }
      for (const std::string_view platform :
           {"entra", "google", "github", "slack", "salesforce", "okta", "kubernetes", "other"}) {
        const auto it = drafts_.find(Key(finding.tenant, platform, id));
        if (it == drafts_.end()) continue;
        it->second.app.findings.push_back({.id = FindingId(finding),
                                           .rule = finding.rule,
                                           .title = finding.title,
                                           .level = finding.level,
                                           .first = finding.first,
                                           .last = finding.last});
        break;
      }
    }
  }
}

/// Which permissions the calls show in use. Of those that allow a call the weakest that the app
/// holds is the one: DETECTIONS 3.5.
void Builder::CountUses(Draft& draft) const {
  App& app = draft.app;
  if (app.permissions.empty()) return;
  const inventory::Platform platform = PlatformOf(app);
  struct Known {
    std::string_view family;
    int severity = -1;
  };
  std::vector<Known> known;
  for (const AppPermission& one : app.permissions) {
    const auto holder =
        one.application ? inventory::Holder::kApplication : inventory::Holder::kDelegated;
    const auto* found = inventory::Find(platform, holder, one.name, one.resource);
    known.push_back(found == nullptr ? Known() : Known{found->family, found->severity});
  }
  const auto use = [&](AppPermission& one, const AppEntry::Call& call) {
    one.use = AppPermission::Use::kUsed;
    one.uses += call.count;
    Later(one.last_used, call.last);
  };
  for (const AppEntry::Call& call : draft.calls) {
    const bool own = call.holder == inventory::Holder::kApplication;
    bool found = false;
    for (const std::string_view name : call.any_of) {
      for (AppPermission& one : app.permissions) {
        if (one.application != own || !EqualsIgnoreCase(one.name, name)) continue;
        use(one, call);
        found = true;
        break;
      }
      if (found) break;
    }
    if (!call.any_of.empty()) continue;
    size_t best = app.permissions.size();
    for (size_t i = 0; i < app.permissions.size(); ++i) {
      if (app.permissions[i].application != own && app.platform == "entra") continue;
      if (known[i].family.empty() || !inventory::Covers(known[i].family, call.family)) continue;
      if (best == app.permissions.size() || known[i].severity < known[best].severity) best = i;
    }
    if (best < app.permissions.size()) use(app.permissions[best], call);
  }
  if (!app.calls_logged) return;
  for (size_t i = 0; i < app.permissions.size(); ++i) {
    AppPermission& one = app.permissions[i];
    if (one.use != AppPermission::Use::kCannotSay || known[i].family.empty()) continue;
    // Only where the log would tell of its use can we say that there was none: Graph's activity
    // tells nothing of calls to Exchange itself, and no call needs these.
    const bool no_call = one.name == "offline_access" || one.name == "openid" ||
                         one.name == "profile" || one.name == "email" ||
                         one.name.find("userinfo.") != std::string::npos;
    const bool graph =
        one.resource_name.empty() || one.resource_name.find("Microsoft Graph") != std::string::npos;
    if (!no_call && ((app.platform == "entra" && graph) || app.platform == "google")) {
      one.use = AppPermission::Use::kUnused;
    }
  }
}

/// Users in order; consents name them by position.
void Builder::SortUsers(Draft& draft) const {
  App& app = draft.app;
  std::vector<size_t> order(app.users.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto sort_key = [&](size_t i) {
    const AppUser& user = app.users[i];
    return std::tie(user.id.empty() ? user.name : user.id, user.name);
  };
  std::sort(order.begin(), order.end(),
            [&](size_t a, size_t b) { return sort_key(a) < sort_key(b); });
  std::vector<size_t> place(app.users.size());
  std::vector<AppUser> users;
  users.reserve(app.users.size());
  for (const size_t i : order) {
    place[i] = users.size();
    users.push_back(std::move(app.users[i]));
  }
  app.users = std::move(users);
  for (size_t i = 0; i < app.consents.size(); ++i) {
    const std::string& whose = draft.consent_users[i];
    if (whose.empty()) continue;
    const auto it = draft.user_of.find(Lower(whose));
    if (it != draft.user_of.end()) {
      app.consents[i].user = static_cast<uint32_t>(place[it->second] + 1);
    }
  }
  for (AppUser& user : app.users) {
    const AppPerson* own = build_.people.Find(user.id, user.name);
    const AppPerson* listed = build_.snapshot.people().Find(user.id, user.name);
    for (const AppPerson* person : {own, listed}) {
      if (person == nullptr) continue;
      if (user.department.empty()) user.department = person->department;
      if (user.title.empty()) user.title = person->title;
      for (const std::string& role : person->roles) user.roles.push_back(role);
      if (user.name.empty()) user.name = person->name;
    }
    std::sort(user.roles.begin(), user.roles.end());
    user.roles.erase(std::unique(user.roles.begin(), user.roles.end()), user.roles.end());
  }
}

void Builder::Conclude(Draft& draft) {
  App& app = draft.app;
  app.calls_logged = build_.calls_logged.contains({app.tenant, app.platform});
  TakeAttempts(draft);
  for (size_t i = 0; i < app.consents.size(); ++i) {
    if (app.platform == "entra") Locate(draft, app.consents[i], draft.consent_users[i]);
  }
  // Whom it acts for is in force as long as something lets it: a grant for all does.
  for (AppUser& user : app.users) {
    if (!user.in_force && !user.first_authorized && !user.last_authorized && user.uses > 0) {
      user.in_force = true;
    }
  }
  SortUsers(draft);
  std::vector<AppConsent>& consents = app.consents;
  std::sort(consents.begin(), consents.end(), [](const AppConsent& a, const AppConsent& b) {
    return std::tie(a.time, a.act, a.user, a.application, a.by, a.added, a.removed, a.content,
                    a.operation) < std::tie(b.time, b.act, b.user, b.application, b.by, b.added,
                                            b.removed, b.content, b.operation);
  });
  if (consents.size() > kMaxConsents) {
    // The first tell how it began, the last how it stands.
    constexpr size_t kFirst = 100;
    const size_t drop = consents.size() - kMaxConsents;
    const auto from = consents.begin() + static_cast<std::ptrdiff_t>(kFirst);
    consents.erase(from, from + static_cast<std::ptrdiff_t>(drop));
    app.consents_left_out += drop;
  }
  for (const AppConsent& one : consents) {
    if (one.act != ConsentAct::kGranted && one.act != ConsentAct::kWidened) continue;
    Earlier(app.first_authorized, one.time);
    Later(app.last_authorized, one.time);
  }
  CountUses(draft);
  std::string held;
  for (const AppPermission& one : app.permissions) {
    if (one.in_force) held += one.name + " ";
  }
  app.offline = inventory::Assess(PlatformOf(app), inventory::Holder::kDelegated, held).offline;
  std::sort(app.permissions.begin(), app.permissions.end(),
            [](const AppPermission& a, const AppPermission& b) {
              return std::tie(a.application, a.name, a.resource) <
                     std::tie(b.application, b.name, b.resource);
            });
  std::sort(app.reply_urls.begin(), app.reply_urls.end());
  app.reply_urls.erase(std::unique(app.reply_urls.begin(), app.reply_urls.end()),
                       app.reply_urls.end());
  std::sort(app.credentials.begin(), app.credentials.end(),
            [](const AppCredential& a, const AppCredential& b) {
              return std::tie(a.id, a.added) < std::tie(b.id, b.added);
            });
  std::sort(app.places.begin(), app.places.end(), [](const AppPlace& a, const AppPlace& b) {
    return std::tuple(b.events, a.network, a.agent, a.country) <
           std::tuple(a.events, b.network, b.agent, b.country);
  });
  for (const AppEntry::Tally& one : draft.tallies) {
    app.touched.push_back({.what = std::string(Name(one.touch)),
                           .events = one.events,
                           .items = one.items,
                           .bytes = one.bytes,
                           .owners = one.user_owners + one.owners.size()});
  }
  std::sort(app.touched.begin(), app.touched.end(),
            [](const AppTouched& a, const AppTouched& b) { return a.what < b.what; });
  std::sort(app.findings.begin(), app.findings.end(), [](const AppFinding& a, const AppFinding& b) {
    return std::tie(b.level, a.first, a.rule, a.id) < std::tie(a.level, b.first, b.rule, b.id);
  });
  app.findings.erase(
      std::unique(app.findings.begin(), app.findings.end(),
                  [](const AppFinding& a, const AppFinding& b) { return a.id == b.id; }),
      app.findings.end());
  std::sort(app.other_names.begin(), app.other_names.end());
  std::erase(app.other_names, app.name);
}

Portfolio Builder::Finish() {
  std::set<std::string> tenants;
  Portfolio out;
  for (auto& [key, draft] : drafts_) {
    Conclude(draft);
    tenants.insert(draft.app.tenant);
    out.apps.push_back(std::move(draft.app));
  }
  for (const std::string& tenant : tenants) {
    out.active_users.emplace_back(tenant, state_.ActiveUsers(tenant));
  }
  out.left_out = build_.left_out + build_.snapshot.left_out();
  return out;
}

}  // namespace

bool IsCreation(std::string_view operation) {
  constexpr std::string_view kMakes[] = {
      "Add application",
      "Add service principal",
      "Create application",
      "oauth_application.create",
      "integration.create",
      "application.lifecycle.create",
      "app.oauth2.client.lifecycle.create",
      "insertConnectedApplication",
      "app_created",
      "CREATE_APPLICATION",
  };
  return std::any_of(std::begin(kMakes), std::end(kMakes),
                     [&](std::string_view one) { return EqualsIgnoreCase(operation, one); });
}

bool IsClusterController(std::string_view account) {
  constexpr std::string_view kNamespace = "kube-system/";
  constexpr std::string_view kNames[] = {
      "attachdetach-controller",
      "bootstrap-signer",
      "certificate-controller",
      "clusterrole-aggregation-controller",
      "cronjob-controller",
      "daemon-set-controller",
      "deployment-controller",
      "disruption-controller",
      "endpoint-controller",
      "endpointslice-controller",
      "endpointslicemirroring-controller",
      "ephemeral-volume-controller",
      "expand-controller",
      "generic-garbage-collector",
      "horizontal-pod-autoscaler",
      "job-controller",
      "namespace-controller",
      "node-controller",
      "persistent-volume-binder",
      "pod-garbage-collector",
      "pv-protection-controller",
      "pvc-protection-controller",
      "replicaset-controller",
      "replication-controller",
      "resourcequota-controller",
      "root-ca-cert-publisher",
      "route-controller",
      "service-account-controller",
      "service-controller",
      "statefulset-controller",
      "token-cleaner",
      "ttl-after-finished-controller",
      "ttl-controller",
  };
  if (!account.starts_with(kNamespace)) return false;
  account.remove_prefix(kNamespace.size());
  return std::find(std::begin(kNames), std::end(kNames), account) != std::end(kNames);
}

std::string_view WorkloadOf(std::string_view pod) {
  const auto made_up = [](std::string_view part, size_t least, size_t most) {
    if (part.size() < least || part.size() > most) return false;
    bool digit = false;
    for (const char c : part) {
      if (c >= '0' && c <= '9') digit = true;
      // Names that Kubernetes makes up have no vowels: no words by accident.
      constexpr std::string_view kLetters = "bcdfghjklmnpqrstvwxz0123456789";
      if (kLetters.find(c) == std::string_view::npos) return false;
    }
    return digit || part.size() == 5;
  };
  size_t dash = pod.rfind('-');
  if (dash == std::string_view::npos || dash == 0) return pod;
  if (IsDigits(pod.substr(dash + 1))) return pod.substr(0, dash);
  if (!made_up(pod.substr(dash + 1), 5, 5)) return pod;
  pod = pod.substr(0, dash);
  dash = pod.rfind('-');
  if (dash == std::string_view::npos || dash == 0) return pod;
  return made_up(pod.substr(dash + 1), 6, 10) ? pod.substr(0, dash) : pod;
}

Portfolio AppBuild::Finish(std::vector<std::unique_ptr<AppEntry>> entries,
                           const std::vector<Grant>& grants, const std::vector<Finding>& findings,
                           const State& state) {
  Builder builder(*this, state);
  for (const std::unique_ptr<AppEntry>& entry : entries) builder.TakeEntry(*entry);
  for (const Grant& grant : grants) builder.TakeGrant(grant);
  builder.TakeSnapshot();
  builder.TakeFindings(findings);
  return builder.Finish();
}

}  // namespace tokentrail::trail
