#include "source/json_tape.h"

#include <simdjson.h>

#include <array>
#include <bit>
#include <charconv>
#include <cstring>

namespace tokentrail::source {
namespace {

namespace dom = simdjson::dom;

/// Writes the parser's tape down as nodes, in one pass: both are in preorder.
/// Source: simdjson, doc/tape.md. The tape starts and ends with a word 'r', the first of which
/// holds the index of the last; a word is a type in its upper 8 bits and a payload in the other 56.
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

}  // namespace

void ReadTape(const dom::parser& parser, std::string_view root_key, std::vector<Node>& nodes,
              Arena& arena) {
  TapeReader(parser.doc, nodes, arena).Read(root_key);
}

}  // namespace tokentrail::source
