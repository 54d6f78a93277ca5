// Who could do what: over logs of every platform, at a time, and against exports of the real state.

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

/// A grant of each platform, invented: born, used, changed, ended.
const std::vector<std::pair<std::string, std::string>>& Logs() {
  static const std::vector<std::pair<std::string, std::string>> kLogs =
      {
          {"entra.jsonl",
           R"({"id":"Directory_0","category":"UserManagement","activityDisplayName":"Update user","activityDateTime":"2026-01-03T00:00:00Z","result":"success","tenantId":"7a3d1c52-0d4e-4b7e-9c11-5be0c2a0f001","initiatedBy":{"user":{"id":"00000000-0000-4000-8000-0000000000b0","userPrincipalName":"ben@contoso.example"}},"targetResources":[]})"
           "\n"
           R"({"id":"Directory_1","category":"ApplicationManagement","activityDisplayName":"Consent to application","activityDateTime":"2026-01-05T10:00:01Z","result":"success","correlationId":"f0000000-0000-4000-8000-000000000001","initiatedBy":{"user":{"id":"00000000-0000-4000-8000-0000000000a1","userPrincipalName":"mira@contoso.example"}},"targetResources":[{"id":"aaaaaaaa-0000-4000-8000-0000000000f1","type":"ServicePrincipal","displayName":"Mail Helper","modifiedProperties":[{"displayName":"ConsentContext.OnBehalfOfAll","newValue":"\"False\""},{"displayName":"ConsentAction.Permissions","newValue":"\"[] => [[Id: grant-1, ClientId: aaaaaaaa-0000-4000-8000-0000000000f1, PrincipalId: 00000000-0000-4000-8000-0000000000a1, ResourceId: aaaaaaaa-0000-4000-8000-0000000000f3, ConsentType: Principal, Scope:  User.Read offline_access]]; \""}]}],"additionalDetails":[{"key":"AppId","value":"aaaaaaaa-0000-4000-8000-000000000001"}]})"
           "\n"
           R"({"id":"Directory_2","category":"ApplicationManagement","activityDisplayName":"Remove delegated permission grant","activityDateTime":"2026-01-06T10:00:00Z","result":"success","correlationId":"f0000000-0000-4000-8000-000000000002","initiatedBy":{"user":{"id":"00000000-0000-4000-8000-0000000000a1","userPrincipalName":"mira@contoso.example"}},"targetResources":[{"id":"aaaaaaaa-0000-4000-8000-0000000000f3","type":"ServicePrincipal","displayName":"Microsoft Graph","modifiedProperties":[{"displayName":"DelegatedPermissionGrant.Scope","oldValue":"\" User.Read offline_access\"","newValue":"\" Mail.ReadWrite User.Read offline_access\""},{"displayName":"DelegatedPermissionGrant.ConsentType","newValue":"\"Principal\""},{"displayName":"DelegatedPermissionGrant.PrincipalId","newValue":"\"00000000-0000-4000-8000-0000000000a1\""},{"displayName":"ServicePrincipal.ObjectID","newValue":"\"aaaaaaaa-0000-4000-8000-0000000000f1\""}]}]})"
           "\n"},
          {"m365.jsonl",
           R"({"Id":"6b0c0000-0000-4000-8000-000000000001","CreationTime":"2026-01-05T10:00:01","RecordType":8,"Workload":"AzureActiveDirectory","Operation":"Consent to application.","OrganizationId":"7a3d1c52-0d4e-4b7e-9c11-5be0c2a0f001","UserId":"mira@contoso.example","UserType":0,"ResultStatus":"Success","ObjectId":"aaaaaaaa-0000-4000-8000-000000000001","ModifiedProperties":[{"Name":"ConsentAction.Permissions","OldValue":"","NewValue":"[] => [[Id: grant-1, ClientId: aaaaaaaa-0000-4000-8000-0000000000f1, PrincipalId: 00000000-0000-4000-8000-0000000000a1, ResourceId: aaaaaaaa-0000-4000-8000-0000000000f3, ConsentType: Principal, Scope:  User.Read offline_access]]; "}],"Target":[{"ID":"ServicePrincipal_aaaaaaaa-0000-4000-8000-0000000000f1","Type":2},{"ID":"Mail Helper","Type":1}]})"
           "\n"
           R"({"Id":"6b0c0000-0000-4000-8000-000000000002","CreationTime":"2026-01-07T08:00:00","RecordType":50,"Workload":"Exchange","Operation":"MailItemsAccessed","OrganizationId":"7a3d1c52-0d4e-4b7e-9c11-5be0c2a0f001","UserId":"mira@contoso.example","UserType":0,"ResultStatus":"Succeeded","ClientAppId":"aaaaaaaa-0000-4000-8000-000000000001"})"
           "\n"
           R"({"Id":"6b0c0000-0000-4000-8000-000000000003","CreationTime":"2026-01-07T09:00:00","RecordType":50,"Workload":"Exchange","Operation":"MailItemsAccessed","OrganizationId":"7a3d1c52-0d4e-4b7e-9c11-5be0c2a0f001","UserId":"zoe@contoso.example","UserType":0,"ResultStatus":"Succeeded","ClientAppId":"aaaaaaaa-0000-4000-8000-000000000009"})"
           "\n"},
          {"google.jsonl",
           R"({"kind":"admin#reports#activity","id":{"time":"2026-01-05T10:00:00.000Z","uniqueQualifier":"1","applicationName":"token","customerId":"C01"},"actor":{"email":"mira@example.com","profileId":"101"},"events":[{"type":"auth","name":"authorize","parameters":[{"name":"client_id","value":"77-x.apps.googleusercontent.com"},{"name":"app_name","value":"=Sheet Tool"},{"name":"scope","multiValue":["https://mail.google.com/"]}]}]})"
           "\n"
           R"({"kind":"admin#reports#activity","id":{"time":"2026-01-06T10:00:00.000Z","uniqueQualifier":"2","applicationName":"token","customerId":"C01"},"actor":{"email":"mira@example.com","profileId":"101"},"events":[{"type":"auth","name":"activity","parameters":[{"name":"client_id","value":"77-x.apps.googleusercontent.com"},{"name":"api_name","value":"gmail"}]}]})"
           "\n"
           R"({"kind":"admin#reports#activity","id":{"time":"2026-01-07T10:00:00.000Z","uniqueQualifier":"3","applicationName":"token","customerId":"C01"},"actor":{"email":"mira@example.com","profileId":"101"},"events":[{"type":"auth","name":"revoke","parameters":[{"name":"client_id","value":"77-x.apps.googleusercontent.com"},{"name":"app_name","value":"=Sheet Tool"}]}]})"
           "\n"
           R"({"kind":"admin#reports#activity","id":{"time":"2026-01-06T11:00:00.000Z","uniqueQualifier":"4","applicationName":"admin","customerId":"C01"},"actor":{"email":"admin@example.com","profileId":"1"},"events":[{"type":"DOMAIN_SETTINGS","name":"AUTHORIZE_API_CLIENT_ACCESS","parameters":[{"name":"API_CLIENT_NAME","value":"100200300"},{"name":"API_SCOPES","multiValue":["https://www.googleapis.com/auth/drive"]}]}]})"
           "\n"},
          {"okta.jsonl",
           R"({"uuid":"o-1","published":"2026-01-05T10:00:00.000Z","eventType":"app.oauth2.as.consent.grant","actor":{"id":"00u1","type":"User","alternateId":"mira@example.com"},"transaction":{"id":"t1"},"outcome":{"result":"SUCCESS"},"target":[{"id":"0oa1","type":"PublicClientApp","displayName":"Wiki"},{"id":"s1","type":"OAuth2Scope","displayName":"okta.users.manage"}]})"
           "\n"
           R"({"uuid":"o-2","published":"2026-01-05T11:00:00.000Z","eventType":"system.api_token.create","actor":{"id":"00u1","type":"User","alternateId":"mira@example.com"},"transaction":{"id":"t2"},"outcome":{"result":"SUCCESS"},"target":[{"id":"00T1","type":"Token","displayName":"ci"}]})"
           "\n"},
          {"github.jsonl",
           R"({"@timestamp":1767607200000,"_document_id":"g1","action":"oauth_authorization.create","actor":"mira","org":"acme","oauth_application_id":77,"oauth_application_name":"Deployer","token_scopes":"repo"})"
           "\n"
           R"({"@timestamp":1767610800000,"_document_id":"g2","action":"git.clone","actor":"mira","org":"acme","repo":"acme/web","programmatic_access_type":"OAuth access token","oauth_application_id":77,"hashed_token":"aGFzaA=="})"
           "\n"
           R"({"@timestamp":1767614400000,"_document_id":"g3","action":"integration_installation.create","actor":"ben","org":"acme","integration":"Robot","integration_id":99,"permissions":{"contents":"write"}})"
           "\n"},
          {"slack.jsonl",
           R"({"id":"s-1","date_create":1767607200,"action":"app_installed","actor":{"type":"user","user":{"id":"U1","email":"mira@example.com"}},"entity":{"type":"app","app":{"id":"A1","name":"Poll","scopes":["chat:write"]}},"context":{"location":{"id":"T1"}},"details":{"new_scopes":["chat:write"],"previous_scopes":[]}})"
           "\n"
           R"({"id":"s-2","date_create":1767693600,"action":"app_scopes_expanded","actor":{"type":"user","user":{"id":"U1","email":"mira@example.com"}},"entity":{"type":"app","app":{"id":"A1","name":"Poll"}},"context":{"location":{"id":"T1"}},"details":{"new_scopes":["chat:write","files:read"],"previous_scopes":["chat:write"]}})"
           "\n"},
          {"salesforce.jsonl",
           R"({"EventIdentifier":"e1","CreatedDate":"2026-01-05T10:00:00.000Z","EventDate":"2026-01-05T10:00:00.000Z","Username":"mira@example.com","UserId":"005000000000001AAA","LoginType":"Remote Access 2.0","Application":"Data Loader","Status":"Success","SourceIp":"203.0.113.7","LoginKey":"k1","attributes":{"type":"LoginEvent"}})"
           "\n"},
          {"kubernetes.log",
           R"({"kind":"Event","auditID":"a1","stage":"ResponseComplete","level":"RequestResponse","requestReceivedTimestamp":"2026-01-05T10:00:00.000000Z","verb":"create","requestURI":"/apis/rbac.authorization.k8s.io/v1/clusterrolebindings","user":{"username":"jane"},"objectRef":{"resource":"clusterrolebindings","name":"ops","apiGroup":"rbac.authorization.k8s.io"},"responseStatus":{"code":201},"requestObject":{"roleRef":{"kind":"ClusterRole","name":"cluster-admin"},"subjects":[{"kind":"ServiceAccount","namespace":"prod","name":"builder"}]}})"
           "\n"
           R"({"kind":"Event","auditID":"a2","stage":"ResponseComplete","level":"Request","requestReceivedTimestamp":"2026-01-06T10:00:00.000000Z","verb":"create","requestURI":"/api/v1/namespaces/prod/serviceaccounts/builder/token","user":{"username":"jane"},"objectRef":{"resource":"serviceaccounts","subresource":"token","namespace":"prod","name":"builder"},"responseStatus":{"code":201},"requestObject":{"spec":{"audiences":["api"],"expirationSeconds":3600}}})"
           "\n"
           R"({"kind":"Event","auditID":"a3","stage":"ResponseComplete","level":"Metadata","requestReceivedTimestamp":"2026-01-07T10:00:00.000000Z","verb":"delete","requestURI":"/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/ops","user":{"username":"jane"},"objectRef":{"resource":"clusterrolebindings","name":"ops","apiGroup":"rbac.authorization.k8s.io"},"responseStatus":{"code":200}})"
           "\n"},
      };
  return kLogs;
}

