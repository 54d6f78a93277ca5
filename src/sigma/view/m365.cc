// Microsoft 365: the unified audit log, whichever way it comes: Management Activity API and its
// exports (bare records), Log Analytics (OfficeActivity, JSON in cells), or inside the events of
// Defender for Cloud Apps (`RawEventData`, `rawData`).
//
// Rules for exchange, threat_management and threat_detection were written for activities as the
// Defender for Cloud Apps connector once listed them (eventSource, eventName, status). The unified
// audit log has the same: alert records (RecordType 40, "SecurityComplianceAlerts") name the alert
// policy in `Name`, and Exchange admin records the cmdlet in `Operation`.
//
// Sources: Office 365 Management Activity API schema, "Common schema", "Exchange Admin schema",
// "Security and Compliance Alerts schema", "Microsoft Defender for Office 365 schema"; Azure
// Monitor, table OfficeActivity; Defender advanced hunting, table CloudAppEvents (as known
// 2026-02, not checked live); SigmaHQ/sigma 8eaafff.

#include "sigma/view/derive.h"
#include "sigma/view/views.h"

// The places where a key of a unified audit record may stand.
#define WITHIN(key)                                                         \
  key, "RawEventData." key, "properties.RawEventData." key, "rawData." key, \
      "properties.rawData." key

