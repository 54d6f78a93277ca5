// What can be told from one secret token without showing it: its kind, its claims, and the ids and
// hashes under which logs speak of it.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tokentrail::cli {

struct TokenFacts {
  std::string text;  ///< the token itself: to search for, never to print
  std::string kind;  ///< `JSON Web Token`, `GitHub token`, ...

  struct Fact {
    std::string name;
    std::string value;
  };
  /// Claims worth knowing, in plain words; never the token or a part of it as written.
  std::vector<Fact> facts;
  /// What to search for: `name` says what it is. All of them point to this token or its session.
  std::vector<Fact> traces;
};

/// Takes a token as somebody pasted it: spaces and a leading `Bearer` do not matter. Fails on
/// what is no token (empty, several words, over 64 KiB); the message says nothing of its text.
Result<TokenFacts> ReadToken(std::string_view text);

}  // namespace tokentrail::cli
