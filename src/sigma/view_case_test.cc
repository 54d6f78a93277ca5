// Whether the tables find in real shapes what rules ask for: the case files of the log sources, and
// records written here, looked up by a plain reading of what view.h says, one step after another.

#include <gtest/gtest.h>

#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "base/redact.h"
#include "base/text.h"
#include "base/yaml.h"
#include "sigma/view.h"
#include "source/normalise.h"
#include "source/reader.h"
#include "source/walk.h"
#include "test/support/case_file.h"
#include "test/support/temp_folder.h"

namespace tokentrail::sigma {
namespace {

using Nodes = std::vector<const Node*>;

void Collect(const Record& record, const Node& at, std::string_view path, Nodes& out);

void CollectNamed(const Record& record, const Node& at, std::string_view name,
                  std::string_view rest, Nodes& out) {
  const Node* const list = record.Open(at);
  if (list == nullptr) return;
  const auto take = [&](const Node& value) {
    if (rest.empty()) {
      out.push_back(&value);
    } else {
      Collect(record, value, rest, out);
    }
  };
  for (const Node& child : Children(*list)) {
    if (list->kind == NodeKind::kObject) {
      if (EqualsIgnoreCase(child.key(), name)) take(child);
    } else if (child.kind == NodeKind::kObject) {
      const NamedValue named = ReadNamedValue(child);
      if (EqualsIgnoreCase(named.name, name) && named.value != nullptr) take(*named.value);
    }
  }
}

void Collect(const Record& record, const Node& at, std::string_view path, Nodes& out) {
  const Node* const open = record.Open(at);
  if (open == nullptr) return;
  for (const Node& child : Children(*open)) {
    if (open->kind == NodeKind::kArray) {
      Collect(record, child, path, out);
      continue;
    }
    const std::string_view key = child.key();
    if (key.empty() || !EqualsIgnoreCase(path.substr(0, key.size()), key)) continue;
    std::string_view rest = path.substr(key.size());
    if (rest.empty()) {
      out.push_back(&child);
    } else if (rest.front() == '.') {
      Collect(record, child, rest.substr(1), out);
    } else if (rest.front() == '[') {
      const size_t end = rest.find(']');
      const std::string_view name = rest.substr(1, end - 1);
      rest.remove_prefix(end + 1);
      if (rest.starts_with('.')) rest.remove_prefix(1);
      CollectNamed(record, child, name, rest, out);
    }
  }
}

std::string AsJson(const Node& node) {
  std::string out;
  switch (node.kind) {
    case NodeKind::kNull:
      return "null";
    case NodeKind::kBool:
    case NodeKind::kNumber:
      return std::string(node.text());
    case NodeKind::kText:
      out = '"';
      for (const char c : node.text()) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
      }
      return out + '"';
    case NodeKind::kObject:
    case NodeKind::kArray:
      break;
  }
  const bool object = node.kind == NodeKind::kObject;
  for (const Node& child : Children(node)) {
    if (!out.empty()) out += ',';
    if (object) out += '"' + std::string(child.key()) + "\":";
    out += AsJson(child);
  }
  return object ? '{' + out + '}' : '[' + out + ']';
}

/// The values that one node gives.
void Give(const Record& record, const Node& node, Take take, std::set<std::string>& out) {
  const std::string text(node.text());
  const Node* const open = record.Open(node);
  switch (take) {
    case Take::kJson:
      out.insert(open == &node ? AsJson(node) : text);
      return;
    case Take::kParameters: {
      if (open == nullptr) break;
      std::string line;
      for (const Node& child : Children(*open)) {
        const NamedValue named = ReadNamedValue(child);
        if (named.name.empty()) continue;
        if (!line.empty()) line += ' ';
        line += '-' + std::string(named.name);
        if (named.value != nullptr) line += ' ' + std::string(named.value->text());
      }
      out.insert(line);
      return;
    }
    case Take::kBelow:
    case Take::kList:
      if (take == Take::kList && node.kind == NodeKind::kArray && node.size == 1) out.insert("[]");
      if (!node.is_container()) out.insert(text);
      if (open == nullptr) return;
      for (const Node& child : Children(*open)) Give(record, child, take, out);
      return;
    case Take::kActivity: {
      if (node.is_container()) return;
      out.insert(text);
      std::string base(Trim(text));
      if (base.ends_with('.')) base.pop_back();
      Arena arena;
      out.insert(base);
      out.insert(base + '.');
      out.insert(std::string(NormaliseActivity(base, arena)));
      return;
    }
    case Take::kUnquoted:
      if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
        out.insert(text.substr(1, text.size() - 2));
        return;
      }
      if (open != nullptr && open->kind == NodeKind::kArray) {
        for (const Node& child : Children(*open)) Give(record, child, take, out);
        return;
      }
      break;
    case Take::kValue:
      break;
  }
  if (node.kind == NodeKind::kArray) {
    for (const Node& child : Children(node)) Give(record, child, take, out);
  } else if (node.kind != NodeKind::kObject && node.kind != NodeKind::kNull) {
    out.insert(text);
  }
}

