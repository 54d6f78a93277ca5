// What changed in who may do what, over logs of every platform: who did it, what failed, what
// nobody can say.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "test/support/case_file.h"
#include "test/support/golden.h"
#include "test/support/hunt.h"
#include "test/support/temp_folder.h"

namespace tokentrail::test {
namespace {

/// One change or more of each platform, invented; two failed, one by a hostile name.
const std::vector<std::pair<std::string, std::string>>& Logs() {
  static const std::vector<std::pair<std::string, std::string>> kLogs = {
      {"entra.jsonl",
       R"({"id":"Directory_1","category":"Policy","activityDisplayName":"Update conditional access policy","activityDateTime":"2026-01-02T03:00:00Z","result":"failure","initiatedBy":{"app":{"appId":"aaaaaaaa-0000-4000-8000-000000000001","displayName":"Helper","servicePrincipalId":"aaaaaaaa-0000-4000-8000-0000000000ff"}},"targetResources":[{"id":"cccccccc-0000-4000-8000-000000000001","type":"Policy","displayName":"Require MFA","modifiedProperties":[{"displayName":"State","oldValue":"\"enabled\"","newValue":"\"disabled\""}]}]})"
       "\n"
       R"({"id":"Directory_2","category":"RoleManagement","activityDisplayName":"Add member to role","activityDateTime":"2026-01-02T03:01:00Z","result":"success","initiatedBy":{"user":{"id":"00000000-0000-4000-8000-0000000000b0","userPrincipalName":"ben@contoso.example"}},"targetResources":[{"id":"00000000-0000-4000-8000-0000000000b1","type":"User","userPrincipalName":"eve@contoso.example","modifiedProperties":[{"displayName":"Role.DisplayName","oldValue":null,"newValue":"\"Global Administrator\""}]}]})"
       "\n"},
      {"m365.jsonl",
       R"({"Id":"6b0c0000-0000-4000-8000-000000000001","CreationTime":"2026-01-02T03:02:00","RecordType":1,"Workload":"Exchange","Operation":"Set-AdminAuditLogConfig","UserId":"ben@contoso.example","UserType":2,"ResultStatus":"True","ClientAppId":"fb78d390-0c51-40cd-8e17-fdbfab77341b","Parameters":[{"Name":"UnifiedAuditLogIngestionEnabled","Value":"False"}]})"
       "\n"},
      {"azure.jsonl",
       R"({"eventTimestamp":"2026-01-02T03:03:00Z","eventDataId":"a1","subscriptionId":"s","caller":"ben@contoso.example","claims":{"appid":"aaaaaaaa-0000-4000-8000-000000000001"},"operationName":{"value":"Microsoft.Authorization/roleAssignments/delete"},"status":{"value":"Succeeded"}})"
       "\n"},
      {"google.jsonl",
       R"({"kind":"admin#reports#activity","id":{"time":"2026-01-02T03:04:00.000Z","uniqueQualifier":"1","applicationName":"admin","customerId":"C01"},"actor":{"callerType":"USER","email":"admin@example.com","profileId":"1"},"events":[{"type":"SECURITY_SETTINGS","name":"ENFORCE_STRONG_AUTHENTICATION","parameters":[{"name":"OLD_VALUE","value":"true"},{"name":"NEW_VALUE","value":"false"}]}]})"
       "\n"},
      {"gcp.jsonl",
       R"({"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","serviceName":"logging.googleapis.com","methodName":"google.logging.v2.ConfigServiceV2.DeleteSink","resourceName":"projects/p/sinks/all","authenticationInfo":{"principalEmail":"ci@p.iam.gserviceaccount.com"},"requestMetadata":{"callerIp":"203.0.113.20"}},"insertId":"i1","resource":{"type":"logging_sink","labels":{"project_id":"p"}},"timestamp":"2026-01-02T03:05:00Z","logName":"projects/p/logs/cloudaudit.googleapis.com%2Factivity"})"
       "\n"},
      {"okta.jsonl",
       R"({"uuid":"o-1","published":"2026-01-02T03:06:00.000Z","eventType":"system.idp.lifecycle.create","actor":{"id":"00u1","type":"User","alternateId":"ben@example.com"},"transaction":{"id":"t1","detail":{"requestApiTokenId":"00T1"}},"outcome":{"result":"SUCCESS"},"target":[{"id":"idp1","type":"IdentityProvider","displayName":"=cmd|' /C calc'!A0"}]})"
       "\n"},
      {"github.jsonl",
       R"({"@timestamp":1767323220000,"_document_id":"g1","action":"org.disable_oauth_app_restrictions","actor":"ben","org":"acme","programmatic_access_type":"OAuth access token","oauth_application_id":77,"oauth_application_name":"Deployer","hashed_token":"aGFzaA=="})"
       "\n"},
      {"slack.jsonl",
       R"({"id":"s-7","date_create":1767323280,"action":"pref.two_factor_auth_changed","actor":{"type":"user","user":{"id":"U1","email":"ben@example.com"}},"entity":{"type":"workspace","workspace":{"id":"T1","name":"Acme"}},"context":{"location":{"id":"T1"},"session_id":12},"details":{"new_value":"off","previous_value":"on"}})"
       "\n"},
      {"salesforce.jsonl",
       R"({"Id":"0Ym1","Action":"PermSetAssign","Section":"Manage Users","CreatedDate":"2026-01-02T03:09:00Z","CreatedById":"005000000000001","CreatedBy":{"Username":"ben@example.com"},"Display":"Permission set Export All: assigned to user eve@example.com","DelegateUser":null})"
       "\n"},
      {"kubernetes.log",
       R"({"kind":"Event","auditID":"a1","stage":"ResponseComplete","requestReceivedTimestamp":"2026-01-02T03:10:00.000000Z","verb":"delete","requestURI":"/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/guard","user":{"username":"system:serviceaccount:prod:builder"},"objectRef":{"resource":"validatingwebhookconfigurations","name":"guard","apiGroup":"admissionregistration.k8s.io"},"responseStatus":{"code":403}})"
       "\n"
       R"({"kind":"Event","auditID":"a2","stage":"ResponseComplete","level":"Metadata","requestReceivedTimestamp":"2026-01-02T03:11:00.000000Z","verb":"create","requestURI":"/apis/rbac.authorization.k8s.io/v1/clusterroles","user":{"username":"jane"},"objectRef":{"resource":"clusterroles","name":"ops","apiGroup":"rbac.authorization.k8s.io"},"responseStatus":{"code":201}})"
       "\n"},
  };
  return kLogs;
}

