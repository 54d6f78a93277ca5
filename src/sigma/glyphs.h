// A Sigma text while modifiers work on it: bytes, and marks for what is no byte.

#pragma once

#include <string>
#include <string_view>

namespace tokentrail::sigma {

/// One element a byte; the marks lie above all bytes.
using Glyphs = std::u16string;

/// Set on a byte that was written behind a backslash.
inline constexpr char16_t kEscaped = 0x100;
inline constexpr char16_t kAnyRun = 0x200;        ///< `*`
inline constexpr char16_t kOneCharacter = 0x201;  ///< `?`
inline constexpr char16_t kAnyDash = 0x202;       ///< any dash that `windash` knows

constexpr bool IsMark(char16_t glyph) { return glyph >= kAnyRun; }

/// Reads a value as Sigma writes it: `*` is any run, `?` one character, `\*` and `\?` themselves,
/// `\\` one backslash, a lone `\` itself.
/// Source: Sigma specification 2.1.0, "Escaping"; SIGMA.md W2, W3.
Glyphs ReadGlyphs(std::string_view written);
/// The text itself, every character literal.
Glyphs LiteralGlyphs(std::string_view text);

bool HasMarks(const Glyphs& glyphs);
/// The bytes that it stands for, marks left out.
std::string BytesOf(const Glyphs& glyphs);

/// Makes each `-` and `/` that introduces an option (no letter, digit or `_` before it, one behind
/// it) stand for any of `-`, `/`, en dash, em dash and horizontal bar.
/// Source: Sigma specification 2.1.0, "windash"; the positions are pySigma's `\B[-/]\b`.
void MarkDashes(Glyphs& glyphs);

}  // namespace tokentrail::sigma
