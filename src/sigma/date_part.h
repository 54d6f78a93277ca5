// The number that `minute`, `hour`, ... take out of a written date.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tokentrail::sigma {

enum class DatePart : uint8_t { kNone, kMinute, kHour, kDay, kWeek, kMonth, kYear };

/// The part as written, without regard to any zone; nothing when `text` is no date or lacks it.
/// Reads year, month, day with `-` or `/` between, then `T` or spaces and the time.
/// `kWeek` is the week of ISO 8601. Source: Sigma specification 2.1.0: these modifiers "are not
/// designed to handle timezone or format conversions".
std::optional<int> PartOf(std::string_view text, DatePart part);

}  // namespace tokentrail::sigma
