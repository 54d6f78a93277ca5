// Microsoft Graph activity: each request that a token made to Graph, with the token's own id.
//
// Shapes: diagnostic settings (camelCase below `properties`; `c_Sid` and the like in either case),
// Log Analytics (MicrosoftGraphActivityLogs), Defender (GraphApiAuditEvents).
// Source: Azure Monitor, table MicrosoftGraphActivityLogs; Defender advanced hunting, table
// GraphApiAuditEvents (2026).

#include "base/text.h"
#include "source/map/maps.h"

namespace tokentrail::source {
namespace {

constexpr std::string_view kGraph = "00000003-0000-0000-c000-000000000000";

constexpr Claim kClaims[] = {
    {.keys = {"category", "properties"},
     .test =
         [](const Record& record) {
           const std::string_view category = record.Text("category");
           return EqualsIgnoreCase(category, "MicrosoftGraphActivityLogs") ||
                  EqualsIgnoreCase(category, "AdvancedHunting-GraphApiAuditEvents");
         }},
    {.keys = {"RequestUri", "RequestMethod", "RequestId"}},
    {.keys = {"requestUri", "requestMethod", "requestId"}},
    {.keys = {"Type"},
     .test =
         [](const Record& record) {
           return record.Text("Type") == "MicrosoftGraphActivityLogs" ||
                  record.Text("Type") == "GraphApiAuditEvents";
         }},
};

constexpr FieldMap kFields[] = {
    // Log Analytics: TenantId is the workspace.
    {Field::kTenant, {"AadTenantId", "AADTenantId", "tenantId", "properties.tenantId"}, As::kId},
    {Field::kOperation,
     {"properties.requestMethod", "properties.RequestMethod", "RequestMethod", "requestMethod"}},
    {Field::kMethod,
     {"properties.requestMethod", "properties.RequestMethod", "RequestMethod", "requestMethod"}},
    {Field::kUrl, {"properties.requestUri", "properties.RequestUri", "RequestUri", "requestUri"}},
    {Field::kCorrelation,
     {"properties.operationId", "properties.OperationId", "OperationId", "operationId",
      "properties.clientRequestId", "ClientRequestId", "clientRequestId"},
     As::kId},
    {Field::kUserId,
     {"properties.userId", "properties.AccountObjectId", "UserId", "AccountObjectId", "userId",
      "properties.UserPrincipalObjectID", "UserPrincipalObjectID"},
     As::kId},
    {Field::kApp,
     {"properties.appId", "properties.ApplicationId", "AppId", "ApplicationId", "appId"},
     As::kId},
    {Field::kAppObject,
     {"properties.servicePrincipalId", "properties.ServicePrincipalId", "ServicePrincipalId",
      "servicePrincipalId"},
     As::kId},
    {Field::kToken,
     {"properties.signInActivityId", "properties.UniqueTokenId", "properties.UniqueTokenIdentifier",
      "SignInActivityId", "UniqueTokenId", "UniqueTokenIdentifier", "signInActivityId"},
     As::kUti},
    {Field::kSession,
     {"properties.c_Sid", "properties.C_Sid", "properties.C_sid", "properties.sessionId",
      "SessionId", "C_Sid", "c_Sid"},
     As::kId},
    {Field::kDevice,
     {"properties.c_DeviceId", "properties.C_DeviceId", "properties.deviceId", "DeviceId",
      "C_DeviceId", "c_DeviceId"},
     As::kId},
    {Field::kIp,
     {"properties.ipAddress", "properties.IpAddress", "properties.IPAddress", "IPAddress",
      "IpAddress", "ipAddress", "callerIpAddress"},
     As::kIp},
    {Field::kUserAgent, {"properties.userAgent", "UserAgent", "userAgent"}},
    {Field::kScopes, {"properties.scopes", "properties.Scopes", "Scopes", "scopes"}, As::kScopes},
    {Field::kRole, {"properties.roles", "properties.Roles", "Roles", "roles"}, As::kScopes},
    {Field::kRoleId, {"properties.wids", "Wids", "wids"}, As::kScopes},
    {Field::kStatus,
     {"properties.responseStatusCode", "properties.ResponseStatusCode", "ResponseStatusCode",
      "responseStatusCode", "resultSignature"}},
    {Field::kBytes,
     {"properties.responseSizeBytes", "properties.ResponseSize", "ResponseSizeBytes",
      "ResponseSize", "responseSizeBytes"},
     As::kNumber},
};

void Fixup(const Record& record, Draft& draft) {
  draft.kind = Kind::kApiCall;
  draft.Set(Field::kCategory, "graph");
  draft.Set(Field::kResource, kGraph);
  draft.Set(Field::kResourceName, "Microsoft Graph");
  const bool app_only = !draft.Has(Field::kUserId) && draft.Has(Field::kAppObject);
  draft.Set(Field::kUserType, app_only ? "ServicePrincipal" : "User");
  if (app_only) {
    draft.Derive(Field::kActorApp, draft.Text(Field::kApp), Field::kApp);
    draft.Derive(Field::kActorAppId, draft.Text(Field::kApp), Field::kApp);
  }
  // How the client proved itself. Source: table reference, column ClientAuthMethod.
  for (const std::string_view path :
       {"properties.clientAuthMethod", "ClientAuthMethod", "clientAuthMethod"}) {
    const Node* method = record.Find(path);
    if (method == nullptr) continue;
    const std::string_view text = Trim(method->text());
    if (text == "0") draft.Set(Field::kTokenType, "public_client", method);
    if (text == "1") draft.Set(Field::kTokenType, "client_secret", method);
    if (text == "2") draft.Set(Field::kTokenType, "client_certificate", method);
    break;
  }
}

}  // namespace

extern constinit const SourceDef kGraphActivity = {
    .name = "graph_activity",
    .summary = "Microsoft Graph activity: every request made with a token",
    .reference = "Azure Monitor, table MicrosoftGraphActivityLogs",
    .sigma = {{{.product = "azure", .category = {}, .service = "graphactivitylogs"}}},
    .family = "microsoft",
    .claims = kClaims,
    .head = {.time = {"properties.timeGenerated", "properties.Timestamp", "time", "TimeGenerated",
                      "Timestamp", "timeGenerated"},
             .key = {"properties.requestId|properties.RequestId|RequestId|requestId"},
             .outcome = {"properties.responseStatusCode", "properties.ResponseStatusCode",
                         "ResponseStatusCode", "responseStatusCode", "resultSignature"}},
    .fields = kFields,
    .split = {},
    .fixup = Fixup,
    .headerless = {},
};

}  // namespace tokentrail::source
