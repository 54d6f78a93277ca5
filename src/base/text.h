// Small things done to text, all without allocation unless the result is a std::string.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"

namespace tokentrail {

std::string_view Trim(std::string_view text);
std::string Lower(std::string_view text);
/// ASCII only; gives `text` itself when nothing changes, else a copy in the arena.
std::string_view Lower(std::string_view text, Arena& arena);
/// Eight bytes at once, ASCII letters made lower case.
constexpr uint64_t FoldAscii(uint64_t word) {
  constexpr uint64_t kHighBits = 0x8080808080808080u;
  const uint64_t low = word & ~kHighBits;
  const uint64_t from_a = low + 0x3f3f3f3f3f3f3f3fu;  // high bit: at least 'A'
  const uint64_t past_z = low + 0x2525252525252525u;  // high bit: more than 'Z'
  return word | ((from_a ^ past_z) & ~word & kHighBits) >> 2;
}
/// Of two texts of one size.
bool SameIgnoreCase(const char* a, const char* b, size_t size);
inline bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() && SameIgnoreCase(a.data(), b.data(), a.size());
}
bool ContainsIgnoreCase(std::string_view text, std::string_view part);
bool IsDigits(std::string_view text);

/// 8-4-4-4-12 hexadecimal digits.
bool IsGuid(std::string_view text);
bool IsZeroGuid(std::string_view text);

/// An activity name in one form: trimmed, trailing period and spaces off, en and em dash made `-`,
/// runs of spaces made one (Entra writes `Update application – Certificates and secrets
/// management ` and, in Microsoft 365, `Consent to application.`).
std::string_view NormaliseActivity(std::string_view text, Arena& arena);

/// Entra's `uti` as the lower-case GUID of the token request: 22 characters of base64url hold the
/// 16 bytes of a GUID with its first three groups little-endian; 48 characters hold its text in
/// base64. Anything else comes back as it is. Source: Microsoft, linkable token identifiers.
std::string_view DecodeUti(std::string_view text, Arena& arena);

/// Bytes of standard or URL-safe base64, padding optional; empty on junk.
std::string DecodeBase64(std::string_view text);
std::string EncodeBase64(std::string_view bytes);

/// `%41` -> `A`, and `+` -> space when `plus`.
std::string DecodePercent(std::string_view text, bool plus = false);

/// Parts between any of `separators`, empty ones left out.
std::vector<std::string_view> Split(std::string_view text, std::string_view separators);

/// A set as one text: parts sorted, unique, one space between.
std::string_view JoinSet(std::vector<std::string_view>& parts, Arena& arena);
/// Parts of `a` that are not in `b`; both as JoinSet writes them; so is the result.
std::string_view SetMinus(std::string_view a, std::string_view b, Arena& arena);
bool SetHas(std::string_view set, std::string_view part);

/// Concatenates into the arena.
std::string_view Concat(Arena& arena, std::initializer_list<std::string_view> parts);

/// The part of `candidates` closest to `word` by edit distance (at most a third of its length),
/// for "did you mean"; empty when none is close.
std::string_view Closest(std::string_view word, const std::vector<std::string_view>& candidates);

/// Text for a terminal: control characters and escape sequences made visible as \x1b and the like;
/// invalid UTF-8 as \xNN; direction-changing characters (U+202A..202E, U+2066..2069) as \uNNNN.
std::string Printable(std::string_view text);

/// SHA-256 of bytes, in lower-case hexadecimal. Standard test vectors: FIPS 180-4.
std::string Sha256Hex(std::string_view bytes);

/// `1,204,311`.
std::string Grouped(uint64_t number);

}  // namespace tokentrail
