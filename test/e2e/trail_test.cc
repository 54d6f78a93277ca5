// `tokentrail trail` on the samples: the story of an app, a token, a user, an item, in every form.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "base/text.h"
#include "source/json.h"
#include "store/library.h"
#include "test/support/case_file.h"
#include "test/support/golden.h"
#include "test/support/hunt.h"
#include "test/support/temp_folder.h"

namespace tokentrail::test {
namespace {

constexpr const char* kViewer = "fa01bf76-430a-4e82-a837-9efca2bac068";
constexpr const char* kToken = "2923520d-df0e-457f-b07c-336ab3cf4d35";

/// One hunt for all of these tests: they only read.
class Trail : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::string why;
    if (!store::HasLibrary(&why)) return;
    folder_ = new TempFolder;
    RunOptions options;
    options.folder = InRoot("");
    const RunResult hunt = RunBinary(
        {"hunt", "samples/evidence", "-q", "-m", "informational", "-o", folder_->In("case")},
        options);
    ASSERT_TRUE(hunt.exit_code == 0 || hunt.exit_code == 3) << hunt.err;
  }
  static void TearDownTestSuite() {
    delete folder_;
    folder_ = nullptr;
  }
  void SetUp() override {
    std::string why;
    if (!store::HasLibrary(&why)) GTEST_SKIP() << why;
  }

  static RunResult Run(std::vector<std::string> args, const std::string& columns = "100") {
    args.insert(args.begin(), {"trail", "--case", folder_->In("case")});
    RunOptions options;
    options.environment = {"COLUMNS=" + columns};
    return RunBinary(args, options);
  }
  static std::string Out(const std::vector<std::string>& args) {
    const RunResult run = Run(args);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    return run.out;
  }

  static TempFolder* folder_;
};
TempFolder* Trail::folder_ = nullptr;

/// Where each of these stands in `text`, one after the other.
void ExpectInOrder(const std::string& text, const std::vector<std::string>& parts) {
  size_t at = 0;
  for (const std::string& part : parts) {
    const size_t found = text.find(part, at);
    EXPECT_NE(found, std::string::npos) << "no \"" << part << "\" after " << at << " in\n" << text;
    if (found == std::string::npos) return;
    at = found;
  }
}

TEST_F(Trail, OfAnAppIsToldFromThePromptToTheMailsSent) {
  const std::string out = Out({"--app", "outlook mail viewer"});
  ExpectInOrder(out, {"Trail of app Outlook Mail Viewer",
                      "lure",
                      "65001",
                      "entra/signins.jsonl.gz",
                      "register",
                      "Add service principal",
                      "grant",
                      "Consent to application",
                      "offline_access",
                      "issue",
                      "203.0.113.140",
                      "use",
                      "messages",
                      "use",
                      "MailItemsAccessed",
                      "exfiltrate",
                      "Send",
                      "What was touched",
                      "mailbox",
                      "Findings on it",
                      "GRT-01"});
  // The person did none of it by being named in it.
  EXPECT_NE(out.find("identity ana.silva@contoso-outdoor.example, client Outlook Mail Viewer"),
            std::string::npos)
      << out;
  EXPECT_EQ(Out({"--app", kViewer}), out);
}

TEST_F(Trail, OfATokenGoesBackToTheConsent) {
  const std::string out = Out({"--token", kToken});
  ExpectInOrder(out, {"lure", "grant", "Consent to application", "Mail.Read", "issue", "use",
                      "MailItemsAccessed", "exfiltrate"});
  EXPECT_EQ(out.find("git.clone"), std::string::npos) << "nothing of other tokens";
  std::string upper(kToken);
  for (char& c : upper) c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c;
  const std::string other = Out({"--token", upper});
  EXPECT_EQ(other.substr(other.find("2026-")), out.substr(out.find("2026-")));
}

