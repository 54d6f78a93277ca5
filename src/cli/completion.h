// Completion scripts for shells.

#pragma once

#include <string>
#include <string_view>

namespace tokentrail::cli {

/// For bash, zsh or fish; empty for any other.
std::string CompletionScript(std::string_view shell);

}  // namespace tokentrail::cli
