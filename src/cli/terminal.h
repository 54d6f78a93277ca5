// Where a verb prints to, and what it can show there.

#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "sink/layout.h"

namespace tokentrail::cli {

/// Width: $COLUMNS when it is set, else the terminal's own, else 100. Colours: only on a terminal,
/// and not with -K (`no_colour`), $NO_COLOR (no-color.org) or TERM=dumb.
sink::Terminal TerminalOf(int descriptor, bool no_colour);

/// Of standard output, for pages that are piped too: what is no terminal has no width, and nothing
/// is cut there.
sink::Terminal PageTerminal(bool no_colour);

bool IsTerminal(int descriptor);

/// Writes everything to standard output. A reader that has gone away (`| head`) is no error.
Result<Done> Print(std::string_view text);
/// Writes to standard error; failures can't be told to anyone.
void PrintError(std::string_view text);

/// `2.31 GB`, `512 KB`, `17 bytes`; powers of 1000, as speeds are given.
std::string FormatBytes(uint64_t bytes);

/// `512M`, `2G`, `65536`, `1.5GiB`; powers of 1024.
Result<uint64_t> ParseSize(std::string_view text);

}  // namespace tokentrail::cli
