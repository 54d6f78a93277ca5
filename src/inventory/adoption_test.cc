#include "inventory/adoption.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "base/as_of.h"
#include "test/support/sample_apps.h"

// Apps here name only what matters to the case; everything else has its default.
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

namespace tokentrail::inventory {
namespace {

TEST(WilsonShare, AgreesWithKnownValues) {
  const Share few = WilsonShare(3, 400);
  EXPECT_NEAR(few.low, 0.0025539, 1e-6);
  EXPECT_NEAR(few.high, 0.0218157, 1e-6);
  const Share none = WilsonShare(0, 10);
  EXPECT_EQ(none.low, 0);
  EXPECT_NEAR(none.high, 0.2775328, 1e-6);
  const Share all = WilsonShare(10, 10);
  EXPECT_NEAR(all.low, 0.7224672, 1e-6);
  EXPECT_EQ(all.high, 1);
  const Share unknown = WilsonShare(3, 0);
  EXPECT_EQ(unknown.low, 0);
  EXPECT_EQ(unknown.high, 1);
}

TEST(ChanceOfCluster, OfAllPointsIsTheKnownFormula) {
  for (const double w : {0.001, 0.1, 0.3, 0.5}) {
    // All of n within w: n w^(n-1) - (n-1) w^n.
    EXPECT_NEAR(ChanceOfCluster(2, 2, w), 2 * w - w * w, 1e-12);
    EXPECT_NEAR(ChanceOfCluster(3, 3, w), 3 * w * w - 2 * w * w * w, 1e-12);
  }
  EXPECT_EQ(ChanceOfCluster(3, 1, 0.1), 1);
  EXPECT_EQ(ChanceOfCluster(3, 4, 0.1), 0);
  EXPECT_EQ(ChanceOfCluster(3, 2, 1), 1);
  EXPECT_EQ(ChanceOfCluster(3, 2, 0), 0);
}

TEST(ChanceOfCluster, AgreesWithTrials) {
  struct Case {
    uint64_t count;
    uint64_t least;
    double width;
  };
  constexpr Case kCases[] = {{5, 4, 0.1}, {10, 5, 0.1}, {20, 6, 0.05}, {8, 3, 0.02}};
  std::mt19937_64 random(1);
  for (const Case& one : kCases) {
    constexpr int kTrials = 20'000;
    int hits = 0;
    for (int trial = 0; trial < kTrials; ++trial) {
      std::vector<double> at(one.count);
      for (double& point : at) point = static_cast<double>(random() >> 11) * 0x1p-53;
      std::sort(at.begin(), at.end());
      bool hit = false;
      for (size_t i = 0; i + one.least <= at.size(); ++i) {
        hit = hit || at[i + one.least - 1] - at[i] <= one.width;
      }
      hits += hit ? 1 : 0;
    }
    const double expected = static_cast<double>(hits) / kTrials;
    EXPECT_NEAR(ChanceOfCluster(one.count, one.least, one.width), expected, 0.15 * expected + 0.002)
        << one.count << " " << one.least << " " << one.width;
  }
}

TEST(ChanceOfCluster, StaysAChanceForManyPoints) {
  for (const uint64_t count : {1'000u, 200'000u}) {
    for (const double width : {1e-6, 1e-3, 0.5}) {
      const double chance = ChanceOfCluster(count, count / 3, width);
      EXPECT_GE(chance, 0);
      EXPECT_LE(chance, 1);
    }
  }
  EXPECT_LT(ChanceOfCluster(200'000, 2'000, 1e-3), 1e-6);
}

TEST(ChanceOfGroup, AgreesWithKnownValues) {
  // Three of three from the 16 of 400, and three or more of five from the 10 of 100, counted out.
  EXPECT_NEAR(ChanceOfGroup(400, 16, 3, 3), 5.289605924358635e-05, 1e-12);
  EXPECT_NEAR(ChanceOfGroup(100, 10, 5, 3), 0.0066379128971176095, 1e-12);
  EXPECT_EQ(ChanceOfGroup(10, 10, 3, 3), 1);
  EXPECT_EQ(ChanceOfGroup(10, 8, 5, 3), 1);  // three are left even when both others are drawn
  EXPECT_EQ(ChanceOfGroup(10, 2, 5, 3), 0);
  EXPECT_NEAR(ChanceOfGroup(10, 4, 5, 0), 1, 1e-12);
}

App TakenUp(const std::vector<Time>& times) {
  App app;
  app.tenant = "t";
  for (size_t i = 0; i < times.size(); ++i) {
    AppUser user;
    user.id = "u" + std::to_string(i);
    user.first_authorized = times[i];
    app.users.push_back(std::move(user));
  }
  return app;
}

constexpr Time kStart = {1'700'000'000'000'000};

Portfolio ThreeYears() {
  Portfolio out;
  out.first = kStart;
  out.last = kStart + Days(3 * 365);
  return out;
}

TEST(Adoption, ThreePeopleInTenMinutesAreNotThreeInThreeYears) {
  const Portfolio years = ThreeYears();
  const Adoption at_once = AdoptionOf(
      TakenUp({kStart + Days(9), kStart + Days(9) + Minutes(4), kStart + Days(9) + Minutes(9)}),
      years);
  EXPECT_TRUE(at_once.clustered);
  EXPECT_EQ(at_once.cluster.people, 3u);
  EXPECT_EQ(at_once.cluster.window, Minutes(10));
  EXPECT_EQ(at_once.span, Minutes(9));
  EXPECT_EQ(at_once.median_gap, Minutes(5));
  EXPECT_EQ(Words(at_once.cluster),
            "3 of 3 people within 9m; by chance less than 1 in 1,000,000 over 1095d");
  const Adoption slowly =
      AdoptionOf(TakenUp({kStart + Days(9), kStart + Days(400), kStart + Days(1000)}), years);
  EXPECT_FALSE(slowly.clustered);
  EXPECT_EQ(slowly.span, Days(991));
}

TEST(Adoption, TwoPeopleAtOnceAndAWholeTenantsRollOutOverWeeksAreNoCluster) {
  EXPECT_FALSE(AdoptionOf(TakenUp({kStart, kStart + Seconds(1)}), ThreeYears()).clustered);
  std::vector<Time> weekly;
  for (int i = 0; i < 150; ++i) weekly.push_back(kStart + Days(7 * i) + Hours(i % 9));
  EXPECT_FALSE(AdoptionOf(TakenUp(weekly), ThreeYears()).clustered);
}

TEST(Adoption, AClusterWithinAnOldAppIsFound) {
  std::vector<Time> times;
  for (int i = 0; i < 20; ++i) times.push_back(kStart + Days(50 * i));
  for (int i = 0; i < 6; ++i) times.push_back(kStart + Days(777) + Minutes(i));
  const Adoption adoption = AdoptionOf(TakenUp(times), ThreeYears());
  EXPECT_TRUE(adoption.clustered);
  EXPECT_EQ(adoption.cluster.people, 6u);
  EXPECT_EQ(adoption.cluster.first, kStart + Days(777));
}

TEST(Adoption, CountsOnlyThoseWhoStillAllowItAndWhoseTimeIsKnown) {
  App app = TakenUp({kStart + Days(2), kStart + Days(1), kStart, kAsOfCollection});
  app.users[2].in_force = false;
  app.users[1].roles = {"Global Administrator"};
  app.users.push_back({.id = "acts for"});
  const Adoption adoption = AdoptionOf(app, ThreeYears());
  EXPECT_EQ(adoption.order, (std::vector<uint32_t>{1, 0}));
  EXPECT_EQ(adoption.untimed, 2u);
  EXPECT_EQ(adoption.first_is_admin, true);
  EXPECT_EQ(adoption.share.count, 4u);
  EXPECT_EQ(AdoptionOf(TakenUp({kStart}), ThreeYears()).first_is_admin, std::nullopt);
  EXPECT_EQ(AdoptionOf(App(), Portfolio()).cluster.people, 0u);
}

TEST(PeopleBook, ThreeOfThreeInASmallDepartmentStandOut) {
  const Portfolio portfolio = test::SampleApps();
  const auto found = PeopleBook(portfolio).ConcentrationsOf(portfolio.apps[0]);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].kind, "department");
  EXPECT_EQ(found[0].name, "Finance");
  EXPECT_EQ(found[0].people, 3u);
  EXPECT_EQ(found[0].of, 3u);
  EXPECT_EQ(found[0].group, 13u);       // three here and ten of the CRM's
  EXPECT_EQ(found[0].population, 44u);  // everybody whose department is known, once
  EXPECT_NEAR(found[0].chance, ChanceOfGroup(44, 13, 3, 3), 1e-12);
  EXPECT_FALSE(StandsOut(found[0]));  // 2 %: with these few known that happens
}

TEST(PeopleBook, OneDepartmentOfManyPeopleStandsOut) {
  Portfolio portfolio;
  App big;
  big.tenant = "t";
  for (int i = 0; i < 100; ++i) {
    AppUser user;
    user.id = "u" + std::to_string(i);
    user.department = i < 4 ? "Finance" : "Sales";
    big.users.push_back(std::move(user));
  }
  App small;
  small.tenant = "t";
  small.users = {big.users[0], big.users[1], big.users[2]};
  small.users[1].department = "FINANCE";
  small.signs = {{.code = "adoption.clustered"}, {.code = "name.near"}};
  portfolio.apps = {big, small};
  const auto found = PeopleBook(portfolio).ConcentrationsOf(portfolio.apps[1]);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(StandsOut(found[0]));
  EXPECT_EQ(Words(found[0]),
            "3 of 3 are in FINANCE, as are 4.0 % of 100 known people; by chance 1 in 40,000");
  EXPECT_FALSE(StandsOut(PeopleBook(portfolio).ConcentrationsOf(portfolio.apps[0])[0]));
  ExamineAdoption(portfolio);
  ExamineAdoption(portfolio);  // again: the same
  ASSERT_EQ(portfolio.apps[1].signs.size(), 2u);
  EXPECT_EQ(portfolio.apps[1].signs[0].code, "name.near");
  EXPECT_EQ(portfolio.apps[1].signs[1].code, "adoption.concentrated");
  EXPECT_TRUE(portfolio.apps[0].signs.empty());
}

TEST(PeopleBook, RolesAreWeighedAgainstAllActivePeople) {
  Portfolio portfolio;
  portfolio.active_users = {{"t", 1000}};
  App app;
  app.tenant = "t";
  for (int i = 0; i < 4; ++i) {
    AppUser user;
    user.id = "u" + std::to_string(i);
    if (i < 3) user.roles = {"Helpdesk Administrator"};
    app.users.push_back(std::move(user));
  }
  portfolio.apps = {app};
  const auto found = PeopleBook(portfolio).ConcentrationsOf(app);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].of, 4u);
  EXPECT_EQ(found[0].group, 3u);
  EXPECT_EQ(found[0].population, 1000u);
  EXPECT_TRUE(StandsOut(found[0]));
}

TEST(Words, SmallNumbersSaySo) {
  EXPECT_EQ(Words(WilsonShare(3, 400)),
            "3 of 400 active people (0.8 %; 95 % interval 0.3 to 2.2 %)");
  EXPECT_EQ(Words(WilsonShare(1, 20)),
            "1 of 20 active people (5.0 %; few people, so that says little; 95 % interval 0.9 to "
            "24 %)");
  EXPECT_EQ(Words(WilsonShare(1, 0)), "1 person; how many are active is not in the evidence");
}

}  // namespace
}  // namespace tokentrail::inventory
