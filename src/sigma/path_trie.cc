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

PathTrie::PathTrie() : drafts_(1) {}

void PathTrie::Link(uint32_t from, std::string_view label, uint32_t target, uint32_t components,
                    bool name) {
  std::vector<DraftEdge>& edges = name ? drafts_[from].names : drafts_[from].keys;
  for (const DraftEdge& edge : edges) {
    if (EqualsIgnoreCase(edge.label, label)) return;
  }
  DraftEdge edge;
  edge.label = label;
  edge.target = target;
  edge.components = components;
  edges.push_back(std::move(edge));
}

uint32_t PathTrie::Reach(std::string_view path, bool named_members) {
  const std::string folded = Lower(path);
  // What stands for the state in by_prefix_: the keys so far, list names set off by a byte that no
  // path holds.
  std::string prefix;
  const auto enter = [&] {
    const auto [it, added] = by_prefix_.try_emplace(prefix, static_cast<uint32_t>(drafts_.size()));
    if (added) drafts_.emplace_back();
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
      const std::string_view label = path.substr(starts[i].first, key_end - starts[i].first);
      Link(starts[i].second, label, state, static_cast<uint32_t>(starts.size() - i), false);
    }
    if (named) {
      const uint32_t list = state;
      prefix.append("\x1f").append(folded, bracket + 1, dot - bracket - 2);
      state = enter();
      Link(list, path.substr(bracket + 1, dot - bracket - 2), state, 1, true);
      starts.clear();
    }
    if (dot == folded.size()) return state;
    at = dot + 1;
    starts.emplace_back(at, state);
  }
}

void PathTrie::Add(std::string_view path, uint32_t leaf, bool named_members) {
  drafts_[Reach(path, named_members)].leaves.push_back(leaf);
}

void PathTrie::AddBag(std::string_view path) { drafts_[Reach(path, true)].bag = true; }

PathTrie::Edge PathTrie::MakeEdge(std::string_view label, uint32_t target, uint32_t components) {
  Edge out;
  out.digest = KeyDigest(label);
  out.target = target;
  out.components = components;
  out.label = static_cast<uint32_t>(labels_.size());
  out.label_size = static_cast<uint32_t>(label.size());
  labels_ += label;
  return out;
}

void PathTrie::Finish() {
  for (const DraftState& draft : drafts_) {
    State& state = states_.emplace_back();
    CHECK(draft.leaves.size() <= 0xffff);
    state.leaves = static_cast<uint32_t>(leaves_.size());
    state.leaf_count = static_cast<uint16_t>(draft.leaves.size());
    leaves_.insert(leaves_.end(), draft.leaves.begin(), draft.leaves.end());
    state.keyed = !draft.keys.empty();
    state.bag = draft.bag;
    state.ends = draft.keys.empty() && draft.names.empty() && !draft.bag;
    state.keys = static_cast<uint32_t>(edges_.size());
    if (state.keyed) {
      uint32_t size = 2;
      while (size < draft.keys.size() * 2) size *= 2;
      state.mask = size - 1;
      edges_.resize(edges_.size() + size);
    }
    for (const DraftEdge& edge : draft.keys) {
      const uint32_t spread = SpreadDigest(KeyDigest(edge.label));
      state.filter.Add(spread);
      uint32_t at = spread >> 12;
      while (edges_[state.keys + (at & state.mask)].components != 0) ++at;
      edges_[state.keys + (at & state.mask)] = MakeEdge(edge.label, edge.target, edge.components);
    }
    state.names = static_cast<uint32_t>(edges_.size());
    state.name_count = static_cast<uint32_t>(draft.names.size());
    for (const DraftEdge& edge : draft.names) {
      edges_.push_back(MakeEdge(edge.label, edge.target, edge.components));
    }
  }
  drafts_ = {};
  by_prefix_.clear();
}

uint32_t PathTrie::FindName(const State& state, std::string_view name) const {
  for (uint32_t i = state.names; i < state.names + state.name_count; ++i) {
    if (EqualsIgnoreCase(Label(edges_[i]), name)) return i;
  }
  return kNone;
}

}  // namespace tokentrail::sigma
