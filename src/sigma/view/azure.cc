// Azure activity (Event Hub, REST and PowerShell shapes, Log Analytics) and Microsoft Graph
// activity.
//
// Sources: Azure Monitor, "Azure activity log event schema", tables AzureActivity and
// MicrosoftGraphActivityLogs (as known 2026-02, not checked live); SigmaHQ/sigma 8eaafff.

#include "sigma/view/derive.h"
#include "sigma/view/views.h"

namespace tokentrail::sigma {
namespace {

/// The provider, where no field has it: operations begin with it, and the last one in a resource's
/// path is that of the resource (a role assignment on a vault has two).
Derived ProviderOf(const Record& /*record*/, std::string_view text) {
  constexpr std::string_view kMark = "/providers/";
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return {};
  if (slash > 0) return {text.substr(0, slash), {}};
  std::string_view provider;
  for (size_t i = 0; i + kMark.size() <= text.size(); ++i) {
    if (!EqualsIgnoreCase(text.substr(i, kMark.size()), kMark)) continue;
    const std::string_view rest = text.substr(i + kMark.size());
    provider = rest.substr(0, rest.find('/'));
  }
  return {provider, {}};
}

constexpr ViewField kActivity[] = {
    {.name = "CategoryValue",
     .paths = {"CategoryValue", "category.value", "eventSource.value", "properties.eventCategory",
               "category"}},
    {.name = "operationName",
     .paths = {"operationName.value", "OperationNameValue", "operationName"}},
    {.name = "OperationNameValue",
     .paths = {"OperationNameValue", "operationName.value", "operationName"}},
    {.name = "properties.message",
     .paths = {"properties.message", "Properties_d.message", "operationName.localizedValue",
               "description"}},
    {.name = "ResourceId",
     .paths = {"resourceId", "resourceUri", "_ResourceId", "authorization.scope",
               "identity.authorization.scope"}},
    {.name = "ResourceProviderValue",
     .paths = {"ResourceProviderValue", "resourceProviderName.value"},
     .derive = ProviderOf,
     .from = {"operationName.value", "OperationNameValue", "operationName", "resourceId",
              "_ResourceId", "resourceUri"}},
    {.name = "Status",
     .paths = {"status.value", "ActivityStatusValue", "resultType", "ActivityStatus"}},
};

constexpr ViewField kGraph[] = {
    {.name = "AppId",
     .paths = {"properties.appId", "appId", "properties.ApplicationId", "ApplicationId"}},
    {.name = "ClientAuthMethod", .paths = {"properties.clientAuthMethod", "clientAuthMethod"}},
    {.name = "IPAddress", .paths = {"properties.ipAddress", "ipAddress", "callerIpAddress"}},
    {.name = "RequestMethod", .paths = {"properties.requestMethod", "requestMethod"}},
    {.name = "RequestUri", .paths = {"properties.requestUri", "requestUri"}},
    {.name = "ResponseStatusCode",
     .paths = {"properties.responseStatusCode", "responseStatusCode", "resultSignature"},
     .number = true},
    {.name = "Roles", .paths = {"properties.roles", "roles"}},
    {.name = "Scopes", .paths = {"properties.scopes", "scopes"}},
    {.name = "ServicePrincipalId",
     .paths = {"properties.servicePrincipalId", "servicePrincipalId"}},
    {.name = "SignInActivityId",
     .paths = {"properties.signInActivityId", "signInActivityId", "properties.UniqueTokenId",
               "UniqueTokenId", "properties.UniqueTokenIdentifier", "UniqueTokenIdentifier"}},
    {.name = "UserAgent", .paths = {"properties.userAgent", "userAgent"}},
    {.name = "UserId",
     .paths = {"properties.userId", "userId", "properties.AccountObjectId", "AccountObjectId"}},
};

}  // namespace

extern constinit const View kAzureActivityView = {
    .product = "azure",
    .category = {},
    .service = "activitylogs",
    .summary = "Azure activity log",
    .reference = "Azure Monitor, Azure activity log event schema; table AzureActivity (2026-02)",
    .fields = kActivity,
};

extern constinit const View kAzureGraphActivityView = {
    .product = "azure",
    .category = {},
    .service = "graphactivitylogs",
    .summary = "Microsoft Graph activity",
    .reference = "Azure Monitor, table MicrosoftGraphActivityLogs (2026-02)",
    .fields = kGraph,
};

}  // namespace tokentrail::sigma
