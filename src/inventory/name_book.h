// What NameBook holds.

#pragma once

#include <tsl/robin_map.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "inventory/masquerade.h"
#include "inventory/skeleton.h"

namespace tokentrail::inventory {

/// An app, as far as names are compared.
struct NamePeer {
  std::string platform;
  std::string id;
  std::string name;
  std::string plain;  ///< Skeleton::plain
  std::string whole;  ///< Skeleton::whole
  std::string owner_tenant;
  std::string publisher;
  Time first_seen;
  uint64_t users = 0;
  bool first_party = false;
  bool tenant_wide = false;
};

/// A tenant's own name, from the addresses of its people.
struct TenantLabel {
  std::string domain;  ///< `contoso.co.uk`
  std::string plain;   ///< `contoso`
  std::string folded;
};

struct TenantNames {
  std::vector<NamePeer> peers;
  /// Positions in `peers` by Skeleton::whole, and by the first and the last half of it: two names
  /// one edit apart share one of those.
  tsl::robin_map<uint64_t, std::vector<uint32_t>> by_whole;
  tsl::robin_map<uint64_t, std::vector<uint32_t>> by_half;
  /// People whose names some app has: letters of the name to name as logged.
  tsl::robin_map<std::string, std::string> people;
  std::vector<TenantLabel> labels;
};

struct NameBook::Impl {
  tsl::robin_map<std::string, TenantNames> tenants;

  const TenantNames* Find(std::string_view tenant) const {
    const auto it = tenants.find(std::string(tenant));
    return it == tenants.end() ? nullptr : &it->second;
  }
};

/// The app of the tenant that this one would be mistaken for; null when there is none. `same`: the
/// names look the same; else they are one edit apart.
const NamePeer* NeighbourOf(const App& app, const Skeleton& name, const TenantNames& names,
                            bool& same);

/// Letters of a name that could be a person's: two or three words, none of them of the trade; empty
/// otherwise.
std::string PersonKey(const Skeleton& name);

}  // namespace tokentrail::inventory
