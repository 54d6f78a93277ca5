#include "analytic/state.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "base/text.h"

namespace tokentrail::analytic {

namespace {

using inventory::Holder;
using inventory::Platform;

constexpr int kBaselineDays = 30;

// Names under which AppState lists platforms; App(tenant, id) asks each.
constexpr std::string_view kOtherPlatform = "other";

bool Authorizes(Kind kind) {
  return kind == Kind::kConsent || kind == Kind::kDelegatedGrant || kind == Kind::kAppRoleGrant ||
         kind == Kind::kAppAuthorized || kind == Kind::kDelegation;
}

// A token was issued for the app, or something was done with one.
bool Uses(Kind kind) {
  switch (kind) {
    case Kind::kSignIn:
    case Kind::kMailRead:
    case Kind::kMailSend:
    case Kind::kMailRule:
    case Kind::kFileAccess:
    case Kind::kApiCall:
    case Kind::kTokenMinted:
      return true;
    default:
      return false;
  }
}

// Slack tells apart tokens of a bot (the app itself) and of a person; elsewhere the kind decides.
Holder HolderOf(const Event& event) {
  if (event.kind() == Kind::kAppRoleGrant || event.kind() == Kind::kDelegation) {
    return Holder::kApplication;
  }
  return ContainsIgnoreCase(event.Text(Field::kTokenType), "bot") ? Holder::kApplication
                                                                  : Holder::kDelegated;
}

// Takes permissions away and adds none: the name of the activity (`Remove delegated permission
// grant`) does not tell, because Entra also writes it when a grant is widened.
bool OnlyRemoves(const Event& event) {
  return event.Text(Field::kScopesAdded).empty() && !event.Text(Field::kScopesRemoved).empty();
}

}  // namespace

State::Bounds State::DefaultBounds() { return {}; }

State::State(Time as_of, std::span<const std::string_view> source_names, Bounds bounds)
    : as_of_(as_of),
      source_names_(source_names),
      bounds_(bounds),
      app_of_object_(std::max<size_t>(1, bounds.max_objects / 2)),
      user_of_id_(std::max<size_t>(1, bounds.max_user_ids / 2)),
      name_of_user_(std::max<size_t>(1, bounds.max_user_ids / 2)) {
  for (const std::string_view name : source_names) {
    platforms_.push_back(inventory::PlatformOfSource(name));
  }
}

FieldSet State::Needs() {
  return {Field::kTenant,      Field::kUser,          Field::kUserId,      Field::kApp,
          Field::kAppName,     Field::kAppObject,     Field::kAppOwner,    Field::kScopes,
          Field::kScopesAdded, Field::kScopesRemoved, Field::kConsentType, Field::kRole,
          Field::kRoleId,      Field::kResource,      Field::kTokenType};
}

Id State::Key(std::string_view tenant, std::string_view platform, std::string_view app) {
  return Id::Of(Id::Of(Id::Of(tenant), Id::Of(platform)), Id::Of(app));
}

std::optional<Platform> State::PlatformOf(const Event& event) const {
  if (source_names_.empty()) return Platform::kMicrosoft;
  if (event.source() >= platforms_.size()) return std::nullopt;
  return platforms_[event.source()];
}

std::string_view State::PlatformName(const Event& event) const {
  const auto platform = PlatformOf(event);
  return platform ? inventory::Name(*platform) : kOtherPlatform;
}

State::AppName State::NameOf(const Event& event) const {
  if (const auto app = event.Text(Field::kApp); !app.empty()) return {app, true};
  if (const auto object = event.Text(Field::kAppObject); !object.empty()) {
    const std::string_view app = AppOfObject(event.Text(Field::kTenant), object);
    return app.empty() ? AppName{object, false} : AppName{app, true};
  }
  return {event.Text(Field::kAppName), false};
}

const AppState* State::App(const Event& event) const {
  const AppName name = NameOf(event);
  if (name.id.empty()) return nullptr;
  const auto it = apps_.find(Key(event.Text(Field::kTenant), PlatformName(event), name.id));
  return it == apps_.end() ? nullptr : &it->second.app;
}

const AppState* State::App(std::string_view tenant, std::string_view app_id) const {
  constexpr std::array kPlatforms = {
      Platform::kMicrosoft,  Platform::kGoogle,     Platform::kGitHub,
      Platform::kSlack,      Platform::kSalesforce, Platform::kOkta,
      Platform::kKubernetes, Platform::kGitLab,     Platform::kAtlassian};
  for (const Platform platform : kPlatforms) {
    const auto it = apps_.find(Key(tenant, inventory::Name(platform), app_id));
    if (it != apps_.end()) return &it->second.app;
  }
  const auto it = apps_.find(Key(tenant, kOtherPlatform, app_id));
  return it == apps_.end() ? nullptr : &it->second.app;
}

std::string_view State::AppOfObject(std::string_view tenant, std::string_view object_id) const {
  const std::string* app = app_of_object_.Find(Id::Of(Id::Of(tenant), Id::Of(object_id)));
  return app == nullptr ? std::string_view{} : std::string_view{*app};
}

int State::DaysSeen(const Event& event) const {
  const Id key = Id::Of(event.Hash(Field::kTenant), Id{0, event.source() + uint64_t{1}});
  const auto it = days_.find(key);
  if (it == days_.end()) return 0;
  const int64_t oldest = DayOf(event.time()) - kBaselineDays;
  return static_cast<int>(std::count_if(it->second.begin(), it->second.end(),
                                        [oldest](int64_t day) { return day > oldest; }));
}

uint64_t State::ActiveUsers(std::string_view tenant) const {
  const auto it = active_users_.find(Id::Of(tenant));
  return it == active_users_.end() ? 0 : it->second.size();
}

Id State::UserOf(const Event& event) const {
  const Id tenant = event.Hash(Field::kTenant);
  if (event.Has(Field::kUser)) return Id::Of(tenant, event.Hash(Field::kUser));
  if (!event.Has(Field::kUserId)) return {};
  const Id by_id = Id::Of(tenant, event.Hash(Field::kUserId));
  const Id* named = user_of_id_.Find(by_id);
  return named == nullptr ? by_id : *named;
}

std::string_view State::NameOfUser(std::string_view tenant, std::string_view user_id) const {
  const std::string* name = name_of_user_.Find(Id::Of(Id::Of(tenant), Id::Of(user_id)));
  return name == nullptr ? std::string_view() : std::string_view(*name);
}

void State::Commit(const Event& event) {
  CountDay(event);
  CountUser(event);

  const std::string_view tenant = event.Text(Field::kTenant);
  const std::string_view platform = PlatformName(event);
  const std::string_view object = event.Text(Field::kAppObject);
  const std::string_view app_id = event.Text(Field::kApp);
  if (!app_id.empty() && !object.empty() && app_id != object) {
    forgotten_ += app_of_object_.Set(Id::Of(Id::Of(tenant), Id::Of(object)), std::string(app_id));
  }
  const AppName name = NameOf(event);
  if (name.id.empty()) return;
  // What was known under the object id alone belongs to the app from now on.
  std::optional<AppState> stand_in;
  if (name.is_app_id && !object.empty() && object != name.id) {
    stand_in = Take(Key(tenant, platform, object));
  }
  AppState& app = Touch(event, platform, name.id);
  if (stand_in) Merge(app, *stand_in);
  Learn(event, app);
}

AppState& State::Touch(const Event& event, std::string_view platform, std::string_view id) {
  const std::string_view tenant = event.Text(Field::kTenant);
  const Id key = Key(tenant, platform, id);
  auto it = apps_.find(key);
  if (it == apps_.end()) {
    if (apps_.size() >= bounds_.max_apps) MakeRoom();
    it = apps_.try_emplace(key).first;
    AppState& app = it.value().app;
    app.tenant = tenant;
    app.id = id;
    app.platform = platform;
    app.first_seen = event.time();
    app.first_party =
        (platform == inventory::Name(Platform::kMicrosoft) &&
         inventory::MicrosoftApp(id) != nullptr) ||
        (platform == inventory::Name(Platform::kGoogle) && inventory::GoogleApp(id) != nullptr);
  }
  it.value().last_active = event.time();
  return it.value().app;
}

void State::Learn(const Event& event, AppState& app) {
  ++app.events;
  if (const auto name = event.Text(Field::kAppName); !name.empty() && name != app.name) {
    app.name = name;
  }
  if (const auto owner = event.Text(Field::kAppOwner);
      !owner.empty() && owner != app.owner_tenant) {
    app.owner_tenant = owner;
  }
  if (!event.succeeded()) return;  // a refused sign-in or consent gives the app nothing
  if (Authorizes(event.kind())) {
    if (OnlyRemoves(event)) return;
    app.last_authorized = std::max(app.last_authorized, event.time());
    LearnGrant(event, app);
  } else if (Uses(event.kind())) {
    app.last_used = std::max(app.last_used, event.time());
  } else {
    return;
  }
  if (const Id user = UserOf(event); !user.empty()) AddUser(app, user);
}

void State::LearnGrant(const Event& event, AppState& app) {
  if (event.Text(Field::kConsentType) == "AllPrincipals" || event.kind() == Kind::kAppRoleGrant ||
      event.kind() == Kind::kDelegation) {
    app.tenant_wide = true;
  }
  const auto platform = PlatformOf(event);
  if (!platform) return;
  const Holder holder = HolderOf(event);
  const auto learn = [&app](const inventory::Permission* permission, int severity,
                            std::string_view otherwise) {
    if (severity <= app.max_severity) return;
    app.max_severity = severity;
    app.max_permission = permission != nullptr ? permission->name : otherwise;
  };
  const std::string_view resource = event.Text(Field::kResource);
  if (event.kind() == Kind::kAppRoleGrant) {
    for (const Field field : {Field::kRole, Field::kRoleId}) {
      const auto* role = inventory::Find(*platform, holder, event.Text(field), resource);
      if (role != nullptr) learn(role, role->severity, role->name);
    }
  }
  for (const Field field : {Field::kScopes, Field::kScopesAdded}) {
    const auto power = inventory::Assess(*platform, holder, event.Text(field), resource);
    learn(power.strongest, power.severity, event.Text(field));
  }
}

void State::AddUser(AppState& app, const Id& user) {
  const auto at = std::lower_bound(app.users.begin(), app.users.end(), user);
  if (at != app.users.end() && *at == user) return;
  if (app.users.size() >= AppState::kMaxUsers) return;
  if (app_users_ >= bounds_.max_app_users) {
    ++forgotten_;
    return;
  }
  app.users.insert(at, user);
  app.user_count = app.users.size();
  ++app_users_;
}

std::optional<AppState> State::Take(const Id& key) {
  const auto it = apps_.find(key);
  if (it == apps_.end()) return std::nullopt;
  std::optional<AppState> out(std::move(it.value().app));
  app_users_ -= out->users.size();
  apps_.erase(it);
  return out;
}

void State::Merge(AppState& app, const AppState& stand_in) {
  if (app.name.empty()) app.name = stand_in.name;
  if (app.owner_tenant.empty()) app.owner_tenant = stand_in.owner_tenant;
  if (stand_in.max_severity > app.max_severity) {
    app.max_severity = stand_in.max_severity;
    app.max_permission = stand_in.max_permission;
  }
  app.tenant_wide |= stand_in.tenant_wide;
  app.first_seen = std::min(app.first_seen, stand_in.first_seen);
  app.last_authorized = std::max(app.last_authorized, stand_in.last_authorized);
  app.last_used = std::max(app.last_used, stand_in.last_used);
  app.events += stand_in.events;
  for (const Id& user : stand_in.users) AddUser(app, user);
}

void State::MakeRoom() {
  // A tenth at once, oldest activity first, so that the cost of choosing is spread.
  std::vector<std::pair<Time, Id>> order;
  order.reserve(apps_.size());
  for (const auto& [key, slot] : apps_) order.emplace_back(slot.last_active, key);
  const size_t drop = std::max<size_t>(1, order.size() / 10);
  std::nth_element(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(drop - 1),
                   order.end());
  for (size_t i = 0; i < drop; ++i) {
    const auto it = apps_.find(order[i].second);
    app_users_ -= it->second.app.users.size();
    apps_.erase(it);
  }
  forgotten_ += drop;
}

void State::CountDay(const Event& event) {
  const Id key = Id::Of(event.Hash(Field::kTenant), Id{0, event.source() + uint64_t{1}});
  auto it = days_.find(key);
  if (it == days_.end()) {
    if (days_.size() >= bounds_.max_scopes) {
      ++forgotten_;  // its baseline stays cold, which removes nothing from a finding
      return;
    }
    it = days_.try_emplace(key).first;
  }
  std::vector<int64_t>& days = it.value();
  const int64_t today = DayOf(event.time());
  if (!days.empty() && days.back() >= today) return;
  days.push_back(today);
  if (days.size() > kBaselineDays) days.erase(days.begin());
}

void State::CountUser(const Event& event) {
  if (event.Has(Field::kUser) && event.Has(Field::kUserId)) {
    const Id tenant = event.Hash(Field::kTenant);
    const Id by_id = Id::Of(tenant, event.Hash(Field::kUserId));
    const Id by_name = Id::Of(tenant, event.Hash(Field::kUser));
    const Id* known = user_of_id_.Find(by_id);
    if (known == nullptr || *known != by_name) {
      forgotten_ += user_of_id_.Set(by_id, by_name);
      // An address only: some records have a display name there, or what stands for nobody.
      if (const std::string_view name = event.Text(Field::kUser); name.find('@') != name.npos) {
        name_of_user_.Set(by_id, std::string(name));
      }
    }
  }
  const Id user = UserOf(event);
  if (user.empty() || active_users_total_ >= bounds_.max_active_users) return;
  // Tenants are bounded by the users in them.
  auto it = active_users_.try_emplace(event.Hash(Field::kTenant)).first;
  if (it.value().insert(user).second) ++active_users_total_;
}

std::vector<const AppState*> State::Apps() const {
  std::vector<const AppState*> out;
  out.reserve(apps_.size());
  for (const auto& entry : apps_) out.push_back(&entry.second.app);
  std::sort(out.begin(), out.end(), [](const AppState* a, const AppState* b) {
    return std::tie(a->tenant, a->platform, a->id) < std::tie(b->tenant, b->platform, b->id);
  });
  return out;
}

}  // namespace tokentrail::analytic