void WriteLogs(const TempFolder& folder) {
  for (const auto& [name, text] : Logs()) folder.Write("logs/" + name, text);
}

RunResult Grants(const TempFolder& folder, std::vector<std::string> args,
                 const std::string& columns = "240") {
  args.insert(args.begin(), "grants");
  RunOptions options;
  options.folder = folder.path();
  options.environment = {"COLUMNS=" + columns};
  return RunBinary(args, options);
}

TEST(Grants, TellsWhoMayDoWhatOnEveryPlatform) {
  const TempFolder folder;
  WriteLogs(folder);
  const RunResult text = Grants(folder, {"logs"});
  ASSERT_EQ(text.exit_code, 0) << text.err;
  ExpectGolden("test/e2e/testdata/grants.txt.golden", text.out);
  const RunResult json = Grants(folder, {"logs", "-t", "json", "--app", "Mail Helper"});
  ASSERT_EQ(json.exit_code, 0) << json.err;
  ExpectGolden("test/e2e/testdata/grants.json.golden", json.out);
  const RunResult markdown = Grants(folder, {"logs", "-t", "md", "--platform", "google"});
  ASSERT_EQ(markdown.exit_code, 0) << markdown.err;
  ExpectGolden("test/e2e/testdata/grants.md.golden", markdown.out);
}

