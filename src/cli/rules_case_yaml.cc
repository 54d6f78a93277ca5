#include "cli/rules_case_yaml.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"
#include "sink/json_writer.h"

namespace tokentrail::cli {
namespace {

/// A piece of the text, by lines.
struct Piece {
  std::string_view text;
  uint32_t lines_before = 0;
};

std::string_view FirstLine(std::string_view text) {
  std::string_view line = text.substr(0, std::min(text.find('\n'), text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool IsBoundary(std::string_view line) {
  return line.starts_with("---") && (line.size() == 3 || line[3] == ' ' || line[3] == '\t');
}

/// Comments, directives, marks: nothing that a case could be in.
bool IsEmpty(std::string_view line) {
  line = Trim(line);
  return line.empty() || line.front() == '#' || line.front() == '%' || line == "---" ||
         line == "...";
}

bool IsItem(std::string_view line, size_t indent) {
  return line.size() > indent && line.find_first_not_of(' ') == indent && line[indent] == '-' &&
         (line.size() == indent + 1 || line[indent + 1] == ' ');
}

/// Cuts before each line of which `starts` is true; pieces without content are left out.
template <typename Starts>
std::vector<Piece> Cut(const Piece& whole, Starts starts) {
  std::vector<Piece> out;
  const std::string_view text = whole.text;
  size_t begin = 0;
  uint32_t line_number = whole.lines_before;
  uint32_t first = line_number;
  bool empty = true;
  for (size_t at = 0; at < text.size(); ++line_number) {
    const std::string_view line = FirstLine(text.substr(at));
    if (starts(line) && at > begin) {
      if (!empty) out.push_back({text.substr(begin, at - begin), first});
      begin = at;
      first = line_number;
      empty = true;
    }
    empty = empty && IsEmpty(line);
    const size_t end = text.find('\n', at);
    at = end == text.npos ? text.size() : end + 1;
  }
  if (!empty) out.push_back({text.substr(begin), first});
  return out;
}

void Shift(Yaml& node, uint32_t lines) {
  node.line += lines;
  for (Yaml& item : node.list) Shift(item, lines);
  for (auto& [key, value] : node.map) {
    Shift(key, lines);
    Shift(value, lines);
  }
}

/// False when `piece` can't be read; `out` then has the problem.
bool Read(const Piece& piece, std::vector<YamlPart>& out) {
  YamlError error;
  Result<std::vector<Yaml>> documents = ParseYaml(piece.text, &error);
  if (!documents.ok()) {
    YamlPart& part = out.emplace_back();
    part.problem = std::move(error.message);
    part.line = std::max<uint32_t>(error.line, 1) + piece.lines_before;
    part.column = error.column;
    return false;
  }
  for (Yaml& document : *documents) {
    Shift(document, piece.lines_before);
    out.emplace_back().tree = std::move(document);
  }
  return true;
}

/// The items of a piece that is a list in block style; none for anything else.
std::vector<Piece> Items(const Piece& piece) {
  size_t indent = std::string_view::npos;
  std::string_view rest = piece.text;
  while (!rest.empty() && indent == std::string_view::npos) {
    const std::string_view line = FirstLine(rest);
    if (!IsEmpty(line)) {
      indent = line.find_first_not_of(' ');
      if (!IsItem(line, indent)) return {};
    }
    rest.remove_prefix(std::min(rest.find('\n'), rest.size() - 1) + 1);
  }
  return Cut(piece, [&](std::string_view line) { return IsItem(line, indent); });
}

bool AllDigits(std::string_view text) { return !text.empty() && IsDigits(text); }

/// `0x1f`, `0o17`.
std::optional<std::string> WithBase(std::string_view text) {
  if (text.size() < 3 || text[0] != '0' || (text[1] != 'x' && text[1] != 'o')) return {};
  uint64_t number = 0;
  const auto read =
      std::from_chars(text.data() + 2, text.data() + text.size(), number, text[1] == 'x' ? 16 : 8);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return {};
  return std::to_string(number);
}

/// A number of the core schema as JSON writes it.
std::optional<std::string> JsonNumber(std::string_view text) {
  if (auto number = WithBase(text)) return number;
  std::string out = text.starts_with('-') ? "-" : "";
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  size_t at = std::min(text.find_first_not_of("0123456789"), text.size());
  std::string_view whole = text.substr(0, at);
  std::string_view fraction;
  if (at < text.size() && text[at] == '.') {
    const size_t begin = ++at;
    at = std::min(text.find_first_not_of("0123456789", at), text.size());
    fraction = text.substr(begin, at - begin);
  }
  if (whole.empty() && fraction.empty()) return {};
  const bool real = whole.size() < text.size();
  while (whole.size() > 1 && whole.front() == '0') whole.remove_prefix(1);
  out.append(whole.empty() ? "0" : whole);
  if (real && !fraction.empty()) out.append(".").append(fraction);
  if (at == text.size()) return real && fraction.empty() ? out + ".0" : out;
  if (text[at] != 'e' && text[at] != 'E') return {};
  std::string_view exponent = text.substr(at + 1);
  const bool signed_one = exponent.starts_with('-') || exponent.starts_with('+');
  if (!AllDigits(exponent.substr(signed_one ? 1 : 0))) return {};
  return out.append("e").append(exponent);
}

bool IsOneOf(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

/// What an unquoted scalar is in JSON when it is no text.
std::optional<std::string> JsonPlain(std::string_view text) {
  if (IsOneOf(text, {"true", "True", "TRUE"})) return "true";
  if (IsOneOf(text, {"false", "False", "FALSE"})) return "false";
  return JsonNumber(text);
}

void AddJson(const Yaml& tree, std::string& out) {
  switch (tree.type) {
    case Yaml::Type::kNull:
      out += "null";
      return;
    case Yaml::Type::kScalar:
      if (const auto plain = tree.quoted ? std::nullopt : JsonPlain(tree.text)) {
        out += *plain;
      } else {
        sink::AppendJsonText(tree.text, out);
      }
      return;
    case Yaml::Type::kList:
      out += '[';
      for (const Yaml& item : tree.list) {
        if (&item != &tree.list.front()) out += ',';
        AddJson(item, out);
      }
      out += ']';
      return;
    case Yaml::Type::kMap:
      out += '{';
      for (const auto& item : tree.map) {
        if (&item != &tree.map.front()) out += ',';
        sink::AppendJsonText(item.first.is_null() ? "null" : item.first.text, out);
        out += ':';
        AddJson(item.second, out);
      }
      out += '}';
      return;
  }
}

/// `after_key`: something stands on the line already.
void AddBlock(const Yaml& tree, size_t indent, bool after_key, std::string& out) {
  const auto start = [&](bool first) {
    if (!first || after_key) out += '\n' + std::string(indent, ' ');
  };
  if (tree.is_map() && !tree.map.empty()) {
    bool first = true;
    for (const auto& [key, value] : tree.map) {
      start(first);
      first = false;
      sink::AppendJsonText(key.text, out);
      out += ':';
      AddBlock(value, indent + 2, true, out);
    }
  } else if (tree.is_list() && !tree.list.empty()) {
    bool first = true;
    for (const Yaml& item : tree.list) {
      start(first);
      first = false;
      out += "- ";
      AddBlock(item, indent + 2, false, out);
    }
  } else {
    if (after_key) out += ' ';
    if (tree.is_map()) {
      out += "{}";
    } else if (tree.is_list()) {
      out += "[]";
    } else if (tree.is_null()) {
      out += "null";
    } else if (!tree.quoted && JsonPlain(tree.text)) {
      out += tree.text;
    } else {
      sink::AppendJsonText(tree.text, out);
    }
  }
}

}  // namespace

std::vector<YamlPart> ReadYamlParts(std::string_view text) {
  std::vector<YamlPart> out;
  for (const Piece& piece : Cut({text, 0}, IsBoundary)) {
    if (Read(piece, out)) continue;
    const std::vector<Piece> items = Items(piece);
    if (items.size() < 2) continue;
    out.pop_back();
    for (const Piece& item : items) Read(item, out);
  }
  return out;
}

std::string ToJson(const Yaml& tree) {
  std::string out;
  AddJson(tree, out);
  return out;
}

std::string ToYamlText(const Yaml& tree) {
  std::string out;
  AddBlock(tree, 0, false, out);
  return out + '\n';
}

}  // namespace tokentrail::cli
