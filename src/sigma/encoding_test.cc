#include "sigma/encoding.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace tokentrail::sigma {
namespace {

std::string Utf16Bytes(std::string_view text, Utf16 form) {
  const std::optional<Glyphs> out = EncodeUtf16(LiteralGlyphs(text), form);
  return out.has_value() ? BytesOf(*out) : "no UTF-8";
}

TEST(EncodeUtf16, WritesUnitsInTheOrderAskedFor) {
  EXPECT_EQ(Utf16Bytes("ab", Utf16::kLittle), std::string("a\0b\0", 4));
  EXPECT_EQ(Utf16Bytes("ab", Utf16::kBig), std::string("\0a\0b", 4));
  EXPECT_EQ(Utf16Bytes("a", Utf16::kMarked), std::string("\xff\xfe"
                                                         "a\0",
                                                         4));
  EXPECT_EQ(Utf16Bytes("\u00e9\u20ac", Utf16::kLittle), "\xe9" + std::string(1, '\0') + "\xac\x20");
  EXPECT_EQ(Utf16Bytes("\U0001d11e", Utf16::kBig), "\xd8\x34\xdd\x1e") << "two units";
}

TEST(EncodeUtf16, RefusesWhatIsNoUtf8) {
  for (const char* const bad :
       {"\xff", "\xc3", "a\x80", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80"}) {
    EXPECT_FALSE(EncodeUtf16(LiteralGlyphs(bad), Utf16::kLittle).has_value());
    EXPECT_FALSE(IsUtf8(LiteralGlyphs(bad)));
  }
  EXPECT_TRUE(IsUtf8(LiteralGlyphs("a\u00e9\U0001d11e")));
}

// Source of the vectors: the example of the Sigma specification 2.1.0 for the first; the others
// follow from Base64 itself.
TEST(Base64Offsets, CutsOffWhatNeighboursShare) {
  const std::array<std::string, 3> expected = {"L2Jpbi9iYXNo", "9iaW4vYmFza", "vYmluL2Jhc2"};
  EXPECT_EQ(Base64Offsets("/bin/bash"), expected);
  EXPECT_TRUE(Base64Offsets("x")[1].empty()) << "one byte is never whole there";
}

TEST(Base64Offsets, StandInEveryEncodingOfWhatHoldsTheValue) {
  for (const std::string value :
       {"ab", "http://", "\u00e91", "\u00fc\u20ac \U0001d11e", "\xff\xfe\x01"}) {
    const std::array<std::string, 3> texts = Base64Offsets(value);
    for (size_t before = 0; before < 3; ++before) {
      ASSERT_GE(texts[before].size(), value.size() - 1);
      for (const std::string after : {"", "\x01", "\xff\xff", "abc"}) {
        for (const char filler : {'\0', '\xff', 'A'}) {
          const std::string all = EncodeBase64(std::string(before + 3, filler) + value + after);
          EXPECT_NE(all.find(texts[before]), std::string::npos) << value << " after " << before;
        }
      }
    }
  }
}

}  // namespace
}  // namespace tokentrail::sigma
