#include "policy/app_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "base/text.h"
#include "inventory/permission.h"
#include "inventory/weights.h"

namespace tokentrail::policy {
namespace {

constexpr AppTextKey kKeys[] = {
    {"name", "what it is called"},
    {"id", "its id; default: its name"},
    {"platform", "default: entra"},
    {"tenant", "default: tenant-1"},
    {"publisher", "its publisher's name"},
    {"verified", "true or false; default: not known"},
    {"origin", "internal or external; default: not known"},
    {"first_party", "true for the platform's own apps"},
    {"state", "approved or banned"},
    {"reply_urls", "a list"},
    {"created", "when it came to the tenant"},
    {"first_seen", "default: its first time of all"},
    {"last_used", "default: the last of its days of use"},
    {"offline", "true when it may ask for new tokens by itself"},
    {"catalog_users", "people as a catalogue counts them"},
    {"people", "a list of name, roles, title, department, authorized, in_force"},
    {"permissions", "names, or name, severity, application, granted, use, last_used, in_force"},
    {"consents",
     "acts: time, act, user, by, all_users, application, added, removed, country, network, ip"},
    {"crowd", "many consents, evenly from `from` to `to`: people, from, to, added"},
    {"credentials", "a list of id, kind, added, expires, removed, last_used"},
    {"places", "a list of country, network, agent, first, last"},
    {"days", "a list of day, events, users, items, bytes"},
    {"daily", "the same every day from `from` to `to`: from, to, events, items, bytes"},
    {"findings", "a list of rule, level, time"},
    {"signs", "codes; instead of those that we would find"},
    {"risk", "0 to 100; instead of the score that we would give"},
    {"listed", "malicious, risky, ..."},
    {"calls_logged", "true when a log of its calls is in the evidence"},
};

inventory::Platform PlatformOf(std::string_view name) {
  using inventory::Platform;
  for (const auto one : {Platform::kGoogle, Platform::kGitHub, Platform::kSlack,
                         Platform::kSalesforce, Platform::kOkta, Platform::kKubernetes}) {
    if (inventory::Name(one) == name) return one;
  }
  return Platform::kMicrosoft;
}

class AppReader {
 public:
  AppReader(Reading& reading, Time as_of) : reading_(reading), as_of_(as_of) {}

  std::optional<WrittenApp> Read(const Yaml& node) {
    const size_t before = reading_.errors();
    std::vector<std::string_view> known;
    for (const AppTextKey& key : kKeys) known.push_back(key.name);
    if (!reading_.Keys(node, "app", known)) return std::nullopt;
    app_.platform = "entra";
    app_.tenant = "tenant-1";
    // The platform says what its permissions are worth; people come before what they did.
    for (const std::string_view first : {"platform", "tenant", "people"}) {
      if (const Yaml* value = node.Find(first)) ReadKey(first, *value);
    }
    for (const auto& [key, value] : node.map) {
      if (key.text != "platform" && key.text != "tenant" && key.text != "people") {
        ReadKey(key.text, value);
      }
    }
    if (reading_.errors() != before) return std::nullopt;
    Settle();
    return std::move(out_);
  }

 private:
  using Members = std::map<std::string_view, std::function<void(const Yaml&)>>;

  void Each(const Yaml& node, std::string_view what, const std::function<void(const Yaml&)>& one) {
    if (node.is_map()) return one(node);
    if (!node.is_list()) return reading_.Wrong(node, fmt::format("'{}' takes a list", what));
    for (const Yaml& item : node.list) one(item);
  }

  void Fill(const Yaml& node, std::string_view what, const Members& members) {
    std::vector<std::string_view> known;
    for (const auto& [name, function] : members) known.push_back(name);
    if (!reading_.Keys(node, what, known)) return;
    for (const auto& [key, value] : node.map) members.at(key.text)(value);
  }

