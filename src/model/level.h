// How bad a finding is, and how sure we are of it.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tokentrail {

enum class Level : uint8_t { kInformational, kLow, kMedium, kHigh, kCritical };
enum class Confidence : uint8_t { kNone, kLow, kMedium, kHigh, kCertain };

std::string_view Name(Level level);
std::string_view Name(Confidence confidence);
/// Accepts the five words and the short forms `crit`, `med`, `info`; any case.
std::optional<Level> ParseLevel(std::string_view text);
/// One step up; critical stays.
constexpr Level Raise(Level level) {
  return level == Level::kCritical ? level : static_cast<Level>(static_cast<uint8_t>(level) + 1);
}

}  // namespace tokentrail
