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

/// A piece of a name: a word, or part of one that ends where small letters meet a capital
/// (`SharePointSync` has three).
struct SkeletonPiece {
  std::string text;    ///< as written
  std::string plain;   ///< as written, in lower case: equal only when it is spelled like that
  std::string folded;  ///< look of the case-folded text: `0ffice` gives `office`
  std::string raw;     ///< look of the text as written: `GoogIe` gives `google`; empty: as `folded`
  uint32_t word = 0;   ///< pieces of one word have the same
};

/// What is odd about a name, whatever it says.
struct NameOddities {
  std::string mixed_word;  ///< the first word that mixes scripts as nobody writes; empty: none
  std::string mixed;       ///< its scripts and odd letters: `Latin with Cyrillic е, п`
  /// Such a word is, but one that people do write: `PDFконвертер`, `μTorrent`.
  bool mixed_as_people_do = false;
  std::vector<uint32_t> invisible;  ///< show nothing, or turn the direction of writing; at most 8
  bool nothing_to_read = false;     ///< no letter and no digit
};

struct Skeleton {
  std::vector<SkeletonPiece> pieces;  ///< in order
  /// Words with signs that stand for letters inside (`Micro$oft`), by their weak look.
  std::vector<std::string> signs;
  std::string whole;  ///< all pieces together, by `folded`: equal for names that look the same
  std::string plain;  ///< all pieces together, by `plain`
  NameOddities odd;
  bool ascii = true;
};

/// Bytes that are not UTF-8 count as unreadable characters. Names are cut at 512 bytes.
Skeleton SkeletonOf(std::string_view name);

/// The same through the Unicode library, whatever the name: for tests.
Skeleton SlowSkeletonOf(std::string_view name);

/// `U+0435` and the character itself: `е (U+0435)`.
std::string CharacterWords(uint32_t character);

/// What looks alike at a glance only: vv w, cl d, i l, 4 a, 7 t, 8 b, 9 g. Of a `folded` look.
std::string WeakLook(std::string_view folded);

/// What a text has that plain ASCII has not: `Cyrillic е, п`, `full-width letters`, `accents`,
/// `invisible U+200B`; empty when nothing.
std::string ForeignWords(std::string_view text);

/// Edit distance of at most one: one letter more, less or other, or two neighbours swapped.
bool WithinOneEdit(std::string_view a, std::string_view b);

}  // namespace tokentrail::inventory
