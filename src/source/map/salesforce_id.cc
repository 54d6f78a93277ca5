#include "source/map/salesforce_id.h"

#include <cstddef>

namespace tokentrail::source {

std::string_view LongSalesforceId(std::string_view id, Arena& arena) {
  constexpr std::string_view kSuffix = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
  if (id.size() != 15) return id;
  for (const char c : id) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!plain) return id;
  }
  char* out = arena.Allocate(18);
  id.copy(out, 15);
  for (size_t part = 0; part < 3; ++part) {
    size_t capitals = 0;
    for (size_t i = 0; i < 5; ++i) {
      const char c = id[part * 5 + i];
      if (c >= 'A' && c <= 'Z') capitals |= size_t{1} << i;
    }
    out[15 + part] = kSuffix[capitals];
  }
  return {out, 18};
}

}  // namespace tokentrail::source
