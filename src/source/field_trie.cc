#include "source/field_trie.h"

#include <algorithm>
#include <bit>

#include "base/check.h"

namespace tokentrail::source {

void KeyTable::Add(std::string_view key, int32_t value) {
  all_.emplace_back(std::string(key), value);
  Rebuild();
}

void KeyTable::Rebuild() {
  const size_t size = std::bit_ceil(all_.size() * 2 + 2);
  slots_.assign(size, Slot{});
  mask_ = size - 1;
  keys_.clear();
  for (const auto& [key, value] : all_) {
    const uint32_t hash = KeyHash(key);
    size_t i = hash & mask_;
    while (slots_[i].value != kNone) i = (i + 1) & mask_;
    slots_[i] = {hash, value, static_cast<uint32_t>(keys_.size()),
                 static_cast<uint32_t>(key.size())};
    keys_ += key;
  }
}

FieldTrie::FieldTrie() { states_.emplace_back(); }

int32_t FieldTrie::NewState() {
  states_.emplace_back();
  return static_cast<int32_t>(states_.size() - 1);
}

void FieldTrie::Add(std::string_view path, uint16_t entry, uint8_t rank) {
  const std::string_view whole = path;
  int32_t at = 0;
  // `step` gives the state behind one step, made when new. States move when one is added, so
  // they are named by index.
  const auto keyed = [&](bool named, std::string_view key) {
    const State& state = states_[static_cast<size_t>(at)];
    int32_t next = (named ? state.named : state.keys).Find(key);
    if (next == KeyTable::kNone) {
      next = NewState();
      State& from = states_[static_cast<size_t>(at)];
      (named ? from.named : from.keys).Add(key, next);
    }
    at = next;
  };
  while (!path.empty()) {
    if (path.front() == '[') {
      const size_t close = path.find(']');
      CHECK(close != std::string_view::npos);
      const std::string_view inside = path.substr(1, close - 1);
      path.remove_prefix(close + 1);
      if (!path.empty() && path.front() == '.') path.remove_prefix(1);
      if (inside.empty()) {
        int32_t next = states_[static_cast<size_t>(at)].any;
        if (next == KeyTable::kNone) {
          next = NewState();
          states_[static_cast<size_t>(at)].any = next;
        }
        at = next;
      } else if (inside.find_first_not_of("0123456789") == std::string_view::npos) {
        const auto index = static_cast<uint32_t>(std::stoul(std::string(inside)));
        const auto& indexes = states_[static_cast<size_t>(at)].indexes;
        const auto found = std::find_if(indexes.begin(), indexes.end(),
                                        [&](const auto& pair) { return pair.first == index; });
        int32_t next = found == indexes.end() ? KeyTable::kNone : found->second;
        if (next == KeyTable::kNone) {
          next = NewState();
          states_[static_cast<size_t>(at)].indexes.emplace_back(index, next);
        }
        at = next;
      } else {
        keyed(true, inside);
      }
      continue;
    }
    const size_t end = std::min(path.find_first_of(".["), path.size());
    keyed(false, path.substr(0, end));
    path.remove_prefix(end);
    if (!path.empty() && path.front() == '.') path.remove_prefix(1);
  }
  states_[static_cast<size_t>(at)].terminals.push_back({entry, rank});

  // Exports that flatten records write the whole path as one key.
  if (whole.find('.') != std::string_view::npos && whole.find('[') == std::string_view::npos) {
    at = 0;
    keyed(false, whole);
    states_[static_cast<size_t>(at)].terminals.push_back({entry, rank});
  }
}

struct FieldTrie::Walker {
  const FieldTrie& trie;
  const Record& record;
  const Node* split;
  const Node* element;
  std::span<Found> out;

  static bool Present(const Node& node) {
    if (node.is_container()) return true;
    return node.kind != NodeKind::kNull && node.text_size != 0;
  }

  /// `in_array`: of several equal finds the first counts; elsewhere the last, as for repeated keys.
  void Visit(int32_t index, const Node& node, bool in_array) {
    const State& state = trie.states_[static_cast<size_t>(index)];
    if (!state.terminals.empty() && Present(node)) {
      for (const Terminal& terminal : state.terminals) {
        Found& found = out[terminal.entry];
        if (terminal.rank < found.rank || (terminal.rank == found.rank && !in_array)) {
          found = {&node, terminal.rank};
        }
      }
    }
    if (!state.deeper()) return;
    const Node* container = record.Open(node);
    if (container == nullptr) return;
    if (container->kind == NodeKind::kObject) {
      if (!state.keys.empty()) {
        for (const Node& child : Children(*container)) {
          const int32_t next = state.keys.Find(child.key());
          if (next != KeyTable::kNone) Visit(next, child, in_array);
        }
      }
      if (!state.named.empty()) {
        for (const Node& child : Children(*container)) {
          const int32_t next = state.named.Find(child.key());
          if (next != KeyTable::kNone) Visit(next, child, in_array);
        }
      }
      if (state.any != KeyTable::kNone) Visit(state.any, *container, in_array);
      for (const auto& [wanted, next] : state.indexes) {
        if (wanted == 0) Visit(next, *container, in_array);
      }
      return;
    }
    if (container == split) {
      if (state.any != KeyTable::kNone && element != nullptr) Visit(state.any, *element, in_array);
      return;
    }
    uint32_t position = 0;
    for (const Node& child : Children(*container)) {
      if (state.any != KeyTable::kNone) Visit(state.any, child, true);
      for (const auto& [wanted, next] : state.indexes) {
        if (wanted == position) Visit(next, child, in_array);
      }
      if (!state.named.empty()) {
        const NamedValue named = ReadNamedValue(child);
        if (!named.name.empty() && named.value != nullptr) {
          const int32_t next = state.named.Find(named.name);
          if (next != KeyTable::kNone) Visit(next, *named.value, true);
        }
      }
      ++position;
    }
  }
};

void FieldTrie::Walk(const Record& record, const Node* split, const Node* element,
                     std::span<Found> out) const {
  std::fill(out.begin(), out.end(), Found{});
  Walker{*this, record, split, element, out}.Visit(0, record.root(), false);
}

}  // namespace tokentrail::source
