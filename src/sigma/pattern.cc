#include "sigma/pattern.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/check.h"

namespace tokentrail::sigma {
namespace {

constexpr auto kLower = [] {
  std::array<char, 256> out{};
  for (size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<char>(i >= 'A' && i <= 'Z' ? i | 0x20 : i);
  }
  return out;
}();

constexpr char Lower(char c) { return kLower[static_cast<unsigned char>(c)]; }
constexpr bool IsAscii(char c) { return static_cast<unsigned char>(c) < 0x80; }

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return IsAscii(c); });
}

/// Bytes of the character at `at`, by its first byte; at least one, never past the end.
size_t CharacterSize(std::string_view text, size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  const size_t wanted = first < 0xc2   ? 1
                        : first < 0xe0 ? 2
                        : first < 0xf0 ? 3
                        : first < 0xf5 ? 4
                                       : 1;
  size_t size = 1;
  while (size < wanted && at + size < text.size() &&
         (static_cast<unsigned char>(text[at + size]) & 0xc0) == 0x80) {
    ++size;
  }
  return size == wanted ? size : 1;
}

/// Source: Unicode CaseFolding.txt, statuses C and S, for the ranges named in the header.
constexpr uint32_t FoldCode(uint32_t c) {
  const auto in = [c](uint32_t first, uint32_t last) { return c >= first && c <= last; };
  if (in(0xc0, 0xde)) return c == 0xd7 ? c : c + 32;
  if (in(0x100, 0x137)) return c == 0x130 || c == 0x131 ? c : c | 1;
  if (in(0x139, 0x148)) return (c & 1) != 0 ? c + 1 : c;
  if (in(0x14a, 0x177)) return c | 1;
  if (c == 0x178) return 0xff;
  if (in(0x179, 0x17e)) return (c & 1) != 0 ? c + 1 : c;
  if (in(0x1de, 0x1ef) || in(0x1f8, 0x21f) || in(0x222, 0x233)) return c | 1;
  if (in(0x1cd, 0x1dc)) return (c & 1) != 0 ? c + 1 : c;
  if (c == 0x386) return 0x3ac;
  if (in(0x388, 0x38a)) return c + 37;
  if (c == 0x38c) return 0x3cc;
  if (in(0x38e, 0x38f)) return c + 63;
  if (in(0x391, 0x3ab)) return c == 0x3a2 ? c : c + 32;
  if (c == 0x3c2) return 0x3c3;
  if (in(0x400, 0x40f)) return c + 80;
  if (in(0x410, 0x42f)) return c + 32;
  if (in(0x460, 0x481) || in(0x48a, 0x4bf) || in(0x4d0, 0x52f)) return c | 1;
  if (c == 0x4c0) return 0x4cf;
  if (in(0x4c1, 0x4ce)) return (c & 1) != 0 ? c + 1 : c;
  if (in(0x531, 0x556)) return c + 48;
  if (in(0x1e00, 0x1e95) || in(0x1ea0, 0x1eff)) return c | 1;
  if (in(0xff21, 0xff3a)) return c + 32;
  return c;
}

}  // namespace

std::string Fold(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const size_t size = CharacterSize(text, i);
    const auto byte = [&](size_t k) {
      return static_cast<uint32_t>(static_cast<unsigned char>(text[i + k]));
    };
    if (size == 2) {
      const uint32_t code = FoldCode((byte(0) & 31) << 6 | (byte(1) & 63));
      out.push_back(static_cast<char>(0xc0 | code >> 6));
      out.push_back(static_cast<char>(0x80 | (code & 63)));
    } else if (size == 3) {
      const uint32_t code = FoldCode((byte(0) & 15) << 12 | (byte(1) & 63) << 6 | (byte(2) & 63));
      out.push_back(static_cast<char>(0xe0 | code >> 12));
      out.push_back(static_cast<char>(0x80 | (code >> 6 & 63)));
      out.push_back(static_cast<char>(0x80 | (code & 63)));
    } else if (size == 1) {
      out.push_back(Lower(text[i]));
    } else {
      out += text.substr(i, size);
    }
    i += size;
  }
  return out;
}

