// A Sigma text value: literal text with `*` and `?`, compared without regard to case.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tokentrail::sigma {

/// `text` folded for comparison: Unicode simple case folding of Latin, Greek, Cyrillic, Armenian
/// and full-width letters. Limit: letters of other scripts with case (Cherokee, Georgian, Deseret,
/// ...) and the few that fold to ASCII (the Kelvin sign) keep their case.
std::string Fold(std::string_view text);

class Pattern {
 public:
  /// Reads a value as Sigma writes it: `*` is any run, `?` one character, `\*` and `\?` themselves,
  /// `\\` one backslash, a lone `\` itself.
  /// Source: Sigma specification 2.1.0, "Escaping"; SIGMA.md W2, W3.
  static Pattern Parse(std::string_view written);
  /// The text itself, every character literal.
  static Pattern Literal(std::string_view text);

  /// Lets anything stand before or after; nothing changes where a wildcard stands already (W4).
  void OpenStart();
  void OpenEnd();

  bool has_wildcards() const;
  /// Its text; only for patterns without wildcards.
  const std::string& literal() const { return segments_.front().text; }
  bool is_empty_literal() const { return !has_wildcards() && literal().empty(); }

  /// To be called once, after the last change. `cased`: case matters.
  void Finish(bool cased);
  /// True when the whole of `text` is as the pattern says. Any bytes are fine; a byte that is no
  /// UTF-8 counts as one character. Cost: at most length times length, no allocation for ASCII.
  bool Matches(std::string_view text) const;

 private:
  /// Text between two `*`. In it, `kOne` bytes stand for `?`.
  struct Segment {
    std::string text;
    bool has_one = false;
  };
  // No text in UTF-8 has this byte, so it can stand for `?` in a segment.
  static constexpr char kOne = '\xff';

  bool Find(std::string_view text, const Segment& segment, size_t from, size_t& begin,
            size_t& end) const;
  /// Where `segment`, laid at `at`, ends in `text`; npos when it does not fit.
  size_t Lay(std::string_view text, const Segment& segment, size_t at) const;
  bool MatchesFolded(std::string_view text) const;

  std::vector<Segment> segments_;  ///< never empty
  bool cased_ = false;
  bool ascii_ = true;
};

}  // namespace tokentrail::sigma
