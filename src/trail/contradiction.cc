#include "trail/contradiction.h"

#include <algorithm>
#include <string>

namespace tokentrail::trail {

void RaiseContradicted(std::vector<Finding>& findings, std::map<Level, uint64_t>& by_level) {
  bool raised = false;
  for (Finding& finding : findings) {
    // A token of another user may be a guest's or a delegate's: it is shown, and raises nothing.
    const bool apart =
        std::any_of(finding.evidence.begin(), finding.evidence.end(), [](const Evidence& evidence) {
          return evidence.who && evidence.who->contradiction &&
                 evidence.who->against != "token_issued_to_other_user" &&
                 evidence.who->against != "session_of_other_user";
        });
    if (!apart || finding.level == Level::kCritical) continue;
    --by_level[finding.level];
    finding.level = static_cast<Level>(static_cast<int>(finding.level) + 1);
    ++by_level[finding.level];
    finding.reasons.emplace_back(
        "raised: the record names one client, and the token it was done with belongs to another");
    raised = true;
  }
  if (raised) SortFindings(findings);
}

}  // namespace tokentrail::trail
