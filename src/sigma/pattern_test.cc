#include "sigma/pattern.h"

#include <gtest/gtest.h>

namespace tokentrail::sigma {
namespace {

using Shape = Pattern::Shape;

TEST(Pattern, TellsItsShape) {
  const struct {
    const char* written;
    Shape shape;
    const char* text;
    const char* longest;
  } kCases[] = {
      {"Abc", Shape::kExact, "abc", "abc"},
      {"", Shape::kExact, "", ""},
      {"Abc*", Shape::kPrefix, "abc", "abc"},
      {"*Abc", Shape::kSuffix, "abc", "abc"},
      {"**Abc**", Shape::kContains, "abc", "abc"},
      {"*", Shape::kContains, "", ""},
      {"\\*a\\?", Shape::kExact, "*a?", "*a?"},
      {"a\\\\*", Shape::kPrefix, "a\\", "a\\"},
      {"a*Bcd", Shape::kOther, "", "bcd"},
      {"*abC?d*", Shape::kOther, "", "abc"},
      {"?", Shape::kOther, "", ""},
  };
  for (const auto& one : kCases) {
    const Pattern pattern = Pattern::Parse(one.written);
    EXPECT_EQ(pattern.shape(), one.shape) << one.written;
    EXPECT_EQ(pattern.text(), one.text) << one.written;
    EXPECT_EQ(pattern.longest_literal(), one.longest) << one.written;
    EXPECT_FALSE(pattern.cased());
  }
  EXPECT_EQ(Pattern::Parse("Abc*", true).text(), "Abc");
}

TEST(Pattern, MatchesAnyBytes) {
  EXPECT_TRUE(
      Pattern::Parse("a?b").Matches("a\xff"
                                    "b"));
  EXPECT_FALSE(
      Pattern::Parse("a?b").Matches("a\xff\xff"
                                    "b"));
  EXPECT_TRUE(Pattern::Literal("\xff").Matches("\xff"));
  EXPECT_FALSE(Pattern::Parse("*\xff?*x")
                   .Matches("a\xff"
                            "ax"))
      << "an impossible text with holes";
  EXPECT_TRUE(Pattern::Parse("k?s").Matches("\u212a-\u017f")) << "letters that fold to ASCII";
  EXPECT_TRUE(Pattern::Literal(std::string_view("a\0b", 3)).Matches(std::string_view("A\0B", 3)));
}

TEST(Pattern, TriesEveryStartOfItsLastPiece) {
  const Pattern pattern = Pattern::Parse("*a?");
  EXPECT_TRUE(pattern.Matches("aaa"));
  EXPECT_TRUE(pattern.Matches("xa\u00e9"));
  EXPECT_FALSE(pattern.Matches("aaab!"));
  EXPECT_TRUE(Pattern::Parse("a*b?*?c*d").Matches("abxbyzcdd"));
  EXPECT_FALSE(Pattern::Parse("a*a").Matches("a")) << "pieces don't overlap";
}

TEST(Pattern, HasOneKeyForOneMeaning) {
  EXPECT_EQ(Pattern::Parse("ABC").Key(), Pattern::Literal("abc").Key());
  EXPECT_EQ(Pattern::Parse("a**b").Key(), Pattern::Parse("A*b").Key());
  EXPECT_NE(Pattern::Parse("a*").Key(), Pattern::Parse("*a").Key());
  EXPECT_NE(Pattern::Parse("a*").Key(), Pattern::Literal("a*").Key());
  EXPECT_NE(Pattern::Parse("abc", true).Key(), Pattern::Parse("abc").Key());
  EXPECT_NE(Pattern::Parse("a?b*c").Key(), Pattern::Literal("a?b*c").Key());
}

std::string Dashes(std::string_view written) {
  Glyphs glyphs = ReadGlyphs(written);
  MarkDashes(glyphs);
  std::string out;
  for (const char16_t glyph : glyphs) {
    out += glyph == kAnyDash ? '~' : IsMark(glyph) ? '*' : static_cast<char>(glyph & 0xff);
  }
  return out;
}

// The positions of Python's `\B[-/]\b`.
TEST(MarkDashes, MarksWhatIntroducesAnOption) {
  EXPECT_EQ(Dashes("-p"), "~p");
  EXPECT_EQ(Dashes("a -p /q"), "a ~p ~q");
  EXPECT_EQ(Dashes("a-p b/q"), "a-p b/q");
  EXPECT_EQ(Dashes("--long -"), "-~long -");
  EXPECT_EQ(Dashes("\"-x\" (/y"), "\"~x\" (~y");
  EXPECT_EQ(Dashes("*-x?/y-"), "*~x*~y-");
  EXPECT_EQ(Dashes("\u2013x -\u00e9 \u00e9-x \u20ac-x -\u2013 \u00ab/x"),
            "\u2013x ~\u00e9 \u00e9-x \u20ac~x -\u2013 \u00ab~x");
  EXPECT_EQ(Dashes("http://x"), "http:/~x");
}

TEST(Pattern, TakesAnyDashForAMarkedOne) {
  Glyphs glyphs = ReadGlyphs("* -p *");
  MarkDashes(glyphs);
  const Pattern pattern(glyphs);
  EXPECT_EQ(pattern.shape(), Shape::kOther);
  EXPECT_EQ(pattern.longest_literal(), "p ");
  for (const char* const dash : {"-", "/", "\u2013", "\u2014", "\u2015"}) {
    EXPECT_TRUE(pattern.Matches("CMD " + std::string(dash) + "P x")) << dash;
  }
  for (const char* const other : {"\u2012", "\u2016", "_", "", "\u2013-"}) {
    EXPECT_FALSE(pattern.Matches("cmd " + std::string(other) + "p x")) << other;
  }
}

}  // namespace
}  // namespace tokentrail::sigma
