// Regular expressions in linear time. The only user of the regex library.

#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

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
};

}  // namespace tokentrail::sigma
