// Prints what to export. It prints only: nothing here runs a command.

#pragma once

#include <string>
#include <string_view>

#include "cli/collect_plan.h"
#include "sink/layout.h"

namespace tokentrail::cli {

/// `format` is text, md, json or sh.
std::string Render(const CollectPlan& plan, std::string_view format,
                   const sink::Terminal& terminal);

}  // namespace tokentrail::cli
