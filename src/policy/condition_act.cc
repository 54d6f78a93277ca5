// Conditions on what people did: authorised, refused, one after the other.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "policy/made.h"

namespace tokentrail::policy {
namespace {

double SecondsOf(Span span) { return static_cast<double>(span.micros) / 1e6; }
std::string SpanWords(Span span) { return FormatMeasure(Measure::kSpan, SecondsOf(span)); }

bool Gives(const AppConsent& act) {
  return act.act == ConsentAct::kGranted || act.act == ConsentAct::kWidened;
}
bool IsRefused(const AppConsent& act) {
  return act.act == ConsentAct::kDeclined || act.act == ConsentAct::kBlocked;
}

const AppUser* UserOf(const App& app, const AppConsent& act) {
  return act.user > 0 && act.user <= app.users.size() ? &app.users[act.user - 1] : nullptr;
}

/// Who authorised: the person whose account it is, else who is said to have done it.
std::string_view PersonOf(const App& app, const AppConsent& act) {
  const AppUser* const user = UserOf(app, act);
  if (user == nullptr) return act.by;
  return user->name.empty() ? user->id : user->name;
}

/// The first act that is younger than `from`: acts stand oldest first.
std::vector<AppConsent>::const_iterator After(const App& app, Time from) {
  return std::upper_bound(app.consents.begin(), app.consents.end(), from,
                          [](Time time, const AppConsent& act) { return time < act.time; });
}

// --- requests

struct RequestChoice {
  Comparison people;
  Span within = Days(1);
  bool attempts = false;

  bool Wants(const App& app, const AppConsent& act) const {
    if (act.all_users || act.application || !IsKnown(act.time)) return false;
    return (Gives(act) || (attempts && IsRefused(act))) && !PersonOf(app, act).empty();
  }

  /// The acts of the window that ends with the last act of this day that makes it full; empty when
  /// none does.
  std::vector<const AppConsent*> Window(const Moment& m) const {
    std::vector<const AppConsent*> acts;
    const Time day = m.as_of - Days(1);
    for (auto it = After(m.app, day - within); it != m.app.consents.end(); ++it) {
      if (it->time > m.as_of) break;
      if (Wants(m.app, *it)) acts.push_back(&*it);
    }
    std::map<std::string_view, size_t> inside;
    size_t first = 0;
    size_t best_from = 0;
    size_t best_to = 0;
    size_t most = 0;
    for (size_t i = 0; i < acts.size(); ++i) {
      ++inside[PersonOf(m.app, *acts[i])];
      while (acts[first]->time <= acts[i]->time - within) {
        const auto out = inside.find(PersonOf(m.app, *acts[first++]));
        if (--out->second == 0) inside.erase(out);
      }
      // What was full the day before is that day's.
      if (acts[i]->time <= day || inside.size() <= most) continue;
      most = inside.size();
      best_from = first;
      best_to = i + 1;
    }
    if (most == 0 || !people.Fits(static_cast<double>(most))) return {};
    return {acts.begin() + static_cast<ptrdiff_t>(best_from),
            acts.begin() + static_cast<ptrdiff_t>(best_to)};
  }
};

std::unique_ptr<Condition> ReadRequests(Reading& reading, const Yaml& key, const Yaml& value) {
  RequestChoice choice;
  if (!reading.Keys(value, "requests", {"people", "within", "attempts"})) return nullptr;
  for (const auto& [name, node] : value.map) {
    if (name.text == "people") {
      const auto people = reading.Compare(node, "requests.people", Measure::kCount, Bare::kAtLeast);
      if (!people) return nullptr;
      choice.people = *people;
    } else if (name.text == "within") {
      const auto within = reading.Duration(node, "requests.within");
      if (!within) return nullptr;
      choice.within = *within;
    } else {
      const auto attempts = reading.Flag(node, "requests.attempts");
      if (!attempts) return nullptr;
      choice.attempts = *attempts;
    }
  }
  if (value.Find("people") == nullptr) {
    reading.Wrong(key, "'requests' needs `people`", "such as requests: {people: 5, within: 24h}");
    return nullptr;
  }
  if (choice.people.Greatest() < 1) {
    reading.Wrong(*value.Find("people"), "a window with nobody in it is no request");
    return nullptr;
  }
  auto out = std::make_unique<Made>();
  out->fits = [choice](const Moment& m) {
    if (static_cast<double>(m.app.consents.size()) < choice.people.Least()) return false;
    return !choice.Window(m).empty();
  };
  out->may = [choice](const App& app) {
    return static_cast<double>(app.consents.size()) >= choice.people.Least();
  };
  out->explain = [choice](const Moment& m, Explanation& to) {
    const std::vector<const AppConsent*> acts = choice.Window(m);
    std::set<std::string_view> names;
    size_t refused = 0;
    for (const AppConsent* act : acts) {
      names.insert(PersonOf(m.app, *act));
      refused += IsRefused(*act) ? 1 : 0;
      to.acts.push_back(act);
    }
    std::string words =
        fmt::format("{} {} in {}", names.size(), names.size() == 1 ? "person" : "people",
                    SpanWords(choice.within));
    const Span took = acts.back()->time - acts.front()->time;
    words += fmt::format(" ({}", FormatTimeShort(acts.front()->time));
    words += took.micros > 0 ? fmt::format(", all within {})", FormatSpan(took)) : ")";
    words += fmt::format("; threshold {}", choice.people.Words());
    if (refused > 0) words += fmt::format("; {} of the requests refused", refused);
    to.reasons.push_back(std::move(words));
  };
  out->reads.happening = true;
  return out;
}

// --- jump in users

struct Jump {
  Span over = Days(7);
  std::optional<double> percent;
  std::optional<Comparison> count;
  double from = 5;

