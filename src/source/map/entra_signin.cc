// Microsoft Entra ID sign-ins: every token that was issued, or refused.
//
// Four shapes: diagnostic settings ({time, category, properties}), Graph's signIn objects, Log
// Analytics columns (JSON in cells), and the CSV of the portal's download button.
// Source: Microsoft Graph, signIn resource type; Azure Monitor, tables SigninLogs,
// AADNonInteractiveUserSignInLogs, AADServicePrincipalSignInLogs, AADManagedIdentitySignInLogs,
// ADFSSignInLogs (2026).

#include "base/text.h"
#include "source/map/maps.h"

namespace tokentrail::source {
namespace {

bool IsSigninCategory(std::string_view category) {
  constexpr std::string_view kEnd = "SignInLogs";
  return category.size() >= kEnd.size() &&
         EqualsIgnoreCase(category.substr(category.size() - kEnd.size()), kEnd);
}

constexpr Claim kClaims[] = {
    {.keys = {"category", "properties"},
     .test = [](const Record& record) { return IsSigninCategory(record.Text("category")); }},
    // Graph has no category. Risk detections and audits have neither appId nor status together.
    {.keys = {"createdDateTime", "appId", "status"}},
    {.keys = {"createdDateTime", "appId", "ipAddress", "correlationId"},
     .test =
         [](const Record& record) {
           return record.Has("userPrincipalName") || record.Has("servicePrincipalId");
         }},
    {.keys = {"Category", "ResultType"},
     .test = [](const Record& record) { return IsSigninCategory(record.Text("Category")); }},
    {.keys = {"Type"},
     .test = [](const Record& record) { return IsSigninCategory(record.Text("Type")); }},
    {.keys = {"CreatedDateTime", "AppId", "UniqueTokenIdentifier"}},
    {.keys = {"TimeGenerated", "AppDisplayName", "ResultType"}},
    {.keys = {"TimeGenerated", "ServicePrincipalName", "ResultType"}},
    // The portal's CSV.
    {.keys = {"Date (UTC)", "Request ID"}},
};

constexpr FieldMap kFields[] = {
    {Field::kTenant, {"AADTenantId", "tenantId", "properties.tenantId"}, As::kId},
    {Field::kOperation, {"operationName", "OperationName"}, As::kActivity},
    {Field::kCorrelation,
     {"properties.correlationId", "correlationId", "CorrelationId", "Correlation ID"},
     As::kId},
    {Field::kUser,
     {"properties.userPrincipalName", "userPrincipalName", "UserPrincipalName", "Username"},
     As::kLower},
    {Field::kUserId, {"properties.userId", "userId", "UserId", "User ID"}, As::kId},
    {Field::kUserType, {"properties.userType", "userType", "UserType", "User type"}},
    {Field::kApp,
     {"properties.appId", "appId", "AppId", "Application ID", "Application ID "},
     As::kId},
    {Field::kAppName,
     {"properties.appDisplayName", "appDisplayName", "AppDisplayName", "Application"}},
    {Field::kAppObject,
     {"properties.servicePrincipalId", "servicePrincipalId", "ServicePrincipalId",
      "Service principal ID", "properties.appServicePrincipalId", "appServicePrincipalId",
      "AppServicePrincipalId"},
     As::kId},
    {Field::kAppOwner,
     {"properties.appOwnerTenantId", "appOwnerTenantId", "AppOwnerTenantId", "App owner tenant ID"},
     As::kId},
    // Log Analytics keeps ResourceId for the Azure path of the log itself.
    {Field::kResource,
     {"properties.resourceId", "ResourceIdentity", "Resource ID", "Resource ID ", "resourceId"},
     As::kId},
    {Field::kResourceName,
     {"properties.resourceDisplayName", "resourceDisplayName", "ResourceDisplayName", "Resource"}},
    {Field::kToken,
     {"properties.uniqueTokenIdentifier", "uniqueTokenIdentifier", "UniqueTokenIdentifier",
      "Unique token identifier"},
     As::kUti},
    {Field::kSession, {"properties.sessionId", "sessionId", "SessionId", "Session ID"}, As::kId},
    {Field::kCredential,
     {"properties.servicePrincipalCredentialKeyId", "servicePrincipalCredentialKeyId",
      "ServicePrincipalCredentialKeyId", "Credential key ID"},
     As::kId},
    {Field::kIp, {"properties.ipAddress", "ipAddress", "IPAddress", "IP address"}, As::kIp},
    {Field::kUserAgent, {"properties.userAgent", "userAgent", "UserAgent", "User agent"}},
    {Field::kCountry,
     {"properties.location.countryOrRegion", "location.countryOrRegion",
      "LocationDetails.countryOrRegion", "Location"}},
    {Field::kAsn,
     {"properties.autonomousSystemNumber", "autonomousSystemNumber", "AutonomousSystemNumber",
      "Autonomous system number", "Autonomous system  number"},
     As::kNumber},
    {Field::kDevice,
     {"properties.deviceDetail.deviceId", "deviceDetail.deviceId", "DeviceDetail.deviceId",
      "Device ID"},
     As::kId},
    {Field::kStatus,
     {"properties.status.errorCode", "status.errorCode", "ResultType", "Status.errorCode",
      "Sign-in error code", "resultType"}},
    {Field::kStatusDetail,
     {"properties.status.failureReason", "status.failureReason", "ResultDescription",
      "Status.failureReason", "Failure reason", "resultDescription"}},
    {Field::kTokenType,
     {"properties.incomingTokenType", "incomingTokenType", "IncomingTokenType",
      "Incoming token type"}},
    // Which Azure resource a managed identity belongs to.
    {Field::kObject,
     {"properties.managedServiceIdentity.associatedResourceId",
      "managedServiceIdentity.associatedResourceId", "ManagedServiceIdentity.associatedResourceId",
      "ManagedIdentityDetails.associatedResourceId", "Associated Resource Id"}},
    {Field::kClientString,
     {"properties.clientAppUsed", "clientAppUsed", "ClientAppUsed", "Client app"}},
};

const Node* FindFirst(const Record& record, std::initializer_list<std::string_view> paths) {
  for (const std::string_view path : paths) {
    const Node* node = record.Find(path);
    if (node == nullptr || node->kind == NodeKind::kNull) continue;
    if (!node->is_container() && Trim(node->text()).empty()) continue;
    return node;
  }
  return nullptr;
}

bool IsNone(std::string_view text) {
  return text.empty() || EqualsIgnoreCase(text, "none") || EqualsIgnoreCase(text, "hidden") ||
         EqualsIgnoreCase(text, "[]");
}

/// One of four words, the same for every shape of a record.
std::string_view Stream(const Record& record, const Draft& draft) {
  for (const std::string_view path : {"category", "Category", "Type"}) {
    const std::string_view category = record.Text(path);
    if (!IsSigninCategory(category)) continue;
    if (ContainsIgnoreCase(category, "NonInteractive")) return "noninteractive";
    if (ContainsIgnoreCase(category, "ManagedIdentity")) return "managed_identity";
    if (ContainsIgnoreCase(category, "ServicePrincipal")) return "service_principal";
    return "interactive";
  }
  if (const Node* types = FindFirst(record, {"signInEventTypes", "SignInEventTypes"})) {
    const Node* list = record.Open(*types);
    const Node* first = list != nullptr && list->size > 1 ? list->begin() : types;
    if (EqualsIgnoreCase(first->text(), "nonInteractiveUser")) return "noninteractive";
    if (EqualsIgnoreCase(first->text(), "servicePrincipal")) return "service_principal";
    if (EqualsIgnoreCase(first->text(), "managedIdentity")) return "managed_identity";
    if (EqualsIgnoreCase(first->text(), "interactiveUser")) return "interactive";
  }
  if (!draft.Has(Field::kUserId) && draft.Has(Field::kAppObject)) {
    const Node* identity =
        FindFirst(record, {"managedServiceIdentity.msiType", "Managed Identity type"});
    return identity != nullptr && !IsNone(identity->text()) ? "managed_identity"
                                                            : "service_principal";
  }
  const Node* interactive = FindFirst(record, {"isInteractive", "IsInteractive"});
  if (interactive != nullptr && EqualsIgnoreCase(interactive->text(), "false")) {
    return "noninteractive";
  }
  return "interactive";
}

void SetProtocol(const Record& record, Draft& draft) {
  const Node* protocol =
      FindFirst(record, {"properties.authenticationProtocol", "authenticationProtocol",
                         "AuthenticationProtocol", "Authentication Protocol"});
  const Node* transfer =
      FindFirst(record, {"properties.originalTransferMethod", "originalTransferMethod",
                         "OriginalTransferMethod", "Original transfer method"});
  const auto device_code = [](const Node* node) {
    return node != nullptr && (ContainsIgnoreCase(node->text(), "deviceCode") ||
                               ContainsIgnoreCase(node->text(), "device code"));
  };
  // Only one of the two says so, and not always the same one (DETECTIONS 1.1.3).
  if (device_code(protocol)) {
    draft.Set(Field::kProtocol, "deviceCode", protocol);
  } else if (device_code(transfer)) {
    draft.Set(Field::kProtocol, "deviceCode", transfer);
  } else if (transfer != nullptr && !IsNone(transfer->text())) {
    draft.Set(Field::kProtocol, Trim(transfer->text()), transfer);
  } else if (protocol != nullptr && !IsNone(protocol->text())) {
    draft.Set(Field::kProtocol, Trim(protocol->text()), protocol);
  }
}

void SetScopes(const Record& record, Draft& draft) {
  const Node* scopes =
      FindFirst(record, {"properties.authenticationProcessingDetails[Oauth Scope Info]",
                         "authenticationProcessingDetails[Oauth Scope Info]",
                         "AuthenticationProcessingDetails[Oauth Scope Info]"});
  if (scopes == nullptr) return;
  const Node* list = record.Open(*scopes);  // a JSON list in a text
  draft.SetFrom(Field::kScopes, list != nullptr ? list : scopes, As::kScopes);
  draft.SetOrigin(Field::kScopes, scopes);
}

void SetCredential(const Record& record, Draft& draft) {
  if (draft.Has(Field::kCredential)) return;
  const Node* other = FindFirst(
      record,
      {"properties.servicePrincipalCredentialThumbprint", "servicePrincipalCredentialThumbprint",
       "ServicePrincipalCredentialThumbprint", "Credential thumbprint",
       "properties.federatedCredentialId", "federatedCredentialId", "FederatedCredentialId"});
  if (other != nullptr) draft.SetFrom(Field::kCredential, other, As::kId);
}

/// Risk as the vendor saw it at sign-in: its event types, then its level.
void SetRisk(const Record& record, Draft& draft) {
  Arena& arena = draft.arena();
  const Node* types =
      FindFirst(record, {"properties.riskEventTypes_v2", "riskEventTypes_v2", "RiskEventTypes_V2",
                         "properties.riskEventTypes", "riskEventTypes", "RiskEventTypes"});
  std::string_view reason;
  if (types != nullptr) {
    const Node* list = record.Open(*types);
    if (list != nullptr) {
      for (const Node& type : Children(*list)) {
        if (type.is_container() || IsNone(type.text())) continue;
        reason = Concat(arena, {reason, reason.empty() ? "" : " ", type.text()});
      }
    }
  }
  const Node* level = FindFirst(record, {"properties.riskLevelDuringSignIn",
                                         "riskLevelDuringSignIn", "RiskLevelDuringSignIn"});
  if (level != nullptr && !IsNone(level->text())) {
    reason = Concat(arena, {reason, reason.empty() ? "" : " ", "risk=", level->text()});
  }
  if (!reason.empty()) draft.Set(Field::kReason, reason, types != nullptr ? types : level);
}

/// Graph objects don't say whose log they are from. When a sign-in stayed within one tenant, the
/// resource's tenant is it; of a guest's sign-in both tenants keep a record, so nothing is said.
void SetTenant(const Record& record, Draft& draft) {
  if (draft.Has(Field::kTenant)) return;
  const Node* home = FindFirst(
      record, {"homeTenantId", "HomeTenantId", "Home tenant ID", "properties.homeTenantId"});
  const Node* resource = FindFirst(record, {"resourceTenantId", "ResourceTenantId",
                                            "Resource tenant ID", "properties.resourceTenantId"});
  if (resource == nullptr || IsZeroGuid(Trim(resource->text()))) return;
  if (home == nullptr || EqualsIgnoreCase(Trim(home->text()), Trim(resource->text()))) {
    draft.SetFrom(Field::kTenant, resource, As::kId);
  }
}

void Fixup(const Record& record, Draft& draft) {
  draft.kind = Kind::kSignIn;
  draft.SetIfEmpty(Field::kOperation, "Sign-in activity");
  const std::string_view stream = Stream(record, draft);
  draft.Set(Field::kCategory, stream);
  draft.key_part = stream;
  if (IsNone(draft.Text(Field::kTokenType))) draft.Clear(Field::kTokenType);
  // The portal writes `City, State, US`.
  const std::string_view place = draft.Text(Field::kCountry);
  if (const size_t comma = place.rfind(','); comma != std::string_view::npos) {
    draft.Derive(Field::kCountry, Trim(place.substr(comma + 1)), Field::kCountry);
  }
  SetTenant(record, draft);
  SetProtocol(record, draft);
  SetScopes(record, draft);
  SetCredential(record, draft);
  SetRisk(record, draft);
  if (stream == "service_principal" || stream == "managed_identity") {
    draft.Set(Field::kUserType,
              stream == "managed_identity" ? "ManagedIdentity" : "ServicePrincipal");
    draft.SetFrom(Field::kActorApp,
                  FindFirst(record, {"properties.servicePrincipalName", "servicePrincipalName",
                                     "ServicePrincipalName", "Service principal name"}));
    if (!draft.Has(Field::kAppName)) {
      draft.Derive(Field::kAppName, draft.Text(Field::kActorApp), Field::kActorApp);
    }
    draft.Derive(Field::kActorAppId, draft.Text(Field::kApp), Field::kApp);
  }
}

}  // namespace

extern constinit const SourceDef kEntraSignin = {
    .name = "entra_signin",
    .summary = "Microsoft Entra ID sign-ins of users, service principals and managed identities",
    .reference = "Microsoft Graph, signIn resource type; Azure Monitor, table SigninLogs",
    // A sign-in carries the risk detections that were made of it.
    .sigma = {{{.product = "azure", .category = {}, .service = "signinlogs"},
               {.product = "azure", .category = {}, .service = "riskdetection"}}},
    .family = "microsoft",
    .claims = kClaims,
    .head = {.time = {"properties.createdDateTime", "createdDateTime", "CreatedDateTime",
                      "Date (UTC)", "time", "TimeGenerated"},
             .key = {"properties.id|id|Id|Request ID"},
             .outcome = {"properties.status.errorCode", "status.errorCode", "ResultType",
                         "Status.errorCode", "Status", "resultType"}},
    .fields = kFields,
    .split = {},
    .fixup = Fixup,
    .headerless = {},
};

}  // namespace tokentrail::source
