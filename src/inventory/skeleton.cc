#include "inventory/skeleton.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "inventory/skeleton_part.h"

namespace tokentrail::inventory {
namespace {

constexpr bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool IsWord(char c) { return IsLower(c) || IsUpper(c) || IsDigit(c); }
constexpr char Small(char c) { return IsUpper(c) ? static_cast<char>(c + 32) : c; }

// What the ASCII letters and digits look like: UTS #39 for 0, 1 and I, ours for 3 and 5
// (DETECTIONS 3.6).
constexpr char Look(char small) {
  switch (small) {
    case '0':
      return 'o';
    case '1':
      return 'l';
    case '3':
      return 'e';
    case '5':
      return 's';
    default:
      return small;
  }
}

bool HasLetterSign(std::string_view name) {
  return name.find_first_of("@$!|+(") != std::string_view::npos;
}

void NoteControl(char c, Skeleton& out) {
  if ((static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) || out.odd.invisible.size() >= 8) return;
  out.odd.invisible.push_back(static_cast<uint32_t>(static_cast<unsigned char>(c)));
}

void AddPiece(std::string_view text, uint32_t word, Skeleton& out) {
  SkeletonPiece& piece = out.pieces.emplace_back();
  piece.word = word;
  piece.text = text;
  piece.plain = text;
  for (char& c : piece.plain) c = Small(c);
  piece.folded = piece.plain;
  for (char& c : piece.folded) c = Look(c);
  if (text.find('I') != std::string_view::npos) {
    piece.raw = text;
    for (char& c : piece.raw) c = c == 'I' ? 'l' : Look(Small(c));
    CollapseRn(piece.raw);
  }
  CollapseRn(piece.folded);
  if (piece.raw == piece.folded) piece.raw.clear();
  out.whole += piece.folded;
  out.plain += piece.plain;
}

// Where the piece that begins at `begin` ends: as PieceMaker::Case says.
size_t PieceEnd(std::string_view name, size_t begin) {
  size_t uppers = IsUpper(name[begin]) ? 1 : 0;
  for (size_t at = begin + 1; at < name.size() && IsWord(name[at]); ++at) {
    if (!IsUpper(name[at])) {
      uppers = 0;
      continue;
    }
    const bool next_small = at + 1 < name.size() && IsLower(name[at + 1]);
    if (uppers == 0 || (next_small && uppers > 1)) return at;
    ++uppers;
  }
  size_t end = begin;
  while (end < name.size() && IsWord(name[end])) ++end;
  return end;
}

// One piece after the other, without looking at letters one by one: nearly all names are such.
void AddAscii(std::string_view name, Skeleton& out) {
  uint32_t word = 0;
  out.whole.reserve(name.size());
  out.plain.reserve(name.size());
  for (size_t at = 0; at < name.size();) {
    if (!IsWord(name[at])) {
      NoteControl(name[at], out);
      if (at > 0 && IsWord(name[at - 1])) ++word;
      ++at;
      continue;
    }
    const size_t end = PieceEnd(name, at);
    AddPiece(name.substr(at, end - at), word, out);
    at = end;
  }
  out.odd.nothing_to_read = out.pieces.empty();
}

// Names in which a sign may stand for a letter.
void AddAsciiWithSigns(std::string_view name, Skeleton& out) {
  PieceMaker maker(out);
  for (size_t at = 0; at < name.size(); ++at) {
    const char c = name[at];
    if (!IsWord(c)) {
      NoteControl(c, out);
      maker.Sign(static_cast<uint32_t>(static_cast<unsigned char>(c)));
      continue;
    }
    const bool next_small = at + 1 < name.size() && IsLower(name[at + 1]);
    maker.Case(IsUpper(c)   ? PieceMaker::kUpper
               : IsLower(c) ? PieceMaker::kLower
                            : PieceMaker::kNone,
               next_small);
    const char small = Small(c);
    const char folded = Look(small);
    const char raw = c == 'I' ? 'l' : folded;
    maker.Add({&c, 1}, {&small, 1}, {&folded, 1}, {&raw, 1});
  }
  maker.Finish();
}

}  // namespace

// --- PieceMaker

void PieceMaker::Break() {
  if (piece_.plain.empty()) return;
  // `rn` looks like m; the other way round (UTS #39 turns m into rn) says the same, and reads
  // worse.
  CollapseRn(piece_.folded);
  CollapseRn(piece_.raw);
  if (piece_.raw == piece_.folded) piece_.raw.clear();
  piece_.word = word_;
  out_.whole += piece_.folded;
  out_.plain += piece_.plain;
  out_.pieces.push_back(std::move(piece_));
  piece_ = {};
  last_ = kNone;
}

void PieceMaker::Sign(uint32_t sign) {
  const bool inside = !piece_.plain.empty();
  Break();
  if (inside || !shape_.empty()) {
    const char letter = SignLetter(sign);
    if (inside && letter != 0) {
      pending_ = letter;
    } else {
      EndShape();
    }
  }
  if (inside) ++word_;
}

void PieceMaker::EndShape() {
  if (shape_signs_ > 0) out_.signs.push_back(WeakLook(shape_));
  shape_.clear();
  shape_signs_ = 0;
  pending_ = 0;
}

void PieceMaker::Case(LetterCase now, bool next_small) {
  if (now == kUpper && !piece_.plain.empty() &&
      (last_ != kUpper || (next_small && upper_run_ > 1))) {
    Break();
  }
  upper_run_ = now == kUpper ? upper_run_ + 1 : 0;
  last_ = now;
}

void PieceMaker::Add(std::string_view text, std::string_view plain, std::string_view folded,
                     std::string_view raw) {
  if (pending_ != 0) {
    shape_ += pending_;
    ++shape_signs_;
    pending_ = 0;
  }
  shape_ += folded;
  piece_.text += text;
  piece_.plain += plain;
  piece_.folded += folded;
  piece_.raw += raw;
}

void PieceMaker::Finish() {
  Break();
  EndShape();
  out_.odd.nothing_to_read = out_.pieces.empty();
}

char PieceMaker::SignLetter(uint32_t sign) {
  switch (sign) {
    case '@':
      return 'a';
    case '$':
      return 's';
    case '!':
    case '|':
      return 'l';
    case '+':
      return 't';
    case '(':
      return 'c';
    case 0x20ac:  // euro
      return 'e';
    case 0xa3:  // pound
      return 'l';
    case 0xa2:  // cent
      return 'c';
    case 0xa5:  // yen
      return 'y';
    default:
      return 0;
  }
}

void CollapseRn(std::string& text) {
  size_t at = text.find("rn");
  if (at == std::string::npos) return;
  std::string out = text.substr(0, at);
  for (; at < text.size(); ++at) {
    if (text[at] == 'r' && at + 1 < text.size() && text[at + 1] == 'n') {
      out += 'm';
      ++at;
    } else {
      out += text[at];
    }
  }
  text = std::move(out);
}

// --- The name

Skeleton SkeletonOf(std::string_view name) {
  if (name.size() > kMaxNameBytes) name = CutName(name);
  const bool ascii = std::all_of(name.begin(), name.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (!ascii) return SlowSkeletonOf(name);
  Skeleton out;
  out.pieces.reserve(8);
  HasLetterSign(name) ? AddAsciiWithSigns(name, out) : AddAscii(name, out);
  return out;
}

std::string_view CutName(std::string_view name) {
  if (name.size() <= kMaxNameBytes) return name;
  size_t end = kMaxNameBytes;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xc0) == 0x80) --end;
  return name.substr(0, end);
}

