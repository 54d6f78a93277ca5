#include "source/json.h"

#include <simdjson.h>

#include <array>
#include <bit>
#include <charconv>
#include <cstring>
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

/// Writes the parser's tape down as nodes, in one pass: both are in preorder.
/// Source: simdjson, doc/tape.md. The tape starts and ends with a word 'r', the first of which holds
/// the index of the last; a word is a type in its upper 8 bits and a payload in the other 56.
class TapeReader {
 public:
  TapeReader(const dom::document& document, std::vector<Node>& nodes, Arena& arena)
      : tape_(document.tape.get()),
        strings_(reinterpret_cast<const char*>(document.string_buf.get())),
        arena_(arena),
        end_(Payload(tape_[0])) {
    // At most one node a word. What is there already is written over.
    if (nodes.size() < end_) nodes.resize(end_ * 2);
    nodes_ = nodes.data();
  }

  void Read(std::string_view root_key) {
    std::string_view key = root_key;
    bool in_object = false;  ///< of the innermost container
    bool key_next = false;
    size_t depth = 0;
    size_t count = 0;
    for (size_t i = 1; i < end_; ++i) {
      const uint64_t word = tape_[i];
      const char type = static_cast<char>(word >> 56);
      if (type == '"' && key_next) {
        key = String(word);
        key_next = false;
        continue;
      }
      if (type == '}' || type == ']') {
        Node& done = nodes_[open_[--depth]];
        done.size = static_cast<uint32_t>(nodes_ + count - &done);
        in_object = depth > 0 && nodes_[open_[depth - 1]].kind == NodeKind::kObject;
        key_next = in_object;
        continue;
      }
      Node& node = nodes_[count];
      node = Node{};
      node.key_data = key.data();
      node.key_size = static_cast<uint32_t>(key.size());
      key = {};
      switch (type) {
        case '{':
        case '[':
          node.kind = type == '{' ? NodeKind::kObject : NodeKind::kArray;
          open_[depth++] = static_cast<uint32_t>(count);
          in_object = type == '{';
          break;
        case '"':
          SetText(node, NodeKind::kText, String(word));
          break;
        case 'l':
          SetNumber(node, static_cast<int64_t>(tape_[++i]));
          break;
        case 'u':
          SetNumber(node, tape_[++i]);
          break;
        case 'd':
          SetNumber(node, std::bit_cast<double>(tape_[++i]));
          break;
        case 't':
          SetText(node, NodeKind::kBool, "true");
          break;
        case 'f':
          SetText(node, NodeKind::kBool, "false");
          break;
        default:
          break;  // null
      }
      ++count;
      key_next = in_object;
    }
  }

 private:
  static uint64_t Payload(uint64_t word) { return word & 0x00FF'FFFF'FFFF'FFFFu; }

  std::string_view String(uint64_t word) const {
    const char* const at = strings_ + Payload(word);
    uint32_t size = 0;
    std::memcpy(&size, at, sizeof size);
    return {at + sizeof size, size};
  }

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

  const uint64_t* tape_;
  const char* strings_;
  Arena& arena_;
  size_t end_;
  Node* nodes_ = nullptr;
  std::array<uint32_t, simdjson::DEFAULT_MAX_DEPTH> open_;  ///< containers; the parser's limit
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
  TapeReader(impl_->main.parser.doc, impl_->main.nodes, impl_->arena).Read({});
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
  TapeReader(tree.parser.doc, tree.nodes, impl_->arena).Read(text.key());
  text.nested = static_cast<uint8_t>(++impl_->nested_used);
  return tree.nodes.data();
}

}  // namespace tokentrail::source
