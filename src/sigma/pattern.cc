#include "sigma/pattern.h"

#include <algorithm>
#include <array>
#include <cstdint>

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

/// Bytes of the dash at the start of `text`; none when there is none.
size_t DashSize(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('/')) return 1;
  // U+2013 en dash, U+2014 em dash, U+2015 horizontal bar.
  return text.starts_with("\xe2\x80") && text.size() > 2 && text[2] >= '\x93' && text[2] <= '\x95'
             ? 3
             : 0;
}

/// Source: Unicode CaseFolding.txt, statuses C and S, for the ranges named in the header.
constexpr uint32_t FoldCode(uint32_t c) {
  const auto in = [c](uint32_t first, uint32_t last) { return c >= first && c <= last; };
  if (in(0xc0, 0xde)) return c == 0xd7 ? c : c + 32;
  if (in(0x100, 0x137)) return c == 0x130 || c == 0x131 ? c : c | 1;
  if (in(0x139, 0x148)) return (c & 1) != 0 ? c + 1 : c;
  if (in(0x14a, 0x177)) return c | 1;
  if (c == 0x178) return 0xff;
  if (c == 0x17f) return 's';
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
  if (c == 0x1e9e) return 0xdf;
  if (c == 0x212a) return 'k';
  if (c == 0x212b) return 0xe5;
  if (in(0x1e00, 0x1e95) || in(0x1ea0, 0x1eff)) return c | 1;
  if (in(0xff21, 0xff3a)) return c + 32;
  return c;
}

void Append(uint32_t code, std::string& out) {
  if (code < 0x80) {
    out.push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out.push_back(static_cast<char>(0xc0 | code >> 6));
    out.push_back(static_cast<char>(0x80 | (code & 63)));
  } else {
    out.push_back(static_cast<char>(0xe0 | code >> 12));
    out.push_back(static_cast<char>(0x80 | (code >> 6 & 63)));
    out.push_back(static_cast<char>(0x80 | (code & 63)));
  }
}

/// Whether a letter stands in `text` that folds to an ASCII one: the long s, the Kelvin sign.
bool FoldsToAscii(std::string_view text) {
  return text.find("\xc5\xbf") != text.npos || text.find("\xe2\x84\xaa") != text.npos;
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
    if (size == 1) {
      out.push_back(Lower(text[i]));
    } else if (size == 2) {
      Append(FoldCode((byte(0) & 31) << 6 | (byte(1) & 63)), out);
    } else if (size == 3) {
      const uint32_t code = (byte(0) & 15) << 12 | (byte(1) & 63) << 6 | (byte(2) & 63);
      // What is written longer than it needs is no character, and stays.
      if (code < 0x800) {
        out += text.substr(i, size);
      } else {
        Append(FoldCode(code), out);
      }
    } else {
      out += text.substr(i, size);
    }
    i += size;
  }
  return out;
}

Pattern::Pattern(const Glyphs& glyphs, bool cased) : cased_(cased) {
  size_t begin = 0;
  size_t end = glyphs.size();
  while (begin < end && glyphs[begin] == kAnyRun) ++begin;
  while (end > begin && glyphs[end - 1] == kAnyRun) --end;
  const bool open_start = begin > 0;
  const bool open_end = end < glyphs.size();
  const std::u16string_view inner(glyphs.data() + begin, end - begin);
  if (std::any_of(inner.begin(), inner.end(), IsMark)) {
    shape_ = Shape::kOther;
  } else if (open_start || open_end) {
    // Of nothing but runs, one is as good as two.
    const bool anything = inner.empty();
    shape_ = (open_start && open_end) || anything ? Shape::kContains
             : open_start                         ? Shape::kSuffix
                                                  : Shape::kPrefix;
  }
  text_.reserve(inner.size() + (shape_ == Shape::kOther ? 2 : 0));
  if (shape_ == Shape::kOther && open_start) text_.push_back(kRun);
  for (const char16_t glyph : inner) {
    if (glyph == kAnyRun) {
      // A run of stars is one star.
      if (text_.empty() || text_.back() != kRun) text_.push_back(kRun);
    } else if (glyph == kOneCharacter) {
      text_.push_back(kOne);
    } else if (glyph == kAnyDash) {
      text_.push_back(kDash);
    } else {
      auto byte = static_cast<char>(glyph & 0xff);
      // A byte that would be taken for a mark: another one that is in no text either.
      if (shape_ == Shape::kOther && static_cast<unsigned char>(byte) >= 0xfd) byte = '\xfc';
      ascii_ = ascii_ && IsAscii(byte);
      text_.push_back(byte);
    }
  }
  if (shape_ == Shape::kOther && open_end) text_.push_back(kRun);
  // Fold() leaves the marks alone: they are no UTF-8.
  if (!cased) text_ = Fold(text_);
  text_.shrink_to_fit();
}

