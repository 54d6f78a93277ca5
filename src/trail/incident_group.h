// Which findings belong together, before anybody asks what they tell.

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/finding.h"
#include "model/trails.h"

namespace tokentrail::trail {

/// What holds the findings of a group together.
enum class Bond : uint8_t {
  kChain,  ///< tokens, sessions, grants, credentials, service accounts, apps
  kUser,   ///< the account alone
  kRule,   ///< the same claim, about many
};

struct FindingGroup {
  Bond bond = Bond::kChain;
  std::vector<size_t> findings;  ///< ascending
  /// Of them those that share a key of the chain; the others came by user or address.
  std::vector<size_t> chained;
  /// What it is known by: the chain's keys, or the ids of its findings; sorted.
  std::vector<std::string> keys;
};

/// Puts each finding into exactly one group. Findings are settled, so their order and ids hang on
/// the evidence alone, and so does the result. Cost: near-linear in findings and links.
std::vector<FindingGroup> GroupFindings(std::span<const Finding> findings, const Trails& trails);

/// A platform's own app: everybody uses it, so sharing it tells nothing. Known by id; by name only
/// where a log gives no id.
bool IsPlatformApp(const Entity& app);

/// `prod/builder` of `system:serviceaccount:prod:builder`, as Kubernetes names a service account
/// that acts; empty for other users.
std::string ServiceAccountOf(std::string_view user);

/// The apps of a finding that may stand for what it claims, the platforms' own aside. A rule's
/// finding is of one user and day: where it names several apps it is about none of them.
std::vector<const Entity*> AppsOf(const Finding& finding);

}  // namespace tokentrail::trail
