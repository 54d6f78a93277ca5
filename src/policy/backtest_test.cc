#include "policy/backtest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "policy/app_text.h"

namespace tokentrail::policy {
namespace {

constexpr std::string_view kAsOf = "2026-03-31T12:00:00Z";

Portfolio With(std::vector<std::string> apps) {
  Portfolio out;
  out.as_of = out.last = ParseTime(kAsOf).time;
  out.first = out.as_of - Days(90);
  for (const std::string& yaml : apps) {
    Report report;
    Reading reading("app.yml", yaml, report);
    auto written = ReadApp(reading, ParseYaml(yaml)->at(0), out.as_of);
    for (const Diagnostic& one : report.all()) ADD_FAILURE() << Format(one);
    out.apps.push_back(written.value_or(WrittenApp()).app);
  }
  return out;
}

std::string Crowd(std::string_view name, int people, std::string_view day) {
  return "name: " + std::string(name) + "\ncrowd: {people: " + std::to_string(people) +
         ", from: " + std::string(day) + "T08:00:00Z, to: " + std::string(day) +
         "T18:00:00Z, added: [Mail.Read]}\n";
}

Policy One(std::string_view when) {
  Report report;
  auto out = ReadPolicies(
      "p.yml", "id: p\ntitle: t\nlevel: low\nwhen:\n  " + std::string(when) + "\n", report);
  for (const Diagnostic& one : report.all()) ADD_FAILURE() << Format(one);
  return out.empty() ? Policy() : std::move(out[0]);
}

std::string Date(int32_t day) { return FormatDate(EndOfDay(day)); }

TEST(Backtest, SaysOnWhichDaysAnAppWouldHaveFitted) {
  const Portfolio portfolio = With({Crowd("Three", 3, "2026-02-01"), Crowd("Six", 6, "2026-03-01"),
                                    Crowd("Nine", 9, "2026-01-15")});
  const auto variants = MakeVariants(One("requests: {people: 5, within: 24h}"), {});
  ASSERT_TRUE(variants.ok());
  const BacktestResult result = RunBacktest(*variants, portfolio, WholeRange(portfolio));
  EXPECT_EQ(Date(result.first), "2025-12-31");
  EXPECT_EQ(Date(result.last), "2026-03-31");
  ASSERT_EQ(result.variants.size(), 1u);
  const VariantResult& one = result.variants[0];
  ASSERT_EQ(one.apps.size(), 2u);
  EXPECT_EQ(portfolio.apps[one.apps[0].app].name, "Nine");  // by first day
  EXPECT_EQ(Date(one.apps[0].runs[0].first), "2026-01-15");
  EXPECT_EQ(Date(one.apps[0].runs[0].last), "2026-01-15");
  EXPECT_EQ(portfolio.apps[one.apps[1].app].name, "Six");
  EXPECT_EQ(one.alerts, 2u);
  ASSERT_EQ(one.days.size(), 2u);
  EXPECT_EQ(Date(one.days[1].day), "2026-03-01");
  EXPECT_EQ(one.days[1].alerts, 1u);
  EXPECT_TRUE(one.apps[0].reasons[0].starts_with("9 people in 1d")) << one.apps[0].reasons[0];
}

TEST(Backtest, ASweepSaysWhichAppsFlipAtWhichThreshold) {
  const Portfolio portfolio = With({Crowd("Three", 3, "2026-02-01"), Crowd("Six", 6, "2026-03-01"),
                                    Crowd("Nine", 9, "2026-01-15")});
  const auto sweep = ReadSweep("requests.people=1..10");
  ASSERT_TRUE(sweep.ok());
  const auto variants = MakeVariants(One("requests: {people: 5, within: 24h}"), {*sweep});
  ASSERT_TRUE(variants.ok()) << variants.error().message;
  const BacktestResult result = RunBacktest(*variants, portfolio, WholeRange(portfolio));
  ASSERT_EQ(result.variants.size(), 10u);
  const size_t kApps[] = {3, 3, 3, 2, 2, 2, 1, 1, 1, 0};
  for (size_t i = 0; i < 10; ++i) {
    EXPECT_EQ(result.variants[i].apps.size(), kApps[i]) << i;
    // Each value alone gives what it gives in the sweep.
    const std::vector<Variant> alone = {(*variants)[i]};
    const BacktestResult single = RunBacktest(alone, portfolio, WholeRange(portfolio));
    EXPECT_EQ(single.variants[0].apps.size(), kApps[i]) << i;
    EXPECT_EQ(single.variants[0].alerts, result.variants[i].alerts) << i;
  }
  const std::vector<Flip> flips = FlipsOf(result);
  ASSERT_EQ(flips.size(), 3u);
  EXPECT_EQ(flips[0].from + " " + flips[0].to, "1 3");
  EXPECT_EQ(flips[1].from + " " + flips[1].to, "1 6");
  EXPECT_EQ(flips[2].from + " " + flips[2].to, "1 9");
}

TEST(Backtest, StateLastsUntilItEnds) {
  const Portfolio portfolio = With({R"(
name: A
consents:
  - {time: 2026-02-01T09:00:00Z, user: ben, added: [Mail.ReadWrite]}
  - {time: 2026-02-10T09:00:00Z, act: revoked, user: ben, removed: [Mail.ReadWrite]}
  - {time: 2026-03-10T09:00:00Z, user: ben, added: [Mail.ReadWrite]}
)"});
  const auto variants = MakeVariants(One("permission: medium"), {});
  const BacktestResult result = RunBacktest(*variants, portfolio, WholeRange(portfolio));
  const BacktestApp& app = result.variants[0].apps.at(0);
  ASSERT_EQ(app.runs.size(), 2u);
  EXPECT_EQ(Date(app.runs[0].first) + " " + Date(app.runs[0].last), "2026-02-01 2026-02-10");
  EXPECT_EQ(Date(app.runs[1].first) + " " + Date(app.runs[1].last), "2026-03-10 2026-03-31");
  EXPECT_EQ(app.days(), 10u + 22u);
  EXPECT_EQ(result.variants[0].alerts, 2u);
}

TEST(Backtest, AHuntAndTheLastDayAgree) {
  Portfolio portfolio = With({Crowd("Nine", 9, "2026-01-15"), Crowd("Three", 3, "2026-02-01")});
  Policy policy = One("users: \">= 5\"");
  Findings findings;
  PolicySet({policy}).Judge(portfolio, findings);
  const auto variants = MakeVariants(policy, {});
  const BacktestResult result = RunBacktest(*variants, portfolio, WholeRange(portfolio));
  EXPECT_EQ(findings.all().size(), 1u);
  ASSERT_EQ(result.variants[0].apps.size(), 1u);
  EXPECT_EQ(result.variants[0].apps[0].runs.back().last, result.last);
}

// The risk is made again from the apps as they stood, with a stand-in that only counts people.
TEST(Backtest, MakesTheRiskOfEachDayAgain) {
  Portfolio portfolio = With({R"(
name: A
consents:
  - {time: 2026-02-01T09:00:00Z, user: a, added: [Mail.Read]}
  - {time: 2026-02-05T09:00:00Z, user: b, added: [Mail.Read]}
  - {time: 2026-02-09T09:00:00Z, user: c, added: [Mail.Read]}
)",
                              "{name: B, first_seen: 2026-02-07, permissions: [Mail.Read]}"});
  portfolio.apps[0].risk.score = 90;
  BacktestSettings settings = WholeRange(portfolio);
  std::vector<size_t> sizes;
  settings.appraise = [&](Portfolio& then) {
    sizes.push_back(then.apps.size());
    for (App& app : then.apps) app.risk.score = 30 * static_cast<int>(UserCount(app));
  };
  const auto variants = MakeVariants(One("risk: \">= 60\""), {});
  const BacktestResult result = RunBacktest(*variants, portfolio, settings);
  ASSERT_EQ(result.variants[0].apps.size(), 1u);
  EXPECT_EQ(Date(result.variants[0].apps[0].runs[0].first), "2026-02-05");
  EXPECT_GT(result.appraisals, 0u);
  // Before it was there, an app is nobody's peer.
  EXPECT_EQ(*std::min_element(sizes.begin(), sizes.end()), 1u);
  EXPECT_EQ(*std::max_element(sizes.begin(), sizes.end()), 2u);
  // Without it, the score is that of the end, and that is said.
  settings.appraise = nullptr;
  const BacktestResult plain = RunBacktest(*variants, portfolio, settings);
  EXPECT_EQ(Date(plain.variants[0].apps.at(0).runs[0].first), "2026-02-01");
  ASSERT_FALSE(plain.cannot_say.empty());
}

TEST(Backtest, SaysWhatItCannotPutTogetherAgain) {
  const Portfolio portfolio =
      With({"{name: A, first_seen: 2026-01-05, permissions: [Mail.Read], "
            "people: [{name: ben}], publisher: X}"});
  const auto variants = MakeVariants(One("users: \">= 1\"\n  publisher: X"), {});
  const BacktestResult result = RunBacktest(*variants, portfolio, WholeRange(portfolio));
  std::string all;
  for (const std::string& line : result.cannot_say) all += line + "\n";
  EXPECT_NE(all.find("the publisher"), std::string::npos) << all;
  EXPECT_NE(all.find("1 app with people of whom no record says"), std::string::npos) << all;
  EXPECT_NE(all.find("1 app with permissions of which no record says"), std::string::npos) << all;
}

TEST(Sweep, ReadsRangesStepsAndLists) {
  const auto values = [](std::string_view text) {
    const auto sweep = ReadSweep(text);
    EXPECT_TRUE(sweep.ok()) << text;
    std::string out;
    if (sweep.ok()) {
      for (const std::string& one : sweep->values) out += (out.empty() ? "" : " ") + one;
    }
    return out;
  };
  EXPECT_EQ(values("users=1..4"), "1 2 3 4");
  EXPECT_EQ(values("age=7d..28d/7d"), "7d 14d 21d 28d");
  EXPECT_EQ(values("age=7d..28d/7"), "7d 14d 21d 28d");
  EXPECT_EQ(values("permission=low,high"), "low high");
  EXPECT_EQ(values("volume.bytes=1..3GB"), "1GB 2GB 3GB");
  EXPECT_EQ(values("x=0.5..1/0.25"), "0.5 0.75 1");
  for (const std::string_view bad :
       {"", "users", "users=", "=1..2", "users=5..1", "users=a..b", "age=1d..4h",
        "users=1..1000000", "users=1..9/0", "users=1..9/-1", "users=,"}) {
    EXPECT_FALSE(ReadSweep(bad).ok()) << bad;
  }
}

TEST(Sweep, KeepsTheSignAndMovesTheUpperEndOfARange) {
  const auto words = [](std::string_view when, std::string_view sweep) {
    const auto variants = MakeVariants(One(when), {ReadSweep(sweep).value()});
    EXPECT_TRUE(variants.ok()) << variants.error().message;
    return variants->back().policy.tree.Find("when")->map[0].second.text;
  };
  EXPECT_EQ(words("users: \"<= 3\"", "users=1..9"), "<= 9");
  EXPECT_EQ(words("users: 1..3", "users=2..9"), "1..9");
  EXPECT_EQ(words("permission: high", "permission=low,medium"), "medium");
}

TEST(Sweep, CombinesSeveral) {
  const auto variants =
      MakeVariants(One("users: \">= 3\"\n  permission: high"),
                   {ReadSweep("users=1..3").value(), ReadSweep("permission=medium,high").value()});
  ASSERT_TRUE(variants.ok());
  ASSERT_EQ(variants->size(), 6u);
  EXPECT_EQ(variants->at(1).values, (std::vector<std::string>{"1", "high"}));
  EXPECT_EQ(variants->at(2).values, (std::vector<std::string>{"2", "medium"}));
}

TEST(Sweep, SaysWhatIsWrong) {
  const Policy policy = One("users: \">= 3\"\n  requests: {people: 4}\n  tenant_wide: true");
  const auto fault = [&](std::string_view sweep) {
    const auto variants = MakeVariants(policy, {ReadSweep(sweep).value()});
    return variants.ok() ? std::string() : variants.error().message;
  };
  EXPECT_EQ(fault("age=1..2"),
            "the policy 'p' has no threshold 'age' to sweep; it has: users, "
            "requests.people, tenant_wide");
  EXPECT_EQ(fault("requests=1..2"),
            "the policy 'p' has no threshold 'requests' to sweep; it has: "
            "users, requests.people, tenant_wide");
  EXPECT_NE(fault("users=1d..3d").find("with 1d the policy 'p' is wrong"), std::string::npos);
}

}  // namespace
}  // namespace tokentrail::policy