  struct Found {
    uint64_t before = 0;
    uint64_t added = 0;
    uint64_t settled = 0;  ///< of those before, the ones that no jump brought just then
    Time since;
  };
  Found Look(const Moment& m) const {
    Found out;
    out.since = m.as_of - over;
    for (const AppUser& user : m.app.users) {
      if (!user.in_force) continue;
      const bool fresh = IsKnown(user.first_authorized) && *user.first_authorized > out.since &&
                         *user.first_authorized <= m.as_of;
      ++(fresh ? out.added : out.before);
      const bool settled =
          !IsKnown(user.first_authorized) || *user.first_authorized <= out.since - over;
      if (!fresh && settled) ++out.settled;
    }
    return out;
  }
  bool Fits(const Found& found) const {
    if (found.added == 0) return false;
    if (count && !count->Fits(static_cast<double>(found.added))) return false;
    if (!percent) return true;
    // Else the second half of growth from nothing would look like a jump.
    if (static_cast<double>(found.settled) < from) return false;
    return static_cast<double>(found.added) * 100 >= *percent * static_cast<double>(found.before);
  }
};

std::unique_ptr<Condition> ReadUsersIncrease(Reading& reading, const Yaml& key, const Yaml& value) {
  Jump jump;
  if (!reading.Keys(value, "users_increase", {"over", "percent", "count", "from"})) return nullptr;
  for (const auto& [name, node] : value.map) {
    if (name.text == "over") {
      const auto over = reading.Duration(node, "users_increase.over");
      if (!over) return nullptr;
      jump.over = *over;
    } else if (name.text == "count") {
      const auto count =
          reading.Compare(node, "users_increase.count", Measure::kCount, Bare::kAtLeast);
      if (!count) return nullptr;
      jump.count = *count;
    } else {
      const bool percent = name.text == "percent";
      const auto number = reading.Number(node, "users_increase." + name.text,
                                         percent ? Measure::kPercent : Measure::kCount);
      if (!number) return nullptr;
      if (percent) {
        jump.percent = *number;
      } else {
        jump.from = *number;
      }
    }
  }
  if (!jump.percent && !jump.count) {
    reading.Wrong(key, "'users_increase' needs `percent`, `count` or both",
                  "such as users_increase: {over: 7d, percent: 50, count: 10}");
    return nullptr;
  }
  if (!jump.percent && value.Find("from") != nullptr) {
    reading.Wrong(*value.Find("from"),
                  "`from` says how many people a percentage needs to grow from; "
                  "there is no `percent`");
    return nullptr;
  }
  auto out = std::make_unique<Made>();
  out->fits = [jump](const Moment& m) { return jump.Fits(jump.Look(m)); };
  out->may = [jump](const App& app) {
    const double least =
        std::max(jump.count ? jump.count->Least() : 1, jump.percent ? jump.from : 0);
    return static_cast<double>(app.users.size()) >= least;
  };
  out->explain = [jump](const Moment& m, Explanation& to) {
    const Jump::Found found = jump.Look(m);
    std::string words = fmt::format("{} people more in {}, after {}", found.added,
                                    SpanWords(jump.over), found.before);
    if (found.before > 0) {
      words += fmt::format(" ({:.0f}% more)", static_cast<double>(found.added) * 100 /
                                                  static_cast<double>(found.before));
    }
    words += "; threshold ";
    if (jump.percent) words += FormatMeasure(Measure::kPercent, *jump.percent);
    if (jump.count) words += (jump.percent ? " and " : "") + jump.count->Words();
    to.reasons.push_back(std::move(words));
    for (auto it = After(m.app, found.since); it != m.app.consents.end(); ++it) {
      if (it->time <= m.as_of && Gives(*it) && it->user > 0) to.acts.push_back(&*it);
    }
  };
  out->reads.happening = true;
  out->reads.spans.push_back(jump.over);
  return out;
}

// --- one act

constexpr std::string_view kActs[] = {"granted", "widened",  "narrowed",
                                      "revoked", "declined", "blocked"};

struct ActChoice {
  std::vector<std::string> acts = {"granted", "widened"};
  std::optional<bool> all_users;
  std::optional<bool> application;
  std::vector<std::string> permissions;
  std::vector<std::string> country;
  std::vector<std::string> not_country;
  std::vector<std::string> network;
  std::vector<std::string> role;
  std::vector<std::string> title;
  std::vector<std::string> department;
  std::vector<std::string> user;
  int severity = -1;
  bool new_country = false;
  Span within = Days(1);

