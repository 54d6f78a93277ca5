#include "model/field.h"

#include <array>

namespace tokentrail {
namespace {

// Names follow OCSF 1.x where it has the attribute; `ocsf` is empty where the name is ours.
constexpr FieldDef kFields[] = {
    {Field::kTenant, "tenant.uid", "metadata.tenant_uid",
     "tenant, organisation, workspace, project or cluster"},
    {Field::kOperation, "metadata.event_code", "metadata.event_code",
     "what the record says happened, trimmed and with plain dashes"},
    {Field::kCategory, "metadata.log_name", "metadata.log_name",
     "the log's own category, application or stream"},
    {Field::kCorrelation, "metadata.correlation_uid", "metadata.correlation_uid",
     "id that groups the records of one flow"},
    {Field::kFlow, "metadata.flow_uid", "", "id that joins a consent to the sign-in before it"},
    {Field::kUser, "actor.user.name", "actor.user.name",
     "recorded user: name or mail address, lower case"},
    {Field::kUserId, "actor.user.uid", "actor.user.uid", "recorded user: the directory's id"},
    {Field::kUserType, "actor.user.type", "actor.user.type",
     "recorded user: type, in the log's own word or number"},
    {Field::kActorApp, "actor.app_name", "actor.app_name",
     "app that acted by itself: its name, or its id when it has no name"},
    {Field::kActorAppId, "actor.app_uid", "actor.app_uid", "app that acted by itself: its id"},
    {Field::kApp, "app.uid", "", "client app that holds the token, or that the record is about"},
    {Field::kAppName, "app.name", "", "name of that app, as logged"},
    {Field::kAppObject, "app.object_uid", "",
     "its service principal or application object in this tenant"},
    {Field::kAppOwner, "app.owner_tenant_uid", "", "tenant that owns the app"},
    {Field::kPublisher, "app.publisher", "", "publisher of the app, as logged"},
    {Field::kReplyUrls, "app.reply_urls", "", "reply addresses of the app, space separated"},
    {Field::kResource, "resource.uid", "resources.uid", "API that the token is for: its id"},
    {Field::kResourceName, "resource.name", "resources.name",
     "API that the token is for: its name"},
    {Field::kToken, "token.uid", "authentication_token.uid", "id of one issued token"},
    {Field::kSession, "actor.session.uid", "actor.session.uid",
     "session that the token belongs to"},
    {Field::kGrant, "grant.uid", "", "id of the grant"},
    {Field::kCredential, "actor.session.credential_uid", "actor.session.credential_uid",
     "id of the app credential used, or of those added"},
    {Field::kCredentialsRemoved, "app.credentials_removed", "", "ids of app credentials removed"},
    {Field::kIp, "src_endpoint.ip", "src_endpoint.ip", "address of the caller"},
    {Field::kUserAgent, "http_request.user_agent", "http_request.user_agent",
     "user agent of the caller"},
    {Field::kCountry, "src_endpoint.location.country", "src_endpoint.location.country",
     "country of the caller, as logged"},
    {Field::kAsn, "src_endpoint.autonomous_system.number", "src_endpoint.autonomous_system.number",
     "autonomous system of the caller, as logged"},
    {Field::kDevice, "device.uid", "device.uid", "device of the caller"},
    {Field::kStatus, "status_code", "status_code", "result code or word, as logged"},
    {Field::kStatusDetail, "status_detail", "status_detail", "result in words, as logged"},
    {Field::kProtocol, "token.protocol", "", "authentication protocol or transfer method"},
    {Field::kTokenType, "token.type", "authentication_token.type",
     "type of the incoming token or of programmatic access"},
    {Field::kScopes, "grant.scopes", "",
     "scopes on the token, or of the grant as it is now; sorted, space separated"},
    {Field::kScopesOld, "grant.scopes_before", "", "scopes of the grant before the change"},
    {Field::kScopesAdded, "grant.scopes_added", "", "scopes that the change added"},
    {Field::kScopesRemoved, "grant.scopes_removed", "", "scopes that the change took away"},
    {Field::kConsentType, "grant.consent_type", "",
     "AllPrincipals (the whole tenant) or Principal (one user)"},
    {Field::kAdminConsent, "grant.is_admin_consent", "",
     "true when the person who consented had admin rights, as logged"},
    {Field::kPrincipal, "grant.principal_uid", "", "user that the grant is for"},
    {Field::kReason, "grant.reason", "", "why the consent was blocked or flagged, as logged"},
    {Field::kTarget, "target.uid", "entity.uid", "what it was done to: id"},
    {Field::kTargetName, "target.name", "entity.name", "what it was done to: name"},
    {Field::kTargetType, "target.type", "entity.type",
     "what it was done to: User, ServicePrincipal, Application and the like"},
    {Field::kRole, "role.name", "privileges", "role or app role given: name"},
    {Field::kRoleId, "role.uid", "", "role or app role given: id of its definition"},
    {Field::kMailbox, "mailbox.uid", "resources.owner.email_addr", "whose mailbox was touched"},
    {Field::kClientString, "client.string", "", "how a mail client describes itself"},
    {Field::kItems, "volume.items", "", "number of items, rows or messages"},
    {Field::kItemIds, "volume.item_uids", "",
     "ids of the messages touched (Internet message ids), space separated"},
    {Field::kBytes, "volume.bytes", "", "number of bytes"},
    {Field::kObject, "object.name", "file.name", "file, document, repository or object touched"},
    {Field::kUrl, "http_request.url", "http_request.url", "address of the request"},
    {Field::kMethod, "http_request.http_method", "http_request.http_method",
     "HTTP method or API method"},
    {Field::kVerb, "k8s.verb", "api.operation", "Kubernetes verb"},
    {Field::kResourceKind, "k8s.resource", "resources.type",
     "Kubernetes resource, or resource/subresource"},
    {Field::kNamespace, "k8s.namespace", "resources.namespace", "Kubernetes namespace"},
    {Field::kName, "k8s.name", "resources.name", "name of the Kubernetes object"},
    {Field::kServiceAccount, "k8s.service_account", "",
     "service account that the token is minted for, as namespace/name"},
    {Field::kCommand, "k8s.exec_command", "", "command run in the container, decoded"},
    {Field::kIssuedToken, "token.issued_uid", "", "id of the token that the call minted"},
    {Field::kTokenLife, "token.life_seconds", "", "life asked for or given, in seconds"},
    {Field::kAudience, "token.audience_uid", "", "audience of the token minted"},
    {Field::kImpersonated, "k8s.impersonated_user", "", "user that the caller acted as"},
    {Field::kPod, "k8s.pod", "", "pod that the token is bound to"},
    {Field::kGroups, "actor.user.groups", "actor.user.groups", "groups of the recorded user"},
    {Field::kLogLimit, "metadata.log_limit", "",
     "what the log says it left out: `throttled` when it stopped recording for a mailbox"},
    {Field::kFacts, "app.facts", "",
     "what else an export of the real state tells, `name=value` a line"},
};
static_assert(std::size(kFields) == kFieldCount);

constexpr bool InOrder() {
  for (size_t i = 0; i < kFieldCount; ++i) {
    if (kFields[i].field != static_cast<Field>(i)) return false;
  }
  return true;
}
static_assert(InOrder());

}  // namespace

std::span<const FieldDef> Fields() { return kFields; }

std::string_view Name(Field field) {
  const auto index = static_cast<size_t>(field);
  return index < kFieldCount ? kFields[index].name : std::string_view();
}

}  // namespace tokentrail
