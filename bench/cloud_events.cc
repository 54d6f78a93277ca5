#include "bench/cloud_events.h"

#include <algorithm>
#include <span>

#include "base/check.h"
#include "bench/evidence.h"
#include "source/json.h"

namespace tokentrail::bench {
namespace {

// Azure activity log in diagnostic settings: level, identity with claims, properties; names as
// known 2026-02, not checked live.
constexpr std::string_view kAzureActivity =
    R"~({"time":"%!time%","resourceId":"/SUBSCRIPTIONS/%guid_a%/RESOURCEGROUPS/RG-%namespace%/PROVIDERS/MICROSOFT.COMPUTE/VIRTUALMACHINES/%pod%",
    "operationName":"MICROSOFT.COMPUTE/VIRTUALMACHINES/START/ACTION","category":"Administrative","resultType":"Success","resultSignature":"Succeeded.","durationMs":"143",
    "callerIpAddress":"%ip%","correlationId":"%!guid2%","identity":{"authorization":{"scope":"/subscriptions/%guid_a%/resourceGroups/rg-%namespace%",
    "action":"MICROSOFT.COMPUTE/VIRTUALMACHINES/START/ACTION","evidence":{"role":"Contributor","roleAssignmentScope":"/subscriptions/%guid_a%","roleAssignmentId":"%guid_b%",
    "roleDefinitionId":"%guid_c%","principalId":"%user_id%","principalType":"User"}},"claims":{"aud":"https://management.azure.com/","iss":"https://sts.example/%tenant%/",
    "iat":"1772410000","nbf":"1772410000","exp":"1772414000","http://schemas.microsoft.com/claims/authnclassreference":"1","aio":"AVQAq/8Z0000%guid_a%",
    "http://schemas.microsoft.com/claims/authnmethodsreferences":"pwd,mfa","appid":"%app_id%","appidacr":"0","groups":"%guid_b%","ipaddr":"%ip%","name":"%name%",
    "http://schemas.microsoft.com/identity/claims/objectidentifier":"%user_id%","puid":"10032000%small%","http://schemas.microsoft.com/identity/claims/scope":"user_impersonation",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier":"%guid_c%","http://schemas.microsoft.com/identity/claims/tenantid":"%tenant%",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn":"%mail%","uti":"%!uti%","ver":"1.0","xms_tcdt":"1500000000"}},"level":"Information",
    "properties":{"statusCode":"OK","serviceRequestId":"%guid_c%","eventCategory":"Administrative","entity":"/subscriptions/%guid_a%/resourceGroups/rg-%namespace%",
    "message":"MICROSOFT.COMPUTE/VIRTUALMACHINES/START/ACTION","hierarchy":"%tenant%/%guid_a%"},"tenantId":"%tenant%"})~";

// Microsoft Graph's signIn resource for managed identities, as diagnostic settings write it.
constexpr std::string_view kManagedIdentity =
    R"~({"time":"%!time%","resourceId":"/tenants/%tenant%/providers/Microsoft.aadiam","operationName":"Sign-in activity","operationVersion":"1.0",
    "category":"ManagedIdentitySignInLogs","tenantId":"%tenant%","resultType":"0","resultSignature":"None","durationMs":0,"correlationId":"%!guid2%","Level":4,"location":"",
    "properties":{"id":"%!guid%","createdDateTime":"%!time%","appId":"%app_id%","servicePrincipalId":"%app_object%","servicePrincipalName":"%app_name%","ipAddress":"",
    "status":{"errorCode":0},"location":{"city":"","state":"","countryOrRegion":"","geoCoordinates":{}},"resourceDisplayName":"Azure Key Vault",
    "resourceId":"cfa8b339-82a2-471a-a3c9-0fc0be7a4093","resourceServicePrincipalId":"%guid_b%","servicePrincipalCredentialKeyId":"%guid_c%","servicePrincipalCredentialThumbprint":"",
    "uniqueTokenIdentifier":"%!uti%","correlationId":"%!guid2%","isInteractive":false,"riskDetail":"none","riskLevelAggregated":"none","riskLevelDuringSignIn":"none","riskState":"none",
    "conditionalAccessStatus":"notApplied","appliedConditionalAccessPolicies":[],"authenticationProcessingDetails":[],"networkLocationDetails":[],"federatedCredentialId":""}})~";

