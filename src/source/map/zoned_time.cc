#include "source/map/zoned_time.h"

#include "base/text.h"

namespace tokentrail::source {
namespace {

struct Zone {
  std::string_view word;
  int minutes;
};
constexpr Zone kZones[] = {
    {"PST", -480}, {"PDT", -420}, {"MST", -420},  {"MDT", -360},  {"CDT", -300},
    {"EST", -300}, {"EDT", -240}, {"AKST", -540}, {"AKDT", -480}, {"HST", -600},
    {"WET", 0},    {"WEST", 60},  {"CET", 60},    {"CEST", 120},  {"EET", 120},
    {"EEST", 180}, {"MSK", 180},  {"SGT", 480},   {"HKT", 480},   {"JST", 540},
    {"KST", 540},  {"AEST", 600}, {"AEDT", 660},  {"NZST", 720},  {"NZDT", 780}};

// `+1`, `-07`, `+05:30`: minutes.
std::optional<int> ReadOffset(std::string_view text) {
  if (text.size() < 2 || (text.front() != '+' && text.front() != '-')) return std::nullopt;
  const int sign = text.front() == '-' ? -1 : 1;
  text.remove_prefix(1);
  const size_t colon = text.find(':');
  const std::string_view hours = text.substr(0, colon);
  const std::string_view minutes =
      colon == std::string_view::npos ? std::string_view("0") : text.substr(colon + 1);
  if (!IsDigits(hours) || !IsDigits(minutes) || hours.size() > 2 || minutes.size() > 2) {
    return std::nullopt;
  }
  const auto number = [](std::string_view digits) {
    int out = 0;
    for (const char c : digits) out = out * 10 + (c - '0');
    return out;
  };
  const int total = number(hours) * 60 + number(minutes);
  if (total > 14 * 60) return std::nullopt;
  return sign * total;
}

std::optional<int> ReadZone(std::string_view word) {
  for (const Zone& zone : kZones) {
    if (EqualsIgnoreCase(zone.word, word)) return zone.minutes;
  }
  if (word.size() > 3 &&
      (EqualsIgnoreCase(word.substr(0, 3), "GMT") || EqualsIgnoreCase(word.substr(0, 3), "UTC"))) {
    return ReadOffset(word.substr(3));
  }
  return std::nullopt;
}

}  // namespace

std::optional<Time> ReadZonedTime(std::string_view text) {
  text = Trim(text);
  const size_t space = text.find_last_of(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const std::optional<int> minutes = ReadZone(text.substr(space + 1));
  if (!minutes) return std::nullopt;
  const ParsedTime parsed = ParseTime(Trim(text.substr(0, space)));
  if (parsed.fault != TimeFault::kNone) return std::nullopt;
  return parsed.time - Minutes(*minutes);
}

}  // namespace tokentrail::source
