// Reads our own reference tables, and the lookups over them.

#pragma once

#include <tsl/robin_map.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace tokentrail::inventory {

constexpr char LowerChar(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

/// Hash and equality that ignore the case of ASCII letters, without copying.
struct FoldHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const {
    // Eight bytes at a time. The bit that tells small letters from capitals is set in all of them,
    // letters or not: texts that are equal but for case stay equal, and that is all a hash owes.
    constexpr uint64_t kSmall = 0x2020202020202020u;
    uint64_t hash = 14695981039346656037u ^ text.size();
    while (!text.empty()) {
      const size_t size = std::min(text.size(), sizeof(uint64_t));
      uint64_t word = 0;
      std::memcpy(&word, text.data(), size);
      hash = (hash ^ (word | kSmall)) * 0x9E3779B97F4A7C15u;  // 2^64 divided by the golden ratio
      hash ^= hash >> 32;
      text.remove_prefix(size);
    }
    return hash;
  }
};
struct FoldEqual {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const {
    if (a.size() != b.size()) return false;
    if (a == b) return true;  // most are
    for (size_t i = 0; i < a.size(); ++i) {
      if (LowerChar(a[i]) != LowerChar(b[i])) return false;
    }
    return true;
  }
};
template <typename Value>
using FoldMap = tsl::robin_map<std::string_view, Value, FoldHash, FoldEqual>;

/// What `*` stands for: one or more characters, or any number.
enum class Star : uint8_t { kSome, kAny };
/// ASCII case ignored. Linear in practice: our patterns have one or two stars.
bool MatchesPattern(std::string_view text, std::string_view pattern,
                    Star stands_for = Star::kSome);

/// The rows of a table: comment lines (`#`) and the header row left out. Cells are views of `text`
/// or of `unescaped`, which must live as long. Aborts when the header row is not `columns` or a
/// row has another number of cells: the tables are ours.
std::vector<std::vector<std::string_view>> ReadTable(std::string_view text,
                                                     const std::vector<std::string_view>& columns,
                                                     std::deque<std::string>& unescaped);

/// The date that a table's head gives after `# Version: `; empty when it gives none.
std::string_view TableVersion(std::string_view text);

}  // namespace tokentrail::inventory
