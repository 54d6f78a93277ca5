#include "policy/policy.h"

namespace tokentrail::policy {

struct PolicySet::Impl {};

Result<PolicySet> PolicySet::Load(const std::vector<std::string>&) { return PolicySet(); }

void PolicySet::Judge(const Portfolio&, Findings&) const {}

}  // namespace tokentrail::policy
