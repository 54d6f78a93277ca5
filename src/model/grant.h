// A grant in two times: when it was so, and when the evidence saw it.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/place.h"
#include "base/time.h"
#include "model/event.h"

namespace tokentrail {

enum class GrantKind : uint8_t {
  kDelegated,    ///< an app may act for one user, or for all users
  kApplication,  ///< an app may act by itself: app roles, domain-wide delegation, installations
  kRole,         ///< a role or binding given to a service account or service principal
  kToken,        ///< a long-lived token of a person or machine: personal access token, API token
};
/// `delegated`, `application`, `role`, `token`.
std::string_view Name(GrantKind kind);

enum class GrantChangeKind : uint8_t {
  kGranted,  ///< birth, or authorised once more
  kWidened,
  kNarrowed,
  kRevoked,
  kSeen,     ///< in a snapshot of the real state
  kMissing,  ///< a snapshot of the real state lacks it
};
/// `granted`, `widened`, `narrowed`, `revoked`, `seen`, `missing`.
std::string_view Name(GrantChangeKind kind);

struct GrantChange {
  Time time;
  GrantChangeKind what = GrantChangeKind::kGranted;
  std::vector<std::string> added;  ///< permissions, sorted
  std::vector<std::string> removed;
  std::string by;         ///< who did it: name, else id
  std::string operation;  ///< as the record names it
  SourceIndex source = 0;
  Place place;
  Id content;
};

struct Grant {
  uint32_t number = 0;  ///< 1 and up, in the order in which the evidence first shows them
  GrantKind kind = GrantKind::kDelegated;
  std::string
      platform;  ///< `entra`, `google`, `github`, `slack`, `salesforce`, `okta`, `kubernetes`
  std::string tenant;
  std::string app;  ///< client id; else the object id, else the name
  std::string app_name;
  std::string app_object;  ///< service principal in this tenant
  bool all_users = false;  ///< for everybody in the tenant
  std::string principal;   ///< whom it is for: id, else name; empty for all users and app-only
  std::string principal_name;
  std::string resource;  ///< the API: id
  std::string resource_name;
  std::vector<std::string>
      permissions;               ///< as they stand at the end, or stood when it ended; sorted
  std::vector<std::string> ids;  ///< the platform's own ids of it

  // Valid time: as far as the evidence tells. What stands below is stated, not guessed.
  std::optional<Time> birth;  ///< the event that made it
  Time first_evidence;        ///< of its first event of any kind
  std::optional<Time> last_authorized;
  std::optional<Time> last_used;
  std::optional<Time> end;
  std::string end_reason;  ///< operation that ended it
  /// Why `birth` is empty, in words: `not since log start 2026-01-03`. Empty otherwise.
  std::string bound;

  uint64_t uses = 0;
  bool in_snapshot = false;
  std::vector<GrantChange> changes;  ///< oldest first; bounded, see changes_left_out
  uint64_t changes_left_out = 0;
};

}  // namespace tokentrail
