// What a name looks like to a reader, so that names which look alike are equal.
//
// A name goes through NFKC, loses what nobody sees (default-ignorable characters, marks), and each
// character becomes the one that it looks like: our own few first, then Unicode's table of
// confusables (UTS #39), then case folding, then both once more. Unicode's table alone misses the
// names that are really used (Cyrillic п goes to Greek π, not to n); DETECTIONS 3.6.
//
// Names of plain ASCII letters, nearly all there are, never reach the Unicode library: one pass
// over a table of 128 entries that says the same (a test compares the two).

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tokentrail::inventory {

/// One word of a name: a run of letters and digits.
struct SkeletonWord {
  std::string plain;   ///< as written, lower case, without marks: what a person would type
  std::string folded;  ///< look of the case-folded word: `0ffice` is `office`, full width is plain
  std::string raw;     ///< look of the word as written, folded after: `GoogIe` is `google`
  std::string one;     ///< as `folded` with 1 read as i; empty when there is no 1
  std::string weak;    ///< with what only looks alike at a glance: vv w, cl d, i l, 4 a, 7 t, @ a
  size_t begin = 0;    ///< bytes in the name
  size_t end = 0;
  bool ascii = true;
  bool capital = false;  ///< starts with a capital
  bool joins = false;    ///< part of a longer word, cut where case changes: `SharePointSync`
  bool marked = false;   ///< had accents or other marks, or compatibility forms (full width)
};

/// What is odd about a name, whatever it says.
struct NameOddities {
  /// First word that mixes scripts as nobody writes: `Latin, Cyrillic`; empty when none does.
  std::string mixed_word;
  std::string mixed_scripts;
  std::string foreign_letters;      ///< the letters of that word that are not of its first script
  std::vector<uint32_t> invisible;  ///< characters that show nothing or turn direction; at most 8
  bool nothing_to_read = false;     ///< no letter and no digit
};

struct Skeleton {
  /// Whole words, in order.
  std::vector<SkeletonWord> words;
  /// All words together, as `folded`: what two names have in common when they look the same.
  std::string whole;
  std::string plain;  ///< all words as written, lower case, together
  NameOddities odd;
  bool ascii = true;  ///< the whole name
};

/// Bytes that are not UTF-8 count as unreadable characters. Names are cut at 512 bytes.
Skeleton SkeletonOf(std::string_view name);

/// The same through the Unicode library, whatever the name: for tests.
Skeleton SlowSkeletonOf(std::string_view name);

/// `U+0435` and the character itself: `е (U+0435)`.
std::string CharacterWords(uint32_t character);

/// Edit distance of at most one: one letter more, less or other, or two neighbours swapped.
bool WithinOneEdit(std::string_view a, std::string_view b);

}  // namespace tokentrail::inventory
