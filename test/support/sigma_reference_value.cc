// Numbers, addresses and dates.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "test/support/sigma_reference_text.h"

namespace tokentrail::test::reference {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<Decimal> ReadDecimal(std::string_view text) {
  Decimal out;
  size_t at = 0;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) {
    out.negative = text[at] == '-';
    ++at;
  }
  const auto digits = [&] {
    const size_t start = at;
    while (at < text.size() && IsDigit(text[at])) ++at;
    return std::string(text.substr(start, at - start));
  };
  const std::string whole = digits();
  std::string fraction;
  if (at < text.size() && text[at] == '.') {
    ++at;
    fraction = digits();
  }
  if (whole.empty() && fraction.empty()) return std::nullopt;
  int64_t exponent = 0;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    const bool minus = at < text.size() && text[at] == '-';
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    const std::string power = digits();
    if (power.empty() || power.size() > 6) return std::nullopt;
    exponent = std::stoll(power) * (minus ? -1 : 1);
  }
  if (at != text.size()) return std::nullopt;
  out.digits = whole + fraction;
  out.exponent = static_cast<int64_t>(whole.size()) + exponent;
  while (!out.digits.empty() && out.digits.front() == '0') {
    out.digits.erase(0, 1);
    --out.exponent;
  }
  while (!out.digits.empty() && out.digits.back() == '0') out.digits.pop_back();
  if (out.digits.empty()) out = Decimal();
  return out;
}

int Order(const Decimal& a, const Decimal& b) {
  if (a.negative != b.negative) return a.negative ? -1 : 1;
  const int sign = a.negative ? -1 : 1;
  if (a.digits.empty() || b.digits.empty()) {
    return sign * (static_cast<int>(!a.digits.empty()) - static_cast<int>(!b.digits.empty()));
  }
  if (a.exponent != b.exponent) return a.exponent < b.exponent ? -sign : sign;
  const int order = a.digits.compare(b.digits);
  return order == 0 ? 0 : order < 0 ? -sign : sign;
}

std::optional<Decimal> ReadKept(std::string_view text) {
  const std::optional<Decimal> out = ReadDecimal(text);
  if (!out) return std::nullopt;
  if (text.find_first_of(".eE") == std::string_view::npos &&
      Order(*out, *ReadDecimal("-9223372036854775808")) >= 0 &&
      Order(*out, *ReadDecimal("18446744073709551615")) <= 0) {
    return out;
  }
  const double real = std::strtod(std::string(text).c_str(), nullptr);
  if (!std::isfinite(real)) return std::nullopt;
  // No double has more than 309 digits before its point, or 1,074 behind it.
  std::array<char, 1500> exact{};
  std::snprintf(exact.data(), exact.size(), "%.1074f", real);
  return ReadDecimal(exact.data());
}

namespace {

std::optional<Ip> ReadIp4(std::string_view text) {
  Ip out(16, 0);
  out[10] = out[11] = 0xFF;
  for (size_t part = 0; part < 4; ++part) {
    if (part > 0) {
      if (text.empty() || text.front() != '.') return std::nullopt;
      text.remove_prefix(1);
    }
    size_t digits = 0;
    int value = 0;
    while (digits < text.size() && digits < 4 && IsDigit(text[digits])) {
      value = value * 10 + (text[digits++] - '0');
    }
    if (digits == 0 || digits > 3 || value > 255) return std::nullopt;
    if (digits > 1 && text.front() == '0') return std::nullopt;
    out[12 + part] = static_cast<uint8_t>(value);
    text.remove_prefix(digits);
  }
  return text.empty() ? std::optional<Ip>(out) : std::nullopt;
}

/// Groups of four hex digits, with `.`-notation at the end when `last`. Nothing when wrong.
std::optional<Ip> ReadGroups(std::string_view text, bool last) {
  Ip out;
  while (!text.empty()) {
    const size_t colon = text.find(':');
    const std::string_view group = text.substr(0, colon);
    if (colon == std::string_view::npos && last && group.find('.') != std::string_view::npos) {
      const std::optional<Ip> v4 = ReadIp4(group);
      if (!v4) return std::nullopt;
      out.insert(out.end(), v4->begin() + 12, v4->end());
      return out;
    }
    if (group.empty() || group.size() > 4) return std::nullopt;
    unsigned value = 0;
    for (const char c : group) {
      const size_t digit = std::string_view("0123456789abcdef").find(static_cast<char>(c | 0x20));
      if (digit == std::string_view::npos || (!IsDigit(c) && c < 'A')) return std::nullopt;
      value = value * 16 + static_cast<unsigned>(digit);
    }
    out.push_back(static_cast<uint8_t>(value >> 8));
    out.push_back(static_cast<uint8_t>(value & 0xFF));
    if (colon == std::string_view::npos) return out;
    text.remove_prefix(colon + 1);
    if (text.empty()) return std::nullopt;
  }
  return out;
}

std::optional<Ip> ReadIp6(std::string_view text) {
  const size_t gap = text.find("::");
  if (gap == std::string_view::npos) {
    const std::optional<Ip> all = ReadGroups(text, true);
    return all && all->size() == 16 ? all : std::nullopt;
  }
  const std::optional<Ip> front = ReadGroups(text.substr(0, gap), false);
  const std::optional<Ip> back = ReadGroups(text.substr(gap + 2), true);
  if (!front || !back || front->size() + back->size() > 14) return std::nullopt;
  Ip out = *front;
  out.resize(16 - back->size(), 0);
  out.insert(out.end(), back->begin(), back->end());
  return out;
}

bool IsPort(std::string_view text) {
  return !text.empty() && text.size() <= 5 && std::all_of(text.begin(), text.end(), IsDigit) &&
         std::stoi(std::string(text)) <= 65535;
}

}  // namespace

