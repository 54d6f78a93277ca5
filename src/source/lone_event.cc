#include "source/lone_event.h"

#include <algorithm>
#include <functional>

namespace tokentrail::source {

size_t MostEvents(const Record& record, const Node& list, size_t count) {
  // About a second of work. A real record has some dozens of other values, and some dozens of
  // events.
  constexpr size_t kMostVisits = size_t{32} << 20;
  const size_t others = record.root().size - std::min(record.root().size, list.size) + 1;
  return std::clamp<size_t>(kMostVisits / others, 1, count);
}

Record LoneEvent::Of(const Record& record, const Node& list, const Node& element) {
  nodes_.clear();
  originals_.clear();
  const Node& root = record.root();
  const auto append = [this](const Node* begin, const Node* end) {
    for (const Node* node = begin; node != end; ++node) {
      nodes_.push_back(*node);
      originals_.push_back(node);
    }
  };
  append(&root, &list);
  const size_t at = nodes_.size();
  append(&list, &list + 1);
  append(&element, element.next());
  append(list.next(), root.next());
  Node& alone = nodes_[at];
  alone.kind = NodeKind::kArray;  // it may be a text that holds one
  alone.text_data = nullptr;
  alone.text_size = 0;
  alone.nested = 0;
  alone.size = 1 + element.size;
  nodes_[0].size = static_cast<uint32_t>(nodes_.size());
  return record.At(nodes_[0]);
}

void LoneEvent::Close() {
  for (size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].kind == NodeKind::kText) originals_[i]->nested = nodes_[i].nested;
  }
}

const Node* LoneEvent::Original(const Node* node) const {
  const Node* const begin = nodes_.data();
  const bool ours =
      node != nullptr && !std::less<>()(node, begin) && std::less<>()(node, begin + nodes_.size());
  return ours ? originals_[static_cast<size_t>(node - begin)] : node;
}

}  // namespace tokentrail::source
