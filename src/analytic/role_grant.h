// An application permission (app role) given to a service principal, as GRT-04 and GRT-05 see it.

#pragma once

#include <optional>
#include <string>

#include "analytic/actor.h"
#include "analytic/claim.h"

namespace tokentrail::analytic {

/// How far an application permission reaches. DETECTIONS 2.3 GRT-04 with the severities of 3.2.
enum class Tier : uint8_t {
  kZero,  ///< severity 95 or more, or full access to every mailbox: a way to the whole tenant
  kOne,   ///< severity 70 or more: the data of everyone, or changes to users and groups
  kLow,
  kUnassessed  ///< not in the tables: not known to be harmless
};

struct RoleGrant {
  AppRef app;        ///< who got it
  std::string role;  ///< name, else id
  std::string role_id;
  std::string resource;
  Actor actor;
  int severity = -1;
  Tier tier = Tier::kUnassessed;
};

/// The grant that the event tells, when it tells one that did not fail.
std::optional<RoleGrant> ReadRoleGrant(const Event& event, const State& state);
constexpr FieldSet RoleGrantNeeds() {
  return {Field::kTenant,       Field::kUser,        Field::kUserId,    Field::kActorApp,
          Field::kActorAppId,   Field::kApp,         Field::kAppName,   Field::kAppObject,
          Field::kAppOwner,     Field::kRole,        Field::kRoleId,    Field::kResource,
          Field::kResourceName, Field::kTargetType,  Field::kOperation, Field::kIp,
          Field::kUserAgent,    Field::kClientString};
}
std::vector<Field> RoleGrantDeciding();

}  // namespace tokentrail::analytic
