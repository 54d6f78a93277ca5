// Microsoft Defender for Cloud Apps: activities (advanced hunting's CloudAppEvents, also as
// streamed to an event hub; the activity API), most of them with the Microsoft 365 audit record
// inside. Source: Defender advanced hunting, table CloudAppEvents; Defender for Cloud Apps,
// activities API (2026).

#include "base/text.h"
#include "source/map/maps.h"
#include "source/map/unified_audit.h"

namespace tokentrail::source {
namespace {

constexpr Claim kClaims[] = {
    {.keys = {"category", "properties"},
     .test =
         [](const Record& record) {
           return EqualsIgnoreCase(record.Text("category"), "AdvancedHunting-CloudAppEvents");
         }},
    // Device and identity tables have ActionType too; they name a device, and none of them has
    // the activity of a cloud app.
    {.keys = {"ActionType", "Application", "RawEventData"},
     .test =
         [](const Record& record) {
           return !record.Text("Application").empty() && record.Text("DeviceName").empty();
         }},
    {.keys = {"ActionType", "Application", "AccountObjectId", "ActivityType"},
     .test =
         [](const Record& record) {
           return !record.Text("Application").empty() && record.Text("DeviceName").empty();
         }},
    {.keys = {"eventTypeName", "appName", "timestamp"}},
    {.keys = {"eventTypeValue", "appName", "timestamp"}},
    // The activity log page's CSV. Limit: its header row is not documented; these are the page's
    // own column names.
    {.keys = {"Activity type", "App", "IP address"}},
    {.keys = {"Activity", "App", "IP address", "Date"}},
};

constexpr FieldMap kFields[] = {
    {Field::kTenant,
     {"RawEventData.OrganizationId", "properties.RawEventData.OrganizationId", "tenantId",
      "AADTenantId"},
     As::kId},
    {Field::kOperation,
     {"RawEventData.Operation", "properties.RawEventData.Operation", "ActionType",
      "properties.ActionType", "eventTypeName", "eventTypeValue"},
     As::kActivity},
    {Field::kCategory, {"Application", "properties.Application", "appName"}},
    {Field::kCorrelation,
     {"RawEventData.AppAccessContext.CorrelationId", "RawEventData.InterSystemsId",
      "properties.RawEventData.AppAccessContext.CorrelationId",
      "properties.RawEventData.InterSystemsId", "RawEventData.CorrelationId"},
     As::kId},
    {Field::kUser,
     {"RawEventData.UserId", "properties.RawEventData.UserId", "user.userName", "AccountUpn",
      "UserId", "AccountId", "properties.AccountId"},
     As::kLower},
    {Field::kUserId,
     {"RawEventData.AppAccessContext.UserObjectId",
      "properties.RawEventData.AppAccessContext.UserObjectId", "RawEventData.TokenObjectId"},
     As::kId},
    {Field::kUserType,
     {"RawEventData.UserType", "properties.RawEventData.UserType", "AccountType",
      "properties.AccountType"}},
    {Field::kApp,
     {"RawEventData.AppAccessContext.ClientAppId", "RawEventData.ClientAppId",
      "RawEventData.ApplicationId", "properties.RawEventData.AppAccessContext.ClientAppId",
      "properties.RawEventData.ClientAppId", "properties.RawEventData.ApplicationId", "OAuthAppId",
      "properties.OAuthAppId"},
     As::kId},
    {Field::kAppName,
     {"RawEventData.AppAccessContext.ClientAppName", "RawEventData.ApplicationDisplayName",
      "properties.RawEventData.AppAccessContext.ClientAppName",
      "properties.RawEventData.ApplicationDisplayName"}},
    {Field::kResource,
     {"RawEventData.AppAccessContext.APIId", "properties.RawEventData.AppAccessContext.APIId"},
     As::kId},
    {Field::kToken,
     {"RawEventData.AppAccessContext.UniqueTokenId",
      "properties.RawEventData.AppAccessContext.UniqueTokenId"},
     As::kUti},
    {Field::kSession,
     {"RawEventData.AppAccessContext.AADSessionId",
      "properties.RawEventData.AppAccessContext.AADSessionId", "RawEventData.SessionId",
      "properties.RawEventData.SessionId", "RawEventData.DeviceProperties[SessionId]",
      "properties.RawEventData.DeviceProperties[SessionId]"},
     As::kId},
    {Field::kIp,
     {"IPAddress", "properties.IPAddress", "device.clientIP", "RawEventData.ClientIPAddress",
      "RawEventData.ClientIP"},
     As::kIp},
    {Field::kUserAgent,
     {"UserAgent", "properties.UserAgent", "RawEventData.ExtendedProperties[UserAgent]",
      "properties.RawEventData.ExtendedProperties[UserAgent]", "device.userAgent",
      "UserAgent_string"}},
    {Field::kCountry, {"CountryCode", "properties.CountryCode", "device.countryCode"}},
    {Field::kStatus, {"RawEventData.ResultStatus", "properties.RawEventData.ResultStatus"}},
    {Field::kStatusDetail, {"RawEventData.LogonError", "properties.RawEventData.LogonError"}},
    {Field::kMailbox,
     {"RawEventData.MailboxOwnerUPN", "properties.RawEventData.MailboxOwnerUPN"},
     As::kLower},
    {Field::kClientString,
     {"RawEventData.ClientInfoString", "properties.RawEventData.ClientInfoString"}},
    {Field::kObject,
     {"RawEventData.ObjectId", "properties.RawEventData.ObjectId", "ObjectName",
      "properties.ObjectName", "description"}},
    {Field::kUrl, {"RawEventData.SiteUrl", "properties.RawEventData.SiteUrl"}},
};

/// The unified audit record inside, when there is one.
const Node* AuditRecord(const Record& record) {
  for (const std::string_view path :
       {"RawEventData", "properties.RawEventData", "rawData", "properties.rawData"}) {
    const Node* raw = record.Find(path);
    if (raw == nullptr) continue;
    raw = record.Open(*raw);
    if (raw == nullptr || raw->kind != NodeKind::kObject) continue;
    if (record.Child(*raw, "Operation") != nullptr && record.Child(*raw, "Workload") != nullptr) {
      return raw;
    }
  }
  return nullptr;
}

void Fixup(const Record& record, Draft& draft) {
  const Node* raw = AuditRecord(record);
  if (raw != nullptr) {
    DescribeUnifiedAudit(record, *raw, draft);
    return;
  }
  draft.kind = KindOfOperation(draft.Text(Field::kOperation));
  // The account is whoever acted: for an app acting alone its id is an app's.
  for (const std::string_view path : {"AccountObjectId", "properties.AccountObjectId"}) {
    if (const Node* account = record.Find(path)) {
      draft.SetFrom(Field::kUserId, account, As::kId);
      break;
    }
  }
  if (EqualsIgnoreCase(draft.Text(Field::kUserType), "Application")) {
    draft.Derive(Field::kActorAppId, draft.Text(Field::kUserId), Field::kUserId);
    draft.Derive(Field::kActorApp, draft.Text(Field::kUserId), Field::kUserId);
    draft.Clear(Field::kUserId);
  }
}

}  // namespace

extern constinit const SourceDef kDefenderCloudApp = {
    .name = "defender_cloud_app",
    .summary = "Microsoft Defender for Cloud Apps: activities in connected apps",
    .reference = "Defender advanced hunting, table CloudAppEvents",
    // Most events hold the unified audit record.
    .sigma = {{{.product = "m365", .category = {}, .service = "cloudappevents"},
               {.product = "m365", .category = {}, .service = "audit"},
               {.product = "m365", .category = {}, .service = "exchange"},
               {.product = "m365", .category = {}, .service = "threat_management"},
               {.product = "m365", .category = {}, .service = "threat_detection"}}},
    .family = "microsoft",
    .claims = kClaims,
    .head = {.time = {"RawEventData.CreationTime", "properties.RawEventData.CreationTime",
                      "Timestamp", "properties.Timestamp", "timestamp", "time", "TimeGenerated"},
             .key = {"ReportId|properties.ReportId|_id"},
             .outcome = {"RawEventData.ResultStatus", "properties.RawEventData.ResultStatus"}},
    .fields = kFields,
    .split = {},
    .fixup = Fixup,
    .headerless = {},
};

}  // namespace tokentrail::source
