// A network of addresses, IPv4 or IPv6.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace tokentrail {

/// 16 bytes; a version 4 address stands as ::ffff:a.b.c.d.
using Address = std::array<uint8_t, 16>;

/// The address in `text`, in any form that logs use (with port, brackets, zone); nothing else.
std::optional<Address> ParseAddress(std::string_view text);

struct Network {
  Address address{};
  int bits = 0;  ///< of the 128

  /// `10.0.0.0/8`, `2001:db8::/32`, or one address. Bits set beyond the prefix are an error.
  static Result<Network> Parse(std::string_view text);
  bool Holds(const Address& other) const;
};

}  // namespace tokentrail
