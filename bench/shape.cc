// The shapes of the synthetic evidence. Line ends and indentation are taken out when they are used.

#include "bench/evidence.h"

namespace tokentrail::bench {
namespace {

// Microsoft Learn, "signIn resource type" and the diagnostic settings' wrapper (2026-01).
constexpr std::string_view kSignIn[] = {
    R"~({"time":"%!time%","resourceId":"/tenants/%tenant%/providers/Microsoft.aadiam",
    "operationName":"Sign-in activity","operationVersion":"1.0","category":"NonInteractiveUserSignInLogs",
    "tenantId":"%tenant%","resultType":"0","resultSignature":"SUCCESS","durationMs":0,
    "callerIpAddress":"%ip%","correlationId":"%!guid2%","identity":"%name%","Level":4,"location":"%country%",
    "properties":{"id":"%!guid%","createdDateTime":"%!time%","userDisplayName":"%name%",
    "userPrincipalName":"%mail%","userId":"%user_id%","appId":"%app_id%","appDisplayName":"%app_name%",
    "ipAddress":"%ip%","status":{"errorCode":0,"additionalDetails":"MFA requirement satisfied by claim in the token"},
    "clientAppUsed":"Mobile Apps and Desktop clients","userAgent":"%agent%",
    "deviceDetail":{"deviceId":"%device%","displayName":"PC-%login%","operatingSystem":"Windows 10",
    "browser":"Edge 133.0.0","isCompliant":true,"isManaged":true,"trustType":"Hybrid Azure AD joined"},
    "location":{"city":"%city%","state":"","countryOrRegion":"%country%",
    "geoCoordinates":{"latitude":55.6,"longitude":13.0}},"correlationId":"%!guid2%",
    "conditionalAccessStatus":"success","appliedConditionalAccessPolicies":[
    {"id":"%guid_a%","displayName":"Require MFA – all users","enforcedGrantControls":["Mfa"],
    "enforcedSessionControls":[],"result":"success","conditionsSatisfied":3,"conditionsNotSatisfied":0},
    {"id":"%guid_b%","displayName":"Block legacy authentication","enforcedGrantControls":["Block"],
    "enforcedSessionControls":[],"result":"notApplied","conditionsSatisfied":1,"conditionsNotSatisfied":2},
    {"id":"%guid_c%","displayName":"Compliant device für Büro","enforcedGrantControls":["RequireCompliantDevice"],
    "enforcedSessionControls":["SignInFrequency"],"result":"notEnabled","conditionsSatisfied":0,"conditionsNotSatisfied":1}],
    "authenticationContextClassReferences":[],"originalRequestId":"","isInteractive":false,
    "tokenIssuerName":"","tokenIssuerType":"AzureAD","authenticationProcessingDetails":[
    {"key":"Legacy TLS (TLS 1.0, 1.1, 3DES)","value":"False"},
    {"key":"Oauth Scope Info","value":"[\"Mail.ReadWrite\",\"openid\",\"profile\",\"User.Read\"]"},
    {"key":"Is CAE Token","value":"False"}],"networkLocationDetails":[
    {"networkType":"trustedNamedLocation","networkNames":["Kontor %city%"]}],"processingTimeInMilliseconds":143,
    "riskDetail":"none","riskLevelAggregated":"none","riskLevelDuringSignIn":"none","riskState":"none",
    "riskEventTypes":[],"resourceDisplayName":"Microsoft Graph","resourceId":"00000003-0000-0000-c000-000000000000",
    "resourceTenantId":"%tenant%","homeTenantId":"%tenant%","authenticationDetails":[],
    "authenticationRequirementPolicies":[{"requirementProvider":"multiConditionalAccess","detail":"Conditional Access"}],
    "sessionLifetimePolicies":[],"authenticationRequirement":"multiFactorAuthentication","servicePrincipalId":"",
    "userType":"Member","flaggedForReview":false,"isTenantRestricted":false,"autonomousSystemNumber":64496,
    "crossTenantAccessType":"none","uniqueTokenIdentifier":"%!uti%","incomingTokenType":"primaryRefreshToken",
    "authenticationProtocol":"none","appServicePrincipalId":null,"originalTransferMethod":"none",
    "sessionId":"%device%"
}
})~",
    R"~({"time":"%!time%","resourceId":"/tenants/%tenant%/providers/Microsoft.aadiam",
    "operationName":"Sign-in activity","operationVersion":"1.0","category":"ServicePrincipalSignInLogs",
    "tenantId":"%tenant%","resultType":"0","callerIpAddress":"192.0.2.10","correlationId":"%!guid2%","Level":4,
    "properties":{"id":"%!guid%","createdDateTime":"%!time%","appId":"%app_id%",
    "servicePrincipalId":"%app_object%","servicePrincipalName":"%app_name%","ipAddress":"192.0.2.10",
    "status":{"errorCode":0},"clientCredentialType":"clientSecret","location":{"city":"%city%","countryOrRegion":"%country%"},
    "resourceDisplayName":"Microsoft Graph","resourceId":"00000003-0000-0000-c000-000000000000",
    "servicePrincipalCredentialKeyId":"%app_object%","servicePrincipalCredentialThumbprint":"",
    "uniqueTokenIdentifier":"%!uti%","incomingTokenType":"none","isInteractive":false,
    "conditionalAccessStatus":"notApplied","appliedConditionalAccessPolicies":[],"autonomousSystemNumber":64497,
    "authenticationProcessingDetails":[{"key":"Azure AD App Authentication Library","value":"Family: MSAL Library: MSAL.NET 4.66"}]}})~"};
