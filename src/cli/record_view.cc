#include "cli/record_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "sink/json_writer.h"
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

  std::string Take() { return std::move(out_); }

 private:
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
    const std::string body = std::string(static_cast<size_t>(depth) * 2, ' ') + text;
    out_ += marked ? sink::Paint(terminal_, sink::Colour::kYellow, ">> " + body) : "   " + body;
    out_.push_back('\n');
  }

  const Record& record_;
  const std::vector<std::string>& pointers_;
  const sink::Terminal& terminal_;
  std::string out_;
};

}  // namespace

std::string ShowRecord(std::string_view record, const std::vector<std::string>& pointers,
                       const sink::Terminal& terminal) {
  source::JsonReader reader;
  if (reader.ParseUnpadded(record) && reader.record().root().is_container()) {
    const Record parsed = reader.record();
    View view(parsed, pointers, terminal);
    view.Add(parsed.root(), "", "", 0, true);
    return view.Take();
  }
  std::string out;
  for (const std::string_view line : Split(record, "\r\n")) out += "   " + Printable(line) + "\n";
  return out;
}

}  // namespace tokentrail::cli
