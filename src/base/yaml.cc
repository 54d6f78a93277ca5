#include "base/yaml.h"

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <exception>
#include <map>
#include <sstream>

namespace tokentrail {
namespace {

constexpr size_t kMaxNodes = 100'000;
constexpr int kMaxDepth = 64;
constexpr char kTooDeep[] = "nested deeper than 64 levels";
constexpr size_t kMaxBytes = 16u << 20;

/// What is wrong with a text; thrown and caught in this file, as the library's own faults are.
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
    const size_t end = std::min(start + static_cast<size_t>(column), text_.size());
    // Places mostly come in order, so a long line is gone through once, not for each of its values.
    if (line != line_ || end < at_) {
      line_ = line;
      at_ = start;
      characters_ = 0;
    }
    for (; at_ < end; ++at_) {
      if ((static_cast<unsigned char>(text_[at_]) & 0xc0) != 0x80) ++characters_;
    }
    return 1 + characters_;
  }

 private:
  std::string_view text_;
  std::vector<size_t> starts_;
  // Where Column was last, and how many characters of the line stand before it.
  mutable int line_ = -1;
  mutable size_t at_ = 0;
  mutable uint32_t characters_ = 0;
};

/// Builds our tree from the library's events. Aliases are copied, so a small file can stand for a
/// huge tree; every copy counts.
class Builder final : public YAML::EventHandler {
 public:
  Builder(const Lines& lines, std::vector<Yaml>& documents)
      : lines_(lines), documents_(documents) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    // On a stray `,` or `]` the library gives empty documents for ever.
    if (started_ && mark.pos <= last_start_) Fail(mark, "text that belongs to nothing");
    started_ = true;
    last_start_ = mark.pos;
    anchors_.clear();
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Add(New(mark, Yaml::Type::kNull), anchor);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Yaml node = New(mark, Yaml::Type::kScalar);
    // "!" is the library's mark for what was written in quotes or as a block.
    node.quoted = tag == "!" || tag == "tag:yaml.org,2002:str";
    if (!node.quoted && IsNullWord(value)) {
      node.type = Yaml::Type::kNull;
    } else {
      node.text = value;
    }
    Add(std::move(node), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto it = anchors_.find(anchor);
    if (it == anchors_.end()) Fail(mark, "an alias inside of what it stands for");
    const auto& [node, size, depth] = it->second;
    nodes_ += size;
    if (nodes_ > kMaxNodes) Fail(mark, kTooMany);
    if (static_cast<int>(open_.size()) + depth > kMaxDepth) Fail(mark, kTooDeep);
    Add(node, 0);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(New(mark, Yaml::Type::kList), anchor);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(New(mark, Yaml::Type::kMap), anchor);
  }
  void OnMapEnd() override {
    RefuseRepeatedKeys(open_.back().node);
    Close();
  }

 private:
  static constexpr char kTooMany[] = "more than 100,000 values, aliases counted";

  /// A list or map that is being read.
  struct Level {
    Yaml node;
    YAML::anchor_t anchor = 0;
    size_t nodes_before = 0;
    int depth = 0;  ///< levels below it
    bool has_key = false;
    Yaml key;
  };
  struct Anchored {
    Yaml node;
    size_t size = 0;
    int depth = 0;
  };

  static bool IsNullWord(std::string_view text) {
    return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
  }

  [[noreturn]] void Fail(const YAML::Mark& mark, std::string message) const {
    throw Fault{std::move(message), static_cast<uint32_t>(mark.line + 1),
                lines_.Column(mark.line, mark.column)};
  }

  Yaml New(const YAML::Mark& mark, Yaml::Type type) {
    if (++nodes_ > kMaxNodes) Fail(mark, kTooMany);
    Yaml node;
    node.type = type;
    node.line = static_cast<uint32_t>(mark.line + 1);
    node.column = lines_.Column(mark.line, mark.column);
    return node;
  }

  void Open(Yaml node, YAML::anchor_t anchor) {
    if (static_cast<int>(open_.size()) >= kMaxDepth) throw Fault{kTooDeep, node.line, node.column};
    Level& level = open_.emplace_back();
    level.node = std::move(node);
    level.anchor = anchor;
    level.nodes_before = nodes_;
  }