  auto Into(std::string& to) {
    return [this, &to](const Yaml& node) {
      if (auto text = reading_.Text(node, "text")) to = *std::move(text);
    };
  }
  auto Into(bool& to) {
    return [this, &to](const Yaml& node) {
      if (const auto flag = reading_.Flag(node, "flag")) to = *flag;
    };
  }
  auto Into(std::vector<std::string>& to) {
    return [this, &to](const Yaml& node) {
      if (auto texts = reading_.Texts(node, "list")) {
        to = *std::move(texts);
        std::sort(to.begin(), to.end());
      }
    };
  }
  auto Into(std::optional<Time>& to) {
    return [this, &to](const Yaml& node) { to = ReadCaseTime(reading_, node, "time", as_of_); };
  }
  auto Into(Time& to) {
    return [this, &to](const Yaml& node) {
      if (const auto time = ReadCaseTime(reading_, node, "time", as_of_)) to = *time;
    };
  }
  template <typename Number>
  auto IntoNumber(Number& to, Measure measure = Measure::kCount) {
    return [this, &to, measure](const Yaml& node) {
      if (const auto number = reading_.Number(node, "number", measure)) {
        to = static_cast<Number>(*number);
      }
    };
  }

  uint32_t UserAt(const std::string& name) {
    for (size_t i = 0; i < app_.users.size(); ++i) {
      if (app_.users[i].id == name) return static_cast<uint32_t>(i + 1);
    }
    AppUser& user = app_.users.emplace_back();
    user.id = name;
    user.name = name;
    return static_cast<uint32_t>(app_.users.size());
  }

  AppPermission& PermissionAt(const std::string& name, bool application) {
    for (AppPermission& one : app_.permissions) {
      if (one.name == name && one.application == application) return one;
    }
    AppPermission& one = app_.permissions.emplace_back();
    one.name = name;
    one.application = application;
    const auto holder =
        application ? inventory::Holder::kApplication : inventory::Holder::kDelegated;
    if (const auto* found = inventory::Find(PlatformOf(app_.platform), holder, name)) {
      one.severity = found->severity;
      one.family = found->family;
    }
    return one;
  }

