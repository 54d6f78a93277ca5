// The time of what has none.

#pragma once

#include <cstdint>

#include "base/time.h"

namespace tokentrail {

/// Stands for the time of what has none: a record of what is so, in an export of the real state.
/// After every real time, with room for a span on top; FormatTime writes nothing for it.
constexpr Time kAsOfCollection = {INT64_MAX / 2};

}  // namespace tokentrail
