#include "source/json.h"

#include <simdjson.h>

#include <string>
#include <vector>

#include "base/arena.h"
#include "source/json_nodes.h"
#include "source/json_tape.h"

namespace tokentrail::source {
namespace {

namespace dom = simdjson::dom;

constexpr uint8_t kNotJson = 255;

/// Nodes of one parsed text, and the parser that owns their strings.
struct Tree {
  dom::parser parser;
  std::vector<Node> nodes;
  std::string strings;  ///< texts without their escapes
  std::string copy;     ///< the text, repaired or padded, when it needed that
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
  std::string padded;  ///< the text given to ParseUnpadded
};

JsonReader::JsonReader() : impl_(std::make_unique<Impl>()) {}
JsonReader::~JsonReader() = default;

bool JsonReader::Parse(std::string_view text) {
  Forget();
  root_ = nullptr;
  reason_ = {};
  detail_ = {};

  Tree& tree = impl_->main;
  if (ReadNodes(tree.parser, text, {}, tree.nodes, tree.strings, impl_->arena)) {
    root_ = tree.nodes.data();
    return true;
  }
  dom::element element;
  const auto error = ParseRepaired(tree, text, true, element, repaired_);
  if (error != simdjson::SUCCESS) {
    reason_ = error == simdjson::DEPTH_ERROR ? "source.too_deep" : "source.bad_json";
    detail_ = simdjson::error_message(error);
    return false;
  }
  ReadTape(tree.parser, {}, tree.nodes, impl_->arena);
  root_ = tree.nodes.data();
  return true;
}

void JsonReader::Forget() {
  impl_->arena.Reset();
  impl_->nested_used = 0;
  repaired_ = {};
}

bool JsonReader::ParseUnpadded(std::string_view text) {
  impl_->padded.reserve(text.size() + kPadding);
  impl_->padded = text;
  return Parse(std::string_view(impl_->padded));
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
  if (inner.find('\\') != inner.npos) {  // unescaping reads beyond the end
    tree.copy.reserve(inner.size() + kPadding);
    tree.copy = inner;
    inner = tree.copy;
  }
  if (!ReadNodes(tree.parser, inner, text.key(), tree.nodes, tree.strings, impl_->arena)) {
    dom::element element;
    if (ParseRepaired(tree, inner, false, element, repaired_) != simdjson::SUCCESS) return nullptr;
    ReadTape(tree.parser, text.key(), tree.nodes, impl_->arena);
  }
  text.nested = static_cast<uint8_t>(++impl_->nested_used);
  return tree.nodes.data();
}

}  // namespace tokentrail::source
