// A redacted log record, laid out for reading, with the fields that decided marked.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sink/layout.h"

namespace tokentrail::cli {

/// JSON is laid out over lines, also JSON inside texts where a marked field is in it; other text
/// comes as it is, made printable. Lines with one of `pointers` (RFC 6901, through JSON in texts)
/// start with `>>`, the others with spaces.
std::string ShowRecord(std::string_view record, const std::vector<std::string>& pointers,
                       const sink::Terminal& terminal);

}  // namespace tokentrail::cli
