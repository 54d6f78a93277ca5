#include "base/text.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace tokentrail {
namespace {

constexpr char kHex[] = "0123456789abcdef";

constexpr bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
constexpr bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr char ToLower(char c) { return IsUpper(c) ? static_cast<char>(c + ('a' - 'A')) : c; }

constexpr int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = ToLower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Value of a base64 digit of either alphabet, or 255.
constexpr auto kBase64 = [] {
  std::array<uint8_t, 256> out{};
  out.fill(255);
  for (int i = 0; i < 26; ++i) {
    out[static_cast<size_t>('A' + i)] = static_cast<uint8_t>(i);
    out[static_cast<size_t>('a' + i)] = static_cast<uint8_t>(26 + i);
  }
  for (int i = 0; i < 10; ++i) out[static_cast<size_t>('0' + i)] = static_cast<uint8_t>(52 + i);
  out['+'] = out['-'] = 62;
  out['/'] = out['_'] = 63;
  return out;
}();

/// Bytes of a dash that Unicode has and keyboards have not: U+2010 to U+2015, U+2212.
constexpr size_t kDashBytes = 3;
bool IsDashAt(std::string_view text, size_t at) {
  if (text[at] != '\xe2' || text.size() - at < kDashBytes) return false;
  const auto second = static_cast<unsigned char>(text[at + 1]);
  const auto third = static_cast<unsigned char>(text[at + 2]);
  return (second == 0x80 && third >= 0x90 && third <= 0x95) || (second == 0x88 && third == 0x92);
}

bool IsNoBreakSpaceAt(std::string_view text, size_t at) {
  return text[at] == '\xc2' && text.size() - at >= 2 && text[at + 1] == '\xa0';
}

/// Bytes of the well-formed UTF-8 character at `at`, 0 when there is none; its code in `code`.
size_t CharacterAt(std::string_view text, size_t at, uint32_t& code) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const size_t left = text.size() - at;
  const unsigned char first = byte(0);
  if (first < 0x80) {
    code = first;
    return 1;
  }
  const size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || left < size) return 0;
  code = first & (0x7fu >> size);
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
    code = code << 6 | (byte(i) & 0x3fu);
  }
  const bool overlong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
  if (overlong || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return 0;
  return size;
}

/// Characters that reorder or break the line around them, or stand for nothing.
bool IsDisruptive(uint32_t code) {
  return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) ||
         (code >= 0x200e && code <= 0x200f) || code == 0x061c || code == 0x2028 || code == 0x2029 ||
         (code >= 0x80 && code <= 0x9f);
}

}  // namespace

std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = ToLower(c);
  return out;
}

std::string_view Lower(std::string_view text, Arena& arena) {
  if (std::none_of(text.begin(), text.end(), IsUpper)) return text;
  char* out = arena.Allocate(text.size());
  std::transform(text.begin(), text.end(), out, ToLower);
  return {out, text.size()};
}

bool SameIgnoreCase(const char* a, const char* b, size_t size) {
  const auto same = [&](size_t at, auto x) {
    auto y = x;
    std::memcpy(&x, a + at, sizeof x);
    std::memcpy(&y, b + at, sizeof y);
    return x == y || FoldAscii(x) == FoldAscii(y);
  };
  // What is left over at the end is looked at together with what came before it.
  if (size >= sizeof(uint64_t)) {
    for (size_t i = 0; i + sizeof(uint64_t) < size; i += sizeof(uint64_t)) {
      if (!same(i, uint64_t{0})) return false;
    }
    return same(size - sizeof(uint64_t), uint64_t{0});
  }
  if (size >= sizeof(uint32_t)) {
    return same(0, uint32_t{0}) && same(size - sizeof(uint32_t), uint32_t{0});
  }
  for (size_t i = 0; i < size; ++i) {
    if (ToLower(a[i]) != ToLower(b[i])) return false;
  }
  return true;
}

bool ContainsIgnoreCase(std::string_view text, std::string_view part) {
  const auto same = [](char x, char y) { return ToLower(x) == ToLower(y); };
  return part.empty() ||
         std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

bool IsDigits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool IsGuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : HexValue(text[i]) < 0) return false;
  }
  return true;
}

bool IsZeroGuid(std::string_view text) { return text == "00000000-0000-0000-0000-000000000000"; }

