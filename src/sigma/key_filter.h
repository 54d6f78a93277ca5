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

/// A bit for each of 2 to the power of `kPower` groups of digests.
template <unsigned kPower>
class KeyFilter {
  static_assert(kPower >= 6 && kPower <= 16);

 public:
  constexpr void Add(uint32_t spread) { bits_[Word(spread)] |= uint64_t{1} << Bit(spread); }
  /// False for most that were not added.
  constexpr bool MayHold(uint32_t spread) const {
    return (bits_[Word(spread)] >> Bit(spread) & 1) != 0;
  }

 private:
  static constexpr size_t Word(uint32_t spread) {
    return static_cast<size_t>(uint64_t{spread} >> (32 - (kPower - 6)));
  }
  static constexpr uint32_t Bit(uint32_t spread) { return spread >> (32 - kPower) & 63; }

  std::array<uint64_t, size_t{1} << (kPower - 6)> bits_{};
};

}  // namespace tokentrail::sigma
