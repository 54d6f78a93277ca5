#include "sigma/rule_file.h"

#include <algorithm>

#include "base/text.h"

namespace tokentrail::sigma {
namespace {

bool IsBoundary(std::string_view line) {
  return line.starts_with("---") && (line.size() == 3 || line[3] == ' ' || line[3] == '\t');
}

/// True when nothing but comments and directives stands in `line`.
bool IsEmpty(std::string_view line) {
  line = Trim(line);
  return line.empty() || line.front() == '#' || line.front() == '%' || line == "---" ||
         line == "...";
}

}  // namespace

std::string_view WithoutMark(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  return text;
}

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> out;
  out.reserve(static_cast<size_t>(std::count(text.begin(), text.end(), '\n')) + 1);
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    out.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::vector<RuleDocument> Documents(std::string_view text,
                                    const std::vector<std::string_view>& lines) {
  std::vector<RuleDocument> out;
  size_t first = 0;
  bool empty = true;
  for (size_t i = 0; i <= lines.size(); ++i) {
    if (i == lines.size() || IsBoundary(lines[i])) {
      if (!empty) {
        const char* const begin = lines[first].data();
        const char* const end = i == lines.size() ? text.data() + text.size() : lines[i].data();
        out.push_back({static_cast<uint32_t>(first), {begin, static_cast<size_t>(end - begin)}});
      }
      first = i;
      empty = true;
    }
    if (i < lines.size() && !IsEmpty(lines[i])) empty = false;
  }
  return out;
}

void Shift(Yaml& node, uint32_t lines) {
  if (lines == 0) return;
  node.line += lines;
  for (Yaml& item : node.list) Shift(item, lines);
  for (auto& [key, value] : node.map) {
    Shift(key, lines);
    Shift(value, lines);
  }
}

}  // namespace tokentrail::sigma
