// Addresses and networks, as a person names them.

#pragma once

#include <optional>
#include <string_view>

namespace tokentrail::cli {

/// `10.0.0.0/8` or `2001:db8::/32` in bytes, and whether an address lies in it. An address alone is
/// a network of one.
class AddressRange {
 public:
  static std::optional<AddressRange> Parse(std::string_view text);
  bool Holds(std::string_view address) const;
  bool single() const;

 private:
  bool v6_ = false;
  int bits_ = 0;
  unsigned char bytes_[16] = {};
};

}  // namespace tokentrail::cli