std::string_view NormaliseActivity(std::string_view text, Arena& arena) {
  text = Trim(text);
  while (!text.empty() && (text.back() == '.' || IsSpace(text.back()))) text.remove_suffix(1);
  bool plain = true;
  for (size_t i = 0; i < text.size() && plain; ++i) {
    const char c = text[i];
    if (c == ' ') {
      plain = text[i + 1] != ' ';  // never the last: the text is trimmed
    } else {
      plain = !IsSpace(c) && !IsDashAt(text, i) && !IsNoBreakSpaceAt(text, i);
    }
  }
  if (plain) return text;

  char* const out = arena.Allocate(text.size());
  size_t size = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (IsDashAt(text, i)) {
      out[size++] = '-';
      i += kDashBytes - 1;
    } else if (IsSpace(text[i]) || IsNoBreakSpaceAt(text, i)) {
      if (!IsSpace(text[i])) ++i;
      if (size != 0 && out[size - 1] != ' ') out[size++] = ' ';
    } else {
      out[size++] = text[i];
    }
  }
  while (size != 0 && (out[size - 1] == ' ' || out[size - 1] == '.')) --size;
  return {out, size};
}

std::string_view DecodeUti(std::string_view text, Arena& arena) {
  if (text.size() == 48) {
    const std::string inner = DecodeBase64(text);
    if (!IsGuid(inner)) return text;
    return Lower(arena.Copy(inner), arena);
  }
  if (text.size() != 22) return text;
  // The 22nd digit holds two bits of the id; other bits set mean that it is something else.
  if ((kBase64[static_cast<unsigned char>(text.back())] & 0x0f) != 0) return text;
  const std::string bytes = DecodeBase64(text);
  if (bytes.size() != 16) return text;
  // .NET writes the first three groups of a GUID with the low byte first.
  static constexpr std::array<uint8_t, 16> kOrder = {3, 2, 1,  0,  5,  4,  7,  6,
                                                     8, 9, 10, 11, 12, 13, 14, 15};
  char* const out = arena.Allocate(36);
  size_t size = 0;
  for (size_t i = 0; i < kOrder.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out[size++] = '-';
    const auto byte = static_cast<unsigned char>(bytes[kOrder[i]]);
    out[size++] = kHex[byte >> 4];
    out[size++] = kHex[byte & 15];
  }
  return {out, size};
}

std::string DecodeBase64(std::string_view text) {
  size_t padding = 0;
  while (padding < 2 && !text.empty() && text.back() == '=') {
    text.remove_suffix(1);
    ++padding;
  }
  if (text.size() % 4 == 1) return {};
  if (padding != 0 && (text.size() + padding) % 4 != 0) return {};
  std::string out;
  out.reserve(text.size() * 3 / 4);
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const uint8_t value = kBase64[static_cast<unsigned char>(c)];
    if (value == 255) return {};
    bits = (bits << 6 | value) & 0xffffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out.push_back(static_cast<char>(bits >> count & 0xff));
    }
  }
  return out;
}

std::string EncodeBase64(std::string_view bytes) {
  static constexpr char kDigits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](size_t k) -> uint32_t {
      return i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0;
    };
    const uint32_t bits = byte(0) << 16 | byte(1) << 8 | byte(2);
    out.push_back(kDigits[bits >> 18]);
    out.push_back(kDigits[bits >> 12 & 63]);
    out.push_back(i + 1 < bytes.size() ? kDigits[bits >> 6 & 63] : '=');
    out.push_back(i + 2 < bytes.size() ? kDigits[bits & 63] : '=');
  }
  return out;
}

std::string DecodePercent(std::string_view text, bool plus) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && text.size() - i > 2 && HexValue(text[i + 1]) >= 0 &&
        HexValue(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(HexValue(text[i + 1]) * 16 + HexValue(text[i + 2])));
      i += 2;
    } else {
      out.push_back(plus && text[i] == '+' ? ' ' : text[i]);
    }
  }
  return out;
}

