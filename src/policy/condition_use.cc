// Conditions on how an app is used.

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "policy/made.h"

namespace tokentrail::policy {
namespace {

double SecondsOf(Span span) { return static_cast<double>(span.micros) / 1e6; }
std::string SpanWords(Span span) { return FormatMeasure(Measure::kSpan, SecondsOf(span)); }
int32_t Day(Time time) { return static_cast<int32_t>(DayOf(time)); }

std::unique_ptr<Condition> ReadLastUsed(Reading& reading, const Yaml&, const Yaml& value) {
  const auto age = reading.Compare(value, "last_used", Measure::kSpan, Bare::kRefused);
  if (!age) return nullptr;
  auto out = std::make_unique<Made>();
  const Comparison wanted = *age;
  out->fits = [wanted](const Moment& m) {
    if (!IsKnown(m.app.last_used) || *m.app.last_used > m.as_of) return false;
    return wanted.Fits(SecondsOf(m.as_of - *m.app.last_used));
  };
  out->may = [](const App& app) { return IsKnown(app.last_used); };
  out->explain = [wanted](const Moment& m, Explanation& to) {
    to.reasons.push_back(fmt::format("last used {}, {} ago; threshold {}",
                                     FormatTimeShort(*m.app.last_used),
                                     FormatSpan(m.as_of - *m.app.last_used), wanted.Words()));
  };
  for (const double seconds : {wanted.low, wanted.high}) {
    if (seconds > 0) out->reads.spans.push_back(Seconds(static_cast<int64_t>(seconds)));
  }
  out->reads.use = true;
  out->reads.happening = wanted.Greatest() < 1e18;
  return out;
}

/// Since when it is not used: the last use, else the last authorisation; unknown where no log would
/// show a use.
std::optional<Time> IdleSince(const Moment& m) {
  if (IsKnown(m.app.last_used)) return m.app.last_used;
  if (!m.around.UseIsLogged(m.app)) return std::nullopt;
  for (const auto& time : {m.app.last_authorized, m.app.created}) {
    if (IsKnown(time)) return time;
  }
  return std::nullopt;
}

std::unique_ptr<Condition> ReadUnusedFor(Reading& reading, const Yaml&, const Yaml& value) {
  const auto span = reading.Duration(value, "unused_for");
  if (!span) return nullptr;
  auto out = std::make_unique<Made>();
  out->fits = [limit = *span](const Moment& m) {
    const std::optional<Time> since = IdleSince(m);
    return since && m.as_of - *since >= limit;
  };
  out->explain = [limit = *span](const Moment& m, Explanation& to) {
    const Time since = *IdleSince(m);
    const bool used = IsKnown(m.app.last_used);
    to.reasons.push_back(fmt::format(
        "{} {}, {} ago; threshold {}", used ? "last used" : "no use seen since it was authorised",
        FormatDate(since), FormatSpan(m.as_of - since), SpanWords(limit)));
  };
  out->reads.use = true;
  out->reads.spans.push_back(*span);
  return out;
}

// --- permissions that are not used

struct UnusedChoice {
  int severity = 0;
  Comparison count;
  Span unused_for = Days(30);
  Kind kind = Kind::kEither;