// Microsoft Graph's riskDetection resource, as diagnostic settings write it.
constexpr std::string_view kRisk =
    R"~({"time":"%!time%","resourceId":"/tenants/%tenant%/providers/microsoft.aadiam","operationName":"User Risk Detection","operationVersion":"1.0","category":"UserRiskEvents",
    "tenantId":"%tenant%","resultSignature":"None","durationMs":0,"callerIpAddress":"%ip%","correlationId":"%!guid2%","identity":"%name%","Level":4,"location":"%country%",
    "properties":{"id":"%!hex%","requestId":"%!guid%","correlationId":"%!guid2%","riskType":"unfamiliarFeatures","riskEventType":"unfamiliarFeatures","riskState":"atRisk","riskLevel":"low",
    "riskDetail":"none","source":"IdentityProtection","detectionTimingType":"realtime","activity":"signin","ipAddress":"%ip%","location":{"city":"%city%","state":"","countryOrRegion":"%country%",
    "geoCoordinates":{"altitude":0,"latitude":55.6,"longitude":13.0}},"activityDateTime":"%!time%","detectedDateTime":"%!time%","lastUpdatedDateTime":"%!time%","userId":"%user_id%",
    "userDisplayName":"%name%","userPrincipalName":"%mail%","additionalInfo":"[{\"Key\":\"userAgent\",\"Value\":\"%agent%\"}]","tokenIssuerType":"AzureAD"}})~";

// Office 365 Management Activity API, Entra's base schema.
constexpr std::string_view kLogon =
    R"~({"CreationTime":"%!time%","Id":"%!guid%","Operation":"UserLoggedIn","OrganizationId":"%tenant%","RecordType":15,"ResultStatus":"Success","UserKey":"%user_id%","UserType":0,
    "Version":1,"Workload":"AzureActiveDirectory","ClientIP":"%ip%","ObjectId":"00000003-0000-0000-c000-000000000000","UserId":"%mail%","AzureActiveDirectoryEventType":1,
    "ExtendedProperties":[{"Name":"ResultStatusDetail","Value":"Redirect"},{"Name":"UserAgent","Value":"%agent%"},{"Name":"RequestType","Value":"OAuth2:Authorize"}],
    "ModifiedProperties":[],"Actor":[{"ID":"%user_id%","Type":0},{"ID":"%mail%","Type":5}],"ActorContextId":"%tenant%","ActorIpAddress":"%ip%","InterSystemsId":"%guid_a%",
    "IntraSystemId":"%!guid2%","SupportTicketId":"","Target":[{"ID":"00000003-0000-0000-c000-000000000000","Type":0}],"TargetContextId":"%tenant%","ApplicationId":"%app_id%",
    "DeviceProperties":[{"Name":"Id","Value":"%device%"},{"Name":"DisplayName","Value":"PC-%login%"},{"Name":"OS","Value":"Windows10"},{"Name":"BrowserType","Value":"Edge"},
    {"Name":"IsCompliant","Value":"True"},{"Name":"IsCompliantAndManaged","Value":"True"},{"Name":"TrustType","Value":"1"},{"Name":"SessionId","Value":"%device%"}],"ErrorNumber":"0"})~";

// Exchange's admin schema: cmdlets with their parameters.
constexpr std::string_view kCmdlet =
    R"~({"CreationTime":"%!time%","Id":"%!guid%","Operation":"Set-CASMailbox","OrganizationId":"%tenant%","RecordType":1,"ResultStatus":"True","UserKey":"NT AUTHORITY\\SYSTEM (Microsoft.Exchange.AdminApi.NetCore)",
    "UserType":3,"Version":1,"Workload":"Exchange","ClientIP":"%ip%:51234","ObjectId":"EURPR01A001.PROD.OUTLOOK.COM/Microsoft Exchange Hosted Organizations/contoso.example/%guid_a%","UserId":"%mail%",
    "AppId":"%app_id%","AppPoolName":"MSExchangeAdminApiNetCore","CorrelationID":"%!guid2%","ExternalAccess":false,"OrganizationName":"contoso.example","OriginatingServer":"EXCH0001 (15.20.8511.017)",
    "Parameters":[{"Name":"Identity","Value":"%other_mail%"},{"Name":"ActiveSyncEnabled","Value":"True"},{"Name":"Force","Value":"False"}],"RequestId":"%guid_b%","SessionId":"%device%","TokenObjectId":"%user_id%"})~";

