// Conditions on what an app is and may do.

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "inventory/weights.h"
#include "policy/made.h"

namespace tokentrail::policy {
namespace {

using MadePtr = std::unique_ptr<Made>;

// --- permissions

std::vector<const AppPermission*> AtLeast(const App& app, int severity) {
  std::vector<const AppPermission*> out;
  for (const AppPermission& one : app.permissions) {
    if (one.in_force && one.severity >= severity && one.severity >= 0) out.push_back(&one);
  }
  std::stable_sort(out.begin(), out.end(), [](const AppPermission* a, const AppPermission* b) {
    return a->severity > b->severity;
  });
  return out;
}

void ExplainPermissions(const Moment& moment, std::vector<const AppPermission*> found,
                        Explanation& out) {
  std::vector<std::string> words;
  std::vector<std::string_view> names;
  for (const AppPermission* one : found) {
    words.push_back(Words(*one));
    names.push_back(one->name);
  }
  out.reasons.push_back("holds " + Listed(words));
  CiteGrants(moment, names, out);
}

std::unique_ptr<Condition> ReadPermission(Reading& reading, const Yaml&, const Yaml& value) {
  const std::optional<int> least = ReadPermissionLevel(reading, value, "permission");
  if (!least) return nullptr;
  auto out = std::make_unique<Made>();
  const int severity = *least;
  out->fits = [severity](const Moment& m) { return MaxSeverity(m.app) >= severity; };
  out->explain = [severity](const Moment& m, Explanation& to) {
    ExplainPermissions(m, AtLeast(m.app, severity), to);
    to.reasons.back() += "; threshold " + SeverityWords(severity);
  };
  out->may = [severity](const App& app) {
    return std::any_of(app.permissions.begin(), app.permissions.end(),
                       [&](const AppPermission& one) { return one.severity >= severity; });
  };
  return out;
}

struct PermissionChoice {
  std::vector<std::string> any;
  std::vector<std::string> all;
  std::vector<std::string> none;
  std::vector<std::string> family;
  Kind kind = Kind::kEither;
  int severity = -1;

