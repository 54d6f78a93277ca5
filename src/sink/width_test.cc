#include "sink/width.h"

#include <gtest/gtest.h>

namespace tokentrail::sink {
namespace {

TEST(Width, WideCharactersTakeTwoColumnsAndCombiningOnesNone) {
  EXPECT_EQ(DisplayWidth("plain"), 5U);
  EXPECT_EQ(DisplayWidth("\u6771\u4eac"), 4U);           // Tokyo
  EXPECT_EQ(DisplayWidth("e\u0301"), 1U);                // e and a combining acute
  EXPECT_EQ(DisplayWidth("\U0001F511"), 2U);             // key emoji
  EXPECT_EQ(DisplayWidth("a\u200Bb"), 2U);               // zero width space
  EXPECT_EQ(DisplayWidth("Sh\u0430re\u0440oint"), 10U);  // Cyrillic letters are narrow
}

TEST(Width, BytesThatAreNoUtf8TakeOneColumnEach) { EXPECT_EQ(DisplayWidth("\xff\xc3("), 3U); }

TEST(Width, CutTextNeverExceedsTheColumns) {
  const std::string text = "\u6771\u4eac Mail \u6771\u4eac e\u0301 sync";
  for (size_t columns = 0; columns < 25; ++columns) {
    EXPECT_LE(DisplayWidth(FitWidth(text, columns)), columns);
    EXPECT_EQ(DisplayWidth(PadWidth(text, columns)), columns);
  }
  EXPECT_EQ(FitWidth("abcdef", 4), "abc\u2026");
  EXPECT_EQ(FitWidth("abcd", 4), "abcd");
  EXPECT_EQ(PadWidth("ab", 4, true), "  ab");
}

TEST(Width, WrappedLinesFitAndKeepEveryWord) {
  EXPECT_EQ(WrapWidth("one two three", 7), "one two\nthree");
  EXPECT_EQ(WrapWidth("one two three", 7, 2), "one two\n  three");
  EXPECT_EQ(WrapWidth("abcdefgh", 3), "abc\ndef\ngh");
  EXPECT_EQ(WrapWidth("", 10), "");
}

TEST(FitWidthEnd, KeepsTheNameOfAFile) {
  EXPECT_EQ(FitWidthEnd("exports/audit.json:88", 13), "\u2026udit.json:88");
  EXPECT_EQ(FitWidthEnd("short", 5), "short");
  EXPECT_EQ(FitWidthEnd("\u6771\u4eac/a", 4), "\u2026/a");  // a wide one goes whole
  EXPECT_EQ(FitWidthEnd("abc", 1), "\u2026");
  EXPECT_EQ(FitWidthEnd("abc", 0), "");
}

}  // namespace
}  // namespace tokentrail::sink