  bool AsksPerson() const { return !role.empty() || !title.empty() || !department.empty(); }

  /// All that the evidence says of who did it.
  static std::vector<const AppUser*> People(const Moment& m, const AppConsent& act) {
    std::vector<const AppUser*> out;
    if (const AppUser* user = UserOf(m.app, act); user != nullptr) {
      out.push_back(user);
      if (const AppUser* more = m.around.Person(m.app, user->id); more != nullptr) {
        out.push_back(more);
      }
    }
    if (const AppUser* by = m.around.Person(m.app, act.by); by != nullptr) out.push_back(by);
    return out;
  }

  /// Several countries were seen before, and not this one.
  static bool IsNewCountry(const Moment& m, const AppConsent& act) {
    if (act.country.empty()) return false;
    bool others = false;
    for (const AppConsent& other : m.app.consents) {
      if (&other == &act || other.time >= act.time) break;
      if (other.country == act.country) return false;
      others = others || !other.country.empty();
    }
    for (const AppPlace& place : m.app.places) {
      if (place.first >= act.time || place.country.empty()) continue;
      if (place.country == act.country) return false;
      others = true;
    }
    return others;
  }

  std::optional<std::string_view> RoleOf(const Moment& m, const AppConsent& act) const {
    for (const AppUser* one : People(m, act)) {
      for (const std::string& held : one->roles) {
        if (FitsAny("any", role) || FitsAny(held, role)) return held;
      }
    }
    return std::nullopt;
  }