std::optional<Ip> ReadIp(std::string_view text) {
  constexpr std::string_view kSpaces = " ";  // around an address they mean nothing
  text.remove_prefix(std::min(text.find_first_not_of(kSpaces), text.size()));
  text = text.substr(0, text.find_last_not_of(kSpaces) + 1);
  if (!text.empty() && text.front() == '[') {
    const size_t close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    const std::string_view rest = text.substr(close + 1);
    if (!rest.empty() && !(rest.front() == ':' && IsPort(rest.substr(1)))) return std::nullopt;
    const std::string_view inner = text.substr(1, close - 1);
    return ReadIp6(inner.substr(0, inner.find('%')));
  }
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos) return ReadIp4(text);
  if (text.find(':', colon + 1) == std::string_view::npos) {
    return IsPort(text.substr(colon + 1)) ? ReadIp4(text.substr(0, colon)) : std::nullopt;
  }
  return ReadIp6(text.substr(0, text.find('%')));
}

std::optional<Cidr> ReadCidr(std::string_view text) {
  const size_t slash = text.find('/');
  const std::string_view host = text.substr(0, slash);
  const bool v6 = host.find(':') != std::string_view::npos;
  const std::optional<Ip> ip = v6 ? ReadIp6(host) : ReadIp4(host);
  if (!ip) return std::nullopt;
  Cidr out{*ip, 128};
  if (slash == std::string_view::npos) return out;
  const std::string_view prefix = text.substr(slash + 1);
  if (prefix.empty() || prefix.size() > 3 || !std::all_of(prefix.begin(), prefix.end(), IsDigit)) {
    return std::nullopt;
  }
  out.bits = std::stoi(std::string(prefix)) + (v6 ? 0 : 96);
  if (out.bits > 128) return std::nullopt;
  for (int bit = out.bits; bit < 128; ++bit) {
    if ((out.address[static_cast<size_t>(bit / 8)] >> (7 - bit % 8)) & 1) return std::nullopt;
  }
  return out;
}

bool Contains(const Cidr& network, const Ip& address) {
  for (int bit = 0; bit < network.bits; ++bit) {
    const auto byte = static_cast<size_t>(bit / 8);
    const int shift = 7 - bit % 8;
    if (((network.address[byte] ^ address[byte]) >> shift) & 1) return false;
  }
  return true;
}

namespace {

bool IsLeap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int DaysIn(int year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && IsLeap(year) ? 29 : kDays[static_cast<size_t>(month - 1)];
}

/// Of 1 January; 1 is Monday.
int FirstWeekday(int year) {
  const int y = year - 1;
  return ((1 + y + y / 4 - y / 100 + y / 400) + 6) % 7 + 1;  // 1 January of year 1 was a Monday
}

int WeeksIn(int year) {
  const int first = FirstWeekday(year);
  return first == 4 || (IsLeap(year) && first == 3) ? 53 : 52;
}

int IsoWeek(int year, int month, int day) {
  int of_year = day;
  for (int before = 1; before < month; ++before) of_year += DaysIn(year, before);
  const int weekday = (FirstWeekday(year) + of_year - 2) % 7 + 1;
  const int week = (of_year - weekday + 10) / 7;
  if (week < 1) return WeeksIn(year - 1);
  return week > WeeksIn(year) ? 1 : week;
}

}  // namespace

std::optional<int64_t> DatePart(std::string_view part, std::string_view text) {
  const auto skip = [&](std::string_view what) {
    text.remove_prefix(std::min(text.find_first_not_of(what), text.size()));
  };
  const auto number = [&](size_t at, size_t size) -> int {
    if (text.size() < at + size) return -1;
    for (const char c : text.substr(at, size)) {
      if (!IsDigit(c)) return -1;
    }
    return std::stoi(std::string(text.substr(at, size)));
  };
  skip(" \t\r\n");
  const int year = number(0, 4);
  const int month = number(5, 2);
  const int day = number(8, 2);
  if (year < 0 || month < 1 || month > 12 || day < 1 || day > DaysIn(year, month)) return {};
  if ((text[4] != '-' && text[4] != '/') || text[7] != text[4]) return {};
  text.remove_prefix(10);
  if (!text.empty() && text[0] != 'T' && text[0] != 't' && text[0] != ' ') return {};
  if (part == "year") return year;
  if (part == "month") return month;
  if (part == "day") return day;
  if (part == "week") return IsoWeek(year, month, day);
  text.remove_prefix(std::min<size_t>(text.size(), 1));
  skip(" \t\r\n");
  const int hour = number(0, 2);
  const int minute = number(3, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || text[2] != ':') return {};
  return part == "hour" ? hour : minute;
}

}  // namespace tokentrail::test::reference
