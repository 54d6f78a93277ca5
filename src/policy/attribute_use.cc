// What can be asked of an app: what it does, from where, and with which credentials.

#include <algorithm>

#include "policy/attribute_value.h"

namespace tokentrail::policy {
namespace {

/// Unused for this long is unused: as app governance counts.
/// Source: Microsoft Defender for Cloud Apps, predefined app policies ("unused in the last 90
/// days").
constexpr Span kUnusedAfter = Days(90);

template <typename Takes>
Value Touched(const App& app, uint64_t AppTouched::*member, const Takes& takes) {
  uint64_t sum = 0;
  for (const AppTouched& one : app.touched) {
    if (takes(one.what)) sum += one.*member;
  }
  return NumberOf(static_cast<double>(sum));
}

bool Anything(std::string_view) { return true; }
bool Mail(std::string_view what) { return what.starts_with("mail"); }
bool Files(std::string_view what) { return what.starts_with("file"); }

/// Over the days that end with the one of `as_of`.
template <typename Number>
Value OverDays(const App& app, Time as_of, int64_t days, Number AppDay::*member) {
  const int64_t last = DayOf(as_of);
  double sum = 0;
  for (const AppDay& day : app.days) {
    if (day.day <= last && day.day > last - days) sum += static_cast<double>(day.*member);
  }
  return NumberOf(sum);
}

bool Held(const AppCredential& one) { return !one.removed; }

bool Expired(const AppCredential& one, Time as_of) { return one.expires && *one.expires < as_of; }

/// That it was not used can be said only where use would be seen.
bool Unused(const App& app, const AppCredential& one, Time as_of) {
  if (!Held(one) || Expired(one, as_of)) return false;
  if (one.last_used) return kUnusedAfter < as_of - *one.last_used;
  if (!app.calls_logged) return false;
  const Time since = one.added.value_or(app.created.value_or(app.first_seen));
  return since != kAsOfCollection && kUnusedAfter < as_of - since;
}

Value Texts(const App& app, std::string AppPlace::*member) {
  return TextsOf(app.places,
                 [member](const AppPlace& one) { return std::string_view(one.*member); });
}

constexpr Attribute kAttributes[] = {
    {.name = "last_used",
     .type = ValueType::kAge,
     .summary = "since it was last seen to do something",
     .column = "Last used",
     .get = [](const App& app, const Portfolio&,
               Time as_of) { return AgeOf(app.last_used, as_of); }},
    {.name = "idle",
     .type = ValueType::kAge,
     .summary =
         "since it was last used; where that was never seen, since it was last authorised or "
         "created; unknown where no log would show use",
     .column = "Idle",
     .get =
         [](const App& app, const Portfolio&, Time as_of) {
           if (app.last_used) return AgeOf(app.last_used, as_of);
           if (!app.calls_logged) return Value{};
           if (app.last_authorized) return AgeOf(app.last_authorized, as_of);
           return AgeOf(app.created, as_of);
         }},
    {.name = "events",
     .type = ValueType::kNumber,
     .summary = "what it was seen to do, in events",
     .column = "Events",
     .get = [](const App& app, const Portfolio&,
               Time) { return NumberOf(static_cast<double>(app.events)); }},
    {.name = "events_7d",
     .type = ValueType::kNumber,
     .summary = "its events of the last 7 days",
     .column = "Events (7 d)",
     .get = [](const App& app, const Portfolio&,
               Time as_of) { return OverDays(app, as_of, 7, &AppDay::events); }},
    {.name = "active_days",
     .type = ValueType::kNumber,
     .summary = "days on which it did something",
     .column = "Active days",
     .get = [](const App& app, const Portfolio&,
               Time) { return NumberOf(static_cast<double>(app.days.size())); }},
    {.name = "calls_logged",
     .type = ValueType::kFlag,
     .summary = "a log of what it calls is in the evidence",
     .column = "Calls logged",
     .get = [](const App& app, const Portfolio&, Time) { return FlagOf(app.calls_logged); }},
    {.name = "touched",
     .type = ValueType::kTexts,
     .summary = "what it touched: mail_read, files, directory, ...",
     .column = "Touched",
     .get =
         [](const App& app, const Portfolio&, Time) {
           return TextsOf(app.touched,
                          [](const AppTouched& one) { return std::string_view(one.what); });
         }},
    {.name = "items",
     .type = ValueType::kNumber,
     .summary = "messages, files, rows it touched, where logs count them",
     .column = "Items",
     .get = [](const App& app, const Portfolio&,
               Time) { return Touched(app, &AppTouched::items, Anything); }},
    {.name = "mail_items",
     .type = ValueType::kNumber,
     .summary = "messages it touched",
     .column = "Mail items",
     .get = [](const App& app, const Portfolio&,
               Time) { return Touched(app, &AppTouched::items, Mail); }},
    {.name = "file_items",
     .type = ValueType::kNumber,
     .summary = "files it touched",
     .column = "File items",
     .get = [](const App& app, const Portfolio&,
               Time) { return Touched(app, &AppTouched::items, Files); }},
    {.name = "owners",
     .type = ValueType::kNumber,
     .summary = "mailboxes, people or repositories it touched, of the kind it touched most of",
     .column = "Owners touched",
     .get =
         [](const App& app, const Portfolio&, Time) {
           uint64_t most = 0;
           for (const AppTouched& one : app.touched) most = std::max(most, one.owners);
           return NumberOf(static_cast<double>(most));
         },
     .aliases = "mailboxes"},
    {.name = "bytes",
     .type = ValueType::kNumber,
     .summary = "data it moved, where logs count it",
     .column = "Data usage",
     .get = [](const App& app, const Portfolio&,
               Time) { return Touched(app, &AppTouched::bytes, Anything); },
     .unit = Unit::kBytes,
     .aliases = "data_volume data_usage data"},
    {.name = "bytes_7d",
     .type = ValueType::kNumber,
     .summary = "data it moved in the last 7 days",
     .column = "Data usage (7 d)",
     .get = [](const App& app, const Portfolio&,
               Time as_of) { return OverDays(app, as_of, 7, &AppDay::bytes); },
     .unit = Unit::kBytes,
     .aliases = "data_volume_7d"},
    {.name = "networks",
     .type = ValueType::kTexts,
     .summary = "networks it is used from: autonomous systems, else /24 or /48",
     .column = "Networks",
     .get = [](const App& app, const Portfolio&, Time) { return Texts(app, &AppPlace::network); },
     .aliases = "network"},
    {.name = "countries",
     .type = ValueType::kTexts,
     .summary = "countries it is used from",
     .column = "Countries",
     .get = [](const App& app, const Portfolio&, Time) { return Texts(app, &AppPlace::country); },
     .aliases = "country"},
    {.name = "agents",
     .type = ValueType::kTexts,
     .summary = "programs it is used with: python-requests, Chrome/Win, ...",
     .column = "Agents",
     .get = [](const App& app, const Portfolio&, Time) { return Texts(app, &AppPlace::agent); },
     .aliases = "agent user_agent"},
    {.name = "network_count",
     .type = ValueType::kNumber,
     .summary = "how many networks it is used from",
     .column = "Network count",
     .get =
         [](const App& app, const Portfolio&, Time) {
           return NumberOf(static_cast<double>(Texts(app, &AppPlace::network).texts.size() +
                                               app.places_left_out));
         }},
    {.name = "credentials",
     .type = ValueType::kNumber,
     .summary = "secrets, certificates and federated credentials it holds, expired ones too",
     .column = "Credentials",
     .get =
         [](const App& app, const Portfolio&, Time) {
           return NumberOf(static_cast<double>(
               std::count_if(app.credentials.begin(), app.credentials.end(), Held)));
         }},
    {.name = "credential_kinds",
     .type = ValueType::kTexts,
     .summary = "kinds of credentials it holds: secret, certificate, federated",
     .column = "Credential kinds",
     .get =
         [](const App& app, const Portfolio&, Time) {
           std::vector<std::string_view> out;
           for (const AppCredential& one : app.credentials) {
             if (Held(one)) out.push_back(one.kind);
           }
           return TextsOf(std::move(out));
         },
     .aliases = "credential_kind"},
    {.name = "unused_credentials",
     .type = ValueType::kNumber,
     .summary =
         "credentials, not expired, without use in 90 days; unknown where no log would show it",
     .column = "Unused credentials",
     .get =
         [](const App& app, const Portfolio&, Time as_of) {
           size_t unused = 0;
           bool can_say = app.calls_logged;
           for (const AppCredential& one : app.credentials) {
             can_say = can_say || one.last_used.has_value();
             unused += Unused(app, one, as_of) ? 1 : 0;
           }
           return can_say ? NumberOf(static_cast<double>(unused)) : Value{};
         }},
    {.name = "expired_credentials",
     .type = ValueType::kNumber,
     .summary = "credentials that are there still, and have expired",
     .column = "Expired credentials",
     .get =
         [](const App& app, const Portfolio&, Time as_of) {
           size_t count = 0;
           for (const AppCredential& one : app.credentials) {
             count += Held(one) && Expired(one, as_of) ? 1 : 0;
           }
           return NumberOf(static_cast<double>(count));
         }},
    {.name = "credential_added",
     .type = ValueType::kAge,
     .summary = "since a credential was last added to it",
     .column = "Credential added",
     .get =
         [](const App& app, const Portfolio&, Time as_of) {
           std::optional<Time> last;
           for (const AppCredential& one : app.credentials) {
             if (one.added && *one.added != kAsOfCollection) last = Later(last, one.added);
           }
           return AgeOf(last, as_of);
         }},
    {.name = "findings",
     .type = ValueType::kNumber,
     .summary = "findings that name it",
     .column = "Findings",
     .get = [](const App& app, const Portfolio&,
               Time) { return NumberOf(static_cast<double>(app.findings.size())); }},
    {.name = "finding_rules",
     .type = ValueType::kTexts,
     .summary = "rules, analytics and policies of those findings",
     .column = "Rules",
     .get =
         [](const App& app, const Portfolio&, Time) {
           return TextsOf(app.findings,
                          [](const AppFinding& one) { return std::string_view(one.rule); });
         },
     .aliases = "rule"},
    {.name = "worst_finding",
     .type = ValueType::kLevel,
     .summary = "level of its worst finding",
     .column = "Worst finding",
     .get =
         [](const App& app, const Portfolio&, Time) {
           if (app.findings.empty()) return Value{};
           Level worst = Level::kInformational;
           for (const AppFinding& one : app.findings) worst = std::max(worst, one.level);
           return NumberOf(LevelRank(worst));
         }},
};

}  // namespace

std::span<const Attribute> UseAttributes() { return kAttributes; }

}  // namespace tokentrail::policy
