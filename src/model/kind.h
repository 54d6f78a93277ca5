// What sort of thing an event is, whatever platform logged it. Analytics choose events by kind.

#pragma once

#include <cstdint>
#include <string_view>

namespace tokentrail {

enum class Kind : uint8_t {
  kOther,
  kSignIn,           // a token or session was issued, or refused
  kConsent,          // a person or admin consented to an app (Entra `Consent to application`)
  kDelegatedGrant,   // delegated permission grant added or changed
  kAppRoleGrant,     // application permission given to a service principal
  kRoleAssignment,   // directory, cloud or SaaS admin role given
  kCredentialChange, // secret, certificate or federated credential of an app changed
  kAppChange,        // app or service principal created, updated, deleted; owner changed
  kOwnerChange,
  kPolicyChange,     // guard rails: consent, conditional access, federation, audit settings
  kRoleChange,       // a role was created or its rights changed
  kUserChange,       // account created, enabled, reset; security info
  kDeviceChange,
  kMailRead,
  kMailSend,
  kMailRule,         // inbox rule, forwarding, mailbox permission
  kFileAccess,
  kApiCall,          // API activity with a token: Graph, Google, Salesforce, GitHub, ...
  kAppAuthorized,    // Google `authorize`, Okta/Slack/GitHub app grants by a user
  kAppRevoked,       // grant or token revoked
  kDelegation,       // Google domain-wide delegation
  kTokenMinted,      // Kubernetes TokenRequest, GCP GenerateAccessToken, personal access token
  kExec,             // Kubernetes exec, attach, portforward, ephemeral container
  kKubernetes,       // any other Kubernetes request
  kRisk,             // the vendor's own risk detection or alert
  kRoleRevoked,      // an admin role or right was taken away
  kSnapshot,         // not an act: what is so, in an export of the real state
  kCount,
};

enum class Outcome : uint8_t { kUnknown, kSuccess, kFailure };

std::string_view Name(Kind kind);
std::string_view Name(Outcome outcome);

}  // namespace tokentrail
