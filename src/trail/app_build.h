// Apps from what was gathered of them: counts of events, grants, exports, findings.

#pragma once

#include <tsl/robin_map.h>

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analytic/state.h"
#include "base/id.h"
#include "model/app.h"
#include "model/finding.h"
#include "model/grant.h"
#include "trail/app_entry.h"
#include "trail/app_people.h"
#include "trail/app_snapshot.h"

namespace tokentrail::trail {

/// Where a record came from.
struct AppOrigin {
  std::string ip;
  std::string asn;  ///< as logged
  std::string country;
};

/// `created`, `registered`, `installed`: the operation makes an app or its service principal.
bool IsCreation(std::string_view operation);

/// `namespace/name` of a service account that the cluster's own controller manager runs under. An
/// account of another name in kube-system is somebody's.
/// Source: Kubernetes, "Using RBAC Authorization", roles for built-in controllers (v1.34).
bool IsClusterController(std::string_view account);

/// A pod's name without what a controller adds to tell its copies apart: `web` for
/// `web-7d9f5c8b6d-x2x4z`, `agent` for `agent-q8z5k`, `db` for `db-0`.
/// Source: Kubernetes, "Deployments", "DaemonSet", "StatefulSets" (names of pods).
std::string_view WorkloadOf(std::string_view pod);

struct AppBuild {
  tsl::robin_map<Id, AppOrigin> origins;  ///< of changes of consents, by content
  AppSnapshot snapshot;
  AppPeople people;  ///< the user's own list: it wins over exports
  std::set<std::pair<std::string, std::string>> calls_logged;  ///< tenant, platform
  uint64_t left_out = 0;

  /// The apps, sorted; consents, users and permissions of each. Once.
  Portfolio Finish(std::vector<std::unique_ptr<AppEntry>> entries, const std::vector<Grant>& grants,
                   const std::vector<Finding>& findings, const analytic::State& state);
};

}  // namespace tokentrail::trail
