#include "inventory/feed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "inventory/data.h"
#include "inventory/feed_json.h"
#include "inventory/permission.h"
#include "test/support/temp_folder.h"

namespace tokentrail::inventory {
namespace {

// Invented ids.
constexpr char kOne[] = "abc00001-2b7e-4f3a-9c1d-00000000f001";
constexpr char kTwo[] = "abc00001-2b7e-4f3a-9c1d-00000000f002";

std::string Show(const Result<std::vector<FeedRow>>& rows) {
  if (!rows.ok()) return rows.error().message;
  std::string out;
  for (const FeedRow& row : *rows) {
    out += row.platform + "|" + row.id + "|" + row.listing.verdict + "|" + row.listing.name + "|" +
           row.listing.note + "\n";
  }
  return out;
}

std::string Parse(const std::string& text, std::string_view path = "lists/mine.txt") {
  return Show(ParseFeed(path, text));
}

TEST(Feed, CsvByItsHeader) {
  EXPECT_EQ(Parse("appid,appname,metadata_category,metadata_severity,metadata_reference\n" +
                  std::string(kOne) + ",\"Mail, Backup\",malicious,critical,https://a.example\n" +
                  kTwo + ",Sync,risky,medium,\n"),
            std::string("|") + kOne +
                "|malicious|Mail, Backup|severity critical; https://a.example\n|" + kTwo +
                "|risky|Sync|severity medium\n");
  EXPECT_EQ(Parse("Name;Client ID;Provider\nSync;ABC;Google Workspace\n"),
            "google|abc|malicious|Sync|the list gives no verdict\n");
  EXPECT_EQ(Parse("# a comment\n\nOAuth App ID\tSeverity\nabc\tlow\r\n"),
            "|abc|risky||by its severity, low\n");
}

TEST(Feed, JsonLists) {
  EXPECT_EQ(Parse(R"([{"appId": ")" + std::string(kOne) +
                  R"(", "appDisplayName": "Sync", "tags": ["BEC", "mail"], "mitreTTP": [],
                      "references": ["https://a.example", "https://b.example"],
                      "dateAdded": "2026-01-02"}])"),
            std::string("|") + kOne +
                "|risky|Sync|tags BEC, mail; added 2026-01-02; https://a.example\n");
  EXPECT_EQ(Parse(R"({"apps": [{"id": 7, "client_id": "abc", "type": "phishing"}]})"),
            "|abc|malicious||\n");
  EXPECT_EQ(Parse(R"({"risky": [{"appId": "abc"}]})"), "|abc|risky||\n");
}

TEST(Feed, JsonKeyedById) {
  EXPECT_EQ(Parse(R"({"updated": "2026-01-02", "abc": {"name": "Sync", "category": "Traitorware"},
                      "def": "Other"})"),
            "|abc|risky|Sync|\n|def|malicious|Other|the list gives no verdict\n");
}

TEST(Feed, OneIdALine) {
  EXPECT_EQ(Parse("# verdict: risky\n# platform: google\n\nABC-def.apps.example  # Sync\n"),
            "google|abc-def.apps.example|risky|Sync|\n");
  EXPECT_EQ(Parse(kOne + std::string("\n"), "known_malicious.txt"),
            std::string("|") + kOne + "|malicious||\n");
}

TEST(Feed, ABrokenListIsToldByPlace) {
  EXPECT_EQ(Parse("appid,name\nabc\n"), "lists/mine.txt:2:1: 1 cells, but the header has 2");
  EXPECT_EQ(Parse("appid,name\nabc,x\n,y\n"), "lists/mine.txt:3:1: no app id in this row");
  EXPECT_EQ(Parse("appid,name\nabc,\"x\n"),
            "lists/mine.txt:2:5: a quoted cell without closing quote");
  EXPECT_EQ(Parse("appid,name\n\"abc\"d,x\n"),
            "lists/mine.txt:2:6: text after the closing quote of a cell");
  EXPECT_EQ(Parse("[{\"appId\": \"abc\"},\n {\"name\": \"x\"}]"),
            "lists/mine.txt:2:2: no app id in this row");
  EXPECT_EQ(
      Parse("[\n  {\"appId\": abc}]"),
      "lists/mine.txt:2:13: neither a text in quotes, a number, true, false, null, a list nor "
      "an object");
  EXPECT_EQ(Parse("{\"abc\": {}"), "lists/mine.txt:1:11: ',' or '}' should stand here");
  EXPECT_EQ(Parse("[1]"), "lists/mine.txt:1:2: an app should stand here: an object, or its id");
  EXPECT_EQ(Parse("abc\ntwo words\n"),
            "lists/mine.txt:2:4: neither a header with a column of app ids (appid, client_id, ...) "
            "nor one app id a line");
  EXPECT_EQ(Parse("\n# only\n"), "lists/mine.txt:1:1: the list is empty");
  EXPECT_EQ(Parse(std::string("a\nb\0c\n", 6)),
            "lists/mine.txt:2:1: a zero byte: save the list as UTF-8 text");
  EXPECT_NE(Parse(std::string(100, '[')).find("nested deeper"), std::string::npos);
}