std::set<std::string> ValuesOf(const ViewField& field, const Record& record,
                               const source::Normaliser& normaliser) {
  std::set<std::string> raw;
  Nodes nodes;
  for (const std::string_view path : field.paths) {
    if (!path.empty()) Collect(record, record.root(), path, nodes);
  }
  for (const Node* node : nodes) Give(record, *node, field.take, raw);
  if (field.normalised != Field::kCount) raw.emplace(normaliser.Text(field.normalised));
  raw.erase("");
  std::set<std::string> out;
  for (const std::string& text : raw) {
    if (field.words.empty()) out.insert(text);
    for (const Word& word : field.words) {
      if (EqualsIgnoreCase(word.raw, text)) out.emplace(word.sigma);
    }
  }
  nodes.clear();
  for (const std::string_view path : field.from) {
    if (!path.empty()) Collect(record, record.root(), path, nodes);
  }
  for (const Node* node : nodes) Give(record, *node, Take::kValue, raw);
  for (const std::string& text : raw) {
    if (field.derive == nullptr || text.empty()) continue;
    for (const std::string_view one : field.derive(record, Trim(text))) out.emplace(one);
  }
  out.emplace(field.constant);
  out.erase("");
  return out;
}

struct Expectation {
  std::string_view record;  ///< a case file of the sources, or the record itself
  std::string_view service;
  std::string_view field;
  std::string_view value;       ///< one of those it must give; empty: it must give none
  std::string_view other = {};  ///< one it must not give

  friend std::ostream& operator<<(std::ostream& out, const Expectation& row) {
    return out << row.service << ' ' << row.field << " of " << row.record.substr(0, 80);
  }
};

constexpr std::string_view kAlert =
    R"({"CreationTime":"2026-01-02T03:04:05","Id":"a","Operation":"AlertTriggered","RecordType":40,
    "ResultStatus":"Succeeded","Workload":"SecurityComplianceCenter","AlertId":"b","Status":"Active",
    "Name":"eDiscovery search started or exported","UserId":"SecurityComplianceAlerts"})";
constexpr std::string_view kExport =
    R"({"CreationTime":"2026-01-02T03:04:05","Id":"a","Operation":"New-ComplianceSearchAction",
    "RecordType":18,"Workload":"SecurityComplianceCenter","UserId":"x@contoso.example",
    "Parameters":"-SearchName \"x\" -Export -ExchangeArchiveFormat \"SinglePst\""})";
constexpr std::string_view kFederated =
    R"({"CreationTime":"2026-01-02T03:04:05","Id":"a","Operation":"Add-FederatedDomain",
    "RecordType":1,"ResultStatus":"True","Workload":"Exchange","UserId":"x@contoso.example"})";
constexpr std::string_view kGuest =
    R"({"time":"2026-01-02T03:04:05Z","category":"AuditLogs","operationName":"Update user",
    "properties":{"category":"UserManagement","activityDisplayName":"Update user",
    "targetResources":[{"type":"User","modifiedProperties":[{"displayName":"UserType",
    "oldValue":"[\"Guest\"]","newValue":"[\"Member\"]"}]}]}})";
