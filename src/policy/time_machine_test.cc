#include "policy/time_machine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>

#include "policy/app_text.h"
#include "policy/policy.h"

namespace tokentrail::policy {
namespace {

constexpr std::string_view kAsOf = "2026-03-31T12:00:00Z";

App Written(std::string_view yaml) {
  Report report;
  Reading reading("app.yml", yaml, report);
  auto documents = ParseYaml(yaml);
  EXPECT_TRUE(documents.ok());
  auto out = ReadApp(reading, documents->at(0), ParseTime(kAsOf).time);
  for (const Diagnostic& one : report.all()) ADD_FAILURE() << Format(one);
  return out.value_or(WrittenApp()).app;
}

int32_t DayAt(std::string_view date) { return static_cast<int32_t>(DayOf(ParseTime(date).time)); }

std::string Held(const App& app) {
  std::string out;
  for (const AppPermission& one : app.permissions) {
    if (one.in_force) out += (out.empty() ? "" : " ") + one.name;
  }
  return out;
}

constexpr std::string_view kStory = R"(
name: Notes
consents:
  - {time: 2026-01-10T09:00:00Z, user: ben, added: [User.Read]}
  - {time: 2026-01-20T09:00:00Z, user: cara, added: [User.Read, Mail.Read]}
  - {time: 2026-02-01T09:00:00Z, act: revoked, user: ben, removed: [User.Read]}
  - {time: 2026-02-10T09:00:00Z, by: root, all_users: true, added: [Files.Read.All]}
  - {time: 2026-02-20T09:00:00Z, act: narrowed, user: cara, removed: [Mail.Read]}
  - {time: 2026-03-01T09:00:00Z, act: revoked, by: root, all_users: true, removed: [Files.Read.All]}
daily: {from: 2026-01-15, to: 2026-01-17, events: 4}
last_used: 2026-03-20T10:00:00Z
)";

TEST(TimeMachine, PutsAnAppTogetherAsItStoodOnEachDay) {
  const App app = Written(kStory);
  AppReplay replay(app);
  EXPECT_EQ(replay.start(), DayAt("2026-01-10"));
  struct Expected {
    std::string_view day;
    uint64_t users;
    std::string_view held;
    bool tenant_wide;
  };
  // What is taken away on a day counts until it ends.
  const Expected kExpected[] = {
      {"2026-01-10", 1, "User.Read", false},
      {"2026-01-20", 2, "User.Read Mail.Read", false},
      {"2026-02-01", 2, "User.Read Mail.Read", false},
      {"2026-02-02", 1, "User.Read Mail.Read", false},
      {"2026-02-10", 1, "User.Read Mail.Read Files.Read.All", true},
      {"2026-02-20", 1, "User.Read Mail.Read Files.Read.All", true},
      {"2026-02-21", 1, "User.Read Files.Read.All", true},
      {"2026-03-01", 1, "User.Read Files.Read.All", true},
      {"2026-03-02", 1, "User.Read", false},
  };
  for (const Expected& one : kExpected) {
    SCOPED_TRACE(one.day);
    replay.AdvanceTo(DayAt(one.day));
    EXPECT_EQ(UserCount(replay.app()), one.users);
    EXPECT_EQ(Held(replay.app()), one.held);
    EXPECT_EQ(replay.app().tenant_wide, one.tenant_wide);
  }
}

TEST(TimeMachine, KnowsUseOfADayAndForgetsWhatCameLater) {
  const App app = Written(kStory);
  AppReplay replay(app);
  replay.AdvanceTo(DayAt("2026-01-14"));
  EXPECT_FALSE(replay.app().last_used);
  EXPECT_EQ(replay.app().events, 0u);
  replay.AdvanceTo(DayAt("2026-01-16"));
  EXPECT_EQ(replay.app().events, 8u);
  EXPECT_EQ(DayOf(*replay.app().last_used), DayAt("2026-01-16"));
  EXPECT_EQ(FormatDate(*replay.app().last_authorized), "2026-01-10");
  replay.AdvanceTo(DayAt("2026-03-31"));
  EXPECT_EQ(replay.app().last_used, app.last_used);
  EXPECT_EQ(replay.app().last_authorized, app.last_authorized);
}

TEST(TimeMachine, WhatWasTakenBeforeItWasSeenGivenWasThereBefore) {
  const App app = Written(R"(
name: Old
created: 2025-01-01
first_seen: 2026-01-05
consents:
  - {time: 2026-02-01T09:00:00Z, act: revoked, user: ben, removed: [Mail.Read]}
)");
  AppReplay replay(app);
  replay.AdvanceTo(DayAt("2026-01-10"));
  EXPECT_EQ(Held(replay.app()), "Mail.Read");
  EXPECT_EQ(UserCount(replay.app()), 1u);
  replay.AdvanceTo(DayAt("2026-02-02"));
  EXPECT_EQ(Held(replay.app()), "");
  EXPECT_EQ(UserCount(replay.app()), 0u);
}

TEST(TimeMachine, WhatNoRecordDatesIsThereFromTheStartAndCounted) {
  const App app = Written(
      "{name: A, first_seen: 2026-01-05, permissions: [Mail.Read], "
      "people: [{name: ben}]}");
  AppReplay replay(app);
  EXPECT_EQ(replay.undated_permissions(), 1u);
  EXPECT_EQ(replay.undated_users(), 1u);
  replay.AdvanceTo(DayAt("2026-01-05"));
  EXPECT_EQ(Held(replay.app()), "Mail.Read");
  EXPECT_EQ(UserCount(replay.app()), 1u);
}

TEST(TimeMachine, WhoDeclinedIsAllowedNothing) {
  const App app = Written(R"(
name: A
consents:
  - {time: 2026-02-01T09:00:00Z, act: declined, user: ben, added: [Mail.Read]}
  - {time: 2026-02-03T09:00:00Z, user: ben, added: [Mail.Read]}
)");
  AppReplay replay(app);
  replay.AdvanceTo(DayAt("2026-02-02"));
  EXPECT_EQ(UserCount(replay.app()), 0u);
  EXPECT_EQ(Held(replay.app()), "");
  replay.AdvanceTo(DayAt("2026-02-03"));
  EXPECT_EQ(UserCount(replay.app()), 1u);
  EXPECT_EQ(replay.app().users.size(), 1u);
  EXPECT_EQ(replay.app().consents.size(), 2u);
}

TEST(TimeMachine, CredentialsComeAndGo) {
  const App app = Written(R"(
name: A
created: 2026-01-01
credentials: [{id: one, kind: secret, added: 2026-02-01, removed: 2026-03-01, last_used: 2026-02-10}]
)");
  AppReplay replay(app);
  replay.AdvanceTo(DayAt("2026-01-31"));
  EXPECT_TRUE(replay.app().credentials.empty());
  replay.AdvanceTo(DayAt("2026-02-05"));
  ASSERT_EQ(replay.app().credentials.size(), 1u);
  EXPECT_FALSE(replay.app().credentials[0].last_used);
  EXPECT_FALSE(replay.app().credentials[0].removed);
  replay.AdvanceTo(DayAt("2026-03-02"));
  EXPECT_TRUE(replay.app().credentials[0].last_used);
  EXPECT_TRUE(replay.app().credentials[0].removed);
}

// At the end of its history an app put together again is the app.
TEST(TimeMachine, EndsWhereTheAppStands) {
  const App app = Written(kStory);
  AppReplay replay(app);
  replay.AdvanceTo(DayAt("2026-12-31"));
  EXPECT_EQ(UserCount(replay.app()), UserCount(app));
  EXPECT_EQ(Held(replay.app()), Held(app));
  EXPECT_EQ(replay.app().tenant_wide, app.tenant_wide);
  EXPECT_EQ(replay.app().app_only, app.app_only);
  EXPECT_EQ(replay.app().first_authorized, app.first_authorized);
  EXPECT_EQ(MaxSeverity(replay.app()), MaxSeverity(app));
}

/// A history at random.
std::string RandomApp(std::mt19937& random) {
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  std::string out = "name: R\nconsents:\n";
  const char* const permissions[] = {"User.Read", "Mail.Read", "Mail.ReadWrite", "Files.Read.All"};
  for (int i = 0, count = 1 + pick(12); i < count; ++i) {
    const char* const acts[] = {"granted",  "granted", "granted", "widened",
                                "narrowed", "revoked", "declined"};
    const std::string act = acts[pick(7)];
    const bool takes = act == "narrowed" || act == "revoked";
    out += "  - {time: 2026-0" + std::to_string(1 + pick(3)) + "-" + std::to_string(10 + pick(18)) +
           "T0" + std::to_string(pick(10)) + ":00:00Z, act: " + act + ", " +
           (takes ? "removed" : "added") + ": [" + permissions[pick(4)] + "], ";
    out +=
        pick(5) == 0 ? "all_users: true, by: root}\n" : "user: u" + std::to_string(pick(4)) + "}\n";
  }
  out += "days:\n";
  for (int i = 0, count = 1 + pick(10); i < count; ++i) {
    out += "  - {day: 2026-0" + std::to_string(1 + pick(3)) + "-" + std::to_string(10 + pick(18)) +
           ", events: 3, items: " + std::to_string(pick(2000)) + "}\n";
  }
  return out;
}

// The days that are asked are enough: asking every day gives the same answers.
TEST(TimeMachine, AsksOnEveryDayOnWhichAnAnswerChanges) {
  const std::string_view kPolicies[] = {
      "permission: medium",
      "users: 2..3",
      "age: \"< 5d\"",
      "age: \"> 20d\"",
      "last_authorized: \"> 9d\"",
      "last_used: \"> 7d\"",
      "unused_for: 10d",
      "requests: {people: 2, within: 72h}",
      "users_increase: {over: 6d, count: 2}",
      "consent: {all_users: true}",
      "consent: {permission: medium, within: 4d}",
      "volume: {items: 500}",
      "volume: {items: 900, within: 3d}",
      "woke_after: 8d",
      "tenant_wide: true",
  };
  std::mt19937 random(7);
  const int32_t first = DayAt("2026-01-01");
  const int32_t last = DayAt("2026-04-30");
  for (int round = 0; round < 60; ++round) {
    const std::string text = RandomApp(random);
    Portfolio portfolio;
    portfolio.apps.push_back(Written(text));
    portfolio.first = EndOfDay(first);
    portfolio.last = portfolio.as_of = EndOfDay(last);
    const Surroundings around(portfolio);
    for (const std::string_view when : kPolicies) {
      Report report;
      const auto policies = ReadPolicies(
          "p.yml", "id: p\ntitle: t\nlevel: low\nwhen:\n  " + std::string(when) + "\n", report);
      ASSERT_EQ(policies.size(), 1u) << when;
      const App& app = portfolio.apps[0];
      AppReplay sparse(app);
      AppReplay dense(app);
      const std::vector<int32_t> days = DaysToAsk(sparse, policies[0].reads, first, last);
      size_t at = 0;
      bool known = false;
      for (int32_t day = std::max(first, dense.start()); day <= last; ++day) {
        dense.AdvanceTo(day);
        const bool now = policies[0].Fits({dense.app(), around, EndOfDay(day)});
        while (at < days.size() && days[at] <= day) {
          sparse.AdvanceTo(days[at]);
          known = policies[0].Fits({sparse.app(), around, EndOfDay(days[at])});
          ++at;
        }
        ASSERT_EQ(known, now) << when << " on " << FormatDate(EndOfDay(day)) << "\n" << text;
        // What no day can fit, none does.
        if (now) {
          ASSERT_TRUE(policies[0].MayFit(app, around)) << when << "\n" << text;
        }
      }
    }
  }
}

}  // namespace
}  // namespace tokentrail::policy
