// One finding as text for people.

#pragma once

#include <string>

#include "cli/case_file.h"
#include "cli/record_view.h"
#include "sink/layout.h"

namespace tokentrail::cli {

/// Of each record at most about `max_lines` lines, see ShowRecord.
std::string ShowFinding(const CaseFinding& finding, const sink::Terminal& terminal,
                        size_t max_lines = kMaxRecordLines);

}  // namespace tokentrail::cli