void WriteLogs(const TempFolder& folder) {
  for (const auto& [name, text] : Logs()) folder.Write("logs/" + name, text);
}

RunResult Audit(const TempFolder& folder, std::vector<std::string> args,
                const std::string& columns = "200") {
  args.insert(args.begin(), "audit");
  RunOptions options;
  options.folder = folder.path();
  options.environment = {"COLUMNS=" + columns};
  return RunBinary(args, options);
}

TEST(Audit, TellsWhatChangedOnEveryPlatformAndWhoDidIt) {
  const TempFolder folder;
  WriteLogs(folder);
  const RunResult text = Audit(folder, {"logs"});
  ASSERT_EQ(text.exit_code, 0) << text.err;
  ExpectGolden("test/e2e/testdata/audit.txt.golden", text.out);
  const RunResult markdown = Audit(folder, {"logs", "-t", "md", "--by", "user"});
  ASSERT_EQ(markdown.exit_code, 0) << markdown.err;
  ExpectGolden("test/e2e/testdata/audit.md.golden", markdown.out);
  const RunResult json = Audit(folder, {"logs", "-f", "json", "--kind", "federation"});
  ASSERT_EQ(json.exit_code, 0) << json.err;
  ExpectGolden("test/e2e/testdata/audit.json.golden", json.out);
}

TEST(Audit, ReadsTheSameFromACaseAsFromEvidence) {
  const TempFolder folder;
  WriteLogs(folder);
  RunOptions options;
  options.folder = folder.path();
  const RunResult hunt = RunBinary({"hunt", "logs", "-q", "-o", "case"}, options);
  ASSERT_EQ(hunt.exit_code, 0) << hunt.err;
  for (const std::string type : {"text", "csv", "json", "md"}) {
    const RunResult evidence = Audit(folder, {"logs", "-t", type});
    const RunResult from_case = Audit(folder, {"--case", "case", "-t", type});
    const RunResult last = Audit(folder, {"-t", type});
    EXPECT_EQ(evidence.out, from_case.out) << type;
    EXPECT_EQ(last.out, from_case.out) << type;
  }
  // And what it prints as CSV is the file of the case.
  EXPECT_EQ(Audit(folder, {"--case", "case", "-t", "csv"}).out,
            ReadFile(folder.In("case/audit.csv")));
}