constexpr std::string_view kSignInBad[] = {
    R"~({"time":"%!time%","category":"SignInLogs","operationName":"Sign-in activity","tenantId":"%tenant%",
    "resultType":"0","callerIpAddress":"%foreign_ip%","correlationId":"%!guid2%","properties":{"id":"%!guid%",
    "createdDateTime":"%!time%","userDisplayName":"%name%","userPrincipalName":"%mail%","userId":"%user_id%",
    "appId":"04b07795-8ddb-461a-bbee-02f9e1bf7b46","appDisplayName":"Microsoft Azure CLI","ipAddress":"%foreign_ip%",
    "status":{"errorCode":0},"userAgent":"python-requests/2.32.3","deviceDetail":{"deviceId":"","operatingSystem":""},
    "location":{"city":"Nowhere","countryOrRegion":"ZZ"},"isInteractive":true,"authenticationProtocol":"deviceCode",
    "originalTransferMethod":"deviceCodeFlow","resourceDisplayName":"Microsoft Graph",
    "resourceId":"00000003-0000-0000-c000-000000000000","uniqueTokenIdentifier":"%!uti%","incomingTokenType":"none",
    "autonomousSystemNumber":64511,"sessionId":"%!guid2%"}})~"};

// Microsoft Learn, "directoryAudit resource type" and the audit activity reference (2026-01).
constexpr std::string_view kAudit[] = {
    R"~({"time":"%!time%","resourceId":"/tenants/%tenant%/providers/Microsoft.aadiam","operationName":"Update user",
    "operationVersion":"1.0","category":"AuditLogs","tenantId":"%tenant%","resultSignature":"None","durationMs":0,
    "callerIpAddress":"%ip%","correlationId":"%!guid2%","identity":"%name%","Level":4,
    "properties":{"tenantId":"%tenant%","resultReason":"","identityType":"Member","operationType":"Update",
    "id":"Directory_%!guid%","category":"UserManagement","correlationId":"%!guid2%","result":"success",
    "activityDisplayName":"Update user","activityDateTime":"%!time%","loggedByService":"Core Directory",
    "initiatedBy":{"user":{"id":"%user_id%","displayName":null,"userPrincipalName":"%mail%","ipAddress":"%ip%","roles":[]}},
    "userAgent":"%agent%","targetResources":[{"id":"%other_user_id%","displayName":null,"type":"User",
    "userPrincipalName":"%other_mail%","modifiedProperties":[
    {"displayName":"Department","oldValue":"[\"Försäljning\"]","newValue":"[\"Sales – %city%\"]"},
    {"displayName":"StrongAuthenticationUserDetails","oldValue":"[]","newValue":"[{\"PhoneNumber\":\"+46 70 000 00 00\",\"AlternativePhoneNumber\":null,\"Email\":\"%other_mail%\",\"VoiceOnlyPhoneNumber\":null}]"},
    {"displayName":"DirectReports","oldValue":null,"newValue":"[\"%name%\",\"%other_name%\"]"},
    {"displayName":"Included Updated Properties","oldValue":null,"newValue":"\"Department, StrongAuthenticationUserDetails\""},
    {"displayName":"TargetId.UserType","oldValue":null,"newValue":"\"Member\""}],"administrativeUnits":[]}],
    "additionalDetails":[{"key":"UserType","value":"Member"},{"key":"User-Agent","value":"%agent%"}]}})~"};

