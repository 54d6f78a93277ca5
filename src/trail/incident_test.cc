// Which findings become one incident, how bad it is, and how it reads.

#include "trail/incident.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <set>

#include "base/text.h"
#include "trail/incident_group.h"
#include "trail/incident_stage.h"

namespace tokentrail::trail {
namespace {

constexpr std::string_view kApp = "aaaaaaaa-0000-4000-8000-000000000001";
constexpr std::string_view kOtherApp = "bbbbbbbb-0000-4000-8000-000000000002";
constexpr std::string_view kOffice = "d3590ed6-52b3-4102-aeff-aad2292ab01c";  // Microsoft Office

/// A settled finding, made by hand.
class Made {
 public:
  Made(std::string_view rule, std::string_view time, Level level = Level::kMedium) {
    finding_.rule = rule;
    finding_.origin = rule.find('-') != rule.npos ? "analytic" : "rule";
    finding_.title = "title of " + std::string(rule);
    finding_.level = level;
    finding_.first = finding_.last = ParseTime(time).time;
    finding_.tenant = "t";
    Record(std::string(rule) + std::string(time));
  }
  Made& With(std::string_view type, std::string_view id, std::string_view name = {}) {
    finding_.AddEntity(type, id, name);
    return *this;
  }
  Made& Attack(std::string technique) {
    finding_.attack.push_back(std::move(technique));
    return *this;
  }
  Made& Tenant(std::string tenant) {
    finding_.tenant = std::move(tenant);
    return *this;
  }
  Made& Until(std::string_view time) {
    finding_.last = ParseTime(time).time;
    return *this;
  }
  Made& CannotSay(std::string words) {
    finding_.cannot_say.push_back(std::move(words));
    return *this;
  }
  /// The one record that it cites.
  Made& Record(std::string_view content) {
    Evidence evidence;
    evidence.time = finding_.first;
    evidence.content = Id::Of(content);
    finding_.evidence = {evidence};
    return *this;
  }
  Made& From(std::string_view ip, std::string_view user) {
    finding_.evidence[0].ip = ip;
    finding_.evidence[0].user = user;
    finding_.evidence[0].deciding = {Field::kMailbox};
    return *this;
  }
  Made& Scopes(std::string_view scopes) {
    finding_.evidence[0].pointers.push_back({"grant.scopes_added", "/x", std::string(scopes)});
    return *this;
  }
  Finding Take() const {
    Finding out = finding_;
    std::sort(out.entities.begin(), out.entities.end());
    // Distinct, and the same in any order.
    std::string text = out.rule + out.tenant + FormatTime(out.first);
    for (const Entity& entity : out.entities) text += entity.type + entity.id;
    out.id = Sha256Hex(text).substr(0, 16);
    return out;
  }

