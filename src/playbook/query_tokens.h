// Queries in the languages of other products, cut into words, texts, operators and brackets.
//
// Enough to see that quotes and brackets close, that operators stand between operands, and which
// names a query uses; not enough to know all that those products would refuse.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tokentrail::playbook {

struct QueryToken {
  enum class Kind : uint8_t { kWord, kText, kRegex, kOperator, kOpen, kClose, kEnd };

  Kind kind = Kind::kEnd;
  std::string_view text;  ///< as written; of a quoted text with its quotes
  uint32_t line = 1;
  uint32_t column = 1;  ///< bytes of the line, from 1
  bool spaced = true;   ///< there is space before it

  bool Is(std::string_view what) const { return text == what; }
};

struct TokenError {
  std::string message;
  uint32_t line = 1;
  uint32_t column = 1;
};

struct TokenRules {
  std::string_view quotes = "\"";         ///< characters that begin and end a text
  std::string_view comment = {};          ///< what starts one, to the end of its line
  std::string_view operators = {};        ///< separated by spaces, longer ones first
  std::string_view word_characters = {};  ///< beside letters, digits and `_`
  bool regex = false;                     ///< `/.../` is one, where a value may stand
  bool verbatim = false;                  ///< `@"..."` and `@'...'`: no escapes inside
  bool mixed_ranges = false;              ///< `[` may close with `}` and the other way round
};

/// All tokens, then one of kind kEnd; views of `text`. Quotes and brackets that don't close are in
/// `errors`.
std::vector<QueryToken> Tokenise(std::string_view text, const TokenRules& rules,
                                 std::vector<TokenError>& errors);

}  // namespace tokentrail::playbook