namespace tokentrail::sigma {
namespace {

/// `success` for the six spellings that ResultStatus uses (True, Success, Succeeded,
/// PartiallySucceeded, Failed, Failure, False). An alert record tells that the alert was raised.
Derived StatusWord(const Record& record, std::string_view type) {
  const std::string_view status = FirstText(record, {WITHIN("ResultStatus")});
  for (const std::string_view good : {"True", "Success", "Succeeded", "PartiallySucceeded"}) {
    if (EqualsIgnoreCase(status, good)) return {"success", {}};
  }
  if (!status.empty()) return {"failure", {}};
  if (type == "40" || EqualsIgnoreCase(type, "SecurityComplianceAlerts")) return {"success", {}};
  return {};
}

constexpr std::string_view kAuditBags[] = {
    "ExtendedProperties",
    "ModifiedProperties",
    "Parameters",
    "OperationProperties",
    "DeviceProperties",
    "RawEventData.ExtendedProperties",
    "RawEventData.ModifiedProperties",
    "RawEventData.Parameters",
    "RawEventData.OperationProperties",
    "properties.RawEventData.ExtendedProperties",
    "properties.RawEventData.ModifiedProperties",
    "properties.RawEventData.Parameters",
    "properties.RawEventData.OperationProperties",
    "rawData.ExtendedProperties",
    "rawData.ModifiedProperties",
    "rawData.Parameters",
};

constexpr ViewField kAudit[] = {
    {.name = "ApplicationId", .paths = {WITHIN("ApplicationId")}},
    {.name = "ClientAppId", .paths = {WITHIN("ClientAppId")}},
    {.name = "ClientInfoString", .paths = {WITHIN("ClientInfoString")}},
    {.name = "ClientIP",
     .paths = {WITHIN("ClientIP"), WITHIN("ClientIPAddress"), "Client_IPAddress",
               "ActorIpAddress"}},
    {.name = "DeliveryAction", .paths = {WITHIN("DeliveryAction")}},
    {.name = "Directionality", .paths = {WITHIN("Directionality")}},
    {.name = "ObjectId", .paths = {WITHIN("ObjectId"), "OfficeObjectId"}},
    {.name = "Operation", .paths = {WITHIN("Operation"), "Operations"}, .take = Take::kActivity},
    {.name = "OperationProperties", .paths = {WITHIN("OperationProperties")}, .take = Take::kBelow},
    {.name = "Parameters", .paths = {WITHIN("Parameters")}, .take = Take::kParameters},
    {.name = "RecordType", .paths = {WITHIN("RecordType")}},
    {.name = "RequestType", .paths = {WITHIN("ExtendedProperties[RequestType]")}},
    {.name = "ResultStatus", .paths = {WITHIN("ResultStatus")}},
    {.name = "UserAgent", .paths = {WITHIN("UserAgent"), WITHIN("ExtendedProperties[UserAgent]")}},
    {.name = "UserId", .paths = {WITHIN("UserId"), "UserIds"}},
    {.name = "UserKey", .paths = {WITHIN("UserKey")}},
    {.name = "Workload", .paths = {WITHIN("Workload"), "OfficeWorkload"}},
};

// The same words for all three: who wrote the record, what it is about, how it ended.
constexpr ViewField kActivity[] = {
    {.name = "eventName",
     .paths = {WITHIN("Name"), WITHIN("Operation"), "Operations"},
     .take = Take::kActivity},
    {.name = "eventSource", .paths = {WITHIN("Workload"), "OfficeWorkload"}},
    // The cmdlet with what it was told; rules ask for parts of its command line.
    {.name = "Payload",
     .paths = {WITHIN("Parameters"), "Operation", "RawEventData.Operation",
               "properties.RawEventData.Operation", "NonPIIParameters",
               "RawEventData.NonPIIParameters", "properties.RawEventData.NonPIIParameters", "Data"},
     .take = Take::kBelow},
    // Every record has a type.
    {.name = "status", .derive = StatusWord, .from = {WITHIN("RecordType")}},
};

constexpr ViewField kCloudApp[] = {
    {.name = "AccountDisplayName",
     .paths = {"AccountDisplayName", "properties.AccountDisplayName"}},
    {.name = "AccountObjectId", .paths = {"AccountObjectId", "properties.AccountObjectId"}},
    {.name = "ActionType",
     .paths = {"ActionType", "properties.ActionType", "eventTypeName", "eventTypeValue"},
     .take = Take::kActivity},
    {.name = "Application", .paths = {"Application", "properties.Application", "appName"}},
    {.name = "ApplicationId", .paths = {WITHIN("ApplicationId")}},
    {.name = "CountryCode",
     .paths = {"CountryCode", "properties.CountryCode", "device.countryCode"}},
    {.name = "IPAddress", .paths = {"IPAddress", "properties.IPAddress", "device.clientIP"}},
    {.name = "ObjectId", .paths = {WITHIN("ObjectId")}},
    {.name = "Operation", .paths = {WITHIN("Operation")}, .take = Take::kActivity},
    {.name = "Parameters", .paths = {WITHIN("Parameters")}, .take = Take::kParameters},
    {.name = "RequestType", .paths = {WITHIN("ExtendedProperties[RequestType]")}},
    {.name = "ResultStatus", .paths = {WITHIN("ResultStatus")}},
    {.name = "UserAgent", .paths = {"UserAgent", "properties.UserAgent", "device.userAgent"}},
    {.name = "Workload", .paths = {WITHIN("Workload")}},
};

}  // namespace

extern constinit const View kM365AuditView = {
    .product = "m365",
    .category = {},
    .service = "audit",
    .summary = "Microsoft 365 unified audit log",
    .reference = "Office 365 Management Activity API schema (2026-02)",
    .fields = kAudit,
    .bags = kAuditBags,
};

extern constinit const View kM365ExchangeView = {
    .product = "m365",
    .category = {},
    .service = "exchange",
    .summary = "Exchange admin records of the unified audit log",
    .reference = "Office 365 Management Activity API schema, Exchange Admin schema (2026-02)",
    .fields = kActivity,
    .bags = kAuditBags,
};

extern constinit const View kM365ThreatManagementView = {
    .product = "m365",
    .category = {},
    .service = "threat_management",
    .summary = "Alert records of the unified audit log",
    .reference =
        "Office 365 Management Activity API schema, Security and Compliance Alerts (2026-02)",
    .fields = kActivity,
    .bags = kAuditBags,
};

extern constinit const View kM365ThreatDetectionView = {
    .product = "m365",
    .category = {},
    .service = "threat_detection",
    .summary = "Alert records of the unified audit log",
    .reference =
        "Office 365 Management Activity API schema, Security and Compliance Alerts (2026-02)",
    .fields = kActivity,
    .bags = kAuditBags,
};

extern constinit const View kM365CloudAppView = {
    .product = "m365",
    .category = {},
    .service = "cloudappevents",
    .summary = "Activities of Defender for Cloud Apps, by the names of advanced hunting",
    .reference = "Defender advanced hunting, table CloudAppEvents (2026-02)",
    .fields = kCloudApp,
    .bags = kAuditBags,
};

}  // namespace tokentrail::sigma

#undef WITHIN
