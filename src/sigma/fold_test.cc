#include "sigma/fold.h"

#include <gtest/gtest.h>

#include <set>

#include "sigma/regex.h"

namespace tokentrail::sigma {
namespace {

std::string Utf8(uint32_t code) {
  const auto byte = [](uint32_t bits) { return static_cast<char>(bits); };
  if (code < 0x80) return {byte(code)};
  if (code < 0x800) return {byte(0xc0 | code >> 6), byte(0x80 | (code & 63))};
  if (code < 0x10000) {
    return {byte(0xe0 | code >> 12), byte(0x80 | (code >> 6 & 63)), byte(0x80 | (code & 63))};
  }
  return {byte(0xf0 | code >> 18), byte(0x80 | (code >> 12 & 63)), byte(0x80 | (code >> 6 & 63)),
          byte(0x80 | (code & 63))};
}

TEST(Fold, FoldsLettersOfEverySize) {
  EXPECT_EQ(Fold("AbZ09_"), "abz09_");
  EXPECT_EQ(Fold("ÀÞ×ß"), "àþ×ß");
  EXPECT_EQ(Fold("ΑΩς Ж Ѐ Ա Ａ"), "αωσ ж ѐ ա ａ");
  EXPECT_EQ(Fold("µ Ǆ ǅ Ɓ ϴ ϐ Ὰᾈ Ⴀ Ა Ꭰ Ꮿ ꭰ Ⓐ Ⅷ Ɐ Ꜳ"),
            "μ ǆ ǆ ɓ θ β ὰᾀ ⴀ ა Ꭰ Ꮿ Ꭰ ⓐ ⅷ ɐ ꜳ");
  EXPECT_EQ(Fold("\U00010400\U000104b0\U00010c80\U000118a0\U00016e40\U0001e900"),
            "\U00010428\U000104d8\U00010cc0\U000118c0\U00016e60\U0001e922");
  EXPECT_EQ(Fold("\u212a\u212b\u1e9e\u017f"), "kåßs") << "to fewer bytes";
  EXPECT_EQ(Fold("\u023a\u023e"), "\u2c65\u2c66") << "to more bytes";
  EXPECT_EQ(Fold("İıß"), "İıß") << "Turkic and full folding are not ours";
}

TEST(Fold, LeavesWhatIsNoTextAlone) {
  EXPECT_EQ(Fold("\xff\xc3(\xe2\x84"), "\xff\xc3(\xe2\x84");
  EXPECT_EQ(Fold("\xe0\x83\x80\xf0\x80\x81\x81"), "\xe0\x83\x80\xf0\x80\x81\x81") << "too long";
  EXPECT_EQ(Fold("\xed\xa0\x80\xf4\x90\x80\x80"), "\xed\xa0\x80\xf4\x90\x80\x80")
      << "a surrogate, and past the last character";
}

// The same table, from somebody else: RE2 folds by the C and S of its own copy of Unicode.
TEST(Fold, AgreesWithRe2) {
  std::set<uint32_t> targets;
  std::string any = "(?i)^[";
  size_t folded = 0;
  for (uint32_t code = 0x80; code <= 0x10ffff; ++code) {
    const uint32_t to = FoldCode(code);
    if (to == code) continue;
    ++folded;
    EXPECT_EQ(FoldCode(to), to) << std::hex << code;
    EXPECT_EQ(Fold(Utf8(code)), Utf8(to)) << std::hex << code;
    if (targets.insert(to).second) any += Utf8(to);
  }
  EXPECT_EQ(folded, 1'428u);
  const Result<Regex> regex = Regex::Compile(any + "]$", {});
  ASSERT_TRUE(regex.ok()) << regex.error().message;
  // Beyond the second plane Unicode has no letters with case.
  for (uint32_t code = 0x80; code <= 0x1ffff; ++code) {
    if (code == 0xd800) code = 0xe000;
    EXPECT_EQ(regex->Finds(Utf8(code)), targets.count(FoldCode(code)) != 0) << std::hex << code;
  }
}

}  // namespace
}  // namespace tokentrail::sigma
