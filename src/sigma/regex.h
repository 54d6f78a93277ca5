// Regular expressions of rules, in linear time. The only user of the regex library.

#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

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
  /// Where the leftmost match stands: bytes [begin, end).
  bool Find(std::string_view text, size_t& begin, size_t& end) const;

  /// The longest text, in lower case, that stands in everything this matches; empty when none is
  /// known. Costs as much as compiling again.
  std::string RequiredText() const;
  /// How large it is once compiled, in the library's instructions: what its compiling cost.
  size_t size() const;
  /// Equal exactly when pattern and flags are.
  std::string Key() const;

 private:
  explicit Regex(std::shared_ptr<const re2::RE2> compiled) : compiled_(std::move(compiled)) {}

  std::shared_ptr<const re2::RE2> compiled_;
};

}  // namespace tokentrail::sigma