  void ReadKey(std::string_view key, const Yaml& value) {
    if (key == "name") return Into(app_.name)(value);
    if (key == "id") return Into(app_.id)(value);
    if (key == "platform") return Into(app_.platform)(value);
    if (key == "tenant") return Into(app_.tenant)(value);
    if (key == "publisher") return Into(app_.publisher)(value);
    if (key == "first_party") return Into(app_.first_party)(value);
    if (key == "offline") return Into(app_.offline)(value);
    if (key == "calls_logged") return Into(app_.calls_logged)(value);
    if (key == "reply_urls") return Into(app_.reply_urls)(value);
    if (key == "created") return Into(app_.created)(value);
    if (key == "first_seen") return Into(app_.first_seen)(value);
    if (key == "last_used") return Into(app_.last_used)(value);
    if (key == "catalog_users") {
      uint64_t count = 0;
      IntoNumber(count)(value);
      app_.catalog_users = count;
      return;
    }
    if (key == "verified") {
      if (const auto flag = reading_.Flag(value, key)) {
        app_.verified = *flag ? App::Verified::kYes : App::Verified::kNo;
      }
      return;
    }
    if (key == "origin") {
      const auto origin = reading_.Choice(value, key, {"internal", "external"});
      if (origin) app_.owner_tenant = *origin == "internal" ? app_.tenant : "tenant-of-others";
      return;
    }
    if (key == "state") {
      out_.has_state = true;
      const auto state = reading_.Choice(value, key, {"approved", "banned", "undetermined"});
      if (state && *state == "approved") app_.sanction = App::Sanction::kApproved;
      if (state && *state == "banned") app_.sanction = App::Sanction::kBanned;
      return;
    }
    if (key == "signs") {
      out_.has_signs = true;
      if (const auto codes = reading_.Texts(value, key)) {
        for (const std::string& code : *codes) app_.signs.push_back({code, code + " here", "", ""});
      }
      return;
    }
    if (key == "risk") {
      out_.has_risk = true;
      IntoNumber(app_.risk.score, Measure::kScore)(value);
      app_.risk.level = inventory::Weights::Shipped().LevelOf(app_.risk.score);
      return;
    }
    if (key == "listed") {
      out_.has_listings = true;
      if (const auto verdicts = reading_.Texts(value, key)) {
        for (const std::string& one : *verdicts) app_.listings.push_back({one, "", "a list", ""});
      }
      return;
    }
    if (key == "people") return Each(value, key, [&](const Yaml& one) { ReadPerson(one); });
    if (key == "permissions") return ReadPermissions(value);
    if (key == "consents") return Each(value, key, [&](const Yaml& one) { ReadConsent(one); });
    if (key == "crowd") return ReadCrowd(value);
    if (key == "daily") return ReadDaily(value);
    if (key == "credentials") {
      return Each(value, key, [&](const Yaml& one) {
        AppCredential& to = app_.credentials.emplace_back();
        Fill(one, key,
             {{"id", Into(to.id)},
              {"kind", Into(to.kind)},
              {"added", Into(to.added)},
              {"expires", Into(to.expires)},
              {"removed", Into(to.removed)},
              {"last_used", Into(to.last_used)}});
      });
    }
    if (key == "places") {
      return Each(value, key, [&](const Yaml& one) {
        AppPlace& to = app_.places.emplace_back();
        Fill(one, key,
             {{"country", Into(to.country)},
              {"network", Into(to.network)},
              {"agent", Into(to.agent)},
              {"first", Into(to.first)},
              {"last", Into(to.last)}});
        to.last = std::max(to.first, to.last);
      });
    }
    if (key == "days") {
      return Each(value, key, [&](const Yaml& one) {
        AppDay to;
        Time day;
        Fill(one, key,
             {{"day", Into(day)},
              {"events", IntoNumber(to.events)},
              {"users", IntoNumber(to.users)},
              {"items", IntoNumber(to.items)},
              {"bytes", IntoNumber(to.bytes, Measure::kBytes)}});
        to.day = static_cast<int32_t>(DayOf(day));
        app_.days.push_back(to);
      });
    }
    if (key == "findings") {
      return Each(value, key, [&](const Yaml& one) {
        AppFinding to;
        to.level = Level::kMedium;
        std::string level;
        Fill(one, key, {{"rule", Into(to.rule)}, {"time", Into(to.first)}, {"level", Into(level)}});
        if (!level.empty()) to.level = ParseLevel(level).value_or(Level::kMedium);
        to.last = to.first;
        app_.findings.push_back(std::move(to));
      });
    }
  }

  void ReadPerson(const Yaml& node) {
    AppUser person;
    Fill(node, "people",
         {{"name", Into(person.name)},
          {"roles", Into(person.roles)},
          {"title", Into(person.title)},
          {"department", Into(person.department)},
          {"in_force", Into(person.in_force)},
          {"authorized", Into(person.first_authorized)},
          {"last_used", Into(person.last_used)}});
    person.id = person.name;
    person.last_authorized = person.first_authorized;
    app_.users.push_back(std::move(person));
  }

  void ReadPermissions(const Yaml& node) {
    if (!node.is_list()) return reading_.Wrong(node, "'permissions' takes a list");
    for (const Yaml& one : node.list) {
      if (one.is_scalar()) {
        PermissionAt(one.text, false);
        continue;
      }
      AppPermission made;
      std::string use;
      Fill(one, "permissions",
           {{"name", Into(made.name)},
            {"severity", IntoNumber(made.severity)},
            {"application", Into(made.application)},
            {"granted", Into(made.granted)},
            {"in_force", Into(made.in_force)},
            {"last_used", Into(made.last_used)},
            {"all_users", Into(made.all_users)},
            {"use", Into(use)}});
      AppPermission& to = PermissionAt(made.name, made.application);
      if (made.severity >= 0) to.severity = made.severity;
      to.granted = made.granted;
      to.in_force = made.in_force;
      to.last_used = made.last_used;
      to.all_users = made.all_users;
      if (!use.empty()) {
        out_.has_use = true;
        to.use = use == "used"     ? AppPermission::Use::kUsed
                 : use == "unused" ? AppPermission::Use::kUnused
                                   : AppPermission::Use::kCannotSay;
      }
    }
  }

