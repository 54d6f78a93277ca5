#include "base/yaml.h"

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <exception>
#include <optional>

namespace tokentrail {
namespace {

constexpr size_t kMaxNodes = 100'000;
constexpr int kMaxDepth = 64;
constexpr char kTooDeep[] = "nested deeper than 64 levels";
constexpr size_t kMaxBytes = 16u << 20;

/// What went wrong inside the walk; never leaves this file.
struct Fault {
  std::string message;
  uint32_t line = 0;
  uint32_t column = 0;
};

/// Offsets of line starts, to turn the library's byte columns into characters.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text), starts_{0} {
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') starts_.push_back(i + 1);
    }
  }

  /// Column from 1, in characters, of a place given from 0 and in bytes.
  uint32_t Column(int line, int column) const {
    if (line < 0 || column < 0 || static_cast<size_t>(line) >= starts_.size()) return 0;
    const size_t start = starts_[static_cast<size_t>(line)];
    const std::string_view before = text_.substr(start, static_cast<size_t>(column));
    return 1 + static_cast<uint32_t>(std::count_if(before.begin(), before.end(), [](char c) {
             return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
           }));
  }

 private:
  std::string_view text_;
  std::vector<size_t> starts_;
};

/// Copies the library's tree into ours, within bounds. Aliases share nodes there, so a small file
/// can stand for a huge tree; every visit counts.
class Walk {
 public:
  explicit Walk(const Lines& lines) : lines_(lines) {}

  std::optional<Fault> Copy(const YAML::Node& node, Yaml& out, int depth) {
    const YAML::Mark mark = node.Mark();
    out.line = static_cast<uint32_t>(mark.line + 1);
    out.column = lines_.Column(mark.line, mark.column);
    if (++visited_ > kMaxNodes) return At(out, "more than 100,000 values, aliases counted");
    if (depth > kMaxDepth) return At(out, kTooDeep);
    switch (node.Type()) {
      case YAML::NodeType::Undefined:
      case YAML::NodeType::Null:
        return std::nullopt;
      case YAML::NodeType::Scalar:
        out.text = node.Scalar();
        // "!" is the library's mark for what was written in quotes or as a block.
        out.quoted = node.Tag() == "!" || node.Tag() == "tag:yaml.org,2002:str";
        // YAML 1.2 core schema; the library knows `~`, `null`, `Null` and `NULL` in places only.
        if (!out.quoted && IsNullWord(out.text)) {
          out.text.clear();
          return std::nullopt;
        }
        out.type = Yaml::Type::kScalar;
        return std::nullopt;
      case YAML::NodeType::Sequence:
        out.type = Yaml::Type::kList;
        for (const auto& item : node) {
          if (auto fault = Copy(item, out.list.emplace_back(), depth + 1)) return fault;
        }
        return std::nullopt;
      case YAML::NodeType::Map:
        return CopyMap(node, out, depth);
    }
    return std::nullopt;
  }

 private:
  static bool IsNullWord(std::string_view text) {
    return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
  }

  static Fault At(const Yaml& place, std::string message) {
    return {std::move(message), place.line, place.column};
  }

  std::optional<Fault> CopyMap(const YAML::Node& node, Yaml& out, int depth) {
    out.type = Yaml::Type::kMap;
    for (const auto& item : node) {
      auto& [key, value] = out.map.emplace_back();
      if (auto fault = Copy(item.first, key, depth + 1)) return fault;
      if (auto fault = Copy(item.second, value, depth + 1)) return fault;
      if (key.is_list() || key.is_map()) return At(key, "a key must be a plain text");
    }
    // Sorted copies, so that a map of many keys does not cost their square.
    std::vector<const Yaml*> keys;
    keys.reserve(out.map.size());
    for (const auto& item : out.map) keys.push_back(&item.first);
    std::stable_sort(keys.begin(), keys.end(),
                     [](const Yaml* a, const Yaml* b) { return a->text < b->text; });
    for (size_t i = 1; i < keys.size(); ++i) {
      if (keys[i]->text != keys[i - 1]->text) continue;
      return At(*keys[i], "the key '" + keys[i]->text + "' stands here twice (first on line " +
                              std::to_string(keys[i - 1]->line) + ")");
    }
    return std::nullopt;
  }

  const Lines& lines_;
  size_t visited_ = 0;
};

}  // namespace

const Yaml* Yaml::Find(std::string_view key) const {
  for (const auto& [name, value] : map) {
    if (name.text == key) return &value;
  }
  return nullptr;
}

std::string_view Yaml::Text(std::string_view key) const {
  const Yaml* const value = Find(key);
  return value != nullptr && value->is_scalar() ? std::string_view(value->text)
                                                : std::string_view();
}

Result<std::vector<Yaml>> ParseYaml(std::string_view text, YamlError* error) {
  const auto fail = [error](Fault fault) {
    const std::string where = fault.line == 0 ? "" : "line " + std::to_string(fault.line) + ": ";
    Error out{ErrorKind::kInvalid, where + fault.message};
    if (error != nullptr) *error = {std::move(fault.message), fault.line, fault.column};
    return out;
  };
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (text.size() > kMaxBytes) return fail({"larger than 16 MiB", 0, 0});
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff") ||
      text.find('\0') != text.npos) {
    return fail({"not UTF-8 text (save it as UTF-8)", 0, 0});
  }
  const Lines lines(text);
  std::vector<Yaml> out;
  try {
    Walk walk(lines);
    for (const YAML::Node& document : YAML::LoadAll(std::string(text))) {
      if (auto fault = walk.Copy(document, out.emplace_back(), 0)) return fail(*std::move(fault));
    }
  } catch (const YAML::DeepRecursion& problem) {
    // The library stops at 500 levels, before its own stack is in danger.
    return fail({kTooDeep, static_cast<uint32_t>(problem.mark.line + 1),
                 lines.Column(problem.mark.line, problem.mark.column)});
  } catch (const YAML::Exception& problem) {
    if (problem.mark.is_null()) return fail({problem.msg, 0, 0});
    return fail({problem.msg, static_cast<uint32_t>(problem.mark.line + 1),
                 lines.Column(problem.mark.line, problem.mark.column)});
  } catch (const std::exception& problem) {
    return fail({problem.what(), 0, 0});
  }
  return out;
}

}  // namespace tokentrail
