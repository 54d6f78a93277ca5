#include "inventory/appraise.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "test/support/temp_folder.h"

namespace tokentrail::inventory {
namespace {

Time At(int day) { return Time{} + Days(20'000 + day); }

App MakeApp(std::string_view id, std::string_view name,
            std::initializer_list<std::string_view> permissions) {
  App app;
  app.platform = "entra";
  app.tenant = "11111111-2222-4333-8444-555555555555";
  app.id = id;
  app.name = name;
  for (const std::string_view one : permissions) app.permissions.emplace_back().name = one;
  return app;
}

Portfolio MakePortfolio() {
  Portfolio out;
  out.first = At(-120);
  out.last = out.as_of = At(0);
  out.active_users = {{"11111111-2222-4333-8444-555555555555", 400}};
  App clock = MakeApp("c0000000-0000-4000-8000-00000000cccc", "Desk Clock",
                      {"Mail.Read", "offline_access", "Widgets.Spin"});
  clock.offline = true;
  AppUser& user = clock.users.emplace_back();
  user.id = "u1";
  user.name = "anna@contoso.example";
  out.apps.push_back(std::move(clock));
  for (int i = 0; i < 41; ++i) {
    char id[40];
    std::snprintf(id, sizeof id, "d0000000-0000-4000-8000-%012d", i);
    out.apps.push_back(MakeApp(id, "Timer " + std::to_string(i), {"User.Read"}));
  }
  App office =
      MakeApp("d3590ed6-52b3-4102-aeff-aad2292ab01c", "Microsoft Office", {"Mail.ReadWrite"});
  office.first_party = true;
  out.apps.push_back(std::move(office));
  return out;
}

std::shared_ptr<const Appraiser> Loaded(const AppraisalFiles& files = {}) {
  auto out = Appraiser::Load(files);
  EXPECT_TRUE(out.ok()) << (out.ok() ? "" : out.error().message);
  return out.ok() ? *std::move(out) : nullptr;
}

const RiskReason* Find(const App& app, std::string_view code) {
  for (const RiskReason& one : app.risk.reasons) {
    if (one.sign.code == code) return &one;
  }
  return nullptr;
}

TEST(Appraise, OneSentenceTellsWhyAClockThatReadsMailIsOdd) {
  Portfolio portfolio = MakePortfolio();
  Loaded()->Appraise(portfolio);
  const App& clock = portfolio.apps[0];
  EXPECT_EQ(clock.category, "calendar");
  EXPECT_EQ(clock.category_source, "keyword");
  EXPECT_EQ(clock.permissions[0].severity, 50);
  EXPECT_EQ(clock.permissions[0].family, "mail-read");
  EXPECT_EQ(clock.permissions[2].severity, -1);
  const RiskReason* fit = Find(clock, "fit.category");
  ASSERT_NE(fit, nullptr);
  EXPECT_EQ(fit->points, 4);
  EXPECT_NE(fit->sign.words.find("0 of 41 other clock and calendar apps here do"),
            std::string::npos)
      << fit->sign.words;
  ASSERT_NE(Find(clock, "fit.rarity"), nullptr);
  ASSERT_NE(Find(clock, "behaviour.few_users"), nullptr);
  EXPECT_TRUE(std::any_of(clock.risk.not_assessed.begin(), clock.risk.not_assessed.end(),
                          [](const AppSign& sign) { return sign.code == "power.unassessed"; }));
  EXPECT_TRUE(std::any_of(clock.signs.begin(), clock.signs.end(),
                          [](const AppSign& sign) { return sign.code == "fit.category"; }));
  EXPECT_NE(clock.risk.tables.find("weights 2026-11-24"), std::string::npos);
}

TEST(Appraise, TheSameFactsGiveTheSameJudgementAgain) {
  Portfolio once = MakePortfolio();
  const auto appraiser = Loaded();
  appraiser->Appraise(once);
  Portfolio twice = once;
  appraiser->Appraise(twice);
  Portfolio fresh = MakePortfolio();
  Loaded()->Appraise(fresh);
  for (const Portfolio* other : {&twice, &fresh}) {
    for (size_t i = 0; i < once.apps.size(); ++i) {
      const App& a = once.apps[i];
      const App& b = other->apps[i];
      EXPECT_EQ(a.risk.score, b.risk.score) << a.name;
      EXPECT_EQ(a.signs.size(), b.signs.size()) << a.name;
      EXPECT_EQ(a.risk.tables, b.risk.tables);
      ASSERT_EQ(a.risk.reasons.size(), b.risk.reasons.size()) << a.name;
      for (size_t k = 0; k < a.risk.reasons.size(); ++k) {
        EXPECT_EQ(a.risk.reasons[k].points, b.risk.reasons[k].points);
        EXPECT_EQ(a.risk.reasons[k].sign.words, b.risk.reasons[k].sign.words);
      }
      EXPECT_EQ(a.risk.not_assessed.size(), b.risk.not_assessed.size());
    }
  }
}

TEST(Appraise, FilesOfTheUsersDecide) {
  test::TempFolder folder;
  AppraisalFiles files;
  files.states = folder.Write("states.csv",
                              "app id,state,label\n"
                              "c0000000-0000-4000-8000-00000000cccc,approved,mail\n");
  files.weights = folder.Write("w.yaml", "groups: {power: {points: {power.severity: 1}}}\n");
  files.feeds = {folder.Write("malicious.txt",
                              "# verdict: malicious\nd0000000-0000-4000-8000-000000000007\n")};
  Portfolio portfolio = MakePortfolio();
  Loaded(files)->Appraise(portfolio);
  const App& clock = portfolio.apps[0];
  EXPECT_EQ(clock.sanction, App::Sanction::kApproved);
  EXPECT_EQ(clock.category, "mail");
  EXPECT_EQ(clock.category_source, "label");
  EXPECT_EQ(Find(clock, "fit.category"), nullptr);
  EXPECT_EQ(clock.risk.groups[0], 45) << "50 and 3, up to the cap";
  const App& bad = portfolio.apps[8];
  ASSERT_EQ(bad.id, "d0000000-0000-4000-8000-000000000007");
  ASSERT_FALSE(bad.listings.empty());
  EXPECT_EQ(bad.listings[0].verdict, "malicious");
  EXPECT_EQ(bad.risk.score, 100);
  EXPECT_TRUE(bad.risk.overridden);
  EXPECT_NE(clock.risk.tables.find("w.yaml"), std::string::npos);
}

TEST(Appraise, ABadFileIsAnErrorAndNothingIsLoaded) {
  test::TempFolder folder;
  AppraisalFiles files;
  files.weights = folder.Write("w.yaml", "groups:\n  trust:\n    points: {name.nera: 1}\n");
  const auto bad = Appraiser::Load(files);
  ASSERT_FALSE(bad.ok());
  EXPECT_NE(bad.error().message.find("w.yaml:3:14"), std::string::npos) << bad.error().message;
  files = {};
  files.states = folder.In("none.csv");
  EXPECT_FALSE(Appraiser::Load(files).ok());
}

TEST(Appraise, ThePlatformsOwnAppsAreNotComparedOrNamed) {
  Portfolio portfolio = MakePortfolio();
  Loaded()->Appraise(portfolio);
  const App& office = portfolio.apps.back();
  EXPECT_EQ(office.risk.groups[1], 0);
  EXPECT_EQ(office.risk.groups[2], 0);
  EXPECT_GT(office.risk.groups[0], 0);
}

TEST(Appraise, AnEmptyPortfolioIsNoTrouble) {
  Portfolio portfolio;
  Loaded()->Appraise(portfolio);
  portfolio.apps.emplace_back();
  Loaded()->Appraise(portfolio);
  EXPECT_EQ(portfolio.apps[0].risk.score, 0);
  EXPECT_FALSE(portfolio.apps[0].risk.not_assessed.empty());
}

}  // namespace
}  // namespace tokentrail::inventory
