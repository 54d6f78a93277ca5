// Tells most keys that are not in a set off by their length and three letters.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tokentrail::sigma {

/// The length and three letters of a key, the same for either case.
constexpr uint32_t KeyDigest(std::string_view key) {
  if (key.empty()) return 0;
  const auto letter = [&](size_t i) { return static_cast<unsigned char>(key[i]) | 0x20u; };
  return static_cast<uint32_t>(key.size() & 0xff) | letter(0) << 8 | letter(key.size() - 1) << 16 |
         letter(key.size() / 2) << 24;
}

/// A digest spread over 32 bits; the upper ones are the best.
constexpr uint32_t SpreadDigest(uint32_t digest) { return digest * 0x9E37'79B1u; }

/// A bit for each of 256 groups of digests.
class KeyFilter {
 public:
  constexpr void Add(uint32_t spread) { bits_[spread >> 30] |= uint64_t{1} << Bit(spread); }
  /// False for most that were not added.
  constexpr bool MayHold(uint32_t spread) const {
    return (bits_[spread >> 30] >> Bit(spread) & 1) != 0;
  }

 private:
  static constexpr uint32_t Bit(uint32_t spread) { return spread >> 24 & 63; }

  std::array<uint64_t, 4> bits_{};
};

}  // namespace tokentrail::sigma
