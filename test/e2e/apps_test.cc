// Every app of the evidence: asked, shown and compared, through the binary.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "test/support/binary.h"
#include "test/support/temp_folder.h"

namespace tokentrail::test {
namespace {

/// Three people of one department let one app in within nine minutes; one person let another in;
/// Google's was let in and used. All invented.
constexpr std::string_view kEntra =
    R"({"id":"Directory_0","category":"UserManagement","activityDisplayName":"Update user","activityDateTime":"2026-01-01T00:00:00Z","result":"success","tenantId":"7a3d1c52-0d4e-4b7e-9c11-5be0c2a0f001","initiatedBy":{"user":{"id":"00000000-0000-4000-8000-0000000000b0","userPrincipalName":"ben@contoso.example"}},"targetResources":[]})"
    "\n";

std::string Consent(const std::string& number, const std::string& time, const std::string& person,
                    const std::string& app, const std::string& name, const std::string& scope) {
  const std::string object = "aaaaaaaa-0000-4000-8000-00000000f" + app;
  const std::string user = "00000000-0000-4000-8000-0000000000" + number;
  return R"({"id":"Directory_)" + number +
         R"(","category":"ApplicationManagement","activityDisplayName":"Consent to application","activityDateTime":")" +
         time +
         R"(","result":"success","tenantId":"7a3d1c52-0d4e-4b7e-9c11-5be0c2a0f001","correlationId":"f0000000-0000-4000-8000-0000000000)" +
         number + R"(","initiatedBy":{"user":{"id":")" + user + R"(","userPrincipalName":")" +
         person + R"(@contoso.example"}},"targetResources":[{"id":")" + object +
         R"(","type":"ServicePrincipal","displayName":")" + name +
         R"(","modifiedProperties":[{"displayName":"ConsentContext.OnBehalfOfAll","newValue":"\"False\""},{"displayName":"ConsentAction.Permissions","newValue":"\"[] => [[Id: grant-)" +
         number + R"(, ClientId: )" + object + R"(, PrincipalId: )" + user +
         R"(, ResourceId: aaaaaaaa-0000-4000-8000-0000000000f3, ConsentType: Principal, Scope:  )" +
         scope +
         R"(]]; \""}]}],"additionalDetails":[{"key":"AppId","value":"aaaaaaaa-0000-4000-8000-000000000)" +
         app + "\"}]}\n";
}

constexpr std::string_view kGoogle =
    R"({"kind":"admin#reports#activity","id":{"time":"2026-01-05T10:00:00.000Z","uniqueQualifier":"1","applicationName":"token","customerId":"C01"},"actor":{"email":"mira@example.com","profileId":"101"},"events":[{"type":"auth","name":"authorize","parameters":[{"name":"client_id","value":"77-x.apps.googleusercontent.com"},{"name":"app_name","value":"=Sheet Tool"},{"name":"scope","multiValue":["https://mail.google.com/"]}]}]})"
    "\n"
    R"({"kind":"admin#reports#activity","id":{"time":"2026-01-06T10:00:00.000Z","uniqueQualifier":"2","applicationName":"token","customerId":"C01"},"actor":{"email":"mira@example.com","profileId":"101"},"events":[{"type":"auth","name":"activity","parameters":[{"name":"client_id","value":"77-x.apps.googleusercontent.com"},{"name":"api_name","value":"gmail"}]}]})"
    "\n";

class AppsVerb : public testing::Test {
 protected:
  void SetUp() override {
    std::string entra(kEntra);
    entra += Consent("21", "2026-03-02T09:00:00Z", "ana", "001", "Mail Helper",
                     "Mail.ReadWrite offline_access");
    entra += Consent("22", "2026-03-02T09:04:00Z", "ben", "001", "Mail Helper",
                     "Mail.ReadWrite offline_access");
    entra += Consent("23", "2026-03-02T09:09:00Z", "cleo", "001", "Mail Helper",
                     "Mail.ReadWrite offline_access");
    entra += Consent("24", "2026-01-10T09:00:00Z", "dora", "002", "Mail Notes", "User.Read");
    folder_.Write("logs/entra.jsonl", entra);
    folder_.Write("logs/google.jsonl", std::string(kGoogle));
    folder_.Write("people.csv",
                  "user,department\nana@contoso.example,Finance\nben@contoso.example,Finance\n"
                  "cleo@contoso.example,Finance\ndora@contoso.example,Sales\n");
  }
  RunResult Run(const std::vector<std::string>& args, const std::string& columns = "200") const {
    RunOptions options;
    options.folder = folder_.path();
    options.environment = {"COLUMNS=" + columns};
    return RunBinary(args, options);
  }
  /// Ids of the apps shown, one a line.
  std::string Ids(std::vector<std::string> flags) const {
    flags.insert(flags.begin(), {"apps", "--case", "case", "-t", "csv", "--columns", "id"});
    const RunResult result = Run(flags);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    std::string out;
    for (const std::string_view line : Split(result.out, "\r\n")) {
      if (line != "id") out += std::string(line) + "\n";
    }
    return out;
  }
  void Hunt(const std::string& evidence, const std::string& into) const {
    const RunResult result = Run({"hunt", evidence, "-o", into, "-q", "--no-store"});
    ASSERT_EQ(result.exit_code, 0) << result.err;
  }

  TempFolder folder_;
};

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

constexpr std::string_view kHelper = "aaaaaaaa-0000-4000-8000-000000000001\n";
constexpr std::string_view kNotes = "aaaaaaaa-0000-4000-8000-000000000002\n";
constexpr std::string_view kSheet = "77-x.apps.googleusercontent.com\n";

TEST_F(AppsVerb, ShowsTheAppsOfEvidenceAndOfItsCaseAlike) {
  const RunResult evidence = Run({"apps", "logs", "-t", "jsonl", "-q"});
  ASSERT_EQ(evidence.exit_code, 0) << evidence.err;
  Hunt("logs", "case");
  const RunResult of_case = Run({"apps", "--case", "case", "-t", "jsonl"});
  ASSERT_EQ(of_case.exit_code, 0) << of_case.err;
  EXPECT_EQ(evidence.out, of_case.out);
  EXPECT_TRUE(Has(of_case.out, "\"name\":\"Mail Helper\"")) << of_case.out;
  const RunResult table = Run({"apps", "--case", "case"}, "80");
  EXPECT_TRUE(Has(table.out, "3 apps; 3 shown")) << table.out;
  EXPECT_TRUE(Has(table.out, "no export of the real state of")) << table.out;
  const RunResult csv = Run({"apps", "--case", "case", "-t", "csv", "--platform", "google"});
  EXPECT_TRUE(csv.out.starts_with("App,Authorized by,Permissions level,App state,")) << csv.out;
  EXPECT_TRUE(Has(csv.out, "\"'=Sheet Tool\"")) << csv.out;  // no formula
  EXPECT_TRUE(Has(csv.err, "tokentrail: ")) << "what can't be said must be said somewhere";
}

TEST_F(AppsVerb, FiltersFindWhatHuntersAskFor) {
  Hunt("logs", "case");
  EXPECT_EQ(Ids({"--users", "3"}), kHelper);
  EXPECT_EQ(Ids({"--users", "<=1", "--platform", "entra"}), kNotes);
  EXPECT_EQ(Ids({"--scope", "mail.*"}), kHelper);
  EXPECT_EQ(Ids({"--platform", "google"}), kSheet);
  EXPECT_EQ(Ids({"--clustered"}), kHelper);
  EXPECT_EQ(Ids({"--user", "dora*"}), kNotes);
  EXPECT_EQ(Ids({"--last-authorized", ">30d", "--platform", "entra"}), kNotes);
  EXPECT_EQ(Ids({"--where", "users >= 3 or platform = google", "--sort", "users"}),
            std::string(kHelper) + std::string(kSheet));
  EXPECT_EQ(Ids({"--last-authorized", ">30d", "--platform", "entra", "--as-of", "2026-06-01",
                 "--sort", "name"}),
            std::string(kHelper) + std::string(kNotes));
  const RunResult wrong = Run({"apps", "--case", "case", "--where", "riks >= 60"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_TRUE(Has(wrong.err,
                  "--where:1: unknown attribute 'riks', did you mean 'risk'?\n"
                  "  riks >= 60\n  ^~~~\n"))
      << wrong.err;
  const RunResult slip = Run({"apps", "shwo", "x"});
  EXPECT_EQ(slip.exit_code, 2);
  EXPECT_TRUE(Has(slip.err, "did you mean 'show'?")) << slip.err;
}

TEST_F(AppsVerb, TheGrantTableHasTheGrantsOfTheAppsShown) {
  Hunt("logs", "case");
  const RunResult all = Run({"apps", "--case", "case", "-t", "grant-table"});
  ASSERT_EQ(all.exit_code, 0) << all.err;
  EXPECT_TRUE(all.out.starts_with("PermissionType,AppId,ClientObjectId,AppDisplayName,"))
      << all.out;
  EXPECT_TRUE(Has(all.out, "Mail Notes")) << all.out;
  const RunResult one =
      Run({"apps", "--case", "case", "-t", "grant-table", "--app", "mail helper"});
  EXPECT_TRUE(Has(one.out, "Mail.ReadWrite")) << one.out;
  EXPECT_FALSE(Has(one.out, "Mail Notes")) << one.out;
}

TEST_F(AppsVerb, OneAppOnOnePageWithPeopleToldLater) {
  Hunt("logs", "case");
  const RunResult page =
      Run({"apps", "show", "mail helper", "--case", "case", "--people", "people.csv"}, "100");
  ASSERT_EQ(page.exit_code, 0) << page.err;
  EXPECT_TRUE(Has(page.out, "Mail.ReadWrite")) << page.out;
  EXPECT_TRUE(Has(page.out, "3 of 3 people within 9m")) << page.out;
  EXPECT_TRUE(Has(page.out, "ana@contoso.example (Finance)")) << page.out;
  EXPECT_TRUE(Has(page.out, "3 of 3 are in Finance")) << page.out;
  EXPECT_TRUE(Has(page.out,
                  "tokentrail grants --app=aaaaaaaa-0000-4000-8000-000000000001 --case "
                  "case"))
      << page.out;
  const RunResult markdown = Run({"apps", "show", "77-x", "--case", "case", "-t", "markdown"});
  EXPECT_TRUE(markdown.out.starts_with("# =Sheet Tool\n")) << markdown.out;
  const RunResult several = Run({"apps", "show", "mail", "--case", "case"});
  EXPECT_EQ(several.exit_code, 2);
  EXPECT_TRUE(Has(several.err, "2 apps are meant by 'mail'")) << several.err;
  const RunResult unknown = Run({"apps", "show", "Mail Helpr", "--case", "case"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_TRUE(Has(unknown.err, "did you mean 'Mail Helper'?")) << unknown.err;
}

TEST_F(AppsVerb, DiffSaysWhatChanged) {
  Hunt("logs", "case");
  std::string later =
      Consent("31", "2026-04-02T09:00:00Z", "eve", "002", "Mail Notes", "Mail.Send User.Read");
  later += Consent("32", "2026-04-02T10:00:00Z", "eve", "009", "Newcomer", "Files.ReadWrite.All");
  folder_.Write("logs/later.jsonl", later);
  Hunt("logs", "case-2");
  const RunResult same = Run({"apps", "diff", "case", "case", "-t", "csv"});
  EXPECT_EQ(Split(same.out, "\r\n").size(), 1u) << same.out;
  const RunResult diff = Run({"apps", "diff", "case", "case-2"}, "80");
  ASSERT_EQ(diff.exit_code, 0) << diff.err;
  EXPECT_TRUE(Has(diff.out, "1 added, 0 gone,")) << diff.out;
  EXPECT_TRUE(Has(diff.out, "added    Newcomer (entra)")) << diff.out;
  EXPECT_TRUE(Has(diff.out, "permissions widened: Mail.Send")) << diff.out;
  EXPECT_TRUE(Has(diff.out, "users: 1 to 2")) << diff.out;
  EXPECT_EQ(Run({"apps", "diff", "case"}).exit_code, 2);
  EXPECT_EQ(Run({"apps", "diff", "case", "no-such"}).exit_code, 1);
}

}  // namespace
}  // namespace tokentrail::test
