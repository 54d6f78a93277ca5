// What the program knows, as sheets: sources, fields, modifiers, analytics, outputs.

#pragma once

#include <string_view>

#include "base/result.h"
#include "cli/sheet.h"

namespace tokentrail::cli {

/// The sheet called `name`; docs/NAME.md is its Markdown (outputs: docs/outputs.md).
Result<Sheet> ListSheet(std::string_view name);

}  // namespace tokentrail::cli
