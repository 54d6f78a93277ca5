// The time of what has none.

#pragma once

#include <cstdint>

#include "base/time.h"

namespace tokentrail {

/// Stands for the time of a record of what is so, in an export of the real state: it did not happen
/// then or at any time. After every other time, so such records come last; FormatTime writes
/// nothing for it, FormatTimeShort `as of collection`. To add a span to it is a mistake.
constexpr Time kAsOfCollection = {INT64_MAX};

}  // namespace tokentrail
