// The whole command line: which verb, what when none, how errors are said.

#pragma once

#include <string>
#include <vector>

namespace tokentrail::cli {

/// `args` without the program's name. Gives the exit code.
int Main(const std::vector<std::string>& args);

/// The help that `tokentrail --help` prints.
std::string ProgramHelp(size_t columns);

}  // namespace tokentrail::cli