std::string WeakLook(std::string_view folded) {
  std::string out;
  out.reserve(folded.size());
  for (size_t at = 0; at < folded.size(); ++at) {
    const char c = folded[at];
    const char next = at + 1 < folded.size() ? folded[at + 1] : '\0';
    if (c == 'v' && next == 'v') {
      out += 'w';
      ++at;
    } else if (c == 'c' && (next == 'l' || next == 'i')) {
      out += 'd';
      ++at;
    } else if (c == 'i') {
      out += 'l';
    } else if (c == '4') {
      out += 'a';
    } else if (c == '7') {
      out += 't';
    } else if (c == '8') {
      out += 'b';
    } else if (c == '9' || c == '6') {
      out += 'g';
    } else if (c == '2') {
      out += 'z';
    } else {
      out += c;
    }
  }
  return out;
}

bool WithinOneEdit(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1) return false;
  size_t same = 0;
  while (same < a.size() && a[same] == b[same]) ++same;
  if (a.size() < b.size()) return a.substr(same) == b.substr(same + 1);
  if (same == a.size()) return true;
  if (a.substr(same + 1) == b.substr(same + 1)) return true;
  return same + 1 < a.size() && a[same] == b[same + 1] && a[same + 1] == b[same] &&
         a.substr(same + 2) == b.substr(same + 2);
}

}  // namespace tokentrail::inventory
