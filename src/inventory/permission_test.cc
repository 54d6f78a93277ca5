#include "inventory/permission.h"

#include <gtest/gtest.h>

#include "inventory/table.h"

namespace tokentrail::inventory {
namespace {

int Severity(Platform platform, Holder holder, std::string_view name,
             std::string_view resource = {}) {
  const Permission* one = Find(platform, holder, name, resource);
  return one == nullptr ? -1 : one->severity;
}

constexpr auto kApplication = Holder::kApplication;
constexpr auto kDelegated = Holder::kDelegated;
constexpr auto kMicrosoft = Platform::kMicrosoft;

TEST(Permission, TheSameNameWeighsMoreForAnAppByItself) {
  EXPECT_EQ(Severity(kMicrosoft, kApplication, "Mail.Read"), 75);
  EXPECT_EQ(Severity(kMicrosoft, kDelegated, "Mail.Read"), 50);
  EXPECT_EQ(Severity(kMicrosoft, kApplication, "RoleManagement.ReadWrite.Directory"), 100);
  EXPECT_EQ(Severity(kMicrosoft, kDelegated, "RoleManagement.ReadWrite.Directory"), 90);
  EXPECT_EQ(Severity(kMicrosoft, kDelegated, "Directory.AccessAsUser.All"), 95);
}

TEST(Permission, FoundByGuidOfItsHolderOnlyAndInAnyCase) {
  EXPECT_EQ(Find(kMicrosoft, kApplication, "810C84A8-4A9E-49E6-BF7D-12D183F40D01"),
            Find(kMicrosoft, kApplication, "mail.read"));
  EXPECT_EQ(Find(kMicrosoft, kDelegated, "810c84a8-4a9e-49e6-bf7d-12d183f40d01"), nullptr);
  EXPECT_EQ(Severity(kMicrosoft, kApplication, "dc890d15-9560-4a4c-9b7f-a736ec74ec40"), 85);
  EXPECT_EQ(Severity(kMicrosoft, kApplication, "full_access_as_app"), 85);
}

TEST(Permission, EveryTier0GuidOfTheCatalogueIsTheOneInTheTable) {
  const std::pair<std::string_view, std::string_view> kIds[] = {
      {"RoleManagement.ReadWrite.Directory", "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8"},
      {"AppRoleAssignment.ReadWrite.All", "06b708a9-e830-4db3-a914-8e69da51d44f"},
      {"Application.ReadWrite.All", "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9"},
      {"Directory.ReadWrite.All", "19dbc75e-c2e2-444c-a770-ec69d8559fc7"},
      {"Application.ReadWrite.OwnedBy", "18a4783c-866b-4cc7-a460-3d5e5662c884"},
      {"User.ReadWrite.All", "741f803b-c850-494e-b5df-cde7c675a1ca"},
      {"Domain.ReadWrite.All", "7e05723c-0bb0-42da-be95-ae9f08a6e53c"},
  };
  for (const auto& [name, id] : kIds) {
    ASSERT_NE(Find(kMicrosoft, kApplication, name), nullptr) << name;
    EXPECT_EQ(Find(kMicrosoft, kApplication, name)->id, id) << name;
  }
}

TEST(Permission, ScopeOfAMicrosoftApiMatchesWithItsHostAndThatOfAnotherApiDoesNot) {
  EXPECT_EQ(Severity(kMicrosoft, kDelegated, "https://graph.microsoft.com/Mail.Read"), 50);
  EXPECT_EQ(Severity(kMicrosoft, kDelegated, "https://outlook.office.com/EWS.AccessAsUser.All"),
            75);
  EXPECT_EQ(Severity(kMicrosoft, kDelegated, "https://contoso.sharepoint.com/AllSites.Read"), 50);
  EXPECT_EQ(Severity(kMicrosoft, kDelegated, "api://0f0c5e6f/Mail.Read"), -1);
  EXPECT_EQ(Severity(kMicrosoft, kDelegated, "https://evilsharepoint.com/Mail.Read"), -1);
}

TEST(Permission, UserImpersonationDependsOnItsApi) {
  EXPECT_EQ(Severity(kMicrosoft, kDelegated, "user_impersonation"), -1);
  EXPECT_EQ(Severity(kMicrosoft, kDelegated, "user_impersonation",
                     "797F4846-ba00-4fd7-ba43-dac1f8f63013"),
            60);
  EXPECT_EQ(
      Severity(kMicrosoft, kDelegated, "https://management.core.windows.net//user_impersonation"),
      60);
  EXPECT_EQ(Severity(kMicrosoft, kDelegated, "user_impersonation", "https://vault.azure.net"), 70);
  EXPECT_EQ(Severity(kMicrosoft, kDelegated, "user_impersonation", "Contoso Orders API"), -1);
}

TEST(Permission, WhatWeDoNotNameHasMicrosoftsLevelAndSaysSo) {
  const Permission* one = Find(kMicrosoft, kApplication, "AccessReview.Read.All");
  ASSERT_NE(one, nullptr);
  EXPECT_EQ(one->severity, 40);
  EXPECT_EQ(one->source, "microsoft privilege level, 2026-08-07");
  EXPECT_EQ(Find(kMicrosoft, kApplication, "Mail.Read")->source, "tokentrail, 2026-11");
}

TEST(Permission, UnknownIsNotHarmless) {
  EXPECT_EQ(Find(kMicrosoft, kDelegated, "Widgets.Spin"), nullptr);
  EXPECT_EQ(Find(kMicrosoft, kDelegated, ""), nullptr);
  const Power power = Assess(kMicrosoft, kDelegated, "Widgets.Spin openid");
  EXPECT_EQ(power.severity, 10);
  ASSERT_EQ(power.unassessed.size(), 1u);
  EXPECT_EQ(power.unassessed[0], "Widgets.Spin");
  EXPECT_EQ(Assess(kMicrosoft, kDelegated, "Widgets.Spin").severity, -1);
}

TEST(Permission, GoogleScopesMatchWithAndWithoutSlashAndKnowTheirClass) {
  for (const std::string_view name :
       {"https://mail.google.com/", "https://mail.google.com", "HTTPS://MAIL.GOOGLE.COM/"}) {
    const Permission* one = Find(Platform::kGoogle, kDelegated, name);
    ASSERT_NE(one, nullptr) << name;
    EXPECT_EQ(one->severity, 85);
    EXPECT_TRUE(one->restricted);
  }
  EXPECT_TRUE(
      Find(Platform::kGoogle, kApplication, "https://www.googleapis.com/auth/drive.meet.readonly")
          ->restricted);
  EXPECT_FALSE(Find(Platform::kGoogle, kDelegated, "https://www.googleapis.com/auth/gmail.send")
                   ->restricted);
  EXPECT_EQ(Severity(Platform::kGoogle, kDelegated, "https://www.google.com/m8/feeds/"), 60);
  EXPECT_LE(Severity(Platform::kGoogle, kDelegated, "https://www.googleapis.com/auth/drive.file"),
            30);
}

TEST(Permission, PatternsCoverFamiliesThatGrow) {
  EXPECT_EQ(Severity(Platform::kOkta, kDelegated, "okta.users.manage"), 95);
  EXPECT_EQ(Severity(Platform::kOkta, kDelegated, "okta.somethingNew.manage"), 75);
  EXPECT_EQ(Severity(Platform::kOkta, kDelegated, "okta.somethingNew.read"), 45);
  EXPECT_EQ(Severity(Platform::kOkta, kDelegated, "okta..manage.x"), -1);
  EXPECT_EQ(Severity(Platform::kSlack, kApplication, "admin.conversations:write"), 95);
  EXPECT_EQ(Severity(Platform::kSlack, kDelegated, "channels:history"), 75);
  EXPECT_EQ(Severity(Platform::kSlack, kApplication, "channels:history"), 55);
  EXPECT_EQ(Severity(Platform::kKubernetes, kApplication, "*:*"), 100);
  EXPECT_EQ(Severity(Platform::kKubernetes, kApplication, "get:widgets"), -1);
  EXPECT_EQ(Severity(Platform::kKubernetes, kApplication, "get secrets"), 80);
  EXPECT_EQ(Severity(Platform::kGitLab, kDelegated, "api"), 95);
  EXPECT_EQ(Severity(Platform::kAtlassian, kDelegated, "write:something:new"), 70);
  EXPECT_EQ(Severity(kMicrosoft, kApplication, "Microsoft.Authorization/roleAssignments/write"),
            95);
  EXPECT_EQ(Severity(kMicrosoft, kApplication, "Microsoft.Unheard/of"), -1);
}

TEST(Power, OfflineAccessIsNoPowerOfItsOwnButIsToldApart) {
  const Power power = Assess(kMicrosoft, kDelegated, "offline_access Mail.Read openid");
  EXPECT_EQ(power.severity, 50);
  ASSERT_NE(power.strongest, nullptr);
  EXPECT_EQ(power.strongest->name, "Mail.Read");
  EXPECT_TRUE(power.offline);
  EXPECT_TRUE(power.mail_or_files);
  const Power alone = Assess(kMicrosoft, kDelegated, " offline_access ");
  EXPECT_EQ(alone.severity, -1);
  EXPECT_EQ(alone.strongest, nullptr);
  EXPECT_TRUE(alone.offline);
}

TEST(Power, KnowsEveryWayToReadMailOrFiles) {
  for (const std::string_view scope :
       {"Mail.Read", "Mail.ReadWrite", "Mail.Read.Shared", "Mail.ReadBasic", "Files.Read",
        "Files.ReadWrite.All", "Sites.Read.All", "EWS.AccessAsUser.All", "IMAP.AccessAsUser.All",
        "POP.AccessAsUser.All", "EAS.AccessAsUser.All", "MailboxItem.Read"}) {
    EXPECT_TRUE(Assess(kMicrosoft, kDelegated, scope).mail_or_files) << scope;
  }
  for (const std::string_view scope :
       {"https://mail.google.com/", "https://www.googleapis.com/auth/gmail.readonly",
        "https://www.googleapis.com/auth/drive.readonly"}) {
    EXPECT_TRUE(Assess(Platform::kGoogle, kDelegated, scope).mail_or_files) << scope;
  }
  EXPECT_FALSE(Assess(kMicrosoft, kDelegated, "User.Read Calendars.Read").mail_or_files);
}

TEST(Power, TwoThatAllowMoreTogetherCountTogether) {
  EXPECT_EQ(Assess(kMicrosoft, kDelegated, "Mail.Read Mail.Send").severity, 65);
  EXPECT_EQ(Assess(kMicrosoft, kApplication, "User.Read.All Directory.Read.All").severity, 65);
  EXPECT_EQ(Assess(Platform::kSalesforce, kDelegated, "api").severity, 60);
  EXPECT_EQ(Assess(Platform::kSalesforce, kDelegated, "api refresh_token").severity, 75);
}

TEST(Power, TheFirstOfTwoCarriesWhatTheyAllowTogether) {
  const Permission* const held[] = {Find(kMicrosoft, kDelegated, "Mail.Send"),
                                    Find(kMicrosoft, kDelegated, "Mail.Read")};
  const Together both = CombinedSeverity(kMicrosoft, kDelegated, held, false);
  EXPECT_EQ(both.severity, 65);
  ASSERT_NE(both.first, nullptr);
  EXPECT_EQ(both.first->name, "Mail.Read");
  EXPECT_EQ(CombinedSeverity(kMicrosoft, kApplication, held, true).first, nullptr);
}

TEST(App, OnlyIdsOfTheTableAreMicrosofts) {
  ASSERT_NE(MicrosoftApp("D3590ED6-52B3-4102-AEFF-AAD2292AB01C"), nullptr);
  EXPECT_EQ(MicrosoftApp("00000000-0000-0000-0000-000000000001"), nullptr);
  EXPECT_TRUE(IsMicrosoftTenant("F8CDEF31-a31e-4b4a-93e4-5f571e91255a"));
  EXPECT_FALSE(IsMicrosoftTenant(""));
  // Documentation lists licences and directory roles among its ids; none may pass for an app.
  EXPECT_EQ(MicrosoftApp("62e90394-69f5-4237-9190-012177145e10"), nullptr);
  EXPECT_EQ(MicrosoftApp("565e4f69-794b-4b7a-adc7-8fb1084970a0"), nullptr);
}

TEST(App, RefreshTokenFamilyAndPublicClientsAreKnown) {
  EXPECT_TRUE(Foci("04b07795-8ddb-461a-bbee-02f9e1bf7b46"));
  EXPECT_TRUE(PublicClient("04b07795-8ddb-461a-bbee-02f9e1bf7b46"));
  EXPECT_FALSE(Foci("00000003-0000-0000-c000-000000000000"));
  EXPECT_FALSE(PublicClient("00000003-0000-0000-c000-000000000000"));
}

TEST(App, GoogleProjectIsFoundInsideItsClientIdsOnly) {
  EXPECT_NE(GoogleApp("691301496089"), nullptr);
  EXPECT_NE(GoogleApp("77185425430.apps.googleusercontent.com"), nullptr);
  EXPECT_NE(GoogleApp("764086051850-abc.apps.googleusercontent.com"), nullptr);
  EXPECT_EQ(GoogleApp("77185425430-evil"), nullptr);
  EXPECT_EQ(GoogleApp("1084253493764-ipb2ntp4jb4rmqc76jp7habdrhfdus3q.apps.googleusercontent.com"),
            nullptr);
}

TEST(App, RiskyAppsAreLegitimateOnesAndNeverFirstParty) {
  ASSERT_NE(RiskyApp("e9a7fea1-1cc0-4cd9-a31b-9137ca5deedd"), nullptr);
  EXPECT_EQ(RiskyApp("e9a7fea1-1cc0-4cd9-a31b-9137ca5deedd")->name, "eM Client");
  EXPECT_EQ(MicrosoftApp("e9a7fea1-1cc0-4cd9-a31b-9137ca5deedd"), nullptr);
  EXPECT_EQ(RiskyApp("d3590ed6-52b3-4102-aeff-aad2292ab01c"), nullptr);
}

TEST(Role, FoundByTemplateNameOrOldNameAndWeakOnesAreNotPrivileged) {
  ASSERT_NE(PrivilegedRole("62E90394-69f5-4237-9190-012177145e10"), nullptr);
  EXPECT_EQ(PrivilegedRole("company administrator")->name, "Global Administrator");
  EXPECT_EQ(PrivilegedRole("UserAccountAdmins")->name, "User Administrator");
  EXPECT_EQ(PrivilegedRole("Directory Readers"), nullptr);
  ASSERT_NE(FindRole("88d8e3e3-8f55-4a1e-953a-9b9898b8876b"), nullptr);
  EXPECT_EQ(FindRole("88d8e3e3-8f55-4a1e-953a-9b9898b8876b")->tier, 2);
  EXPECT_EQ(FindRole("Coffee Administrator"), nullptr);
}

TEST(Platform, IsKnownByTheNameOfTheSource) {
  EXPECT_EQ(PlatformOfSource("entra_signin"), Platform::kMicrosoft);
  EXPECT_EQ(PlatformOfSource("m365_audit"), Platform::kMicrosoft);
  EXPECT_EQ(PlatformOfSource("google_token"), Platform::kGoogle);
  EXPECT_EQ(PlatformOfSource("kubernetes_audit"), Platform::kKubernetes);
  EXPECT_EQ(PlatformOfSource("aws_cloudtrail"), std::nullopt);
  EXPECT_EQ(Name(Platform::kMicrosoft), "entra");
}

TEST(Table, PatternStarStandsForOneOrMore) {
  EXPECT_TRUE(MatchesPattern("admin.users:write", "admin.*:write"));
  EXPECT_FALSE(MatchesPattern("admin.:write", "admin.*:write"));
  EXPECT_TRUE(MatchesPattern("a:write:write", "*:write"));
  EXPECT_FALSE(MatchesPattern("", "*"));
  EXPECT_TRUE(MatchesPattern("", ""));
  EXPECT_FALSE(MatchesPattern("abc", ""));
}

TEST(Table, ReadsQuotedCellsAndSkipsComments) {
  std::deque<std::string> unescaped;
  const auto rows =
      ReadTable("# c,\"omment\na,b\n1,\"x \"\"y\"\", z\"\n,\n", {"a", "b"}, unescaped);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0][1], "x \"y\", z");
  EXPECT_EQ(rows[1][0], "");
  EXPECT_EQ(rows[1][1], "");
}

}  // namespace
}  // namespace tokentrail::inventory