std::vector<std::string_view> Split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> out;
  const bool one = separators.size() == 1;
  while (!text.empty()) {
    const size_t found = one ? text.find(separators[0]) : text.find_first_of(separators);
    const size_t end = std::min(found, text.size());
    if (end != 0) out.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string_view JoinSet(std::vector<std::string_view>& parts, Arena& arena) {
  std::erase_if(parts, [](std::string_view part) { return part.empty(); });
  std::sort(parts.begin(), parts.end());
  parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
  if (parts.empty()) return {};
  if (parts.size() == 1) return parts.front();
  size_t total = parts.size() - 1;
  for (const std::string_view part : parts) total += part.size();
  char* const out = arena.Allocate(total);
  char* at = out;
  for (const std::string_view part : parts) {
    if (at != out) *at++ = ' ';
    at = std::copy(part.begin(), part.end(), at);
  }
  return {out, total};
}

std::string_view SetMinus(std::string_view a, std::string_view b, Arena& arena) {
  if (a.empty() || b.empty()) return a;
  std::vector<std::string_view> left;
  for (const std::string_view part : Split(a, " ")) {
    if (!SetHas(b, part)) left.push_back(part);
  }
  return JoinSet(left, arena);
}

bool SetHas(std::string_view set, std::string_view part) {
  if (part.empty()) return false;
  for (size_t at = set.find(part); at != set.npos; at = set.find(part, at + 1)) {
    const size_t end = at + part.size();
    if ((at == 0 || set[at - 1] == ' ') && (end == set.size() || set[end] == ' ')) return true;
  }
  return false;
}

std::string_view Concat(Arena& arena, std::initializer_list<std::string_view> parts) {
  size_t total = 0;
  for (const std::string_view part : parts) total += part.size();
  if (total == 0) return {};
  char* const out = arena.Allocate(total);
  char* at = out;
  for (const std::string_view part : parts) at = std::copy(part.begin(), part.end(), at);
  return {out, total};
}

std::string_view Closest(std::string_view word, const std::vector<std::string_view>& candidates) {
  // Optimal string alignment: a swap of neighbours is one edit, as it is one slip of the fingers.
  const auto distance = [&](std::string_view other) {
    std::vector<size_t> before, previous(other.size() + 1), current(other.size() + 1);
    for (size_t j = 0; j <= other.size(); ++j) previous[j] = j;
    for (size_t i = 1; i <= word.size(); ++i) {
      current[0] = i;
      for (size_t j = 1; j <= other.size(); ++j) {
        const bool same = ToLower(word[i - 1]) == ToLower(other[j - 1]);
        current[j] = std::min({previous[j] + 1, current[j - 1] + 1, previous[j - 1] + !same});
        if (i > 1 && j > 1 && ToLower(word[i - 1]) == ToLower(other[j - 2]) &&
            ToLower(word[i - 2]) == ToLower(other[j - 1])) {
          current[j] = std::min(current[j], before[j - 2] + 1);
        }
      }
      before = previous;
      previous = current;
    }
    return previous[other.size()];
  };
  static constexpr size_t kLongestWord = 64;
  if (word.size() > kLongestWord) return {};
  std::string_view best;
  size_t best_distance = word.size() / 3 + 1;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > 2 * kLongestWord) continue;
    const size_t edits = distance(candidate);
    if (edits < best_distance) {
      best = candidate;
      best_distance = edits;
    }
  }
  return best;
}

std::string Printable(std::string_view text) {
  // Nearly all texts are plain ASCII, and come back as they are.
  if (std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; })) {
    return std::string(text);
  }
  std::string out;
  out.reserve(text.size());
  const auto hex = [&](uint32_t value, int digits) {
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) out += kHex[value >> shift & 15];
  };
  for (size_t i = 0; i < text.size();) {
    uint32_t code = 0;
    const size_t size = CharacterAt(text, i, code);
    if (size == 0) {
      out += "\\x";
      hex(static_cast<unsigned char>(text[i]), 2);
      ++i;
      continue;
    }
    if (code == '\n') {
      out += "\\n";
    } else if (code == '\t') {
      out += "\\t";
    } else if (code == '\r') {
      out += "\\r";
    } else if (code < 0x20 || code == 0x7f) {
      out += "\\x";
      hex(code, 2);
    } else if (IsDisruptive(code)) {
      out += "\\u";
      hex(code, 4);
    } else {
      out += text.substr(i, size);
    }
    i += size;
  }
  return out;
}

std::string Sha256Hex(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  std::string out;
  out.reserve(2 * digest.size());
  for (const unsigned char byte : digest) {
    out.push_back(kHex[byte >> 4]);
    out.push_back(kHex[byte & 15]);
  }
  return out;
}

std::string Grouped(uint64_t number) {
  std::string out = std::to_string(number);
  for (size_t at = out.size(); at > 3;) {
    at -= 3;
    out.insert(at, 1, ',');
  }
  return out;
}

}  // namespace tokentrail