  bool Wants(const Moment& m, const AppConsent& act) const {
    if (std::find(acts.begin(), acts.end(), Name(act.act)) == acts.end()) return false;
    if (all_users && act.all_users != *all_users) return false;
    if (application && act.application != *application) return false;
    if (!permissions.empty() &&
        std::none_of(act.added.begin(), act.added.end(),
                     [&](const std::string& one) { return FitsAny(one, permissions); })) {
      return false;
    }
    if (severity >= 0 && Strongest(m.app, act) < severity) return false;
    if (!country.empty() && !FitsAny(act.country, country)) return false;
    if (!not_country.empty() && (act.country.empty() || FitsAny(act.country, not_country))) {
      return false;
    }
    if (!network.empty() && !FitsAny(act.network, network)) return false;
    if (!user.empty()) {
      const AppUser* const found = UserOf(m.app, act);
      const bool named =
          FitsAny(act.by, user) ||
          (found != nullptr && (FitsAny(found->name, user) || FitsAny(found->id, user)));
      if (!named) return false;
    }
    if (AsksPerson() && !FitsPerson(m, act)) return false;
    return !new_country || IsNewCountry(m, act);
  }

  /// Roles, titles and departments are ways to be important: one is enough.
  bool FitsPerson(const Moment& m, const AppConsent& act) const {
    if (!role.empty() && RoleOf(m, act)) return true;
    for (const AppUser* one : People(m, act)) {
      if (!title.empty() && FitsAny(one->title, title)) return true;
      if (!department.empty() && FitsAny(one->department, department)) return true;
    }
    return false;
  }

  /// Of what the act gave.
  static int Strongest(const App& app, const AppConsent& act) {
    int out = -1;
    for (const AppPermission& one : app.permissions) {
      if (one.severity <= out) continue;
      if (std::find(act.added.begin(), act.added.end(), one.name) != act.added.end()) {
        out = one.severity;
      }
    }
    return out;
  }

