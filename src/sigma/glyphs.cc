#include "sigma/glyphs.h"

#include <algorithm>
#include <cstdint>

namespace tokentrail::sigma {
namespace {

constexpr char16_t Byte(char c) { return static_cast<unsigned char>(c); }

/// Whether a letter, digit or `_` of any script stands at `at`, where a character starts.
bool IsWord(const Glyphs& glyphs, size_t at) {
  if (at >= glyphs.size() || IsMark(glyphs[at])) return false;
  const auto byte = [&](size_t i) -> uint32_t {
    return i < glyphs.size() && !IsMark(glyphs[i]) ? glyphs[i] & 0xffu : 0u;
  };
  const uint32_t first = byte(at);
  if (first < 0x80) {
    return (first >= '0' && first <= '9') || (first >= 'A' && first <= 'Z') ||
           (first >= 'a' && first <= 'z') || first == '_';
  }
  if (first == 0xc2) {  // the signs of Latin-1, but for its three letters among them
    const uint32_t second = byte(at + 1);
    return second == 0xaa || second == 0xb5 || second == 0xba;
  }
  // U+2000 to U+2BFF: punctuation and symbols. Limit: a few letters stand among them.
  if (first == 0xe2) return byte(at + 1) >= 0xb0;
  return first != 0xe3 || byte(at + 1) != 0x80 || byte(at + 2) > 0x83;  // U+3000 to U+3003
}

}  // namespace

Glyphs ReadGlyphs(std::string_view written) {
  Glyphs out;
  out.reserve(written.size() + 2);
  for (size_t i = 0; i < written.size(); ++i) {
    const char c = written[i];
    const char next = i + 1 < written.size() ? written[i + 1] : '\0';
    if (c == '\\' && (next == '*' || next == '?' || next == '\\')) {
      out.push_back(static_cast<char16_t>(Byte(next) | kEscaped));
      ++i;
    } else if (c == '*') {
      out.push_back(kAnyRun);
    } else if (c == '?') {
      out.push_back(kOneCharacter);
    } else {
      out.push_back(Byte(c));
    }
  }
  return out;
}

Glyphs LiteralGlyphs(std::string_view text) {
  Glyphs out(text.size(), 0);
  std::transform(text.begin(), text.end(), out.begin(), Byte);
  return out;
}

bool HasMarks(const Glyphs& glyphs) { return std::any_of(glyphs.begin(), glyphs.end(), IsMark); }

std::string BytesOf(const Glyphs& glyphs) {
  std::string out;
  out.reserve(glyphs.size());
  for (const char16_t glyph : glyphs) {
    if (!IsMark(glyph)) out.push_back(static_cast<char>(glyph & 0xff));
  }
  return out;
}

void MarkDashes(Glyphs& glyphs) {
  size_t before = glyphs.size();  // where the character before starts; past the end: nowhere
  for (size_t i = 0; i < glyphs.size(); ++i) {
    const char16_t plain = glyphs[i] & ~kEscaped;
    const bool dash = !IsMark(glyphs[i]) && (plain == '-' || plain == '/');
    if (!IsMark(glyphs[i]) && (plain & 0xc0) == 0x80) continue;  // inside of a character
    const bool introduces = dash && !IsWord(glyphs, before) && IsWord(glyphs, i + 1);
    before = i;
    if (introduces) glyphs[i] = kAnyDash;
  }
}

}  // namespace tokentrail::sigma
