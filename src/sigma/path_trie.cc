#include "sigma/path_trie.h"

#include "base/check.h"
#include "base/text.h"

namespace tokentrail::sigma {
namespace {

/// Where the next dot outside of brackets is.
size_t NextDot(std::string_view path, size_t from) {
  bool in_name = false;
  for (size_t i = from; i < path.size(); ++i) {
    if (path[i] == '[') in_name = true;
    if (path[i] == ']') in_name = false;
    if (path[i] == '.' && !in_name) return i;
  }
  return path.npos;
}

}  // namespace

PathTrie::PathTrie() : states_(1) {}

uint32_t PathTrie::Link(uint32_t from, std::string_view label, uint32_t target, uint32_t components,
                        bool name) {
  for (const uint32_t index : name ? states_[from].names : states_[from].keys) {
    if (edges_[index].label == label) return edges_[index].target;
  }
  Edge edge;
  edge.label = label;
  edge.digest = Digest(label);
  edge.target = target;
  edge.components = components;
  const auto index = static_cast<uint32_t>(edges_.size());
  edges_.push_back(std::move(edge));
  (name ? states_[from].names : states_[from].keys).push_back(index);
  return target;
}

uint32_t PathTrie::Reach(std::string_view path, bool named_members) {
  const std::string folded = Lower(path);
  // What stands for the state in by_prefix_: the keys so far, list names set off by a byte that no
  // path holds.
  std::string prefix;
  const auto enter = [&] {
    const auto [it, added] = by_prefix_.try_emplace(prefix, static_cast<uint32_t>(states_.size()));
    if (added) states_.emplace_back();
    return it->second;
  };
  // Starts of the keys since the last list name, and the states before them.
  std::vector<std::pair<size_t, uint32_t>> starts = {{0, 0}};
  uint32_t state = 0;
  for (size_t at = 0;;) {
    const size_t dot =
        std::min(named_members ? NextDot(folded, at) : folded.find('.', at), folded.size());
    const size_t bracket = named_members ? folded.find('[', at) : folded.npos;
    const bool named = bracket < dot && bracket > at && folded[dot - 1] == ']';
    const size_t key_end = named ? bracket : dot;
    if (at > 0) prefix.push_back('.');
    prefix.append(folded, at, key_end - at);
    state = enter();
    for (size_t i = 0; i < starts.size(); ++i) {
      const std::string_view label(folded.data() + starts[i].first, key_end - starts[i].first);
      Link(starts[i].second, label, state, static_cast<uint32_t>(starts.size() - i), false);
    }
    if (named) {
      const uint32_t list = state;
      const std::string_view name = std::string_view(folded).substr(bracket + 1, dot - bracket - 2);
      prefix.append("\x1f").append(name);
      state = enter();
      Link(list, name, state, 1, true);
      starts.clear();
    }
    if (dot == folded.size()) return state;
    at = dot + 1;
    starts.emplace_back(at, state);
  }
}

void PathTrie::Add(std::string_view path, uint32_t leaf, bool named_members) {
  states_[Reach(path, named_members)].leaves.push_back(leaf);
}

void PathTrie::AddBag(std::string_view path) { states_[Reach(path, true)].bag = true; }

void PathTrie::Finish() {
  for (State& state : states_) {
    state.ends = state.keys.empty() && state.names.empty() && !state.bag;
    if (state.keys.empty()) continue;
    CHECK(state.keys.size() < 0xffff);
    size_t size = 4;
    while (size < state.keys.size() * 2) size *= 2;
    state.table.assign(size, 0);
    for (size_t i = 0; i < state.keys.size(); ++i) {
      const Edge& edge = edges_[state.keys[i]];
      const uint32_t spread = Spread(edge.digest);
      state.some[spread >> 30] |= uint64_t{1} << (spread >> 24 & 63);
      size_t at = spread >> 12 & (size - 1);
      while (state.table[at] != 0) at = (at + 1) & (size - 1);
      state.table[at] = static_cast<uint16_t>(i + 1);
    }
  }
  by_prefix_.clear();
}

uint32_t PathTrie::FindName(const State& state, std::string_view name) const {
  for (const uint32_t index : state.names) {
    if (EqualsIgnoreCase(edges_[index].label, name)) return index;
  }
  return kNone;
}

}  // namespace tokentrail::sigma
