// What a command that was run inside a container reaches for.

#pragma once

#include <string>
#include <string_view>

namespace tokentrail::analytic {

enum class Reach : uint8_t {
  kNothing,
  kEnvironment,  ///< prints the environment, in which tokens and secrets often stand
  kToken,        ///< names a token file, another process's environment, or the metadata service
};

struct CommandReach {
  Reach reach = Reach::kNothing;
  std::string_view what;  ///< in plain words: `the service-account token file`; a constant
};

/// `command` is the decoded command line, words joined by spaces. Quotes and backslashes inside it
/// are ignored, since the shell would take them off.
CommandReach ReadCommand(std::string_view command);

}  // namespace tokentrail::analytic