  bool Wants(const AppPermission& one, Time as_of) const {
    if (!one.in_force || one.use != AppPermission::Use::kUnused || one.severity < severity) {
      return false;
    }
    if (!IsOf(kind, one.application)) return false;
    if (IsKnown(one.granted) && as_of - *one.granted < unused_for) return false;
    return !IsKnown(one.last_used) || as_of - *one.last_used >= unused_for;
  }
};

std::unique_ptr<Condition> ReadUnusedPermissions(Reading& reading, const Yaml&, const Yaml& value) {
  UnusedChoice choice;
  choice.count.low = 1;
  if (!reading.Keys(value, "unused_permissions", {"level", "count", "for", "kind"})) return nullptr;
  for (const auto& [key, node] : value.map) {
    if (key.text == "level") {
      const auto level = ReadPermissionLevel(reading, node, "unused_permissions.level");
      if (!level) return nullptr;
      choice.severity = *level;
    } else if (key.text == "count") {
      const auto count =
          reading.Compare(node, "unused_permissions.count", Measure::kCount, Bare::kAtLeast);
      if (!count) return nullptr;
      choice.count = *count;
    } else if (key.text == "for") {
      const auto span = reading.Duration(node, "unused_permissions.for");
      if (!span) return nullptr;
      choice.unused_for = *span;
    } else {
      const auto kind = ReadKind(reading, node, "unused_permissions.kind");
      if (!kind) return nullptr;
      choice.kind = *kind;
    }
  }
  auto out = std::make_unique<Made>();
  out->fits = [choice](const Moment& m) {
    const auto count =
        std::count_if(m.app.permissions.begin(), m.app.permissions.end(),
                      [&](const AppPermission& one) { return choice.Wants(one, m.as_of); });
    return count > 0 && choice.count.Fits(static_cast<double>(count));
  };
  out->may = [](const App& app) {
    return std::any_of(
        app.permissions.begin(), app.permissions.end(),
        [](const AppPermission& one) { return one.use == AppPermission::Use::kUnused; });
  };
  out->explain = [choice](const Moment& m, Explanation& to) {
    std::vector<std::string> words;
    std::vector<std::string_view> names;
    for (const AppPermission& one : m.app.permissions) {
      if (!choice.Wants(one, m.as_of)) continue;
      words.push_back(Words(one));
      names.push_back(one.name);
    }
    to.reasons.push_back(fmt::format("never used: {}, for {} or more; threshold {}", Listed(words),
                                     SpanWords(choice.unused_for), choice.count.Words()));
    CiteGrants(m, names, to);
  };
  out->reads.use = true;
  out->reads.spans.push_back(choice.unused_for);
  out->reads.unknown_before = {"which permissions were used by then"};
  return out;
}

// --- volume

enum class Amount : uint8_t { kItems, kBytes, kEvents, kUsers };

uint64_t Of(const AppDay& day, Amount amount) {
  switch (amount) {
    case Amount::kItems:
      return day.items;
    case Amount::kBytes:
      return day.bytes;
    case Amount::kEvents:
      return day.events;
    case Amount::kUsers:
      return day.users;
  }
  return 0;
}

struct Volume {
  Amount amount = Amount::kItems;
  std::optional<Comparison> least;
  std::optional<double> times;
  int32_t days = 1;
  /// Fewer days of use say nothing of what is usual.
  static constexpr size_t kLeastDays = 7;

  struct Found {
    uint64_t sum = 0;
    uint64_t usual = 0;
    size_t usual_days = 0;
    bool today = false;
  };
  Found Look(const Moment& m) const {
    Found out;
    const int32_t today = Day(m.as_of);
    std::vector<uint64_t> before;
    for (auto it = m.app.days.rbegin(); it != m.app.days.rend(); ++it) {
      if (it->day > today) continue;
      if (it->day > today - days) {
        out.sum += Of(*it, amount);
        out.today = out.today || it->day == today;
      } else if (times) {
        before.push_back(Of(*it, amount));
      } else {
        break;
      }
    }
    out.usual_days = before.size();
    if (!before.empty()) {
      const auto middle = before.begin() + static_cast<ptrdiff_t>(before.size() / 2);
      std::nth_element(before.begin(), middle, before.end());
      out.usual = *middle * static_cast<uint64_t>(days);
    }
    return out;
  }
  bool Fits(const Found& found) const {
    if (!found.today || found.sum == 0) return false;
    if (least && !least->Fits(static_cast<double>(found.sum))) return false;
    if (!times) return true;
    if (found.usual_days < kLeastDays) return false;
    return static_cast<double>(found.sum) >=
           *times * static_cast<double>(std::max<uint64_t>(found.usual, 1));
  }
};

std::unique_ptr<Condition> ReadVolume(Reading& reading, const Yaml& key, const Yaml& value) {
  Volume volume;
  if (!reading.Keys(value, "volume", {"items", "bytes", "events", "users", "times", "within"})) {
    return nullptr;
  }
  size_t amounts = 0;
  std::string_view noun = "items";
  for (const auto& [name, node] : value.map) {
    if (name.text == "times") {
      const auto times = reading.Number(node, "volume.times", Measure::kPercent);
      if (!times) return nullptr;
      if (*times <= 1) {
        reading.Wrong(node, "'volume.times' is how many times its usual amount: more than 1");
        return nullptr;
      }
      volume.times = *times;
    } else if (name.text == "within") {
      const auto within = reading.Duration(node, "volume.within");
      if (!within) return nullptr;
      if (within->micros % Days(1).micros != 0) {
        reading.Wrong(node, "'volume.within' is whole days: use is counted by day");
        return nullptr;
      }
      volume.days = static_cast<int32_t>(std::min<int64_t>(within->micros / Days(1).micros, 3660));
    } else {
      const bool bytes = name.text == "bytes";
      const auto least = reading.Compare(node, "volume." + name.text,
                                         bytes ? Measure::kBytes : Measure::kCount, Bare::kAtLeast);
      if (!least) return nullptr;
      volume.least = *least;
      volume.amount = bytes                   ? Amount::kBytes
                      : name.text == "events" ? Amount::kEvents
                      : name.text == "users"  ? Amount::kUsers
                                              : Amount::kItems;
      noun = bytes                   ? "bytes"
             : name.text == "events" ? "events"
             : name.text == "users"  ? "people"
                                     : "items";
      ++amounts;
    }
  }
  if (amounts != 1) {
    reading.Wrong(key, "'volume' needs one of `items`, `bytes`, `events` and `users`",
                  "such as volume: {items: \">= 1000\", within: 1d, times: 10}");
    return nullptr;
  }
  if (volume.amount == Amount::kUsers && volume.days > 1) {
    reading.Wrong(*value.Find("within"),
                  "people are counted by day and can't be added up: leave "
                  "`within` out");
    return nullptr;
  }
  auto out = std::make_unique<Made>();
  out->fits = [volume](const Moment& m) { return volume.Fits(volume.Look(m)); };
  out->may = [volume](const App& app) {
    if (volume.times && app.days.size() <= Volume::kLeastDays) return false;
    uint64_t sum = 0;
    uint64_t most = 0;
    size_t first = 0;
    for (const AppDay& day : app.days) {
      sum += Of(day, volume.amount);
      while (app.days[first].day <= day.day - volume.days)
        sum -= Of(app.days[first++], volume.amount);
      most = std::max(most, sum);
    }
    return most > 0 && (!volume.least || static_cast<double>(most) >= volume.least->Least());
  };
  out->explain = [volume, noun](const Moment& m, Explanation& to) {
    const Volume::Found found = volume.Look(m);
    const auto amount = [&](double of) {
      if (volume.amount == Amount::kBytes) return FormatMeasure(Measure::kBytes, of);
      return fmt::format("{} {}", Grouped(static_cast<uint64_t>(of)), noun);
    };
    std::string words =
        fmt::format("{} on {}", amount(static_cast<double>(found.sum)), FormatDate(m.as_of));
    if (volume.days > 1) {
      words = fmt::format("{} in {} days to {}", amount(static_cast<double>(found.sum)),
                          volume.days, FormatDate(m.as_of));
    }
    if (volume.least) words += "; threshold " + volume.least->Words();
    if (volume.times) {
      words +=
          fmt::format("; usually {} (of {} earlier days of use), threshold {:g} times that",
                      amount(static_cast<double>(found.usual)), found.usual_days, *volume.times);
    }
    to.reasons.push_back(std::move(words));
  };
  out->reads.use = true;
  out->reads.happening = true;
  if (volume.days > 1) out->reads.spans.push_back(Days(volume.days));
  return out;
}

// --- places and pauses

struct PlaceChoice {
  std::vector<std::string> country;
  std::vector<std::string> not_country;
  std::vector<std::string> network;
  std::vector<std::string> agent;
  bool new_country = false;
  Span after = Days(14);
  Span within = Days(1);

