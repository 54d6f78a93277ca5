// The Sigma rules of rules/, inside the program: it runs offline and from any place.

#pragma once

#include <vector>

#include "pipeline/rule_files.h"

namespace tokentrail::pipeline {

/// What they are called wherever rules are named by path; a file of that name needs `./shipped`.
constexpr std::string_view kShipped = "shipped";

/// In byte order of their names, which are `shipped:entra/x.yml`.
std::vector<RuleFile> ShippedRules();

}  // namespace tokentrail::pipeline
