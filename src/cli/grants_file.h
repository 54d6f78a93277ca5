// The grants that a hunt left in its case folder: grants.jsonl, and what summary.json says of the
// logs that could have told them.

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/grant.h"

namespace tokentrail::cli {

/// One grant, and where each of its changes stands.
struct GrantLine {
  Grant grant;
  struct Place {
    std::string source;
    std::string file;
    uint64_t line = 0;
    uint64_t offset = 0;
  };
  std::vector<Place> places;  ///< by change
};

/// Calls `visit` with each grant, by number. Fails when there is no case there, or one of a hunt
/// that did not write them.
Result<Done> EachGrant(const std::string& case_folder,
                       const std::function<void(GrantLine& line)>& visit);

/// The log of a platform that tells of grants.
struct GrantTeller {
  std::string platform;       ///< as Grant::platform
  std::string name;           ///< `Entra ID`
  std::string needs;          ///< what would tell
  std::optional<Time> first;  ///< unset: not in the evidence
  std::optional<Time> last;
  bool other_logs = false;  ///< other logs of it were read
};

struct GrantSummary {
  std::vector<GrantTeller> tellers;
  bool interrupted = false;
  std::optional<Time> last;  ///< end of the evidence
};
Result<GrantSummary> ReadGrantSummary(const std::string& case_folder);

}  // namespace tokentrail::cli
