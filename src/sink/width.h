// How many columns of a terminal a text takes, and cutting it to fit.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tokentrail::sink {

/// Columns of one code point: 2 for wide and full-width East Asian characters and emoji, 0 for
/// combining marks, joiners and other invisible ones, else 1.
/// Source: Unicode 14.0, EastAsianWidth.txt (W, F) and general categories Mn, Me, Cf.
int CodePointWidth(char32_t code_point);

/// Columns of UTF-8 text that holds no control characters (see Printable in base/text.h). A byte
/// that is no UTF-8 counts as one column.
size_t DisplayWidth(std::string_view text);

/// `text` when it fits into `columns`, else as much of it as fits before an ellipsis.
std::string FitWidth(std::string_view text, size_t columns);

/// `text` when it fits into `columns`, else an ellipsis and as much of its end as fits: of a path
/// the file name is what tells.
std::string FitWidthEnd(std::string_view text, size_t columns);

/// FitWidth, then filled with spaces to exactly `columns`.
std::string PadWidth(std::string_view text, size_t columns, bool right = false);

/// Breaks `text` at spaces into lines of at most `columns`; a longer word is broken inside.
/// Lines after the first start with `indent` spaces, which count.
std::string WrapWidth(std::string_view text, size_t columns, size_t indent = 0);

/// Decodes the code point at `position` and moves past it. Bytes that are no UTF-8 give U+FFFD and
/// one step.
char32_t NextCodePoint(std::string_view text, size_t& position);

}  // namespace tokentrail::sink
