#include "cli/record_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/arena.h"
#include "base/text.h"
#include "sink/json_writer.h"
#include "source/csv.h"
#include "source/json.h"

namespace tokentrail::cli {

namespace {

/// Longer values are cut: what decided stands above the record in full.
constexpr size_t kMaxValue = 2000;

std::string EscapePointer(std::string_view key) {
  std::string out;
  for (const char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

class View {
 public:
  View(const Record& record, const std::vector<std::string>& pointers,
       const sink::Terminal& terminal)
      : record_(record), pointers_(pointers), terminal_(terminal) {}

  void Add(const Node& node, const std::string& pointer, const std::string& head, int depth,
           bool last) {
    const std::string comma = last ? "" : ",";
    if (node.is_container()) {
      Container(node, pointer, head, depth, comma, "");
      return;
    }
    if (node.kind == NodeKind::kText && HoldsMarked(pointer)) {
      if (const Node* inner = record_.Open(node); inner != nullptr) {
        Container(*inner, pointer, head, depth, comma, "  (JSON in a text)");
        return;
      }
    }
    Line(Marked(pointer), depth, head + Value(node) + comma);
  }

  /// A CSV row, a cell a line; empty cells say nothing.
  void Row(const Node& root) {
    for (const Node& cell : Children(root)) {
      if (cell.text().empty()) continue;
      Add(cell, "/" + EscapePointer(cell.key()), Printable(cell.key()) + ": ", 0, true);
    }
  }

  /// All lines, or with more than `max_lines` those near a marked one.
  std::string Take(size_t max_lines) const {
    static constexpr size_t kBefore = 3;  // in lists of name and value the name stands before
    static constexpr size_t kAfter = 1;
    std::vector<bool> kept(lines_.size(), lines_.size() <= max_lines);
    size_t marked = 0;
    for (size_t i = 0; i < lines_.size() && lines_.size() > max_lines; ++i) {
      kept[i] = kept[i] || i < 2 || i + 1 == lines_.size();
      if (!lines_[i].marked) continue;
      ++marked;
      for (size_t j = i - std::min(i, kBefore); j <= std::min(i + kAfter, lines_.size() - 1); ++j) {
        kept[j] = true;
      }
    }
    if (marked == 0) std::fill_n(kept.begin(), std::min(max_lines, kept.size()), true);
    std::string out;
    for (size_t i = 0; i < lines_.size();) {
      size_t end = i;
      while (end < lines_.size() && !kept[end]) ++end;
      if (end - i > 1) {
        out += sink::Paint(terminal_, sink::Colour::kDim,
                           fmt::format("   ... {} lines ...", Grouped(end - i))) +
               "\n";
        i = end;
        continue;
      }
      const std::string& text = lines_[i].text;
      out += lines_[i].marked ? sink::Paint(terminal_, sink::Colour::kYellow, ">> " + text)
                              : "   " + text;
      out.push_back('\n');
      ++i;
    }
    return out;
  }

 private:
  struct ShownLine {
    bool marked;
    std::string text;
  };

  bool Marked(const std::string& pointer) const {
    return std::find(pointers_.begin(), pointers_.end(), pointer) != pointers_.end();
  }
  bool HoldsMarked(const std::string& pointer) const {
    return std::any_of(pointers_.begin(), pointers_.end(), [&](const std::string& p) {
      return p.size() > pointer.size() && p.starts_with(pointer) && p[pointer.size()] == '/';
    });
  }

  void Container(const Node& node, const std::string& pointer, const std::string& head, int depth,
                 const std::string& comma, std::string_view note) {
    const bool object = node.kind == NodeKind::kObject;
    const bool marked = Marked(pointer);
    if (node.size <= 1) {
      Line(marked, depth, fmt::format("{}{}{}{}", head, object ? "{}" : "[]", comma, note));
      return;
    }
    Line(marked, depth, fmt::format("{}{}{}", head, object ? "{" : "[", note));
    size_t index = 0;
    for (const Node& child : Children(node)) {
      std::string child_head;
      if (object) {
        sink::AppendJsonText(child.key(), child_head);
        child_head += ": ";
      }
      const std::string step = object ? EscapePointer(child.key()) : std::to_string(index);
      Add(child, pointer + "/" + step, child_head, depth + 1, child.next() == node.end());
      ++index;
    }
    Line(false, depth, fmt::format("{}{}", object ? "}" : "]", comma));
  }

  static std::string Value(const Node& node) {
    if (node.kind == NodeKind::kNull) return "null";
    const std::string_view text = node.text();
    const std::string_view shown = text.substr(0, kMaxValue);
    std::string out;
    if (node.kind == NodeKind::kText) {
      sink::AppendJsonText(shown, out);
    } else {
      out = Printable(shown);
    }
    if (shown.size() < text.size()) {
      out += fmt::format("\u2026 ({} bytes)", Grouped(text.size()));
    }
    return out;
  }

  void Line(bool marked, int depth, const std::string& text) {
    lines_.push_back({marked, std::string(static_cast<size_t>(depth) * 2, ' ') + text});
  }

  const Record& record_;
  const std::vector<std::string>& pointers_;
  const sink::Terminal& terminal_;
  std::vector<ShownLine> lines_;
};

/// The delimiter of a header line: the one of those we read that parts it into most cells.
char Delimiter(std::string_view line) {
  char best = ',';
  for (const char delimiter : {';', '\t', '|'}) {
    if (std::count(line.begin(), line.end(), delimiter) >
        std::count(line.begin(), line.end(), best)) {
      best = delimiter;
    }
  }
  return best;
}

/// A row under its header line, as cite.cc keeps it; false when the text is something else.
bool ReadCsv(std::string_view text, source::CsvHeader& header, std::string_view& row) {
  const size_t end = text.find('\n');
  if (!text.starts_with('"') || end == std::string_view::npos) return false;
  header.delimiter = Delimiter(text.substr(0, end));
  Arena arena;
  std::vector<std::string_view> cells;
  source::SplitCsvRow(text.substr(0, end), header.delimiter, arena, cells);
  header.columns.assign(cells.begin(), cells.end());
  row = text.substr(end + 1);
  while (!row.empty() && (row.back() == '\n' || row.back() == '\r')) row.remove_suffix(1);
  return header.columns.size() > 1;
}

}  // namespace

std::string ShowRecord(std::string_view record, const std::vector<std::string>& pointers,
                       const sink::Terminal& terminal, size_t max_lines) {
  source::JsonReader reader;
  if (reader.ParseUnpadded(record) && reader.record().root().is_container()) {
    const Record parsed = reader.record();
    View view(parsed, pointers, terminal);
    view.Add(parsed.root(), "", "", 0, true);
    return view.Take(max_lines);
  }
  source::CsvHeader header;
  std::string_view row;
  if (ReadCsv(record, header, row)) {
    source::CsvReader csv;
    reader.Forget();
    const Record parsed = csv.Read(row, header, &reader);
    View view(parsed, pointers, terminal);
    view.Row(parsed.root());
    return view.Take(max_lines);
  }
  std::string out;
  for (const std::string_view line : Split(record, "\r\n")) out += "   " + Printable(line) + "\n";
  return out;
}

}  // namespace tokentrail::cli