// Google Cloud, LogEntry with AuditLog; names as known 2026-02, not checked live.
constexpr std::string_view kGcp =
    R"~({"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","status":{},"authenticationInfo":{"principalEmail":"%login%@contoso-%namespace%.iam.gserviceaccount.example",
    "serviceAccountKeyName":"//iam.googleapis.com/projects/contoso-%namespace%/serviceAccounts/%login%/keys/%guid_a%","principalSubject":"serviceAccount:%login%@contoso-%namespace%.iam.gserviceaccount.example"},
    "requestMetadata":{"callerIp":"%ip%","callerSuppliedUserAgent":"google-cloud-sdk gcloud/513.0.0 command/gcloud.storage.cp invocation-id/%guid_b%,gzip(gfe)","requestAttributes":{"time":"%!micros%","auth":{}},"destinationAttributes":{}},
    "serviceName":"storage.googleapis.com","methodName":"storage.objects.get","authorizationInfo":[{"resource":"projects/_/buckets/contoso-%namespace%/objects/%pod%.parquet","permission":"storage.objects.get","granted":true,"resourceAttributes":{},"permissionType":"DATA_READ"}],
    "resourceName":"projects/_/buckets/contoso-%namespace%/objects/%pod%.parquet","resourceLocation":{"currentLocations":["europe-north1"]}},"insertId":"%!hex%",
    "resource":{"type":"gcs_bucket","labels":{"project_id":"contoso-%namespace%","bucket_name":"contoso-%namespace%","location":"europe-north1"}},"timestamp":"%!micros%","severity":"INFO",
    "logName":"projects/contoso-%namespace%/logs/cloudaudit.googleapis.com/data_access","receiveTimestamp":"%!micros%"})~";

// audit.k8s.io/v1 at level Metadata: what most clusters keep of most requests.
constexpr std::string_view kKubernetesMetadata =
    R"~({"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"%!guid%","stage":"ResponseComplete",
    "requestURI":"/apis/coordination.k8s.io/v1/namespaces/%namespace%/leases/%pod%?timeout=5s","verb":"update","user":{"username":"system:serviceaccount:%namespace%:controller","uid":"%guid_a%",
    "groups":["system:serviceaccounts","system:serviceaccounts:%namespace%","system:authenticated"],"extra":{"authentication.kubernetes.io/credential-id":["JTI=%guid_b%"],
    "authentication.kubernetes.io/node-name":["node-%small%"],"authentication.kubernetes.io/node-uid":["%guid_c%"],"authentication.kubernetes.io/pod-name":["%pod%"],"authentication.kubernetes.io/pod-uid":["%guid_c%"]}},
    "sourceIPs":["10.0.4.17"],"userAgent":"controller/v0.0.0 (linux/amd64) kubernetes/$Format/leader-election","objectRef":{"resource":"leases","namespace":"%namespace%","name":"%pod%","uid":"%guid_a%",
    "apiGroup":"coordination.k8s.io","apiVersion":"v1","resourceVersion":"811%small%"},"responseStatus":{"metadata":{},"code":200},"requestReceivedTimestamp":"%!micros%","stageTimestamp":"%!micros%",
    "annotations":{"authorization.k8s.io/decision":"allow","authorization.k8s.io/reason":"RBAC: allowed by RoleBinding \"controller/%namespace%\" of Role \"controller\" to ServiceAccount \"controller/%namespace%\""}})~";

