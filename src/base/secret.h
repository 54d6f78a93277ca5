// Finds secrets in text by what they look like and by the name they are given.

#pragma once

#include <cstddef>
#include <string_view>

namespace tokentrail {

/// A secret inside a text: bytes [begin, end), and the kind to name it by.
struct Secret {
  size_t begin = 0;
  size_t end = 0;
  std::string_view kind;  ///< a constant; empty when there is none
};

/// False only when `text` certainly holds no secret. Fast: it runs once a field of every event.
bool MayHoldSecret(std::string_view text);

/// The first secret that starts at or after `from`.
Secret FindSecret(std::string_view text, size_t from);

/// How a key names a secret.
struct SecretKey {
  std::string_view kind;  ///< `access_token`, `password`; empty: no secret
  /// Why the value has a say: `code` and `token` are also names of harmless things.
  enum class Care : char { kNone, kToken, kCode } care = Care::kNone;
};
/// Case, `_`, `-` and what stands before a dot in `key` do not matter.
SecretKey FindSecretKey(std::string_view key);

/// Whether `value` under a key found so is to be hidden: long enough, and not a word like `null`.
bool IsSecretValue(const SecretKey& key, std::string_view value);

/// Bytes of a scheme (`Bearer `, `Basic `) that may stay in front of the secret in `value`.
size_t SchemeSize(std::string_view value);

}  // namespace tokentrail