TEST(Grants, AtATimeTellsThePermissionsAsTheyStood) {
  const TempFolder folder;
  WriteLogs(folder);
  const auto at = [&](const char* time, std::vector<std::string> more = {}) {
    std::vector<std::string> args = {"logs", "--platform", "entra", "--at", time};
    args.insert(args.end(), more.begin(), more.end());
    const RunResult result = Grants(folder, args);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result.out;
  };
  const auto has = [](const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
  };
  const std::string before = at("2026-01-05T09:00:00Z");
  EXPECT_FALSE(has(before, "Mail Helper")) << before;
  // Used on the 7th, with no birth in a log that starts on the 3rd: it was there.
  EXPECT_TRUE(has(before, "zoe@contoso.example")) << before;
  EXPECT_TRUE(has(before, "not since log start 2026-01-03")) << before;
  const std::string narrow = at("2026-01-05T12:00:00Z");
  EXPECT_TRUE(has(narrow, "Mail Helper")) << narrow;
  EXPECT_TRUE(has(narrow, "User.Read")) << narrow;
  EXPECT_FALSE(has(narrow, "Mail.ReadWrite")) << narrow;
  const std::string wide = at("2026-01-06T12:00:00Z");
  EXPECT_TRUE(has(wide, "Mail.ReadWrite (high 70)") || has(wide, "Mail.ReadWrite (medium")) << wide;
  const std::string early = at("2025-12-01");
  EXPECT_TRUE(has(early, "cannot say for Entra ID at that time: its log starts 2026-01-03"))
      << early;
  EXPECT_TRUE(has(early, "0 born before on record")) << early;
  const std::string hers = at("2026-01-06T12:00:00Z", {"--user", "mira@contoso.example"});
  EXPECT_FALSE(has(hers, "zoe@")) << hers;
}

