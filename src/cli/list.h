// What the program knows, as sheets: sources, fields, modifiers, analytics, rules, outputs.

#pragma once

#include <string_view>

#include "base/result.h"
#include "cli/sheet.h"

namespace tokentrail::cli {

/// The sheet called `name`; docs/NAME.md is its Markdown (rules: docs/shipped-rules.md).
Result<Sheet> ListSheet(std::string_view name);

}  // namespace tokentrail::cli
