#include "cli/rules_case_json.h"

#include <algorithm>

#include "base/text.h"
#include "source/json.h"

namespace tokentrail::cli {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

size_t SkipSpace(std::string_view text, size_t at) {
  while (at < text.size() && IsSpace(text[at])) ++at;
  return at;
}

/// Past the string that begins at `at`.
size_t SkipString(std::string_view text, size_t at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at + 1;
    }
  }
  return text.size();
}

/// Past the value that begins at `at`; npos when its brackets are not closed.
size_t SkipValue(std::string_view text, size_t at) {
  size_t depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = SkipString(text, at);
      if (depth == 0) return at;
      continue;
    }
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') {
      if (depth == 0) return at;
      if (--depth == 0) return at + 1;
    }
    if (depth == 0 && (c == ',' || IsSpace(c))) return at;
    ++at;
  }
  return depth == 0 ? at : std::string_view::npos;
}

/// Counts lines as places are asked for in ascending order.
class LineCounter {
 public:
  LineCounter(std::string_view text, uint32_t first) : text_(text), line_(first) {}

  uint32_t At(size_t at) {
    for (; at_ < at; ++at_) {
      if (text_[at_] != '\n') continue;
      ++line_;
      start_ = at_ + 1;
    }
    return line_;
  }
  /// In bytes, from 1, of the place that was asked for last.
  uint32_t column() const { return static_cast<uint32_t>(at_ - start_ + 1); }

 private:
  std::string_view text_;
  uint32_t line_;
  size_t at_ = 0;
  size_t start_ = 0;  ///< of the line
};

/// Walks a parsed tree and its text side by side: one has the values, the other the places.
class Builder {
 public:
  explicit Builder(const JsonPart& part) : text_(part.text), lines_(part.text, part.line) {}

  Yaml Case(const Node& root) {
    at_ = SkipSpace(text_, 0);
    return Build(root, {}, 0);
  }

 private:
  /// How deep below the case a value stands, and under which of the case's keys.
  struct Where {
    int depth = 0;
    std::string_view key = {};
  };

  static bool StaysJson(const Where& where, size_t index, NodeKind kind) {
    if (where.key == "match" || where.key == "no_match") return where.depth == 2;
    if (where.key == "events") return where.depth == 3 && index == 1;
    return where.key == "rule" && where.depth == 1 && kind == NodeKind::kObject;
  }

  /// `at_` is where the value begins, and afterwards where it ends.
  Yaml Build(const Node& node, const Where& where, size_t index) {
    Yaml out;
    out.line = lines_.At(at_);
    out.column = lines_.column();
    if (StaysJson(where, index, node.kind)) {
      const size_t begin = at_;
      at_ = std::min(SkipValue(text_, at_), text_.size());
      out.type = Yaml::Type::kScalar;
      out.quoted = true;
      out.text = text_.substr(begin, at_ - begin);
    } else if (node.kind == NodeKind::kObject) {
      out.type = Yaml::Type::kMap;
      ++at_;
      for (const Node& child : Children(node)) {
        Yaml key;
        key.type = Yaml::Type::kScalar;
        key.quoted = true;
        key.text = child.key();
        at_ = std::min(SkipSpace(text_, at_), text_.size());
        key.line = lines_.At(at_);
        key.column = lines_.column();
        at_ = SkipSpace(text_, SkipString(text_, at_));
        at_ = SkipSpace(text_, std::min(at_ + 1, text_.size()));  // the colon
        const Where inner{where.depth + 1, where.depth == 0 ? child.key() : where.key};
        Yaml value = Build(child, inner, 0);
        out.map.emplace_back(std::move(key), std::move(value));
        SkipComma();
      }
      Close();
    } else if (node.kind == NodeKind::kArray) {
      out.type = Yaml::Type::kList;
      ++at_;
      size_t number = 0;
      for (const Node& child : Children(node)) {
        at_ = SkipSpace(text_, at_);
        out.list.push_back(Build(child, {where.depth + 1, where.key}, number++));
        SkipComma();
      }
      Close();
    } else {
      const size_t begin = at_;
      at_ = std::min(SkipValue(text_, at_), text_.size());
      if (node.kind == NodeKind::kNull) return out;
      out.type = Yaml::Type::kScalar;
      // What the reader keeps as text because it is too long a number is still written without
      // quotes.
      out.quoted = begin < text_.size() && text_[begin] == '"';
      out.text = node.text();
    }
    return out;
  }

  /// Past the bracket that ends a container.
  void Close() { at_ = std::min(SkipSpace(text_, at_) + 1, text_.size()); }

  void SkipComma() {
    at_ = SkipSpace(text_, at_);
    if (at_ < text_.size() && text_[at_] == ',') ++at_;
  }

  std::string_view text_;
  LineCounter lines_;
  size_t at_ = 0;
};

}  // namespace

std::vector<JsonPart> SplitJson(std::string_view text) {
  std::vector<JsonPart> out;
  LineCounter lines(text, 1);
  size_t at = SkipSpace(text, 0);
  const bool array = at < text.size() && text[at] == '[';
  if (array) ++at;
  for (;;) {
    at = SkipSpace(text, at);
    while (at < text.size() && text[at] == ',') at = SkipSpace(text, at + 1);
    if (at >= text.size()) break;
    if (array && text[at] == ']') {
      at = SkipSpace(text, at + 1);
      if (at < text.size()) out.push_back({text.substr(at), lines.At(at)});
      break;
    }
    size_t end = SkipValue(text, at);
    const size_t line_end = std::min(text.find('\n', at), text.size());
    // Left open: with one value a line the next line begins a new one, else all is lost.
    if (end == text.npos) end = array ? text.size() : line_end;
    if (end == at) end = line_end;
    out.push_back({text.substr(at, end - at), lines.At(at)});
    at = end;
  }
  return out;
}

bool ReadJsonCase(const JsonPart& part, Yaml& out, std::string& problem) {
  thread_local source::JsonReader reader;
  if (!reader.ParseUnpadded(part.text)) {
    problem = reader.reason() == "source.too_deep" ? "JSON nested too deep"
                                                   : "no JSON: " + std::string(reader.detail());
    return false;
  }
  out = Builder(part).Case(reader.record().root());
  return true;
}

}  // namespace tokentrail::cli
