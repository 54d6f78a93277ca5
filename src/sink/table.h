// The findings as a table for people.

#pragma once

#include <string>

#include "sink/layout.h"
#include "sink/sink.h"

namespace tokentrail::sink {

Colour LevelColour(Level level);

/// Appends the table of findings, worst first, at most `limit` of them (0: all).
void WriteTable(const Outcome& outcome, const Terminal& terminal, size_t limit, std::string& out);

}  // namespace tokentrail::sink