constexpr std::string_view kReplyUrl =
    R"({"time":"2026-01-02T03:04:05Z","category":"AuditLogs","operationName":"Update application",
    "properties":{"activityDisplayName":"Update application ","targetResources":[{
    "type":"Application","modifiedProperties":[{"displayName":"AppAddress","newValue":"[]"}]}]}})";
constexpr std::string_view kPimAlert =
    R"({"time":"2026-01-02T03:04:05Z","category":"AuditLogs","operationName":"Triggered PIM alert",
    "properties":{"activityDisplayName":"Triggered PIM alert","loggedByService":"PIM",
    "targetResources":[{"displayName":"There are too many Global Administrators"}]}})";
constexpr std::string_view kPimSilenced =
    R"({"time":"2026-01-02T03:04:05Z","category":"AuditLogs","operationName":"Disable PIM alert",
    "properties":{"activityDisplayName":"Disable PIM alert",
    "targetResources":[{"displayName":"There are too many Global Administrators"}]}})";
constexpr std::string_view kRopc =
    R"({"time":"2026-01-02T03:04:05Z","category":"SignInLogs","operationName":"Sign-in activity",
    "resultType":"53003","properties":{"createdDateTime":"2026-01-02T03:04:05Z","id":"x",
    "appId":"y","authenticationProtocol":"ropc","clientAppUsed":"IMAP4",
    "networkLocationDetails":[],"riskEventTypes_v2":["anomalousToken","unfamiliarFeatures"],
    "status":{"errorCode":53003,"failureReason":"Access has been blocked"}}})";
constexpr std::string_view kGkeDenied =
    R"({"insertId":"i","logName":"projects/p/logs/cloudaudit.googleapis.com%2Factivity",
    "timestamp":"2026-01-02T03:04:05Z","resource":{"type":"k8s_cluster"},"protoPayload":{
    "@type":"type.googleapis.com/google.cloud.audit.AuditLog","serviceName":"k8s.io",
    "methodName":"io.k8s.authorization.rbac.v1.rolebindings.create","status":{"code":7},
    "resourceName":"rbac.authorization.k8s.io/v1/namespaces/dev/rolebindings/x",
    "authenticationInfo":{"principalEmail":"ada@contoso.example"}}})";
constexpr std::string_view kPodWithHostPath =
    R"({"kind":"Event","auditID":"x","stage":"ResponseComplete","verb":"create",
    "requestURI":"/api/v1/namespaces/dev/pods","requestReceivedTimestamp":"2026-01-02T03:04:05Z",
    "user":{"username":"ada"},"objectRef":{"resource":"pods","namespace":"dev"},"requestObject":{
    "spec":{"volumes":[{"name":"v","hostPath":{"path":"/etc"}}],"containers":[{"securityContext":{
    "capabilities":{"add":["SYS_ADMIN"]}}}]}},"responseStatus":{"code":201}})";
constexpr std::string_view kDisabledAccount =
    R"({"insertId":"i","timestamp":"2026-01-02T03:04:05Z","resource":{"type":"service_account"},
    "protoPayload":{"serviceName":"iam.googleapis.com",
    "methodName":"google.iam.admin.v1.DisableServiceAccount"}})";
constexpr std::string_view kBucketPolicy =
    R"({"eventVersion":"1.08","eventTime":"2026-01-02T03:04:05Z","eventSource":"s3.amazonaws.com",
    "eventName":"PutBucketPolicy","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::1:user/a"},
    "requestParameters":{"bucketPolicy":{"Statement":[{"Effect":"Allow"}]}}})";
constexpr std::string_view kAuth0Answer =
    R"({"log_id":"1","type":"sapi","date":"2026-01-02T03:04:05Z","client_id":"c","tenant_name":"t",
    "description":"Update client grant","details":{"request":{"body":{"scope":["delete:users"]}},
    "response":{"statusCode":200}}})";

