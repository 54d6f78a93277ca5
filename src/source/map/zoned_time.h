// Times as web consoles write them for people: with the viewer's zone as a word.

#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace tokentrail::source {

/// Reads a time that ends in a zone word (`3/14/2026, 9:15:04 AM PDT`) or in `GMT+1`, `UTC-07:00`.
/// Only zone words that mean one thing worldwide; IST or BST could be two, and give nothing. So do
/// dates whose day and month can't be told apart.
/// Source of the words: IANA time zone database, zone abbreviations.
std::optional<Time> ReadZonedTime(std::string_view text);

}  // namespace tokentrail::source
