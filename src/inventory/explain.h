// What one permission allows, how bad that is and who says so: for people who ask about one.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inventory/permission.h"

namespace tokentrail::inventory {

struct Explained {
  Platform platform = Platform::kMicrosoft;
  std::string name;     ///< as our table has it; as asked where a pattern covers it
  std::string pattern;  ///< the row of the table that covers it, when that is a pattern

  struct AsHolder {
    Holder holder = Holder::kDelegated;
    const Permission* permission = nullptr;
    std::string allows;  ///< a short phrase of ours, by rule over the name
    std::vector<std::string_view> ids;
    int microsoft_level = 0;  ///< 1 to 4; 0: Microsoft says nothing
  };
  std::vector<AsHolder> holders;  ///< one when both are the same
  bool same_for_both = false;

  std::string_view consent;  ///< `admin`, `user`: who may consent for a person; empty: not known
  int tier = -1;             ///< of tenants' tiers; -1: not listed, which says nothing
  std::string_view way;      ///< how its holder goes on from there
  std::vector<std::string_view> weaker;    ///< of the same sort, strongest first; at most five
  std::vector<std::string_view> stronger;  ///< weakest first

  int severity() const;  ///< the higher of the two
};

/// All that the name or GUID may mean: on one platform or on each; empty when no table knows it.
std::vector<Explained> Explain(std::optional<Platform> platform, std::string_view name_or_id);

/// What it allows, by the grammar of names: `Mail.ReadWrite` reads and changes mail.
std::string Allows(Platform platform, Holder holder, std::string_view name);

/// Every row of our tables, by platform and name. Rows that differ in their ids only are one.
std::vector<Explained> ExplainAll(std::optional<Platform> platform);

/// Names that are spelt nearly like it; the closest first, at most five.
std::vector<std::string> CloseNames(std::optional<Platform> platform, std::string_view name);

}  // namespace tokentrail::inventory
