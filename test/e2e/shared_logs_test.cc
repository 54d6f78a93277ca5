// Real exports of most platforms, where they are (they are no part of the project): every record of
// a supported source is known. The findings are pinned: when they change, see whether for the
// better.

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/text.h"
#include "source/json.h"
#include "test/support/case_file.h"
#include "test/support/hunt.h"
#include "test/support/temp_folder.h"

namespace tokentrail::test {
namespace {

namespace fs = std::filesystem;
using Counts = std::map<std::string, uint64_t>;

/// The folder with the logs: beside the repository, or beside the folder that holds its worktrees.
std::string Logs() {
  for (const char* up : {"/../", "/../../"}) {
    const std::string logs = Root() + up + "shared/data/logs";
    if (fs::is_directory(logs)) return logs;
  }
  return {};
}

class SharedLogs : public testing::Test {
 protected:
  void SetUp() override {
    logs_ = Logs();
    if (logs_.empty()) GTEST_SKIP() << "no shared/data/logs beside the repository";
  }

  HuntResult HuntIn(const std::string& path) {
    return Hunt({logs_ + "/" + path}, folder_.In("case"), {"-C"});
  }

  TempFolder folder_;
  std::string logs_;
};

TEST_F(SharedLogs, EveryRecordOfASupportedSourceIsKnown) {
  const HuntResult hunt = HuntIn("");
  EXPECT_EQ(hunt.Sources(), (Counts{
                                {"atlassian_audit", 8 + 71},
                                {"azure_activity", 3},
                                {"defender_cloud_app", 2},
                                {"entra_audit", 15 + 3},
                                {"entra_signin", 1},
                                // 19 by Sentinel's connector, 371 of one collection, 4 of another
                                {"google_workspace", 3 + 10 + 3 + 3 + 371 + 4},
                                {"kubernetes_audit", 16'475 + 1},
                                {"m365_audit", 17 + 1},
                                {"okta_system", 308},
                                {"salesforce_event", 37},
                                {"slack_audit", 30},
                            }));
  // Okta: 593 records with 308 uuids. Entra: one of four records of a zip stands there twice.
  EXPECT_EQ(hunt.Number("duplicates"), 593U - 308U + 1U);
  // 16,564 rows with 16,475 audit ids: the rest are earlier stages of the same requests.
  EXPECT_EQ(hunt.Number("superseded"), 16'564U - 16'475U);
  EXPECT_EQ(hunt.Number("records"), 17'967U);
  EXPECT_EQ(hunt.LeftOut(),
            (Counts{
                {"source.unclaimed", 193 + 11 + 7},  // Corelight, Linux audit, Defender device rows
                {"source.unknown_format", 8 + 4},    // Sysmon, XML
                {"file.unknown_format", 1},          // Falco, text
                {"source.bad_json", 1},              // github.json, cut off
                {"source.no_time", 1},               // 65 seconds past
                {"source.header_row", 1},            // Salesforce, names as values
            }))
      << hunt.Told();
  // The last row of the Kubernetes CSV is cut off.
  EXPECT_EQ(hunt.Notes(), (Counts{{"source.short_row", 1}}));
}

/// What one file gives: records, by what became of them. Counted apart from our reader, with a
/// JSON and a CSV reader of another language: objects, or events where a record holds several.
TEST_F(SharedLogs, CountsByFile) {
  struct Expected {
    std::string file;
    std::string source;
    uint64_t records;
    uint64_t events;
  };
  const Expected expected[] = {
      {"azure_sentinel_samples/Confluence_Audit_CL.json", "atlassian_audit", 8, 8},
      {"azure_sentinel_samples/GWorkspace_ReportsAPI_admin_CL.json", "google_workspace", 3, 3},
      {"azure_sentinel_samples/GWorkspace_ReportsAPI_drive_CL.json", "google_workspace", 10, 10},
      {"azure_sentinel_samples/GWorkspace_ReportsAPI_login_CL.json", "google_workspace", 3, 3},
      {"azure_sentinel_samples/GWorkspace_ReportsAPI_token_CL.json", "google_workspace", 3, 3},
      {"azure_sentinel_samples/Jira_Audit_CL.json", "atlassian_audit", 71, 71},
      {"azure_sentinel_samples/Okta_CL.json", "okta_system", 593, 308},
      {"azure_sentinel_samples/SalesforceServiceCloud_CL.json", "salesforce_event", 38, 37},
      {"azure_sentinel_samples/SlackAudit_CL.json", "slack_audit", 30, 30},
      {"golden_saml/AADAuditEvents.zip", "entra_audit", 4, 3},
      {"golden_saml/Microsoft365DefenderEvents.zip", "defender_cloud_app", 9, 2},
      {"golden_saml/OfficeActivityEvents.zip", "m365_audit", 1, 1},
      {"gws_dataset/admin.json", "google_workspace", 210, 210},
      {"gws_dataset/calendar.json", "google_workspace", 16, 16},
      {"gws_dataset/drive.json", "google_workspace", 61, 61},
      {"gws_dataset/groups_enterprise.json", "google_workspace", 7, 7},
      {"gws_dataset/login.json", "google_workspace", 71, 71},
      {"gws_dataset/user_accounts.json", "google_workspace", 6, 6},
      {"kubernetes_benign/audit-logs.csv", "kubernetes_audit", 16'564, 16'475},
  };
  for (const Expected& one : expected) {
    const HuntResult hunt = HuntIn(one.file);
    EXPECT_EQ(hunt.Sources(), (Counts{{one.source, one.events}})) << one.file << hunt.Told();
    EXPECT_EQ(hunt.Number("records"), one.records) << one.file;
  }
}

/// One a line: analytic or title of a rule we ship, level, first app, how many events.
TEST_F(SharedLogs, FindingsAreThese) {
  const HuntResult hunt = HuntIn("");
  std::string found;
  source::JsonReader reader;
  for (const std::string_view line : Split(hunt.findings, "\n")) {
    ASSERT_TRUE(reader.ParseUnpadded(line));
    const Record record = reader.record();
    std::string app;
    for (const Node& entity : Children(*record.Find("entities"))) {
      if (record.Child(entity, "type")->text() != "app" || !app.empty()) continue;
      const std::string_view name = record.Child(entity, "name")->text();
      app = name.empty() ? record.Child(entity, "id")->text() : name;
    }
    const bool rule = record.Text("origin") == "rule";
    found += "\n" + std::string(record.Text(rule ? "title" : "rule")) + " " +
             std::string(record.Text("level")) + " " + app + " x" +
             std::string(record.Text("count"));
  }
  EXPECT_EQ(found, R"(
GRT-04 critical STRT_Oauth x2
GRT-05 critical STRT_Oauth x2
GRT-02 high 0d2f5969-011b-460d-ac74-3291d227d49f x1
The guard against consent phishing was lowered high  x1
Users were allowed to consent to apps that Microsoft judges risky high  x1
GRT-03 medium 0d2f5969-011b-460d-ac74-3291d227d49f x1
PER-01 medium SimuLandApp x1
USE-05 medium 5a95e683-08ad-424e-a441-1d1aec52c02c x2
LUR-02 medium Bad App 1 x1
An app registration now asks for control of the whole directory medium MaliciousApp x1
USE-05 medium 47629505-c2b6-4a80-adb1-9b3a3d233b7b x1
Somebody was given full access to a mailbox low  x1
new-and-powerful low 0d2f5969-011b-460d-ac74-3291d227d49f x1
GRT-10 low 106850843410684334493 x1
A user's mail is forwarded out of the domain low  x4
A user's mail is forwarded out of the domain low  x2
GRT-02 low TestApp2 x1
new-and-powerful low STRT_Oauth x1
A user's second factor was registered, changed or removed informational  x1)");
}

}  // namespace
}  // namespace tokentrail::test
