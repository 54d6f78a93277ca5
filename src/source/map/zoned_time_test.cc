#include "source/map/zoned_time.h"

#include <gtest/gtest.h>

namespace tokentrail::source {
namespace {

std::string Read(std::string_view text) {
  const std::optional<Time> time = ReadZonedTime(text);
  return time ? FormatTime(*time) : "nothing";
}

TEST(ZonedTime, TakesTheZoneOff) {
  EXPECT_EQ(Read("3/14/2026, 9:15:04 AM PDT"), "2026-03-14T16:15:04.000000Z");
  EXPECT_EQ(Read("Mar 14, 2026, 9:15:04 AM GMT+1"), "2026-03-14T08:15:04.000000Z");
  EXPECT_EQ(Read("2026-03-14 09:15:04 UTC-03:30"), "2026-03-14T12:45:04.000000Z");
  EXPECT_EQ(Read("2026-03-14 00:30:00 CEST"), "2026-03-13T22:30:00.000000Z");
}

TEST(ZonedTime, GivesNothingRatherThanAGuess) {
  EXPECT_EQ(Read("3/14/2026, 9:15:04 AM IST"), "nothing");
  EXPECT_EQ(Read("3/4/2026, 9:15:04 AM PDT"), "nothing");
  EXPECT_EQ(Read("2026-03-14 00:30:00 GMT+99"), "nothing");
  EXPECT_EQ(Read("2026-03-14 00:30:00 GMT+"), "nothing");
  EXPECT_EQ(Read("PDT"), "nothing");
  EXPECT_EQ(Read(""), "nothing");
}

}  // namespace
}  // namespace tokentrail::source
