// Microsoft Entra ID sign-ins and risk detections: from diagnostic settings, Graph, Log Analytics
// and, of sign-ins, the portal's CSV (column titles). As with the audit log, rules use the wordings
// of Microsoft's guide; the functions below write them where a record says the same in other words.
//
// Sources: Microsoft Graph v1.0 and beta, signIn, riskDetection; Microsoft Learn, "Microsoft Entra
// security operations guide", "Microsoft Entra authentication and authorization error codes",
// "Sign-in log activity details"; Azure Monitor, tables SigninLogs, AADUserRiskEvents (as known
// 2026-02, not checked live); SigmaHQ/sigma 8eaafff.

#include "sigma/view/derive.h"
#include "sigma/view/views.h"

namespace tokentrail::sigma {
namespace {

/// Detections of Defender for Cloud Apps got a prefix after the rules were written.
Derived OlderRiskName(const Record& /*record*/, std::string_view type) {
  if (EqualsIgnoreCase(type, "mcasImpossibleTravel")) return {"impossibleTravel", {}};
  return {};
}

constexpr ViewField kRisk[] = {
    {.name = "riskDetail", .paths = {"properties.riskDetail", "riskDetail"}},
    // Sign-in records carry the detections of their sign-in too.
    {.name = "riskEventType",
     .paths = {"properties.riskEventType", "riskEventType", "properties.riskType", "riskType",
               "properties.riskEventTypes_v2", "riskEventTypes_v2", "properties.riskEventTypes",
               "riskEventTypes"},
     .derive = OlderRiskName},
    {.name = "riskLevel",
     .paths = {"properties.riskLevel", "riskLevel", "properties.riskLevelDuringSignIn",
               "riskLevelDuringSignIn"}},
    {.name = "riskState", .paths = {"properties.riskState", "riskState"}},
    {.name = "userPrincipalName",
     .paths = {"properties.userPrincipalName", "userPrincipalName", "Username"}},
};

/// `Success` or `Failure`, as the portal says. The portal has a third word for sign-ins that wait
/// for a further step, `Interrupted`; those have a code too and count as failures here.
std::string_view SigninStatus(std::string_view code) {
  if (code.empty() || EqualsIgnoreCase(code, "None")) return {};
  return code == "0" ? std::string_view("Success") : std::string_view("Failure");
}

Derived StatusWord(const Record& /*record*/, std::string_view code) {
  return {SigninStatus(code), {}};
}

/// The portal's CSV has `None` for no error.
Derived NoError(const Record& record, std::string_view code) {
  if (!EqualsIgnoreCase(code, "None")) return {};
  if (!EqualsIgnoreCase(Trim(record.Text("Status")), "Success")) return {};
  return {"0", {}};
}

/// Codes and the wordings that rules expect; the log's own sentence has changed over the years.
constexpr Word kErrorWords[] = {
    {"50057", "User account is disabled. The account has been disabled by an administrator."},
    {"50074", "Strong Auth required"},
    {"50097", "Device authentication is required"},
    {"50155", "DeviceAuthenticationFailed"},
    {"50158", "ExternalSecurityChallenge - External security challenge was not satisfied"},
    {"53003", "Blocked by Conditional Access"},
    {"500121", "Authentication failed during strong authentication request"},
};

Derived ErrorWord(const Record& /*record*/, std::string_view code) {
  return {WordOf(kErrorWords, code), SigninStatus(code)};
}

/// `Device Code` and `ROPC`, which no field says in these words; only one of the two fields has it,
/// and not always the same one.
Derived FlowLabel(const Record& /*record*/, std::string_view text) {
  if (ContainsIgnoreCase(text, "deviceCode") || ContainsIgnoreCase(text, "device code")) {
    return {"Device Code", {}};
  }
  if (EqualsIgnoreCase(text, "ropc") ||
      EqualsIgnoreCase(text, "Resource Owner Password Credential")) {
    return {"ROPC", {}};
  }
  return {};
}

/// Kinds of client as the guide lists them. Source: Microsoft Learn, "Sign-in log activity
/// details", client app (2026).
constexpr Word kClients[] = {
    {"Other clients", "Other client"},
    {"Other clients; IMAP", "IMAP"},
    {"Other clients; MAPI", "MAPI"},
    {"Other clients; POP", "POP3"},
    {"Other clients; SMTP", "SMTP"},
    {"Other clients; Older Office clients", "Other client"},
    {"IMAP4", "IMAP"},
    {"POP", "POP3"},
    {"Authenticated SMTP", "SMTP"},
    {"MAPI Over HTTP", "MAPI"},
};

Derived ClientWord(const Record& /*record*/, std::string_view client) {
  return {WordOf(kClients, client), {}};
}

/// The portal's words for it.
constexpr Word kRequirements[] = {
    {"Single-factor authentication", "singleFactorAuthentication"},
    {"Multifactor authentication", "multiFactorAuthentication"},
    {"Multi-factor authentication", "multiFactorAuthentication"},
};

Derived RequirementWord(const Record& /*record*/, std::string_view requirement) {
  return {WordOf(kRequirements, requirement), {}};
}

constexpr std::string_view kSigninBags[] = {
    "properties.authenticationProcessingDetails",
    "authenticationProcessingDetails",
};

constexpr ViewField kSignin[] = {
    {.name = "ActivityDetails", .constant = "Sign-ins"},
    {.name = "appDisplayName",
     .paths = {"properties.appDisplayName", "appDisplayName", "Application"}},
    {.name = "AppId", .paths = {"properties.appId", "appId", "Application ID", "Application ID "}},
    {.name = "AuthenticationProtocol",
     .paths = {"properties.authenticationProtocol", "authenticationProtocol",
               "Authentication Protocol"}},
    {.name = "AuthenticationRequirement",
     .paths = {"properties.authenticationRequirement", "authenticationRequirement",
               "Authentication requirement"},
     .derive = RequirementWord},
    {.name = "callerIpAddress",
     .paths = {"callerIpAddress", "properties.ipAddress", "ipAddress", "IP address"}},
    {.name = "ClientApp",
     .paths = {"properties.clientAppUsed", "clientAppUsed", "Client app"},
     .derive = ClientWord},
    {.name = "ClientAppUsed",
     .paths = {"properties.clientAppUsed", "clientAppUsed", "Client app"},
     .derive = ClientWord},
    {.name = "conditionalAccessStatus",
     .paths = {"properties.conditionalAccessStatus", "conditionalAccessStatus",
               "Conditional Access"}},
    {.name = "DeviceDetail.deviceId",
     .paths = {"properties.deviceDetail.deviceId", "deviceDetail.deviceId", "Device ID"}},
    {.name = "DeviceDetail.isCompliant",
     .paths = {"properties.deviceDetail.isCompliant", "deviceDetail.isCompliant", "Compliant"}},
    {.name = "DeviceDetail.trusttype",
     .paths = {"properties.deviceDetail.trustType", "deviceDetail.trustType", "Join Type"}},
    {.name = "homeTenantId",
     .paths = {"properties.homeTenantId", "homeTenantId", "Home tenant ID"}},
    {.name = "ipAddress",
     .paths = {"properties.ipAddress", "ipAddress", "callerIpAddress", "IP address"}},
    {.name = "location",
     .paths = {"properties.location.countryOrRegion", "location.countryOrRegion",
               "LocationDetails.countryOrRegion", "location"}},
    {.name = "NetworkLocationDetails",
     .paths = {"properties.networkLocationDetails", "networkLocationDetails"},
     .take = Take::kList},
    {.name = "properties.appId",
     .paths = {"properties.appId", "appId", "Application ID", "Application ID "}},
    {.name = "properties.authenticationRequirement",
     .paths = {"properties.authenticationRequirement", "authenticationRequirement",
               "Authentication requirement"},
     .derive = RequirementWord},
    {.name = "properties.deviceDetail.deviceId",
     .paths = {"properties.deviceDetail.deviceId", "deviceDetail.deviceId", "Device ID"}},
    {.name = "properties.message",
     .derive = FlowLabel,
     .from = {"properties.authenticationProtocol", "authenticationProtocol",
              "Authentication Protocol", "properties.originalTransferMethod",
              "originalTransferMethod", "Original transfer method"}},
    {.name = "ResourceDisplayName",
     .paths = {"properties.resourceDisplayName", "resourceDisplayName", "Resource"}},
    {.name = "resourceTenantId",
     .paths = {"properties.resourceTenantId", "resourceTenantId", "Resource tenant ID"}},
    {.name = "ResultDescription",
     .paths = {"properties.status.failureReason", "status.failureReason",
               "properties.status.additionalDetails", "status.additionalDetails",
               "resultDescription", "Failure reason"},
     .derive = ErrorWord,
     .from = {"properties.status.errorCode", "status.errorCode", "resultType",
              "Sign-in error code"}},
    {.name = "resultType",
     .paths = {"properties.status.errorCode", "status.errorCode", "resultType",
               "Sign-in error code"},
     .derive = NoError,
     .number = true},
    {.name = "riskEventType",
     .paths = {"properties.riskEventTypes_v2", "riskEventTypes_v2", "properties.riskEventTypes",
               "riskEventTypes"}},
    {.name = "RiskState", .paths = {"properties.riskState", "riskState"}},
    {.name = "Status",
     .paths = {"properties.status.additionalDetails", "status.additionalDetails",
               "properties.status.failureReason", "status.failureReason",
               "properties.authenticationDetails.authenticationStepResultDetail",
               "authenticationDetails.authenticationStepResultDetail",
               "Multifactor authentication result"},
     .derive = StatusWord,
     .from = {"properties.status.errorCode", "status.errorCode", "resultType",
              "Sign-in error code"}},
    {.name = "userAgent", .paths = {"properties.userAgent", "userAgent", "User agent"}},
    {.name = "Username",
     .paths = {"properties.userPrincipalName", "userPrincipalName", "Username"}},
};

}  // namespace

extern constinit const View kAzureRiskView = {
    .product = "azure",
    .category = {},
    .service = "riskdetection",
    .summary = "Risk detections of Entra ID Protection, also as sign-ins carry them",
    .reference =
        "Microsoft Graph v1.0, riskDetection and signIn; Azure Monitor, table "
        "AADUserRiskEvents (2026-02)",
    .fields = kRisk,
};

extern constinit const View kAzureSigninView = {
    .product = "azure",
    .category = {},
    .service = "signinlogs",
    .summary = "Microsoft Entra ID sign-ins",
    .reference = "Microsoft Graph v1.0 and beta, signIn; Azure Monitor, table SigninLogs (2026-02)",
    .fields = kSignin,
    .bags = kSigninBags,
};

}  // namespace tokentrail::sigma
