#include "base/network.h"

#include <arpa/inet.h>

#include <cstring>
#include <string>

#include "base/net.h"
#include "base/text.h"

namespace tokentrail {

std::optional<Address> ParseAddress(std::string_view text) {
  // Only version 6 needs the arena, and its few bytes are given back by the next call.
  thread_local Arena arena;
  arena.Reset();
  const std::string_view canonical = CanonicalAddress(text, arena);
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  if (canonical.empty() || canonical.size() >= buffer.size()) return std::nullopt;
  std::memcpy(buffer.data(), canonical.data(), canonical.size());
  Address out{};
  if (canonical.find(':') == canonical.npos) {
    out[10] = out[11] = 0xff;
    if (inet_pton(AF_INET, buffer.data(), out.data() + 12) != 1) return std::nullopt;
  } else if (inet_pton(AF_INET6, buffer.data(), out.data()) != 1) {
    return std::nullopt;
  }
  return out;
}

Result<Network> Network::Parse(std::string_view text) {
  const auto fail = [&](std::string why) {
    return Error{ErrorKind::kInvalid, "'" + std::string(text) + "' is no network: " + why};
  };
  const size_t slash = text.find('/');
  const std::string_view host = text.substr(0, slash);
  // Ports and brackets are for logs, not for rules.
  const bool v6 = host.find(':') != host.npos;
  if (host.find_first_not_of(v6 ? "0123456789abcdefABCDEF:." : "0123456789.") != host.npos) {
    return fail("write it as 192.0.2.0/24 or 2001:db8::/32");
  }
  const std::optional<Address> address = ParseAddress(host);
  if (!address.has_value()) return fail("write it as 192.0.2.0/24 or 2001:db8::/32");
  const int width = v6 ? 128 : 32;
  int bits = width;
  if (slash != text.npos) {
    const std::string_view number = text.substr(slash + 1);
    if (!IsDigits(number) || number.size() > 3) return fail("its prefix length is no number");
    bits = std::stoi(std::string(number));
    if (bits > width) return fail("its prefix is longer than its address");
  }
  Network out{*address, bits + 128 - width};
  // ::ffff:0:0/96 and below is written with colons and means version 4.
  for (int bit = out.bits; bit < 128; ++bit) {
    if ((out.address[static_cast<size_t>(bit / 8)] >> (7 - bit % 8) & 1) != 0) {
      return fail("it has bits set beyond its prefix");
    }
  }
  return out;
}

bool Network::Holds(const Address& other) const {
  const auto whole = static_cast<size_t>(bits / 8);
  if (std::memcmp(address.data(), other.data(), whole) != 0) return false;
  const int rest = bits % 8;
  return rest == 0 || ((address[whole] ^ other[whole]) >> (8 - rest)) == 0;
}

}  // namespace tokentrail
