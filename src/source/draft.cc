#include <algorithm>
#include <vector>

#include "base/net.h"
#include "base/text.h"
#include "source/def.h"

namespace tokentrail::source {
namespace {

/// Scalars of a list: array elements, or the parts of a text.
void Collect(const Node& node, std::string_view separators, std::vector<std::string_view>& out) {
  if (node.kind == NodeKind::kArray) {
    for (const Node& element : Children(node)) {
      if (!element.is_container()) out.push_back(Trim(element.text()));
    }
    return;
  }
  if (node.is_container()) return;
  for (const std::string_view part : Split(node.text(), separators)) out.push_back(part);
}

/// The node as one text: scalars as they are, of an array the first scalar.
std::string_view Scalar(const Node& node) {
  if (node.kind == NodeKind::kArray) {
    for (const Node& element : Children(node)) {
      if (!element.is_container()) return Trim(element.text());
    }
    return {};
  }
  return node.is_container() ? std::string_view{} : Trim(node.text());
}

}  // namespace

void Draft::Reset() {
  texts_.fill({});
  origins_.fill(nullptr);
  element = nullptr;
  time = {};
  has_time = false;
  kind = Kind::kOther;
  outcome = Outcome::kUnknown;
  stage = 0;
  key_part = {};
  left_out = {};
}

void Draft::SetFrom(Field field, const Node* node, As as) {
  if (node == nullptr) return;
  std::string_view text = Scalar(*node);
  switch (as) {
    case As::kText:
    case As::kCasedId:
      break;
    case As::kLower:
      text = Lower(text, *arena_);
      break;
    case As::kId:
      text = Lower(text, *arena_);
      if (IsZeroGuid(text)) return;
      break;
    case As::kUti:
      text = DecodeUti(text, *arena_);
      break;
    case As::kIp:
      text = CanonicalAddress(text, *arena_);
      break;
    case As::kActivity:
      text = NormaliseActivity(text, *arena_);
      break;
    case As::kScopes: {
      // Lists that people paste into a form (Google's delegation) hold line ends too.
      constexpr std::string_view kSeparators = " ,\t\r\n";
      std::vector<std::string_view> parts;
      if (node->kind == NodeKind::kArray) {
        for (const Node& element_node : Children(*node)) {
          if (!element_node.is_container()) Collect(element_node, kSeparators, parts);
        }
      } else {
        Collect(*node, kSeparators, parts);
      }
      text = JoinSet(parts, *arena_);
      break;
    }
    case As::kList: {
      if (node->kind != NodeKind::kArray) break;
      std::vector<std::string_view> parts;
      Collect(*node, " ", parts);
      size_t size = 0;
      for (const std::string_view part : parts) size += part.size() + 1;
      if (size == 0) return;
      char* const begin = arena_->Allocate(size);
      char* out = begin;
      for (const std::string_view part : parts) {
        if (part.empty()) continue;
        if (out != begin) *out++ = ' ';
        out = std::copy(part.begin(), part.end(), out);
      }
      text = {begin, static_cast<size_t>(out - begin)};
      break;
    }
    case As::kNumber:
      if (!IsDigits(text)) return;
      break;
  }
  if (!text.empty()) Set(field, text, node);
}

}  // namespace tokentrail::source
