// Microsoft 365 Unified Audit Log: Entra, Exchange, SharePoint, Teams and the rest in one log.
//
// Shapes: Management Activity API objects; Search-UnifiedAuditLog and Purview exports (AuditData is
// unwrapped before; a row whose AuditData is empty still says who did what when); Graph's
// auditLogRecord; the Log Analytics table OfficeActivity.
// Source: Office 365 Management Activity API schema; Azure Monitor, table OfficeActivity (2026).

#include "base/text.h"
#include "source/map/maps.h"
#include "source/map/unified_audit.h"

namespace tokentrail::source {
namespace {

constexpr Claim kClaims[] = {
    {.keys = {"CreationTime", "Operation", "Workload"}},
    {.keys = {"CreationTime", "Operation", "RecordType"}},
    {.keys = {"OfficeWorkload", "Operation"}},
    // Exports whose AuditData is empty: PowerShell's and the portal's columns.
    {.keys = {"CreationDate", "Operations", "UserIds"}},
    {.keys = {"CreationDate", "Operation", "RecordType"}},
    {.keys = {"auditLogRecordType", "operation"}},
};

constexpr FieldMap kFields[] = {
    {Field::kTenant, {"OrganizationId", "organizationId", "ActorContextId"}, As::kId},
    {Field::kOperation, {"Operation", "Operations", "operation"}, As::kActivity},
    {Field::kCategory, {"Workload", "OfficeWorkload", "service", "RecordType"}},
    {Field::kCorrelation,
     {"AppAccessContext.CorrelationId", "InterSystemsId", "CorrelationId"},
     As::kId},
    {Field::kUser, {"UserId", "UserIds", "userPrincipalName", "userId"}, As::kLower},
    {Field::kUserId, {"AppAccessContext.UserObjectId", "TokenObjectId", "EntraIdUserId"}, As::kId},
    {Field::kUserType, {"UserType", "userType"}},
    {Field::kApp, {"AppAccessContext.ClientAppId", "ClientAppId", "ApplicationId"}, As::kId},
    {Field::kAppName,
     {"AppAccessContext.ClientAppName", "ApplicationDisplayName", "ClientAppName", "AddOnName"}},
    {Field::kResource, {"AppAccessContext.APIId"}, As::kId},
    {Field::kToken, {"AppAccessContext.UniqueTokenId", "UniqueTokenId"}, As::kUti},
    {Field::kSession,
     {"AppAccessContext.AADSessionId", "SessionId", "DeviceProperties[SessionId]", "AADSessionId"},
     As::kId},
    {Field::kIp,
     {"ClientIPAddress", "ClientIP", "ActorIpAddress", "Client_IPAddress", "clientIp"},
     As::kIp},
    {Field::kUserAgent,
     {"ExtendedProperties[UserAgent]", "UserAgent",
      "ExtendedProperties[additionalDetails].User-Agent"}},
    {Field::kDevice, {"AppAccessContext.DeviceId", "DeviceId", "DeviceProperties[Id]"}, As::kId},
    {Field::kStatus, {"ResultStatus"}},
    {Field::kStatusDetail, {"LogonError", "ExtendedProperties[ResultStatusDetail]"}},
    {Field::kMailbox, {"MailboxOwnerUPN"}, As::kLower},
    {Field::kClientString, {"ClientInfoString"}},
    {Field::kObject, {"ObjectId", "OfficeObjectId", "objectId", "Item.Subject"}},
    {Field::kUrl, {"SiteUrl", "Site_Url"}},
};

void Fixup(const Record& record, Draft& draft) {
  DescribeUnifiedAudit(record, record.root(), draft);
}

}  // namespace

extern constinit const SourceDef kM365Audit = {
    .name = "m365_audit",
    .summary = "Microsoft 365 unified audit log: Entra, Exchange, SharePoint, Teams",
    .reference = "Office 365 Management Activity API schema; Azure Monitor, table OfficeActivity",
    .sigma = {{{.product = "m365", .category = {}, .service = "audit"},
               {.product = "m365", .category = {}, .service = "exchange"},
               {.product = "m365", .category = {}, .service = "threat_management"},
               {.product = "m365", .category = {}, .service = "threat_detection"}}},
    .family = "microsoft",
    .claims = kClaims,
    .head = {.time = {"CreationTime", "CreationDate", "createdDateTime", "TimeGenerated"},
             .key = {"Id|OfficeId|SourceRecordId|Identity|RecordId|id"},
             .outcome = {"ResultStatus"}},
    .fields = kFields,
    .split = {},
    .fixup = Fixup,
    .headerless = {},
};

}  // namespace tokentrail::source
