#include "trail/app_book.h"

#include <tsl/robin_map.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "base/text.h"
#include "inventory/call_family.h"
#include "inventory/graph_path.h"
#include "inventory/permission.h"
#include "trail/agent_family.h"
#include "trail/app_build.h"
#include "trail/app_entry.h"
#include "trail/app_route.h"
#include "trail/app_touch.h"
#include "trail/grant_book.h"

namespace tokentrail::trail {
namespace {

using analytic::State;

constexpr size_t kMaxText = 512;
constexpr std::string_view kServiceAccount = "system:serviceaccount:";

std::string Short(std::string_view text) { return std::string(text.substr(0, kMaxText)); }

/// Of hashes, in an order that matters.
Id Mix(const Id& a, const Id& b) {
  return {a.high ^ ((b.high << 17) | (b.high >> 47)), a.low ^ ((b.low << 29) | (b.low >> 35))};
}

uint64_t NumberIn(std::string_view text) {
  uint64_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

/// The kinds of events in which a token is used or issued.
bool IsUse(Kind kind) {
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

/// The kinds in which a directory is changed.
bool IsChange(Kind kind) {
  switch (kind) {
    case Kind::kConsent:
    case Kind::kDelegatedGrant:
    case Kind::kAppRoleGrant:
    case Kind::kRoleAssignment:
    case Kind::kCredentialChange:
    case Kind::kAppChange:
    case Kind::kOwnerChange:
    case Kind::kPolicyChange:
    case Kind::kRoleChange:
    case Kind::kUserChange:
    case Kind::kDeviceChange:
    case Kind::kAppAuthorized:
    case Kind::kAppRevoked:
    case Kind::kDelegation:
    case Kind::kRoleRevoked:
      return true;
    default:
      return false;
  }
}

/// What a sign-in that failed says of a consent. Codes and the words that the Microsoft 365 log has
/// for them: DETECTIONS 1.1.2; Microsoft, "Microsoft Entra authentication and authorization error
/// codes" (2026).
std::optional<AppEntry::Attempt::What> AttemptOf(const Event& event) {
  using What = AppEntry::Attempt::What;
  struct Word {
    std::string_view text;
    What what;
  };
  constexpr Word kWords[] = {
      {"65001", What::kPrompt},           {"DelegationDoesNotExist", What::kPrompt},
      {"65004", What::kDeclined},         {"UserDeclinedConsent", What::kDeclined},
      {"90094", What::kBlocked},          {"AdminConsentRequired", What::kBlocked},
      {"90095", What::kBlocked},          {"AdminConsentRequiredRequestAccess", What::kBlocked},
      {"900941", What::kBlocked},         {"AdminConsentRequiredDueToRiskyApp", What::kBlocked},
      {"access_denied", What::kDeclined},  // Okta, as OAuth 2.0 words it
  };
  for (const Field field : {Field::kStatus, Field::kStatusDetail}) {
    const std::string_view text = event.Text(field);
    for (const Word& one : kWords) {
      if (text == one.text) return one.what;
    }
  }
  return std::nullopt;
}

/// The log tells each call that an app makes, or those of one sort.
bool TellsCalls(const Event& event, TouchLog log) {
  switch (log) {
    case TouchLog::kGraph:
    case TouchLog::kKubernetes:
      return true;
    case TouchLog::kGoogle:
      return event.kind() == Kind::kApiCall;
    case TouchLog::kGithub:
      return event.Text(Field::kOperation) == "api.request";
    case TouchLog::kSalesforce:
      return event.kind() == Kind::kApiCall;
    default:
      return false;
  }
}

}  // namespace

struct AppBook::Impl {
  struct Source {
    std::string_view name;
    std::string_view platform;
    std::optional<inventory::Platform> table;
    TouchLog log = TouchLog::kOther;
    uint8_t scope = 0;  ///< number of the platform
  };
  /// What a user, address and agent lead to, of one app.
  struct Round {
    uint32_t user = 0;   ///< position plus one; 0: none
    uint32_t place = 0;  ///< likewise
  };

  Impl(std::span<const std::string_view> names, const Bounds& limits) : bounds(limits) {
    std::vector<std::string_view> platforms;
    for (const std::string_view name : names) {
      Source source;
      source.name = name;
      source.table = inventory::PlatformOfSource(name);
      source.platform = source.table ? inventory::Name(*source.table) : "other";
      source.log = TouchLogOf(name);
      const auto at = std::find(platforms.begin(), platforms.end(), source.platform);
      source.scope = static_cast<uint8_t>(at - platforms.begin());
      if (at == platforms.end()) platforms.push_back(source.platform);
      sources.push_back(source);
    }
    scopes.resize(platforms.size());
    for (size_t i = 0; i < platforms.size(); ++i) platform_ids.push_back(Id::Of(platforms[i]));
  }

  const Id& ScopeOf(const Event& event, const Source& source) {
    const std::string_view text = event.Text(Field::kTenant);
    if (text != tenant || !tenant_known) {
      tenant = text;
      tenant_known = true;
      noted.assign(sources.size(), false);
      const Id id = Id::Of(text);
      for (size_t i = 0; i < scopes.size(); ++i) scopes[i] = Mix(id, platform_ids[i]);
    }
    return scopes[source.scope];
  }

  AppEntry* Find(const Id& key) {
    const auto it = numbers.find(key);
    return it == numbers.end() ? nullptr : it->second;
  }
  AppEntry& Add(const Event& event, const Source& source, const Id& key, std::string_view id,
                bool by_object);
  AppEntry& FindOrAdd(const Event& event, const Source& source, std::string_view id,
                      bool by_object) {
    const Id key = Mix(Id::Of(id), ScopeOf(event, source));
    AppEntry* const found = Find(key);
    return found != nullptr ? *found : Add(event, source, key, id, by_object);
  }
  void MakeRoom();

  void Learn(AppEntry& entry, const Event& event);
  void Use(AppEntry& entry, const Event& event, const Source& source, const Attribution& who,
           const State& state);
  const std::string& FamilyOf(const Event& event);
  Round Meet(AppEntry& entry, const Event& event, const Id& key, bool by_itself,
             const State& state);
  AppEntry::Tally& TallyOf(AppEntry& entry, Touch touch);
  void CountCall(AppEntry& entry, const Event& event, const Source& source, bool by_itself);
  void Change(AppEntry& entry, const Event& event, const Attribution& who);
  void ChangeCredentials(AppEntry& entry, const Event& event);
  void Attempt(AppEntry& entry, const Event& event, AppEntry::Attempt::What what);
  void RememberOrigin(const Event& event);
  void ActedOnDirectory(const Event& event, const Source& source, const Attribution& who);

  Bounds bounds;
  std::vector<Source> sources;
  std::vector<Id> platform_ids;
  std::vector<Id> scopes;  ///< of this tenant, by platform
  std::string tenant;
  bool tenant_known = false;
  std::vector<bool> noted;  ///< by source: that this tenant has a log of calls is known

  std::vector<std::unique_ptr<AppEntry>> entries;  ///< by number
  uint32_t next_number = 1;
  tsl::robin_map<Id, AppEntry*> numbers;
  tsl::robin_map<Id, Round> rounds;
  static constexpr size_t kMaxFamilies = 65'536;
  tsl::robin_map<Id, std::string> families;  ///< by the agent as logged
  tsl::robin_map<Id, uint32_t> users;        ///< of (app, user): position in its list plus one
  tsl::robin_map<Id, uint32_t> calls;        ///< of (app, sort of call): likewise
  AppBuild build;
  std::optional<Time> first;
  Time last;
};

AppEntry& AppBook::Impl::Add(const Event& event, const Source& source, const Id& key,
                             std::string_view id, bool by_object) {
  if (entries.size() >= bounds.max_apps) MakeRoom();
  auto made = std::make_unique<AppEntry>();
  AppEntry& entry = *made;
  entry.number = next_number++;
  entry.platform = source.platform;
  entry.tenant = Short(event.Text(Field::kTenant));
  entry.id = Short(id);
  entry.by_object = by_object;
  entry.first = entry.last = event.time();
  if (source.table == inventory::Platform::kMicrosoft) {
    entry.first_party = inventory::MicrosoftApp(entry.id) != nullptr;
  } else if (source.table == inventory::Platform::kGoogle) {
    entry.first_party = inventory::GoogleApp(entry.id) != nullptr;
  }
  if (source.log == TouchLog::kKubernetes) {  // `system:serviceaccount:` is off: `namespace:name`
    const size_t colon = entry.id.find(':');
    if (colon != std::string::npos) entry.id[colon] = '/';
    entry.first_party = IsClusterController(entry.id);
  }
  entries.push_back(std::move(made));
  numbers.insert_or_assign(key, &entry);
  return entry;
}

/// A tenth at once, the longest quiet first, so that the cost of choosing is spread.
void AppBook::Impl::MakeRoom() {
  std::vector<std::pair<Time, uint32_t>> order;
  order.reserve(entries.size());
  for (const auto& entry : entries) order.emplace_back(entry->last, entry->number);
  const size_t drop = std::max<size_t>(1, order.size() / 10);
  std::nth_element(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(drop - 1),
                   order.end());
  const auto [time, number] = order[drop - 1];
  const auto goes = [time = time, number = number](const AppEntry& entry) {
    return std::pair(entry.last, entry.number) <= std::pair(time, number);
  };
  for (auto it = numbers.begin(); it != numbers.end();) {
    it = goes(*it->second) ? numbers.erase(it) : std::next(it);
  }
  std::erase_if(entries, [&](const std::unique_ptr<AppEntry>& entry) { return goes(*entry); });
  build.left_out += drop;
}

/// Names and other texts that change once in a while.
void AppBook::Impl::Learn(AppEntry& entry, const Event& event) {
  const std::string_view name = event.Text(Field::kAppName);
  if (!name.empty() && name != entry.name) {
    const bool known = std::find(entry.other_names.begin(), entry.other_names.end(), entry.name) !=
                       entry.other_names.end();
    if (!entry.name.empty() && !known && entry.other_names.size() < AppEntry::kMaxNames) {
      entry.other_names.push_back(entry.name);
    }
    entry.name = Short(name);
  }
  const std::string_view object = event.Text(Field::kAppObject);
  if (entry.object.empty() && !object.empty()) entry.object = Short(object);
  const std::string_view owner = event.Text(Field::kAppOwner);
  if (!owner.empty() && owner != entry.owner_tenant) entry.owner_tenant = Short(owner);
  const std::string_view publisher = event.Text(Field::kPublisher);
  if (!publisher.empty() && publisher != entry.publisher) entry.publisher = Short(publisher);
}

/// A user, address and agent that are new to the app, or were forgotten.
const std::string& AppBook::Impl::FamilyOf(const Event& event) {
  const Id key = event.Hash(Field::kUserAgent);
  const auto known = families.find(key);
  if (known != families.end()) return known->second;
  // Agents are few, unless somebody makes them up: then the map starts anew.
  if (families.size() >= kMaxFamilies) families.clear();
  return families.emplace(key, AgentFamily(event.Text(Field::kUserAgent))).first->second;
}

AppBook::Impl::Round AppBook::Impl::Meet(AppEntry& entry, const Event& event, const Id& key,
                                         bool by_itself, const State& state) {
  Round out;
  if (!by_itself) {
    std::string_view name = event.Text(Field::kUser);
    const std::string_view id = event.Text(Field::kUserId);
    if (name.empty()) name = state.NameOfUser(event.Text(Field::kTenant), id);
    const std::string_view whose = name.empty() ? id : name;
    if (!whose.empty()) {
      const Id user = Mix(Id::Of(whose), Id{entry.number, 0});
      const auto known = users.find(user);
      if (known != users.end()) {
        out.user = known->second;
      } else if (users.size() < bounds.max_users) {
        AppEntry::User& made = entry.users.emplace_back();
        made.name = Short(name);
        out.user = static_cast<uint32_t>(entry.users.size());
        users.emplace(user, out.user);
      } else {
        ++entry.users_left_out;
      }
      if (out.user != 0 && entry.users[out.user - 1].id.empty()) {
        entry.users[out.user - 1].id = Short(id);
      }
    }
  }
  std::string network = NetworkName(event.Text(Field::kAsn), event.Text(Field::kIp));
  std::string agent = FamilyOf(event);
  if (const std::string_view pod = event.Text(Field::kPod); !pod.empty()) {
    agent += agent.empty() ? "pod " : " in pod ";
    agent += WorkloadOf(pod);
  }
  if (!network.empty() || !agent.empty()) {
    const std::string_view country = event.Text(Field::kCountry);
    const Id place = Mix(Mix(Id::Of(network), Id::Of(agent)), Id::Of(country));
    const auto at = std::find(entry.place_keys.begin(), entry.place_keys.end(), place);
    if (at != entry.place_keys.end()) {
      out.place = static_cast<uint32_t>(at - entry.place_keys.begin()) + 1;
    } else if (entry.places.size() < AppEntry::kMaxPlaces) {
      entry.place_keys.push_back(place);
      AppPlace& made = entry.places.emplace_back();
      made.network = std::move(network);
      made.country = Short(country);
      made.agent = std::move(agent);
      made.first = event.time();
      out.place = static_cast<uint32_t>(entry.places.size());
    } else {
      ++entry.places_left_out;
    }
  }
  if (rounds.size() >= bounds.max_rounds) rounds.clear();
  rounds.emplace(key, out);
  return out;
}

AppEntry::Tally& AppBook::Impl::TallyOf(AppEntry& entry, Touch touch) {
  for (AppEntry::Tally& one : entry.tallies) {
    if (one.touch == touch) return one;
  }
  AppEntry::Tally& made = entry.tallies.emplace_back();
  made.touch = touch;
  return made;
}

void AppBook::Impl::CountCall(AppEntry& entry, const Event& event, const Source& source,
                              bool by_itself) {
  const auto holder = by_itself ? inventory::Holder::kApplication : inventory::Holder::kDelegated;
  AppEntry::Call call;
  call.holder = holder;
  const void* sort = nullptr;
  if (source.log == TouchLog::kGraph) {
    const inventory::NeededPermissions needed =
        inventory::Needed(holder, event.Text(Field::kMethod), event.Text(Field::kUrl));
    if (!needed.known || needed.any_of.empty()) return;
    call.any_of = needed.any_of;
    sort = needed.any_of.data();
  } else {
    if (!source.table) return;
    const bool named = event.kind() == Kind::kApiCall && source.log == TouchLog::kGoogle;
    call.family = named ? inventory::CallFamily(*source.table, event.Text(Field::kResourceName),
                                                event.Text(Field::kMethod))
                        : inventory::CallFamily(*source.table, {}, event.Text(Field::kOperation));
    if (call.family.empty()) return;
    sort = call.family.data();
  }
  const Id key{(uint64_t{entry.number} << 1) | (by_itself ? 1 : 0),
               reinterpret_cast<uintptr_t>(sort) * 0x9e3779b97f4a7c15U};
  auto it = calls.find(key);
  if (it == calls.end()) {
    if (entry.calls.size() >= AppEntry::kMaxCalls || calls.size() >= bounds.max_calls) return;
    entry.calls.push_back(call);
    it = calls.emplace(key, static_cast<uint32_t>(entry.calls.size())).first;
  }
  AppEntry::Call& counted = entry.calls[it->second - 1];
  ++counted.count;
  counted.last = event.time();
}

void AppBook::Impl::Use(AppEntry& entry, const Event& event, const Source& source,
                        const Attribution& who, const State& state) {
  entry.last_used = event.time();
  const auto today = static_cast<int32_t>(DayOf(event.time()));
  if (entry.days.empty() || entry.days.back().day != today) {
    if (entry.days.size() >= AppEntry::kMaxDays) entry.days.erase(entry.days.begin());
    entry.days.emplace_back().day = today;
  }
  AppDay& day = entry.days.back();
  ++day.events;
  if (entry.first_party) return;  // the platform's own clients are listed, no more

  const bool by_itself = who.via == Via::kAppOnly || who.via == Via::kPlatform;
  const std::string_view user = event.Text(event.Has(Field::kUser) ? Field::kUser : Field::kUserId);
  const Id key =
      Mix(Mix(Id::Of(user), Mix(event.Hash(Field::kIp), event.Hash(Field::kUserAgent))),
          Id{(uint64_t{entry.number} << 1) | (by_itself ? 1 : 0), event.Hash(Field::kPod).low});
  const auto known = rounds.find(key);
  const Round round =
      known != rounds.end() ? known->second : Meet(entry, event, key, by_itself, state);
  AppEntry::User* const person = round.user == 0 ? nullptr : &entry.users[round.user - 1];
  if (person != nullptr) {
    ++person->uses;
    person->last = event.time();
    if (person->day != today) {
      person->day = today;
      ++day.users;
    }
  }
  if (round.place != 0) {
    AppPlace& place = entry.places[round.place - 1];
    ++place.events;
    place.last = event.time();
  }
  const Touched touched = TouchedBy(event, source.log);
  if (touched.touch == Touch::kNone) {
    // A token was issued: which credential proved who asks.
    const std::string_view used = event.Text(Field::kCredential);
    if (event.kind() != Kind::kSignIn || used.empty()) return;
    for (AppCredential& one : entry.credentials) {
      if (one.id == used) {
        one.last_used = event.time();
        return;
      }
    }
    if (entry.credentials.size() >= AppEntry::kMaxCredentials) return;
    AppCredential& made = entry.credentials.emplace_back();
    made.id = Short(used);
    made.last_used = event.time();
    return;
  }
  AppEntry::Tally& tally = TallyOf(entry, touched.touch);
  ++tally.events;
  uint64_t items = NumberIn(event.Text(Field::kItems));
  const uint64_t bytes = NumberIn(event.Text(Field::kBytes));
  if (items == 0)
    items = touched.touch == Touch::kOther || touched.touch == Touch::kCluster ? 0 : 1;
  tally.items += items;
  tally.bytes += bytes;
  day.items += items;
  day.bytes += bytes;
  std::string_view owner = event.Text(Field::kMailbox);
  if (touched.touch == Touch::kRepositories) owner = event.Text(Field::kObject);
  if (owner.empty() || owner == user) {
    const uint32_t bit = uint32_t{1} << static_cast<unsigned>(touched.touch);
    if (person != nullptr && (person->touched & bit) == 0) {
      person->touched |= bit;
      ++tally.user_owners;
    }
  } else if (tally.owners.size() < AppEntry::kMaxOwners) {
    const Id id = Id::Of(owner);
    const auto at = std::lower_bound(tally.owners.begin(), tally.owners.end(), id);
    if (at == tally.owners.end() || *at != id) tally.owners.insert(at, id);
  }
  if (event.kind() != Kind::kSignIn) CountCall(entry, event, source, by_itself);
}

void AppBook::Impl::Attempt(AppEntry& entry, const Event& event, AppEntry::Attempt::What what) {
  if (entry.first_party) return;
  if (entry.attempts.size() >= AppEntry::kMaxAttempts) {
    ++entry.attempts_left_out;
    return;
  }
  AppEntry::Attempt& made = entry.attempts.emplace_back();
  made.what = what;
  made.time = event.time();
  made.user = Short(event.Text(Field::kUser));
  made.user_id = Short(event.Text(Field::kUserId));
  made.ip = Short(event.Text(Field::kIp));
  made.network = NetworkName(event.Text(Field::kAsn), made.ip);
  made.country = Short(event.Text(Field::kCountry));
  made.operation = Short(event.Text(Field::kOperation));
  made.scopes = std::string(event.Text(Field::kScopes).substr(0, 4096));
  made.source = event.source();
  made.place = event.head().place;
  made.content = event.head().content;
}

void AppBook::Impl::ChangeCredentials(AppEntry& entry, const Event& event) {
  const std::string_view words = event.Text(Field::kReason);
  const auto kind_of = [&] {
    if (ContainsIgnoreCase(words, "federated")) return "federated";
    if (ContainsIgnoreCase(words, "AsymmetricX509Cert")) return "certificate";
    if (ContainsIgnoreCase(words, "Password")) return "secret";
    if (ContainsIgnoreCase(event.Text(Field::kOperation), "secret")) return "secret";
    return "";
  };
  const auto named = [&](std::string_view id) -> AppCredential* {
    for (AppCredential& one : entry.credentials) {
      if (one.id == id) return &one;
    }
    if (entry.credentials.size() >= AppEntry::kMaxCredentials) return nullptr;
    AppCredential& made = entry.credentials.emplace_back();
    made.id = Short(id);
    return &made;
  };
  for (const std::string_view id : Split(event.Text(Field::kCredential), " ")) {
    AppCredential* const one = named(id);
    if (one == nullptr || one->added) continue;
    one->added = event.time();
    one->added_by = ActorText(event);
    if (one->kind.empty()) one->kind = kind_of();
    const size_t quote = words.find('"');
    if (one->name.empty() && quote != std::string_view::npos) {
      one->name = Short(words.substr(quote + 1, words.find('"', quote + 1) - quote - 1));
    }
  }
  for (const std::string_view id : Split(event.Text(Field::kCredentialsRemoved), " ")) {
    AppCredential* const one = named(id);
    if (one == nullptr) continue;
    one->removed = event.time();
    if (one->kind.empty() && !event.Has(Field::kCredential)) one->kind = kind_of();
  }
}

void AppBook::Impl::Change(AppEntry& entry, const Event& event, const Attribution& who) {
  const bool failed = !event.succeeded();
  switch (event.kind()) {
    case Kind::kConsent:
      if (failed) Attempt(entry, event, AppEntry::Attempt::What::kBlocked);
      break;
    case Kind::kAppAuthorized:
      if (failed) Attempt(entry, event, AppEntry::Attempt::What::kBlocked);
      break;
    case Kind::kAppRevoked:
      // GitHub: an owner said no to an app that a member asked for.
      if (event.Text(Field::kOperation) == "org.oauth_app_access_denied") {
        Attempt(entry, event, AppEntry::Attempt::What::kBlocked);
      }
      break;
    case Kind::kCredentialChange:
      if (!failed) ChangeCredentials(entry, event);
      break;
    case Kind::kAppChange: {
      if (failed) break;
      const std::string_view operation = event.Text(Field::kOperation);
      const bool makes = IsCreation(operation);
      if (makes && !entry.created) {
        entry.created = event.time();
        entry.created_by = ActorText(event);
        entry.creation_flow = Short(event.Text(Field::kCorrelation));
      }
      // The application's own record says more than that of its service principal.
      if (makes && (entry.route.empty() || entry.route == "app")) {
        const std::string_view route = RegistrationRoute(event, who);
        if (!route.empty()) entry.route = route;
      }
      if (const std::string_view urls = event.Text(Field::kReplyUrls); !urls.empty()) {
        entry.reply_urls.clear();
        for (const std::string_view url : Split(urls, " ")) {
          if (entry.reply_urls.size() < AppEntry::kMaxUrls) entry.reply_urls.push_back(Short(url));
        }
        entry.urls_from_event = true;
      }
      break;
    }
    default:
      break;
  }
  // A service principal that came with its own consent was made at the consent screen.
  if (event.kind() == Kind::kConsent && !failed && entry.route.empty() && entry.created &&
      !entry.creation_flow.empty() && entry.creation_flow == event.Text(Field::kCorrelation)) {
    entry.route = "consent";
  }
}

/// Where a change of consents came from: the grants tell all but that.
void AppBook::Impl::RememberOrigin(const Event& event) {
  constexpr size_t kMaxOrigins = 500'000;
  if (build.origins.size() >= kMaxOrigins) return;
  if (!event.Has(Field::kIp) && !event.Has(Field::kAsn)) return;
  // Few of them are asked for: the network gets its name then.
  AppOrigin& origin = build.origins[event.head().content];
  origin.ip = Short(event.Text(Field::kIp));
  origin.asn = Short(event.Text(Field::kAsn));
  origin.country = Short(event.Text(Field::kCountry));
}

/// The directory was changed through an app, whichever app the record is about.
void AppBook::Impl::ActedOnDirectory(const Event& event, const Source& source,
                                     const Attribution& who) {
  std::string_view actor = event.Text(Field::kActorAppId);
  if (source.table == inventory::Platform::kMicrosoft && !who.client.empty()) actor = who.client;
  if (actor.empty()) return;
  AppEntry* const entry = Find(Mix(Id::Of(actor), ScopeOf(event, source)));
  if (entry == nullptr || entry->first_party) return;
  AppEntry::Tally& tally = TallyOf(*entry, Touch::kDirectory);
  ++tally.events;
  ++tally.items;
  entry->last_used = event.time();
}

AppBook::AppBook(std::span<const std::string_view> source_names)
    : AppBook(source_names, Bounds()) {}
AppBook::AppBook(std::span<const std::string_view> source_names, const Bounds& bounds)
    : impl_(std::make_unique<Impl>(source_names, bounds)) {}
AppBook::~AppBook() = default;

void AppBook::Observe(const Event& event, const Attribution& who, const State& state) {
  Impl& impl = *impl_;
  const Impl::Source& source = impl.sources[event.source()];
  const Kind kind = event.kind();
  if (kind == Kind::kSnapshot) {
    impl.build.snapshot.Take(event, source.name, source.platform);
    return;
  }
  if (!impl.first) impl.first = event.time();
  impl.last = event.time();

  const bool use = IsUse(kind);
  std::string_view id;
  bool by_object = false;
  bool acts = use;
  if (source.log == TouchLog::kKubernetes) {
    id = event.Text(Field::kUser);
    if (!id.starts_with(kServiceAccount)) return;
    id.remove_prefix(kServiceAccount.size());
    acts = true;
  } else {
    id = event.Text(Field::kApp);
    if (id.empty()) {
      id = event.Text(Field::kAppObject);
      by_object = !id.empty();
    }
    if (id.empty()) id = event.Text(Field::kAppName);
    if (id.empty() && use) id = who.client;  // what held the token, where joins tell it
    if (!use && IsChange(kind)) {
      impl.RememberOrigin(event);
      if (event.succeeded()) impl.ActedOnDirectory(event, source, who);
    }
    if (id.empty()) return;
    // Of a file's events the app may be the one that once made the file.
    if (use && source.log == TouchLog::kGoogle && kind != Kind::kSignIn &&
        !EqualsIgnoreCase(event.Text(Field::kCategory), "token") && event.Has(Field::kApp) &&
        event.Text(Field::kActorAppId) != id) {
      acts = false;
    }
  }
  AppEntry& entry = impl.FindOrAdd(event, source, id, by_object);
  ++entry.events;
  entry.last = event.time();
  if (source.log != TouchLog::kKubernetes) impl.Learn(entry, event);
  if (!impl.noted[event.source()] && TellsCalls(event, source.log)) {
    impl.noted[event.source()] = true;
    impl.build.calls_logged.emplace(entry.tenant, entry.platform);
  }
  if (acts && event.succeeded()) return impl.Use(entry, event, source, who, state);
  if (use && kind == Kind::kSignIn) {
    if (const auto what = AttemptOf(event)) impl.Attempt(entry, event, *what);
    return;
  }
  if (!use) impl.Change(entry, event, who);
}

Portfolio AppBook::Finish(const std::vector<Grant>& grants, const std::vector<Finding>& findings,
                          const State& state) {
  Impl& impl = *impl_;
  impl.rounds = {};
  impl.users = {};
  impl.calls = {};
  impl.numbers = {};
  Portfolio out = impl.build.Finish(std::move(impl.entries), grants, findings, state);
  out.first = impl.first.value_or(Time{});
  out.last = impl.last;
  out.as_of = state.as_of();
  return out;
}

void AppBook::Use(AppPeople people) { impl_->build.people = std::move(people); }

FieldSet AppBook::Needs() {
  FieldSet out = {Field::kTenant,
                  Field::kOperation,
                  Field::kCategory,
                  Field::kCorrelation,
                  Field::kUser,
                  Field::kUserId,
                  Field::kActorApp,
                  Field::kActorAppId,
                  Field::kApp,
                  Field::kAppName,
                  Field::kAppObject,
                  Field::kAppOwner,
                  Field::kPublisher,
                  Field::kReplyUrls,
                  Field::kResourceName,
                  Field::kCredential,
                  Field::kCredentialsRemoved,
                  Field::kIp,
                  Field::kUserAgent,
                  Field::kCountry,
                  Field::kAsn,
                  Field::kStatus,
                  Field::kStatusDetail,
                  Field::kScopes,
                  Field::kReason,
                  Field::kMailbox,
                  Field::kItems,
                  Field::kBytes,
                  Field::kPod,
                  Field::kFacts};
  out.Add(TouchNeeds());
  return out;
}

}  // namespace tokentrail::trail