// Consents are rare beside the rest of the directory's changes.
constexpr std::string_view kAuditRare[] = {
    R"~({"time":"%!time%","resourceId":"/tenants/%tenant%/providers/Microsoft.aadiam","operationName":"Consent to application",
    "operationVersion":"1.0","category":"AuditLogs","tenantId":"%tenant%","callerIpAddress":"%ip%",
    "correlationId":"%!guid2%","Level":4,"properties":{"id":"Directory_%!guid%","category":"ApplicationManagement",
    "correlationId":"%!guid2%","result":"success","activityDisplayName":"Consent to application",
    "activityDateTime":"%!time%","loggedByService":"Core Directory","operationType":"Assign",
    "initiatedBy":{"user":{"id":"%user_id%","userPrincipalName":"%mail%","ipAddress":"%ip%","roles":[]}},
    "targetResources":[{"id":"%app_object%","displayName":"%app_name%","type":"ServicePrincipal","modifiedProperties":[
    {"displayName":"ConsentContext.IsAdminConsent","oldValue":null,"newValue":"\"False\""},
    {"displayName":"ConsentContext.IsAppOnly","oldValue":null,"newValue":"\"False\""},
    {"displayName":"ConsentContext.OnBehalfOfAll","oldValue":null,"newValue":"\"False\""},
    {"displayName":"ConsentContext.Tags","oldValue":null,"newValue":"\"WindowsAzureActiveDirectoryIntegratedApp\""},
    {"displayName":"ConsentAction.Permissions","oldValue":null,"newValue":"\"[] => [[Id: %guid_a%, ClientId: %app_object%, PrincipalId: %user_id%, ResourceId: %guid_b%, ConsentType: Principal, Scope:  openid profile User.Read, CreatedDateTime: , LastModifiedDateTime ]]; \""},
    {"displayName":"ConsentAction.Reason","oldValue":null,"newValue":"\"\""},
    {"displayName":"TargetId.ServicePrincipalNames","oldValue":null,"newValue":"\"%app_id%\""}]}],
    "additionalDetails":[{"key":"User-Agent","value":"%agent%"},{"key":"AppId","value":"%app_id%"}]}})~",
    R"~({"time":"%!time%","resourceId":"/tenants/%tenant%/providers/Microsoft.aadiam","operationName":"Add member to group",
    "operationVersion":"1.0","category":"AuditLogs","tenantId":"%tenant%","callerIpAddress":"%ip%",
    "correlationId":"%!guid2%","Level":4,"properties":{"id":"Directory_%!guid%","category":"GroupManagement",
    "correlationId":"%!guid2%","result":"success","activityDisplayName":"Add member to group",
    "activityDateTime":"%!time%","loggedByService":"Core Directory","operationType":"Assign",
    "initiatedBy":{"app":{"appId":null,"displayName":"%app_name%","servicePrincipalId":"%app_object%","servicePrincipalName":null}},
    "targetResources":[{"id":"%other_user_id%","displayName":null,"type":"User","userPrincipalName":"%other_mail%",
    "modifiedProperties":[{"displayName":"Group.ObjectID","oldValue":null,"newValue":"\"%guid_a%\""},
    {"displayName":"Group.DisplayName","oldValue":null,"newValue":"\"Läsare – %city% %small%\""},
    {"displayName":"Group.WellKnownObjectName","oldValue":null,"newValue":null}]},
    {"id":"%guid_a%","displayName":null,"type":"Group","groupType":"azureAD","modifiedProperties":[]}],
    "additionalDetails":[{"key":"User-Agent","value":"Microsoft ADO.NET Data Services"}]}})~"};
