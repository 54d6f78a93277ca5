// The version, as CMake's project() says it.

#pragma once

#include <string_view>

namespace tokentrail::cli {

std::string_view Version();

}  // namespace tokentrail::cli
