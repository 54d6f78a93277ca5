#include "source/json_nodes.h"

#include <simdjson.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

namespace tokentrail::source {
namespace {

namespace dom = simdjson::dom;

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// Calls the parser's unescape, whichever way this version of the library declares it.
template <typename Implementation>
uint8_t* Unescape(const Implementation& parser, const uint8_t* from, uint8_t* to) {
  if constexpr (requires { parser.parse_string(from, to, false); }) {
    return parser.parse_string(from, to, false);
  } else {
    return parser.parse_string(from, to);
  }
}

class NodeReader {
 public:
  NodeReader(const dom::parser& parser, std::string_view text, std::string& strings, Arena& arena)
      : parser_(parser),
        text_(text.data()),
        size_(text.size()),
        at_(parser.implementation->structural_indexes.get()),
        end_(at_ + parser.implementation->n_structural_indexes),
        strings_(strings),
        arena_(arena) {
    FindBackslash(0);
    if (backslash_ < size_ && strings.size() < size_ + simdjson::SIMDJSON_PADDING) {
      strings.resize(size_ * 2 + simdjson::SIMDJSON_PADDING);
    }
  }

  /// `nodes` has room for as many as there are places.
  bool Read(std::string_view root_key, Node* const nodes) {
    Node* node = nodes;
    std::string_view key = root_key;
    size_t depth = 0;
    if (at_ == end_ || (Here() != '{' && Here() != '[')) return false;
    for (;;) {
      // A value.
      Node& value = *node++;
      value.key_data = key.data();
      value.key_size = static_cast<uint32_t>(key.size());
      value.size = 1;
      value.nested = 0;
      key = {};
      const char first = Here();
      if (first == '"') {
        std::string_view string;
        if (!String(string)) return false;
        SetText(value, NodeKind::kText, string);
      } else if (first == '{' || first == '[') {
        value.kind = first == '{' ? NodeKind::kObject : NodeKind::kArray;
        value.text_data = nullptr;
        value.text_size = 0;
        if (!Next()) return false;
        // Brackets differ from their partners by 2.
        if (Here() != first + 2) {
          if (depth == open_.size()) return false;
          open_[depth++] = &value;
          if (first == '{' && !Key(key)) return false;
          continue;
        }
      } else if (!Scalar(first, value)) {
        return false;
      }
      // What follows it.
      for (;;) {
        if (depth == 0) return at_ + 1 == end_;
        Node& container = *open_[depth - 1];
        const bool object = container.kind == NodeKind::kObject;
        if (!Next()) return false;
        if (Here() == ',') {
          if (!Next() || (object && !Key(key))) return false;
          break;
        }
        if (Here() != (object ? '}' : ']')) return false;
        container.size = static_cast<uint32_t>(node - &container);
        --depth;
      }
    }
  }

 private:
  char Here() const { return text_[*at_]; }
  bool Next() { return ++at_ != end_; }

  static void SetText(Node& node, NodeKind kind, std::string_view text) {
    node.kind = kind;
    node.text_data = text.data();
    node.text_size = static_cast<uint32_t>(text.size());
  }

  void FindBackslash(size_t from) {
    const void* const found = std::memchr(text_ + from, '\\', size_ - from);
    backslash_ =
        found == nullptr ? size_ : static_cast<size_t>(static_cast<const char*>(found) - text_);
  }

  /// A key, its colon, and on to the value.
  bool Key(std::string_view& out) {
    return Here() == '"' && String(out) && Next() && Here() == ':' && Next();
  }

