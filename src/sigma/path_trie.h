// The paths of many fields, walked together: a record is gone through once, and only where a path
// leads.

#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace tokentrail::sigma {

/// A path is keys joined by dots; `list[Name]` leads on to the value of the member called `Name` of
/// a list of names and values (or of an object). Keys and names are compared without regard to
/// case. A key of the record may hold dots itself, so an edge can stand for several keys of a path.
class PathTrie {
 public:
  struct Edge {
    std::string label;  ///< folded
    uint32_t digest = 0;
    uint32_t target = 0;      ///< a state
    uint32_t components = 1;  ///< keys of the path that it stands for
  };
  struct State {
    std::vector<uint32_t> leaves;  ///< paths that end here
    std::vector<uint32_t> keys;    ///< edges by key
    std::vector<uint32_t> names;   ///< edges by the name of a list's member
    std::vector<uint16_t> table;   ///< of `keys`, by digest; 0 is free, else position + 1
    std::array<uint64_t, 4>
        some{};        ///< the upper 8 bits of its spread digest: a bit for each of `keys`
    bool ends = true;  ///< nothing leads on from here
    bool bag = false;  ///< members of this list are looked up by name
  };

  PathTrie();

  /// `named_members`: brackets mean what they say above; else they are part of a key.
  void Add(std::string_view path, uint32_t leaf, bool named_members);
  void AddBag(std::string_view path);
  /// To be called once, after the last Add.
  void Finish();

  const State& state(uint32_t index) const { return states_[index]; }
  const Edge& edge(uint32_t index) const { return edges_[index]; }
  size_t edge_count() const { return edges_.size(); }

  /// The edge by a record's key; kNone when no path goes there.
  static constexpr uint32_t kNone = ~uint32_t{0};
  uint32_t FindKey(const State& state, std::string_view key) const {
    // Most keys lead nowhere, and are told off by their length and three letters.
    const uint32_t digest = Digest(key);
    const uint32_t spread = Spread(digest);
    if ((state.some[spread >> 30] >> (spread >> 24 & 63) & 1) == 0) return kNone;
    const size_t mask = state.table.size() - 1;
    for (size_t at = spread >> 12 & mask; state.table[at] != 0; at = (at + 1) & mask) {
      const uint32_t index = state.keys[state.table[at] - 1u];
      const Edge& edge = edges_[index];
      if (edge.digest == digest && EqualsIgnoreCase(edge.label, key)) return index;
    }
    return kNone;
  }
  uint32_t FindName(const State& state, std::string_view name) const;

 private:
  /// The length and three letters, the same for either case.
  static constexpr uint32_t Digest(std::string_view key) {
    if (key.empty()) return 0;
    const auto letter = [&](size_t i) { return static_cast<unsigned char>(key[i]) | 0x20u; };
    return static_cast<uint32_t>(key.size() & 0xff) | letter(0) << 8 |
           letter(key.size() - 1) << 16 | letter(key.size() / 2) << 24;
  }
  static constexpr uint32_t Spread(uint32_t digest) { return digest * 0x9E37'79B1u; }
  uint32_t Reach(std::string_view path, bool named_members);
  uint32_t Link(uint32_t from, std::string_view label, uint32_t target, uint32_t components,
                bool name);

  std::vector<State> states_;
  std::vector<Edge> edges_;
  std::map<std::string, uint32_t, std::less<>> by_prefix_;
};

}  // namespace tokentrail::sigma
