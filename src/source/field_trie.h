// The field table of one source, compiled: one walk over a record finds every path of it.

#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/record.h"

namespace tokentrail::source {

/// A quick hash of a key; equal keys, equal hashes.
inline uint32_t KeyHash(std::string_view key) {
  uint64_t first = 0;
  uint64_t last = 0;
  if (key.size() >= 8) {
    std::memcpy(&first, key.data(), 8);
    std::memcpy(&last, key.data() + key.size() - 8, 8);
  } else if (key.size() >= 4) {
    uint32_t low = 0;
    uint32_t high = 0;
    std::memcpy(&low, key.data(), 4);
    std::memcpy(&high, key.data() + key.size() - 4, 4);
    first = low | uint64_t{high} << 32;
  } else {
    for (const char c : key) first = first << 8 | static_cast<unsigned char>(c);
  }
  const uint64_t mixed = (first ^ (last * 0x9E3779B97F4A7C15u) ^ key.size()) * 0xD6E8FEB86659FD93u;
  return static_cast<uint32_t>(mixed >> 32);
}

/// Maps a small fixed set of keys to numbers.
class KeyTable {
 public:
  static constexpr int32_t kNone = -1;

  void Add(std::string_view key, int32_t value);
  int32_t Find(std::string_view key) const {
    if (slots_.empty()) return kNone;
    const uint32_t hash = KeyHash(key);
    for (size_t i = hash & mask_;; i = (i + 1) & mask_) {
      const Slot& slot = slots_[i];
      if (slot.value == kNone) return kNone;
      if (slot.hash == hash && slot.size == key.size() &&
          std::memcmp(keys_.data() + slot.begin, key.data(), key.size()) == 0) {
        return slot.value;
      }
    }
  }
  bool empty() const { return slots_.empty(); }
  const std::vector<std::pair<std::string, int32_t>>& all() const { return all_; }

 private:
  struct Slot {
    uint32_t hash = 0;
    int32_t value = kNone;
    uint32_t begin = 0;  ///< of its key in keys_
    uint32_t size = 0;
  };
  void Rebuild();

  std::vector<std::pair<std::string, int32_t>> all_;
  std::vector<Slot> slots_;
  std::string keys_;
  size_t mask_ = 0;
};

/// Where a wanted value was found.
struct Found {
  static constexpr uint8_t kNowhere = 255;

  const Node* node = nullptr;
  uint8_t rank = kNowhere;  ///< which of the entry's paths; the lowest wins
};

class FieldTrie {
 public:
  FieldTrie();

  /// Adds a path (Record::Find's syntax) as alternative `rank` of entry `entry`.
  void Add(std::string_view path, uint16_t entry, uint8_t rank);

  /// Finds all entries in one walk. `out` has one slot an entry and is overwritten. Of the array
  /// at `split` (null: none) only `element` is looked into.
  void Walk(const Record& record, const Node* split, const Node* element,
            std::span<Found> out) const;

 private:
  struct Terminal {
    uint16_t entry = 0;
    uint8_t rank = 0;
  };
  struct State {
    KeyTable keys;                                      ///< object member -> state
    KeyTable named;                                     ///< member of a name/value list -> state
    std::vector<std::pair<uint32_t, int32_t>> indexes;  ///< array element -> state
    int32_t any = KeyTable::kNone;                      ///< any array element
    std::vector<Terminal> terminals;

    bool deeper() const {
      return !keys.empty() || !named.empty() || !indexes.empty() || any != KeyTable::kNone;
    }
  };
  struct Walker;

  int32_t NewState();

  std::vector<State> states_;
};

}  // namespace tokentrail::source
