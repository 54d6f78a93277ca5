<<<<<<< HEAD
// Regular expressions in linear time. The only user of the regex library.
=======
// Regular expressions of rules, in linear time. The only user of the regex library.
>>>>>>> part-base

#pragma once

#include <memory>
<<<<<<< HEAD
#include <string>
=======
>>>>>>> part-base
#include <string_view>

#include "base/result.h"

<<<<<<< HEAD
namespace tokentrail::sigma {

/// A compiled expression in RE2's syntax (no backreferences, no lookaround). Matching is linear in
/// the text, whatever the expression; safe to use from several threads.
class Regex {
 public:
  struct Options {
    bool ignore_case = false;
    bool dot_matches_newline = false;
    bool multi_line = false;  ///< ^ and $ match at line ends
  };

  /// Fails on what RE2 can't do or what would need more than 8 MiB; says why.
  static Result<Regex> Compile(std::string_view pattern, const Options& options);

  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;
  ~Regex();

  bool Matches(std::string_view text) const;
  /// Where the leftmost match stands: bytes [begin, end).
  bool Find(std::string_view text, size_t& begin, size_t& end) const;

 private:
  struct Impl;
  explicit Regex(std::unique_ptr<const Impl> impl);

  std::unique_ptr<const Impl> impl_;
=======
namespace re2 {
class RE2;
}

namespace tokentrail::sigma {

class Regex {
 public:
  struct Flags {
    bool ignore_case = false;
    bool multiline = false;   ///< `^` and `$` at every line
    bool dot_is_all = false;  ///< `.` also matches a line's end
  };

  /// What the library can't do in linear time (lookaround, references back) is an error.
  static Result<Regex> Compile(std::string_view pattern, Flags flags);

  /// True when it matches anywhere in `text`. Safe for several threads.
  bool Finds(std::string_view text) const;

 private:
  explicit Regex(std::shared_ptr<const re2::RE2> compiled) : compiled_(std::move(compiled)) {}

  std::shared_ptr<const re2::RE2> compiled_;
>>>>>>> part-base
};

}  // namespace tokentrail::sigma
