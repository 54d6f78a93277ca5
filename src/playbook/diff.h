// What differs between two texts, line by line.

#pragma once

#include <string>
#include <string_view>

namespace tokentrail::playbook {

/// A unified diff that `patch` and `git apply` take, three lines of context; empty when the texts
/// are the same. Source: Myers, "An O(ND) Difference Algorithm and Its Variations", 1986.
std::string UnifiedDiff(std::string_view before, std::string_view after,
                        std::string_view before_name, std::string_view after_name);

}  // namespace tokentrail::playbook