TEST(Feed, JsonEscapes) {
  FeedJson out;
  FeedFault fault;
  ASSERT_TRUE(ParseFeedJson(R"(["\u00e9\ud83d\ude00\n"])", out, fault)) << fault.message;
  EXPECT_EQ(out.list[0].text, "é😀\n");
  EXPECT_FALSE(ParseFeedJson(R"(["\ud83d"])", out, fault));
  EXPECT_FALSE(ParseFeedJson("[1] 2", out, fault));
}

TEST(Feed, ListsThatDisagreeStandSideBySide) {
  const test::TempFolder folder;
  const std::string a =
      folder.Write("a.csv", std::string("appid,name,category\n") + kOne + ",Sync,malicious\n");
  const std::string b =
      folder.Write("b.csv", std::string("appid,name,category\n") + kOne + ",Sync,first-party\n" +
                                kOne + ",Sync,first-party\n");
  auto feeds = Feeds::Load({a, b});
  ASSERT_TRUE(feeds.ok()) << feeds.error().message;
  const std::vector<AppListing> found =
      feeds->Find("entra", "ABC00001-2B7E-4F3A-9C1D-00000000F001");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].verdict, "malicious");
  EXPECT_EQ(found[0].source, "a.csv");
  EXPECT_EQ(found[1].verdict, "first_party");
  EXPECT_EQ(feeds->size(), 2u);
  EXPECT_TRUE(feeds->Find("entra", kTwo).empty());
  EXPECT_NE(feeds->Versions().find("a.csv (sha256 "), std::string::npos);
}

TEST(Feed, AMissingFileIsAnErrorThatNamesIt) {
  const auto feeds = Feeds::Load({"/no/such/list.csv"});
  ASSERT_FALSE(feeds.ok());
  EXPECT_NE(feeds.error().message.find("/no/such/list.csv"), std::string::npos);
}

TEST(Feed, OurTables) {
  const auto only = [](std::string_view platform, std::string_view id) {
    const std::vector<AppListing> all = Feeds().Find(platform, id);
    return all.size() == 1 ? all[0].verdict : std::string("not one");
  };
  EXPECT_EQ(only("entra", "14b2864e-3cff-4d33-b5cd-7f14ca272ea4"), "malicious");
  EXPECT_EQ(only("entra", "e9a7fea1-1cc0-4cd9-a31b-9137ca5deedd"), "risky");
  EXPECT_EQ(only("entra", "04b07795-8ddb-461a-bbee-02f9e1bf7b46"), "first_party");
  EXPECT_EQ(
      only("google", "1084253493764-ipb2ntp4jb4rmqc76jp7habdrhfdus3q.apps.googleusercontent.com"),
      "compromised_vendor");
  EXPECT_TRUE(Feeds().Find("google", "14b2864e-3cff-4d33-b5cd-7f14ca272ea4").empty());
  // DETECTIONS, section 0: legitimate apps that thieves like are never called malicious by us.
  for (const std::string_view id :
       {"ff8d92dc-3d82-41d6-bcbd-b9174d163620", "e9a7fea1-1cc0-4cd9-a31b-9137ca5deedd"}) {
    EXPECT_NE(RiskyApp(id), nullptr);
    EXPECT_EQ(FindKnownBad("entra", id), nullptr);
  }
  EXPECT_EQ(FindKnownBad("entra", "14B2864E-3cff-4d33-b5cd-7f14ca272ea4")->date, "2025-07-31");
}

}  // namespace
}  // namespace tokentrail::inventory