  bool Wants(const App& app, const AppPlace& place, Time as_of) const {
    if (!IsWithin(place.first, as_of, within)) return false;
    if (!country.empty() && !FitsAny(place.country, country)) return false;
    if (!not_country.empty() && (place.country.empty() || FitsAny(place.country, not_country))) {
      return false;
    }
    if (!network.empty() && !FitsAny(place.network, network)) return false;
    if (!agent.empty() && !FitsAny(place.agent, agent)) return false;
    return !new_country || IsNew(app, place);
  }

  /// It was used from elsewhere for long enough that a country can be called new.
  bool IsNew(const App& app, const AppPlace& place) const {
    if (place.country.empty()) return false;
    bool settled = false;
    for (const AppPlace& other : app.places) {
      if (other.country.empty() || other.first >= place.first) continue;
      if (other.country == place.country) return false;
      settled = settled || place.first - other.first >= after;
    }
    return settled;
  }

  const AppPlace* Find(const Moment& m) const {
    const AppPlace* out = nullptr;
    for (const AppPlace& place : m.app.places) {
      if (!Wants(m.app, place, m.as_of)) continue;
      if (out == nullptr || place.first < out->first) out = &place;
    }
    return out;
  }
};

std::unique_ptr<Condition> ReadUsedFrom(Reading& reading, const Yaml& key, const Yaml& value) {
  PlaceChoice choice;
  if (!reading.Keys(
          value, "used_from",
          {"country", "not_country", "network", "agent", "new_country", "after", "within"})) {
    return nullptr;
  }
  for (const auto& [name, node] : value.map) {
    const std::string what = "used_from." + name.text;
    if (name.text == "new_country") {
      const auto flag = reading.Flag(node, what);
      if (!flag) return nullptr;
      choice.new_country = *flag;
    } else if (name.text == "after" || name.text == "within") {
      const auto span = reading.Duration(node, what);
      if (!span) return nullptr;
      (name.text == "after" ? choice.after : choice.within) = *span;
    } else {
      auto texts = reading.Texts(node, what);
      if (!texts) return nullptr;
      auto& into = name.text == "country"       ? choice.country
                   : name.text == "not_country" ? choice.not_country
                   : name.text == "network"     ? choice.network
                                                : choice.agent;
      into = *std::move(texts);
    }
  }
  if (!choice.new_country && choice.country.empty() && choice.not_country.empty() &&
      choice.network.empty() && choice.agent.empty()) {
    reading.Wrong(key, "'used_from' names no place",
                  "such as used_from: {new_country: true} or used_from: {country: [KP, RU]}");
    return nullptr;
  }
  if (!choice.new_country && value.Find("after") != nullptr) {
    reading.Wrong(*value.Find("after"), "`after` belongs to `new_country: true`");
    return nullptr;
  }
  auto out = std::make_unique<Made>();
  out->fits = [choice](const Moment& m) { return choice.Find(m) != nullptr; };
  out->may = [new_country = choice.new_country](const App& app) {
    if (!new_country) return !app.places.empty();
    for (const AppPlace& place : app.places) {
      if (!place.country.empty() && place.country != app.places.front().country) return true;
    }
    return false;
  };
  out->explain = [choice](const Moment& m, Explanation& to) {
    const AppPlace& place = *choice.Find(m);
    std::string words =
        fmt::format("used from {} since {}", place.country.empty() ? place.network : place.country,
                    FormatTimeShort(place.first));
    if (!place.country.empty() && !place.network.empty()) words += " (" + place.network + ")";
    if (!place.agent.empty()) words += " by " + place.agent;
    if (choice.new_country) {
      std::vector<std::string> others;
      for (const AppPlace& other : m.app.places) {
        if (other.country.empty() || other.first >= place.first) continue;
        if (std::find(others.begin(), others.end(), other.country) == others.end()) {
          others.push_back(other.country);
        }
      }
      std::sort(others.begin(), others.end());
      words += "; before only from " + Listed(others);
    }
    to.reasons.push_back(std::move(words));
  };
  out->reads.use = true;
  out->reads.happening = true;
  if (choice.within != Days(1)) out->reads.spans.push_back(choice.within);
  return out;
}

std::unique_ptr<Condition> ReadWoke(Reading& reading, const Yaml&, const Yaml& value) {
  const auto span = reading.Duration(value, "woke_after");
  if (!span) return nullptr;
  const auto pause = [limit =
                          *span](const Moment& m) -> std::optional<std::pair<int32_t, int32_t>> {
    const std::vector<AppDay>& days = m.app.days;
    if (days.size() < 2 || days.back().day != Day(m.as_of)) return std::nullopt;
    const int32_t before = days[days.size() - 2].day;
    if (Days(days.back().day - before) < limit) return std::nullopt;
    return std::pair(before, days.back().day);
  };
  auto out = std::make_unique<Made>();
  out->fits = [pause](const Moment& m) { return pause(m).has_value(); };
  out->may = [limit = *span](const App& app) {
    for (size_t i = 1; i < app.days.size(); ++i) {
      if (Days(app.days[i].day - app.days[i - 1].day) >= limit) return true;
    }
    return false;
  };
  out->explain = [pause, limit = *span](const Moment& m, Explanation& to) {
    const auto found = *pause(m);
    to.reasons.push_back(fmt::format("used again on {} after {} days without use; threshold {}",
                                     FormatDate(Time{} + Days(found.second)),
                                     found.second - found.first, SpanWords(limit)));
  };
  out->reads.use = true;
  out->reads.happening = true;
  return out;
}

constexpr ConditionDef kUse[] = {
    {"last_used", "a duration with a sign", "time since its last use; never used fits nothing",
     "last_used: \"> 90d\"", ReadLastUsed, "."},
    {"unused_for", "a duration",
     "no use for so long, counted from the last use, else the last authorisation; only where uses "
     "of the platform's apps are in the evidence",
     "unused_for: 90d", ReadUnusedFor, "."},
    {"unused_permissions", "level, count, for, kind",
     "it holds permissions that the log of its calls shows unused; without such a log it fits "
     "nothing",
     "unused_permissions: {level: high, for: 90d}", ReadUnusedPermissions, "level count for"},
    {"volume", "items, bytes, events or users; within, times",
     "so much on one day, or on the days of `within` together; `times` its usual day (the median "
     "of at least seven earlier days of use)",
     "volume: {items: 1000, times: 10}", ReadVolume, "items bytes events users times within"},
    {"used_from", "country, not_country, network, agent, new_country, after, within",
     "its use from such a place began; new_country is one it was never used from, `after` 14 days "
     "or more elsewhere",
     "used_from: {new_country: true}", ReadUsedFrom, "after within"},
    {"woke_after", "a duration", "used again after so long without use", "woke_after: 60d",
     ReadWoke, "."},
};

}  // namespace

std::span<const ConditionDef> UseConditions() { return kUse; }

}  // namespace tokentrail::policy
