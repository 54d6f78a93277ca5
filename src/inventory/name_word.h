// What the words of app names are for. Plain lower-case words; a word may be several.

#pragma once

#include <cstdint>
#include <string_view>

namespace tokentrail::inventory {

struct WordUse {
  bool security = false;    ///< promises or threatens safety: security, verify, admin, account
  bool generic = false;     ///< says nothing of who or what: service, document, portal
  bool integrates = false;  ///< follows what is connected to: connector, sync, backup
  bool relates = false;     ///< precedes it: for, to, with
  bool by = false;          ///< precedes who made it
};

/// Numbers are generic.
WordUse UseOf(std::string_view plain_word);

}  // namespace tokentrail::inventory