std::string_view Pattern::longest_literal() const {
  if (shape_ != Shape::kOther) return text_;
  std::string_view best;
  std::string_view rest = text_;
  while (!rest.empty()) {
    const size_t end =
        std::min(rest.find_first_of(std::string_view("\xfd\xfe\xff", 3)), rest.size());
    if (end > best.size()) best = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return best;
}

std::string Pattern::Key() const {
  std::string out(1, static_cast<char>('0' + static_cast<int>(shape_) + (cased_ ? 5 : 0)));
  return out += text_;
}

bool Pattern::StartsWith(std::string_view text, std::string_view folded) const {
  if (cased_) return text.starts_with(folded);
  for (size_t i = 0; i < folded.size(); ++i) {
    if (Lower(text[i]) != folded[i]) return false;
  }
  return true;
}

size_t Pattern::Lay(std::string_view text, std::string_view piece, size_t at) const {
  for (const char wanted : piece) {
    if (at >= text.size()) return text.npos;
    if (wanted == kOne) {
      at += CharacterSize(text, at);
    } else if (wanted == kDash) {
      const size_t size = DashSize(text.substr(at));
      if (size == 0) return text.npos;
      at += size;
    } else {
      if ((cased_ ? text[at] : Lower(text[at])) != wanted) return text.npos;
      ++at;
    }
  }
  return at;
}

bool Pattern::Find(std::string_view text, std::string_view piece, size_t from, size_t& begin,
                   size_t& end) const {
  for (size_t at = from; at <= text.size(); ++at) {
    // Not inside of a character, or `?` could match half of one.
    const bool inside = at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
    if (inside && !piece.empty() && piece.front() == kOne) continue;
    end = Lay(text, piece, at);
    if (end == text.npos) continue;
    begin = at;
    return true;
  }
  return false;
}

bool Pattern::MatchesPieces(std::string_view text) const {
  std::string_view rest = text_;
  size_t run = rest.find(kRun);
  size_t at = Lay(text, rest.substr(0, run), 0);
  if (run == rest.npos || at == text.npos) return at == text.size();
  size_t begin = 0;
  for (rest.remove_prefix(run + 1); (run = rest.find(kRun)) != rest.npos;
       rest.remove_prefix(run + 1)) {
    if (!Find(text, rest.substr(0, run), at, begin, at)) return false;
  }
  // The last piece must end where the text ends; with `?` its start is not known beforehand.
  for (size_t end = 0; Find(text, rest, at, begin, end); at = begin + 1) {
    if (end == text.size()) return true;
  }
  return false;
}

bool Pattern::MatchesFolded(std::string_view text) const {
  if (shape_ == Shape::kOther) return MatchesPieces(text);
  const size_t size = text_.size();
  if (text.size() < size) return false;
  switch (shape_) {
    case Shape::kExact:
      return text.size() == size && StartsWith(text, text_);
    case Shape::kPrefix:
      return StartsWith(text, text_);
    case Shape::kSuffix:
      return StartsWith(text.substr(text.size() - size), text_);
    default:
      break;
  }
  if (size == 0) return true;
  if (cased_) return text.find(text_) != text.npos;
  for (size_t at = 0; at + size <= text.size(); ++at) {
    if (Lower(text[at]) == text_[0] && StartsWith(text.substr(at), text_)) return true;
  }
  return false;
}

bool Pattern::Matches(std::string_view text) const {
  // Beyond ASCII only a pattern with such letters cares for their case.
  if (cased_ || IsAscii(text) || (ascii_ && !FoldsToAscii(text))) return MatchesFolded(text);
  return MatchesFolded(Fold(text));
}

}  // namespace tokentrail::sigma
