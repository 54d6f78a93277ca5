#include "inventory/explain.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/text.h"

namespace tokentrail::inventory {
namespace {

Explained Only(std::string_view name, std::optional<Platform> platform = std::nullopt) {
  const std::vector<Explained> all = Explain(platform, name);
  EXPECT_EQ(all.size(), 1u) << name;
  return all.empty() ? Explained{} : all[0];
}

TEST(Explain, SaysWhatAnAppAndAPersonHaveSideBySide) {
  const Explained one = Only("mail.readwrite");
  EXPECT_EQ(one.name, "Mail.ReadWrite");
  ASSERT_EQ(one.holders.size(), 2u);
  EXPECT_EQ(one.holders[0].holder, Holder::kApplication);
  EXPECT_EQ(one.holders[0].permission->severity, 85);
  EXPECT_EQ(one.holders[1].permission->severity, 65);
  EXPECT_EQ(one.holders[0].allows, "read and change all mail of the organisation");
  EXPECT_EQ(one.holders[1].allows, "read and change the person's own mail");
  EXPECT_GT(one.holders[0].microsoft_level, 0);
  EXPECT_EQ(one.consent, "user");
  EXPECT_FALSE(one.way.empty());
  EXPECT_NE(std::find(one.weaker.begin(), one.weaker.end(), "Mail.Read"), one.weaker.end());
}

TEST(Explain, FindsByIdWhatTheNameHas) {
  const Explained one = Only("810c84a8-4a9e-49e6-bf7d-12d183f40d01");
  EXPECT_EQ(one.name, "Mail.Read");
  EXPECT_EQ(one.holders.size(), 2u);
}

TEST(Explain, OneNameOfSeveralPlatformsIsAllOfThem) {
  EXPECT_GT(Explain(std::nullopt, "openid").size(), 3u);
  EXPECT_EQ(Explain(Platform::kGoogle, "openid").size(), 1u);
  EXPECT_TRUE(Explain(std::nullopt, "Widgets.Spin").empty());
  EXPECT_TRUE(Explain(std::nullopt, "").empty());
}

TEST(Explain, APatternSaysWhichRowCoversIt) {
  const Explained one = Only("okta.somethingNew.manage", Platform::kOkta);
  EXPECT_EQ(one.name, "okta.somethingNew.manage");
  EXPECT_EQ(one.pattern, "okta.*.manage");
}

TEST(Explain, NamesOfEachGrammarReadAsSentences) {
  const auto allows = [](Platform platform, std::string_view name) {
    return Allows(platform, Holder::kDelegated, name);
  };
  EXPECT_EQ(allows(Platform::kMicrosoft, "Files.Read.All"),
            "read all files that the person may reach");
  EXPECT_EQ(allows(Platform::kGoogle, "https://www.googleapis.com/auth/gmail.readonly"),
            "read mail");
  EXPECT_EQ(allows(Platform::kGoogle, "https://www.googleapis.com/auth/gmail.send"),
            "send mail as the person");
  EXPECT_EQ(allows(Platform::kGitHub, "admin:org"), "administer org");
  EXPECT_EQ(allows(Platform::kSlack, "channels:history"), "read messages of channels");
  EXPECT_EQ(allows(Platform::kOkta, "okta.users.manage"), "manage users");
  EXPECT_EQ(allows(Platform::kKubernetes, "get:secrets"), "read single secrets");
}

TEST(Explain, EveryRowOfTheTablesSaysSomething) {
  const std::vector<Explained> all = ExplainAll(std::nullopt);
  EXPECT_GT(all.size(), 1500u);
  for (const Explained& one : all) {
    ASSERT_FALSE(one.holders.empty()) << one.name;
    for (const Explained::AsHolder& as : one.holders) {
      EXPECT_FALSE(Trim(as.allows).empty()) << one.name;
      EXPECT_EQ(as.allows.find("  "), std::string::npos) << one.name << ": " << as.allows;
      EXPECT_FALSE(as.permission->source.empty()) << one.name;
    }
  }
}

TEST(Explain, ATypoFindsItsNeighbours) {
  const std::vector<std::string> close = CloseNames(Platform::kMicrosoft, "Mail.Raed");
  ASSERT_FALSE(close.empty());
  EXPECT_EQ(close[0], "Mail.Read");
  EXPECT_LE(CloseNames(std::nullopt, "mail").size(), 5u);
  EXPECT_TRUE(CloseNames(std::nullopt, std::string(5000, 'x')).empty());
}

}  // namespace
}  // namespace tokentrail::inventory
