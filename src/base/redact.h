// Takes secrets out of text before anything is kept or printed.
//
// What counts as one: JSON Web Tokens, vendor tokens with a known prefix (GitHub, GitLab, Slack,
// Google, Okta, Salesforce, npm, Azure), `Bearer`/`Basic` credentials, OAuth parameters in URLs and
// bodies (code, access_token, refresh_token, id_token, client_secret, assertion, device_code,
// user_code, ...), and values that stand under such a key in JSON.

#pragma once

#include <string>
#include <string_view>

#include "base/arena.h"

namespace tokentrail {

/// Marks look like `[redacted jwt sha256:1f2e3d4c5b6a7988]`: the kind, and enough of the SHA-256 to
/// see that two are the same. What is short enough to be guessed (under 20 characters: device and
/// user codes, passwords) gets a keyed hash instead, `[redacted code hmac:...]`, with the case's key.
class Redactor {
 public:
  /// `key` is random and belongs to one case.
  explicit Redactor(std::string key) : key_(std::move(key)) {}

  /// `text` itself when it holds no secret (the common, fast case), else a copy without it.
  std::string_view Clean(std::string_view text, Arena& arena) const;
  std::string Clean(std::string_view text) const;

  /// The mark for a whole value known to be secret.
  std::string Mark(std::string_view kind, std::string_view secret) const;

  /// A record for showing: JSON text (or CSV row, or anything) with secrets taken out, by what they
  /// look like and, in JSON, by the key they stand under; also in JSON inside texts.
  std::string CleanRecord(std::string_view record) const;

  /// True when a value under this key (any case, any of `_`, `-` or none) is a secret.
  static bool IsSecretKey(std::string_view key);

 private:
  std::string key_;
};

}  // namespace tokentrail
