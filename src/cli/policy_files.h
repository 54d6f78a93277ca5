// What the second words of `policy` share: which policies are meant.

#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/flag.h"
#include "policy/policy.h"

namespace tokentrail::cli {

inline constexpr FlagDef kPoliciesFlag = {
    .name = "policies",
    .value = "PATH",
    .group = "Input",
    .summary =
        "the policies in this file or folder instead of those that come with the program, "
        "which are called `shipped`; `none` for none; may repeat",
    .completes = "file"};

/// What --policies says, else the settings file's, else `shipped`.
Result<std::vector<std::string>> PolicyPaths(const Args& args);

/// All of them, checked. An error holds every complaint.
Result<policy::PolicySet> LoadPolicySet(const std::vector<std::string>& paths);

/// The one policy that `word` means: a file with one policy, or an id among `paths`.
Result<policy::Policy> FindPolicy(const std::string& word, const std::vector<std::string>& paths);

}  // namespace tokentrail::cli