  void Close() {
    Level level = std::move(open_.back());
    open_.pop_back();
    if (!open_.empty()) open_.back().depth = std::max(open_.back().depth, level.depth + 1);
    if (level.anchor != 0) {
      const size_t size = nodes_ - level.nodes_before + 1;
      nodes_ += size;  // the copy kept for aliases
      anchors_[level.anchor] = {level.node, size, level.depth + 1};
    }
    Add(std::move(level.node), 0);
  }

  /// Puts a finished value where it belongs.
  void Add(Yaml node, YAML::anchor_t anchor) {
    if (anchor != 0) anchors_[anchor] = {node, 1, 0};
    if (open_.empty()) {
      documents_.push_back(std::move(node));
      return;
    }
    Level& parent = open_.back();
    if (parent.node.is_list()) {
      parent.node.list.push_back(std::move(node));
    } else if (parent.has_key) {
      parent.node.map.emplace_back(std::move(parent.key), std::move(node));
      parent.has_key = false;
    } else {
      if (node.is_list() || node.is_map()) {
        throw Fault{"a key must be a plain text", node.line, node.column};
      }
      parent.key = std::move(node);
      parent.has_key = true;
    }
  }

  static void RefuseRepeatedKeys(const Yaml& map) {
    // Sorted, so that a map of many keys does not cost their square.
    std::vector<const Yaml*> keys;
    keys.reserve(map.map.size());
    for (const auto& item : map.map) keys.push_back(&item.first);
    std::stable_sort(keys.begin(), keys.end(),
                     [](const Yaml* a, const Yaml* b) { return a->text < b->text; });
    for (size_t i = 1; i < keys.size(); ++i) {
      if (keys[i]->text != keys[i - 1]->text) continue;
      throw Fault{"the key '" + keys[i]->text + "' stands here twice", keys[i]->line,
                  keys[i]->column};
    }
  }

  const Lines& lines_;
  std::vector<Yaml>& documents_;
  std::vector<Level> open_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  size_t nodes_ = 0;
  bool started_ = false;
  int last_start_ = 0;
};

/// Where the first byte stands that is no part of UTF-8; npos when there is none. The library would
/// put another character in its place, and the text would no longer be what was written.
/// Source: RFC 3629, section 4.
size_t FindNoUtf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const auto byte = [&](size_t k) {
      return i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0u;
    };
    const auto in = [&](size_t k, unsigned first, unsigned last) {
      return byte(k) >= first && byte(k) <= last;
    };
    const unsigned lead = byte(0);
    size_t size = 0;
    if (lead < 0x80) {
      size = 1;
    } else if (in(0, 0xc2, 0xdf)) {
      size = in(1, 0x80, 0xbf) ? 2 : 0;
    } else if (in(0, 0xe0, 0xef)) {
      const unsigned least = lead == 0xe0 ? 0xa0 : 0x80;
      const unsigned most = lead == 0xed ? 0x9f : 0xbf;
      size = in(1, least, most) && in(2, 0x80, 0xbf) ? 3 : 0;
    } else if (in(0, 0xf0, 0xf4)) {
      const unsigned least = lead == 0xf0 ? 0x90 : 0x80;
      const unsigned most = lead == 0xf4 ? 0x8f : 0xbf;
      size = in(1, least, most) && in(2, 0x80, 0xbf) && in(3, 0x80, 0xbf) ? 4 : 0;
    }
    if (size == 0) return i;
    i += size;
  }
  return text.npos;
}

}  // namespace

Yaml::Yaml() = default;
Yaml::Yaml(const Yaml& other) = default;
Yaml::Yaml(Yaml&& other) noexcept = default;
Yaml& Yaml::operator=(const Yaml& other) = default;
Yaml& Yaml::operator=(Yaml&& other) noexcept = default;
Yaml::~Yaml() = default;

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
  if (const size_t bad = FindNoUtf8(text); bad != text.npos) {
    const auto before = text.substr(0, bad);
    const auto line = std::count(before.begin(), before.end(), '\n');
    const size_t start = before.rfind('\n') + 1;
    return fail({"not UTF-8 text (save it as UTF-8)", static_cast<uint32_t>(line + 1),
                 lines.Column(static_cast<int>(line), static_cast<int>(bad - start))});
  }
  std::vector<Yaml> out;
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    Builder builder(lines, out);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (Fault& fault) {
    return fail(std::move(fault));
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
