// Ctrl-C and SIGTERM as a flag that a run looks at.

#pragma once

#include <atomic>

namespace tokentrail::cli {

/// Installs the handlers on its first call. The first signal sets the flag; a second one ends the
/// program at once, as it would without us.
const std::atomic<bool>& StopFlag();

}  // namespace tokentrail::cli
