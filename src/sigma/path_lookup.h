// Paths followed one at a time, from the root: slow, and too simple to be wrong.

#pragma once

#include <string_view>
#include <vector>

#include "model/record.h"

namespace tokentrail::sigma {

/// Nesting that is followed, arrays and JSON in texts counted.
constexpr int kMaxDepth = 32;

inline bool LooksLikeJson(std::string_view text) {
  return text.size() > 2 && (text.front() == '{' || text.front() == '[');
}

class PathLookup {
 public:
  /// How a path is followed: kEntry is kAnyCase, and brackets mean members of lists.
  enum class Follow : uint8_t { kExact, kAnyCase, kEntry };

  explicit PathLookup(const Record& record) : record_(record) {}

  /// Appends the nodes that a path leads to. Arrays on the way and JSON in texts are gone through;
  /// a key with dots in it wins over the path it looks like.
  void Collect(std::string_view path, Follow how, std::vector<const Node*>& out) const {
    At(record_.root(), path, how, 0, out);
  }
  /// Appends the values that a list of names and values has under a name.
  void CollectMembers(const Node& list, std::string_view name,
                      std::vector<const Node*>& out) const {
    Members(list, name, 0, out);
  }

 private:
  bool At(const Node& node, std::string_view path, Follow how, int depth,
          std::vector<const Node*>& out) const;
  bool Keys(const Node& object, std::string_view path, Follow how, int depth,
            std::vector<const Node*>& out) const;
  void Members(const Node& node, std::string_view name, int depth,
               std::vector<const Node*>& out) const;

  const Record& record_;
};

}  // namespace tokentrail::sigma
