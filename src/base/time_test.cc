#include "base/time.h"

#include <gtest/gtest.h>

#include <string>

namespace tokentrail {
namespace {

std::string Read(std::string_view text, DateOrder order = DateOrder::kRefuse) {
  const ParsedTime parsed = ParseTime(text, order);
  switch (parsed.fault) {
    case TimeFault::kNone:
      return FormatTime(parsed.time);
    case TimeFault::kAmbiguous:
      return "ambiguous";
    case TimeFault::kUnreadable:
      return "unreadable";
  }
  return "";
}

TEST(ParseTime, ReadsIso8601InAllItsForms) {
  const std::pair<const char*, const char*> cases[] = {
      {"2026-01-31T16:05:06Z", "2026-01-31T16:05:06.000000Z"},
      {"2026-01-31t16:05:06z", "2026-01-31T16:05:06.000000Z"},
      {"2026-01-31T16:05:06", "2026-01-31T16:05:06.000000Z"},
      {"2026-01-31 16:05:06", "2026-01-31T16:05:06.000000Z"},
      {" 2026-01-31 16:05:06 ", "2026-01-31T16:05:06.000000Z"},
      {"2026-01-31T16:05:06.1Z", "2026-01-31T16:05:06.100000Z"},
      {"2026-01-31T16:05:06.1234567Z", "2026-01-31T16:05:06.123456Z"},
      {"2026-01-31T16:05:06.123456789123Z", "2026-01-31T16:05:06.123456Z"},
      {"2026-01-31T16:05:06,5Z", "2026-01-31T16:05:06.500000Z"},
      {"2026-01-31T16:05:06+02:00", "2026-01-31T14:05:06.000000Z"},
      {"2026-01-31T16:05:06.5-0530", "2026-01-31T21:35:06.500000Z"},
      {"2026-01-31T00:05:06+02", "2026-01-30T22:05:06.000000Z"},
      {"2026-01-31T16:05:06+00:00", "2026-01-31T16:05:06.000000Z"},
      {"2026-01-31 16:05:06.5 UTC", "2026-01-31T16:05:06.500000Z"},
      {"2026-01-31 16:05:06 +0100", "2026-01-31T15:05:06.000000Z"},
      {"2026-01-31T16:05Z", "2026-01-31T16:05:00.000000Z"},
      {"2026-01-31", "2026-01-31T00:00:00.000000Z"},
      {"2026-01-31 4:05:06 PM", "2026-01-31T16:05:06.000000Z"},
      {"2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000000Z"},
      {"2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000000Z"},
      {"2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999Z"},
      {"1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000Z"},
      {"9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.999999Z"},
      {"20261031T160506Z", "2026-10-31T16:05:06.000000Z"},
      {"20201016100000.049", "2020-10-16T10:00:00.049000Z"},
      {"20201016100000", "2020-10-16T10:00:00.000000Z"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(Read(text), expected) << text;
}

TEST(ParseTime, TellsEpochsBySize) {
  EXPECT_EQ(Read("1602842400"), "2020-10-16T10:00:00.000000Z");
  EXPECT_EQ(Read("1602842400.25"), "2020-10-16T10:00:00.250000Z");
  EXPECT_EQ(Read("1602842400049"), "2020-10-16T10:00:00.049000Z");
  EXPECT_EQ(Read("1602842400049123"), "2020-10-16T10:00:00.049123Z");
  EXPECT_EQ(Read("1602842400049123456"), "2020-10-16T10:00:00.049123Z");
  EXPECT_EQ(Read("978307200"), "2001-01-01T00:00:00.000000Z");
  EXPECT_EQ(Read("4102444799"), "2099-12-31T23:59:59.000000Z");
  for (const char* text : {"978307199", "4102444800", "65001", "0", "1", "99999999999",
                           "18446744073709551615", "99999999999999999999999"}) {
    EXPECT_EQ(Read(text), "unreadable") << text;
  }
}

TEST(ParseTime, AsksForTheOrderOnlyWhenTwoReadingsArePossible) {
  EXPECT_EQ(Read("1/31/2026 4:05:06 PM"), "2026-01-31T16:05:06.000000Z");
  EXPECT_EQ(Read("31/1/2026 16:05"), "2026-01-31T16:05:00.000000Z");
  EXPECT_EQ(Read("1/31/2026, 4:05:06.123 PM"), "2026-01-31T16:05:06.123000Z");
  EXPECT_EQ(Read("1/31/2026, 4:05:06\xe2\x80\xafPM"), "2026-01-31T16:05:06.000000Z");
  EXPECT_EQ(Read("1/31/2026 12:05:06 AM"), "2026-01-31T00:05:06.000000Z");
  EXPECT_EQ(Read("1/31/2026 12:05:06 pm"), "2026-01-31T12:05:06.000000Z");
  EXPECT_EQ(Read("3/3/2026 10:00:00"), "2026-03-03T10:00:00.000000Z") << "both readings agree";
  EXPECT_EQ(Read("2026/03/04 10:00:00"), "2026-03-04T10:00:00.000000Z");
  EXPECT_EQ(Read("04.03.2026 10:00:00"), "2026-03-04T10:00:00.000000Z");
  EXPECT_EQ(Read("3/4/2026 10:00:00"), "ambiguous");
  EXPECT_EQ(Read("03-04-2026"), "ambiguous");
  EXPECT_EQ(Read("3/4/2026 10:00:00", DateOrder::kMonthFirst), "2026-03-04T10:00:00.000000Z");
  EXPECT_EQ(Read("3/4/2026 10:00:00", DateOrder::kDayFirst), "2026-04-03T10:00:00.000000Z");
  EXPECT_EQ(Read("1/31/2026", DateOrder::kDayFirst), "2026-01-31T00:00:00.000000Z");
}

TEST(ParseTime, ReadsMonthsByName) {
  EXPECT_EQ(Read("Jan 31, 2026 4:05:06 PM"), "2026-01-31T16:05:06.000000Z");
  EXPECT_EQ(Read("September 3, 2026, 10:00:00 AM UTC"), "2026-09-03T10:00:00.000000Z");
  EXPECT_EQ(Read("31-Jan-2026 16:05:06"), "2026-01-31T16:05:06.000000Z");
  EXPECT_EQ(Read("[31/Jan/2026:16:05:06 +0100]"), "2026-01-31T15:05:06.000000Z");
}

TEST(ParseTime, RefusesNonsense) {
  for (const char* text : {"",
                           " ",
                           "-",
                           "now",
                           "null",
                           "T",
                           "2026",
                           "2026-",
                           "2026-13-01T00:00:00Z",
                           "2026-00-01T00:00:00Z",
                           "2026-02-29T00:00:00Z",
                           "2100-02-29T00:00:00Z",
                           "2026-04-31T00:00:00Z",
                           "2026-01-00T00:00:00Z",
                           "2026-01-01T24:00:00Z",
                           "2026-01-01T00:60:00Z",
                           "2026-01-01T00:00:61Z",
                           "2026-01-01T00:00:00.Z",
                           "2026-01-01T00:00:00ZZ",
                           "2026-01-01T00:00:00+",
                           "2026-01-01T00:00:00+2",
                           "2026-01-01T00:00:00+99:00",
                           "2026-01-01T00:00:00+02:0",
                           "2026-01-01T00:00:00 banana",
                           "2026-01-01T",
                           "0001-01-01T00:00:00Z",
                           "1601-01-01T00:00:00Z",
                           "2026-1-1T0:0:0Z",
                           "13/13/2026",
                           "1/31/26",
                           "0/1/2026",
                           "1/31/2026 13:00 PM",
                           "1/31/2026 0:00 AM",
                           "1/31/2026 4:5 PM",
                           "192.168.1.1",
                           "1.2.3",
                           "4:05 PM",
                           "20261332T000000Z",
                           "20201016250000.0",
                           "Foo 31, 2026",
                           "Jan 32, 2026",
                           "31-Foo-2026",
                           "1e9",
                           "0x5f",
                           "+1602842400",
                           "-1602842400",
                           "2026-01-01T00:00:00\xe2",
                           "\xff\xff\xff\xff\xff\xff\xff\xff"}) {
    EXPECT_EQ(Read(text), "unreadable") << text;
  }
}

TEST(ParseTime, SurvivesAnyText) {
  uint64_t seed = 3;
  const std::string alphabet = "0123456789-/:.,+ TZtzAMPpmJan\xe2\x80\xaf";
  for (int round = 0; round < 200'000; ++round) {
    // Half from nothing, half a good time with a few bytes changed.
    std::string text =
        round % 2 == 0 ? std::string(round % 30, '0') : "2026-01-31T16:05:06.123+02:00";
    for (size_t i = 0; i < text.size(); ++i) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      if (round % 2 == 0 || (seed >> 60) == 0) text[i] = alphabet[(seed >> 33) % alphabet.size()];
    }
    const ParsedTime parsed = ParseTime(text);
    if (parsed.fault != TimeFault::kNone) continue;
    // What was read can be written and read again.
    EXPECT_EQ(ParseTime(FormatTime(parsed.time)).time, parsed.time) << text;
  }
}

TEST(FormatTime, WritesDaysOfAllYearsBack) {
  for (int64_t day = 0; day < 60'000; day += 7) {
    const Time time{day * 86'400'000'000 + 1};
    EXPECT_EQ(ParseTime(FormatTime(time)).time, time);
    EXPECT_EQ(DayOf(time), day);
  }
  EXPECT_EQ(FormatTime({-1}), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(DayOf({-1}), -1);
  EXPECT_EQ(DayOf({0}), 0);
  EXPECT_EQ(FormatTimeShort(ParseTime("2026-01-31T16:05:06.9Z").time), "2026-01-31 16:05:06Z");
  EXPECT_EQ(FormatDate(ParseTime("2026-01-31T16:05:06.9Z").time), "2026-01-31");
}

TEST(Spans, AreReadAndWritten) {
  EXPECT_EQ(ParseSpan("90d"), Days(90));
  EXPECT_EQ(ParseSpan("24h"), Hours(24));
  EXPECT_EQ(ParseSpan("15m"), Minutes(15));
  EXPECT_EQ(ParseSpan("30s"), Seconds(30));
  EXPECT_EQ(ParseSpan("2w"), Days(14));
  for (const char* text : {"", "d", "9", "-1d", "1.5h", "1 d", "1y", "99999999999w", "d1"}) {
    EXPECT_FALSE(ParseSpan(text).has_value()) << text;
  }
  EXPECT_EQ(FormatSpan(Hours(76)), "3d 4h");
  EXPECT_EQ(FormatSpan(Minutes(15)), "15m");
  EXPECT_EQ(FormatSpan({200'000}), "0.2s");
  EXPECT_EQ(FormatSpan({4'000}), "0.004s");
  EXPECT_EQ(FormatSpan({0}), "0s");
  EXPECT_EQ(FormatSpan({1'500'000}), "1.5s");
  EXPECT_EQ(FormatSpan(Days(3)), "3d");
  EXPECT_EQ(FormatSpan({-Hours(2).micros}), "-2h");
  EXPECT_EQ(FormatSpan({INT64_MIN}).front(), '-');
}

}  // namespace
}  // namespace tokentrail