// The same of a node's own agent, whose credential is a certificate: no extras.
constexpr std::string_view kKubelet =
    R"~({"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"%!guid%","stage":"ResponseComplete",
    "requestURI":"/api/v1/nodes/node-%small%/status?timeout=10s","verb":"patch","user":{"username":"system:node:node-%small%","groups":["system:nodes","system:authenticated"],
    "extra":{"authentication.kubernetes.io/credential-id":["X509SHA256=%guid_a%"]}},"sourceIPs":["10.0.1.8"],"userAgent":"kubelet/v1.31.2 (linux/amd64) kubernetes/5864a46",
    "objectRef":{"resource":"nodes","name":"node-%small%","apiVersion":"v1","subresource":"status"},"responseStatus":{"metadata":{},"code":200},
    "requestReceivedTimestamp":"%!micros%","stageTimestamp":"%!micros%","annotations":{"authorization.k8s.io/decision":"allow","authorization.k8s.io/reason":""}})~";

// Okta, System Log API: a service app gets a token; names as known 2026-02, not checked live.
constexpr std::string_view kOktaToken =
    R"~({"actor":{"id":"0oa%small%abcdef","type":"PublicClientApp","alternateId":"0oa%small%abcdef","displayName":"%app_name%","detailEntry":null},
    "client":{"userAgent":{"rawUserAgent":"okta-sdk-java/20.0.0 java/21","os":"Unknown","browser":"UNKNOWN"},"zone":"null","device":"Unknown","id":"0oa%small%abcdef","ipAddress":"%ip%","geographicalContext":null},
    "device":null,"authenticationContext":{"authenticationProvider":null,"credentialProvider":null,"credentialType":null,"issuer":null,"interface":null,"authenticationStep":0,"rootSessionId":null,"externalSessionId":"trs%guid_a%"},
    "displayMessage":"OAuth2 access token is granted","eventType":"app.oauth2.as.token.grant.access_token","outcome":{"result":"SUCCESS","reason":null},"published":"%!micros%",
    "securityContext":{"asNumber":null,"asOrg":null,"isp":null,"domain":null,"isProxy":null},"severity":"INFO","debugContext":{"debugData":{"clientAuthType":"private_key_jwt","grantedScopes":"okta.users.read",
    "requestId":"%guid_b%","responseTime":"412","dtHash":"%!hex%","clientSecret":"undefined","requestUri":"/oauth2/v1/token","url":"/oauth2/v1/token?","grantType":"client_credentials"}},
    "legacyEventType":"app.oauth2.as.token.grant.access_token_success","transaction":{"type":"WEB","id":"%guid_b%","detail":{}},"uuid":"%!guid%","version":"0","request":{"ipChain":[{"ip":"%ip%","geographicalContext":null,"version":"V4","source":null}]},
    "target":[{"id":"AT.%guid_c%","type":"access_token","alternateId":null,"displayName":"Access Token","detailEntry":{"expires":"2026-03-02T11:00:00.000Z","subject":"0oa%small%abcdef","hash":"%guid_a%"}}]})~";

// What a value is replaced with, and how often among its kind.
struct Variant {
  std::string_view value;
  uint32_t weight = 1;
};

