// Tables for a terminal: every line fits, whatever stands in the cells.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tokentrail::sink {

/// What a text is shown on.
struct Terminal {
  size_t columns = 100;  ///< never below 20
  bool colour = false;
};

enum class Colour : uint8_t { kNone, kBold, kDim, kRed, kBoldRed, kYellow, kCyan, kGreen };

/// `text` in the colour, or as it is on a terminal without.
std::string Paint(const Terminal& terminal, Colour colour, std::string_view text);

struct Column {
  std::string_view title = {};
  size_t least = 0;    ///< may shrink to this many columns; 0: never narrower than its widest cell
  bool right = false;  ///< numbers stand right
  size_t weight = 1;   ///< of the room that is left, in comparison with the others
  int drop = 0;        ///< when all are at their least and it still doesn't fit, the column with
                       ///< the highest goes first; 0 stays to the end
  bool keep_end = false;  ///< what doesn't fit is cut at its front, as paths should be
};

struct Cell {
  std::string text;  ///< free of control characters: Printable()
  Colour colour = Colour::kNone;
};

/// Appends the table: a line of titles (unless all are empty), then the rows, each line at most
/// `terminal.columns` wide including `indent`.
void LayOut(const std::vector<Column>& columns, const std::vector<std::vector<Cell>>& rows,
            const Terminal& terminal, size_t indent, std::string& out);

}  // namespace tokentrail::sink