constexpr std::string_view kAuditBad[] = {
    R"~({"time":"%!time%","operationName":"Consent to application","category":"AuditLogs","tenantId":"%tenant%",
    "correlationId":"%!guid2%","properties":{"id":"Directory_%!guid%","category":"ApplicationManagement",
    "correlationId":"%!guid2%","result":"success","activityDisplayName":"Consent to application",
    "activityDateTime":"%!time%","loggedByService":"Core Directory","operationType":"Assign",
    "initiatedBy":{"user":{"id":"%user_id%","userPrincipalName":"%mail%","ipAddress":"%ip%","roles":[]}},
    "targetResources":[{"id":"%guid_c%","displayName":"Document Viewer %small%","type":"ServicePrincipal","modifiedProperties":[
    {"displayName":"ConsentContext.IsAdminConsent","oldValue":null,"newValue":"\"False\""},
    {"displayName":"ConsentContext.OnBehalfOfAll","oldValue":null,"newValue":"\"False\""},
    {"displayName":"ConsentAction.Permissions","oldValue":null,"newValue":"\"[] => [[Id: %guid_a%, ClientId: %guid_c%, PrincipalId: %user_id%, ResourceId: %guid_b%, ConsentType: Principal, Scope:  offline_access Mail.ReadWrite Mail.Send Files.ReadWrite.All User.Read, CreatedDateTime: , LastModifiedDateTime ]]; \""},
    {"displayName":"TargetId.ServicePrincipalNames","oldValue":null,"newValue":"\"%guid_b%\""}]}],
    "additionalDetails":[{"key":"User-Agent","value":"%agent%"},{"key":"AppId","value":"%guid_b%"}]}})~"};

// Microsoft Learn, "Office 365 Management Activity API schema" (2026-01).
constexpr std::string_view kUnified[] = {
    R"~({"CreationTime":"%!time%","Id":"%!guid%","Operation":"FileAccessed","OrganizationId":"%tenant%","RecordType":6,
    "UserKey":"i:0h.f|membership|%device%@live.com","UserType":0,"Version":1,"Workload":"SharePoint","ClientIP":"%ip%",
    "UserId":"%mail%","AuthenticationType":"OAuth","BrowserName":"Edge","BrowserVersion":"133.0.0.0",
    "CorrelationId":"%!guid2%","EventSource":"SharePoint","IsManagedDevice":true,"ItemType":"File",
    "ListId":"%guid_a%","ListItemUniqueId":"%guid_b%","Platform":"WinDesktop","Site":"%guid_c%","UserAgent":"%agent%",
    "WebId":"%guid_c%","DeviceDisplayName":"%ip%","HighPriorityMediaProcessing":false,"ListBaseType":1,"ListServerTemplate":101,
    "SourceRelativeUrl":"Delade dokument/Möten/%city%","SourceFileName":"protokoll-%small%.docx","SourceFileExtension":"docx",
    "ApplicationDisplayName":"%app_name%","ApplicationId":"%app_id%","AppAccessContext":{"AADSessionId":"%device%",
    "CorrelationId":"%!guid2%","UniqueTokenId":"%!uti%","ClientAppId":"%app_id%"},"SiteUrl":"https://contoso.example/sites/%city%/",
    "ObjectId":"https://contoso.example/sites/%city%/Delade dokument/Möten/protokoll-%small%.docx"})~",
    R"~({"CreationTime":"%!time%","Id":"%!guid%","Operation":"MailItemsAccessed","OrganizationId":"%tenant%","RecordType":50,
    "ResultStatus":"Succeeded","UserKey":"%user_id%","UserType":0,"Version":1,"Workload":"Exchange","UserId":"%mail%",
    "AppId":"%app_id%","AppAccessContext":{"AADSessionId":"%device%","IssuedAtTime":"%!time%","UniqueTokenId":"%!uti%","APIId":"00000003-0000-0000-c000-000000000000","ClientAppId":"%app_id%"},
    "ClientAppId":"%app_id%","ClientIPAddress":"%ip%","ClientInfoString":"Client=REST;Client=RESTSystem;;","ExternalAccess":false,
    "InternalLogonType":0,"LogonType":0,"LogonUserSid":"S-1-5-21-1-2-3-%small%","MailboxGuid":"%device%","MailboxOwnerSid":"S-1-5-21-1-2-3-%small%",
    "MailboxOwnerUPN":"%mail%","OperationProperties":[{"Name":"MailAccessType","Value":"Bind"},{"Name":"IsThrottled","Value":"False"}],
    "OrganizationName":"contoso.example","OriginatingServer":"EXCH0001 (15.20.4200.000)","SessionId":"%device%",
    "Folders":[{"FolderItems":[{"ClientRequestId":"%guid_a%","Id":"RgAAAACyc5xYZ0000000000000000%small%","InternetMessageId":"<%guid_a%@contoso.example>","SizeInBytes":48211},
    {"ClientRequestId":"%guid_b%","Id":"RgAAAACyc5xYZ0000000000000001%small%","InternetMessageId":"<%guid_b%@contoso.example>","SizeInBytes":9120}],
    "Id":"LgAAAAC%small%","Path":"\\Inbox\\Ärenden"}],"OperationCount":2})~"};