constexpr Variant kAuditOperations[] = {
    {"Update user", 300},
    {"Update device", 250},
    {"Change user license", 90},
    {"Update StsRefreshTokenValidFrom Timestamp", 60},
    {"Add member to group", 5},
    {"Validate user authentication", 80},
    {"Change user password", 40},
    {"Issue an id_token to the application", 40},
    {"Add member to role", 2},
    {"Delete user", 3},
    {"Add owner to application", 1},
    {"Add service principal", 4},
    {"Invite external user", 6},
    {"Remove member from group", 4},
    {"Disable Strong Authentication", 1},
    {"Update conditional access policy", 1},
    {"Add app role assignment to service principal", 2},
    {"Device no longer compliant", 3},
    {"Set federation settings on domain", 1},
    {"Remove service principal", 3},
    {"Delete application", 2},
    {"Add conditional access policy", 1},
    {"Delete conditional access policy", 1},
    {"Add delegated permission grant", 3},
    {"Set device registration policies", 1},
};
constexpr Variant kGroupOperations[] = {
    {"Update group", 500},     {"Set group license", 200}, {"Update policy", 100},
    {"Add app to group", 100}, {"Add member to group", 5}, {"Remove member from group", 5},
};
constexpr Variant kActivityOperations[] = {
    {"MICROSOFT.COMPUTE/VIRTUALMACHINES/START/ACTION", 200},
    {"MICROSOFT.RESOURCES/TAGS/WRITE", 200},
    {"MICROSOFT.STORAGE/STORAGEACCOUNTS/WRITE", 150},
    {"MICROSOFT.INSIGHTS/METRICALERTS/WRITE", 150},
    {"MICROSOFT.SQL/SERVERS/DATABASES/WRITE", 100},
    {"MICROSOFT.WEB/SITES/PUBLISHXML/ACTION", 100},
    {"MICROSOFT.AUTHORIZATION/POLICIES/AUDITIFNOTEXISTS/ACTION", 200},
    {"MICROSOFT.STORAGE/STORAGEACCOUNTS/LISTKEYS/ACTION", 20},
    {"MICROSOFT.NETWORK/NETWORKSECURITYGROUPS/SECURITYRULES/WRITE", 6},
    {"MICROSOFT.KEYVAULT/VAULTS/WRITE", 4},
    {"MICROSOFT.NETWORK/VIRTUALNETWORKS/WRITE", 4},
    {"MICROSOFT.AUTHORIZATION/ROLEASSIGNMENTS/WRITE", 4},
    {"MICROSOFT.COMPUTE/VIRTUALMACHINES/WRITE", 8},
    {"MICROSOFT.CONTAINERREGISTRY/REGISTRIES/WRITE", 2},
    {"MICROSOFT.KEYVAULT/VAULTS/SECRETS/WRITE", 4},
    {"MICROSOFT.NETWORK/DNSZONES/A/WRITE", 4},
    {"MICROSOFT.NETWORK/AZUREFIREWALLS/WRITE", 1},
    {"MICROSOFT.NETWORK/APPLICATIONGATEWAYS/WRITE", 3},
    {"MICROSOFT.NETWORK/NETWORKINTERFACES/WRITE", 4},
    {"MICROSOFT.PORTAL/CONSOLES/WRITE", 2},
    {"MICROSOFT.AUTHORIZATION/ELEVATEACCESS/ACTION", 1},
    {"MICROSOFT.SECURITY/ALERTSSUPPRESSIONRULES/WRITE", 1},
};
constexpr Variant kSignInResults[] = {
    {R"("resultType":"0")", 1960},   {R"("resultType":"50126")", 20},
    {R"("resultType":"50140")", 10}, {R"("resultType":"53003")", 4},
    {R"("resultType":"50053")", 3},  {R"("resultType":"50057")", 3}};
constexpr Variant kCompliance[] = {{R"("isCompliant":true)", 995}, {R"("isCompliant":false)", 5}};
constexpr Variant kRiskTypes[] = {{"unfamiliarFeatures", 10}, {"anonymizedIPAddress", 3},
                                  {"unlikelyTravel", 3},      {"anomalousToken", 2},
                                  {"passwordSpray", 1},       {"mcasImpossibleTravel", 5}};
constexpr Variant kFileOperations[] = {{"FileAccessed", 500},   {"FileModified", 150},
                                       {"FileDownloaded", 100}, {"PageViewed", 100},
                                       {"FilePreviewed", 80},   {"SharingSet", 10}};
constexpr Variant kLogons[] = {{"UserLoggedIn", 950}, {"UserLoginFailed", 50}};
constexpr Variant kCmdlets[] = {{"Set-CASMailbox", 400},
                                {"Set-Mailbox", 200},
                                {"Set-MailboxAutoReplyConfiguration", 200},
                                {"Add-MailboxPermission", 30},
                                {"New-FederatedDomain", 1},
                                {"Add-FederatedDomain", 1}};
constexpr Variant kGcpMethods[] = {
    {"storage.objects.get", 400},
    {"storage.objects.list", 200},
    {"storage.objects.create", 100},
    {"google.cloud.bigquery.v2.JobService.InsertJob", 100},
    {"google.cloud.secretmanager.v1.SecretManagerService.AccessSecretVersion", 60},
    {"v1.compute.instances.list", 60},
    {"storage.buckets.list", 5},
    {"google.iam.admin.v1.CreateServiceAccountKey", 2},
    {"google.iam.admin.v1.serviceAccounts.create", 2},
    {"v1.Compute.Firewalls.Insert", 2},
    {"storage.buckets.update", 2},
    {"google.iam.admin.v1.serviceAccounts.delete", 1},
    {"Dns.ManagedZones.Patch", 1},
    {"compute.vpnTunnels.delete", 1},
    {"google.cloud.sql.v1.cloudsql.instances.delete", 1}};
