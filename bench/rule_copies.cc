#include "bench/rule_copies.h"

#include <algorithm>
#include <cctype>

#include "base/yaml.h"

namespace tokentrail::bench {
namespace {

void Escape(std::string_view text, std::string& out) {
  out.push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    if (c == '\n') {
      out += "\\n";
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

std::string Marked(const std::string& text, std::string_view mark) {
  size_t end = text.size();
  while (end > 0 && text[end - 1] == '*' && (end < 2 || text[end - 2] != '\\')) --end;
  return text.substr(0, end) + std::string(mark) + text.substr(end);
}

bool IsNull(std::string_view text) { return text.empty() || text == "null" || text == "~"; }

/// Numbers, true, false and null mean something else in quotes.
bool IsPlain(std::string_view text) {
  return IsNull(text) || std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '.' || c == '-';
         });
}

/// Whether the values under this key are no texts to mark.
bool IsOther(std::string_view key) {
  constexpr std::string_view kModifiers[] = {"|re",  "|cidr", "|exists", "|fieldref", "|lt",
                                             "|lte", "|gt",   "|gte",    "|expand"};
  return key == "condition" ||
         std::any_of(std::begin(kModifiers), std::end(kModifiers),
                     [&](std::string_view modifier) { return key.find(modifier) != key.npos; });
}

/// Writes a tree as flow YAML.
void Write(const Yaml& node, std::string_view mark, std::string& out) {
  switch (node.type) {
    case Yaml::Type::kNull:
      out += "null";
      return;
    case Yaml::Type::kScalar:
      if (!node.quoted && (mark.empty() ? IsPlain(node.text) : IsNull(node.text))) {
        out += node.text;
      } else {
        Escape(mark.empty() ? node.text : Marked(node.text, mark), out);
      }
      return;
    case Yaml::Type::kList:
      out.push_back('[');
      for (const Yaml& item : node.list) {
        Write(item, mark, out);
        out.push_back(',');
      }
      out.push_back(']');
      return;
    case Yaml::Type::kMap:
      out.push_back('{');
      for (const auto& [key, value] : node.map) {
        Escape(key.text, out);
        out.push_back(':');
        Write(value, IsOther(key.text) ? "" : mark, out);
        out.push_back(',');
      }
      out.push_back('}');
      return;
  }
}

}  // namespace

std::vector<std::string> CopyRules(std::string_view text, uint64_t count,
                                   const std::vector<std::string>& products) {
  std::vector<std::string> out;
  if (count == 0) return out;
  const auto documents = ParseYaml(text);
  if (!documents.ok()) return out;
  for (const Yaml& document : *documents) {
    const Yaml* const source = document.Find("logsource");
    if (document.Find("detection") == nullptr || source == nullptr) continue;
    if (!products.empty() &&
        std::find(products.begin(), products.end(), source->Text("product")) == products.end()) {
      continue;
    }
    for (uint64_t i = 1; i <= count; ++i) {
      const std::string mark = " copy" + std::to_string(i);
      std::string copy = "{";
      for (const auto& [key, value] : document.map) {
        if (key.text != "title" && key.text != "logsource" && key.text != "detection") continue;
        Escape(key.text, copy);
        copy.push_back(':');
        Write(value, key.text == "detection" ? std::string_view(mark) : "", copy);
        copy.push_back(',');
      }
      out.push_back(copy + "}");
    }
  }
  return out;
}

}  // namespace tokentrail::bench
