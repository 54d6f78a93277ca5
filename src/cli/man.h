// The man page.

#pragma once

#include <string>

namespace tokentrail::cli {

/// tokentrail(1) in roff (the man macros), made from the tables of the verbs.
std::string ManPage();

}  // namespace tokentrail::cli
