#include "source/json.h"

#include <simdjson.h>

#include <array>
#include <charconv>
#include <string>
#include <vector>

#include "base/arena.h"

namespace tokentrail::source {
namespace {

namespace dom = simdjson::dom;

constexpr uint8_t kNotJson = 255;

/// Nodes of one parsed text, and the parser that owns their strings.
struct Tree {
  dom::parser parser;
  std::vector<Node> nodes;
  std::string copy;  ///< the text, repaired, when it needed that
};

class Builder {
 public:
  Builder(std::vector<Node>& nodes, Arena& arena) : nodes_(nodes), arena_(arena) {}

  void Add(std::string_view key, dom::element element) {
    const size_t index = nodes_.size();
    Node& node = nodes_.emplace_back();
    node.key_data = key.data();
    node.key_size = static_cast<uint32_t>(key.size());
    switch (element.type()) {
      case dom::element_type::OBJECT:
        node.kind = NodeKind::kObject;
        for (const dom::key_value_pair pair : dom::object(element)) Add(pair.key, pair.value);
        break;
      case dom::element_type::ARRAY:
        node.kind = NodeKind::kArray;
        for (const dom::element child : dom::array(element)) Add({}, child);
        break;
      case dom::element_type::STRING:
        SetText(node, NodeKind::kText, std::string_view(element));
        break;
      case dom::element_type::INT64:
        SetNumber(node, int64_t(element));
        break;
      case dom::element_type::UINT64:
        SetNumber(node, uint64_t(element));
        break;
      case dom::element_type::DOUBLE:
        SetNumber(node, double(element));
        break;
      case dom::element_type::BOOL:
        SetText(node, NodeKind::kBool, bool(element) ? "true" : "false");
        break;
      case dom::element_type::NULL_VALUE:
        break;
    }
    nodes_[index].size = static_cast<uint32_t>(nodes_.size() - index);
  }

 private:
  static void SetText(Node& node, NodeKind kind, std::string_view text) {
    node.kind = kind;
    node.text_data = text.data();
    node.text_size = static_cast<uint32_t>(text.size());
  }

  template <typename Number>
  void SetNumber(Node& node, Number number) {
    constexpr size_t kLongest = 32;
    char* const begin = arena_.Allocate(kLongest);
    const auto result = std::to_chars(begin, begin + kLongest, number);
    SetText(node, NodeKind::kNumber, {begin, static_cast<size_t>(result.ptr - begin)});
  }