  /// The string that begins here. It ends before the next place, which only space may keep apart.
  bool String(std::string_view& out) {
    if (at_ + 1 == end_) return false;
    const size_t begin = *at_ + size_t{1};
    size_t close = at_[1] - size_t{1};
    while (IsSpace(text_[close])) --close;
    if (close < begin || text_[close] != '"') return false;
    if (backslash_ >= close) {
      out = {text_ + begin, close - begin};
      return true;
    }
    char* const to = strings_.data() + used_;
    const uint8_t* const end =
        Unescape(*parser_.implementation, reinterpret_cast<const uint8_t*>(text_ + begin),
                 reinterpret_cast<uint8_t*>(to));
    if (end == nullptr) return false;
    out = {to, static_cast<size_t>(reinterpret_cast<const char*>(end) - to)};
    used_ += out.size();
    FindBackslash(close);
    return true;
  }

  bool Scalar(char first, Node& out) {
    if (at_ + 1 == end_) return false;
    const size_t begin = *at_;
    size_t end = at_[1];
    while (IsSpace(text_[end - 1])) --end;
    const std::string_view word(text_ + begin, end - begin);
    if (first == 't' || first == 'f') {
      SetText(out, NodeKind::kBool, word);
      return word == "true" || word == "false";
    }
    if (first == 'n') {
      out.kind = NodeKind::kNull;
      out.text_data = nullptr;
      out.text_size = 0;
      return word == "null";
    }
    return Number(word, out);
  }

  /// Source: RFC 8259, section 6.
  bool Number(std::string_view word, Node& out) {
    constexpr size_t kSafeDigits = 18;
    const char* at = word.data();
    const char* const end = at + word.size();
    const auto digits = [&] {
      const char* const from = at;
      while (at != end && IsDigit(*at)) ++at;
      return static_cast<size_t>(at - from);
    };
    if (*at == '-') ++at;
    const bool zero = at != end && *at == '0';
    const size_t whole = digits();
    if (whole == 0 || whole > kSafeDigits || (zero && whole > 1)) return false;
    if (at == end) {
      SetText(out, NodeKind::kNumber, zero ? std::string_view("0") : word);
      return true;
    }
    if (*at == '.') {
      ++at;
      if (digits() == 0) return false;
    }
    if (at != end && (*at == 'e' || *at == 'E')) {
      ++at;
      if (at != end && (*at == '+' || *at == '-')) ++at;
      if (digits() == 0) return false;
    }
    double number = 0;
    if (at != end || std::from_chars(word.data(), end, number).ec != std::errc()) return false;
    if (!std::isfinite(number)) return false;
    constexpr size_t kLongest = 32;
    char* const text = arena_.Allocate(kLongest);
    const auto result = std::to_chars(text, text + kLongest, number);
    SetText(out, NodeKind::kNumber, {text, static_cast<size_t>(result.ptr - text)});
    return true;
  }

  const dom::parser& parser_;
  const char* text_;
  size_t size_;
  const uint32_t* at_;   ///< the place that we are at
  const uint32_t* end_;  ///< of the places
  std::string& strings_;
  size_t used_ = 0;  ///< of strings_
  Arena& arena_;
  size_t backslash_ = 0;  ///< where the next one is
  std::array<Node*, simdjson::DEFAULT_MAX_DEPTH> open_;
};

}  // namespace

bool ReadNodes(dom::parser& parser, std::string_view text, std::string_view root_key,
               std::vector<Node>& nodes, std::string& strings, Arena& arena) {
  if (text.size() < 2) return false;
  if (parser.capacity() < text.size() || parser.implementation == nullptr) {
    constexpr size_t kLeast = 4096;
    const size_t capacity = std::max(kLeast, text.size() + text.size() / 2);
    if (parser.allocate(capacity) != simdjson::SUCCESS) return false;
  }
  const auto* const bytes = reinterpret_cast<const uint8_t*>(text.data());
  const auto error =
      parser.implementation->stage1(bytes, text.size(), simdjson::stage1_mode::regular);
  if (error != simdjson::SUCCESS) return false;
  const size_t places = parser.implementation->n_structural_indexes;
  if (nodes.size() < places) nodes.resize(places * 2);
  return NodeReader(parser, text, strings, arena).Read(root_key, nodes.data());
}

}  // namespace tokentrail::source
