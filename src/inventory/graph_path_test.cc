#include "inventory/graph_path.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "inventory/call_family.h"

namespace tokentrail::inventory {
namespace {

constexpr auto kApplication = Holder::kApplication;
constexpr auto kDelegated = Holder::kDelegated;

bool Takes(Holder holder, std::string_view method, std::string_view url, std::string_view name) {
  const NeededPermissions needed = Needed(holder, method, url);
  return std::find(needed.any_of.begin(), needed.any_of.end(), name) != needed.any_of.end();
}

TEST(GraphPath, WeakestComesFirst) {
  const NeededPermissions one =
      Needed(kApplication, "GET", "https://graph.microsoft.com/v1.0/users/anna@x.example/messages");
  ASSERT_TRUE(one.known);
  ASSERT_GE(one.any_of.size(), 3u);
  EXPECT_EQ(one.any_of.front(), "Mail.ReadBasic.All");
  EXPECT_EQ(one.any_of.back(), "Mail.ReadWrite");
}

TEST(GraphPath, EveryWayToWriteARequestIsOne) {
  for (const std::string_view url : {
           "https://graph.microsoft.com/v1.0/me/messages?$search=password",
           "https://graph.microsoft.com/beta/me/messages",
           "https://graph.microsoft.us/v1.0/ME/Messages/",
           "/v1.0/me/messages",
           "me/messages",
           "https://graph.microsoft.com/v1.0/users/3f0b6b1e-5b6c-4a55-8ad0-4c0d2d3f1a11/messages",
           "https://graph.microsoft.com/v1.0/users('anna@contoso.example')/messages",
           "https://graph.microsoft.com//v1.0//me//messages#x",
           "https://graph.microsoft.com/v1.0/me/messages/$count",
       }) {
    EXPECT_TRUE(Takes(kDelegated, "GET", url, "Mail.Read")) << url;
    EXPECT_FALSE(Takes(kDelegated, "GET", url, "Files.Read")) << url;
  }
}

TEST(GraphPath, MethodAndHolderDecide) {
  EXPECT_TRUE(Takes(kApplication, "POST", "/v1.0/users/x/sendMail", "Mail.Send"));
  EXPECT_FALSE(Takes(kApplication, "GET", "/v1.0/users/x/sendMail", "Mail.Send"));
  EXPECT_TRUE(Takes(kDelegated, "GET", "/v1.0/me", "User.Read"));
  // The person's own id may stand there.
  EXPECT_TRUE(Takes(kDelegated, "GET", "/v1.0/users/4711", "User.Read"));
  EXPECT_FALSE(Takes(kApplication, "GET", "/v1.0/users/4711", "User.Read"));
  EXPECT_TRUE(Takes(kDelegated, "HEAD", "/v1.0/me", "User.Read"));
}

TEST(GraphPath, FilesAreFoundByIdAndByPath) {
  for (const std::string_view url : {
           "/v1.0/me/drive/items/01ABC/content",
           "/v1.0/me/drive/root:/Budget/2026 (final).xlsx:/content",
           "/v1.0/me/drive/items/01ABC:/a/b.docx:/content",
           "/v1.0/drives/b!x/items/01ABC/content",
           "/v1.0/groups/77/drives/b!x/items/01ABC/content",
       }) {
    EXPECT_TRUE(Takes(kDelegated, "GET", url, "Files.Read")) << url;
    EXPECT_TRUE(Takes(kDelegated, "PUT", url, "Files.ReadWrite")) << url;
  }
  EXPECT_TRUE(Takes(kApplication, "GET", "/v1.0/sites/contoso.sharepoint.com:/sites/hr:/lists",
                    "Sites.Read.All"));
}

TEST(GraphPath, FoldersNestAndFunctionsHaveParameters) {
  EXPECT_TRUE(
      Takes(kDelegated, "GET",
            "/v1.0/me/mailFolders/inbox/childFolders/A/childFolders/B/childFolders/C/messages",
            "Mail.Read"));
  EXPECT_TRUE(Takes(kApplication, "GET", "/v1.0/reports/getEmailActivityUserDetail(period='D7')",
                    "Reports.Read.All"));
  EXPECT_TRUE(Takes(kApplication, "GET", "/v1.0/users/microsoft.graph.delta()", "User.Read.All"));
  EXPECT_TRUE(
      Takes(kApplication, "GET", "/v1.0/servicePrincipals(appId='4711')", "Application.Read.All"));
}

TEST(GraphPath, WhatIsNotInTheTableIsUnknownAndNeverNothing) {
  EXPECT_FALSE(Needed(kDelegated, "GET", "/v1.0/me/unheardOf").known);
  EXPECT_FALSE(Needed(kDelegated, "BREW", "/v1.0/me/messages").known);
  EXPECT_FALSE(Needed(kDelegated, "GET", "").known);
  EXPECT_FALSE(Needed(kDelegated, "GET", "https://graph.microsoft.com").known);
  EXPECT_FALSE(Needed(kDelegated, "GET", "https://graph.microsoft.com/v1.0/").known);
  EXPECT_TRUE(Needed(kDelegated, "POST", "https://graph.microsoft.com/v1.0/$batch").batch);
  EXPECT_TRUE(Needed(kDelegated, "POST", "https://graph.microsoft.com/beta/$batch").batch);
  std::string deep = "/v1.0";
  for (int i = 0; i < 1000; ++i) deep += "/users(((";
  EXPECT_FALSE(Needed(kDelegated, "GET", deep).known);
  EXPECT_FALSE(Needed(kDelegated, "GET", "/v1.0/me/:::/()/(=)/$/root:").known);
}

TEST(GraphPath, EveryPermissionNamedIsOneWeCanAssess) {
  size_t named = 0;
  for (const Holder holder : {kDelegated, kApplication}) {
    for (const std::string_view url : {"/users/x", "/users/x/messages", "/applications",
                                       "/groups/x/members", "/drives/x/items/y"}) {
      for (const std::string_view name : Needed(holder, "GET", url).any_of) {
        ++named;
        EXPECT_NE(Find(Platform::kMicrosoft, holder, name), nullptr) << name;
      }
    }
  }
  EXPECT_GT(named, 50u);
}

TEST(CallFamily, TellsReadingFromSendingAndMailFromFiles) {
  EXPECT_EQ(CallFamily(Platform::kGoogle, "gmail", "gmail.users.messages.list"), "mail-read");
  EXPECT_EQ(CallFamily(Platform::kGoogle, "gmail", "gmail.users.messages.send"), "mail-send");
  EXPECT_EQ(CallFamily(Platform::kGoogle, "gmail", "gmail.users.messages.trash"), "mail-write");
  EXPECT_EQ(CallFamily(Platform::kGoogle, "drive", ""), "files");
  EXPECT_EQ(CallFamily(Platform::kGoogle, "unheard", "unheard.of"), "");
  EXPECT_EQ(CallFamily(Platform::kMicrosoft, "", "MailItemsAccessed"), "mail-read");
  EXPECT_EQ(CallFamily(Platform::kMicrosoft, "", "FileDownloaded"), "files");
  EXPECT_EQ(CallFamily(Platform::kMicrosoft, "", "Consent to application."), "");
  EXPECT_EQ(CallFamily(Platform::kGitHub, "", "MailItemsAccessed"), "");
}

TEST(CallFamily, WhoMayWriteMayReadAndNotTheOtherWayRound) {
  EXPECT_TRUE(Covers("mail-write", "mail-read"));
  EXPECT_FALSE(Covers("mail-read", "mail-write"));
  EXPECT_TRUE(Covers("files", "files"));
  EXPECT_FALSE(Covers("files", ""));
  EXPECT_FALSE(Covers("", ""));
}

}  // namespace
}  // namespace tokentrail::inventory
