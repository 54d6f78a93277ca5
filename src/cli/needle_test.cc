#include "cli/needle.h"

#include <gtest/gtest.h>

namespace tokentrail::cli {
namespace {

bool Finds(std::string text, bool any_case, bool whole, std::string_view value) {
  Needles needles;
  needles.AddText(std::move(text), "", any_case, whole);
  return needles.Find(value).has_value();
}

TEST(Needles, TextMatchesAnywhereAndKeepsCaseUnlessAsked) {
  EXPECT_TRUE(Finds("Mail", false, false, "x Mail.Read"));
  EXPECT_FALSE(Finds("mail", false, false, "x Mail.Read"));
  EXPECT_TRUE(Finds("MAIL", true, false, "x Mail.Read"));
  EXPECT_TRUE(Finds("x", false, false, "axb"));
  EXPECT_FALSE(Finds("Mail", false, false, "Mai"));
  EXPECT_FALSE(Finds("Mail", false, false, ""));
}

TEST(Needles, AnAddressIsNotPartOfALongerOne) {
  EXPECT_TRUE(Finds("192.0.2.1", false, false, "192.0.2.1"));
  EXPECT_TRUE(Finds("192.0.2.1", false, false, "from 192.0.2.1, port 3"));
  EXPECT_TRUE(Finds("192.0.2.1", false, false, "192.0.2.1:443"));
  EXPECT_FALSE(Finds("192.0.2.1", false, false, "192.0.2.11"));
  EXPECT_FALSE(Finds("192.0.2.1", false, false, "5192.0.2.1"));
  EXPECT_FALSE(Finds("192.0.2.1", false, false, "7.192.0.2.1"));
}

TEST(Needles, AnAddressMatchesHoweverItIsWritten) {
  EXPECT_TRUE(Finds("192.0.2.1", false, false, "::ffff:192.0.2.1"));
  EXPECT_TRUE(Finds("2001:DB8:0:0::1", false, false, "2001:db8::1"));
  EXPECT_TRUE(Finds("2001:db8::1", false, false, "[2001:db8::1]:443"));
}

TEST(Needles, AWholeDomainMatchesItsSubdomainsOnly) {
  EXPECT_TRUE(Finds("evil.example", true, true, "https://login.EVIL.example/cb"));
  EXPECT_FALSE(Finds("evil.example", true, true, "notevil.example"));
  EXPECT_FALSE(Finds("evil.example", true, true, "my-evil.example"));
  EXPECT_FALSE(Finds("evil.example", true, true, "evil.example.com"));
  EXPECT_TRUE(Finds("evil.example", true, true, "See evil.example."));
}

TEST(Needles, ThousandsAreSearchedTogetherAndTheHitIsNamed) {
  Needles needles;
  for (int i = 0; i < 5000; ++i) {
    needles.AddText("bad" + std::to_string(i) + ".example", "n" + std::to_string(i), true, true);
  }
  const auto hit = needles.Find("https://x.bad4711.example/");
  ASSERT_TRUE(hit.has_value());
  EXPECT_EQ(needles.Label(hit->needle), "n4711");
  EXPECT_EQ(hit->begin, 10U);
}

TEST(Needles, ExpressionsCountAfterTexts) {
  Needles needles;
  needles.AddText("abc", "text", false, false);
  auto regex = sigma::Regex::Compile("x[0-9]+", {});
  ASSERT_TRUE(regex.ok());
  needles.AddRegex(std::move(*regex), "regex");
  const auto hit = needles.Find("--x42");
  ASSERT_TRUE(hit.has_value());
  EXPECT_EQ(needles.Label(hit->needle), "regex");
  EXPECT_EQ(hit->end, 5U);
}

TEST(Indicators, AreReadFromListsOfEveryKind) {
  const auto list = ReadIndicators(
      "\xef\xbb\xbf# feed\r\nhxxps://evil[.]example/a#frag\n\n192[.]0[.]2[.]1,high,note\n"
      "\"quoted.example\",x\nplain.example # seen in June\nPLAIN.example\nab\n");
  EXPECT_EQ(list.indicators, (std::vector<std::string>{"https://evil.example/a#frag", "192.0.2.1",
                                                       "quoted.example", "plain.example"}));
  EXPECT_EQ(list.too_short, 1U);
}

}  // namespace
}  // namespace tokentrail::cli