constexpr std::string_view kUnifiedBad[] = {
    R"~({"CreationTime":"%!time%","Id":"%!guid%","Operation":"New-InboxRule","OrganizationId":"%tenant%","RecordType":1,
    "ResultStatus":"True","UserKey":"%mail%","UserType":2,"Version":1,"Workload":"Exchange","ClientIP":"%foreign_ip%:51234",
    "ObjectId":"%mail%\\.","UserId":"%mail%","AppId":"%guid_b%","Parameters":[{"Name":"Name","Value":"."},
    {"Name":"SubjectContainsWords","Value":"invoice;phish;hacked"},{"Name":"MoveToFolder","Value":"RSS Feeds"},
    {"Name":"MarkAsRead","Value":"True"},{"Name":"StopProcessingRules","Value":"True"}],"SessionId":"%!guid2%"})~"};

// Microsoft Learn, "MicrosoftGraphActivityLogs" (2026-01).
constexpr std::string_view kGraph[] = {
    R"~({"time":"%!time%","resourceId":"/TENANTS/%tenant%/PROVIDERS/MICROSOFT.AADIAM","operationName":"Microsoft Graph Activity",
    "operationVersion":"v1.0","category":"MicrosoftGraphActivityLogs","resultSignature":"200","durationMs":"143210",
    "callerIpAddress":"%ip%","correlationId":"%!guid%","level":"Informational","location":"Sweden Central",
    "properties":{"__UDI_RequiredFields_TenantId":"%tenant%","__UDI_RequiredFields_UniqueId":"%!guid%",
    "__UDI_RequiredFields_EventTime":638700000000000000,"__UDI_RequiredFields_RegionScope":"EU",
    "timeGenerated":"%!time%","location":"Sweden Central","requestId":"%!guid%","operationId":"%!guid%",
    "clientRequestId":"%!guid2%","apiVersion":"v1.0","requestMethod":"GET","responseStatusCode":200,
    "tenantId":"%tenant%","durationMs":143210,"responseSizeBytes":3121,"signInActivityId":"%!uti%",
    "roles":"","appId":"%app_id%","UserPrincipalObjectID":"%user_id%","scopes":"Calendars.ReadWrite email Files.Read Mail.ReadWrite openid profile User.Read User.ReadBasic.All",
    "identityProvider":"https://sts.example/%tenant%/","clientAuthMethod":"0","wids":"b79fbf4d-3ef9-4689-8143-76b194e85509",
    "C_Idtyp":"user","C_Iat":"1772410000","ipAddress":"%ip%","userAgent":"%agent%",
    "requestUri":"https://graph.microsoft.com/v1.0/me/calendarView?startDateTime=2026-03-02T00:00:00Z&endDateTime=2026-03-09T00:00:00Z&$select=subject,organizer,start,end,location&$top=%small%",
    "userId":"%user_id%","atContentP":"","atContentH":"","tokenIssuedAt":"%!time%","deviceId":"%device%","sessionId":"%device%"},"tenantId":"%tenant%"})~"};
constexpr std::string_view kGraphBad[] = {
    R"~({"time":"%!time%","operationName":"Microsoft Graph Activity","category":"MicrosoftGraphActivityLogs","callerIpAddress":"%foreign_ip%",
    "correlationId":"%!guid%","properties":{"timeGenerated":"%!time%","requestId":"%!guid%","operationId":"%!guid%",
    "clientRequestId":"%!guid2%","apiVersion":"v1.0","requestMethod":"GET","responseStatusCode":200,"tenantId":"%tenant%",
    "responseSizeBytes":912312,"signInActivityId":"%!uti%","appId":"%guid_b%","scopes":"Mail.ReadWrite offline_access Files.ReadWrite.All",
    "ipAddress":"%foreign_ip%","userAgent":"python-requests/2.32.3","requestUri":"https://graph.microsoft.com/v1.0/users/%user_id%/messages?$top=999","userId":"%user_id%"},"tenantId":"%tenant%"})~"};