TEST(Audit, IsTheSameForAnyThreadsAndOrderOfFiles) {
  const TempFolder folder;
  WriteLogs(folder);
  std::vector<std::string> files;
  for (const auto& [name, text] : Logs()) files.push_back("logs/" + name);
  std::vector<std::string> args = files;
  args.insert(args.end(), {"-t", "csv", "--threads", "1"});
  const std::string one = Audit(folder, args).out;
  ASSERT_GT(std::count(one.begin(), one.end(), '\n'), 10);
  std::reverse(files.begin(), files.end());
  args = files;
  args.insert(args.end(), {"-t", "csv", "--threads", "8", "--memory", "1M"});
  EXPECT_EQ(Audit(folder, args).out, one);
}

TEST(Audit, FiltersByAppUserKindAndTime) {
  const TempFolder folder;
  WriteLogs(folder);
  const auto lines = [&](std::vector<std::string> flags) {
    flags.insert(flags.begin(), "logs");
    flags.insert(flags.end(), {"-t", "csv"});
    const RunResult result = Audit(folder, flags);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return std::count(result.out.begin(), result.out.end(), '\n') - 1;
  };
  EXPECT_EQ(lines({}), 12);
  EXPECT_EQ(lines({"--kind", "role"}), 4);
  EXPECT_EQ(lines({"--kind", "role,federation"}), 5);
  EXPECT_EQ(lines({"--user", "EVE@contoso.example"}), 1);  // to her
  EXPECT_EQ(lines({"--user", "ben@*"}), 6);
  EXPECT_EQ(lines({"--app", "aaaaaaaa-0000-4000-8000-000000000001"}), 2);
  EXPECT_EQ(lines({"--app", "deployer"}), 1);
  EXPECT_EQ(lines({"--since", "2026-01-02T03:10:00Z"}), 2);
  EXPECT_EQ(lines({"--until", "2026-01-01"}), 0);
}

TEST(Audit, NeverSaysNoneOfWhatItCouldNotSee) {
  const TempFolder folder;
  folder.Write("logs/slack.jsonl", Logs()[7].second);
  const RunResult result = Audit(folder, {"logs"}, "300");
  EXPECT_NE(result.out.find("cannot say for Entra ID, "), std::string::npos) << result.out;
  EXPECT_EQ(result.out.find("Slack:"), std::string::npos);
  const RunResult csv = Audit(folder, {"logs", "-t", "csv"});
  EXPECT_NE(csv.err.find("cannot say for Entra ID, "), std::string::npos) << csv.err;
}

TEST(Audit, FitsTheTerminalAndCarriesNoCodesOfOthers) {
  const TempFolder folder;
  WriteLogs(folder);
  for (const char* columns : {"40", "80", "120"}) {
    const RunResult result = Audit(folder, {"logs"}, columns);
    for (const std::string_view line : Split(result.out, "\n")) {
      EXPECT_LE(line.size(), std::stoul(columns) + 40) << line;  // the ellipsis has three bytes
    }
    EXPECT_EQ(result.out.find('\x1b'), std::string::npos);
  }
  const RunResult csv = Audit(folder, {"logs", "-t", "csv"});
  EXPECT_NE(csv.out.find("\"'=cmd|' /C calc'!A0\""), std::string::npos) << csv.out;
}

TEST(Audit, SaysWhatIsWrongWithItsFlags) {
  const TempFolder folder;
  WriteLogs(folder);
  EXPECT_EQ(Audit(folder, {"logs", "--kind", "roles"}).exit_code, 2);
  EXPECT_EQ(Audit(folder, {"logs", "--case", "x"}).exit_code, 2);
  EXPECT_EQ(Audit(folder, {"logs", "--since", "yesterday"}).exit_code, 2);
  EXPECT_EQ(Audit(folder, {"logs", "--by", "moon"}).exit_code, 2);
  const RunResult none = Audit(folder, {"--case", "nowhere"});
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_NE(none.err.find("tokentrail hunt"), std::string::npos) << none.err;
}

}  // namespace
}  // namespace tokentrail::test
