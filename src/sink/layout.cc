#include "sink/layout.h"

#include <algorithm>
#include <numeric>

#include "base/check.h"
#include "sink/width.h"

namespace tokentrail::sink {

namespace {

constexpr size_t kGap = 2;

std::string_view Code(Colour colour) {
  switch (colour) {
    case Colour::kNone:
      return "";
    case Colour::kBold:
      return "\x1b[1m";
    case Colour::kDim:
      return "\x1b[2m";
    case Colour::kRed:
      return "\x1b[31m";
    case Colour::kBoldRed:
      return "\x1b[1;31m";
    case Colour::kYellow:
      return "\x1b[33m";
    case Colour::kCyan:
      return "\x1b[36m";
    case Colour::kGreen:
      return "\x1b[32m";
  }
  return "";
}

/// The widths that are shown; 0 for a column that is dropped.
std::vector<size_t> Widths(const std::vector<Column>& columns,
                           const std::vector<std::vector<Cell>>& rows, size_t room) {
  std::vector<size_t> width(columns.size());
  std::vector<size_t> least(columns.size());
  for (size_t i = 0; i < columns.size(); ++i) {
    width[i] = DisplayWidth(columns[i].title);
    for (const auto& row : rows) width[i] = std::max(width[i], DisplayWidth(row[i].text));
    least[i] = columns[i].least == 0 ? width[i] : std::min(width[i], columns[i].least);
  }
  const auto total = [](const std::vector<size_t>& all) {
    const auto shown =
        static_cast<size_t>(std::count_if(all.begin(), all.end(), [](size_t w) { return w > 0; }));
    return std::accumulate(all.begin(), all.end(), size_t{0}) +
           (shown > 0 ? (shown - 1) * kGap : 0);
  };
  while (total(least) > room) {
    size_t drop = columns.size();
    for (size_t i = 0; i < columns.size(); ++i) {
      if (width[i] == 0 || columns[i].drop == 0) continue;
      if (drop == columns.size() || columns[i].drop > columns[drop].drop) drop = i;
    }
    if (drop == columns.size()) break;  // the lines are cut in the end
    width[drop] = 0;
    least[drop] = 0;
  }
  // The widest for its weight gives first, so that none suffers while another has plenty.
  while (total(width) > room) {
    size_t widest = columns.size();
    for (size_t i = 0; i < columns.size(); ++i) {
      if (width[i] <= least[i]) continue;
      if (widest == columns.size() ||
          width[i] * columns[widest].weight > width[widest] * columns[i].weight) {
        widest = i;
      }
    }
    if (widest == columns.size()) break;
    --width[widest];
  }
  return width;
}

}  // namespace

std::string Paint(const Terminal& terminal, Colour colour, std::string_view text) {
  if (!terminal.colour || colour == Colour::kNone) return std::string(text);
  std::string out(Code(colour));
  return out.append(text).append("\x1b[0m");
}

void LayOut(const std::vector<Column>& columns, const std::vector<std::vector<Cell>>& rows,
            const Terminal& terminal, size_t indent, std::string& out) {
  const size_t room = terminal.columns > indent ? terminal.columns - indent : 1;
  const std::vector<size_t> widths = Widths(columns, rows, room);
  size_t last = columns.size();
  for (size_t i = 0; i < columns.size(); ++i) {
    if (widths[i] > 0) last = i;
  }
  if (last == columns.size()) return;

  const auto line = [&](auto&& cell_of) {
    out.append(indent, ' ');
    size_t left = room;
    size_t owed = 0;  // spaces are written only before something, so no line ends with them
    bool first = true;
    for (size_t i = 0; i <= last && left > 0; ++i) {
      if (widths[i] == 0) continue;
      if (!first) owed += std::min(kGap, left), left -= std::min(kGap, left);
      first = false;
      const Cell cell = cell_of(i);
      const size_t width = std::min(widths[i], left);
      const std::string text =
          columns[i].keep_end ? FitWidthEnd(cell.text, width) : FitWidth(cell.text, width);
      const size_t shown = DisplayWidth(text);
      if (columns[i].right) owed += width - shown;
      if (shown > 0) {
        out.append(owed, ' ');
        out.append(Paint(terminal, cell.colour, text));
        owed = 0;
      }
      if (!columns[i].right) owed += width - shown;
      left -= width;
    }
    out.push_back('\n');
  };

  const bool titled = std::any_of(columns.begin(), columns.end(),
                                  [](const Column& column) { return !column.title.empty(); });
  if (titled) {
    line([&](size_t i) { return Cell{std::string(columns[i].title), Colour::kBold}; });
  }
  for (const auto& row : rows) {
    CHECK(row.size() == columns.size());
    line([&](size_t i) { return row[i]; });
  }
}

}  // namespace tokentrail::sink
