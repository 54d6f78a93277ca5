// AWS CloudTrail: who used or obtained which credential, and what was done about identities.
//
// Shapes: log files and CloudWatch (the event itself), EventBridge (`detail`), the answer of
// `aws cloudtrail lookup-events` (JSON text in `CloudTrailEvent`), the Log Analytics table
// AWSCloudTrail (flat), Athena (lower-case columns, `useridentity` as `{type=..., arn=...}`) and
// the console's event history as CSV.
//
// Sources: AWS CloudTrail User Guide, "CloudTrail record contents" and "userIdentity element";
// AWS STS, IAM and IAM Identity Center API references; Microsoft, Azure Monitor table
// AWSCloudTrail (all read 2026).

#include <algorithm>

#include "base/text.h"
#include "source/map/maps.h"

namespace tokentrail::source {
namespace {

bool IsEvent(const Record& record) {
  return record.Has("userIdentity") || record.Has("eventVersion") || record.Has("awsRegion");
}
bool IsEventBridge(const Record& record) { return record.Has("detail.eventSource"); }
bool IsTable(const Record& record) {
  return record.Has("UserIdentityType") || record.Has("AwsEventId");
}
bool IsConsole(const Record& record) {
  return record.Has("AWS access key") || record.Has("AWS region");
}

constexpr Claim kClaims[] = {
    {.keys = {"eventSource", "eventName"}, .test = IsEvent},
    {.keys = {"CloudTrailEvent"}},
    {.keys = {"detail", "detail-type"}, .test = IsEventBridge},
    {.keys = {"EventSource", "EventName"}, .test = IsTable},
    {.keys = {"eventsource", "eventname", "useridentity"}},
    {.keys = {"Event source", "Event name"}, .test = IsConsole},
};

// Paths: event, EventBridge, lookup-events, Log Analytics, Athena, console.
constexpr FieldMap kFields[] = {
    {Field::kTenant,
     {"recipientAccountId", "detail.recipientAccountId", "CloudTrailEvent.recipientAccountId",
      "RecipientAccountId", "recipientaccountid", "account", "Recipient Account Id",
      "userIdentity.accountId"}},
    {Field::kOperation,
     {"eventName", "detail.eventName", "CloudTrailEvent.eventName", "EventName", "eventname",
      "Event name"}},
    {Field::kCategory,
     {"eventCategory", "detail.eventCategory", "CloudTrailEvent.eventCategory", "eventcategory",
      "eventType", "EventTypeName", "Event category"}},
    {Field::kCorrelation,
     {"requestID", "detail.requestID", "CloudTrailEvent.requestID", "AwsRequestId_", "AwsRequestId",
      "requestid", "Request ID"},
     As::kCasedId},
    {Field::kResource,
     {"eventSource", "detail.eventSource", "CloudTrailEvent.eventSource", "EventSource",
      "eventsource", "Event source"},
     As::kLower},
    // A service that calls for a customer stands here by its name, which is no address.
    {Field::kIp,
     {"sourceIPAddress", "detail.sourceIPAddress", "CloudTrailEvent.sourceIPAddress",
      "SourceIpAddress", "sourceipaddress", "Source IP address"},
     As::kIp},
    {Field::kUserAgent,
     {"userAgent", "detail.userAgent", "CloudTrailEvent.userAgent", "UserAgent", "useragent",
      "User agent"}},
    {Field::kStatus,
     {"errorCode", "detail.errorCode", "CloudTrailEvent.errorCode", "ErrorCode", "errorcode",
      "Error code"}},
    {Field::kStatusDetail,
     {"errorMessage", "detail.errorMessage", "CloudTrailEvent.errorMessage", "ErrorMessage",
      "errormessage"}},
    // The flat shapes of userIdentity; the nested one is read by Fixup.
    {Field::kUserType, {"UserIdentityType"}},
    {Field::kUser, {"UserIdentityArn", "UserIdentityUserName", "User name"}},
    {Field::kUserId, {"UserIdentityPrincipalid", "UserIdentityPrincipalId"}},
    {Field::kCredential, {"UserIdentityAccessKeyId", "AWS access key"}, As::kCasedId},
    {Field::kRole, {"SessionIssuerUserName"}},
    {Field::kRoleId, {"SessionIssuerArn"}},
    {Field::kAppName, {"UserIdentityInvokedBy"}},
};

// What an operation is. `service` is the start of the event source, empty when the name suffices.
struct Operation {
  std::string_view name;
  Kind kind;
  std::string_view service = {};
};

// Sorted by name.
constexpr Operation kOperations[] = {
    {"AddClientIDToOpenIDConnectProvider", Kind::kPolicyChange},
    {"AddUserToGroup", Kind::kRoleAssignment, "iam."},
    {"AdminInitiateAuth", Kind::kSignIn, "cognito-idp."},
    {"AssumeRole", Kind::kTokenMinted, "sts."},
    {"AssumeRoleForPodIdentity", Kind::kTokenMinted, "eks-auth."},
    {"AssumeRoleWithSAML", Kind::kTokenMinted, "sts."},
    {"AssumeRoleWithWebIdentity", Kind::kTokenMinted, "sts."},
    {"AssumeRoot", Kind::kTokenMinted, "sts."},
    {"AttachGroupPolicy", Kind::kRoleAssignment, "iam."},
    {"AttachManagedPolicyToPermissionSet", Kind::kRoleChange, "sso."},
    {"AttachRolePolicy", Kind::kRoleAssignment, "iam."},
    {"AttachUserPolicy", Kind::kRoleAssignment, "iam."},
    {"Authenticate", Kind::kSignIn, "sso."},
    {"ChangePassword", Kind::kUserChange, "iam."},
    {"ConsoleLogin", Kind::kSignIn, "signin."},
    {"CreateAccessKey", Kind::kCredentialChange, "iam."},
    {"CreateAccountAssignment", Kind::kRoleAssignment, "sso."},
    {"CreateApplication", Kind::kAppChange, "sso."},
    {"CreateGroup", Kind::kUserChange, "iam."},
    {"CreateLoginProfile", Kind::kUserChange, "iam."},
    {"CreateOpenIDConnectProvider", Kind::kPolicyChange, "iam."},
    {"CreatePermissionSet", Kind::kRoleChange, "sso."},
    {"CreatePolicy", Kind::kRoleChange, "iam."},
    {"CreatePolicyVersion", Kind::kRoleChange, "iam."},
    {"CreateProfile", Kind::kPolicyChange, "rolesanywhere."},
    {"CreateRole", Kind::kRoleChange, "iam."},
    {"CreateSAMLProvider", Kind::kPolicyChange, "iam."},
    {"CreateServiceSpecificCredential", Kind::kCredentialChange, "iam."},
    {"CreateSession", Kind::kTokenMinted, "rolesanywhere."},
    {"CreateToken", Kind::kTokenMinted, "sso"},
    {"CreateTokenWithIAM", Kind::kTokenMinted, "sso"},
    {"CreateTrustAnchor", Kind::kPolicyChange, "rolesanywhere."},
    {"CreateUser", Kind::kUserChange},
    {"CreateUserPoolClient", Kind::kAppChange, "cognito-idp."},
    {"CreateVirtualMFADevice", Kind::kUserChange, "iam."},
    {"CredentialVerification", Kind::kSignIn, "signin."},
    {"DeactivateMFADevice", Kind::kUserChange, "iam."},
    {"DeleteAccessKey", Kind::kCredentialChange, "iam."},
    {"DeleteAccountPasswordPolicy", Kind::kPolicyChange, "iam."},
    {"DeleteApplication", Kind::kAppChange, "sso."},
    {"DeleteConfigurationRecorder", Kind::kPolicyChange, "config."},
    {"DeleteDetector", Kind::kPolicyChange, "guardduty."},
    {"DeleteEventDataStore", Kind::kPolicyChange, "cloudtrail."},
    {"DeleteFlowLogs", Kind::kPolicyChange, "ec2."},
    {"DeleteLoginProfile", Kind::kUserChange, "iam."},
    {"DeleteOpenIDConnectProvider", Kind::kPolicyChange, "iam."},
    {"DeleteSAMLProvider", Kind::kPolicyChange, "iam."},
    {"DeleteServiceSpecificCredential", Kind::kCredentialChange, "iam."},
    {"DeleteTrail", Kind::kPolicyChange, "cloudtrail."},
    {"DeleteUser", Kind::kUserChange},
    {"DisableSecurityHub", Kind::kPolicyChange, "securityhub."},
    {"EnableMFADevice", Kind::kUserChange, "iam."},
    {"ExitRole", Kind::kSignIn, "signin."},
    {"Federate", Kind::kSignIn, "sso."},
    {"GetAuthorizationToken", Kind::kTokenMinted},
    {"GetCredentialsForIdentity", Kind::kTokenMinted, "cognito-identity."},
    {"GetFederationToken", Kind::kTokenMinted, "sts."},
    {"GetObject", Kind::kFileAccess, "s3."},
    {"GetOpenIdToken", Kind::kTokenMinted, "cognito-identity."},
    {"GetOpenIdTokenForDeveloperIdentity", Kind::kTokenMinted, "cognito-identity."},
    {"GetRoleCredentials", Kind::kTokenMinted, "sso."},
    {"GetSessionToken", Kind::kTokenMinted, "sts."},
    {"GetSigninToken", Kind::kSignIn, "signin."},
    {"GetWebIdentityToken", Kind::kTokenMinted, "sts."},
    {"InitiateAuth", Kind::kSignIn, "cognito-idp."},
    {"PutEventSelectors", Kind::kPolicyChange, "cloudtrail."},
    {"PutGroupPolicy", Kind::kRoleAssignment, "iam."},
    {"PutInlinePolicyToPermissionSet", Kind::kRoleChange, "sso."},
    {"PutRolePolicy", Kind::kRoleChange, "iam."},
    {"PutUserPolicy", Kind::kRoleAssignment, "iam."},
    {"RegisterClient", Kind::kAppChange, "sso"},
    {"ResetServiceSpecificCredential", Kind::kCredentialChange, "iam."},
    {"RespondToAuthChallenge", Kind::kSignIn, "cognito-idp."},
    {"RevokeToken", Kind::kAppRevoked},
    {"SendEmail", Kind::kMailSend, "ses."},
    {"SendRawEmail", Kind::kMailSend, "ses."},
    {"SetDefaultPolicyVersion", Kind::kRoleChange, "iam."},
    {"StopConfigurationRecorder", Kind::kPolicyChange, "config."},
    {"StopEventDataStoreIngestion", Kind::kPolicyChange, "cloudtrail."},
    {"StopLogging", Kind::kPolicyChange, "cloudtrail."},
    {"SwitchRole", Kind::kSignIn, "signin."},
    {"UpdateAccessKey", Kind::kCredentialChange, "iam."},
    {"UpdateAccountPasswordPolicy", Kind::kPolicyChange, "iam."},
    {"UpdateApplication", Kind::kAppChange, "sso."},
    {"UpdateAssumeRolePolicy", Kind::kRoleChange, "iam."},
    {"UpdateDetector", Kind::kPolicyChange, "guardduty."},
    {"UpdateLoginProfile", Kind::kUserChange, "iam."},
    {"UpdateOpenIDConnectProviderThumbprint", Kind::kPolicyChange, "iam."},
    {"UpdateSAMLProvider", Kind::kPolicyChange, "iam."},
    {"UpdateTrail", Kind::kPolicyChange, "cloudtrail."},
    {"UpdateUserPoolClient", Kind::kAppChange, "cognito-idp."},
    {"UploadSSHPublicKey", Kind::kCredentialChange, "iam."},
    {"UploadSigningCertificate", Kind::kCredentialChange, "iam."},
    {"UserAuthentication", Kind::kSignIn, "signin."},
};
static_assert(std::is_sorted(std::begin(kOperations), std::end(kOperations),
                             [](const Operation& a, const Operation& b) {
                               return a.name < b.name;
                             }));

Kind KindOf(std::string_view name, std::string_view service) {
  const auto* found =
      std::lower_bound(std::begin(kOperations), std::end(kOperations), name,
                       [](const Operation& a, std::string_view b) { return a.name < b; });
  if (found == std::end(kOperations) || found->name != name) return Kind::kApiCall;
  return service.starts_with(found->service) ? found->kind : Kind::kApiCall;
}

const Node* ChildOf(const Record& record, const Node* parent, std::string_view key) {
  return parent == nullptr || !parent->is_container() ? nullptr : record.Child(*parent, key);
}

std::string_view TextOf(const Node* node) {
  return node == nullptr ? std::string_view{} : node->text();
}

const Node* Opened(const Record& record, const Node* node) {
  return node == nullptr ? nullptr : record.Open(*node);
}

// The first of these children that stands in the record; opened when it is JSON text.
const Node* Part(const Record& record, const Node& event, std::string_view camel,
                 std::string_view pascal, std::string_view lower) {
  for (const std::string_view key : {camel, pascal, lower}) {
    if (const Node* node = Opened(record, record.Child(event, key))) return node;
  }
  return nullptr;
}

const Node& EventOf(const Record& record) {
  for (const std::string_view key : {"detail", "CloudTrailEvent"}) {
    const Node* node = Opened(record, record.Child(record.root(), key));
    if (node != nullptr && node->kind == NodeKind::kObject) return *node;
  }
  return record.root();
}

void SetIfEmpty(Field field, const Node* node, Draft& draft) {
  if (node != nullptr && !node->text().empty() && !draft.Has(field)) draft.SetFrom(field, node);
}

// userIdentity: an IAM user's name is not unique, its ARN is; a sign-in that failed has neither.
void ReadIdentity(const Record& record, const Node& identity, Draft& draft) {
  draft.SetFrom(Field::kUserType, record.Child(identity, "type"));
  for (const std::string_view key : {"arn", "userName", "invokedBy", "principalId"}) {
    SetIfEmpty(Field::kUser, record.Child(identity, key), draft);
  }
  SetIfEmpty(Field::kUserId, record.Child(identity, "principalId"), draft);
  SetIfEmpty(Field::kCredential, record.Child(identity, "accessKeyId"), draft);
  SetIfEmpty(Field::kAppName, record.Child(identity, "invokedBy"), draft);
  const Node* context = record.Child(identity, "sessionContext");
  const Node* issuer = ChildOf(record, context, "sessionIssuer");
  SetIfEmpty(Field::kRole, ChildOf(record, issuer, "userName"), draft);
  SetIfEmpty(Field::kRoleId, ChildOf(record, issuer, "arn"), draft);
  // Identity Center's own id of the person on whose behalf the role acts.
  SetIfEmpty(Field::kPrincipal, ChildOf(record, record.Child(identity, "onBehalfOf"), "userId"),
             draft);
}

// Athena prints the struct as `{type=AssumedRole, principalid=..., arn=..., ...}`: not JSON, and
// values are not quoted, so only those without a comma can be told.
std::string_view StructMember(std::string_view text, std::string_view name) {
  for (size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const size_t value = at + name.size();
    const bool starts = at > 0 && (text[at - 1] == '{' || text[at - 1] == ' ');
    if (!starts || value >= text.size() || text[value] != '=') continue;
    const std::string_view rest = text.substr(value + 1);
    const std::string_view member = rest.substr(0, rest.find_first_of(",}"));
    return member == "null" ? std::string_view{} : member;
  }
  return {};
}

void ReadStruct(const Node& node, Draft& draft) {
  const std::string_view text = node.text();
  // The outer members come before `sessioncontext`, whose issuer repeats their names.
  const size_t context = text.find("sessioncontext=");
  const std::string_view outer = text.substr(0, context);
  const auto set = [&](Field field, std::string_view part, std::string_view name) {
    const std::string_view value = StructMember(part, name);
    if (!value.empty()) draft.SetIfEmpty(field, value, &node);
  };
  set(Field::kUserType, outer, "type");
  set(Field::kUser, outer, "arn");
  set(Field::kUser, outer, "username");
  set(Field::kUser, outer, "principalid");
  set(Field::kUserId, outer, "principalid");
  set(Field::kCredential, outer, "accesskeyid");
  set(Field::kAppName, outer, "invokedby");
  if (context == std::string_view::npos) return;
  const std::string_view session = text.substr(context);
  set(Field::kRoleId, session, "arn");
  set(Field::kRole, session, "username");
}

// `arn:aws:iam::111122223333:role/path/Name` -> `Name`.
std::string_view LastPart(std::string_view arn) {
  const size_t slash = arn.rfind('/');
  return slash == std::string_view::npos ? arn : arn.substr(slash + 1);
}

// A token was issued: for whom, as which role, how long. The access key id of the new credentials
// names the token in all that is done with it.
void ReadMint(const Record& record, const Node* request, const Node* response, Draft& draft) {
  const Node* credentials = ChildOf(record, response, "credentials");
  if (credentials == nullptr) credentials = ChildOf(record, response, "roleCredentials");
  SetIfEmpty(Field::kIssuedToken, ChildOf(record, credentials, "accessKeyId"), draft);
  const Node* role = ChildOf(record, request, "roleArn");
  if (role != nullptr && !role->text().empty()) {
    draft.Set(Field::kRoleId, role->text(), role);
    draft.Set(Field::kRole, LastPart(role->text()), role);
  }
  if (const Node* life = ChildOf(record, request, "durationSeconds")) {
    draft.SetFrom(Field::kTokenLife, life, As::kNumber);
  }
  SetIfEmpty(Field::kAudience, ChildOf(record, response, "audience"), draft);
  SetIfEmpty(Field::kSession, ChildOf(record, request, "roleSessionName"), draft);
  SetIfEmpty(Field::kApp, ChildOf(record, request, "clientId"), draft);
  SetIfEmpty(Field::kProtocol, ChildOf(record, request, "grantType"), draft);

  const Node* subject = ChildOf(record, response, "subjectFromWebIdentityToken");
  std::string_view type = "WebIdentity";
  if (subject == nullptr) {
    subject = ChildOf(record, response, "subject");
    type = "SAML";
  }
  if (subject == nullptr) {
    subject = ChildOf(record, ChildOf(record, response, "assumedRoleUser"), "arn");
    type = "AssumedRole";
  }
  if (subject == nullptr) {
    subject = ChildOf(record, ChildOf(record, response, "federatedUser"), "arn");
    type = "FederatedUser";
  }
  if (TextOf(subject).empty()) return;
  draft.Set(Field::kTarget, subject->text(), subject);
  draft.Set(Field::kTargetType, type, subject);
  constexpr std::string_view kServiceAccount = "system:serviceaccount:";
  const std::string_view name = subject->text();
  if (!name.starts_with(kServiceAccount)) return;
  const std::string_view rest = name.substr(kServiceAccount.size());
  const size_t colon = rest.find(':');
  if (colon == std::string_view::npos) return;
  draft.Set(Field::kServiceAccount,
            Concat(draft.arena(), {rest.substr(0, colon), "/", rest.substr(colon + 1)}), subject);
}

// An IAM change: to whom, and what was given.
void ReadChange(const Record& record, const Node* request, const Node* response, Draft& draft) {
  struct Target {
    std::string_view key;
    std::string_view type;
  };
  static constexpr Target kTargets[] = {
      {"userName", "User"},          {"roleName", "Role"},
      {"groupName", "Group"},        {"principalId", "Principal"},
      {"policyName", "Policy"},      {"policyArn", "Policy"},
      {"url", "IdentityProvider"},   {"name", "Name"},
      {"clientName", "Application"}, {"applicationArn", "Application"},
  };
  for (const Target& target : kTargets) {
    const Node* node = ChildOf(record, request, target.key);
    if (TextOf(node).empty()) continue;
    draft.Set(Field::kTarget, node->text(), node);
    draft.Set(Field::kTargetName, node->text(), node);
    draft.Set(Field::kTargetType, target.type, node);
    break;
  }
  if (draft.kind == Kind::kRoleAssignment) {  // the role given, not the one acted in
    for (const std::string_view key :
         {"policyArn", "permissionSetArn", "policyName", "groupName"}) {
      const Node* node = ChildOf(record, request, key);
      if (TextOf(node).empty()) continue;
      draft.Set(Field::kRoleId, node->text(), node);
      draft.Set(Field::kRole, LastPart(node->text()), node);
      break;
    }
  }
  if (draft.kind != Kind::kCredentialChange) return;
  const bool removed = draft.Text(Field::kOperation).starts_with("Delete");
  const Node* id = ChildOf(record, ChildOf(record, response, "accessKey"), "accessKeyId");
  if (id == nullptr) {
    id = ChildOf(record, ChildOf(record, response, "serviceSpecificCredential"),
                 "serviceSpecificCredentialId");
  }
  for (const std::string_view key : {"accessKeyId", "serviceSpecificCredentialId"}) {
    if (id == nullptr) id = ChildOf(record, request, key);
  }
  // For changes the field holds the credential changed; the one used stays as the token.
  draft.Clear(Field::kCredential);
  if (TextOf(id).empty()) return;
  draft.Set(removed ? Field::kCredentialsRemoved : Field::kCredential, id->text(), id);
}

void ReadObject(const Record& record, const Node* request, Draft& draft) {
  const Node* bucket = ChildOf(record, request, "bucketName");
  const Node* key = ChildOf(record, request, "key");
  if (!TextOf(bucket).empty() && !TextOf(key).empty()) {
    draft.Set(Field::kObject, Concat(draft.arena(), {bucket->text(), "/", key->text()}), key);
    return;
  }
  for (const std::string_view name : {"bucketName", "secretId", "functionName", "instanceId"}) {
    SetIfEmpty(Field::kObject, ChildOf(record, request, name), draft);
  }
}

void Fixup(const Record& record, Draft& draft) {
  const Node& event = EventOf(record);
  for (const std::string_view key : {"userIdentity", "useridentity"}) {
    const Node* node = record.Child(event, key);
    if (node == nullptr) continue;
    if (const Node* identity = record.Open(*node)) {
      ReadIdentity(record, *identity, draft);
    } else {
      ReadStruct(*node, draft);
    }
    break;
  }
  if (draft.Text(Field::kUser).find('@') != std::string_view::npos &&
      !draft.Text(Field::kUser).starts_with("arn:")) {
    draft.Derive(Field::kUser, Lower(draft.Text(Field::kUser), draft.arena()), Field::kUser);
  }
  // `ASIA...` are temporary credentials: their id names one issued token (IAM, unique ids).
  if (draft.Text(Field::kCredential).starts_with("ASIA")) {
    draft.Derive(Field::kToken, draft.Text(Field::kCredential), Field::kCredential);
  }

  const Node* request =
      Part(record, event, "requestParameters", "RequestParameters", "requestparameters");
  const Node* response =
      Part(record, event, "responseElements", "ResponseElements", "responseelements");
  draft.kind = KindOf(draft.Text(Field::kOperation), draft.Text(Field::kResource));
  if (draft.Text(Field::kCategory) == "Insight" ||
      draft.Text(Field::kCategory) == "AwsCloudTrailInsight") {
    draft.kind = Kind::kRisk;
  }
  switch (draft.kind) {
    case Kind::kTokenMinted:
      ReadMint(record, request, response, draft);
      break;
    case Kind::kRoleAssignment:
    case Kind::kRoleChange:
    case Kind::kCredentialChange:
    case Kind::kPolicyChange:
    case Kind::kUserChange:
    case Kind::kAppChange:
      ReadChange(record, request, response, draft);
      break;
    default:
      ReadObject(record, request, draft);
      break;
  }
  // A console sign-in that failed has no error code, its answer says so.
  const Node* login = ChildOf(record, response, "ConsoleLogin");
  const bool failed = draft.Has(Field::kStatus) || EqualsIgnoreCase(TextOf(login), "Failure");
  draft.outcome = failed ? Outcome::kFailure : Outcome::kSuccess;
  if (!draft.Has(Field::kStatus)) SetIfEmpty(Field::kStatus, login, draft);
}

}  // namespace

extern constinit const SourceDef kAwsCloudtrail = {
    .name = "aws_cloudtrail",
    .summary = "AWS CloudTrail: API calls, sign-ins and tokens of AWS accounts",
    .reference = "AWS CloudTrail User Guide, CloudTrail record contents",
    .sigma = {{{.product = "aws", .category = {}, .service = "cloudtrail"}}},
    .claims = kClaims,
    .head = {.time = {"eventTime", "detail.eventTime", "CloudTrailEvent.eventTime", "TimeGenerated",
                      "eventtime", "Event time", "EventTime", "time"},
             .key = {"eventID|detail.eventID|CloudTrailEvent.eventID|EventId|AwsEventId|eventid|"
                     "Event ID"}},
    .fields = kFields,
    .split = {},
    .fixup = Fixup,
    .headerless = {},
};

}  // namespace tokentrail::source