  std::vector<const AppConsent*> Find(const Moment& m) const {
    std::vector<const AppConsent*> out;
    for (auto it = After(m.app, m.as_of - within); it != m.app.consents.end(); ++it) {
      if (it->time > m.as_of) break;
      if (IsKnown(it->time) && Wants(m, *it)) out.push_back(&*it);
    }
    return out;
  }
};

std::unique_ptr<Condition> ReadConsent(Reading& reading, const Yaml& key, const Yaml& value) {
  ActChoice choice;
  if (!reading.Keys(
          value, "consent",
          {"act", "all_users", "application", "permission", "permissions", "country", "not_country",
           "new_country", "network", "user", "role", "title", "department", "within"})) {
    return nullptr;
  }
  for (const auto& [name, node] : value.map) {
    const std::string what = "consent." + name.text;
    if (name.text == "act") {
      auto acts = reading.Choices(node, what, {std::begin(kActs), std::end(kActs)});
      if (!acts) return nullptr;
      choice.acts = *std::move(acts);
    } else if (name.text == "all_users" || name.text == "application" ||
               name.text == "new_country") {
      const auto flag = reading.Flag(node, what);
      if (!flag) return nullptr;
      if (name.text == "all_users") choice.all_users = *flag;
      if (name.text == "application") choice.application = *flag;
      if (name.text == "new_country") choice.new_country = *flag;
    } else if (name.text == "permission") {
      const auto level = ReadPermissionLevel(reading, node, what);
      if (!level) return nullptr;
      choice.severity = *level;
    } else if (name.text == "within") {
      const auto within = reading.Duration(node, what);
      if (!within) return nullptr;
      choice.within = *within;
    } else {
      auto texts = reading.Texts(node, what);
      if (!texts) return nullptr;
      auto& into = name.text == "permissions"   ? choice.permissions
                   : name.text == "country"     ? choice.country
                   : name.text == "not_country" ? choice.not_country
                   : name.text == "network"     ? choice.network
                   : name.text == "user"        ? choice.user
                   : name.text == "role"        ? choice.role
                   : name.text == "title"       ? choice.title
                                                : choice.department;
      into = *std::move(texts);
    }
  }
  if (value.map.empty()) {
    reading.Wrong(key, "'consent' asks for nothing", "such as consent: {all_users: true}");
    return nullptr;
  }
  for (const std::string& one : choice.country) {
    if (std::find(choice.not_country.begin(), choice.not_country.end(), one) ==
        choice.not_country.end()) {
      continue;
    }
    reading.Wrong(*value.Find("not_country"),
                  fmt::format("'{}' is both wanted and ruled out: nothing can fit", one));
    return nullptr;
  }
  auto out = std::make_unique<Made>();
  out->fits = [choice](const Moment& m) {
    for (auto it = After(m.app, m.as_of - choice.within); it != m.app.consents.end(); ++it) {
      if (it->time > m.as_of) break;
      if (IsKnown(it->time) && choice.Wants(m, *it)) return true;
    }
    return false;
  };
  out->may = [choice](const App& app) {
    return std::any_of(app.consents.begin(), app.consents.end(), [&](const AppConsent& act) {
      return std::find(choice.acts.begin(), choice.acts.end(), Name(act.act)) !=
                 choice.acts.end() &&
             (!choice.all_users || act.all_users == *choice.all_users) &&
             (!choice.application || act.application == *choice.application) &&
             (choice.severity < 0 || ActChoice::Strongest(app, act) >= choice.severity);
    });
  };
  if (choice.AsksPerson()) {
    const bool role = !choice.role.empty();
    const bool title = !choice.title.empty() || !choice.department.empty();
    out->may_here = [role, title](const Surroundings& around) {
      return (role && around.has_roles()) || (title && around.has_titles());
    };
  }
  out->explain = [choice](const Moment& m, Explanation& to) {
    const std::vector<const AppConsent*> found = choice.Find(m);
    const AppConsent& act = *found.front();
    const std::string_view who = act.by.empty() ? PersonOf(m.app, act) : std::string_view(act.by);
    std::string words = fmt::format("{} {}", FormatTimeShort(act.time), Name(act.act));
    if (act.all_users) words += " for everybody";
    if (act.application) words += " to the app itself";
    if (!who.empty()) words += fmt::format(" by {}", who);
    if (!choice.role.empty()) {
      if (const auto role = choice.RoleOf(m, act)) words += fmt::format(", who is {}", *role);
    }
    for (const AppUser* one : ActChoice::People(m, act)) {
      if (!choice.title.empty() && FitsAny(one->title, choice.title)) words += ", " + one->title;
      if (!choice.department.empty() && FitsAny(one->department, choice.department)) {
        words += ", of " + one->department;
      }
      break;
    }
    if (!act.added.empty()) words += ": " + Listed(act.added);
    if (!act.country.empty()) {
      words += ", from " + act.country;
      if (choice.new_country) words += ", where no act or use of this app came from before";
    }
    if (!choice.network.empty()) words += " (" + act.network + ")";
    if (found.size() > 1) words += fmt::format("; and {} more such acts", found.size() - 1);
    to.reasons.push_back(std::move(words));
    to.acts.insert(to.acts.end(), found.begin(), found.end());
  };
  out->reads.happening = true;
  if (choice.within != Days(1)) out->reads.spans.push_back(choice.within);
  if (!choice.role.empty()) out->reads.unknown_before = {"who has which role"};
  return out;
}

constexpr ConditionDef kActDefs[] = {
    {"requests", "people, within, attempts",
     "this many different people authorised it within a window; with attempts, also who declined "
     "or was blocked",
     "requests: {people: 5, within: 24h}", ReadRequests, "people within"},
    {"users_increase", "over, percent, count, from",
     "this many people more than before the window; a percentage only of at least `from` people "
     "(5)",
     "users_increase: {over: 7d, percent: 50, count: 10}", ReadUsersIncrease,
     "over percent count from"},
    {"consent",
     "act, all_users, application, permission, permissions, country, not_country, new_country, "
     "network, user, role, title, department, within",
     "one act fits all of these; `role: any` is any admin role; of role, title and department one "
     "is enough; without act: granted or widened",
     "consent: {all_users: true, role: any}", ReadConsent, "permission within"},
};

}  // namespace

std::span<const ConditionDef> ActConditions() { return kActDefs; }

}  // namespace tokentrail::policy
