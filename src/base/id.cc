#include "base/id.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>

namespace tokentrail {

Id Id::Of(std::string_view text) {
  if (text.empty()) return {};
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  return {hash.high64, hash.low64};
}

Id Id::Of(const Id& first, const Id& second) {
  const std::array<uint64_t, 4> words = {first.high, first.low, second.high, second.low};
  const XXH128_hash_t hash = XXH3_128bits(words.data(), sizeof words);
  return {hash.high64, hash.low64};
}

std::string Id::Hex() const {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out(32, '0');
  for (size_t i = 0; i < 16; ++i) {
    out[i] = kDigits[(high >> (60 - 4 * i)) & 15];
    out[16 + i] = kDigits[(low >> (60 - 4 * i)) & 15];
  }
  return out;
}

}  // namespace tokentrail
