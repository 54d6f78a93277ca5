#include "inventory/fit.h"

#include <gtest/gtest.h>

#include <string>

#include "inventory/category.h"
#include "inventory/state_file.h"
#include "inventory/user_file.h"
#include "test/support/temp_folder.h"

namespace tokentrail::inventory {
namespace {

Time At(int day) { return Time{} + Days(20'000 + day); }

App MakeApp(std::string_view name, std::initializer_list<std::string_view> permissions,
            std::string_view category = {}, std::string_view source = "label") {
  App app;
  app.platform = "entra";
  app.tenant = "contoso";
  app.id = "id-of-" + std::string(name);
  app.name = name;
  app.category = category;
  app.category_source = category.empty() ? "" : source;
  for (const std::string_view one : permissions) {
    AppPermission& permission = app.permissions.emplace_back();
    permission.name = one;
  }
  return app;
}

struct Outcome {
  std::vector<RiskReason> reasons;
  std::vector<AppSign> not_assessed;

  const RiskReason* Find(std::string_view code) const {
    for (const RiskReason& one : reasons) {
      if (one.sign.code == code) return &one;
    }
    return nullptr;
  }
  std::string Skipped(std::string_view code) const {
    for (const AppSign& one : not_assessed) {
      if (one.code == code) return one.words;
    }
    return {};
  }
};

/// Of the first app; the others are its peers.
Outcome Examine(std::vector<App> apps, int days = 120) {
  Portfolio portfolio;
  portfolio.first = At(-days);
  portfolio.last = portfolio.as_of = At(0);
  portfolio.apps = std::move(apps);
  for (App& app : portfolio.apps) AssessPermissions(app);
  const Weights& weights = Weights::Shipped();
  const PeerBook peers(portfolio, weights);
  Outcome out;
  const App& app = portfolio.apps[0];
  ExamineFit(app, 0, HoldingOf(app, 50), peers, portfolio, weights, out.reasons, out.not_assessed);
  return out;
}

std::vector<App> WithPeers(App app, int count, std::string_view category,
                           std::initializer_list<std::string_view> permissions = {"User.Read"}) {
  std::vector<App> out;
  out.push_back(std::move(app));
  for (int i = 0; i < count; ++i) {
    out.push_back(MakeApp("peer" + std::to_string(i), permissions, category));
  }
  return out;
}

TEST(Fit, ClockThatReadsMailIsToldWithBothNumbers) {
  const Outcome out =
      Examine(WithPeers(MakeApp("Clock", {"Mail.Read"}, "calendar"), 41, "calendar"));
  const RiskReason* category = out.Find("fit.category");
  ASSERT_NE(category, nullptr);
  EXPECT_EQ(category->points, 8);
  EXPECT_EQ(category->sign.words,
            "reads mail (Mail.Read), which clock and calendar apps do not need; 0 of 41 other "
            "clock and calendar apps here do");
  const RiskReason* rarity = out.Find("fit.rarity");
  ASSERT_NE(rarity, nullptr);
  EXPECT_EQ(rarity->points, 7.8);
  EXPECT_EQ(rarity->sign.words,
            "holds Mail.Read, as 0 of 41 other clock and calendar apps here do");
}

TEST(Fit, CategoryReadFromTheNameCountsHalfAndSaysSo) {
  const Outcome out = Examine({MakeApp("PDF Merge", {"Mail.Read"}, "pdf", "keyword")});
  const RiskReason* category = out.Find("fit.category");
  ASSERT_NE(category, nullptr);
  EXPECT_EQ(category->points, 4);
  EXPECT_NE(category->sign.evidence.find("halved"), std::string::npos);
}

TEST(Fit, SurprisesAddUpToTwelve) {
  const Outcome out =
      Examine({MakeApp("x", {"Mail.Read", "Directory.Read.All", "Chat.Read"}, "e-signature")});
  ASSERT_NE(out.Find("fit.category"), nullptr);
  EXPECT_EQ(out.Find("fit.category")->points, 12);
}

TEST(Fit, WhatACategoryNeedsIsNoSurprise) {
  EXPECT_EQ(Examine({MakeApp("x", {"Mail.ReadWrite", "Mail.Send"}, "mail")}).Find("fit.category"),
            nullptr);
  EXPECT_EQ(Examine({MakeApp("x", {"User.Read"}, "pdf")}).Find("fit.category"), nullptr);
}

TEST(Fit, UnknownCategoryIsNotAssessedWithWhatToDo) {
  const Outcome out = Examine({MakeApp("Zyx", {"Mail.Read"})});
  EXPECT_EQ(out.Find("fit.category"), nullptr);
  EXPECT_NE(out.Skipped("fit.category").find("--listings"), std::string::npos);
  EXPECT_NE(Examine({MakeApp("x", {"Mail.Read"}, "beekeeping")}).Skipped("fit.category"), "");
  App own = MakeApp("Outlook", {"Mail.Read"});
  own.first_party = true;
  EXPECT_NE(Examine({own}).Skipped("fit"), "");
  EXPECT_NE(Examine({MakeApp("x", {})}).Skipped("fit"), "");
  EXPECT_NE(Examine({MakeApp("x", {"Widgets.Spin"})}).Skipped("fit"), "");
}

TEST(Fit, TooFewOfACategoryAreComparedWithAllThirdParties) {
  std::vector<App> apps = WithPeers(MakeApp("Clock", {"Mail.Read"}, "calendar"), 6, "calendar");
  for (int i = 0; i < 30; ++i) {
    apps.push_back(MakeApp("other" + std::to_string(i),
                           i < 2 ? std::initializer_list<std::string_view>{"Mail.Read"}
                                 : std::initializer_list<std::string_view>{"User.Read"},
                           "mail"));
  }
  const Outcome out = Examine(std::move(apps));
  const RiskReason* rarity = out.Find("fit.rarity");
  ASSERT_NE(rarity, nullptr);
  EXPECT_EQ(rarity->sign.words, "holds Mail.Read, as 2 of 36 other third-party apps here do");
  EXPECT_EQ(rarity->points, 7.4) << "8 x (1 - 3/37)";
}

TEST(Fit, RarityNeedsTwentyPeersAndIsNoPointsForTheCommon) {
  const Outcome few = Examine(WithPeers(MakeApp("x", {"Mail.Read"}), 10, ""));
  EXPECT_EQ(few.Find("fit.rarity"), nullptr);
  EXPECT_NE(few.Skipped("fit.rarity").find("20 are needed"), std::string::npos);
  EXPECT_EQ(
      Examine(WithPeers(MakeApp("x", {"Mail.Read"}), 30, "", {"Mail.Read"})).Find("fit.rarity"),
      nullptr);
}

TEST(Fit, OtherTenantsAndPlatformsAreNoPeers) {
  std::vector<App> apps = WithPeers(MakeApp("x", {"Mail.Read"}), 40, "");
  for (size_t i = 1; i < apps.size(); ++i) {
    if (i % 2 == 0) {
      apps[i].tenant = "fabrikam";
    } else {
      apps[i].platform = "google";
    }
  }
  EXPECT_NE(Examine(std::move(apps)).Skipped("fit.rarity"), "");
}

App Unused(std::initializer_list<std::string_view> permissions) {
  App app = MakeApp("x", permissions);
  app.calls_logged = true;
  for (AppPermission& one : app.permissions) one.use = AppPermission::Use::kUnused;
  return app;
}

TEST(Fit, UnusedPermissionsCountAfterNinetyDays) {
  EXPECT_EQ(Examine({Unused({"Mail.ReadWrite"})}).Find("fit.unused")->points, 4);
  EXPECT_EQ(Examine({Unused({"Mail.ReadWrite", "Files.Read.All", "Sites.Read.All"})})
                .Find("fit.unused")
                ->points,
            8);
  EXPECT_EQ(Examine({Unused({"RoleManagement.ReadWrite.Directory"})}).Find("fit.unused")->points,
            8);
  const Outcome month = Examine({Unused({"Mail.ReadWrite"})}, 40);
  EXPECT_EQ(month.Find("fit.unused")->points, 0);
  EXPECT_NE(month.Find("fit.unused")->sign.words.find("no points before 90 days"),
            std::string::npos);
  EXPECT_NE(Examine({Unused({"Mail.ReadWrite"})}, 7).Skipped("fit.unused"), "");
  App silent = Unused({"Mail.ReadWrite"});
  silent.calls_logged = false;
  EXPECT_NE(Examine({silent}).Skipped("fit.unused"), "");
  App fresh = Unused({"Mail.ReadWrite"});
  fresh.permissions[0].granted = At(-10);
  EXPECT_EQ(Examine({fresh}).Find("fit.unused"), nullptr);
  App used = Unused({"Mail.ReadWrite"});
  used.permissions[0].use = AppPermission::Use::kUsed;
  EXPECT_EQ(Examine({used}).Find("fit.unused"), nullptr);
}

TEST(Fit, UsedWithoutAGrantIsToldWithoutPoints) {
  App app = MakeApp("x", {"User.Read", "Mail.Read"});
  app.in_snapshot = true;
  app.permissions[1].in_force = false;
  app.permissions[1].use = AppPermission::Use::kUsed;
  const Outcome out = Examine({app});
  ASSERT_NE(out.Find("fit.used_not_declared"), nullptr);
  EXPECT_EQ(out.Find("fit.used_not_declared")->points, 0);
}

// --- Categories
// -------------------------------------------------------------------------------------

std::string OfWords(std::string_view text) {
  const Category* one = CategoryOfWords(text);
  return one == nullptr ? "" : one->name;
}

TEST(Category, IsReadFromWordsOfTheName) {
  EXPECT_EQ(OfWords("ChronoClock"), "calendar");
  EXPECT_EQ(OfWords("PDF Converter Pro"), "pdf");
  EXPECT_EQ(OfWords("Contoso e-sign"), "e-signature");
  EXPECT_EQ(OfWords("Meeting Notes AI"), "meeting") << "the longer words win";
  EXPECT_EQ(OfWords("SurveyMonkey"), "survey");
  EXPECT_EQ(OfWords("Printix Cloud Print"), "printer");
  EXPECT_EQ(OfWords("Resignation"), "") << "whole words only";
  EXPECT_EQ(OfWords(""), "");
  EXPECT_EQ(OfWords("\xff\xfe\x01"), "");
}

TEST(Category, LabelGoesBeforeMarketplaceBeforeIdBeforeName) {
  test::TempFolder folder;
  const std::string path =
      folder.Write("listings.csv",
                   "App Name;App ID;Category\n"
                   "eM Client;e9a7fea1-1cc0-4cd9-a31b-9137ca5deedd;CRM & Sales\n"
                   "Bee Keeper;;\"Agriculture; Bees\"\n"
                   "Twin;1;Games\nTwin;2;Backup\n");
  const auto book = CategoryBook::Load({path});
  ASSERT_TRUE(book.ok()) << book.error().message;
  App app = MakeApp("Calendar Mail", {});
  app.id = "E9A7FEA1-1cc0-4cd9-a31b-9137ca5deedd";
  EXPECT_EQ(book->Of(app, "PDF and document").source, "label");
  EXPECT_EQ(book->Of(app, "PDF and document").name, "pdf");
  EXPECT_EQ(book->Of(app, "").source, "marketplace");
  EXPECT_EQ(book->Of(app, "").name, "crm");
  EXPECT_EQ(CategoryBook().Of(app, "").source, "id");
  EXPECT_EQ(CategoryBook().Of(app, "").name, "mail");
  app.id = "other";
  EXPECT_EQ(book->Of(app, "").source, "keyword");
  App bees = MakeApp("bee keeper", {});
  EXPECT_EQ(book->Of(bees, "").name, "agriculture");
  EXPECT_EQ(book->Of(MakeApp("Twin", {}), "").name, "") << "two listings of that name disagree";
}

TEST(Category, AFamilyIsNeverBothExpectedAndSurprising) {
  for (const Category& one : Categories()) {
    for (const auto& [family, points] : one.surprising) {
      EXPECT_FALSE(std::binary_search(one.expected.begin(), one.expected.end(), family))
          << one.name << " " << family;
    }
  }
}

TEST(Category, ABadListingIsAnErrorWithItsPlace) {
  test::TempFolder folder;
  const auto load = [&](std::string_view text) {
    const auto book = CategoryBook::Load({folder.Write("l.csv", text)});
    return book.ok() ? std::string() : book.error().message;
  };
  EXPECT_NE(load("name,kind\na,b\n").find("l.csv:1:1: a listing needs a column"),
            std::string::npos);
  EXPECT_NE(load("").find("no header"), std::string::npos);
  EXPECT_NE(load("name,category\n\"a,b\n").find("never closed"), std::string::npos);
  EXPECT_NE(load("name,category\na,b,c\n").find("l.csv:2:5: the row has 3 cells"),
            std::string::npos);
  EXPECT_FALSE(CategoryBook::Load({"/nowhere/at/all"}).ok());
}

// --- States
// -----------------------------------------------------------------------------------------

TEST(StateFile, AnIdDecidesBeforeAName) {
  test::TempFolder folder;
  const auto file = StateFile::Load(folder.Write("s.csv",
                                                 "\xef\xbb\xbf# reviewed in June\n"
                                                 "app_id,name,state,label,note\n"
                                                 "id-of-A,A,Approved,backup,\"by \"\"IT\"\"\"\n"
                                                 ",B,unsanctioned,,\n"));
  ASSERT_TRUE(file.ok()) << file.error().message;
  const App a = MakeApp("A", {});
  ASSERT_NE(file->Find(a), nullptr);
  EXPECT_EQ(file->Find(a)->sanction, App::Sanction::kApproved);
  EXPECT_EQ(file->Find(a)->label, "backup");
  EXPECT_EQ(file->Find(a)->note, "by \"IT\"");
  App imposter = MakeApp("A", {});
  imposter.id = "another";
  EXPECT_EQ(file->Find(imposter), nullptr) << "approved by id, not by name";
  EXPECT_EQ(file->Find(MakeApp("b", {}))->sanction, App::Sanction::kBanned);
}

TEST(StateFile, MistakesAreNamedWithTheirPlace) {
  test::TempFolder folder;
  const auto load = [&](std::string_view text) {
    const auto file = StateFile::Load(folder.Write("s.csv", text));
    return file.ok() ? std::string() : file.error().message;
  };
  EXPECT_NE(load("name,state\na,fine\n").find("s.csv:2:3: 'fine' is no state"), std::string::npos);
  EXPECT_NE(load("state\napproved\n").find("s.csv:1:1"), std::string::npos);
  EXPECT_NE(load("name,state\n,approved\n").find("names no app"), std::string::npos);
  EXPECT_NE(load("name,state\na,approved\na,banned\n").find("another state in line 2"),
            std::string::npos);
  EXPECT_NE(load(std::string_view("\xff\xfe\x61\x00", 4)).find("UTF-16"), std::string::npos);
}

}  // namespace
}  // namespace tokentrail::inventory
