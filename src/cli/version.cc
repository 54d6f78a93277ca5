#include "cli/version.h"

namespace tokentrail::cli {

std::string_view Version() { return TOKENTRAIL_VERSION; }

}  // namespace tokentrail::cli