constexpr Variant kOktaTypes[] = {{"user.authentication.sso", 500},
                                  {"policy.evaluate_sign_on", 300},
                                  {"user.session.start", 100},
                                  {"user.authentication.auth_via_mfa", 100},
                                  {"app.oauth2.token.grant.access_token", 80},
                                  {"user.lifecycle.create", 2},
                                  {"user.mfa.factor.deactivate", 3},
                                  {"application.lifecycle.update", 2},
                                  {"policy.rule.update", 1},
                                  {"policy.lifecycle.update", 2},
                                  {"zone.delete", 1},
                                  {"system.idp.lifecycle.create", 1},
                                  {"security.threat.detected", 2},
                                  {"user.account.report_suspicious_activity_by_enduser", 1},
                                  {"application.policy.sign_on.update", 2},
                                  {"iam.resourceset.bindings.add", 1},
                                  {"group.privilege.grant", 1},
                                  {"system.api_token.revoke", 1}};
constexpr Variant kKubernetesVerbs[] = {
    {R"("verb":"update")", 600}, {R"("verb":"get")", 300}, {R"("verb":"watch")", 100}};
constexpr Variant kKubernetesObjects[] = {
    {R"("resource":"leases")", 600},    {R"("resource":"pods")", 200},
    {R"("resource":"endpoints")", 100}, {R"("resource":"configmaps")", 100},
    {R"("resource":"secrets")", 3},     {R"("resource":"deployments")", 60}};
constexpr Variant kKubernetesStatus[] = {{R"("code":200)", 995}, {R"("code":403)", 5}};
constexpr Variant kGitHubActions[] = {{"pull_request.merge", 300},
                                      {"pull_request.create", 200},
                                      {"workflows.created_workflow_run", 200},
                                      {"issue_comment.create", 100},
                                      {"protected_branch.update", 5},
                                      {"org.add_member", 3},
                                      {"repo.create_actions_secret", 3},
                                      {"repo.archived", 1},
                                      {"secret_scanning.disable", 1},
                                      {"org.runner_group_created", 2},
                                      {"migration.create", 1},
                                      {"private_repository_forking.enable", 1},
                                      {"dependabot_alerts.disable", 2},
                                      {"repo.pages_public", 1},
                                      {"org.remove_outside_collaborator", 2},
                                      {"repo.destroy", 1}};

/// A text of the record, and what may stand there instead.
struct Replacement {
  std::string_view text;
  std::span<const Variant> by;
};

struct Kind {
  uint32_t share = 0;  ///< of all records, in hundredths of a percent
  std::string_view text;
  std::vector<Replacement> replacements = {};
};

const Shape& Find(std::string_view name) {
  const std::span<const Shape> shapes = Shapes();
  const auto found = std::find_if(shapes.begin(), shapes.end(),
                                  [&](const Shape& shape) { return shape.name == name; });
  CHECK(found != shapes.end());
  return *found;
}
/// Texts of the shapes of the other benchmarks' evidence.
std::string_view Of(std::string_view shape, size_t index) { return Find(shape).benign[index]; }
std::string_view Rare(std::string_view shape, size_t index) { return Find(shape).rare[index]; }
std::string_view Bad(std::string_view shape) { return Find(shape).suspicious[0]; }

