#include "sigma/encoding.h"

#include <cstdint>

#include "base/text.h"

namespace tokentrail::sigma {
namespace {

/// The character at `at`, which is moved behind it; nothing when it is no UTF-8.
std::optional<uint32_t> Decode(const Glyphs& text, size_t& at) {
  const auto byte = [&](size_t i) -> uint32_t {
    return i < text.size() && !IsMark(text[i]) ? text[i] & 0xffu : 0u;
  };
  const uint32_t first = byte(at);
  const size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if ((first >= 0x80 && first < 0xc2) || first > 0xf4) return std::nullopt;
  uint32_t out = size == 1 ? first : first & (0xffu >> (size + 1));
  for (size_t i = 1; i < size; ++i) {
    if ((byte(at + i) & 0xc0) != 0x80) return std::nullopt;
    out = out << 6 | (byte(at + i) & 0x3f);
  }
  static constexpr std::array<uint32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  if (out < kSmallest[size] || out > 0x10ffff || (out >= 0xd800 && out < 0xe000)) {
    return std::nullopt;
  }
  at += size;
  return out;
}

}  // namespace

std::optional<Glyphs> EncodeUtf16(const Glyphs& text, Utf16 form) {
  Glyphs out;
  const auto put = [&](uint32_t unit) {
    const auto low = static_cast<char16_t>(unit & 0xff);
    const auto high = static_cast<char16_t>(unit >> 8);
    out += form == Utf16::kBig ? Glyphs{high, low} : Glyphs{low, high};
  };
  if (form == Utf16::kMarked) put(0xfeff);
  for (size_t i = 0; i < text.size();) {
    if (IsMark(text[i])) {
      out.push_back(text[i++]);
      continue;
    }
    const std::optional<uint32_t> code = Decode(text, i);
    if (!code) return std::nullopt;
    if (*code < 0x10000) {
      put(*code);
    } else {
      put(0xd800 + ((*code - 0x10000) >> 10));
      put(0xdc00 + ((*code - 0x10000) & 0x3ff));
    }
  }
  return out;
}

bool IsUtf8(const Glyphs& text) {
  for (size_t i = 0; i < text.size();) {
    if (IsMark(text[i])) {
      ++i;
    } else if (!Decode(text, i).has_value()) {
      return false;
    }
  }
  return true;
}

std::array<std::string, 3> Base64Offsets(std::string_view bytes) {
  // After 0, 1 and 2 bytes of before, so many characters hold bits of it; and so many at the end
  // hold bits of what follows, padding counted, when the last group holds 0, 1 and 2 bytes.
  static constexpr std::array<size_t, 3> kFront = {0, 2, 3};
  static constexpr std::array<size_t, 3> kBack = {0, 3, 2};
  std::array<std::string, 3> out;
  for (size_t before = 0; before < out.size(); ++before) {
    const std::string all = EncodeBase64(std::string(before, ' ') + std::string(bytes));
    const size_t cut = kFront[before] + kBack[(before + bytes.size()) % 3];
    if (all.size() > cut) out[before] = all.substr(kFront[before], all.size() - cut);
  }
  return out;
}

}  // namespace tokentrail::sigma