TEST(Grants, ReadsTheSameFromACaseAsFromEvidence) {
  const TempFolder folder;
  WriteLogs(folder);
  RunOptions options;
  options.folder = folder.path();
  const RunResult hunt = RunBinary({"hunt", "logs", "-q", "-o", "case"}, options);
  ASSERT_EQ(hunt.exit_code, 0) << hunt.err;
  for (const std::string type : {"text", "csv", "json", "md"}) {
    const RunResult evidence = Grants(folder, {"logs", "-t", type});
    const RunResult from_case = Grants(folder, {"--case", "case", "-t", type});
    EXPECT_EQ(evidence.out, from_case.out) << type;
  }
}

TEST(Grants, IsTheSameForAnyThreadsAndOrderOfFiles) {
  const TempFolder folder;
  WriteLogs(folder);
  std::vector<std::string> files;
  for (const auto& [name, text] : Logs()) files.push_back("logs/" + name);
  std::vector<std::string> args = files;
  args.insert(args.end(), {"-t", "json", "--threads", "1"});
  const std::string one = Grants(folder, args).out;
  ASSERT_GT(one.size(), 1000u);
  std::reverse(files.begin(), files.end());
  args = files;
  args.insert(args.end(), {"-t", "json", "--threads", "8", "--memory", "1M"});
  EXPECT_EQ(Grants(folder, args).out, one);
}

