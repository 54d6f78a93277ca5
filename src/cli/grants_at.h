// What a grant was at a time: alive or not, with which permissions, and how sure that is.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "cli/grants_file.h"

namespace tokentrail::cli {

struct GrantAt {
  enum class Was : uint8_t {
    kNo,       ///< not made yet, or ended
    kYes,      ///< its birth before that time is on record
    kBounded,  ///< alive, though nobody knows since when
    kMaybe,    ///< may have been there: no log says
  };
  Was was = Was::kNo;
  std::vector<std::string> permissions;  ///< as they stood
  bool exact = true;                     ///< false: changes in between were not kept, or not told
  std::string why;                       ///< for kBounded and kMaybe, in words
};

/// `yes`, `bounded`, `maybe`, `no`.
std::string_view Name(GrantAt::Was was);

/// `teller` is the log of the grant's platform.
GrantAt StateAt(const Grant& grant, Time at, const GrantTeller* teller);

}  // namespace tokentrail::cli