  bool Wants(const AppPermission& one) const {
    if (!IsOf(kind, one.application) || one.severity < severity) return false;
    if (!family.empty() && !FitsAny(one.family, family)) return false;
    return true;
  }
  bool Fits(const App& app, bool now) const {
    bool found =
        any.empty() && all.empty() && (kind == Kind::kEither && family.empty() && severity < 0);
    std::vector<bool> seen(all.size());
    for (const AppPermission& one : app.permissions) {
      if (now && !one.in_force) continue;
      if (now && FitsAny(one.name, none)) return false;
      if (!Wants(one)) continue;
      for (size_t i = 0; i < all.size(); ++i) {
        if (FitsPattern(one.name, all[i])) seen[i] = true;
      }
      if (any.empty() ? all.empty() : FitsAny(one.name, any)) found = true;
    }
    if (!any.empty() && !found) return false;
    if (!all.empty()) return std::find(seen.begin(), seen.end(), false) == seen.end();
    return found;
  }
};

std::unique_ptr<Condition> ReadPermissions(Reading& reading, const Yaml&, const Yaml& value) {
  PermissionChoice choice;
  if (!value.is_map()) {
    auto any = reading.Texts(value, "permissions");
    if (!any) return nullptr;
    choice.any = *std::move(any);
  } else {
    if (!reading.Keys(value, "permissions", {"any", "all", "none", "family", "kind", "level"})) {
      return nullptr;
    }
    for (const auto& [key, node] : value.map) {
      if (key.text == "kind") {
        const auto kind = ReadKind(reading, node, "permissions.kind");
        if (!kind) return nullptr;
        choice.kind = *kind;
      } else if (key.text == "level") {
        const auto level = ReadPermissionLevel(reading, node, "permissions.level");
        if (!level) return nullptr;
        choice.severity = *level;
      } else {
        auto texts = reading.Texts(node, "permissions." + key.text);
        if (!texts) return nullptr;
        auto& into = key.text == "any"    ? choice.any
                     : key.text == "all"  ? choice.all
                     : key.text == "none" ? choice.none
                                          : choice.family;
        into = *std::move(texts);
      }
    }
    for (const std::string& name : choice.none) {
      for (const auto* wanted : {&choice.any, &choice.all}) {
        if (std::find(wanted->begin(), wanted->end(), name) == wanted->end()) continue;
        reading.Wrong(*value.Find("none"),
                      fmt::format("'{}' is both wanted and ruled out: nothing can fit", name));
        return nullptr;
      }
    }
  }
  auto out = std::make_unique<Made>();
  out->fits = [choice](const Moment& m) { return choice.Fits(m.app, true); };
  out->may = [choice](const App& app) { return choice.Fits(app, false); };
  out->explain = [choice](const Moment& m, Explanation& to) {
    std::vector<const AppPermission*> found;
    for (const AppPermission& one : m.app.permissions) {
      if (!one.in_force || !choice.Wants(one)) continue;
      const bool named = (choice.any.empty() && choice.all.empty()) ||
                         FitsAny(one.name, choice.any) || FitsAny(one.name, choice.all);
      if (named) found.push_back(&one);
    }
    if (!found.empty()) {
      ExplainPermissions(m, found, to);
    } else {
      to.reasons.push_back("holds none of " + Listed(choice.none));
    }
  };
  return out;
}

// --- people

std::string People(uint64_t count) {
  return fmt::format("{} {}", Grouped(count), count == 1 ? "person" : "people");
}

std::unique_ptr<Condition> ReadUsers(Reading& reading, const Yaml&, const Yaml& value) {
  const auto users = reading.Compare(value, "users", Measure::kCount, Bare::kRefused);
  if (!users) return nullptr;
  auto out = std::make_unique<Made>();
  const Comparison wanted = *users;
  out->fits = [wanted](const Moment& m) {
    // Allowed for everybody is not "few".
    if (m.app.tenant_wide && wanted.Greatest() < 1e18) return false;
    return wanted.Fits(static_cast<double>(UserCount(m.app)));
  };
  out->explain = [wanted](const Moment& m, Explanation& to) {
    std::vector<std::string> names;
    for (const AppUser& user : m.app.users) {
      if (user.in_force) names.push_back(user.name.empty() ? user.id : user.name);
    }
    std::string words = People(UserCount(m.app));
    if (!names.empty()) words += fmt::format(" ({})", Listed(names, 3));
    to.reasons.push_back(fmt::format("{}; threshold {}", words, wanted.Words()));
    for (const AppConsent& act : m.app.consents) {
      if (act.act == ConsentAct::kGranted && act.user > 0) to.acts.push_back(&act);
    }
  };
  return out;
}

// --- times

struct Age {
  bool known = false;
  Time since;
  bool at_least = false;  ///< it may be older
  std::string_view from;
};

Age AgeOf(const App& app) {
  if (IsKnown(app.created)) return {true, *app.created, false, "created"};
  const bool authorised = IsKnown(app.first_authorized);
  if (authorised &&
      (!IsKnown(app.first_seen) || *app.first_authorized <= app.first_seen + Days(1))) {
    return {true, *app.first_authorized, false, "first authorised"};
  }
  if (IsKnown(app.first_seen)) return {true, app.first_seen, true, "first seen"};
  return {};
}

/// In the first days of an export everything is seen for the first time: that makes nothing new.
std::unique_ptr<Condition> ReadQuietBefore(Reading& reading, const Yaml&, const Yaml& value) {
  const auto quiet = reading.Compare(value, "quiet_before", Measure::kSpan, Bare::kAtLeast);
  if (!quiet) return nullptr;
  auto out = std::make_unique<Made>();
  const Comparison wanted = *quiet;
  const auto before = [](const Moment& m) -> std::optional<Span> {
    const Time first = m.around.TenantFirst(m.app);
    if (IsKnown(m.app.created) || !IsKnown(m.around.portfolio().first))
      return Days(36'500);  // nothing to doubt
    if (!IsKnown(m.app.first_seen) || m.app.first_seen < first) return std::nullopt;
    return m.app.first_seen - first;
  };
  out->fits = [wanted, before](const Moment& m) {
    const std::optional<Span> found = before(m);
    return found && wanted.Fits(static_cast<double>(found->micros) / 1e6);
  };
  out->explain = [](const Moment& m, Explanation& to) {
    if (IsKnown(m.app.created)) return;  // its age says it
    if (!IsKnown(m.around.portfolio().first)) return;
    to.reasons.push_back(fmt::format("the evidence had gone on {} without it",
                                     FormatSpan(m.app.first_seen - m.around.TenantFirst(m.app))));
  };
  return out;
}

std::unique_ptr<Condition> ReadAge(Reading& reading, const Yaml&, const Yaml& value) {
  const auto age = reading.Compare(value, "age", Measure::kSpan, Bare::kRefused);
  if (!age) return nullptr;
  auto out = std::make_unique<Made>();
  const Comparison wanted = *age;
  const bool young = wanted.Greatest() < 1e18;
  out->fits = [wanted, young](const Moment& m) {
    const Age found = AgeOf(m.app);
    if (!found.known || found.since > m.as_of || (found.at_least && young)) return false;
    return wanted.Fits(static_cast<double>((m.as_of - found.since).micros) / 1e6);
  };
  out->explain = [wanted](const Moment& m, Explanation& to) {
    const Age found = AgeOf(m.app);
    to.reasons.push_back(fmt::format("{} {}, {} old; threshold {}", found.from,
                                     FormatTimeShort(found.since),
                                     FormatSpan(m.as_of - found.since), wanted.Words()));
  };
  for (const double seconds : {wanted.low, wanted.high}) {
    if (seconds > 0) out->reads.spans.push_back(Seconds(static_cast<int64_t>(seconds)));
  }
  out->reads.happening = young;
  return out;
}

std::unique_ptr<Condition> ReadLastAuthorized(Reading& reading, const Yaml&, const Yaml& value) {
  const auto age = reading.Compare(value, "last_authorized", Measure::kSpan, Bare::kRefused);
  if (!age) return nullptr;
  auto out = std::make_unique<Made>();
  const Comparison wanted = *age;
  out->fits = [wanted](const Moment& m) {
    if (!IsKnown(m.app.last_authorized) || *m.app.last_authorized > m.as_of) return false;
    return wanted.Fits(static_cast<double>((m.as_of - *m.app.last_authorized).micros) / 1e6);
  };
  out->explain = [wanted](const Moment& m, Explanation& to) {
    to.reasons.push_back(fmt::format("last authorised {}, {} ago; threshold {}",
                                     FormatTimeShort(*m.app.last_authorized),
                                     FormatSpan(m.as_of - *m.app.last_authorized), wanted.Words()));
    for (const AppConsent& act : m.app.consents) {
      if (act.time == *m.app.last_authorized) to.acts.push_back(&act);
    }
  };
  for (const double seconds : {wanted.low, wanted.high}) {
    if (seconds > 0) out->reads.spans.push_back(Seconds(static_cast<int64_t>(seconds)));
  }
  out->reads.happening = wanted.Greatest() < 1e18;
  return out;
}

// --- who is behind it

std::unique_ptr<Condition> ReadOrigin(Reading& reading, const Yaml&, const Yaml& value) {
  const auto origin = reading.Choice(value, "origin", {"internal", "external"});
  if (!origin) return nullptr;
  auto out = std::make_unique<Made>();
  const bool internal = *origin == "internal";
  out->fits = [internal](const Moment& m) {
    // Not told is neither.
    if (m.app.owner_tenant.empty() || m.app.tenant.empty()) return false;
    return EqualsIgnoreCase(m.app.owner_tenant, m.app.tenant) == internal;
  };
  out->explain = [internal](const Moment& m, Explanation& to) {
    to.reasons.push_back(internal ? std::string("registered in this tenant")
                                  : "registered in another tenant, " + m.app.owner_tenant);
  };
  out->may = [fits = out->fits](const App& app) {
    return !app.owner_tenant.empty() && !app.tenant.empty();
  };
  out->reads.unknown_before = {"whose the app is"};
  return out;
}

std::unique_ptr<Condition> ReadVerified(Reading& reading, const Yaml&, const Yaml& value) {
  const auto wanted = reading.Choices(value, "verified", {"true", "false", "unknown"});
  if (!wanted) return nullptr;
  auto out = std::make_unique<Made>();
  bool fits[3] = {};
  for (const std::string& one : *wanted) {
    const auto state = one == "true"    ? App::Verified::kYes
                       : one == "false" ? App::Verified::kNo
                                        : App::Verified::kUnknown;
    fits[static_cast<size_t>(state)] = true;
  }
  const bool unknown = fits[0];
  const bool no = fits[1];
  const bool yes = fits[2];
  out->may = [unknown, no, yes](const App& app) {
    switch (app.verified) {
      case App::Verified::kUnknown:
        return unknown;
      case App::Verified::kNo:
        return no;
      case App::Verified::kYes:
        return yes;
    }
    return false;
  };
  out->fits = [may = out->may](const Moment& m) { return may(m.app); };
  out->explain = [](const Moment& m, Explanation& to) {
    const std::string name = m.app.publisher.empty() ? std::string("the publisher")
                                                     : "publisher '" + m.app.publisher + "'";
    to.reasons.push_back(m.app.verified == App::Verified::kYes ? name + " is verified"
                         : m.app.verified == App::Verified::kNo
                             ? name + " is not verified"
                             : "whether " + name + " is verified is not known");
  };
  out->reads.unknown_before = {"the publisher and its verification"};
  return out;
}

/// A condition on one text of the app's.
std::unique_ptr<Condition> OnText(Reading& reading, const Yaml& value, std::string_view what,
                                  const std::string& (*text)(const App&)) {
  auto patterns = reading.Texts(value, what);
  if (!patterns) return nullptr;
  auto out = std::make_unique<Made>();
  out->may = [patterns = *patterns, text](const App& app) {
    return !text(app).empty() && FitsAny(text(app), patterns);
  };
  out->fits = [may = out->may](const Moment& m) { return may(m.app); };
  out->explain = [text, what = std::string(what)](const Moment& m, Explanation& to) {
    to.reasons.push_back(fmt::format("{} is '{}'", what, text(m.app)));
  };
  return out;
}

std::unique_ptr<Condition> ReadPublisher(Reading& reading, const Yaml&, const Yaml& value) {
  auto out = OnText(reading, value, "publisher",
                    [](const App& app) -> const std::string& { return app.publisher; });
  if (out) out->reads.unknown_before = {"the publisher and its verification"};
  return out;
}

std::unique_ptr<Condition> ReadName(Reading& reading, const Yaml&, const Yaml& value) {
  auto patterns = reading.Texts(value, "name");
  if (!patterns) return nullptr;
  auto out = std::make_unique<Made>();
  out->may = [patterns = *patterns](const App& app) {
    return FitsAny(app.name, patterns) ||
           std::any_of(app.other_names.begin(), app.other_names.end(),
                       [&](const std::string& name) { return FitsAny(name, patterns); });
  };
  out->fits = [may = out->may](const Moment& m) { return may(m.app); };
  out->explain = [](const Moment& m, Explanation& to) {
    to.reasons.push_back(fmt::format("its name is '{}'", m.app.name));
  };
  return out;
}

// --- flags

std::unique_ptr<Condition> OnFlag(Reading& reading, const Yaml& value, std::string_view what,
                                  bool (*flag)(const App&), std::string_view yes,
                                  std::string_view no) {
  const auto wanted = reading.Flag(value, what);
  if (!wanted) return nullptr;
  auto out = std::make_unique<Made>();
  out->fits = [want = *wanted, flag](const Moment& m) { return flag(m.app) == want; };
  out->explain = [words = std::string(*wanted ? yes : no)](const Moment&, Explanation& to) {
    to.reasons.push_back(words);
  };
  return out;
}

std::unique_ptr<Condition> ReadTenantWide(Reading& reading, const Yaml&, const Yaml& value) {
  auto out = OnFlag(
      reading, value, "tenant_wide", [](const App& app) { return app.tenant_wide; },
      "allowed for everybody in the tenant", "not allowed for everybody in the tenant");
  if (out != nullptr && value.text == "true") {
    Made& made = static_cast<Made&>(*out);
    made.explain = [](const Moment& m, Explanation& to) {
      std::string who;
      for (const AppConsent& act : m.app.consents) {
        if (!act.all_users || act.act == ConsentAct::kRevoked) continue;
        to.acts.push_back(&act);
        if (who.empty() && !act.by.empty()) who = ", by " + act.by;
      }
      to.reasons.push_back("allowed for everybody in the tenant" + who);
    };
  }
  return out;
}

std::unique_ptr<Condition> ReadAppOnly(Reading& reading, const Yaml&, const Yaml& value) {
  return OnFlag(
      reading, value, "app_only", [](const App& app) { return app.app_only; },
      "holds permissions of its own, without a person", "holds no permissions of its own");
}

std::unique_ptr<Condition> ReadOffline(Reading& reading, const Yaml&, const Yaml& value) {
  return OnFlag(
      reading, value, "offline", [](const App& app) { return app.offline; },
      "may ask for new tokens without the person", "may not ask for new tokens without the person");
}

std::unique_ptr<Condition> ReadFirstParty(Reading& reading, const Yaml&, const Yaml& value) {
  return OnFlag(
      reading, value, "first_party", [](const App& app) { return app.first_party; },
      "one of the platform's own apps", "not one of the platform's own apps");
}

std::unique_ptr<Condition> ReadState(Reading& reading, const Yaml&, const Yaml& value) {
  auto states = reading.Choices(value, "state", {"approved", "banned", "undetermined"});
  if (!states) return nullptr;
  auto out = std::make_unique<Made>();
  out->may = [states = *states](const App& app) {
    return std::find(states.begin(), states.end(), Name(app.sanction)) != states.end();
  };
  out->fits = [may = out->may](const Moment& m) { return may(m.app); };
  out->explain = [](const Moment& m, Explanation& to) {
    to.reasons.push_back(fmt::format("the organisation's list calls it {}", Name(m.app.sanction)));
  };
  out->reads.unknown_before = {"whether it was approved or banned"};
  return out;
}

// --- judgement

/// All that was said of it, each code once.
std::vector<const AppSign*> SignsOf(const App& app) {
  std::vector<const AppSign*> out;
  for (const AppSign& sign : app.signs) out.push_back(&sign);
  for (const RiskReason& reason : app.risk.reasons) {
    const bool there = std::any_of(out.begin(), out.end(), [&](const AppSign* sign) {
      return sign->code == reason.sign.code;
    });
    if (!there) out.push_back(&reason.sign);
  }
  return out;
}

std::unique_ptr<Condition> OnSigns(std::vector<std::string> patterns) {
  auto out = std::make_unique<Made>();
  const auto found = [patterns](const App& app) {
    for (const AppSign& sign : app.signs) {
      if (FitsAny(sign.code, patterns)) return true;
    }
    for (const RiskReason& reason : app.risk.reasons) {
      if (FitsAny(reason.sign.code, patterns)) return true;
    }
    return false;
  };
  out->fits = [found](const Moment& m) { return found(m.app); };
  // What names, publishers and addresses look like does not change with what the app does.
  const bool fixed = std::all_of(patterns.begin(), patterns.end(), [](const std::string& code) {
    return code.starts_with("name.") || code.starts_with("publisher.") ||
           code.starts_with("reply.");
  });
  out->reads.risk = !fixed;
  if (fixed) {
    out->reads.unknown_before = {"names, publishers and reply URLs"};
    out->may = [found](const App& app) { return found(app); };
  }
  out->explain = [patterns](const Moment& m, Explanation& to) {
    std::vector<std::string> words;
    for (const AppSign* sign : SignsOf(m.app)) {
      if (FitsAny(sign->code, patterns)) {
        words.push_back(sign->words.empty() ? sign->code : sign->words);
      }
    }
    to.reasons.push_back(Listed(words, 3));
  };
  return out;
}

std::unique_ptr<Condition> ReadSign(Reading& reading, const Yaml&, const Yaml& value) {
  auto codes = reading.Texts(value, "sign");
  if (!codes) return nullptr;
  std::vector<std::string_view> known = {"listing.malicious", "listing.first_party"};
  for (const auto& entry : inventory::Weights::Shipped().entries()) {
    if (entry.points) known.push_back(entry.key);
  }
  for (size_t i = 0; i < codes->size(); ++i) {
    const std::string& code = (*codes)[i];
    const bool any = std::any_of(known.begin(), known.end(),
                                 [&](std::string_view one) { return FitsPattern(one, code); });
    if (!any) {
      const std::string_view meant = Closest(code, known);
      reading.Wrong(value.is_list() ? value.list[i] : value,
                    fmt::format("there is no sign '{}'", code),
                    meant.empty() ? std::string("docs/risk.md has them all")
                                  : fmt::format("did you mean '{}'?", meant));
      return nullptr;
    }
  }
  return OnSigns(*std::move(codes));
}

std::unique_ptr<Condition> ReadMisleading(Reading& reading, const Yaml&, const Yaml& value) {
  const auto parts = reading.Choices(value, "misleading", {"name", "publisher", "reply_url"});
  if (!parts) return nullptr;
  std::vector<std::string> patterns;
  for (const std::string& part : *parts) {
    for (const std::string_view code : MisleadingCodes(part)) patterns.emplace_back(code);
  }
  auto out = OnSigns(std::move(patterns));
  return out;
}

std::unique_ptr<Condition> ReadListed(Reading& reading, const Yaml&, const Yaml& value) {
  auto verdicts =
      reading.Choices(value, "listed", {"malicious", "risky", "first_party", "compromised_vendor"});
  if (!verdicts) return nullptr;
  auto out = std::make_unique<Made>();
  const auto wants = [verdicts = *verdicts](const AppListing& one) {
    return std::find(verdicts.begin(), verdicts.end(), one.verdict) != verdicts.end();
  };
  out->may = [wants](const App& app) {
    return std::any_of(app.listings.begin(), app.listings.end(), wants);
  };
  out->fits = [may = out->may](const Moment& m) { return may(m.app); };
  out->explain = [wants](const Moment& m, Explanation& to) {
    for (const AppListing& one : m.app.listings) {
      if (wants(one)) {
        to.reasons.push_back(fmt::format("{} lists it as {}{}", one.source, one.verdict,
                                         one.name.empty() ? "" : " ('" + one.name + "')"));
      }
    }
  };
  return out;
}

std::unique_ptr<Condition> ReadRisk(Reading& reading, const Yaml&, const Yaml& value) {
  // A level is that of the table of weights, which a user may have changed.
  const auto level = value.is_scalar() ? ParseLevel(value.text) : std::nullopt;
  Comparison wanted;
  if (!level) {
    const auto read = reading.Compare(value, "risk", Measure::kScore, Bare::kRefused);
    if (!read) return nullptr;
    wanted = *read;
  }
  auto out = std::make_unique<Made>();
  const bool by_level = level.has_value();
  const Level least = level.value_or(Level::kInformational);
  out->fits = [wanted, by_level, least](const Moment& m) {
    if (m.app.risk.score < 0) return false;
    return by_level ? m.app.risk.level >= least : wanted.Fits(m.app.risk.score);
  };
  out->explain = [threshold = level ? std::string(Name(*level)) : wanted.Words()](const Moment& m,
                                                                                  Explanation& to) {
    std::vector<std::string> words;
    std::vector<const RiskReason*> reasons;
    for (const RiskReason& one : m.app.risk.reasons) reasons.push_back(&one);
    std::stable_sort(reasons.begin(), reasons.end(), [](const RiskReason* a, const RiskReason* b) {
      return a->points > b->points;
    });
    for (const RiskReason* one : reasons) words.push_back(one->sign.words);
    to.reasons.push_back(fmt::format("risk {}; threshold {}{}", m.app.risk.score, threshold,
                                     words.empty() ? "" : ": " + Listed(words, 3)));
  };
  out->reads.risk = true;
  return out;
}

struct FindingChoice {
  Level level = Level::kInformational;
  std::vector<std::string> rules;
  Comparison count;

  bool Wants(const AppFinding& one) const {
    return one.level >= level && (rules.empty() || FitsAny(one.rule, rules));
  }
};

std::optional<Level> ReadLevelOf(Reading& reading, const Yaml& node, std::string_view what) {
  const auto level = node.is_scalar() ? ParseLevel(node.text) : std::nullopt;
  if (!level) {
    reading.Wrong(node, fmt::format("'{}' takes a level", what),
                  "they are: critical, high, medium, low, informational");
  }
  return level;
}

std::unique_ptr<Condition> ReadFindings(Reading& reading, const Yaml&, const Yaml& value) {
  FindingChoice choice;
  choice.count.low = 1;
  if (value.is_map()) {
    if (!reading.Keys(value, "findings", {"level", "rule", "count"})) return nullptr;
    for (const auto& [key, node] : value.map) {
      if (key.text == "level") {
        const auto level = ReadLevelOf(reading, node, "findings.level");
        if (!level) return nullptr;
        choice.level = *level;
      } else if (key.text == "rule") {
        auto rules = reading.Texts(node, "findings.rule");
        if (!rules) return nullptr;
        choice.rules = *std::move(rules);
      } else {
        const auto count = reading.Compare(node, "findings.count", Measure::kCount, Bare::kAtLeast);
        if (!count) return nullptr;
        choice.count = *count;
      }
    }
  } else {
    const auto level = ReadLevelOf(reading, value, "findings");
    if (!level) return nullptr;
    choice.level = *level;
  }
  auto out = std::make_unique<Made>();
  out->fits = [choice](const Moment& m) {
    const auto count = std::count_if(m.app.findings.begin(), m.app.findings.end(),
                                     [&](const AppFinding& one) { return choice.Wants(one); });
    return choice.count.Fits(static_cast<double>(count));
  };
  out->explain = [choice](const Moment& m, Explanation& to) {
    std::vector<std::string> words;
    for (const AppFinding& one : m.app.findings) {
      if (choice.Wants(one)) words.push_back(fmt::format("{} ({})", one.rule, Name(one.level)));
    }
    to.reasons.push_back(fmt::format("{} finding{} of this app: {}; threshold {}", words.size(),
                                     words.size() == 1 ? "" : "s", Listed(words),
                                     choice.count.Words()));
  };
  return out;
}

// --- credentials

struct CredentialChoice {
  std::vector<std::string> kinds;
  Span unused_for;
  std::optional<Comparison> lifetime;
  std::optional<Comparison> age;
  Comparison count;

  bool Wants(const AppCredential& one, const Moment& m) const {
    if (IsKnown(one.removed) && *one.removed <= m.as_of) return false;
    if (IsKnown(one.expires) && *one.expires <= m.as_of) return false;
    if (!kinds.empty() && std::find(kinds.begin(), kinds.end(), one.kind) == kinds.end()) {
      return false;
    }
    if (lifetime) {
      if (!IsKnown(one.added) || !IsKnown(one.expires)) return false;
      if (!lifetime->Fits(static_cast<double>((*one.expires - *one.added).micros) / 1e6))
        return false;
    }
    if (age) {
      if (!IsKnown(one.added) || *one.added > m.as_of) return false;
      if (!age->Fits(static_cast<double>((m.as_of - *one.added).micros) / 1e6)) return false;
    }
    return unused_for.micros == 0 || IsUnused(one, m);
  }

  /// Limit: where no log names the credential that was used, it can only be said to be unused when
  /// the app is.
  bool IsUnused(const AppCredential& one, const Moment& m) const {
    const Time limit = m.as_of - unused_for;
    if (!IsKnown(one.added) || *one.added > limit) return false;
    if (IsKnown(one.last_used)) return *one.last_used <= limit;
    const bool named =
        std::any_of(m.app.credentials.begin(), m.app.credentials.end(),
                    [](const AppCredential& other) { return IsKnown(other.last_used); });
    if (named) return true;
    if (IsKnown(m.app.last_used)) return *m.app.last_used <= limit;
    return m.around.UseIsLogged(m.app);
  }
};

std::unique_ptr<Condition> ReadCredentials(Reading& reading, const Yaml&, const Yaml& value) {
  CredentialChoice choice;
  choice.count.low = 1;
  if (!reading.Keys(value, "credentials", {"kind", "unused_for", "lifetime", "age", "count"})) {
    return nullptr;
  }
  auto out = std::make_unique<Made>();
  const auto note = [&](const Comparison& comparison) {
    for (const double seconds : {comparison.low, comparison.high}) {
      if (seconds > 0) out->reads.spans.push_back(Seconds(static_cast<int64_t>(seconds)));
    }
  };
  for (const auto& [key, node] : value.map) {
    if (key.text == "kind") {
      auto kinds =
          reading.Choices(node, "credentials.kind", {"secret", "certificate", "federated"});
      if (!kinds) return nullptr;
      choice.kinds = *std::move(kinds);
    } else if (key.text == "unused_for") {
      const auto span = reading.Duration(node, "credentials.unused_for");
      if (!span) return nullptr;
      choice.unused_for = *span;
      out->reads.use = true;
      out->reads.spans.push_back(*span);
    } else if (key.text == "count") {
      const auto count =
          reading.Compare(node, "credentials.count", Measure::kCount, Bare::kAtLeast);
      if (!count) return nullptr;
      choice.count = *count;
    } else {
      const auto span =
          reading.Compare(node, "credentials." + key.text, Measure::kSpan, Bare::kRefused);
      if (!span) return nullptr;
      (key.text == "age" ? choice.age : choice.lifetime) = *span;
      if (key.text == "age") note(*span);
    }
  }
  const auto count = [](const CredentialChoice& of, const Moment& m) {
    return std::count_if(m.app.credentials.begin(), m.app.credentials.end(),
                         [&](const AppCredential& one) { return of.Wants(one, m); });
  };
  out->fits = [choice, count](const Moment& m) {
    return !m.app.credentials.empty() && choice.count.Fits(static_cast<double>(count(choice, m)));
  };
  out->may = [](const App& app) { return !app.credentials.empty(); };
  out->explain = [choice](const Moment& m, Explanation& to) {
    std::vector<std::string> words;
    for (const AppCredential& one : m.app.credentials) {
      if (!choice.Wants(one, m)) continue;
      std::string text = one.kind.empty() ? "credential" : one.kind;
      if (!one.name.empty() || !one.id.empty())
        text += " " + (one.name.empty() ? one.id : one.name);
      if (IsKnown(one.added)) text += ", added " + FormatDate(*one.added);
      text += IsKnown(one.last_used)         ? ", last used " + FormatDate(*one.last_used)
              : choice.unused_for.micros > 0 ? ", no use seen"
                                             : "";
      words.push_back(std::move(text));
    }
    std::string reason = Listed(words, 3);
    if (choice.unused_for.micros > 0) {
      reason += fmt::format(
          "; threshold {} without use",
          FormatMeasure(Measure::kSpan, static_cast<double>(choice.unused_for.micros) / 1e6));
    }
    to.reasons.push_back(std::move(reason));
  };
  return out;
}

constexpr ConditionDef kState[] = {
    {"permission", "low, medium, high, or a severity such as \">= 60\"",
     "the strongest permission it holds is of this level or above", "permission: high",
     ReadPermission, "."},
    {"permissions", "names with *, or any, all, none, family, kind, level",
     "it holds one of these permissions; with `all`, all of these; `kind` is delegated or "
     "application",
     "permissions: {any: [Mail.*, Files.*.All], kind: application}", ReadPermissions, "level"},
    {"users", "a number with a sign, or a range",
     "how many people it may act for; an app allowed for everybody never has few", "users: 1..3",
     ReadUsers, "."},
    {"age", "a duration with a sign",
     "time since it was created in the tenant, else first authorised; an app that is merely first "
     "seen is never young",
     "age: \"< 7d\"", ReadAge, "."},
    {"quiet_before", "a duration",
     "the evidence had gone on this long without the app, or says that it was created",
     "quiet_before: 7d", ReadQuietBefore, "."},
    {"last_authorized", "a duration with a sign", "time since anybody last authorised it",
     "last_authorized: \"> 180d\"", ReadLastAuthorized, "."},
    {"origin", "internal or external", "registered in this tenant or in another",
     "origin: external", ReadOrigin, ""},
    {"verified", "true, false, unknown, or a list",
     "what the platform says of its publisher; not told is `unknown`, not `false`",
     "verified: [false, unknown]", ReadVerified, ""},
    {"publisher", "names with *", "its publisher", "publisher: [\"Contoso*\"]", ReadPublisher, ""},
    {"name", "names with *", "its name, or another name that the evidence has for it",
     "name: \"*drive*\"", ReadName, ""},
    {"tenant_wide", "true or false", "an admin allowed it for everybody", "tenant_wide: true",
     ReadTenantWide, ""},
    {"app_only", "true or false", "it holds permissions of its own, used without a person",
     "app_only: true", ReadAppOnly, ""},
    {"offline", "true or false", "it may ask for new tokens without the person", "offline: true",
     ReadOffline, ""},
    {"first_party", "true or false", "one of the platform's own apps; these need `include`",
     "first_party: false", ReadFirstParty, ""},
    {"state", "approved, banned, undetermined, or a list",
     "what the organisation's own list says (--app-states)", "state: banned", ReadState, ""},
    {"misleading", "name, publisher, reply_url, or a list",
     "its name, publisher or reply URLs pretend to be somebody else's", "misleading: name",
     ReadMisleading, ""},
    {"sign", "codes with *", "a sign that the risk score knows, by its code", "sign: [reply.*]",
     ReadSign, ""},
    {"listed", "malicious, risky, compromised_vendor, or a list",
     "a list of known apps names its id", "listed: malicious", ReadListed, ""},
    {"risk", "a level, or 0 to 100 with a sign", "its risk score", "risk: \">= 60\"", ReadRisk,
     "."},
    {"findings", "a level, or level, rule, count",
     "it is named by findings of this level or above; policies' own don't count",
     "findings: {level: high, rule: [\"USE-*\"]}", ReadFindings, "level count"},
    {"credentials", "kind, unused_for, lifetime, age, count",
     "it has a valid secret, certificate or federated credential like this",
     "credentials: {kind: secret, unused_for: 90d}", ReadCredentials,
     "unused_for lifetime age count"},
};

}  // namespace

std::span<const ConditionDef> StateConditions() { return kState; }

}  // namespace tokentrail::policy
