// A verb of the command line: one file each.

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tokentrail::cli {

enum class ExitCode : int {
  kDone = 0,
  kFailed = 1,       ///< could not; also a check that failed
  kMisused = 2,
  kLeftOut = 3,      ///< done, but records, files or rules were left out
  kFindings = 4,     ///< --fail-on was met
  kInterrupted = 130,
};

struct VerbDef {
  std::string_view name;
  std::string_view usage;
  std::string_view summary;
  /// `args` are those after the verb. Prints to standard output; errors come back as the Error.
  Result<ExitCode> (*run)(const std::vector<std::string>& args) = nullptr;
};

std::span<const VerbDef* const> All();

}  // namespace tokentrail::cli
