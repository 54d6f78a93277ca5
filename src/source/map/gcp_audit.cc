// Google Cloud Audit Logs of every service but Kubernetes: a LogEntry with protoPayload, its
// BigQuery export (protopayload_auditlog) and the flat GCPAuditLogs table of Log Analytics.
// Workspace services that log here (admin, login, oauth2) give the same kinds and fields as the
// Reports API does.

#include <string>
#include <vector>

#include "base/text.h"
#include "source/map/google_event.h"
#include "source/map/maps.h"

namespace tokentrail::source {
namespace {

bool IsAudit(const Record& record) {
  return !record.Text("protoPayload.methodName").empty() ||
         !record.Text("protoPayload.serviceName").empty() ||
         record.Text("protoPayload.@type").ends_with("AuditLog");
}

bool IsBigQueryAudit(const Record& record) {
  return record.Has("protopayload_auditlog.methodName") ||
         record.Has("protopayload_auditlog.serviceName");
}

bool IsWrapped(const Record& record) {
  return !record.Text("data.protoPayload.methodName").empty();
}

constexpr Claim kClaims[] = {
    {{"protoPayload"}, IsAudit},
    {{"protoPayload.methodName"}},
    {{"protopayload_auditlog"}, IsBigQueryAudit},
    {{"protopayload_auditlog.methodName"}},
    {{"MethodName", "ServiceName", "GCPResourceName"}},
    {{"data"}, IsWrapped},
};

// Native, BigQuery, Log Analytics; `data.` is how rules and some shippers wrap an entry.
constexpr FieldMap kFields[] = {
    {Field::kOperation,
     {"protoPayload.methodName", "protopayload_auditlog.methodName", "MethodName",
      "data.protoPayload.methodName"},
     As::kActivity},
    {Field::kCategory,
     {"protoPayload.serviceName", "protopayload_auditlog.serviceName", "ServiceName",
      "data.protoPayload.serviceName"},
     As::kLower},
    {Field::kTenant,
     {"resource.labels.project_id", "ProjectId", "data.resource.labels.project_id",
      "resource.labels.organization_id", "resource.labels.folder_id"},
     As::kText},
    {Field::kCorrelation,
     {"operation.id", "protoPayload.metadata.activityId.uniqQualifier", "trace", "OperationId"},
     As::kText},
    {Field::kUser,
     {"protoPayload.authenticationInfo.principalEmail",
      "protopayload_auditlog.authenticationInfo.principalEmail", "PrincipalEmail",
      "data.protoPayload.authenticationInfo.principalEmail"},
     As::kLower},
    {Field::kUserId,
     {"protoPayload.authenticationInfo.principalSubject",
      "protopayload_auditlog.authenticationInfo.principalSubject",
      "AuthenticationInfo.principalSubject",
      "data.protoPayload.authenticationInfo.principalSubject"},
     As::kText},
    {Field::kCredential,
     {"protoPayload.authenticationInfo.serviceAccountKeyName",
      "protopayload_auditlog.authenticationInfo.serviceAccountKeyName",
      "AuthenticationInfo.serviceAccountKeyName",
      "data.protoPayload.authenticationInfo.serviceAccountKeyName"},
     As::kText},
    {Field::kApp,
     {"protoPayload.authenticationInfo.oauthInfo.oauthClientId",
      "protopayload_auditlog.authenticationInfo.oauthInfo.oauthClientId",
      "AuthenticationInfo.oauthInfo.oauthClientId",
      "protoPayload.requestMetadata.requestAttributes.auth.presenter"},
     As::kCasedId},
    {Field::kIp,
     {"protoPayload.requestMetadata.callerIp", "protopayload_auditlog.requestMetadata.callerIp",
      "GCPCallerIp", "RequestMetadata.callerIp", "data.protoPayload.requestMetadata.callerIp"},
     As::kIp},
    {Field::kUserAgent,
     {"protoPayload.requestMetadata.callerSuppliedUserAgent",
      "protopayload_auditlog.requestMetadata.callerSuppliedUserAgent", "GCPCallerUserAgent",
      "RequestMetadata.callerSuppliedUserAgent",
      "data.protoPayload.requestMetadata.callerSuppliedUserAgent"},
     As::kText},
    {Field::kObject,
     {"protoPayload.resourceName", "protopayload_auditlog.resourceName", "GCPResourceName",
      "data.protoPayload.resourceName"},
     As::kText},
    {Field::kTargetType, {"resource.type", "GCPResourceType", "data.resource.type"}, As::kText},
    {Field::kStatus,
     {"protoPayload.status.code", "protopayload_auditlog.status.code", "Status.code",
      "data.protoPayload.status.code"},
     As::kText},
    {Field::kStatusDetail,
     {"protoPayload.status.message", "protopayload_auditlog.status.message", "StatusMessage",
      "Status.message", "data.protoPayload.status.message"},
     As::kText},
    {Field::kItems,
     {"protoPayload.numResponseItems", "protopayload_auditlog.numResponseItems",
      "NumResponseItems"},
     As::kNumber},
};

// The audit log itself, in whichever shape; null for the flat table.
const Node* Payload(const Record& record) {
  for (const std::string_view path :
       {"protoPayload", "protopayload_auditlog", "data.protoPayload"}) {
    const Node* node = record.Find(path);
    if (node == nullptr) continue;
    if (const Node* open = record.Open(*node); open != nullptr) return open;
  }
  return nullptr;
}

// A part of the audit log: `native` below the payload, or a column of the flat table; opened.
const Node* Part(const Record& record, const Node* payload, std::string_view native,
                 std::string_view column) {
  const Node* node =
      payload == nullptr ? record.Child(record.root(), column) : record.Child(*payload, native);
  if (node == nullptr && payload != nullptr) {
    // BigQuery: request -> requestJson, metadata -> metadataJson, serviceData ->
    // servicedata_v1_iam.
    const std::string json = std::string(native) + "Json";
    node = record.Child(*payload, json);
    if (node == nullptr && native == "serviceData") {
      node = record.Child(*payload, "servicedata_v1_iam");
    }
  }
  return node == nullptr ? nullptr : record.Open(*node);
}

// A child whose key may be in lower case (BigQuery lowers some).
const Node* ChildAnyCase(const Record& record, const Node* parent, std::string_view key) {
  if (parent == nullptr) return nullptr;
  const Node* open = record.Open(*parent);
  if (open == nullptr || open->kind != NodeKind::kObject) return nullptr;
  for (const Node& child : Children(*open)) {
    if (EqualsIgnoreCase(child.key(), key)) return &child;
  }
  return nullptr;
}

std::string_view LastPart(std::string_view text, std::string_view separators) {
  const size_t at = text.find_last_of(separators);
  return at == std::string_view::npos ? text : text.substr(at + 1);
}

// Of `projects/-/serviceAccounts/NAME/keys/...` the NAME, of others the text itself.
std::string_view ServiceAccountOf(std::string_view resource) {
  constexpr std::string_view kMark = "serviceAccounts/";
  const size_t at = resource.find(kMark);
  if (at == std::string_view::npos) return {};
  resource.remove_prefix(at + kMark.size());
  return resource.substr(0, resource.find('/'));
}

bool IsOneOf(std::string_view text, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) {
    if (EqualsIgnoreCase(text, word)) return true;
  }
  return false;
}

struct ByMethod {
  std::string_view method;  // last part of the method's name
  Kind kind;
};

// Source: Google Cloud, IAM, IAM credentials, STS, API keys, Logging, Organization Policy and
// Identity-Aware Proxy "audit logging" pages (2026).
constexpr ByMethod kMethods[] = {
    {"GenerateAccessToken", Kind::kTokenMinted},
    {"GenerateIdToken", Kind::kTokenMinted},
    {"SignBlob", Kind::kTokenMinted},
    {"SignJwt", Kind::kTokenMinted},
    {"ExchangeToken", Kind::kTokenMinted},
    {"CreateServiceAccountKey", Kind::kTokenMinted},
    {"UploadServiceAccountKey", Kind::kCredentialChange},
    {"DeleteServiceAccountKey", Kind::kCredentialChange},
    {"DisableServiceAccountKey", Kind::kCredentialChange},
    {"EnableServiceAccountKey", Kind::kCredentialChange},
    {"CreateOauthClientCredential", Kind::kCredentialChange},
    {"UpdateOauthClientCredential", Kind::kCredentialChange},
    {"DeleteOauthClientCredential", Kind::kCredentialChange},
    {"CreateWorkloadIdentityPoolProviderKey", Kind::kCredentialChange},
    {"CreateServiceAccount", Kind::kAppChange},
    {"DeleteServiceAccount", Kind::kAppChange},
    {"UndeleteServiceAccount", Kind::kAppChange},
    {"DisableServiceAccount", Kind::kAppChange},
    {"EnableServiceAccount", Kind::kAppChange},
    {"UpdateServiceAccount", Kind::kAppChange},
    {"PatchServiceAccount", Kind::kAppChange},
    {"CreateRole", Kind::kRoleChange},
    {"UpdateRole", Kind::kRoleChange},
    {"DeleteRole", Kind::kRoleChange},
    {"UndeleteRole", Kind::kRoleChange},
    {"CreateSink", Kind::kPolicyChange},
    {"UpdateSink", Kind::kPolicyChange},
    {"DeleteSink", Kind::kPolicyChange},
    {"CreateExclusion", Kind::kPolicyChange},
    {"UpdateExclusion", Kind::kPolicyChange},
    {"DeleteLog", Kind::kPolicyChange},
    {"DeleteBucket", Kind::kPolicyChange},
    {"SetOrgPolicy", Kind::kPolicyChange},
    {"ClearOrgPolicy", Kind::kPolicyChange},
    {"CreatePolicy", Kind::kPolicyChange},
    {"UpdatePolicy", Kind::kPolicyChange},
    {"DeletePolicy", Kind::kPolicyChange},
};

// Words in a method's last part that name an app or the trust in an outside issuer.
constexpr std::string_view kAppWords[] = {"OauthClient",
                                          "OAuthClient",
                                          "WorkloadIdentityPool",
                                          "WorkforcePool",
                                          "IdentityAwareProxyClient",
                                          "Brand"};

Kind KindOf(std::string_view service, std::string_view method) {
  const std::string_view last = LastPart(method, "./");
  for (const ByMethod& row : kMethods) {
    if (!EqualsIgnoreCase(row.method, last)) continue;
    // These names are common; only the named services mean guard rails by them.
    if (row.kind == Kind::kPolicyChange && last != "SetOrgPolicy" && last != "ClearOrgPolicy" &&
        service != "logging.googleapis.com" && service != "orgpolicy.googleapis.com" &&
        service != "iam.googleapis.com" && service != "accesscontextmanager.googleapis.com") {
      return Kind::kApiCall;
    }
    return row.kind;
  }
  const bool writes = IsOneOf(last.substr(0, 6), {"Create", "Update", "Delete"}) ||
                      last.starts_with("Patch") || last.starts_with("Undelete");
  for (const std::string_view word : kAppWords) {
    if (writes && ContainsIgnoreCase(last, word)) return Kind::kAppChange;
  }
  if (service == "apikeys.googleapis.com" && last == "CreateKey") return Kind::kTokenMinted;
  if (service == "storage.googleapis.com" && ContainsIgnoreCase(method, "hmacKeys.create")) {
    return Kind::kTokenMinted;
  }
  return Kind::kApiCall;
}

// What a SetIamPolicy added: roles and members of the deltas, else all of the policy it asked for.
void TakeBindings(const Record& record, const Node* payload, Draft& draft) {
  const Node* service_data = Part(record, payload, "serviceData", "ServiceData");
  const Node* metadata = Part(record, payload, "metadata", "Metadata");
  const Node* deltas = nullptr;
  for (const Node* part : {service_data, metadata}) {
    if (deltas != nullptr) break;
    const Node* policy_delta = ChildAnyCase(record, part, "policyDelta");
    deltas = ChildAnyCase(record, policy_delta, "bindingDeltas");
  }
  std::vector<std::string_view> roles;
  std::vector<std::string_view> members;
  const Node* role_origin = nullptr;
  const Node* member_origin = nullptr;
  const auto add = [&](const Node* role, const Node* member) {
    if (role != nullptr) {
      roles.push_back(role->text());
      if (role_origin == nullptr) role_origin = role;
    }
    if (member != nullptr) {
      members.push_back(member->text());
      if (member_origin == nullptr) member_origin = member;
    }
  };
  bool removed = false;
  std::vector<std::string_view> gone;
  std::vector<std::string_view> gone_members;
  const Node* gone_origin = nullptr;
  const Node* gone_member_origin = nullptr;
  if (const Node* list = deltas == nullptr ? nullptr : record.Open(*deltas); list != nullptr) {
    for (const Node& delta : Children(*list)) {
      const Node* action = ChildAnyCase(record, &delta, "action");
      // ADD is 1 where the enum is written as a number.
      if (action != nullptr && !IsOneOf(action->text(), {"ADD", "1"})) {
        removed = true;
        if (const Node* role = ChildAnyCase(record, &delta, "role")) {
          gone.push_back(role->text());
          gone_origin = role;
        }
        if (const Node* member = ChildAnyCase(record, &delta, "member")) {
          gone_members.push_back(member->text());
          gone_member_origin = member;
        }
        continue;
      }
      add(ChildAnyCase(record, &delta, "role"), ChildAnyCase(record, &delta, "member"));
    }
  } else if (const Node* request = Part(record, payload, "request", "Request")) {
    const Node* bindings =
        ChildAnyCase(record, ChildAnyCase(record, request, "policy"), "bindings");
    if (const Node* all = bindings == nullptr ? nullptr : record.Open(*bindings); all != nullptr) {
      for (const Node& binding : Children(*all)) {
        add(ChildAnyCase(record, &binding, "role"), nullptr);
        const Node* who = ChildAnyCase(record, &binding, "members");
        if (who == nullptr) continue;
        for (const Node& member : Children(*who)) add(nullptr, &member);
      }
    }
  }
  draft.kind = Kind::kRoleAssignment;
  if (roles.empty() && members.empty()) {
    const Node* audit = ChildAnyCase(record, ChildAnyCase(record, service_data, "policyDelta"),
                                     "auditConfigDeltas");
    if (audit != nullptr) {
      draft.kind = Kind::kPolicyChange;
    } else if (removed) {
      draft.kind = Kind::kRoleRevoked;
      draft.Set(Field::kRole, JoinSet(gone, draft.arena()), gone_origin);
      if (!gone_members.empty()) {
        draft.Set(Field::kTarget, Lower(JoinSet(gone_members, draft.arena()), draft.arena()),
                  gone_member_origin);
      }
    }
    return;
  }
  draft.Set(Field::kRole, JoinSet(roles, draft.arena()), role_origin);
  if (!members.empty()) {
    draft.Set(Field::kTarget, Lower(JoinSet(members, draft.arena()), draft.arena()), member_origin);
  }
}

// The service account a token or key was minted for: from the request or the resource's name.
// Source: REST reference of IAM Service Account Credentials (`name`) and of IAM keys (2026).
void TakeServiceAccount(const Record& record, const Node* payload, Draft& draft) {
  const Node* request = Part(record, payload, "request", "Request");
  const Node* resource_label = record.Find("resource.labels.email_id");
  const auto set = [&](std::string_view account, const Node* origin) {
    if (account.empty() || draft.Has(Field::kServiceAccount)) return;
    account = Lower(account, draft.arena());
    draft.Set(Field::kServiceAccount, account, origin);
    draft.Set(Field::kTarget, account, origin);
  };
  // email_id is an address; names may hold the numeric id instead.
  if (resource_label != nullptr) set(resource_label->text(), resource_label);
  if (const Node* name = ChildAnyCase(record, request, "name")) {
    set(ServiceAccountOf(name->text()), name);
  }
  set(ServiceAccountOf(draft.Text(Field::kObject)), draft.Origin(Field::kObject));
  if (request == nullptr) return;
  if (const Node* scopes = ChildAnyCase(record, request, "scope"); scopes != nullptr) {
    if (const Node* open = record.Open(*scopes)) scopes = open;
    draft.SetFrom(Field::kScopes, scopes, As::kScopes);
  }
  if (const Node* audience = ChildAnyCase(record, request, "audience"); audience != nullptr) {
    draft.SetFrom(Field::kAudience, audience);
  }
  if (const Node* life = ChildAnyCase(record, request, "lifetime"); life != nullptr) {
    // `3600s`, or a message with seconds.
    std::string_view text = life->text();
    if (const Node* seconds = ChildAnyCase(record, life, "seconds")) text = seconds->text();
    if (text.ends_with('s')) text.remove_suffix(1);
    if (IsDigits(text)) draft.Set(Field::kTokenLife, text, life);
  }
}

// The new key's own name is in the answer.
void TakeIssuedKey(const Record& record, const Node* payload, Draft& draft) {
  const Node* response = Part(record, payload, "response", "Response");
  if (const Node* name = ChildAnyCase(record, response, "name")) {
    draft.SetFrom(Field::kIssuedToken, name);
  }
}

// Workspace events that come through Cloud Audit Logs: metadata.event[] of eventName, eventType
// and parameter[]. Source: Google Cloud, "View and manage audit logs for Google Workspace" (2026).
bool TakeWorkspace(const Record& record, const Node* payload, Draft& draft) {
  struct Service {
    std::string_view service;
    std::string_view application;
  };
  constexpr Service kServices[] = {{"admin.googleapis.com", "admin"},
                                   {"login.googleapis.com", "login"},
                                   {"oauth2.googleapis.com", "token"},
                                   {"cloudidentity.googleapis.com", "groups_enterprise"}};
  std::string_view application;
  for (const Service& row : kServices) {
    if (draft.Text(Field::kCategory) == row.service) application = row.application;
  }
  if (application.empty()) return false;
  const Node* metadata = Part(record, payload, "metadata", "Metadata");
  const Node* events = ChildAnyCase(record, metadata, "event");
  const Node* event = nullptr;
  if (const Node* open = events == nullptr ? nullptr : record.Open(*events); open != nullptr) {
    event = open->kind == NodeKind::kArray && open->begin() != open->end() ? open->begin() : open;
  }
  const Node* name = ChildAnyCase(record, event, "eventName");
  const Node* type = ChildAnyCase(record, event, "eventType");
  if (const Node* bag = ChildAnyCase(record, event, "parameter")) {
    TakeGoogleParameters(record, *bag, draft);
  }
  const std::string_view method = LastPart(draft.Text(Field::kOperation), "./");
  ClassifyGoogleEvent(application, name != nullptr ? name->text() : method,
                      type != nullptr ? type->text() : std::string_view(), draft);
  draft.Set(Field::kCategory, application);
  if (name != nullptr) draft.SetFrom(Field::kOperation, name);
  return draft.kind != Kind::kOther || event != nullptr;
}

void Fixup(const Record& record, Draft& draft) {
  const Node* payload = Payload(record);
  // No status, or one without code, is how success is written.
  const std::string_view code = draft.Text(Field::kStatus);
  draft.outcome = code.empty() || code == "0" ? Outcome::kSuccess : Outcome::kFailure;
  draft.Set(Field::kMethod, draft.Text(Field::kOperation), draft.Origin(Field::kOperation));

  const std::string service(draft.Text(Field::kCategory));
  const std::string method(draft.Text(Field::kOperation));
  const Outcome by_status = draft.outcome;
  if (TakeWorkspace(record, payload, draft)) {
    if (by_status == Outcome::kFailure) draft.outcome = by_status;
    return;
  }
  const std::string_view last = LastPart(method, "./");
  if (IsOneOf(last, {"SetIamPolicy", "SetIamPermissions"})) {
    TakeBindings(record, payload, draft);
    return;
  }
  draft.kind = KindOf(service, method);
  if (draft.kind == Kind::kTokenMinted || ContainsIgnoreCase(last, "ServiceAccount")) {
    TakeServiceAccount(record, payload, draft);
  }
  if (draft.kind == Kind::kTokenMinted || draft.kind == Kind::kCredentialChange) {
    TakeIssuedKey(record, payload, draft);
  }
  if (draft.kind == Kind::kRoleChange) {
    const Node* request = Part(record, payload, "request", "Request");
    const Node* role = ChildAnyCase(record, request, "role");
    if (const Node* rights = ChildAnyCase(record, role, "includedPermissions")) {
      draft.SetFrom(Field::kScopes, rights, As::kScopes);
    }
    for (const std::string_view key : {"roleId", "name"}) {
      const Node* name = ChildAnyCase(record, request, key);
      if (name != nullptr && !draft.Has(Field::kRole)) draft.SetFrom(Field::kRole, name);
    }
  }
  if (draft.kind == Kind::kAppChange) {
    const Node* request = Part(record, payload, "request", "Request");
    for (const std::string_view key : {"oauthClientId", "accountId", "workloadIdentityPoolId",
                                       "workloadIdentityPoolProviderId", "workforcePoolId"}) {
      const Node* id = ChildAnyCase(record, request, key);
      if (id != nullptr && !draft.Has(Field::kTarget)) draft.SetFrom(Field::kTarget, id);
    }
    const Node* client = ChildAnyCase(record, request, "oauthClient");
    if (const Node* name = ChildAnyCase(record, client, "displayName")) {
      draft.SetFrom(Field::kAppName, name);
    }
    if (const Node* scopes = ChildAnyCase(record, client, "allowedScopes")) {
      draft.SetFrom(Field::kScopes, scopes, As::kScopes);
    }
    if (const Node* urls = ChildAnyCase(record, client, "allowedRedirectUris")) {
      draft.SetFrom(Field::kReplyUrls, urls, As::kList);
    }
  }
  // A token borrowed by impersonation: the first party of the chain is who asked.
  const Node* authentication = Part(record, payload, "authenticationInfo", "AuthenticationInfo");
  const Node* chain = ChildAnyCase(record, authentication, "serviceAccountDelegationInfo");
  if (const Node* open = chain == nullptr ? nullptr : record.Open(*chain); open != nullptr) {
    for (const Node& link : Children(*open)) {
      const Node* first_party = ChildAnyCase(record, &link, "firstPartyPrincipal");
      const Node* email = ChildAnyCase(record, first_party, "principalEmail");
      if (email == nullptr) email = ChildAnyCase(record, &link, "principalSubject");
      if (email == nullptr) continue;
      draft.SetFrom(Field::kActorApp, email, As::kLower);
      break;
    }
  }
}

}  // namespace

extern constinit const SourceDef kGcpAudit = {
    .name = "gcp_audit",
    .summary = "Google Cloud Audit Logs: admin activity, data access, system events, policy denied",
    .reference = "Google Cloud, Cloud Audit Logs, AuditLog and LogEntry (2026)",
    // Workspace services log here too.
    .sigma = {{{.product = "gcp", .category = {}, .service = "gcp.audit"},
               {.product = "gcp", .category = {}, .service = "google_workspace.admin"},
               {.product = "gcp", .category = {}, .service = "google_workspace.login"},
               {.product = "gcp", .category = {}, .service = "google_workspace.token"}}},
    .claims = kClaims,
    .head = {.time = {"timestamp", "Timestamp", "data.timestamp", "receiveTimestamp",
                      "TimeGenerated", "data.receiveTimestamp"},
             // Unique within a project and time (LogEntry reference); the tenant is the project.
             .key = {"insertId|InsertId|data.insertId", {}, {}, {}},
             .outcome = {}},
    .fields = kFields,
    .split = {},
    .fixup = Fixup,
    .headerless = {},
};

}  // namespace tokentrail::source