// Exports of the real state.

constexpr std::string_view kState =
    R"({"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#servicePrincipals","value":[)"
    R"({"id":"aaaaaaaa-0000-4000-8000-0000000000f1","appId":"aaaaaaaa-0000-4000-8000-000000000001","displayName":"Mail Helper","servicePrincipalType":"Application","createdDateTime":"2026-01-05T10:00:00Z"},)"
    R"({"id":"aaaaaaaa-0000-4000-8000-0000000000f5","appId":"aaaaaaaa-0000-4000-8000-000000000005","displayName":"Quiet Backup","servicePrincipalType":"Application","createdDateTime":"2025-06-05T10:00:00Z"}]})"
    "\n";
constexpr std::string_view kRoles =
    R"({"value":[{"id":"r1","appRoleId":"e2a3a72e-5f79-4c64-b1b1-878b674786c9","createdDateTime":"2026-01-06T03:04:05Z","principalDisplayName":"Quiet Backup","principalId":"aaaaaaaa-0000-4000-8000-0000000000f5","principalType":"ServicePrincipal","resourceDisplayName":"Microsoft Graph","resourceId":"aaaaaaaa-0000-4000-8000-0000000000f3"},)"
    R"({"id":"r2","appRoleId":"df021288-bdef-4463-88db-98f22de89214","createdDateTime":"2025-06-06T03:04:05Z","principalDisplayName":"Old Backup","principalId":"aaaaaaaa-0000-4000-8000-0000000000f6","principalType":"ServicePrincipal","resourceDisplayName":"Microsoft Graph","resourceId":"aaaaaaaa-0000-4000-8000-0000000000f3"}]})"
    "\n";
constexpr std::string_view kConsents =
    R"({"value":[{"clientId":"aaaaaaaa-0000-4000-8000-0000000000f6","consentType":"AllPrincipals","id":"g7","principalId":null,"resourceId":"aaaaaaaa-0000-4000-8000-0000000000f3","scope":"User.Read"}]})"
    "\n";

TEST(Grants, WhatStandsThereWithoutARecordIsAFindingAndSoIsWhatIsGone) {
  const TempFolder folder;
  WriteLogs(folder);
  folder.Write("state/sp.json", std::string(kState));
  folder.Write("state/roles.json", std::string(kRoles));
  folder.Write("state/consents.json", std::string(kConsents));
  RunOptions options;
  options.folder = folder.path();
  const RunResult hunt =
      RunBinary({"hunt", "logs", "state", "-q", "-o", "case", "--no-store"}, options);
  ASSERT_EQ(hunt.exit_code, 0) << hunt.err;
  const std::string findings = ReadFile(folder.In("case/findings.jsonl"));
  // Made on the 6th, while the log was running; the one of 2025 is older than the log.
  EXPECT_NE(findings.find("GRT-S1"), std::string::npos) << findings;
  EXPECT_NE(findings.find("Quiet Backup"), std::string::npos);
  EXPECT_EQ(findings.find("Old Backup"), std::string::npos);
  // Mail Helper's consent is on record and not among the grants exported.
  EXPECT_NE(findings.find("GRT-S2"), std::string::npos) << findings;
  EXPECT_NE(findings.find("the export tells no time"), std::string::npos);
  // What is so moves neither the end of the evidence nor what happened.
  const std::string summary = ReadFile(folder.In("case/summary.json"));
  EXPECT_NE(summary.find(R"("last_time": "2026-01-07T10:00:00.000000Z")"), std::string::npos)
      << summary;
  const RunResult text = Grants(folder, {"--case", "case", "--platform", "entra"});
  ExpectGolden("test/e2e/testdata/grants_state.txt.golden", text.out);
  const RunResult at =
      Grants(folder, {"--case", "case", "--platform", "entra", "--at", "2026-01-04", "-t", "csv"});
  ExpectGolden("test/e2e/testdata/grants_state_at.csv.golden", at.out);
}

