#include "cli/address_range.h"

#include <arpa/inet.h>

#include <charconv>
#include <cstring>
#include <string>

namespace tokentrail::cli {

std::optional<AddressRange> AddressRange::Parse(std::string_view text) {
  AddressRange out;
  const size_t slash = text.find('/');
  const std::string address(text.substr(0, slash));
  out.v6_ = address.find(':') != std::string::npos;
  if (::inet_pton(out.v6_ ? AF_INET6 : AF_INET, address.c_str(), out.bytes_) != 1) {
    return std::nullopt;
  }
  const int all = out.v6_ ? 128 : 32;
  out.bits_ = all;
  if (slash != std::string_view::npos) {
    const std::string_view bits = text.substr(slash + 1);
    const auto [end, fault] = std::from_chars(bits.data(), bits.data() + bits.size(), out.bits_);
    if (fault != std::errc{} || end != bits.data() + bits.size() || out.bits_ < 0 ||
        out.bits_ > all) {
      return std::nullopt;
    }
  }
  return out;
}

bool AddressRange::Holds(std::string_view address) const {
  const auto other = Parse(address);
  if (!other || other->v6_ != v6_ || !other->single()) return false;
  const int whole = bits_ / 8;
  if (std::memcmp(bytes_, other->bytes_, static_cast<size_t>(whole)) != 0) return false;
  const int rest = bits_ % 8;
  if (rest == 0) return true;
  const int mask = 0xff << (8 - rest);
  return ((bytes_[whole] ^ other->bytes_[whole]) & mask & 0xff) == 0;
}

bool AddressRange::single() const { return bits_ == (v6_ ? 128 : 32); }

}  // namespace tokentrail::cli