// What the values are for: SIGMA.md 3.3, and the rules of SigmaHQ that ask for them.
constexpr Expectation kExpectations[] = {
    {"entra_audit/user_consent_becomes_scope_sets", "auditlogs", "ConsentContext.IsAdminConsent",
     "False"},
    {"entra_audit/log_analytics_consent_in_cells", "auditlogs", "ConsentContext.IsAdminConsent",
     "False"},
    {"entra_audit/log_analytics_consent_in_cells", "auditlogs", "properties.message",
     "Consent to application"},
    {"entra_audit/blocked_consent_has_a_reason_and_no_service_principal", "auditlogs",
     "failure_status_reason", "Microsoft.online.Security.userConsentBlockedForRiskyAppsExceptions"},
    {"entra_audit/user_consent_becomes_scope_sets", "auditlogs", "failure_status_reason", "",
     "Microsoft.online.Security.userConsentBlockedForRiskyAppsExceptions"},
    {"entra_audit/user_consent_becomes_scope_sets", "auditlogs", "category",
     "ApplicationManagement"},
    {"entra_audit/user_consent_becomes_scope_sets", "auditlogs", "Status", "success"},
    {"entra_audit/user_consent_becomes_scope_sets", "auditlogs", "targetResources.type",
     "Service Principal"},
    {"entra_audit/portal_csv_row", "auditlogs", "ActivityDisplayName", "Consent to application"},
    {"entra_audit/portal_csv_row", "auditlogs", "LoggedByService", "Core Directory"},
    {"entra_audit/graph_object_of_a_consent", "auditlogs", "OperationName",
     "Consent to application"},
    {kGuest, "auditlogs", "properties.message",
     R"("displayName":"UserType","oldValue":"[\"Guest\"]","newValue":"[\"Member\"]")"},
    {kReplyUrl, "auditlogs", "properties.message",
     "Update Application Sucess- Property Name AppAddress",
     "Update Service principal/Update Application"},
    {kReplyUrl, "auditlogs", "properties.message", "Update application"},
    {kPimAlert, "pim", "riskEventType", "tooManyGlobalAdminsAssignedToTenantAlertIncident"},
    {kPimSilenced, "pim", "riskEventType", ""},
    {"entra_signin/device_code_by_protocol", "signinlogs", "properties.message", "Device Code",
     "ROPC"},
    {"entra_signin/device_code_by_transfer_method", "signinlogs", "properties.message",
     "Device Code"},
    {"entra_signin/portal_csv_row", "signinlogs", "properties.message", "Device Code"},
    {"entra_signin/portal_csv_row", "signinlogs", "resultType", "0"},
    {"entra_signin/diagnostic_record", "signinlogs", "properties.message", ""},
    {"entra_signin/diagnostic_record", "signinlogs", "ResultType", "0"},
    {"entra_signin/diagnostic_record", "signinlogs", "Status", "Success", "Failure"},
    {"entra_signin/log_analytics_columns", "signinlogs", "Status", "Success"},
    {"entra_signin/log_analytics_columns", "signinlogs", "location", "NO"},
    {kRopc, "signinlogs", "properties.message", "ROPC", "Device Code"},
    {kRopc, "signinlogs", "ResultDescription", "Blocked by Conditional Access"},
    {kRopc, "signinlogs", "ClientApp", "IMAP"},
    {kRopc, "signinlogs", "NetworkLocationDetails", "[]"},
    {kRopc, "signinlogs", "Status", "Failure", "Success"},
    {kRopc, "riskdetection", "riskEventType", "anomalousToken"},
    {"entra_risk/diagnostic_detection", "riskdetection", "riskEventType", "anomalousToken"},
    {"azure_activity/diagnostic_record", "activitylogs", "ResourceProviderValue",
     "MICROSOFT.STORAGE"},
    {"azure_activity/log_analytics_row", "activitylogs", "operationName",
     "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write"},
    {"m365_audit/logon_id_is_the_token_request", "audit", "RequestType", "OAuth2:Token"},
    {"m365_audit/forwarding_started", "audit", "Parameters",
     "-Identity jane@contoso.example -ForwardingSmtpAddress smtp:x@fabrikam.example"},
    {"m365_audit/consent_says_what_the_directory_log_says", "audit", "Operation",
     "Consent to application."},
    {"m365_audit/empty_audit_data_still_says_who_did_what", "audit", "Operation",
     "MailItemsAccessed"},
    {"m365_audit/office_activity_row", "audit", "Workload", "Exchange"},
    {"defender_cloud_app/audit_record_inside_as_text", "audit", "Workload", "AzureActiveDirectory"},
    {kAlert, "threat_management", "eventName", "eDiscovery search started or exported"},
    {kAlert, "threat_management", "eventSource", "SecurityComplianceCenter"},
    {kAlert, "threat_detection", "status", "success"},
    {kExport, "threat_management", "Payload", "New-ComplianceSearchAction"},
    {kExport, "threat_management", "Payload",
     R"(-SearchName "x" -Export -ExchangeArchiveFormat "SinglePst")"},
    {kFederated, "exchange", "eventName", "Add-FederatedDomain"},
    {kFederated, "exchange", "status", "success"},
    {"gcp_audit/denied_call_is_a_failure", "gcp.audit", "gcp.audit.status.code", "7"},
    {"gcp_audit/bigquery_export", "gcp.audit", "gcp.audit.service_name",
     "iamcredentials.googleapis.com"},
    {kDisabledAccount, "gcp.audit", "gcp.audit.method_name",
     "iam.projects.serviceAccounts.disable"},
    {kGkeDenied, "gcp.audit", "data.protoPayload.logName", "cloudaudit.googleapis.com%2Factivity"},
    {kGkeDenied, "gcp.audit", "gcp.audit.method_name",
     "io.k8s.authorization.rbac.v1.rolebindings.create"},
    {kGkeDenied, "kubernetes", "verb", "create"},
    {kGkeDenied, "kubernetes", "objectRef.resource", "rolebindings"},
    {kGkeDenied, "kubernetes", "objectRef.subresource", ""},
    {kGkeDenied, "kubernetes", "objectRef.apiGroup", "rbac.authorization.k8s.io"},
    {kGkeDenied, "kubernetes", "objectRef.namespace", "dev"},
    {kGkeDenied, "kubernetes", "responseStatus.code", "403"},
    {kGkeDenied, "kubernetes", "user.username", "ada@contoso.example"},
    {kPodWithHostPath, "kubernetes", "hostPath", "/etc"},
    {kPodWithHostPath, "kubernetes", "capabilities", "SYS_ADMIN"},
    {kPodWithHostPath, "kubernetes", "objectRef.apiGroup", ""},
    {"kubernetes_audit/aks_diagnostic_record", "kubernetes", "verb", "create"},
    {"kubernetes_audit/aks_resource_specific_table", "kubernetes", "objectRef.resource", "secrets"},
    {"kubernetes_audit/gke_entry_is_translated", "kubernetes", "objectRef.subresource", "exec"},
    {"google_workspace/delegation_has_client_and_scopes", "google_workspace.admin", "eventName",
     "AUTHORIZE_API_CLIENT_ACCESS"},
    {"google_workspace/delegation_has_client_and_scopes", "google_workspace.admin", "eventService",
     "admin.googleapis.com"},
    {"google_workspace/log_analytics_columns", "google_workspace.token", "eventService",
     "oauth2.googleapis.com"},
    {"google_workspace/forwarding_out_of_domain_is_a_mail_rule", "google_workspace.login",
     "protoPayload.metadata.event.eventName", "email_forwarding_out_of_domain"},
    {"google_workspace/forwarding_out_of_domain_is_a_mail_rule", "google_workspace.login",
     "protoPayload.serviceName", "login.googleapis.com"},
    {"gcp_audit/workspace_login_through_cloud_audit", "google_workspace.login",
     "protoPayload.serviceName", "login.googleapis.com"},
    {"gcp_audit/workspace_delegation_through_cloud_audit", "google_workspace.admin", "eventName",
     "AUTHORIZE_API_CLIENT_ACCESS"},
    {"okta_system/log_analytics_columns", "okta", "target.displayName", "Portal"},
    {"okta_system/elastic_fields_without_the_original", "okta", "eventType",
     "app.oauth2.as.consent.grant"},
    {kBucketPolicy, "cloudtrail", "requestParameters",
     R"({"bucketPolicy":{"Statement":[{"Effect":"Allow"}]}})"},
    {kBucketPolicy, "cloudtrail", "status", "success"},
    {"aws_cloudtrail/athena_prints_the_identity_as_a_struct", "cloudtrail", "userIdentity.type",
     "AssumedRole"},
    {"aws_cloudtrail/log_analytics_table", "cloudtrail", "userIdentity.type", "IAMUser"},
    {"aws_cloudtrail/lookup_events_answer", "cloudtrail", "eventName", "AttachUserPolicy"},
    {kAuth0Answer, "auth0", "data.type", "sapi"},
    {kAuth0Answer, "auth0", "data.details.request.body.scope{}", "delete:users"},
    {"auth0/stream_wraps_the_log", "auth0", "data.type", "s"},
    {"bitbucket_audit/failed_login_behind_a_proxy", "bitbucket", "auditType.action",
     "User login failed"},
    {"bitbucket_audit/rest_entity", "bitbucket", "auditType.category", "Global administration"},
    {"onelogin_event/assumed_user", "onelogin.events", "event_type_id", "3"},
    {"cisco_duo/bypassed_authentication", "duo", "reason", "bypass_user"},
};

/// The view that the source serves under this service, or product where the service says less.
const View* ViewOf(const source::SourceDef& def, std::string_view name) {
  for (const source::SigmaNames& names : def.sigma) {
    if (names.service == name || names.product == name) {
      return FindView(names.product, names.category, names.service);
    }
  }
  return nullptr;
}

class ViewCase : public testing::TestWithParam<Expectation> {};

TEST_P(ViewCase, FindsTheValue) {
  const Expectation& row = GetParam();
  std::string evidence(row.record);
  if (!evidence.starts_with('{')) {
    const std::string path = "src/source/testdata/" + evidence + ".yaml";
    const test::CaseFile file{.name = {}, .path = test::InRoot(path)};
    const auto documents = ParseYaml(file.Read());
    ASSERT_TRUE(documents.ok());
    evidence = documents.value().at(0).Text("record");
    if (evidence.empty()) evidence = documents.value().at(0).Text("csv");
  }
  const source::Tables tables(source::All());
  const source::NormaliseSettings settings;
  const Redactor redactor("key");
  source::Normaliser normaliser(tables, settings, redactor);
  const test::TempFolder folder;
  test::WriteFile(folder.path() + "/evidence", evidence);
  FileTable files;
  source::Reader reader({{folder.path() + "/evidence", "evidence"}}, files);
  Ledger ledger;
  source::Block block;
  source::BlockWalker walker;
  size_t events = 0;
  std::set<std::string> got;
  while (reader.Next(block, ledger)) {
    walker.Walk(block, ledger, [&](const Record& logged, std::string_view text, const Place&) {
      const Record record = normaliser.Unwrap(logged);
      SourceIndex index = 0;
      const source::SourceDef* const def = normaliser.Claim(record, index);
      ASSERT_NE(def, nullptr);
      const View* const view = ViewOf(*def, row.service);
      ASSERT_NE(view, nullptr) << def->name;
      const ViewField* field = nullptr;
      for (const ViewField& one : view->fields) {
        if (EqualsIgnoreCase(one.name, row.field)) field = &one;
      }
      ASSERT_NE(field, nullptr);
      for (size_t part = 0; part < normaliser.Count(record, index); ++part) {
        const source::Made made = normaliser.Make(record, index, part, text);
        EXPECT_EQ(made.left_out, "");
        ++events;
        got.merge(ValuesOf(*field, record, normaliser));
      }
    });
  }
  ASSERT_GT(events, 0u);
  if (row.value.empty() && row.other.empty()) {
    EXPECT_TRUE(got.empty()) << *got.begin();
  }
  if (!row.value.empty()) {
    EXPECT_TRUE(got.contains(std::string(row.value))) << testing::PrintToString(got);
  }
  EXPECT_FALSE(got.contains(std::string(row.other))) << testing::PrintToString(got);
}

INSTANTIATE_TEST_SUITE_P(Rows, ViewCase, testing::ValuesIn(kExpectations));

}  // namespace
}  // namespace tokentrail::sigma