// kubernetes.io, "Auditing" and the audit.k8s.io/v1 Event type (1.31).
constexpr std::string_view kKubernetes[] = {
    R"~({"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"RequestResponse","auditID":"%!guid%","stage":"ResponseComplete",
    "requestURI":"/api/v1/namespaces/%namespace%/configmaps/%pod%?timeout=10s","verb":"update",
    "user":{"username":"system:serviceaccount:%namespace%:controller","uid":"%guid_a%","groups":["system:serviceaccounts","system:serviceaccounts:%namespace%","system:authenticated"],
    "extra":{"authentication.kubernetes.io/credential-id":["JTI=%guid_b%"],"authentication.kubernetes.io/pod-name":["%pod%"],"authentication.kubernetes.io/pod-uid":["%guid_c%"]}},
    "sourceIPs":["10.0.4.17"],"userAgent":"controller/v0.0.0 (linux/amd64) kubernetes/$Format","objectRef":{"resource":"configmaps","namespace":"%namespace%","name":"%pod%","uid":"%guid_a%","apiVersion":"v1","resourceVersion":"811%small%"},
    "responseStatus":{"metadata":{},"code":200},"requestObject":{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"%pod%","namespace":"%namespace%","uid":"%guid_a%","creationTimestamp":"2026-02-01T08:00:00Z",
    "annotations":{"control-plane.alpha.kubernetes.io/leader":"{\"holderIdentity\":\"%pod%\",\"leaseDurationSeconds\":15,\"acquireTime\":\"2026-03-01T10:00:00Z\",\"renewTime\":\"2026-03-02T10:00:00Z\",\"leaderTransitions\":%small%}"},
    "managedFields":[{"manager":"controller","operation":"Update","apiVersion":"v1","time":"2026-03-02T10:00:00Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:annotations":{".":{},"f:control-plane.alpha.kubernetes.io/leader":{}}}}}]}},
    "requestReceivedTimestamp":"%!micros%","stageTimestamp":"%!micros%","annotations":{"authorization.k8s.io/decision":"allow","authorization.k8s.io/reason":"RBAC: allowed by RoleBinding \"controller/%namespace%\" of Role \"controller\" to ServiceAccount \"controller/%namespace%\""}})~",
    R"~({"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"%!guid%","stage":"ResponseComplete",
    "requestURI":"/api/v1/namespaces/%namespace%/serviceaccounts/controller/token","verb":"create",
    "user":{"username":"system:node:node-%small%","groups":["system:nodes","system:authenticated"]},"sourceIPs":["10.0.1.8"],
    "userAgent":"kubelet/v1.31.2 (linux/amd64) kubernetes/5864a46","objectRef":{"resource":"serviceaccounts","namespace":"%namespace%","name":"controller","apiVersion":"v1","subresource":"token"},
    "responseStatus":{"metadata":{},"code":201},"requestObject":{"kind":"TokenRequest","apiVersion":"authentication.k8s.io/v1","metadata":{"creationTimestamp":null},"spec":{"audiences":null,"expirationSeconds":3607,"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"%pod%","uid":"%guid_c%"}},"status":{"token":"","expirationTimestamp":null}},
    "requestReceivedTimestamp":"%!micros%","stageTimestamp":"%!micros%","annotations":{"authentication.kubernetes.io/issued-credential-id":"JTI=%!guid2%","authorization.k8s.io/decision":"allow","authorization.k8s.io/reason":""}})~"};
constexpr std::string_view kKubernetesBad[] = {
    R"~({"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"%!guid%","stage":"ResponseComplete",
    "requestURI":"/api/v1/namespaces/kube-system/serviceaccounts/clusterrole-aggregation-controller/token","verb":"create",
    "user":{"username":"%mail%","groups":["developers","system:authenticated"]},"sourceIPs":["%foreign_ip%"],"userAgent":"curl/8.5.0",
    "objectRef":{"resource":"serviceaccounts","namespace":"kube-system","name":"clusterrole-aggregation-controller","apiVersion":"v1","subresource":"token"},
    "responseStatus":{"metadata":{},"code":201},"requestReceivedTimestamp":"%!micros%","stageTimestamp":"%!micros%","annotations":{"authentication.kubernetes.io/issued-credential-id":"JTI=%!guid2%","authorization.k8s.io/decision":"allow"}})~"};

