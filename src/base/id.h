// A 128-bit join hash: what is unique but open-ended (tokens, users, records) without its text.

#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace tokentrail {

struct Id {
  uint64_t high = 0;
  uint64_t low = 0;

  /// XXH3-128 of `text`; the empty text gives the empty id. Not a cryptographic hash.
  static Id Of(std::string_view text);
  /// The id of the pair; order matters.
  static Id Of(const Id& first, const Id& second);

  bool empty() const { return high == 0 && low == 0; }
  /// 32 lower-case hexadecimal digits.
  std::string Hex() const;

  friend auto operator<=>(const Id&, const Id&) = default;
};

}  // namespace tokentrail

template <>
struct std::hash<tokentrail::Id> {
  size_t operator()(const tokentrail::Id& id) const noexcept { return id.low; }
};
