// Apps of a case: logs, exports and a list of people together.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "cli/app_file.h"
#include "test/support/case_file.h"
#include "test/support/hunt.h"
#include "test/support/temp_folder.h"

namespace tokentrail::test {
namespace {

constexpr const char* kCatalog =
    "App,App ID,Publisher,Authorized by,Permissions level,Permissions,App state,Community use,"
    "Consent type,Last authorized\n"
    "Perfect Mail Sync,33333333-aaaa-4bbb-8ccc-000000000201,Fabrikam,41,High,Mail.Read,Banned,Rare,"
    "User,2026-01-02T03:04:05Z\n";

const App* Of(const Portfolio& all, std::string_view id) {
  const auto at =
      std::find_if(all.apps.begin(), all.apps.end(), [&](const App& app) { return app.id == id; });
  return at == all.apps.end() ? nullptr : &*at;
}

TEST(Inventory, LogsAndExportsAndPeopleMeetInOneApp) {
  const TempFolder folder;
  folder.Write("logs/ual.json", ConsentRecord());
  folder.Write("logs/apps.csv", kCatalog);
  const HuntResult plain = Hunt({folder.In("logs")}, folder.In("plain"));
  const auto before = cli::ReadApps(folder.In("plain"));
  ASSERT_TRUE(before.ok()) << before.error().message;
  const App* listed = Of(*before, "33333333-aaaa-4bbb-8ccc-000000000201");
  ASSERT_NE(listed, nullptr);
  EXPECT_EQ(listed->catalog_users, 41u);
  EXPECT_EQ(listed->sanction, App::Sanction::kBanned);
  EXPECT_EQ(listed->community_use, "rare");
  EXPECT_TRUE(listed->days.empty()) << "a row of a list is no event of the app";
  // Whoever consented, as the log has them: it gives no more than the directory's id.
  std::string person;
  for (const App& app : before->apps) {
    if (!app.users.empty()) person = app.users[0].id;
  }
  ASSERT_FALSE(person.empty());

  const std::string people =
      folder.Write("people.csv", "user,department,title\n" + person + ",Finance,Controller\n");
  Hunt({folder.In("logs")}, folder.In("case"), {"--people", people});
  const auto after = cli::ReadApps(folder.In("case"));
  ASSERT_TRUE(after.ok()) << after.error().message;
  bool found = false;
  for (const App& app : after->apps) {
    for (const AppUser& user : app.users) {
      if (user.id != person) continue;
      found = true;
      EXPECT_EQ(user.department, "Finance");
      EXPECT_EQ(user.title, "Controller");
    }
  }
  EXPECT_TRUE(found);
}

TEST(Inventory, ABadListOfPeopleEndsTheHuntBeforeItBegins) {
  const TempFolder folder;
  const std::string log = folder.Write("ual.json", ConsentRecord());
  const std::string people = folder.Write("people.csv", "user,department\nmira\n");
  const RunResult run =
      RunBinary({"hunt", log, "-o", folder.In("case"), "--people", people, "-q", "--no-store"});
  EXPECT_NE(run.exit_code, 0);
  EXPECT_NE(run.err.find("people.csv:2:1: this row has 1 cells"), std::string::npos) << run.err;
}

}  // namespace
}  // namespace tokentrail::test