TEST_F(Trail, OfAUserHoldsWhatWasDoneInHisName) {
  const std::string out = Out({"--user", "dmitri.volkov@contoso-outdoor.example"});
  ExpectInOrder(out, {"Trail of user dmitri.volkov@contoso-outdoor.example", "persist",
                      "Certificates and secrets management: Inventory Sync", "pods/exec",
                      "serviceaccounts/token"});
}

TEST_F(Trail, OfAServiceAccountHoldsHowItsTokenWasMade) {
  ExpectInOrder(Out({"--serviceaccount", "kube-system/backup-operator"}),
                {"create serviceaccounts/token", "dmitri.volkov", "203.0.113.77", "exfiltrate",
                 "list secrets", "203.0.113.140"});
}

TEST_F(Trail, OfAnItemGoesBackToTheTokenThatTouchedIt) {
  const std::string out = Out({"--item", "contoso-outdoor/webshop"});
  ExpectInOrder(out, {"Trail of item contoso-outdoor/webshop", "git.", "1 repository"});
  const std::string mail =
      Out({"--item", "https://graph.microsoft.com/v1.0/me/sendMail", "-t", "csv"});
  ExpectInOrder(mail, {"lure", "consent", "issue,sign_in", "api_call", "sendMail"});
}

TEST_F(Trail, OfAnAddressFollowsItsTokens) {
  const std::string out = Out({"--ip", "203.0.113.0/24"});
  ExpectInOrder(out, {"Trail of address", "git.clone"});
  // Used there by the thief, and before from where its owner sits.
  EXPECT_NE(out.find("198.51.100.14"), std::string::npos);
}

TEST_F(Trail, SeveralNarrowItDownTogether) {
  const std::string all = Out({"--user", "ana.silva@contoso-outdoor.example", "-t", "csv"});
  const std::string both =
      Out({"--user", "ana.silva@contoso-outdoor.example", "--app", kViewer, "-t", "csv"});
  EXPECT_GT(all.size(), both.size());
  for (const std::string_view line : Split(both, "\n")) {
    if (!line.starts_with("2026")) continue;
    EXPECT_NE(line.find("ana.silva"), std::string_view::npos) << line;
  }
  const std::string day = Out({"--user", "ana.silva@contoso-outdoor.example", "-t", "csv",
                               "--since", "2026-10-14", "--until", "2026-10-14"});
  for (const std::string_view line : Split(day, "\n")) {
    EXPECT_TRUE(line.starts_with("2026-10-14") || line.starts_with("first_time")) << line;
  }
  EXPECT_GT(Split(day, "\n").size(), 3u);
}

TEST_F(Trail, MarkdownAndPicturesAreAsExpected) {
  for (const std::string format : {"md", "dot", "mermaid"}) {
    ExpectGolden("test/e2e/testdata/trail_app." + format + ".golden",
                 Out({"--app", kViewer, "-t", format}));
  }
}

TEST_F(Trail, JsonHoldsWhatTheDocumentSays) {
  const std::string out = Out({"--app", kViewer, "-t", "json"});
  source::JsonReader reader;
  ASSERT_TRUE(reader.ParseUnpadded(out)) << out.substr(0, 500);
  const Record& record = reader.record();
  EXPECT_EQ(record.Text("subjects[0].name"), "Outlook Mail Viewer");
  size_t lures = 0;
  const Node* lines = record.Child(record.root(), "lines");
  ASSERT_NE(lines, nullptr);
  for (const Node& line : Children(*lines)) {
    if (record.Child(line, "stage")->text() != "lure") continue;
    ++lures;
    EXPECT_EQ(record.Child(*record.Child(line, "who"), "identity")->text(),
              "ana.silva@contoso-outdoor.example");
    EXPECT_EQ(record.Child(*record.Child(line, "evidence"), "source")->text(), "entra_signin");
    for (const Node& also : Children(*record.Child(line, "also"))) {
      EXPECT_EQ(record.Child(also, "source")->text(), "m365_audit");
    }
  }
  EXPECT_EQ(lures, 1u);
  const std::string document = ReadFile(InRoot("docs/trail.md"));
  for (const Node& member : Children(record.root())) {
    const std::string key(member.key());
    EXPECT_NE(document.find("`" + key + "`"), std::string::npos) << key;
  }
  for (const Node& line : Children(*lines)) {
    for (const Node& member : Children(line)) {
      const std::string key(member.key());
      EXPECT_NE(document.find("`" + key + "`"), std::string::npos) << key;
    }
    break;
  }
}

