// How the two ways to a skeleton (plain ASCII, and everything) cut a name into pieces.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "inventory/skeleton.h"

namespace tokentrail::inventory {

constexpr size_t kMaxNameBytes = 512;
/// At a character's end.
std::string_view CutName(std::string_view name);

/// Every `rn` becomes m.
void CollapseRn(std::string& text);

class PieceMaker {
 public:
  enum LetterCase : uint8_t { kNone, kLower, kUpper };

  explicit PieceMaker(Skeleton& out) : out_(out) {}

  /// Before Add: ends a piece where small letters, or a run of capitals, meet a capital.
  void Case(LetterCase now, bool next_small);
  /// A letter or digit, as written and by its looks.
  void Add(std::string_view text, std::string_view plain, std::string_view folded,
           std::string_view raw);
  /// Anything else: ends the word.
  void Sign(uint32_t sign);
  /// Inside a word, and seen by nobody: stays in what was written.
  void Unseen(std::string_view text) {
    if (piece_.plain.empty()) return;
    piece_.text += text;
    piece_.plain += text;
  }
  void Finish();

 private:
  void Break();
  void EndShape();
  /// The letter that a sign stands for inside a word; 0 when none.
  static char SignLetter(uint32_t sign);

  Skeleton& out_;
  SkeletonPiece piece_;
  std::string shape_;  ///< the word, signs that stand for letters included
  int shape_signs_ = 0;
  char pending_ = 0;
  uint32_t word_ = 0;
  uint32_t upper_run_ = 0;
  LetterCase last_ = kNone;
};

}  // namespace tokentrail::inventory