Pattern Pattern::Parse(std::string_view written) {
  Pattern out;
  out.segments_.emplace_back();
  for (size_t i = 0; i < written.size(); ++i) {
    Segment& last = out.segments_.back();
    const char c = written[i];
    const char next = i + 1 < written.size() ? written[i + 1] : '\0';
    if (c == '\\' && (next == '*' || next == '?' || next == '\\')) {
      last.text.push_back(next);
      ++i;
    } else if (c == '*') {
      // A run of stars is one star.
      if (out.segments_.size() == 1 || !last.text.empty()) out.segments_.emplace_back();
    } else if (c == '?') {
      last.text.push_back(kOne);
      last.has_one = true;
    } else {
      last.text.push_back(c);
    }
  }
  return out;
}

Pattern Pattern::Literal(std::string_view text) {
  Pattern out;
  out.segments_.push_back({std::string(text), false});
  return out;
}

void Pattern::OpenStart() {
  if (segments_.size() == 1 || !segments_.front().text.empty()) {
    segments_.insert(segments_.begin(), Segment{});
  }
}

void Pattern::OpenEnd() {
  if (segments_.size() == 1 || !segments_.back().text.empty()) segments_.emplace_back();
}

bool Pattern::has_wildcards() const { return segments_.size() > 1 || segments_.front().has_one; }

void Pattern::Finish(bool cased) {
  cased_ = cased;
  ascii_ = true;
  for (Segment& segment : segments_) {
    for (const char c : segment.text) ascii_ = ascii_ && (IsAscii(c) || c == kOne);
    if (cased) continue;
    // Fold() leaves the stand-in for `?` alone: it is no UTF-8.
    segment.text = Fold(segment.text);
  }
}

size_t Pattern::Lay(std::string_view text, const Segment& segment, size_t at) const {
  if (!segment.has_one) {
    if (text.size() - at < segment.text.size()) return text.npos;
    for (size_t i = 0; i < segment.text.size(); ++i) {
      const char c = text[at + i];
      if ((cased_ ? c : Lower(c)) != segment.text[i]) return text.npos;
    }
    return at + segment.text.size();
  }
  for (const char wanted : segment.text) {
    if (at >= text.size()) return text.npos;
    if (wanted == kOne) {
      at += CharacterSize(text, at);
    } else {
      if ((cased_ ? text[at] : Lower(text[at])) != wanted) return text.npos;
      ++at;
    }
  }
  return at;
}

bool Pattern::Find(std::string_view text, const Segment& segment, size_t from, size_t& begin,
                   size_t& end) const {
  for (size_t at = from; at <= text.size(); ++at) {
    // Not inside of a character, or `?` could match half of one.
    const bool inside = at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
    if (inside && segment.has_one) continue;
    end = Lay(text, segment, at);
    if (end == text.npos) continue;
    begin = at;
    return true;
  }
  return false;
}

bool Pattern::MatchesFolded(std::string_view text) const {
  if (segments_.size() == 1) return Lay(text, segments_.front(), 0) == text.size();
  size_t at = Lay(text, segments_.front(), 0);
  if (at == text.npos) return false;
  size_t begin = 0;
  for (size_t i = 1; i + 1 < segments_.size(); ++i) {
    if (!Find(text, segments_[i], at, begin, at)) return false;
  }
  // The last one must end where the text ends; with `?` its start is not known beforehand.
  const Segment& last = segments_.back();
  if (!last.has_one) {
    if (text.size() - at < last.text.size()) return false;
    return Lay(text, last, text.size() - last.text.size()) == text.size();
  }
  for (size_t end = 0; Find(text, last, at, begin, end); at = begin + 1) {
    if (end == text.size()) return true;
  }
  return false;
}

bool Pattern::Matches(std::string_view text) const {
  CHECK(!segments_.empty());
  // Beyond ASCII only a pattern with such letters cares for their case.
  if (cased_ || ascii_ || IsAscii(text)) return MatchesFolded(text);
  return MatchesFolded(Fold(text));
}

}  // namespace tokentrail::sigma