  void ReadConsent(const Yaml& node) {
    AppConsent act;
    std::string what;
    std::string user;
    Fill(node, "consents",
         {{"time", Into(act.time)},
          {"act", Into(what)},
          {"user", Into(user)},
          {"by", Into(act.by)},
          {"all_users", Into(act.all_users)},
          {"application", Into(act.application)},
          {"added", Into(act.added)},
          {"removed", Into(act.removed)},
          {"country", Into(act.country)},
          {"network", Into(act.network)},
          {"ip", Into(act.ip)}});
    for (const ConsentAct one :
         {ConsentAct::kGranted, ConsentAct::kWidened, ConsentAct::kNarrowed, ConsentAct::kRevoked,
          ConsentAct::kDeclined, ConsentAct::kBlocked}) {
      if (Name(one) == what) act.act = one;
    }
    if (!user.empty()) {
      act.user = UserAt(user);
      if (act.by.empty()) act.by = user;
    }
    if (act.time == Time{}) return reading_.Wrong(node, "a consent needs a `time`");
    app_.consents.push_back(std::move(act));
  }

  void ReadCrowd(const Yaml& node) {
    uint32_t people = 0;
    Time from;
    Time to;
    std::vector<std::string> added;
    Fill(node, "crowd",
         {{"people", IntoNumber(people)},
          {"from", Into(from)},
          {"to", Into(to)},
          {"added", Into(added)}});
    if (people == 0 || people > 10'000 || from == Time{} || to < from) {
      return reading_.Wrong(node, "'crowd' takes people (1 to 10,000), from, to");
    }
    for (uint32_t i = 0; i < people; ++i) {
      AppConsent act;
      act.time = people == 1 ? from : from + Span{(to - from).micros * i / (people - 1)};
      act.user = UserAt(fmt::format("crowd{:05}@contoso.example", app_.users.size() + 1));
      act.by = app_.users[act.user - 1].name;
      act.added = added;
      app_.consents.push_back(std::move(act));
    }
  }

  void ReadDaily(const Yaml& node) {
    AppDay one;
    Time from;
    Time to;
    Fill(node, "daily",
         {{"from", Into(from)},
          {"to", Into(to)},
          {"events", IntoNumber(one.events)},
          {"items", IntoNumber(one.items)},
          {"users", IntoNumber(one.users)},
          {"bytes", IntoNumber(one.bytes, Measure::kBytes)}});
    const int64_t first = DayOf(from);
    const int64_t last = DayOf(to);
    if (from == Time{} || last < first || last - first > 3660) {
      return reading_.Wrong(node, "'daily' takes from, to, and what happened on each day");
    }
    for (int64_t day = first; day <= last; ++day) {
      one.day = static_cast<int32_t>(day);
      app_.days.push_back(one);
    }
  }

