// The normalised fields of an event. OCSF names where OCSF has them.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace tokentrail {

enum class Field : uint8_t {
  // Which record
  kTenant,       // tenant, organisation, workspace, cluster
  kOperation,    // what the record says happened: trimmed, no trailing period, plain dashes
  kCategory,     // the log's own category, application or stream
  kCorrelation,  // groups the records of one flow
  kFlow,         // joins a consent to the sign-in that prompted it (InterSystemsId, IntraSystemId)
  // Who, as recorded
  kUser,       // name or mail address, lower case
  kUserId,     // the directory's id of it
  kUserType,   // the log's own word or number
  kActorApp,   // app (id or name) that acted by itself: initiatedBy.app, a service principal
  kActorAppId,
  // The client that holds the token, or the app the record is about
  kApp,         // app (client) id
  kAppName,
  kAppObject,   // service principal or application object id
  kAppOwner,    // tenant that owns the app
  kPublisher,
  kReplyUrls,   // space separated
  kResource,    // audience: the API's id
  kResourceName,
  // Ids of the token's life
  kToken,       // one issued token: uti as GUID, JTI, hashed token, ...
  kSession,
  kGrant,
  kCredential,  // key id of the credential used; for credential changes those added
  kCredentialsRemoved,
  // Where from
  kIp,
  kUserAgent,
  kCountry,
  kAsn,
  kDevice,
  // How it ended
  kStatus,        // code or word as logged
  kStatusDetail,
  // OAuth specifics
  kProtocol,      // authentication protocol or transfer method
  kTokenType,     // incoming token type, programmatic access type
  kScopes,        // scopes on the token or of the grant as it is now; space separated, sorted
  kScopesOld,
  kScopesAdded,
  kScopesRemoved,
  kConsentType,   // `AllPrincipals` or `Principal`
  kAdminConsent,  // `true` or `false`, as logged: it follows the person's rights
  kPrincipal,     // whom a grant is for, when it is for one user
  kReason,        // ConsentAction.Reason and the like
  // What was done to what
  kTarget,        // id
  kTargetName,
  kTargetType,    // User, ServicePrincipal, Application, ...
  kRole,          // role or app role: name
  kRoleId,        // role template id, app role id
  kMailbox,       // whose mailbox
  kClientString,  // ClientInfoString and the like
  kItems,         // count of items, rows, messages
  kItemIds,       // ids of the messages touched; space separated
  kBytes,
  kObject,        // file, document, repository, object touched
  kUrl,
  kMethod,        // HTTP method or API method
  // Kubernetes
  kVerb,
  kResourceKind,  // resource or resource/subresource
  kNamespace,
  kName,
  kServiceAccount,  // namespace/name the token is minted for
  kCommand,         // decoded exec command
  kIssuedToken,     // id of the token that the call minted
  kTokenLife,       // seconds
  kAudience,
  kImpersonated,
  kPod,
  kGroups,
  // What the log says of itself
  kLogLimit,  // `throttled`: it stopped recording here
  // Of exports of the real state
  kFacts,     // what else is told of an app, credential or person: `name=value` a line
  kCount,
};

constexpr size_t kFieldCount = static_cast<size_t>(Field::kCount);

struct FieldDef {
  Field field = Field::kCount;
  std::string_view name;     ///< dotted, as in findings and `list fields`
  std::string_view ocsf;     ///< the OCSF attribute, empty where OCSF has none
  std::string_view summary;
};

/// All fields, in the order of the enum.
std::span<const FieldDef> Fields();
std::string_view Name(Field field);

}  // namespace tokentrail