// Google, Admin SDK Reports API, activities (2026-01).
constexpr std::string_view kGoogle[] = {
    R"~({"kind":"admin#reports#activity","id":{"time":"%!micros%","uniqueQualifier":"%!number%","applicationName":"token","customerId":"C01abc23d"},
    "etag":"\"%guid_a%/%guid_b%\"","actor":{"email":"%mail%","profileId":"%number_id%"},"ipAddress":"%ip%",
    "networkInfo":{"ipAsn":[64496],"regionCode":"%country%","subdivisionCode":"%country%-M"},
    "events":[{"type":"auth","name":"activity","parameters":[{"name":"app_name","value":"%app_name%"},
    {"name":"client_id","value":"%app_number%-abcdef.apps.googleusercontent.com"},{"name":"client_type","value":"WEB"},
    {"name":"num_response_bytes","intValue":"%small%"},{"name":"api_name","value":"calendar"},{"name":"method_name","value":"calendar.events.list"},
    {"name":"product_bucket","value":"CALENDAR"},{"name":"scope_data","multiMessageValue":[{"parameter":[{"name":"scope_name","value":"https://www.googleapis.com/auth/calendar.readonly"},{"name":"product_bucket","multiValue":["CALENDAR"]}]}]},
    {"name":"scope","multiValue":["https://www.googleapis.com/auth/calendar.readonly"]}],"resourceIds":[]}]})~",
    R"~({"kind":"admin#reports#activity","id":{"time":"%!micros%","uniqueQualifier":"%!number%","applicationName":"drive","customerId":"C01abc23d"},
    "etag":"\"%guid_a%/%guid_b%\"","actor":{"email":"%mail%","profileId":"%number_id%"},"ipAddress":"%ip%",
    "events":[{"type":"access","name":"view","parameters":[{"name":"primary_event","boolValue":true},{"name":"owner_is_team_drive","boolValue":false},
    {"name":"owner","value":"%other_mail%"},{"name":"doc_id","value":"1%guid_c%"},{"name":"doc_type","value":"document"},{"name":"is_encrypted","boolValue":false},
    {"name":"doc_title","value":"Mötesanteckningar %city% %small%"},{"name":"visibility","value":"people_within_domain_with_link"},
    {"name":"originating_app_id","value":"%app_number%"},{"name":"actor_is_collaborator_account","boolValue":false},{"name":"owner_is_shared_drive","boolValue":false}]}]})~"};
constexpr std::string_view kGoogleBad[] = {
    R"~({"kind":"admin#reports#activity","id":{"time":"%!micros%","uniqueQualifier":"%!number%","applicationName":"token","customerId":"C01abc23d"},
    "actor":{"email":"%mail%","profileId":"%number_id%"},"ipAddress":"%foreign_ip%","events":[{"type":"auth","name":"authorize","parameters":[
    {"name":"app_name","value":"Mail Helper %small%"},{"name":"client_id","value":"999%small%-zzz.apps.googleusercontent.com"},{"name":"client_type","value":"WEB"},
    {"name":"scope_data","multiMessageValue":[{"parameter":[{"name":"scope_name","value":"https://mail.google.com/"},{"name":"product_bucket","multiValue":["GMAIL"]}]}]},
    {"name":"scope","multiValue":["https://mail.google.com/","https://www.googleapis.com/auth/drive"]}]}]})~"};

// Okta, System Log API (2026-01).
constexpr std::string_view kOkta[] = {
    R"~({"actor":{"id":"00u%small%abcdef","type":"User","alternateId":"%mail%","displayName":"%name%","detailEntry":null},
    "client":{"userAgent":{"rawUserAgent":"%agent%","os":"Windows 10","browser":"CHROME"},"zone":"null","device":"Computer","id":null,"ipAddress":"%ip%",
    "geographicalContext":{"city":"%city%","state":null,"country":"%country%","postalCode":null,"geolocation":{"lat":55.6,"lon":13.0}}},
    "device":null,"authenticationContext":{"authenticationProvider":null,"credentialProvider":null,"credentialType":null,"issuer":null,"interface":null,"authenticationStep":0,"rootSessionId":"idx%guid_a%","externalSessionId":"idx%guid_a%"},
    "displayMessage":"User single sign on to app","eventType":"user.authentication.sso","outcome":{"result":"SUCCESS","reason":null},
    "published":"%!micros%","securityContext":{"asNumber":64496,"asOrg":"example net","isp":"example net","domain":"example.net","isProxy":false},"severity":"INFO",
    "debugContext":{"debugData":{"requestId":"%guid_b%","dtHash":"%!hex%","initiationType":"SP_INITIATED","signOnMode":"OpenID Connect","requestUri":"/oauth2/v1/authorize","threatSuspected":"false","url":"/oauth2/v1/authorize?response_type=id_token&client_id=0oa%small%&scope=openid"}},
    "legacyEventType":"app.auth.sso","transaction":{"type":"WEB","id":"%guid_b%","detail":{}},"uuid":"%!guid%","version":"0",
    "request":{"ipChain":[{"ip":"%ip%","geographicalContext":{"city":"%city%","country":"%country%"},"version":"V4","source":null}]},
    "target":[{"id":"0oa%small%","type":"AppInstance","alternateId":"%app_name%","displayName":"%app_name%","detailEntry":{"signOnModeType":"OPENID_CONNECT"}},
    {"id":"0ua%small%","type":"AppUser","alternateId":"%mail%","displayName":"%name%","detailEntry":null}]})~"};
