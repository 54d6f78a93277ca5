// The paths of many fields, walked together: a record is gone through once, and only where a path
// leads.

#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "sigma/key_filter.h"

namespace tokentrail::sigma {

/// A path is keys joined by dots; `list[Name]` leads on to the value of the member called `Name` of
/// a list of names and values (or of an object). Keys and names are compared without regard to
/// case. A key of the record may hold dots itself, so an edge can stand for several keys of a path.
///
/// Once finished it lies in few arrays: a record visits dozens of states, and each line of memory
/// that it touches costs more than what is done there.
class PathTrie {
 public:
  struct Edge {
    uint32_t digest = 0;
    uint32_t target = 0;      ///< a state
    uint32_t components = 0;  ///< keys of the path that it stands for; 0: no edge
    uint32_t label = 0;       ///< where its label stands, as first written: mostly as logs have it
    uint32_t label_size = 0;
  };
  struct alignas(64) State {
    KeyFilter filter;     ///< of its keys
    uint32_t keys = 0;    ///< where its table of edges by key begins; open addressing
    uint32_t mask = 0;    ///< the table's size less one
    uint32_t leaves = 0;  ///< where its leaves begin
    uint32_t names = 0;   ///< where its edges by the name of a list's member begin
    uint32_t name_count = 0;
    uint16_t leaf_count = 0;
    bool keyed = false;  ///< it has edges by key
    bool ends = true;    ///< nothing leads on from here
    bool bag = false;    ///< members of this list are looked up by name

    bool named() const { return name_count != 0; }
  };
  static_assert(sizeof(State) == 64);

  PathTrie();

  /// `named_members`: brackets mean what they say above; else they are part of a key.
  void Add(std::string_view path, uint32_t leaf, bool named_members);
  void AddBag(std::string_view path);
  /// To be called once, after the last Add, and before anything below.
  void Finish();

  const State& state(uint32_t index) const { return states_[index]; }
  const Edge& edge(uint32_t index) const { return edges_[index]; }
  /// Edges are numbered below this.
  size_t edge_limit() const { return edges_.size(); }
  /// What was given to Add for the paths that end here.
  std::span<const uint32_t> leaves(const State& state) const {
    return {leaves_.data() + state.leaves, state.leaf_count};
  }

  /// The edge by a record's key; kNone when no path goes there.
  static constexpr uint32_t kNone = ~uint32_t{0};
  uint32_t FindKey(const State& state, std::string_view key) const {
    // Most keys lead nowhere.
    const uint32_t digest = KeyDigest(key);
    const uint32_t spread = SpreadDigest(digest);
    if (!state.filter.MayHold(spread)) return kNone;
    for (uint32_t at = spread >> 12;; ++at) {
      const uint32_t index = state.keys + (at & state.mask);
      const Edge& edge = edges_[index];
      if (edge.components == 0) return kNone;
      if (edge.digest == digest && EqualsIgnoreCase(Label(edge), key)) return index;
    }
  }
  uint32_t FindName(const State& state, std::string_view name) const;

 private:
  uint32_t Reach(std::string_view path, bool named_members);
  void Link(uint32_t from, std::string_view label, uint32_t target, uint32_t components, bool name);
  std::string_view Label(const Edge& edge) const {
    return {labels_.data() + edge.label, edge.label_size};
  }
  Edge MakeEdge(std::string_view label, uint32_t target, uint32_t components);

  std::vector<State> states_;
  std::vector<Edge> edges_;
  std::vector<uint32_t> leaves_;
  std::string labels_;

  /// A state while paths are added.
  struct DraftEdge {
    std::string label;
    uint32_t target = 0;
    uint32_t components = 0;
  };
  struct DraftState {
    std::vector<uint32_t> leaves;
    std::vector<DraftEdge> keys;
    std::vector<DraftEdge> names;
    bool bag = false;
  };
  std::vector<DraftState> drafts_;
  std::map<std::string, uint32_t, std::less<>> by_prefix_;
};

}  // namespace tokentrail::sigma
