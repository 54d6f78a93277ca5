// What a case knows of apps, users, tokens and the like: enough to tell the platform of an id, whom
// it concerns, and what was probably meant when it is unknown.

#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tokentrail::cli {

struct KnownThing {
  std::string type;      ///< `app`, `user`, `token`, `session`, `credential`, `serviceaccount`
  std::string platform;  ///< as data/containment.yaml names it; empty: not told
  std::string id;
  bool name_only = false;  ///< the id is a name: the record never gave one
  std::set<std::string> names;
  std::set<std::string> tenants;
  uint64_t users = 0;  ///< of an app: how many authorised or used it
  bool tenant_wide = false;
  std::string permission;                               ///< of an app: its strongest
  std::map<std::string, std::set<std::string>> beside;  ///< by type: what findings name with it
  std::map<std::string, std::string> findings;          ///< short id -> `level: title`
  uint64_t changes = 0;                                 ///< rows of audit.jsonl that name it
};

class ContainCase {
 public:
  /// Reads summary.json, findings.jsonl and audit.jsonl.
  static Result<ContainCase> Read(const std::string& folder);

  /// Those of the type with this id or name, in any case of letters; ids win over names. With a
  /// platform only those on it.
  std::vector<const KnownThing*> Find(std::string_view type, std::string_view id_or_name,
                                      std::string_view platform) const;
  /// Ids and names like it, the nearest first; at most five.
  std::vector<std::string> Nearest(std::string_view type, std::string_view id_or_name) const;

 private:
  KnownThing& At(std::string_view type, std::string_view platform, std::string_view id);

  std::map<std::string, KnownThing> things_;
};

/// The platform of a log source, as data/containment.yaml names it; empty when it has no plans.
std::string_view ContainPlatformOf(std::string_view source);

}  // namespace tokentrail::cli
