#include "sigma/regex.h"

#include <gtest/gtest.h>

#include <string>

namespace tokentrail::sigma {
namespace {

TEST(Regex, FindsTheLeftmostMatch) {
  const auto regex = Regex::Compile("b+", {});
  ASSERT_TRUE(regex.ok());
  size_t begin = 0;
  size_t end = 0;
  EXPECT_TRUE(regex->Find("aabbb b", begin, end));
  EXPECT_EQ(begin, 2U);
  EXPECT_EQ(end, 5U);
  EXPECT_FALSE(regex->Finds("AAA"));
}

TEST(Regex, OptionsChangeWhatMatches) {
  EXPECT_TRUE(Regex::Compile("mail", {.ignore_case = true})->Finds("MAIL"));
  EXPECT_FALSE(Regex::Compile("^b$", {})->Finds("a\nb\nc"));
  EXPECT_TRUE(Regex::Compile("^b$", {.multiline = true})->Finds("a\nb\nc"));
  EXPECT_FALSE(Regex::Compile("a.b", {})->Finds("a\nb"));
  EXPECT_TRUE(Regex::Compile("a.b", {.dot_is_all = true})->Finds("a\nb"));
}

TEST(Regex, SaysWhyItRefuses) {
  for (const char* pattern : {"(", "a{2000}{2000}", "(?=x)", "\\1"}) {
    const auto regex = Regex::Compile(pattern, {});
    ASSERT_FALSE(regex.ok()) << pattern;
    EXPECT_NE(regex.error().message.find("regular expression can't be used"), std::string::npos);
  }
}

TEST(Regex, StaysLinearOnTextMadeToHurt) {
  const auto regex = Regex::Compile("(a*)*b", {});
  ASSERT_TRUE(regex.ok());
  EXPECT_FALSE(regex->Finds(std::string(200'000, 'a')));
}

}  // namespace
}  // namespace tokentrail::sigma
