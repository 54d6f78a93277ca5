// Which changes in audit logs are changes of roles, policies, credentials, federation and guard
// rails: the facts are in data/audit_classes.csv.

#pragma once

#include <optional>
#include <string_view>

#include "model/audit.h"
#include "model/kind.h"

namespace tokentrail::inventory {

/// True for kinds that may be such a change; cheap, for every event.
constexpr bool MayBeAudited(Kind kind) {
  switch (kind) {
    case Kind::kRoleAssignment:
    case Kind::kRoleRevoked:
    case Kind::kRoleChange:
    case Kind::kAppRoleGrant:
    case Kind::kDelegation:
    case Kind::kCredentialChange:
    case Kind::kPolicyChange:
    case Kind::kUserChange:
    case Kind::kMailRule:
    case Kind::kAppChange:
    case Kind::kAppRevoked:
    case Kind::kTokenMinted:
      return true;
    default:
      return false;
  }
}

/// What the event changed; nothing when it is no change of this sort. `source` is the name of its
/// log source.
std::optional<AuditClass> AuditClassOf(std::string_view source, Kind kind,
                                       std::string_view operation);

}  // namespace tokentrail::inventory
