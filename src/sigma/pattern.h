// A Sigma text value: literal text with `*` and `?`, compared without regard to case.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sigma/fold.h"
#include "sigma/glyphs.h"

namespace tokentrail::sigma {

/// Small and finished: it is kept once for each value of each rule.
class Pattern {
 public:
  enum class Shape : uint8_t {
    kExact,
    kPrefix,
    kSuffix,
    kContains,  ///< with an empty text: any value at all
    kOther,     ///< holes inside, `?`, or dashes
  };

  explicit Pattern(const Glyphs& glyphs, bool cased = false);
  /// A value as Sigma writes it.
  static Pattern Parse(std::string_view written, bool cased = false) {
    return Pattern(ReadGlyphs(written), cased);
  }
  /// The text itself, every character literal.
  static Pattern Literal(std::string_view text, bool cased = false) {
    return Pattern(LiteralGlyphs(text), cased);
  }

  Shape shape() const { return shape_; }
  bool cased() const { return cased_; }
  /// What the shape is about, folded unless cased. Empty for kOther.
  std::string_view text() const { return shape_ == Shape::kOther ? std::string_view() : text_; }
  /// The longest text that every match holds, folded unless cased; may be empty.
  std::string_view longest_literal() const;
  /// True when the whole of `text` is as the pattern says. Any bytes are fine; a byte that is no
  /// UTF-8 counts as one character. Cost: at most length times length, no allocation for ASCII.
  bool Matches(std::string_view text) const;

  /// Equal exactly when two patterns match the same by construction.
  std::string Key() const;

 private:
  // No text in UTF-8 has these bytes, so they can stand for what is no byte.
  static constexpr char kRun = '\xfd';
  static constexpr char kDash = '\xfe';
  static constexpr char kOne = '\xff';

  bool MatchesFolded(std::string_view text) const;
  /// The pieces between runs, one after the other.
  bool MatchesPieces(std::string_view text) const;
  /// Where `piece`, laid at `at`, ends in `text`; npos when it does not fit.
  size_t Lay(std::string_view text, std::string_view piece, size_t at) const;
  bool Find(std::string_view text, std::string_view piece, size_t from, size_t& begin,
            size_t& end) const;
  /// Whether `text`, which is at least as long, starts with `folded`.
  bool StartsWith(std::string_view text, std::string_view folded) const;

  std::string text_;
  Shape shape_ = Shape::kExact;
  bool cased_ = false;
  bool ascii_ = true;
};

}  // namespace tokentrail::sigma