/// azure 35 %, m365 20, gcp 12, okta 12, kubernetes 12, github 9.
std::vector<Kind> Kinds() {
  return {
      {220,
       Of("entra-signin", 0),
       {{R"("resultType":"0")", kSignInResults}, {R"("isCompliant":true)", kCompliance}}},
      {990, Of("entra-signin", 1), {{R"("resultType":"0")", kSignInResults}}},
      {835, kManagedIdentity},
      {4, kRisk, {{"unfamiliarFeatures", kRiskTypes}}},
      {350, Of("entra-audit", 0), {{"Update user", kAuditOperations}}},
      {350, Rare("entra-audit", 1), {{"Add member to group", kGroupOperations}}},
      {445, Of("graph-activity", 0)},
      {300,
       kAzureActivity,
       {{"MICROSOFT.COMPUTE/VIRTUALMACHINES/START/ACTION", kActivityOperations}}},
      {3, Bad("entra-signin")},
      {2, Bad("entra-audit")},
      {1, Bad("graph-activity")},
      {700, Of("unified-audit", 0), {{"FileAccessed", kFileOperations}}},
      {300, Of("unified-audit", 1)},
      {500, kLogon, {{"UserLoggedIn", kLogons}}},
      {498, kCmdlet, {{"Set-CASMailbox", kCmdlets}}},
      {2, Bad("unified-audit")},
      {600, kGcp, {{"storage.objects.get", kGcpMethods}}},
      {300, Of("google", 0)},
      {299, Of("google", 1)},
      {1, Bad("google")},
      {749, Of("okta", 0), {{"user.authentication.sso", kOktaTypes}}},
      {450, kOktaToken},
      {1, Bad("okta")},
      {630,
       kKubernetesMetadata,
       {{R"("verb":"update")", kKubernetesVerbs},
        {R"("resource":"leases")", kKubernetesObjects},
        {R"("code":200)", kKubernetesStatus}}},
      {409, kKubelet},
      {150, Of("kubernetes", 0)},
      {10, Of("kubernetes", 1)},
      {1, Bad("kubernetes")},
      {400, Of("github", 0)},
      {499, Of("github", 1), {{"pull_request.merge", kGitHubActions}}},
      {1, Bad("github")},
  };
}

/// One text with its values chosen, and how often it comes.
struct Choice {
  std::string text;
  double share = 0;
};

void Vary(const Kind& kind, std::vector<Choice>& out) {
  std::vector<Choice> choices = {{std::string(kind.text), kind.share / 10'000.0}};
  for (const Replacement& replacement : kind.replacements) {
    double all = 0;
    for (const Variant& variant : replacement.by) all += variant.weight;
    std::vector<Choice> next;
    for (const Choice& choice : choices) {
      CHECK(choice.text.find(replacement.text) != std::string::npos);
      for (const Variant& variant : replacement.by) {
        Choice varied = {choice.text, choice.share * variant.weight / all};
        for (size_t at = 0; (at = varied.text.find(replacement.text, at)) != std::string::npos;
             at += variant.value.size()) {
          varied.text.replace(at, replacement.text.size(), variant.value);
        }
        next.push_back(std::move(varied));
      }
    }
    choices = std::move(next);
  }
  out.insert(out.end(), choices.begin(), choices.end());
}

}  // namespace

uint64_t CloudEvents::bytes() const {
  uint64_t out = 0;
  for (const auto& [at, size] : lines) out += size;
  return out;
}

CloudEvents MakeCloudEvents(uint64_t count) {
  std::vector<Choice> choices;
  for (const Kind& kind : Kinds()) Vary(kind, choices);
  std::vector<Writer> writers;
  std::vector<double> upto;
  double all = 0;
  for (const Choice& choice : choices) {
    const std::string_view texts[] = {choice.text};
    const auto expected = static_cast<size_t>(choice.share * static_cast<double>(count));
    writers.emplace_back(Shape{.name = {}, .share = 0, .benign = texts, .suspicious = {}},
                         900 + writers.size(), std::clamp<size_t>(expected, 5, 1500));
    all += choice.share;
    upto.push_back(all);
  }
  Random random(4);
  CloudEvents out;
  for (uint64_t i = 0; i < count; ++i) {
    const double at = all * static_cast<double>(random.Below(1u << 30)) / double{1u << 30};
    const auto which = std::upper_bound(upto.begin(), upto.end(), at) - upto.begin();
    const size_t start = out.text.size();
    writers[static_cast<size_t>(which)].Append(out.text,
                                               kStartMicros + static_cast<int64_t>(i) * 1'000'000);
    out.lines.emplace_back(start, out.text.size() - start - 1);
  }
  out.text.append(source::JsonReader::kPadding, ' ');
  return out;
}

}  // namespace tokentrail::bench
