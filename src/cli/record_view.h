// A redacted log record, laid out for reading, with the fields that decided marked.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sink/layout.h"

namespace tokentrail::cli {

/// Of a long record only this many lines are shown, unless all are asked for.
inline constexpr size_t kMaxRecordLines = 60;

/// JSON, or a CSV row under its header line, is laid out over lines, also JSON inside texts where a
/// marked field is in it; other text comes as it is, made printable. Lines with one of `pointers`
/// (RFC 6901, through JSON in texts) start with `>>`, the others with spaces. Of more than
/// `max_lines` lines those stay that are near a marked one; what goes is counted in its place.
std::string ShowRecord(std::string_view record, const std::vector<std::string>& pointers,
                       const sink::Terminal& terminal, size_t max_lines = kMaxRecordLines);

}  // namespace tokentrail::cli
