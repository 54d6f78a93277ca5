#include "trail/rhythm.h"

#include <gtest/gtest.h>

#include <functional>

namespace tokentrail::trail {
namespace {

/// Monday.
const Time kMonday = ParseTime("2026-03-02T00:00:00Z").time;

/// Events of `days` days: `per_hour` of each hour, asked for (day, hour).
Rhythm Made(int days, const std::function<int(int day, int hour)>& per_hour) {
  Rhythm out;
  for (int day = 0; day < days; ++day) {
    for (int hour = 0; hour < 24; ++hour) {
      const int count = per_hour(day, hour);
      for (int i = 0; i < count; ++i) {
        out.Observe(kMonday + Days(day) + Hours(hour) + Seconds(3600 / count * i));
      }
    }
  }
  return out;
}

bool Works(int day, int hour) { return day % 7 < 5 && hour >= 8 && hour < 18; }

TEST(Rhythm, NightsAndWeekendsOfASmallTenantAreItsHabit) {
  const Rhythm rhythm = Made(14, [](int day, int hour) { return Works(day, hour) ? 4 : 0; });
  EXPECT_TRUE(rhythm.Silences().empty());
  EXPECT_EQ(rhythm.events(), 400u);
  EXPECT_EQ(rhythm.ActiveDays(), 10u);
}

TEST(Rhythm, AMissingWorkdayIsASilence) {
  for (const int days : {7, 14, 35}) {
    const Rhythm rhythm =
        Made(days, [](int day, int hour) { return Works(day, hour) && day != 2 ? 4 : 0; });
    const auto silences = rhythm.Silences();
    ASSERT_EQ(silences.size(), 1u) << days;
    EXPECT_EQ(FormatTimeShort(silences[0].from), "2026-03-03 17:45:00Z");
    EXPECT_EQ(FormatTimeShort(silences[0].to), "2026-03-05 08:00:00Z");
    EXPECT_EQ(silences[0].expected, 40u);
  }
}

TEST(Rhythm, HoursOfADayThatAreMissingAreASilence) {
  const Rhythm rhythm = Made(7, [](int day, int hour) {
    return day == 3 && hour >= 9 && hour < 17 ? 0 : Works(day, hour) ? 10 : 1;
  });
  const auto silences = rhythm.Silences();
  ASSERT_EQ(silences.size(), 1u);
  EXPECT_EQ(silences[0].expected, 80u);
}

TEST(Rhythm, AFewHoursLessThanSixAreNone) {
  const Rhythm rhythm =
      Made(7, [](int day, int hour) { return day == 3 && hour >= 9 && hour < 14 ? 0 : 100; });
  EXPECT_TRUE(rhythm.Silences().empty());
}

TEST(Rhythm, BurstsAreNoHabit) {
  // A script runs now and then: five hundred events in a minute, on every third day.
  const Rhythm rhythm =
      Made(30, [](int day, int hour) { return day % 3 == 0 && hour == 11 ? 500 : 0; });
  EXPECT_TRUE(rhythm.Silences().empty());
}

TEST(Rhythm, WhereFridayIsADayOfRest) {
  const Rhythm rhythm = Made(21, [](int day, int hour) {
    return day % 7 != 4 && day % 7 != 5 && hour >= 8 && hour < 18 ? 6 : 0;
  });
  EXPECT_TRUE(rhythm.Silences().empty());
}

TEST(Rhythm, TwoDaysMakeNoHabit) {
  const Rhythm rhythm = Made(2, [](int day, int) { return day == 0 ? 50 : 0; });
  EXPECT_TRUE(rhythm.Silences().empty());
  EXPECT_TRUE(Rhythm().Silences().empty());
}

TEST(Rhythm, AStrayEventDoesNotMakeTwoSilencesOfOne) {
  Rhythm rhythm;
  for (int hour = 0; hour < 14 * 24; ++hour) {
    const Time at = kMonday + Hours(hour);
    const bool silent = at >= kMonday + Days(8) && at < kMonday + Days(10);
    if (!silent || at == kMonday + Days(9)) {
      for (int i = 0; i < (silent ? 1 : 5); ++i) rhythm.Observe(at + Minutes(i));
    }
  }
  EXPECT_EQ(rhythm.Silences().size(), 1u);
}

}  // namespace
}  // namespace tokentrail::trail
