// The engine's wildcard matcher against RE2, and its folding against a table of all of Unicode.

#include <gtest/gtest.h>
#include <re2/re2.h>

#include "sigma/pattern.h"
#include "test/support/random.h"
#include "test/support/sigma_reference_text.h"

namespace tokentrail::test {
namespace {

constexpr std::string_view kPieces[] = {
    "a",      "b",      "A",      "B",      "ab",     "aB",     "*",          "*", "?", "?",
    "\\",     "\\*",    "\\?",    "\\\\",   "\\\\*",  ".",      "^",          "$", "(", "\n",
    "\u00e9", "\u00c9", "\u03a3", "\u0436", "\u0416", "\u4e2d", "\U0001F511", " ", "x"};

std::string Join(size_t most, Random& random) {
  std::string out;
  for (size_t n = random.Below(most + 1); n > 0; --n) out += random.Pick(kPieces);
  return out;
}

/// The same pattern for RE2: `*` is `.*`, `?` is `.`, the rest itself.
std::string AsRegex(std::string_view written, bool cased) {
  std::string out = cased ? "(?s)" : "(?is)";
  for (const reference::Char c : reference::ReadWildcards(written)) {
    if (c == reference::kAny) {
      out += ".*";
    } else if (c == reference::kOne) {
      out += '.';
    } else {
      out += re2::RE2::QuoteMeta(reference::Encode({c}));
    }
  }
  return out;
}

/// A text near the pattern: its wildcards filled, its case changed, now and then an edit.
std::string TextNear(std::string_view written, Random& random) {
  if (random.OneIn(3)) return Join(6, random);
  reference::Chars out;
  for (reference::Char c : reference::ReadWildcards(written)) {
    if (c == reference::kAny || c == reference::kOne) {
      const size_t n = c == reference::kOne ? 1 : random.Below(4);
      for (size_t i = 0; i < n; ++i) out.push_back("ab\nx"[random.Below(4)]);
      continue;
    }
    if (random.OneIn(4)) c = reference::FoldChar(c);
    if (random.OneIn(40)) continue;
    out.push_back(c);
  }
  return reference::Encode(out);
}

TEST(PatternOracle, AgreesWithRe2) {
  Random random(2110);
  size_t matches = 0;
  for (int i = 0; i < 6'000; ++i) {
    const std::string written = Join(6, random);
    const bool cased = random.OneIn(4);
    const sigma::Pattern pattern = sigma::Pattern::Parse(written, cased);
    const re2::RE2 regex(AsRegex(written, cased));
    ASSERT_TRUE(regex.ok()) << written;
    for (int n = 0; n < 8; ++n) {
      const std::string text = TextNear(written, random);
      const bool expected = re2::RE2::FullMatch(text, regex);
      matches += expected ? 1 : 0;
      ASSERT_EQ(pattern.Matches(text), expected)
          << "pattern " << written << (cased ? " (cased)" : "") << "\ntext " << text;
      ASSERT_EQ(reference::Like(cased ? reference::ReadWildcards(written)
                                      : reference::FoldChars(reference::ReadWildcards(written)),
                                cased ? reference::Decode(text)
                                      : reference::FoldChars(reference::Decode(text))),
                expected)
          << "the reference: pattern " << written << "\ntext " << text;
    }
  }
  EXPECT_GT(matches, 10'000u);
}

/// Letters that rules may write in either case: those of today's Latin, Greek, Cyrillic and
/// Armenian, and the two that fold to ASCII. Limit: the engine leaves rarer ones as they are.
bool IsCompared(reference::Char c) {
  return (c < 0x180 && c != 0xB5) || (c >= 0x386 && c < 0x3CF) || (c >= 0x400 && c < 0x590) ||
         (c >= 0x1E00 && c < 0x1F00 && c != 0x1E9B) || (c >= 0xFF00 && c < 0xFF60) || c == 0x212A;
}

TEST(PatternOracle, FoldsEachLetterAsUnicodeSays) {
  size_t letters = 0;
  for (reference::Char c = 0x20; c < 0x110000; ++c) {
    if (!IsCompared(c)) continue;
    const reference::Char folded = reference::FoldChar(c);
    if (folded == c || c == '*' || c == '?' || c == '\\') continue;
    ++letters;
    const std::string upper = reference::Encode({c});
    const std::string lower = reference::Encode({folded});
    EXPECT_TRUE(sigma::Pattern::Literal(upper).Matches(lower)) << std::hex << c;
    EXPECT_TRUE(sigma::Pattern::Literal(lower).Matches(upper)) << std::hex << c;
    EXPECT_TRUE(sigma::Pattern::Parse("x" + upper + "*").Matches("X" + lower + "y"))
        << std::hex << c;
    EXPECT_FALSE(sigma::Pattern::Literal(upper, true).Matches(lower)) << std::hex << c;
  }
  EXPECT_GT(letters, 400u);
}

/// No two letters become one that Unicode keeps apart.
TEST(PatternOracle, FoldsNothingElse) {
  size_t wrong = 0;
  for (reference::Char c = 0x80; c < 0x110000 && wrong < 10; ++c) {
    if (c >= 0xD800 && c < 0xE000) continue;
    const std::string text = reference::Encode({c});
    const std::string folded = sigma::Fold(text);
    if (folded == text || folded == reference::Encode({reference::FoldChar(c)})) continue;
    ++wrong;
    ADD_FAILURE() << std::hex << c;
  }
}

}  // namespace
}  // namespace tokentrail::test
