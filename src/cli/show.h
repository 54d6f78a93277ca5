// One finding as text for people.

#pragma once

#include <string>

#include "cli/case_file.h"
#include "sink/layout.h"

namespace tokentrail::cli {

std::string ShowFinding(const CaseFinding& finding, const sink::Terminal& terminal);

}  // namespace tokentrail::cli