TEST_F(Trail, TouchedGoesToItsOwnFile) {
  const std::string path = folder_->In("touched.csv");
  const RunResult run = Run({"--app", kViewer, "--touched", path, "-t", "csv"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  const std::string touched = ReadFile(path);
  EXPECT_TRUE(
      touched.starts_with("identity,client,client_name,holder,confidence,type,id,owner,"
                          "count,items,first_time,last_time,evidence_file,evidence_line"))
      << touched;
  EXPECT_NE(touched.find("ana.silva@contoso-outdoor.example,fa01bf76-430a-4e82-a837-9efca2bac068,"
                         "Outlook Mail Viewer,"),
            std::string::npos)
      << touched;
  EXPECT_NE(touched.find(",mailbox,ana.silva@contoso-outdoor.example,"), std::string::npos);
  EXPECT_EQ(Run({"--app", kViewer, "--touched", path}).exit_code, 2) << "it exists";
  EXPECT_EQ(Run({"--app", kViewer, "--touched", path, "-C"}).exit_code, 0);
  EXPECT_EQ(Out({"--app", kViewer, "--touched", "-"}), touched);
}

TEST_F(Trail, IdsOfOtherTenantsAreOtherPeople) {
  const TempFolder folder;
  const auto record = [](std::string_view number, std::string_view tenant, std::string_view user) {
    return std::string(
               R"({"CreationTime":"2026-01-02T03:04:05","Operation":"UserLoggedIn","RecordType":15,"Workload":"AzureActiveDirectory","ResultStatus":"Success","UserType":0,"ClientIP":"192.0.2.1","Actor":[{"ID":"22222222-aaaa-4bbb-8ccc-000000000001","Type":0}],"ApplicationId":"33333333-aaaa-4bbb-8ccc-000000000201","Id":"aaaaaaaa-aaaa-4bbb-8ccc-00000000000)") +
           std::string(number) + R"(","OrganizationId":"11111111-aaaa-4bbb-8ccc-00000000000)" +
           std::string(tenant) + R"(","UserId":")" + std::string(user) + "\"}\n";
  };
  folder.Write("logs/a.jsonl",
               record("1", "1", "jane@contoso.example") + record("2", "2", "joe@fabrikam.example"));
  HuntWithStore({folder.In("logs")}, folder.In("case"));
  const RunResult run = RunBinary(
      {"trail", "--case", folder.In("case"), "--user", "jane@contoso.example", "-t", "csv"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_NE(run.out.find("jane@contoso.example"), std::string::npos) << run.out;
  EXPECT_EQ(run.out.find("joe@fabrikam.example"), std::string::npos) << run.out;
}

TEST_F(Trail, MessagesAreTouchedByTheirIds) {
  const TempFolder folder;
  folder.Write(
      "logs/a.jsonl",
      R"({"CreationTime":"2026-01-02T03:04:05","Id":"aaaaaaaa-aaaa-4bbb-8ccc-00000000a001","Operation":"MailItemsAccessed","OrganizationId":"11111111-aaaa-4bbb-8ccc-0000000000f1","RecordType":50,"ResultStatus":"Succeeded","UserKey":"1","UserType":0,"Workload":"Exchange","UserId":"jane@contoso.example","ClientAppId":"33333333-aaaa-4bbb-8ccc-000000000201","ClientIPAddress":"2001:db8::7","MailboxOwnerUPN":"jane@contoso.example","OperationProperties":[{"Name":"MailAccessType","Value":"Bind"}],"Folders":[{"FolderItems":[{"InternetMessageId":"<a@contoso.example>"},{"InternetMessageId":"<b@contoso.example>"}],"Path":"\\Inbox"}]})"
      "\n");
  HuntWithStore({folder.In("logs")}, folder.In("case"));
  for (const std::string id : {"<b@contoso.example>", "b@contoso.example"}) {
    const RunResult run =
        RunBinary({"trail", "--case", folder.In("case"), "--item", id, "--touched", "-"});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    ExpectInOrder(run.out, {",message,<a@contoso.example>,jane@contoso.example,1,1,",
                            ",message,<b@contoso.example>,jane@contoso.example,1,1,"});
  }
  const RunResult none =
      RunBinary({"trail", "--case", folder.In("case"), "--item", "<nobody@contoso.example>"});
  EXPECT_EQ(none.exit_code, 1) << none.out;
  const RunResult text =
      RunBinary({"trail", "--case", folder.In("case"), "--item", "a@contoso.example"});
  // No sign-in, no consent: said, not left out.
  ExpectInOrder(text.out, {"What we cannot say", "the evidence holds no entra_signin"});
}

TEST_F(Trail, ALongStoryIsToldAsAShortOneWould) {
  // Jane reads mail through three apps from ten addresses, on thirteen days: 390 lines.
  constexpr int kEvents = 1300;
  std::string log;
  for (int i = 0; i < kEvents; ++i) {
    log += fmt::format(
        R"({{"CreationTime":"2026-01-{:02}T{:02}:{:02}:00","Id":"aaaaaaaa-aaaa-4bbb-8ccc-{:012}","Operation":"MailItemsAccessed","OrganizationId":"11111111-aaaa-4bbb-8ccc-0000000000f1","RecordType":50,"ResultStatus":"Succeeded","UserKey":"1","UserType":0,"Workload":"Exchange","UserId":"jane@contoso.example","ClientAppId":"33333333-aaaa-4bbb-8ccc-00000000020{}","ClientIPAddress":"192.0.2.{}","MailboxOwnerUPN":"jane@contoso.example"}})"
        "\n",
        1 + i % 13, i / 60, i % 60, i, i % 3, i % 10);
  }
  const TempFolder folder;
  folder.Write("logs/a.jsonl", log);
  HuntWithStore({folder.In("logs")}, folder.In("case"));
  const auto page = [&](const char* lines) {
    const RunResult run = RunBinary({"trail", "--case", folder.In("case"), "--user",
                                     "jane@contoso.example", "-t", "md", "--max-lines", lines});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    return run.out;
  };
  // All lines, once as they are and once through what a page of a long story reads.
  const std::string all = page("0");
  EXPECT_EQ(page("1250"), all);
  // Put together over days and addresses: of each app its first read, which no grant explains, what
  // came before its place was known, and the rest. Each act is in one line.
  const std::string nine = page("9");
  EXPECT_EQ(nine.find("later lines"), std::string::npos) << nine;
  int acts = 0;
  for (const std::string_view line : Split(nine, "\n")) {
    if (line.find("| MailItemsAccessed") == std::string_view::npos) continue;
    const size_t times = line.find(" times on ");
    const size_t open = line.rfind('(', times);
    acts += times == std::string_view::npos ? 1 : std::atoi(line.data() + open + 1);
  }
  EXPECT_EQ(acts, kEvents) << nine;
  EXPECT_NE(page("5").find("4 later lines are not shown"), std::string::npos);
}

TEST_F(Trail, ALongStoryIsReadWithHashesAndToldWithTexts) {
  // Jane's tokens, sessions, files and requests, each some of them several times; an admin's
  // reading of her mailbox, which names her and is not hers; a user of another name with her id.
  std::string office;
  std::string graph;
  constexpr std::string_view kHead =
      R"("OrganizationId":"11111111-aaaa-4bbb-8ccc-0000000000f1","ResultStatus":"Succeeded","UserType":0,"ClientAppId":"33333333-aaaa-4bbb-8ccc-000000000201")";
  for (int i = 0; i < 700; ++i) {
    const bool file = i % 2 == 1;
    office += fmt::format(
        R"({{"CreationTime":"2026-01-{:02}T{:02}:{:02}:00","Id":"aaaaaaaa-aaaa-4bbb-8ccc-{:012}","Operation":"{}","RecordType":{},"Workload":"{}","UserKey":"1","UserId":"jane@contoso.example","ClientIP":"192.0.2.{}","ClientIPAddress":"192.0.2.{}",{},"ObjectId":"{}","MailboxOwnerUPN":"{}","AppAccessContext":{{"AADSessionId":"44444444-aaaa-4bbb-8ccc-{:012}","UniqueTokenId":"55555555-aaaa-4bbb-8ccc-{:012}"}}}})"
        "\n",
        1 + i % 5, i / 60, i % 60, i, file ? "FileDownloaded" : "MailItemsAccessed", file ? 6 : 50,
        file ? "SharePoint" : "Exchange", i % 7, i % 7, kHead,
        file ? fmt::format("https://contoso.example/doc{}.docx", i % 40) : "",
        file ? "" : "jane@contoso.example", i % 11, i % 90);
  }
  office += fmt::format(
      R"({{"CreationTime":"2026-01-03T04:05:06","Id":"aaaaaaaa-aaaa-4bbb-8ccc-00000000b001","Operation":"MailItemsAccessed","RecordType":50,"Workload":"Exchange","UserKey":"2","UserId":"admin@contoso.example","ClientIPAddress":"192.0.2.99",{},"MailboxOwnerUPN":"jane@contoso.example"}})"
      "\n",
      kHead);
  for (int i = 0; i < 700; ++i) {
    graph += fmt::format(
        R"({{"time":"2026-01-{:02}T{:02}:{:02}:30Z","category":"MicrosoftGraphActivityLogs","operationName":"Microsoft Graph Activity","tenantId":"11111111-aaaa-4bbb-8ccc-0000000000f1","callerIpAddress":"192.0.2.{}","properties":{{"timeGenerated":"2026-01-{:02}T{:02}:{:02}:30Z","requestId":"66666666-aaaa-4bbb-8ccc-{:012}","requestMethod":"GET","requestUri":"https://graph.microsoft.com/v1.0/users/{}/messages?$top={}","responseStatusCode":200,"userId":"22222222-aaaa-4bbb-8ccc-000000000001","appId":"33333333-aaaa-4bbb-8ccc-000000000201","signInActivityId":"77777777-aaaa-4bbb-8ccc-{:012}","ipAddress":"192.0.2.{}","userAgent":"agent {}"}}}})"
        "\n",
        1 + i % 5, i / 60, i % 60, i % 7, 1 + i % 5, i / 60, i % 60, i, i % 30, i % 3, i % 50,
        i % 7, i % 4);
  }
  // One sign-in, which gives the id in the other log its name.
  office += fmt::format(
      R"({{"CreationTime":"2026-01-01T00:00:01","Id":"aaaaaaaa-aaaa-4bbb-8ccc-00000000b002","Operation":"UserLoggedIn","RecordType":15,"Workload":"AzureActiveDirectory","Actor":[{{"ID":"22222222-aaaa-4bbb-8ccc-000000000001","Type":0}}],"ApplicationId":"33333333-aaaa-4bbb-8ccc-000000000201","UserId":"jane@contoso.example","ClientIP":"192.0.2.1",{}}})"
      "\n",
      kHead);
  const TempFolder folder;
  folder.Write("logs/office.jsonl", office);
  folder.Write("logs/graph.jsonl", graph);
  HuntWithStore({folder.In("logs")}, folder.In("case"));
  for (const auto& [flag, of] : std::vector<std::pair<std::string, std::string>>{
           {"--user", "jane@contoso.example"}, {"--app", "33333333-aaaa-4bbb-8ccc-000000000201"}}) {
    const auto page = [&](const char* lines) {
      const RunResult run = RunBinary(
          {"trail", "--case", folder.In("case"), flag, of, "-t", "md", "--max-lines", lines});
      EXPECT_EQ(run.exit_code, 0) << run.err;
      return run.out;
    };
    const std::string all = page("0");
    EXPECT_EQ(page("5000"), all);
    // What the hashes stand for is there, and the admin who read her mailbox.
    for (const char* const text :
         {"https://contoso.example/doc", "graph.microsoft.com/v1.0/users/29/messages",
          "admin@contoso.example"}) {
      EXPECT_NE(all.find(text), std::string::npos) << flag << ": " << text << "\n" << all;
    }
  }
}

TEST_F(Trail, NonsenseIsRefusedWithWhatToDo) {
  struct {
    std::vector<std::string> args;
    int exit_code;
    std::string says;
  } const cases[] = {
      {{}, 2, "say of what"},
      {{"Outlook"}, 2, "say what 'Outlook' is"},
      {{"--app", ""}, 2, "can't be empty"},
      {{"--app", "a", "--app", "b"}, 2, "given twice"},
      {{"--app", "no such app at all"}, 1, "nothing in this case is --app"},
      {{"--app", "outlok mail viewr"}, 1, "Outlook Mail Viewer"},
      {{"--app", "*Mail*"}, 2, "name one by its id"},
      {{"--app", "' OR 1=1 --"}, 1, "nothing in this case"},
      {{"--user", "'; DROP TABLE events; --"}, 1, "nothing in this case"},
      {{"--token", "%' OR '%'='"}, 1, "nothing in this case"},
      {{"--item", "x') UNION SELECT 1 --"}, 1, "nothing in this case"},
      {{"--grant", "1) OR (true"}, 1, "nothing in this case"},
      {{"--ip", "1.2.3.4.5"}, 2, "--ip takes an address"},
      {{"--ip", "10.0.0.0/99"}, 2, "--ip takes an address"},
      {{"--serviceaccount", "builder"}, 2, "NAMESPACE/NAME"},
      {{"--app", kViewer, "--since", "yesterday"}, 2, "--since"},
      {{"--app", kViewer, "--since", "2026-02-01", "--until", "2026-01-01"}, 2, "before --since"},
      {{"--app", kViewer, "--max-lines", "many"}, 2, "takes a number"},
      {{"--app", kViewer, "-t", "svg"}, 2, "svg"},
  };
  for (const auto& one : cases) {
    const RunResult run = Run(one.args);
    SCOPED_TRACE(one.args.empty() ? "" : one.args.back());
    EXPECT_EQ(run.exit_code, one.exit_code) << run.out << run.err;
    EXPECT_TRUE(run.out.empty()) << run.out;
    EXPECT_NE(run.err.find(one.says), std::string::npos) << run.err;
  }
  const RunResult later = Run({"--app", kViewer, "--since", "2027-01-01"});
  EXPECT_EQ(later.exit_code, 0);
  EXPECT_NE(later.out.find("nothing of it lies in this time"), std::string::npos) << later.out;
}

TEST_F(Trail, NeverChangesTheCase) {
  const std::string before = ReadFile(folder_->In("case/case.duckdb"));
  Out({"--user", "ana.silva@contoso-outdoor.example"});
  EXPECT_TRUE(ReadFile(folder_->In("case/case.duckdb")) == before);
  EXPECT_FALSE(std::filesystem::exists(folder_->In("case/touched.csv")));
}

TEST_F(Trail, WithoutACaseItSaysWhatToDo) {
  const TempFolder folder;
  const RunResult run = RunBinary({"trail", "--case", folder.In("none"), "--app", "x"});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_NE(run.err.find("tokentrail hunt"), std::string::npos) << run.err;
}

}  // namespace
}  // namespace tokentrail::test