  /// What follows from the acts.
  void Settle() {
    if (app_.id.empty()) app_.id = app_.name.empty() ? "app-1" : app_.name;
    std::stable_sort(app_.consents.begin(), app_.consents.end(),
                     [](const AppConsent& a, const AppConsent& b) { return a.time < b.time; });
    std::stable_sort(app_.days.begin(), app_.days.end(),
                     [](const AppDay& a, const AppDay& b) { return a.day < b.day; });
    for (const AppConsent& act : app_.consents) Settle(act);
    for (AppPermission& one : app_.permissions) {
      app_.app_only = app_.app_only || (one.application && one.in_force);
      app_.tenant_wide = app_.tenant_wide || (one.all_users && one.in_force && !one.application);
    }
    for (const AppUser& user : app_.users) Note(user.first_authorized);
    for (const AppDay& day : app_.days) app_.events += day.events;
    if (!app_.days.empty() && !app_.last_used) {
      app_.last_used = std::min(as_of_, Time{} + Days(app_.days.back().day) + Hours(12));
    }
    if (app_.first_seen == Time{}) {
      app_.first_seen = as_of_;
      for (const auto& time : {app_.created, app_.first_authorized, app_.last_used}) {
        if (time) app_.first_seen = std::min(app_.first_seen, *time);
      }
      if (!app_.consents.empty()) {
        app_.first_seen = std::min(app_.first_seen, app_.consents.front().time);
      }
      if (!app_.days.empty()) {
        app_.first_seen = std::min(app_.first_seen, Time{} + Days(app_.days.front().day));
      }
    }
  }

  void Note(const std::optional<Time>& time) {
    if (!time) return;
    if (!app_.first_authorized || *time < *app_.first_authorized) app_.first_authorized = time;
    if (!app_.last_authorized || *time > *app_.last_authorized) app_.last_authorized = time;
  }

  void Settle(const AppConsent& act) {
    AppUser* const user = act.user > 0 ? &app_.users[act.user - 1] : nullptr;
    if (act.act == ConsentAct::kGranted || act.act == ConsentAct::kWidened) {
      for (const std::string& name : act.added) {
        AppPermission& one = PermissionAt(name, act.application);
        holders_[{name, act.application}].insert(HolderOf(act));
        one.in_force = true;
        one.all_users = one.all_users || (act.all_users && !act.application);
        if (!one.granted) one.granted = act.time;
      }
      if (act.all_users && !act.application) app_.tenant_wide = true;
      if (user != nullptr) {
        user->in_force = true;
        if (!user->first_authorized) user->first_authorized = act.time;
        user->last_authorized = act.time;
      }
      Note(act.time);
    } else if (act.act == ConsentAct::kDeclined || act.act == ConsentAct::kBlocked) {
      if (user != nullptr && !user->first_authorized) user->in_force = false;
    } else {
      for (const std::string& name : act.removed) {
        AppPermission& one = PermissionAt(name, act.application);
        std::set<uint32_t>& holders = holders_[{name, act.application}];
        holders.erase(HolderOf(act));
        one.in_force = !holders.empty();
        one.all_users = one.all_users && holders.contains(0);
      }
      if (act.act == ConsentAct::kRevoked && user != nullptr) user->in_force = false;
      if (act.act == ConsentAct::kRevoked && act.all_users && !act.application) {
        app_.tenant_wide = false;
      }
    }
  }

  /// Whom an act gives to or takes from: a person, or everybody.
  static uint32_t HolderOf(const AppConsent& act) { return act.all_users ? 0 : act.user; }

  Reading& reading_;
  Time as_of_;
  std::map<std::pair<std::string, bool>, std::set<uint32_t>> holders_;
  WrittenApp out_;
  App& app_ = out_.app;
};

}  // namespace

std::span<const AppTextKey> AppTextKeys() { return kKeys; }

std::optional<WrittenApp> ReadApp(Reading& reading, const Yaml& node, Time as_of) {
  return AppReader(reading, as_of).Read(node);
}

std::optional<Time> ReadCaseTime(Reading& reading, const Yaml& node, std::string_view what,
                                 Time as_of) {
  if (node.is_scalar() && node.text.starts_with('-')) {
    if (const auto span = ParseSpan(std::string_view(node.text).substr(1))) return as_of - *span;
  } else if (node.is_scalar()) {
    const ParsedTime parsed = ParseTime(node.text);
    if (parsed.fault == TimeFault::kNone) return parsed.time;
  }
  reading.Wrong(node, fmt::format("'{}' takes a time", what),
                "write it like 2026-01-31, 2026-01-31T16:05:00Z, or -7d: before the case's as_of");
  return std::nullopt;
}

}  // namespace tokentrail::policy