 private:
  Finding finding_;
};

std::vector<Finding> Settled(const std::vector<Made>& made) {
  std::vector<Finding> out;
  for (const Made& one : made) out.push_back(one.Take());
  std::sort(out.begin(), out.end(), [](const Finding& a, const Finding& b) {
    if (a.level != b.level) return a.level > b.level;
    return std::tie(a.first, a.rule, a.id) < std::tie(b.first, b.rule, b.id);
  });
  return out;
}

std::vector<Incident> Built(const std::vector<Made>& made, const Trails& trails = {}) {
  return BuildIncidents(Settled(made), trails);
}

/// The rules of each incident.
std::set<std::multiset<std::string>> Rules(const std::vector<Made>& made,
                                           const Trails& trails = {}) {
  const std::vector<Finding> findings = Settled(made);
  std::set<std::multiset<std::string>> out;
  for (const Incident& incident : BuildIncidents(findings, trails)) {
    std::multiset<std::string> rules;
    for (const size_t i : incident.findings) rules.insert(findings[i].rule);
    out.insert(rules);
  }
  return out;
}

using Sets = std::set<std::multiset<std::string>>;

TEST(IncidentGroup, WhatSharesAKeyOfTheChainIsOne) {
  for (const char* type : {"token", "session", "grant", "credential", "service_account", "app"}) {
    EXPECT_EQ(Rules({Made("GRT-01", "2026-01-01").With(type, kApp),
                     Made("USE-05", "2026-03-01").With(type, kApp),
                     Made("PER-01", "2026-03-01").With(type, "another")}),
              (Sets{{"GRT-01", "USE-05"}, {"PER-01"}}))
        << type;
  }
}

TEST(IncidentGroup, TenantsNeverMix) {
  EXPECT_EQ(Rules({Made("GRT-01", "2026-01-01").With("app", kApp),
                   Made("USE-05", "2026-01-01").With("app", kApp).Tenant("other")}),
            (Sets{{"GRT-01"}, {"USE-05"}}));
}

TEST(IncidentGroup, APlatformsOwnAppJoinsNothing) {
  EXPECT_TRUE(IsPlatformApp({"app", std::string(kOffice), ""}));
  EXPECT_EQ(Rules({Made("GRT-01", "2026-01-01").With("app", kOffice).With("token", "1"),
                   Made("USE-05", "2026-01-01").With("app", kOffice).With("token", "2")}),
            (Sets{{"GRT-01"}, {"USE-05"}}));
}

Link Joined(std::string from_type, std::string from, std::string to_type, std::string to,
            uint64_t from_event, uint64_t to_event) {
  return {.join = "a",
          .tenant = "t",
          .from_type = std::move(from_type),
          .from = std::move(from),
          .to_type = std::move(to_type),
          .to = std::move(to),
          .from_event = from_event,
          .to_event = to_event,
          .by_window = false,
          .apart = {}};
}

TEST(IncidentGroup, LinksJoinTheIdsOfDifferentThings) {
  const std::vector<Made> made = {Made("MNT-01", "2026-01-01").With("token", "T1"),
                                  Made("USE-05", "2026-02-01").With("token", "T2")};
  Trails trails;
  trails.links = {Joined("token", "T1", "session", "S", 1, 2),
                  Joined("token", "T2", "session", "S", 3, 4)};
  EXPECT_EQ(Rules(made, trails), (Sets{{"MNT-01", "USE-05"}}));
  // By time and circumstance only is no key.
  trails.links[1].by_window = true;
  EXPECT_EQ(Rules(made, trails), (Sets{{"MNT-01"}, {"USE-05"}}));
  // Nor is a platform's own app between two tokens, nor a user.
  for (const char* type : {"app", "user"}) {
    trails.links = {Joined("token", "T1", type, std::string(kOffice), 1, 2),
                    Joined("token", "T2", type, std::string(kOffice), 3, 4)};
    EXPECT_EQ(Rules(made, trails), (Sets{{"MNT-01"}, {"USE-05"}}));
  }
}

TEST(IncidentGroup, AConsentIsJoinedToWhatItsSignInIssued) {
  Trails trails;
  trails.links = {Joined("grant", "G", "consent", "c", 5, 4),    // the grant of consent 4
                  Joined("consent", "c", "sign_in", "s", 4, 3),  // which sign-in 3 prompted
                  Joined("session", "S", "user", "ana", 9, 3)};  // and which began session S
  EXPECT_EQ(Rules({Made("GRT-01", "2026-01-01").With("grant", "G"),
                   Made("USE-05", "2026-02-01").With("session", "S"),
                   Made("USE-04", "2026-02-01").With("session", "other")},
                  trails),
            (Sets{{"GRT-01", "USE-05"}, {"USE-04"}}));
}

TEST(IncidentGroup, WhatOneSignInIssuedIsOneChainWithoutAnyId) {
  const auto by = [](const char* rule, uint64_t event) {
    Finding out = Made(rule, "2026-01-01").Take();
    out.evidence[0].who = Attribution{};
    out.evidence[0].who->issue_event = event;
    return out;
  };
  EXPECT_EQ(BuildIncidents(std::vector<Finding>{by("USE-01", 7), by("PER-05", 7)}, {}).size(), 1u);
  EXPECT_EQ(BuildIncidents(std::vector<Finding>{by("USE-01", 7), by("PER-05", 8)}, {}).size(), 2u);
  // A rule's finding is of whatever the person's browser did all day.
  EXPECT_EQ(BuildIncidents(std::vector<Finding>{by("USE-01", 7), by("rule", 7)}, {}).size(), 2u);
}

TEST(IncidentGroup, OneUserJoinsOnlyWhatIsNearInTime) {
  EXPECT_EQ(Rules({Made("GRT-01", "2026-01-10T10:00:00Z").With("app", kApp).With("user", "ana"),
                   Made("near", "2026-01-11T09:00:00Z").With("user", "ana"),
                   Made("far", "2026-01-20T09:00:00Z").With("user", "ana"),
                   Made("other", "2026-01-10T10:00:00Z").With("user", "ben")}),
            (Sets{{"GRT-01", "near"}, {"far"}, {"other"}}));
}

TEST(IncidentGroup, AnAddressJoinsUnlessManyShareIt) {
  const std::vector<Made> few = {
      Made("GRT-01", "2026-01-10").With("app", kApp).With("address", "198.51.100.7"),
      Made("signin", "2026-01-10").From("198.51.100.7", "ben").With("user", "ben")};
  EXPECT_EQ(Rules(few), (Sets{{"GRT-01", "signin"}}));
  std::vector<Made> many = few;
  for (int i = 0; i < 4; ++i) {
    const std::string user = fmt::format("user{}", i);
    many.push_back(Made("office", "2025-01-10").From("198.51.100.7", user).With("user", user));
  }
  EXPECT_TRUE(Rules(many).contains({"GRT-01"}));
}

TEST(IncidentGroup, WhatCitesTheSameRecordJoins) {
  EXPECT_EQ(Rules({Made("ESC-01", "2026-01-10").With("app", kApp).Record("r"),
                   Made("role", "2026-01-10").Record("r"), Made("else", "2026-01-10").Record("x")}),
            (Sets{{"ESC-01", "role"}, {"else"}}));
}

TEST(IncidentGroup, ARuleThatNamesSeveralAppsBridgesNone) {
  EXPECT_EQ(Rules({Made("GRT-01", "2026-01-01").With("app", kApp),
                   Made("GRT-09", "2026-02-01").With("app", kOtherApp),
                   Made("signins", "2026-03-01")
                       .With("app", kApp)
                       .With("app", kOtherApp)
                       .With("user", "u")}),
            (Sets{{"GRT-01"}, {"GRT-09"}, {"signins"}}));
}

TEST(IncidentGroup, BulkHitsOfARuleAreOneStory) {
  std::vector<Made> made;
  for (int user = 0; user < 500; ++user) {
    for (const char* day : {"2026-01-01", "2026-02-01"}) {
      made.push_back(Made("bulk", day).With("user", fmt::format("user{}", user)));
    }
  }
  made.push_back(Made("worse", "2026-01-01", Level::kHigh).With("user", "user7"));
  const std::vector<Incident> incidents = Built(made);
  ASSERT_EQ(incidents.size(), 2u);
  EXPECT_EQ(incidents[0].level, Level::kHigh);
  EXPECT_EQ(incidents[0].findings.size(), 2u) << "the user's other finding of that day";
  EXPECT_EQ(incidents[1].findings.size(), 999u);
  EXPECT_EQ(
      incidents[1].headline,
      "'title of bulk' for 500 accounts (user0, user1 and 498 more), between 2026-01-01 00:00 "
      "and 2026-02-01 00:00 UTC");
}

TEST(IncidentGroup, ManyAppsWithTheSameFindingAreOneStoryButNoCriticalOne) {
  std::vector<Made> consents;
  for (int app = 0; app < 24; ++app) {
    consents.push_back(
        Made("GRT-01", "2026-01-01", Level::kHigh).With("app", fmt::format("app{}", app)));
  }
  EXPECT_EQ(Built(consents).size(), 24u);
  consents.push_back(Made("GRT-01", "2026-01-01", Level::kHigh).With("app", "app24"));
  EXPECT_EQ(Built(consents).size(), 1u);
  consents.push_back(Made("GRT-01", "2026-01-01", Level::kCritical).With("app", "app25"));
  EXPECT_EQ(Built(consents).size(), 2u);
  std::vector<Made> made;
  for (int app = 0; app < 40; ++app) {
    made.push_back(
        Made("PER-01", "2026-01-01", Level::kLow).With("app", fmt::format("app{}", app)));
  }
  made.push_back(Made("PER-01", "2026-01-01", Level::kHigh).With("app", kApp));
  const std::vector<Incident> incidents = Built(made);
  ASSERT_EQ(incidents.size(), 2u);
  EXPECT_EQ(incidents[0].findings.size(), 1u);
  EXPECT_EQ(incidents[1].findings.size(), 40u);
}

TEST(IncidentGroup, AnAppThatEverybodyUsesIsNoKeyWhenOnlyRulesNameIt) {
  std::vector<Made> made;
  for (int user = 0; user < 30; ++user) {
    made.push_back(Made(user == 0 ? "first" : "signins", "2026-01-01", Level::kHigh)
                       .With("app", kApp)
                       .With("user", fmt::format("user{}", user)));
  }
  EXPECT_EQ(Rules(made).size(), 2u);
  made.push_back(Made("GRT-01", "2026-01-01").With("app", kApp));
  EXPECT_EQ(Rules(made).size(), 1u);
}

TEST(IncidentGroup, KubernetesNamesAServiceAccountAsAUser) {
  EXPECT_EQ(Rules({Made("MNT-12", "2026-01-01").With("service_account", "prod/builder"),
                   Made("secrets", "2026-02-01").With("user", "system:serviceaccount:prod:builder"),
                   Made("others", "2026-02-01").With("user", "system:serviceaccount:prod:web")}),
            (Sets{{"MNT-12", "secrets"}, {"others"}}));
}

TEST(IncidentGroup, TheIdOfAUserAndItsNameAreOneAccount) {
  Trails trails;
  Grant grant;
  grant.tenant = "t";
  grant.principal = "00000000-0000-4000-8000-0000000000b0";
  grant.principal_name = "Ana@x.example";
  trails.grants = {grant};
  EXPECT_EQ(Rules({Made("GRT-01", "2026-01-10").With("app", kApp).With("user", "ana@x.example"),
                   Made("by_id", "2026-01-10").With("user", grant.principal)},
                  trails),
            (Sets{{"GRT-01", "by_id"}}));
}

TEST(IncidentGroup, AGrantThatAllowedItJoinsWhereNoIdDoes) {
  Trails trails;
  Grant grant;
  grant.number = 1;
  grant.tenant = "t";
  grant.app = kApp;
  trails.grants = {grant};
  Finding search = Made("search", "2026-03-10").With("user", "ana").Take();
  search.evidence[0].who = Attribution{};
  search.evidence[0].who->grant = 1;
  const std::vector<Finding> findings = {Made("GRT-01", "2026-01-10").With("app", kApp).Take(),
                                         search};
  EXPECT_EQ(BuildIncidents(findings, trails).size(), 1u);
  trails.grants[0].all_users = true;
  trails.grants[0].app = kOffice;
  EXPECT_EQ(BuildIncidents(findings, trails).size(), 2u) << "that one is everybody's";
}

TEST(IncidentGroup, EveryFindingIsInExactlyOne) {
  std::mt19937 random(7);
  std::vector<Made> made;
  for (int i = 0; i < 400; ++i) {
    const int day = 1 + static_cast<int>(random() % 28);
    Made one(random() % 2 ? "GRT-01" : "rule",
             fmt::format("2026-01-{:02}T{:02}:00:00Z", day, i % 24));
    if (random() % 3 == 0) one.With("app", fmt::format("app{}", random() % 30));
    if (random() % 3 == 0) one.With("token", fmt::format("token{}", random() % 30));
    if (random() % 2 == 0) one.With("user", fmt::format("user{}", random() % 20));
    made.push_back(one);
  }
  const std::vector<Finding> findings = Settled(made);
  std::vector<size_t> seen(findings.size());
  for (const Incident& incident : BuildIncidents(findings, {})) {
    EXPECT_FALSE(incident.headline.empty());
    EXPECT_LE(incident.slug.size(), 70u);
    for (const size_t i : incident.findings) ++seen[i];
  }
  for (const size_t count : seen) EXPECT_EQ(count, 1u);
  EXPECT_EQ(Rules(made), Rules({made.rbegin(), made.rend()}));
}

/// A hundred thousand, half of them of one busy account, with chains and without.
TEST(Incident, AHundredThousandFindingsTakeNoTime) {
  std::vector<Finding> findings;
  for (int i = 0; i < 100'000; ++i) {
    const bool analytic = i % 3 == 0;
    Made made(analytic ? "GRT-01" : "rule", "2026-01-01");
    made.With("user", fmt::format("user{}", i % 2 == 0 ? 0 : i % 500));
    if (analytic) made.With("app", fmt::format("app{}", i % 9000)).From("198.51.100.7", "u");
    Finding one = made.Take();
    one.id = fmt::format("{:016x}", i);
    one.first = one.last = Time{int64_t{1'700'000'000'000'000} + int64_t{i} * 60'000'000};
    findings.push_back(std::move(one));
  }
  const auto start = std::chrono::steady_clock::now();
  const size_t incidents = BuildIncidents(findings, {}).size();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  EXPECT_LT(incidents, 50u);
  // Some seconds with both sanitizers on a busy core; a quadratic step would take minutes.
  EXPECT_LT(took.count(), 30);
  RecordProperty("milliseconds", static_cast<int>(took.count() * 1000));
}

TEST(IncidentStage, OfAnalyticsByIdAndOfRulesByTechnique) {
  EXPECT_EQ(StageOf(Made("GRT-01", "2026-01-01").Take()), Stage::kGrant);
  EXPECT_EQ(StageOf(Made("K-01", "2026-01-01").Take()), Stage::kUse);
  EXPECT_EQ(StageOf(Made("MNT-12", "2026-01-01").Take()), Stage::kIssue);
  EXPECT_EQ(StageOf(Made("sigma", "2026-01-01").Attack("T1098.003").Take()), Stage::kPersist);
  EXPECT_EQ(StageOf(Made("sigma", "2026-01-01").Attack("T9999").Attack("T1528").Take()),
            Stage::kGrant);
  EXPECT_EQ(StageOf(Made("sigma", "2026-01-01").Attack("T1564").Take()), std::nullopt);
  EXPECT_EQ(StageOf(Made("sigma", "2026-01-01").Attack("T15281").Take()), std::nullopt);
  EXPECT_EQ(StageOf(Made("sigma", "2026-01-01").Take()), std::nullopt);
}

TEST(IncidentLevel, TwoStagesOfOneChainWithinAWeekRaiseItOnce) {
  const auto incidents = Built({Made("GRT-01", "2026-01-01").With("app", kApp),
                                Made("USE-05", "2026-01-07").With("app", kApp),
                                Made("EXF-06", "2026-01-07").With("app", kApp)});
  ASSERT_EQ(incidents.size(), 1u);
  EXPECT_EQ(incidents[0].level, Level::kHigh);
  EXPECT_EQ(incidents[0].raised_by,
            (std::vector<std::string>{"high instead of medium: one chain shows two stages within 7 "
                                      "days, grant (GRT-01) and use (USE-05)"}));
  EXPECT_EQ(incidents[0].stages, (std::vector<std::string>{"grant", "use", "exfiltrate"}));
}

TEST(IncidentLevel, NotByStagesFarApartNorOfOneRecordNorThroughTheUserAlone) {
  for (const auto& made : std::vector<std::vector<Made>>{
           {Made("GRT-01", "2026-01-01").With("app", kApp),
            Made("USE-05", "2026-01-09").With("app", kApp)},
           {Made("GRT-04", "2026-01-01").With("app", kApp).Record("r"),
            Made("ESC-01", "2026-01-01").With("app", kApp).Record("r")},
           {Made("GRT-01", "2026-01-01").With("app", kApp).With("user", "u"),
            Made("sigma", "2026-01-01").Attack("T1114").With("user", "u")},
           {Made("GRT-01", "2026-01-01").With("app", kApp),
            Made("USE-05", "2026-01-01", Level::kInformational).With("app", kApp)}}) {
    const auto incidents = Built(made);
    ASSERT_EQ(incidents.size(), 1u);
    EXPECT_EQ(incidents[0].level, Level::kMedium);
    EXPECT_TRUE(incidents[0].raised_by.empty());
  }
}

TEST(IncidentLevel, ACompositeNeedsItsStepsInOrderAndInTime) {
  const auto judged = [](const char* consent, const char* added, const char* used) {
    return Built({Made("GRT-02", consent, Level::kLow).With("app", kApp),
                  Made("PER-01", added, Level::kLow).With("app", kApp),
                  Made("MNT-07", used, Level::kLow).With("app", kApp)})[0];
  };
  const Incident all = judged("2026-01-01", "2026-01-02", "2026-01-03");
  EXPECT_EQ(all.composites, (std::vector<std::string>{"C-07"}));
  EXPECT_EQ(all.level, Level::kCritical);
  EXPECT_EQ(all.raised_by.back(),
            "critical instead of medium: C-07, a consent for the whole tenant, a new credential, "
            "then its first use");
  EXPECT_TRUE(judged("2026-01-02", "2026-01-01", "2026-01-03").composites.empty());
  EXPECT_TRUE(judged("2026-01-01", "2026-01-02", "2026-01-09").composites.empty());
  EXPECT_TRUE(Built({Made("GRT-02", "2026-01-01").With("app", kApp),
                     Made("PER-01", "2026-01-02").With("app", kApp)})[0]
                  .composites.empty());
}

TEST(IncidentLevel, UseAfterRevocationCountsAfterAnotherComposite) {
  std::vector<Made> made = {Made("GRT-02", "2026-01-01").With("app", kApp),
                            Made("PER-01", "2026-01-02").With("app", kApp),
                            Made("MNT-07", "2026-01-03").With("app", kApp),
                            Made("REV-02", "2026-01-20").With("app", kApp)};
  EXPECT_EQ(Built(made)[0].composites, (std::vector<std::string>{"C-07", "C-08"}));
  made.erase(made.begin());
  EXPECT_TRUE(Built(made)[0].composites.empty());
}

TEST(IncidentWords, TellWhoWhatAndWhen) {
  const auto incidents = Built({Made("GRT-01", "2026-03-07T10:00:00Z", Level::kHigh)
                                    .With("app", kApp, "Mail Helper")
                                    .With("user", "mira@x.example")
                                    .Scopes("openid Mail.Read"),
                                Made("USE-05", "2026-03-07T10:30:00Z")
                                    .Until("2026-03-07T12:30:00Z")
                                    .With("app", kApp, "Mail Helper")
                                    .With("mailbox", "mira@x.example")
                                    .With("mailbox", "ana@x.example")
                                    .With("mailbox", "ben@x.example")
                                    .From("198.51.100.7", "mira@x.example")});
  ASSERT_EQ(incidents.size(), 1u);
  EXPECT_EQ(incidents[0].headline,
            "App 'Mail Helper' (aaaaaaaa) was granted Mail.Read and openid by mira@x.example, then "
            "read 3 mailboxes from 198.51.100.7, on 2026-03-07 between 10:00 and 12:30 UTC");
  EXPECT_EQ(incidents[0].slug, "01-mail-helper-grant-use");
}

TEST(IncidentWords, CountsAreWhole) {
  std::vector<Made> made;
  for (int i = 0; i < 3000; ++i) {
    made.push_back(Made("GRT-01", "2026-03-07")
                       .With("app", kApp)
                       .With("user", fmt::format("user{}@x.example", i))
                       .With("user", fmt::format("22222222-3333-4444-8555-{:012x}", i)));
  }
  const std::string headline = Built(made)[0].headline;
  EXPECT_NE(headline.find("by user0@x.example, user1000@x.example and 2998 more, on"),
            std::string::npos)
      << headline;
}

TEST(IncidentWords, AppsAreNeverTheirUsers) {
  Finding granted =
      Made("GRT-01", "2026-03-07").With("app", kApp, "Helper").With("user", "mira").Take();
  granted.evidence[0].who = Attribution{};
  granted.evidence[0].who->via = Via::kAppForUser;
  const auto incidents = BuildIncidents(std::vector<Finding>{granted}, {});
  EXPECT_NE(incidents[0].headline.find("with the token of mira"), std::string::npos)
      << incidents[0].headline;
}

TEST(IncidentWords, NamesThatAttackersChoseStayInTheirQuotes) {
  const auto incidents =
      Built({Made("GRT-01", "2026-03-07")
                 .With("app", kApp, "x' was removed by admin\n\x1b[2J'" + std::string(200, 'y'))});
  const std::string& headline = incidents[0].headline;
  EXPECT_EQ(std::count(headline.begin(), headline.end(), '\''), 2) << headline;
  EXPECT_EQ(headline.find('\n'), std::string::npos);
  EXPECT_EQ(headline.find('\x1b'), std::string::npos);
  EXPECT_LT(headline.size(), 200u);
  for (const char c : incidents[0].slug) {
    EXPECT_TRUE((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-') << incidents[0].slug;
  }
}

TEST(IncidentWords, ANameWithoutLettersOfASlugHasItsId) {
  const auto incidents = Built({Made("GRT-01", "2026-03-07").With("app", kApp, "\u6771\u4eac")});
  EXPECT_EQ(incidents[0].slug, "01-aaaaaaaa-title-of-grt-01");
}

TEST(Incident, SaysWhatCannotBeSaidOnceAndTheWorstFirst) {
  const auto incidents = Built(
      {Made("GRT-01", "2026-03-07", Level::kLow).With("app", kApp).CannotSay("b").CannotSay("a"),
       Made("USE-05", "2026-03-08", Level::kHigh).With("app", kApp).CannotSay("a")});
  EXPECT_EQ(incidents[0].cannot_say, (std::vector<std::string>{"a", "b"}));
}

TEST(Incident, AreNumberedTheWorstFirstAndKeepTheirId) {
  const std::vector<Made> made = {
      Made("GRT-01", "2026-03-07").With("app", kApp),
      Made("GRT-04", "2026-03-08", Level::kHigh).With("app", kOtherApp)};
  const auto incidents = Built(made);
  ASSERT_EQ(incidents.size(), 2u);
  EXPECT_EQ(incidents[0].number, 1u);
  EXPECT_EQ(incidents[0].level, Level::kHigh);
  EXPECT_TRUE(incidents[1].slug.starts_with("02-")) << incidents[1].slug;
  // More of the same chain is still the same incident.
  std::vector<Made> more = made;
  more.push_back(Made("USE-05", "2026-03-09").With("app", kOtherApp));
  EXPECT_EQ(Built(more)[0].id, incidents[0].id);
  EXPECT_TRUE(Built({}).empty());
}

}  // namespace
}  // namespace tokentrail::trail