constexpr std::string_view kOktaBad[] = {
    R"~({"actor":{"id":"00u%small%abcdef","type":"User","alternateId":"%mail%","displayName":"%name%"},
    "client":{"userAgent":{"rawUserAgent":"python-requests/2.32.3"},"ipAddress":"%foreign_ip%"},"displayMessage":"Create API token",
    "eventType":"system.api_token.create","outcome":{"result":"SUCCESS"},"published":"%!micros%","severity":"INFO","uuid":"%!guid%","version":"0",
    "target":[{"id":"00T%small%","type":"Token","alternateId":"unknown","displayName":"sync %small%"}]})~"};

// GitHub Docs, "Audit log events for your enterprise" (2026-01).
constexpr std::string_view kGitHub[] = {
    R"~({"@timestamp":%!millis%,"_document_id":"%!hex%","action":"git.fetch","actor":"%login%","actor_id":%small%,"actor_ip":"%ip%","actor_is_bot":false,
    "actor_location":{"country_code":"%country%"},"business":"contoso","business_id":7,"org":"contoso-lab","org_id":77,"repo":"contoso-lab/%namespace%","repo_id":9%small%,
    "repository":"contoso-lab/%namespace%","repository_public":false,"hashed_token":"%guid_a%%guid_b%=","programmatic_access_type":"OAuth access token","token_id":55%small%,"token_scopes":"repo,read:org",
    "transport_protocol":2,"transport_protocol_name":"ssh","user":"","user_agent":"git/2.48.1","user_id":0,"external_identity_nameid":"%mail%","external_identity_username":"%login%_contoso"})~",
    R"~({"@timestamp":%!millis%,"_document_id":"%!hex%","action":"pull_request.merge","actor":"%login%","actor_id":%small%,"actor_ip":"%ip%","actor_is_bot":false,"actor_location":{"country_code":"%country%"},
    "business":"contoso","business_id":7,"created_at":%!millis%,"operation_type":"modify","org":"contoso-lab","org_id":77,"public_repo":false,"pull_request_id":11%small%,"pull_request_title":"Räkna om %city% %small%",
    "pull_request_url":"https://github.example/contoso-lab/%namespace%/pull/%small%","repo":"contoso-lab/%namespace%","repo_id":9%small%,"user":"%login%","user_id":%small%,"user_agent":"%agent%"})~"};
constexpr std::string_view kGitHubBad[] = {
    R"~({"@timestamp":%!millis%,"_document_id":"%!hex%","action":"oauth_authorization.create","actor":"%login%","actor_id":%small%,"actor_ip":"%foreign_ip%",
    "business":"contoso","created_at":%!millis%,"oauth_application_id":88%small%,"oauth_application_name":"Code Helper %small%","org":"contoso-lab","operation_type":"create","token_scopes":"repo,admin:org,workflow","user":"%login%","user_id":%small%,"user_agent":"%agent%"})~"};

constexpr Shape kShapes[] = {
    {"entra-signin", 0.26, kSignIn, kSignInBad},
    {"entra-audit", 0.20, kAudit, kAuditBad, kAuditRare},
    {"unified-audit", 0.18, kUnified, kUnifiedBad},
    {"graph-activity", 0.12, kGraph, kGraphBad},
    {"kubernetes", 0.14, kKubernetes, kKubernetesBad},
    {"google", 0.04, kGoogle, kGoogleBad},
    {"okta", 0.04, kOkta, kOktaBad},
    {"github", 0.02, kGitHub, kGitHubBad},
};

}  // namespace

std::span<const Shape> Shapes() { return kShapes; }

}  // namespace tokentrail::bench
