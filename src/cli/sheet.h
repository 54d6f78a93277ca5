// A small table of facts that a verb prints as text, JSON, CSV or Markdown.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sink/layout.h"

namespace tokentrail::cli {

struct Sheet {
  std::string title;
  std::string intro;                           ///< a paragraph above the table in Markdown
  std::vector<std::string_view> columns;       ///< also the keys in JSON
  std::vector<std::vector<std::string>> rows;  ///< a cell a column
  /// How narrow each column may get on a terminal; 0 keeps it whole; empty: all 12.
  std::vector<size_t> least;
  /// Which columns a narrow terminal drops, see sink::Column; empty: none.
  std::vector<int> drop;
  /// Columns from this one on are only in JSON, CSV and Markdown: too long for a terminal.
  size_t on_terminal = SIZE_MAX;
  /// In Markdown each row is a section of its own, headed by its first two cells.
  bool sections = false;
};

/// `type` is table, json, csv or markdown.
std::string Render(const Sheet& sheet, std::string_view type, const sink::Terminal& terminal);

}  // namespace tokentrail::cli
