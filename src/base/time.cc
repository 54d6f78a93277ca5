#include "base/time.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/as_of.h"

namespace tokentrail {
namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kDay = 86'400 * kSecond;
/// Events before this are defaults (.NET's year 1, FILETIME's 1601), never times.
constexpr int kFirstYear = 1970;
constexpr int kLastYear = 9999;
// Epoch numbers are told apart by size: seconds from 2001-01-01 to 2100-01-01, times 10^3 each.
constexpr int64_t kFirstEpoch = 978'307'200;
constexpr int64_t kLastEpoch = 4'102'444'800;

constexpr ParsedTime kUnreadable = {{}, TimeFault::kUnreadable};

/// Days since 1970-01-01 of a date of the Gregorian calendar.
/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
constexpr int64_t DaysOf(int64_t year, unsigned month, unsigned day) {
  year -= month <= 2;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto year_of_era = static_cast<unsigned>(year - era * 400);
  const unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + static_cast<int64_t>(day_of_era) - 719'468;
}

struct Date {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
};

/// The inverse: civil_from_days of the same source.
constexpr Date DateOf(int64_t days) {
  days += 719'468;
  const int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const auto day_of_era = static_cast<unsigned>(days - era * 146'097);
  const unsigned year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const unsigned day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned part = (5 * day_of_year + 2) / 153;
  const unsigned month = part < 10 ? part + 3 : part - 9;
  const auto year = static_cast<int>(static_cast<int64_t>(year_of_era) + era * 400);
  return {year + (month <= 2), month, day_of_year - (153 * part + 2) / 5 + 1};
}

constexpr bool IsDate(int year, unsigned month, unsigned day) {
  constexpr std::array<unsigned, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (year < kFirstYear || year > kLastYear || month < 1 || month > 12 || day < 1) return false;
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return day <= kDays[month - 1] + (month == 2 && leap);
}

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// Two digits at `p` as a number; 100 or more when they are not digits.
constexpr unsigned Two(const char* p) {
  const auto high = static_cast<unsigned>(static_cast<unsigned char>(p[0])) - '0';
  const auto low = static_cast<unsigned>(static_cast<unsigned char>(p[1])) - '0';
  return high > 9 || low > 9 ? 1000 : high * 10 + low;
}

/// Reads along a text.
struct Cursor {
  const char* at;
  const char* end;

  size_t left() const { return static_cast<size_t>(end - at); }
  bool Take(char c) {
    if (at == end || *at != c) return false;
    ++at;
    return true;
  }
  /// One to `most` digits; -1 when there are none, or more.
  int Number(int most, int* digits = nullptr) {
    int value = 0;
    int count = 0;
    while (at != end && IsDigit(*at)) {
      if (++count > most) return -1;
      value = value * 10 + (*at++ - '0');
    }
    if (digits != nullptr) *digits = count;
    return count == 0 ? -1 : value;
  }
  /// Spaces, also the narrow and the plain no-break ones that newer ICU puts before AM and PM.
  bool Spaces() {
    const char* const start = at;
    while (at != end) {
      if (*at == ' ' || *at == '\t') {
        ++at;
      } else if (left() >= 3 && at[0] == '\xe2' && at[1] == '\x80' && at[2] == '\xaf') {
        at += 3;
      } else if (left() >= 2 && at[0] == '\xc2' && at[1] == '\xa0') {
        at += 2;
      } else {
        break;
      }
    }
    return at != start;
  }
  /// A word of ASCII letters, any case, given in lower case.
  bool Word(std::string_view word) {
    if (left() < word.size()) return false;
    for (size_t i = 0; i < word.size(); ++i) {
      if ((at[i] | 0x20) != word[i]) return false;
    }
    at += word.size();
    return true;
  }
};

/// `.123`: microseconds, further digits dropped. False when the point has no digits.
bool ReadFraction(Cursor& in, int64_t& micros) {
  micros = 0;
  if (in.at == in.end || (*in.at != '.' && *in.at != ',')) return true;
  ++in.at;
  const char* const start = in.at;
  int64_t scale = kSecond / 10;
  while (in.at != in.end && IsDigit(*in.at)) {
    micros += scale * (*in.at++ - '0');
    scale /= 10;
  }
  return in.at != start;
}

/// `Z`, `+02:00`, `+0200`, `+02`, `UTC`, `GMT` or nothing, up to the end. Seconds to take off.
bool ReadZone(Cursor& in, int64_t& seconds) {
  seconds = 0;
  in.Spaces();
  if (in.at == in.end) return true;
  if (in.Word("utc") || in.Word("gmt") || in.Word("z")) return in.at == in.end;
  const bool minus = *in.at == '-';
  if (!minus && *in.at != '+') return false;
  ++in.at;
  if (in.left() < 2) return false;
  const unsigned hours = Two(in.at);
  in.at += 2;
  unsigned minutes = 0;
  if (in.at != in.end) {
    in.Take(':');
    if (in.left() != 2) return false;
    minutes = Two(in.at);
    in.at += 2;
  }
  if (hours > 18 || minutes > 59) return false;
  seconds = (minus ? -1 : 1) * static_cast<int64_t>(hours * 3600 + minutes * 60);
  return true;
}

/// The time of all its parts; a leap second becomes the last microsecond before it.
ParsedTime Assemble(int64_t days, unsigned hour, unsigned minute, unsigned second, int64_t micros,
                    int64_t zone) {
  if (hour > 23 || minute > 59 || second > 60) return kUnreadable;
  if (second == 60) {
    second = 59;
    micros = kSecond - 1;
  }
  const int64_t seconds =
      days * 86'400 + static_cast<int64_t>(hour * 3600 + minute * 60 + second) - zone;
  return {{seconds * kSecond + micros}, TimeFault::kNone};
}

/// `16:05:06.123`, `4:05 PM` and the zone, up to the end.
ParsedTime ReadClock(Cursor& in, int64_t days) {
  const int hour_read = in.Number(2);
  if (hour_read < 0 || !in.Take(':')) return kUnreadable;
  auto hour = static_cast<unsigned>(hour_read);
  if (in.left() < 2) return kUnreadable;
  const unsigned minute = Two(in.at);
  in.at += 2;
  unsigned second = 0;
  int64_t micros = 0;
  if (in.Take(':')) {
    if (in.left() < 2) return kUnreadable;
    second = Two(in.at);
    in.at += 2;
    if (!ReadFraction(in, micros)) return kUnreadable;
  }
  in.Spaces();
  const bool morning = in.Word("am");
  if (morning || in.Word("pm")) {
    if (hour < 1 || hour > 12) return kUnreadable;
    hour = hour % 12 + (morning ? 0 : 12);
  }
  int64_t zone = 0;
  if (!ReadZone(in, zone)) return kUnreadable;
  return Assemble(days, hour, minute, second, micros, zone);
}

/// What stands between a date and its clock: `T`, a comma, spaces.
bool ReadGap(Cursor& in) {
  const bool comma = in.Take(',');
  return in.Spaces() || comma || in.Word("t");
}

/// The rest after a date: nothing (midnight), or a gap and a clock.
ParsedTime ReadAfterDate(Cursor& in, int64_t days) {
  if (in.at == in.end) return {{days * kDay}, TimeFault::kNone};
  if (!ReadGap(in)) return kUnreadable;
  return ReadClock(in, days);
}

/// `3/4/2026`, `31.01.2026`, `2026/01/31`: numbers with `separator`, the first of `digits` digits.
ParsedTime ReadSlashes(Cursor& in, int first, int digits, char separator, DateOrder order) {
  const int second = in.Number(2);
  if (second < 0 || !in.Take(separator)) return kUnreadable;
  int last_digits = 0;
  const int third = in.Number(4, &last_digits);
  if (third < 0) return kUnreadable;
  const auto u = [](int value) { return static_cast<unsigned>(value); };
  if (digits == 4) {
    if (!IsDate(first, u(second), u(third))) return kUnreadable;
    return ReadAfterDate(in, DaysOf(first, u(second), u(third)));
  }
  if (last_digits != 4) return kUnreadable;
  // Dates with points are written day first wherever they are written.
  const bool month_first = separator != '.' && IsDate(third, u(first), u(second));
  const bool day_first = IsDate(third, u(second), u(first));
  if (!month_first && !day_first) return kUnreadable;
  bool use_month_first = month_first;
  if (month_first && day_first && first != second) {
    if (order == DateOrder::kRefuse) {
      const ParsedTime rest = ReadAfterDate(in, 0);
      return rest.fault == TimeFault::kNone ? ParsedTime{{}, TimeFault::kAmbiguous} : kUnreadable;
    }
    use_month_first = order == DateOrder::kMonthFirst;
  }
  return ReadAfterDate(in, use_month_first ? DaysOf(third, u(first), u(second))
                                           : DaysOf(third, u(second), u(first)));
}

/// Month by its English name, at least three letters of it; 0 when there is none.
unsigned ReadMonth(Cursor& in) {
  static constexpr std::array<std::string_view, 12> kMonths = {
      "january", "february", "march",     "april",   "may",      "june",
      "july",    "august",   "september", "october", "november", "december"};
  for (size_t i = 0; i < kMonths.size(); ++i) {
    if (!in.Word(kMonths[i].substr(0, 3))) continue;
    in.Word(kMonths[i].substr(3));
    in.Take('.');
    return static_cast<unsigned>(i + 1);
  }
  return 0;
}

/// `Jan 31, 2026 4:05:06 PM`, as portals show times.
ParsedTime ReadMonthFirst(Cursor& in) {
  const unsigned month = ReadMonth(in);
  if (month == 0 || !in.Spaces()) return kUnreadable;
  const int day = in.Number(2);
  const bool comma = in.Take(',');
  if (day < 0 || (!in.Spaces() && !comma)) return kUnreadable;
  int digits = 0;
  const int year = in.Number(4, &digits);
  if (digits != 4 || !IsDate(year, month, static_cast<unsigned>(day))) return kUnreadable;
  return ReadAfterDate(in, DaysOf(year, month, static_cast<unsigned>(day)));
}

/// `31-Jan-2026 16:05:06`, `31 Jan 2026 ...`, after its first number.
ParsedTime ReadDayMonthName(Cursor& in, int day, char separator) {
  const unsigned month = ReadMonth(in);
  if (month == 0 || !in.Take(separator)) return kUnreadable;
  int digits = 0;
  const int year = in.Number(4, &digits);
  if (digits != 4 || !IsDate(year, month, static_cast<unsigned>(day))) return kUnreadable;
  in.Take(':');  // 31/Jan/2026:16:05:06 +0000, the Common Log Format
  if (in.at != in.end && IsDigit(*in.at)) {
    return ReadClock(in, DaysOf(year, month, static_cast<unsigned>(day)));
  }
  return ReadAfterDate(in, DaysOf(year, month, static_cast<unsigned>(day)));
}

/// 20201016100000.049 and 20201016T100000Z: `in` stands at the start.
ParsedTime ReadCompact(Cursor& in) {
  const char* const p = in.at;
  const auto year = static_cast<int>(Two(p) * 100 + Two(p + 2));
  const unsigned month = Two(p + 4);
  const unsigned day = Two(p + 6);
  if (!IsDate(year, month, day)) return kUnreadable;
  in.at += 8;
  in.Word("t");
  if (in.left() < 6) return kUnreadable;
  const unsigned hour = Two(in.at);
  const unsigned minute = Two(in.at + 2);
  const unsigned second = Two(in.at + 4);
  in.at += 6;
  int64_t micros = 0;
  int64_t zone = 0;
  if (!ReadFraction(in, micros) || !ReadZone(in, zone)) return kUnreadable;
  return Assemble(DaysOf(year, month, day), hour, minute, second, micros, zone);
}

/// Seconds, milliseconds, microseconds or nanoseconds since 1970.
ParsedTime ReadEpoch(Cursor& in) {
  int64_t value = 0;
  int digits = 0;
  while (in.at != in.end && IsDigit(*in.at)) {
    if (++digits > 19 || value > INT64_MAX / 10 - 1) return kUnreadable;
    value = value * 10 + (*in.at++ - '0');
  }
  int64_t fraction = 0;
  if (!ReadFraction(in, fraction) || in.at != in.end) return kUnreadable;
  const auto within = [value](int64_t unit) {
    return value >= kFirstEpoch * unit && value < kLastEpoch * unit;
  };
  if (within(1)) return {{value * kSecond + fraction}, TimeFault::kNone};
  if (within(1'000)) return {{value * 1'000 + fraction / 1'000}, TimeFault::kNone};
  if (within(kSecond)) return {{value}, TimeFault::kNone};
  if (within(1'000 * kSecond)) return {{value / 1'000}, TimeFault::kNone};
  return kUnreadable;
}

/// 2026-01-31T16:05:06.1234567Z and its relatives, which nearly every record has. False hands the
/// text on to the slower readers.
bool ReadIso(std::string_view text, ParsedTime& out) {
  const char* const p = text.data();
  if (text.size() < 19 || p[4] != '-' || p[7] != '-' || p[13] != ':' || p[16] != ':') return false;
  if (p[10] != 'T' && p[10] != ' ' && p[10] != 't') return false;
  const unsigned century = Two(p);
  const unsigned year_part = Two(p + 2);
  if (century > 99 || year_part > 99) return false;
  const auto year = static_cast<int>(century * 100 + year_part);
  const unsigned month = Two(p + 5);
  const unsigned day = Two(p + 8);
  Cursor in{p + 19, p + text.size()};
  int64_t micros = 0;
  int64_t zone = 0;
  if (!IsDate(year, month, day) || !ReadFraction(in, micros)) {
    out = kUnreadable;
    return true;
  }
  // Short of the common ending, the general reader (it also knows `4:05:06 PM`).
  if (in.left() == 1 && (*in.at == 'Z' || *in.at == 'z')) {
    // UTC
  } else if (!ReadZone(in, zone)) {
    return false;
  }
  out = Assemble(DaysOf(year, month, day), Two(p + 11), Two(p + 14), Two(p + 17), micros, zone);
  return true;
}

}  // namespace

ParsedTime ParseTime(std::string_view text, DateOrder order) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '[')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == ']')) text.remove_suffix(1);
  static constexpr size_t kLongest = 80;
  if (text.empty() || text.size() > kLongest) return kUnreadable;
  ParsedTime out;
  if (ReadIso(text, out)) return out;

  const Cursor start{text.data(), text.data() + text.size()};
  Cursor in = start;
  if (!IsDigit(text.front())) return ReadMonthFirst(in);
  size_t digits = 0;
  while (digits < text.size() && IsDigit(text[digits])) ++digits;
  if (digits == text.size() || text[digits] == '.' || digits == 14 || digits == 8) {
    const bool compact = digits == 14 || (digits == 8 && digits != text.size() &&
                                          (text[digits] == 'T' || text[digits] == 't'));
    if (compact) return ReadCompact(in);
    if (digits >= 9) return ReadEpoch(in);
  }
  if (digits > 4 || digits == text.size()) return kUnreadable;
  const int first = in.Number(4);
  const char separator = *in.at;
  if (separator != '/' && separator != '-' && separator != '.' && separator != ' ') {
    return kUnreadable;
  }
  ++in.at;
  if (in.at != in.end && !IsDigit(*in.at)) return ReadDayMonthName(in, first, separator);
  if (separator == ' ') return kUnreadable;
  return ReadSlashes(in, first, static_cast<int>(digits), separator, order);
}

