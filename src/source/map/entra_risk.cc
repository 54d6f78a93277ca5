// Microsoft Entra ID Protection: what Microsoft itself found risky about sign-ins, users and apps.
//
// Shapes: diagnostic settings (UserRiskEvents, RiskyUsers, ServicePrincipalRiskEvents,
// RiskyServicePrincipals), Graph (riskDetection, riskyUser, servicePrincipalRiskDetection,
// riskyServicePrincipal), Log Analytics (AADUserRiskEvents, AADRiskyUsers,
// AADServicePrincipalRiskEvents, AADRiskyServicePrincipals).
// Source: Microsoft Graph and Azure Monitor references of those names (2026).

#include "base/text.h"
#include "source/map/maps.h"

namespace tokentrail::source {
namespace {

bool IsRiskCategory(std::string_view text) {
  if (text.size() > 3 && EqualsIgnoreCase(text.substr(0, 3), "AAD")) text.remove_prefix(3);
  for (const std::string_view known :
       {"UserRiskEvents", "RiskyUsers", "ServicePrincipalRiskEvents", "RiskyServicePrincipals"}) {
    if (EqualsIgnoreCase(text, known)) return true;
  }
  return false;
}

constexpr Claim kClaims[] = {
    {.keys = {"category", "properties"},
     .test = [](const Record& record) { return IsRiskCategory(record.Text("category")); }},
    {.keys = {"riskEventType", "detectedDateTime"}},
    {.keys = {"riskLastUpdatedDateTime", "riskState"}},
    {.keys = {"RiskEventType", "DetectedDateTime"}},
    {.keys = {"RiskLastUpdatedDateTime", "RiskState"}},
    {.keys = {"Type"},
     .test = [](const Record& record) { return IsRiskCategory(record.Text("Type")); }},
};

constexpr FieldMap kFields[] = {
    {Field::kTenant, {"AADTenantId", "tenantId"}, As::kId},
    {Field::kOperation,
     {"properties.riskEventType", "properties.riskType", "riskEventType", "RiskEventType",
      "riskType", "RiskType"}},
    {Field::kCorrelation, {"properties.correlationId", "correlationId", "CorrelationId"}, As::kId},
    {Field::kUser,
     {"properties.userPrincipalName", "userPrincipalName", "UserPrincipalName"},
     As::kLower},
    {Field::kUserId, {"properties.userId", "userId", "UserId"}, As::kId},
    {Field::kApp, {"properties.appId", "appId", "AppId"}, As::kId},
    {Field::kAppName,
     {"properties.servicePrincipalDisplayName", "servicePrincipalDisplayName",
      "ServicePrincipalDisplayName"}},
    {Field::kAppObject,
     {"properties.servicePrincipalId", "servicePrincipalId", "ServicePrincipalId"},
     As::kId},
    {Field::kCredential, {"properties.keyIds", "keyIds", "KeyIds"}, As::kList},
    // The sign-in's request id, which its token id spells too.
    {Field::kToken, {"properties.requestId", "requestId", "RequestId"}, As::kId},
    {Field::kIp, {"properties.ipAddress", "ipAddress", "IpAddress", "IPAddress"}, As::kIp},
    {Field::kCountry,
     {"properties.location.countryOrRegion", "location.countryOrRegion",
      "Location.countryOrRegion"}},
    {Field::kUserAgent,
     {"properties.additionalInfo[userAgent]", "additionalInfo[userAgent]",
      "AdditionalInfo[userAgent]"}},
    {Field::kStatus, {"properties.riskState", "riskState", "RiskState"}},
    {Field::kStatusDetail, {"properties.riskLevel", "riskLevel", "RiskLevel"}},
    {Field::kReason, {"properties.riskDetail", "riskDetail", "RiskDetail"}},
};

void Fixup(const Record& record, Draft& draft) {
  draft.kind = Kind::kRisk;
  // The state of a user or app, as opposed to one detection: its id is that of the user or app.
  const bool state = record.Has("properties.riskLastUpdatedDateTime") ||
                     record.Has("riskLastUpdatedDateTime") || record.Has("RiskLastUpdatedDateTime");
  std::string_view category = record.Text("category");
  if (!IsRiskCategory(category)) category = record.Text("Type");
  const bool app =
      ContainsIgnoreCase(category, "ServicePrincipal") ||
      (!draft.Has(Field::kUser) && (draft.Has(Field::kAppObject) || draft.Has(Field::kApp)));
  if (state && !draft.Has(Field::kUserId) && !app) {
    for (const std::string_view path : {"properties.id", "id", "Id"}) {
      const Node* id = record.Find(path);
      if (id == nullptr) continue;
      draft.SetFrom(Field::kUserId, id, As::kId);
      break;
    }
  }
  if (state && !draft.Has(Field::kAppObject) && app) {
    for (const std::string_view path : {"properties.id", "id", "Id"}) {
      const Node* id = record.Find(path);
      if (id == nullptr) continue;
      draft.SetFrom(Field::kAppObject, id, As::kId);
      break;
    }
  }
  if (state) {
    draft.SetIfEmpty(Field::kOperation, app ? "Risky service principal" : "Risky user");
    draft.Set(Field::kCategory, app ? "risky_service_principal" : "risky_user");
  } else {
    draft.SetIfEmpty(Field::kOperation, "Risk detection");
    draft.Set(Field::kCategory, app ? "service_principal_risk" : "user_risk");
  }
  if (app) {
    draft.Set(Field::kUserType, "ServicePrincipal");
    draft.Derive(Field::kActorApp, draft.Text(Field::kAppName), Field::kAppName);
    draft.Derive(Field::kActorAppId, draft.Text(Field::kApp), Field::kApp);
  }
}

}  // namespace

extern constinit const SourceDef kEntraRisk = {
    .name = "entra_risk",
    .summary = "Microsoft Entra ID Protection: risk detections, risky users and apps",
    .reference = "Microsoft Graph, riskDetection and servicePrincipalRiskDetection resource types",
    .sigma = {{{.product = "azure", .category = {}, .service = "riskdetection"}}},
    .family = "microsoft",
    .claims = kClaims,
    .head = {.time = {"properties.activityDateTime", "activityDateTime", "ActivityDateTime",
                      "properties.riskLastUpdatedDateTime", "riskLastUpdatedDateTime",
                      "RiskLastUpdatedDateTime", "time", "TimeGenerated"},
             .key = {"properties.id|id|Id",
                     "properties.riskLastUpdatedDateTime|riskLastUpdatedDateTime|"
                     "RiskLastUpdatedDateTime",
                     "properties.riskState|riskState|RiskState"},
             .outcome = {}},
    .fields = kFields,
    .split = {},
    .fixup = Fixup,
    .headerless = {},
};

}  // namespace tokentrail::source
