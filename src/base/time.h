// Times of events: UTC, microseconds since 1970-01-01T00:00:00Z.

#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tokentrail {

struct Time {
  int64_t micros = 0;

  friend auto operator<=>(const Time&, const Time&) = default;
};

/// A length of time in microseconds.
struct Span {
  int64_t micros = 0;

  friend auto operator<=>(const Span&, const Span&) = default;
};

constexpr Span Seconds(int64_t n) { return {n * 1'000'000}; }
constexpr Span Minutes(int64_t n) { return Seconds(n * 60); }
constexpr Span Hours(int64_t n) { return Minutes(n * 60); }
constexpr Span Days(int64_t n) { return Hours(n * 24); }
constexpr Time operator+(Time t, Span s) { return {t.micros + s.micros}; }
constexpr Time operator-(Time t, Span s) { return {t.micros - s.micros}; }
constexpr Span operator-(Time a, Time b) { return {a.micros - b.micros}; }

/// Which of two numbers is the day in a date like 03/04/2026.
enum class DateOrder : uint8_t { kRefuse, kMonthFirst, kDayFirst };

enum class TimeFault : uint8_t { kNone, kUnreadable, kAmbiguous };

struct ParsedTime {
  Time time;
  TimeFault fault = TimeFault::kNone;
};

/// Reads ISO 8601 (any fraction, `Z`, offset, or no zone: UTC; `T` or a space), epoch seconds,
/// milliseconds or microseconds (told apart by size, 2001 to 2100), the compact form
/// 20201016100000.049, and dates with slashes such as `1/31/2026 4:05:06 PM` when the order is
/// given or only one reading is possible. Never throws; allocates nothing.
ParsedTime ParseTime(std::string_view text, DateOrder order = DateOrder::kRefuse);

/// `2026-01-31T16:05:06.123456Z`; always six digits of fraction, so texts sort as times do.
std::string FormatTime(Time time);
/// `2026-01-31 16:05:06Z`, for people.
std::string FormatTimeShort(Time time);
/// `2026-01-31`.
std::string FormatDate(Time time);
/// Days since 1970-01-01, rounded down.
int64_t DayOf(Time time);
/// `90d`, `24h`, `15m`, `30s`, `2w`; nothing on other text.
std::optional<Span> ParseSpan(std::string_view text);
/// `3d 4h`, `15m`, `0.2s`: the two largest units.
std::string FormatSpan(Span span);

}  // namespace tokentrail
