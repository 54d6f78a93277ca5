// Texts as the reference evaluator of Sigma sees them: code points, wildcards, folding, encodings.
//
// Slow and plain on purpose, and without a line in common with src/sigma: it is what that is
// compared with.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tokentrail::test::reference {

/// A code point; `kAny` and `kOne` are wildcards. A byte that is no UTF-8 is kByte plus the byte.
using Char = uint32_t;
inline constexpr Char kAny = 0x200000;  ///< `*`
inline constexpr Char kOne = 0x200001;  ///< `?`
inline constexpr Char kByte = 0x200100;
using Chars = std::vector<Char>;

/// Every character stands for itself.
Chars Decode(std::string_view utf8);
std::string Encode(const Chars& chars);

/// A value as rules write it: wildcards, and backslashes before them.
/// Source: Sigma specification 2.1.0, "Escaping"; SIGMA.md W2, W3.
Chars ReadWildcards(std::string_view written);
bool HasWildcards(const Chars& chars);

/// Simple case folding (Unicode 14, CaseFolding.txt, statuses C and S), of all scripts.
Char FoldChar(Char c);
Chars FoldChars(Chars chars);

/// Whether all of `text` is as `pattern` says, which may have wildcards; case matters.
bool Like(const Chars& pattern, const Chars& text);

std::string Base64(std::string_view bytes);
/// What stands in any Base64 text whose input holds `bytes` at this offset (0 to 2) of a group of
/// three, whatever is before and behind.
std::string Base64At(std::string_view bytes, int offset);
/// UTF-16 of UTF-8, as bytes; the lower byte first unless `big`.
std::string Utf16(std::string_view utf8, bool big);

/// `chars` with each dash that opens a word (`-x`, `/x`) as each of the five dashes.
/// Source: pySigma 0c15d53, `windash`: `\B[-/]\b`. Nothing when there would be more than `limit`.
std::optional<std::vector<Chars>> Dashes(const Chars& chars, size_t limit);

/// A decimal number, exactly.
struct Decimal {
  bool negative = false;
  std::string digits;    ///< without zeros in front or behind; empty is zero
  int64_t exponent = 0;  ///< the point stands this many digits right of the start of `digits`
};
std::optional<Decimal> ReadDecimal(std::string_view text);
/// The same, of what both rules and records keep: integers of 64 bits, signed or unsigned, exactly;
/// all others are doubles, of which this is the exact value. Nothing when a double can't hold it.
std::optional<Decimal> ReadKept(std::string_view text);
int Order(const Decimal& a, const Decimal& b);

/// 16 bytes; version 4 as ::ffff:a.b.c.d. Takes what logs write around addresses too: a port,
/// brackets, a zone.
using Ip = std::vector<uint8_t>;
std::optional<Ip> ReadIp(std::string_view text);
struct Cidr {
  Ip address;
  int bits = 128;
};
/// Nothing when it is none, or has bits set beyond the prefix.
std::optional<Cidr> ReadCidr(std::string_view text);
bool Contains(const Cidr& network, const Ip& address);

/// `minute hour day week month year` of a date as written; nothing when `text` is none.
std::optional<int64_t> DatePart(std::string_view part, std::string_view text);

}  // namespace tokentrail::test::reference
