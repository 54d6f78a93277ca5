#include "sigma/date_part.h"

#include <chrono>

#include "base/text.h"

namespace tokentrail::sigma {
namespace {

/// Takes `digits` digits off the start of `text`.
std::optional<int> Take(std::string_view& text, size_t digits) {
  if (text.size() < digits || !IsDigits(text.substr(0, digits))) return std::nullopt;
  int out = 0;
  for (const char c : text.substr(0, digits)) out = out * 10 + (c - '0');
  text.remove_prefix(digits);
  return out;
}

bool TakeMark(std::string_view& text, char mark) {
  if (!text.starts_with(mark)) return false;
  text.remove_prefix(1);
  return true;
}

/// The week that holds the day's Thursday, counted in that Thursday's year.
int WeekOf(std::chrono::year_month_day date) {
  const std::chrono::sys_days day = date;
  const auto from_monday = std::chrono::weekday(day).iso_encoding() - 1;
  const std::chrono::sys_days thursday = day + std::chrono::days(3 - static_cast<int>(from_monday));
  const std::chrono::sys_days first =
      std::chrono::year_month_day(thursday).year() / std::chrono::January / 1;
  return static_cast<int>((thursday - first).count() / 7 + 1);
}

}  // namespace

std::optional<int> PartOf(std::string_view text, DatePart part) {
  text = Trim(text);
  const std::optional<int> year = Take(text, 4);
  if (!year) return std::nullopt;
  const char between = text.starts_with('/') ? '/' : '-';
  if (!TakeMark(text, between)) return std::nullopt;
  const std::optional<int> month = Take(text, 2);
  if (!month || !TakeMark(text, between)) return std::nullopt;
  const std::optional<int> day = Take(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  // What follows must be a time: 2024-01-155 is no date.
  if (!date.ok() || (!text.empty() && text[0] != 'T' && text[0] != 't' && text[0] != ' ')) {
    return std::nullopt;
  }
  switch (part) {
    case DatePart::kNone:
      return std::nullopt;
    case DatePart::kYear:
      return year;
    case DatePart::kMonth:
      return month;
    case DatePart::kWeek:
      return WeekOf(date);
    case DatePart::kDay:
      return day;
    case DatePart::kHour:
    case DatePart::kMinute:
      break;
  }
  if (text.empty()) return std::nullopt;
  text.remove_prefix(1);
  text = Trim(text);
  const std::optional<int> hour = Take(text, 2);
  if (!hour || *hour > 23 || !TakeMark(text, ':')) return std::nullopt;
  const std::optional<int> minute = Take(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  return part == DatePart::kHour ? hour : minute;
}

}  // namespace tokentrail::sigma
