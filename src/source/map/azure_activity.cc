// Azure activity: management of subscriptions and resources through Azure Resource Manager.
//
// Shapes: diagnostic settings and Event Hub ({time, resourceId, operationName, identity{claims}}),
// the REST API's and the portal's ({eventTimestamp, operationName{value}, claims}), PowerShell's
// (the same in PascalCase), Log Analytics (OperationNameValue, Claims as text).
// Source: Azure Monitor, "Azure activity log event schema"; table AzureActivity (2026).

#include "base/text.h"
#include "source/map/maps.h"

namespace tokentrail::source {
namespace {

bool IsActivityCategory(std::string_view category) {
  for (const std::string_view known :
       {"Administrative", "Security", "ServiceHealth", "Alert", "Recommendation", "Policy",
        "Autoscale", "ResourceHealth", "Write", "Delete", "Action"}) {
    if (EqualsIgnoreCase(category, known)) return true;
  }
  return false;
}

constexpr Claim kClaims[] = {
    {.keys = {"eventTimestamp", "operationName", "subscriptionId"}},
    {.keys = {"eventTimestamp", "operationName", "eventDataId"}},
    {.keys = {"EventTimestamp", "OperationName", "SubscriptionId"}},
    {.keys = {"operationName", "resourceId", "category", "time"},
     .test =
         [](const Record& record) {
           return IsActivityCategory(record.Text("category")) &&
                  record.Text("operationName").find('/') != std::string_view::npos;
         }},
    {.keys = {"OperationNameValue", "TimeGenerated"}},
};

constexpr FieldMap kFields[] = {
    {Field::kTenant, {"tenantId", "AADTenantId"}, As::kId},
    {Field::kOperation,
     {"operationName.value", "OperationNameValue", "OperationName.Value", "operationName",
      "OperationName"},
     As::kActivity},
    {Field::kCategory,
     {"category.value", "eventSource.value", "CategoryValue", "Category.Value",
      "properties.eventCategory", "category", "Category"}},
    {Field::kCorrelation, {"correlationId", "CorrelationId"}, As::kId},
    {Field::kUser, {"caller", "Caller"}, As::kLower},
    {Field::kIp,
     {"httpRequest.clientIpAddress", "callerIpAddress", "CallerIpAddress",
      "HTTPRequest.clientIpAddress", "HttpRequest.ClientIpAddress"},
     As::kIp},
    {Field::kMethod, {"httpRequest.method", "HTTPRequest.method", "HttpRequest.Method"}},
    {Field::kUrl, {"httpRequest.uri", "HTTPRequest.uri"}},
    {Field::kTarget,
     {"resourceId", "resourceUri", "_ResourceId", "ResourceId", "authorization.scope",
      "identity.authorization.scope"}},
    {Field::kTargetType,
     {"resourceProviderName.value", "ResourceProviderValue", "ResourceProviderName.Value",
      "resourceType.value"}},
    {Field::kStatus,
     {"status.value", "ActivityStatusValue", "Status.Value", "resultType", "ActivityStatus"}},
    {Field::kStatusDetail,
     {"subStatus.value", "ActivitySubstatusValue", "SubStatus.Value", "resultSignature"}},
};

constexpr std::string_view kRoleDefinitions = "/roledefinitions/";

/// The GUID behind the last slash of an Azure path.
std::string_view LastGuid(std::string_view path) {
  const size_t slash = path.rfind('/');
  const std::string_view last = slash == std::string_view::npos ? path : path.substr(slash + 1);
  return IsGuid(last) ? last : std::string_view();
}

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && EqualsIgnoreCase(text.substr(text.size() - end.size()), end);
}

Kind KindOf(std::string_view operation) {
  if (EndsWith(operation, "/roleAssignments/write")) return Kind::kRoleAssignment;
  if (EndsWith(operation, "/roleEligibilityScheduleRequests/write") ||
      EndsWith(operation, "/roleAssignmentScheduleRequests/write") ||
      EndsWith(operation, "/elevateAccess/action")) {
    return Kind::kRoleAssignment;
  }
  if (EndsWith(operation, "/roleAssignments/delete") ||
      EndsWith(operation, "/roleEligibilitySchedules/delete")) {
    return Kind::kRoleRevoked;
  }
  if (ContainsIgnoreCase(operation, "/roleDefinitions/")) return Kind::kRoleChange;
  if (EndsWith(operation, "/regenerateKey/action")) return Kind::kCredentialChange;
  if (ContainsIgnoreCase(operation, "/federatedIdentityCredentials/")) {
    return Kind::kCredentialChange;
  }
  if (ContainsIgnoreCase(operation, "/diagnosticSettings/") ||
      ContainsIgnoreCase(operation, "/policyAssignments/") ||
      ContainsIgnoreCase(operation, "/policyDefinitions/") ||
      ContainsIgnoreCase(operation, "/policyExemptions/") ||
      ContainsIgnoreCase(operation, "/roleManagementPolicies/") ||
      ContainsIgnoreCase(operation, "/accessPolicies/") ||
      ContainsIgnoreCase(operation, "/locks/") ||
      ContainsIgnoreCase(operation, "/securityContacts/")) {
    return Kind::kPolicyChange;
  }
  return Kind::kApiCall;
}

const Node* FindFirst(const Record& record, std::initializer_list<std::string_view> paths) {
  for (const std::string_view path : paths) {
    const Node* node = record.Find(path);
    if (node == nullptr || node->kind == NodeKind::kNull) continue;
    if (!node->is_container() && node->text_size == 0) continue;
    return node;
  }
  return nullptr;
}

/// The caller's token, as its claims tell. Claim names are often URLs, so no path can name them.
void DescribeClaims(const Record& record, Draft& draft) {
  const Node* found = FindFirst(record, {"claims", "identity.claims", "Claims", "Claims_d"});
  const Node* claims = found == nullptr ? nullptr : record.Open(*found);
  if (claims == nullptr || claims->kind != NodeKind::kObject) return;
  // PowerShell wraps them once more.
  if (const Node* content = record.Child(*claims, "Content")) {
    if (const Node* opened = record.Open(*content)) claims = opened;
  }
  const auto claim = [&](std::string_view name) { return record.Child(*claims, name); };
  draft.SetFrom(Field::kApp, claim("appid"), As::kId);
  draft.SetFrom(Field::kToken, claim("uti"), As::kUti);
  draft.SetFrom(Field::kSession, claim("sid"), As::kId);
  draft.SetFrom(Field::kUserId,
                claim("http://schemas.microsoft.com/identity/claims/objectidentifier"), As::kId);
  draft.SetFrom(Field::kScopes, claim("http://schemas.microsoft.com/identity/claims/scope"),
                As::kScopes);
  draft.SetFrom(Field::kResourceName, claim("aud"));
  draft.SetFrom(Field::kDevice, claim("deviceid"), As::kId);
  if (!draft.Has(Field::kTenant)) {
    draft.SetFrom(Field::kTenant, claim("http://schemas.microsoft.com/identity/claims/tenantid"),
                  As::kId);
  }
  if (!draft.Has(Field::kIp)) draft.SetFrom(Field::kIp, claim("ipaddr"), As::kIp);
  const Node* type = claim("idtyp");
  const std::string_view user = draft.Text(Field::kUser);
  const bool app = (type != nullptr && EqualsIgnoreCase(type->text(), "app")) ||
                   (IsGuid(user) && claim("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
                                          "upn") == nullptr);
  if (app) {  // the caller is the object id of a service principal or managed identity
    draft.Set(Field::kUserType, "ServicePrincipal");
    draft.Derive(Field::kAppObject, draft.Text(Field::kUserId), Field::kUserId);
    draft.Derive(Field::kActorAppId, draft.Text(Field::kApp), Field::kApp);
    draft.Derive(Field::kActorApp, draft.Text(Field::kApp), Field::kApp);
    draft.Clear(Field::kUser);
    draft.Clear(Field::kUserId);
  }
}

/// Who gets which role, from the request's body.
void DescribeRole(const Record& record, Draft& draft) {
  const Node* role = FindFirst(record, {"properties.requestbody.Properties.RoleDefinitionId",
                                        "properties.requestbody.properties.roleDefinitionId",
                                        "Properties.requestbody.Properties.RoleDefinitionId",
                                        "Properties.requestbody.properties.roleDefinitionId",
                                        "Properties_d.requestbody.Properties.RoleDefinitionId",
                                        "Properties_d.requestbody.properties.roleDefinitionId"});
  const Node* whom = FindFirst(record, {"properties.requestbody.Properties.PrincipalId",
                                        "properties.requestbody.properties.principalId",
                                        "Properties.requestbody.Properties.PrincipalId",
                                        "Properties.requestbody.properties.principalId",
                                        "Properties_d.requestbody.Properties.PrincipalId",
                                        "Properties_d.requestbody.properties.principalId"});
  const Node* type = FindFirst(record, {"properties.requestbody.Properties.PrincipalType",
                                        "properties.requestbody.properties.principalType",
                                        "Properties.requestbody.Properties.PrincipalType",
                                        "Properties.requestbody.properties.principalType"});
  if (role != nullptr) {
    const std::string_view id = LastGuid(Trim(role->text()));
    if (!id.empty()) draft.Set(Field::kRoleId, Lower(id, draft.arena()), role);
  }
  if (whom != nullptr) {
    draft.Derive(Field::kObject, draft.Text(Field::kTarget), Field::kTarget);  // the scope
    draft.SetFrom(Field::kTarget, whom, As::kId);
    draft.Clear(Field::kTargetType);
    if (type != nullptr) draft.SetFrom(Field::kTargetType, type);
  }
}

void Fixup(const Record& record, Draft& draft) {
  draft.kind = KindOf(draft.Text(Field::kOperation));
  DescribeClaims(record, draft);
  if (draft.kind == Kind::kRoleAssignment) DescribeRole(record, draft);
  if (draft.kind == Kind::kRoleChange) {
    const std::string_view target = draft.Text(Field::kTarget);
    if (ContainsIgnoreCase(target, kRoleDefinitions)) {
      draft.Derive(Field::kRoleId, Lower(LastGuid(target), draft.arena()), Field::kTarget);
    }
  }
  // A request is logged when it begins and when it ends; the beginning has not succeeded yet.
  for (const std::string_view begun : {"Started", "Start", "Accepted", "Accept", "Active"}) {
    if (EqualsIgnoreCase(draft.Text(Field::kStatus), begun)) draft.outcome = Outcome::kUnknown;
  }
}

}  // namespace

extern constinit const SourceDef kAzureActivity = {
    .name = "azure_activity",
    .summary = "Azure activity log: management of Azure resources",
    .reference = "Azure Monitor, Azure activity log event schema",
    .sigma = {{{.product = "azure", .category = {}, .service = "activitylogs"}}},
    .family = "microsoft",
    .claims = kClaims,
    .head = {.time = {"eventTimestamp", "EventTimestamp", "time", "TimeGenerated"},
             .key = {"eventDataId|EventDataId|properties.eventDataId"},
             .outcome = {"status.value", "ActivityStatusValue", "Status.Value", "resultType",
                         "ActivityStatus"}},
    .fields = kFields,
    .split = {},
    .fixup = Fixup,
    .headerless = {},
};

}  // namespace tokentrail::source
