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

/// Bytes of the dash at the start of `text`; none when there is none.
size_t DashSize(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('/')) return 1;
  // U+2013 en dash, U+2014 em dash, U+2015 horizontal bar.
  return text.starts_with("\xe2\x80") && text.size() > 2 && text[2] >= '\x93' && text[2] <= '\x95'
             ? 3
             : 0;
}

/// Whether a letter stands in `text` that folds to an ASCII one: the long s, the Kelvin sign.
bool FoldsToAscii(std::string_view text) {
  return text.find("\xc5\xbf") != text.npos || text.find("\xe2\x84\xaa") != text.npos;
}

}  // namespace

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