  std::vector<Node>& nodes_;
  Arena& arena_;
};

/// Length of the valid UTF-8 sequence at the start of `text`; 0 when there is none.
/// Source: RFC 3629, section 4.
size_t SequenceLength(std::string_view text) {
  const auto byte = [&](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto tail = [&](size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return tail(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if (first == 0xE0 && byte(1) < 0xA0) return 0;
    if (first == 0xED && byte(1) > 0x9F) return 0;
    return tail(1) && tail(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    if (first == 0xF0 && byte(1) < 0x90) return 0;
    if (first == 0xF4 && byte(1) > 0x8F) return 0;
    return tail(1) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

/// Invalid UTF-8 becomes U+FFFD; raw control characters inside strings become a space.
std::string RepairText(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 16);
  bool in_string = false;
  for (size_t i = 0; i < text.size();) {
    const size_t length = SequenceLength(text.substr(i));
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      ++i;
      continue;
    }
    const char c = text[i];
    if (in_string && c == '\\' && i + 1 < text.size()) {
      out += c;
      ++i;
      if (SequenceLength(text.substr(i)) == 1) out += text[i++];
      continue;
    }
    if (c == '"') in_string = !in_string;
    if (in_string && static_cast<unsigned char>(c) < 0x20) {
      out += ' ';
    } else {
      out.append(text.substr(i, length));
    }
    i += length;
  }
  return out;
}

/// Puts quotes around numbers that 64 bits or a double may not hold, so that they stay text.
std::string QuoteBigNumbers(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 16);
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      out += c;
      if (c == '\\' && i + 1 < text.size()) out += text[++i];
      if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') {
      in_string = true;
      out += c;
      continue;
    }
    if (c != '-' && (c < '0' || c > '9')) {
      out += c;
      continue;
    }
    const size_t end = std::min(text.find_first_not_of("+-.0123456789eE", i), text.size());
    const std::string_view number = text.substr(i, end - i);
    const bool risky = number.size() > 17 || number.find_first_of("eE") != std::string_view::npos;
    if (risky) out += '"';
    out.append(number);
    if (risky) out += '"';
    i = end - 1;
  }
  return out;
}

/// Parses, and again after repairs when the text needs them; `repaired` then says which. `padded`:
/// kPadding bytes after the text may be read.
simdjson::error_code ParseRepaired(Tree& tree, std::string_view text, bool padded,
                                   dom::element& element, std::string_view& repaired) {
  auto error = tree.parser.parse(text.data(), text.size(), !padded).get(element);
  std::string_view repair;
  for (int attempt = 0; error != simdjson::SUCCESS && attempt < 2; ++attempt) {
    std::string better;
    if (error == simdjson::UTF8_ERROR || error == simdjson::UNESCAPED_CHARS) {
      better = RepairText(text);
      repair = "source.repaired_text";
    } else if (error == simdjson::NUMBER_ERROR) {
      better = QuoteBigNumbers(text);
      repair = "source.big_number";
    } else {
      break;
    }
    tree.copy = std::move(better);
    tree.copy.reserve(tree.copy.size() + JsonReader::kPadding);
    text = tree.copy;
    error = tree.parser.parse(text.data(), text.size(), false).get(element);
  }
  if (error == simdjson::SUCCESS && !repair.empty()) repaired = repair;
  return error;
}

}  // namespace

struct JsonReader::Impl {
  Tree main;
  std::vector<std::unique_ptr<Tree>> nested;
  size_t nested_used = 0;
  Arena arena;
};

JsonReader::JsonReader() : impl_(std::make_unique<Impl>()) {}
JsonReader::~JsonReader() = default;

bool JsonReader::Parse(std::string_view text) {
  Forget();
  root_ = nullptr;
  reason_ = {};
  detail_ = {};

  dom::element element;
  const auto error = ParseRepaired(impl_->main, text, true, element, repaired_);
  if (error != simdjson::SUCCESS) {
    reason_ = error == simdjson::DEPTH_ERROR ? "source.too_deep" : "source.bad_json";
    detail_ = simdjson::error_message(error);
    return false;
  }
  impl_->main.nodes.clear();
  Builder(impl_->main.nodes, impl_->arena).Add({}, element);
  root_ = impl_->main.nodes.data();
  return true;
}

void JsonReader::Forget() {
  impl_->arena.Reset();
  impl_->nested_used = 0;
  repaired_ = {};
}

bool JsonReader::ParseUnpadded(std::string_view text) {
  std::string padded;
  padded.reserve(text.size() + kPadding);
  padded = text;
  return Parse(std::string_view(padded));
}

const Node* JsonReader::Parse(const Node& text) {
  if (text.kind != NodeKind::kText) return nullptr;
  if (text.nested == kNotJson) return nullptr;
  if (text.nested != 0) return impl_->nested[text.nested - 1]->nodes.data();

  std::string_view inner = text.text();
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t begin = inner.find_first_not_of(kSpace);
  const size_t end = inner.find_last_not_of(kSpace);
  text.nested = kNotJson;
  if (begin == std::string_view::npos || impl_->nested_used == kMaxNested) return nullptr;
  inner = inner.substr(begin, end - begin + 1);
  const bool looks = (inner.front() == '{' && inner.back() == '}') ||
                     (inner.front() == '[' && inner.back() == ']');
  if (!looks) return nullptr;

  if (impl_->nested_used == impl_->nested.size()) {
    impl_->nested.push_back(std::make_unique<Tree>());
  }
  Tree& tree = *impl_->nested[impl_->nested_used];
  dom::element element;
  if (ParseRepaired(tree, inner, false, element, repaired_) != simdjson::SUCCESS) return nullptr;
  tree.nodes.clear();
  Builder(tree.nodes, impl_->arena).Add(text.key(), element);
  text.nested = static_cast<uint8_t>(++impl_->nested_used);
  return tree.nodes.data();
}

}  // namespace tokentrail::source