TEST(Grants, OrderOfExportsDoesNotMatter) {
  const TempFolder folder;
  WriteLogs(folder);
  folder.Write("a.json", std::string(kState));
  folder.Write("b.json", std::string(kRoles));
  folder.Write("c.json", std::string(kConsents));
  const auto run = [&](std::vector<std::string> files) {
    files.insert(files.end(), {"-t", "json"});
    return Grants(folder, files).out;
  };
  const std::string one = run({"logs", "a.json", "b.json", "c.json"});
  EXPECT_EQ(run({"c.json", "b.json", "a.json", "logs"}), one);
  ASSERT_NE(one.find("Quiet Backup"), std::string::npos);
}

TEST(Grants, NeverSaysNoneOfWhatItCouldNotSee) {
  const TempFolder folder;
  folder.Write("logs/slack.jsonl", Logs()[5].second);
  const RunResult result = Grants(folder, {"logs"}, "300");
  EXPECT_NE(result.out.find("cannot say for Entra ID, "), std::string::npos) << result.out;
  const RunResult csv = Grants(folder, {"logs", "-t", "csv"});
  EXPECT_NE(csv.err.find("cannot say for Entra ID, "), std::string::npos) << csv.err;
  folder.Write("mail/m365.jsonl", Logs()[1].second.substr(Logs()[1].second.find('\n') + 1));
  const RunResult mail = Grants(folder, {"mail"}, "300");
  EXPECT_NE(mail.out.find("no log that tells grants is in the evidence"), std::string::npos);
  EXPECT_NE(mail.out.find("cannot say for Entra ID what was granted"), std::string::npos)
      << mail.out;
}

TEST(Grants, FitsTheTerminalAndCarriesNoCodesOfOthers) {
  const TempFolder folder;
  WriteLogs(folder);
  for (const char* columns : {"40", "80", "120"}) {
    const RunResult result = Grants(folder, {"logs"}, columns);
    for (const std::string_view line : Split(result.out, "\n")) {
      EXPECT_LE(line.size(), std::stoul(columns) + 40) << line;  // the ellipsis has three bytes
    }
    EXPECT_EQ(result.out.find('\x1b'), std::string::npos);
  }
  const RunResult csv = Grants(folder, {"logs", "-t", "csv"});
  EXPECT_NE(csv.out.find("'=Sheet Tool"), std::string::npos) << csv.out;
}

TEST(Grants, SaysWhatIsWrongWithItsFlags) {
  const TempFolder folder;
  WriteLogs(folder);
  EXPECT_EQ(Grants(folder, {"logs", "--platform", "moon"}).exit_code, 2);
  EXPECT_EQ(Grants(folder, {"logs", "--case", "x"}).exit_code, 2);
  EXPECT_EQ(Grants(folder, {"logs", "--at", "yesterday"}).exit_code, 2);
  EXPECT_EQ(Grants(folder, {"logs", "--app", ""}).exit_code, 2);
  const RunResult none = Grants(folder, {"--case", "nowhere"});
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_NE(none.err.find("tokentrail hunt"), std::string::npos) << none.err;
}

}  // namespace
}  // namespace tokentrail::test
