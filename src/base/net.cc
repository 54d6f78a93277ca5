#include "base/net.h"

#include <arpa/inet.h>

#include <array>
#include <cstdint>
#include <cstring>

namespace tokentrail {
namespace {

/// Longest address text that inet_pton takes, with room for its final zero.
constexpr size_t kMaxText = INET6_ADDRSTRLEN;

using Bytes6 = std::array<uint8_t, 16>;

/// Reads `a.b.c.d` at the front of `text`: bytes used, or 0. Leading zeros are refused, for some
/// readers take them as octal.
size_t ReadV4(std::string_view text, uint32_t& address) {
  size_t at = 0;
  address = 0;
  for (int part = 0; part < 4; ++part) {
    if (part != 0) {
      if (at >= text.size() || text[at] != '.') return 0;
      ++at;
    }
    uint32_t value = 0;
    const size_t start = at;
    while (at < text.size() && at - start < 4 && text[at] >= '0' && text[at] <= '9') {
      value = value * 10 + static_cast<uint32_t>(text[at] - '0');
      ++at;
    }
    const size_t digits = at - start;
    if (digits == 0 || digits > 3 || value > 255 || (digits > 1 && text[start] == '0')) return 0;
    address = address << 8 | value;
  }
  return at;
}

bool IsPort(std::string_view text) {
  if (text.size() < 2 || text.size() > 6 || text[0] != ':') return false;
  uint32_t value = 0;
  for (const char c : text.substr(1)) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + static_cast<uint32_t>(c - '0');
  }
  return value <= 65535;
}

bool ReadV6(std::string_view text, Bytes6& bytes) {
  if (text.size() < 2 || text.size() >= kMaxText) return false;
  if (text.find('\0') != text.npos) return false;
  std::array<char, kMaxText> buffer{};
  std::memcpy(buffer.data(), text.data(), text.size());
  return inet_pton(AF_INET6, buffer.data(), bytes.data()) == 1;
}

std::string_view WriteV4(uint32_t address, std::string_view suffix, Arena& arena) {
  std::array<char, kMaxText + 8> buffer{};
  size_t size = 0;
  for (int shift = 24; shift >= 0; shift -= 8) {
    const uint32_t value = address >> shift & 255;
    if (value >= 100) buffer[size++] = static_cast<char>('0' + value / 100);
    if (value >= 10) buffer[size++] = static_cast<char>('0' + value / 10 % 10);
    buffer[size++] = static_cast<char>('0' + value % 10);
    if (shift != 0) buffer[size++] = '.';
  }
  suffix.copy(buffer.data() + size, suffix.size());
  return arena.Copy({buffer.data(), size + suffix.size()});
}

std::string_view WriteV6(const Bytes6& bytes, std::string_view suffix, Arena& arena) {
  std::array<char, kMaxText + 8> buffer{};
  if (inet_ntop(AF_INET6, bytes.data(), buffer.data(), kMaxText) == nullptr) return {};
  const size_t size = std::strlen(buffer.data());
  suffix.copy(buffer.data() + size, suffix.size());
  return arena.Copy({buffer.data(), size + suffix.size()});
}

bool IsMappedV4(const Bytes6& bytes) {
  static constexpr std::array<uint8_t, 12> kPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255};
  return std::memcmp(bytes.data(), kPrefix.data(), kPrefix.size()) == 0;
}

uint32_t MappedV4(const Bytes6& bytes) {
  return static_cast<uint32_t>(bytes[12]) << 24 | static_cast<uint32_t>(bytes[13]) << 16 |
         static_cast<uint32_t>(bytes[14]) << 8 | bytes[15];
}

}  // namespace

std::string_view CanonicalAddress(std::string_view text, Arena& arena) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  uint32_t v4 = 0;
  if (const size_t used = ReadV4(text, v4); used != 0) {
    if (used != text.size() && !IsPort(text.substr(used))) return {};
    return text.substr(0, used);
  }
  if (!text.empty() && text.front() == '[') {
    const size_t close = text.find(']');
    if (close == text.npos) return {};
    if (close + 1 != text.size() && !IsPort(text.substr(close + 1))) return {};
    text = text.substr(1, close - 1);
    if (ReadV4(text, v4) == text.size() && !text.empty()) return text;
  }
  if (const size_t zone = text.find('%'); zone != text.npos) text = text.substr(0, zone);
  Bytes6 bytes{};
  if (!ReadV6(text, bytes)) {
    // Exchange writes ::ffff:a.b.c.d:port without brackets; only there the port can be told.
    const size_t port = text.rfind(':');
    if (port == text.npos || !IsPort(text.substr(port)) || text.find('.') == text.npos ||
        !ReadV6(text.substr(0, port), bytes) || !IsMappedV4(bytes)) {
      return {};
    }
  }
  if (IsMappedV4(bytes)) return WriteV4(MappedV4(bytes), {}, arena);
  return WriteV6(bytes, {}, arena);
}

std::string_view NetworkOf(std::string_view address, Arena& arena) {
  uint32_t v4 = 0;
  if (const size_t used = ReadV4(address, v4); used != 0) {
    return used == address.size() ? WriteV4(v4 & 0xffffff00u, "/24", arena) : std::string_view();
  }
  Bytes6 bytes{};
  if (!ReadV6(address, bytes)) return {};
  for (size_t i = 6; i < bytes.size(); ++i) bytes[i] = 0;
  return WriteV6(bytes, "/48", arena);
}

bool IsPrivate(std::string_view address) {
  uint32_t v4 = 0;
  Bytes6 bytes{};
  if (ReadV4(address, v4) != address.size() || address.empty()) {
    if (!ReadV6(address, bytes)) return false;
    if (!IsMappedV4(bytes)) {
      bool low_zero = true;
      for (size_t i = 0; i < 15; ++i) low_zero = low_zero && bytes[i] == 0;
      return (low_zero && bytes[15] <= 1) ||                     // :: and ::1
             (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80) ||  // link-local
             (bytes[0] & 0xfe) == 0xfc;                          // RFC 4193
    }
    v4 = MappedV4(bytes);
  }
  const auto in = [v4](uint32_t network, int bits) { return v4 >> (32 - bits) == network; };
  return in(0, 8) || in(10, 8) || in(127, 8) || in(0xac1, 12) || in(0xc0a8, 16) || in(0xa9fe, 16) ||
         in(100 << 2 | 1, 10);
}

}  // namespace tokentrail