int64_t DayOf(Time time) {
  return time.micros >= 0 ? time.micros / kDay : -((-(time.micros + 1)) / kDay) - 1;
}

std::string FormatTime(Time time) {
  if (time == kAsOfCollection) return {};
  const int64_t days = DayOf(time);
  const Date date = DateOf(days);
  const int64_t rest = time.micros - days * kDay;
  const auto seconds = static_cast<int>(rest / kSecond);
  std::array<char, 64> out{};
  const int size = std::snprintf(out.data(), out.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ",
                                 date.year, date.month, date.day, seconds / 3600, seconds / 60 % 60,
                                 seconds % 60, static_cast<int>(rest % kSecond));
  return {out.data(), static_cast<size_t>(size)};
}

std::string FormatTimeShort(Time time) {
  if (time == kAsOfCollection) return "as of collection";
  std::string out = FormatTime(time);
  out[out.find('T')] = ' ';
  out.resize(out.find('.'));
  return out + 'Z';
}

std::string FormatDate(Time time) {
  std::string out = FormatTime(time);
  if (!out.empty()) out.resize(out.find('T'));
  return out;
}

std::optional<Span> ParseSpan(std::string_view text) {
  if (text.size() < 2 || text.size() > 12) return std::nullopt;
  int64_t value = 0;
  for (const char c : text.substr(0, text.size() - 1)) {
    if (!IsDigit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  Span unit;
  switch (text.back()) {
    case 's':
      unit = Seconds(1);
      break;
    case 'm':
      unit = Minutes(1);
      break;
    case 'h':
      unit = Hours(1);
      break;
    case 'd':
      unit = Days(1);
      break;
    case 'w':
      unit = Days(7);
      break;
    default:
      return std::nullopt;
  }
  if (value > INT64_MAX / 4 / unit.micros) return std::nullopt;  // adding it to a time stays safe
  return Span{value * unit.micros};
}

std::string FormatSpan(Span span) {
  std::string out;
  // Not of the negated smallest number, which has no positive twin.
  auto micros = static_cast<uint64_t>(span.micros);
  if (span.micros < 0) {
    out = "-";
    micros = 0 - micros;
  }
  if (micros < 60 * static_cast<uint64_t>(kSecond)) {
    const int decimals = micros < static_cast<uint64_t>(kSecond) / 10 ? 3 : 1;
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.*f", decimals, static_cast<double>(micros) / 1e6);
    std::string number = text.data();
    number.resize(number.find_last_not_of('0') + 1);
    if (number.back() == '.') number.pop_back();
    return out + number + 's';
  }
  struct Unit {
    uint64_t seconds;
    char name;
  };
  static constexpr std::array<Unit, 4> kUnits = {
      {{86'400, 'd'}, {3'600, 'h'}, {60, 'm'}, {1, 's'}}};
  uint64_t seconds = micros / static_cast<uint64_t>(kSecond);
  for (size_t i = 0; i < kUnits.size(); ++i) {
    const uint64_t count = seconds / kUnits[i].seconds;
    if (count == 0) continue;
    out += std::to_string(count) + kUnits[i].name;
    seconds %= kUnits[i].seconds;
    if (i + 1 < kUnits.size() && seconds / kUnits[i + 1].seconds != 0) {
      out += ' ' + std::to_string(seconds / kUnits[i + 1].seconds) + kUnits[i + 1].name;
    }
    break;
  }
  return out;
}

}  // namespace tokentrail
