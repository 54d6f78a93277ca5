// The groups of one correlation: found by their values, forgotten by age.

#pragma once

#include <tsl/robin_set.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "sigma/correlation_state.h"

namespace tokentrail::sigma {

/// Several texts as one: each behind its length, so that no two lists are the same bytes.
class PackedTexts {
 public:
  void Clear() { bytes_.clear(); }
  void Add(std::string_view text);
  /// Folded, as Sigma compares texts.
  void AddFolded(std::string_view text);
  std::string_view bytes() const { return bytes_; }

  static std::vector<std::string> Unpack(std::string_view bytes);

 private:
  void EndText(size_t start);

  std::string bytes_;
};

/// Groups by their key, in the order of their last hits.
class Groups {
 public:
  static constexpr uint32_t kNone = ~uint32_t{0};

  /// Two lines of the processor's cache, with the texts of nearly all groups in them.
  struct alignas(64) Group {
    Id id;  ///< hash of the key
    std::unique_ptr<GroupState> state;
    std::unique_ptr<char[]> long_text;  ///< instead of `short_text`, where that is too small
    uint32_t key_size = 0;
    uint32_t shown_size = 0;
    int64_t last = 0;    ///< time of the newest hit
    uint64_t event = 0;  ///< what touched it last
    uint32_t bytes = 0;
    bool counted = false;  ///< a hit of that event
    bool saturated = false;
    char short_text[64] = {};

    /// The key, then the values as first seen where they differ.
    char* text() { return long_text != nullptr ? long_text.get() : short_text; }
    const char* text() const { return long_text != nullptr ? long_text.get() : short_text; }
    std::string_view key() const { return {text(), key_size}; }
    std::string_view shown() const {
      return shown_size == 0 ? key() : std::string_view{text() + key_size, shown_size};
    }
  };

  Groups() : index_(0, HashSlot{&slots_}, EqualSlot{&slots_}) {}
  Groups(const Groups&) = delete;
  Groups& operator=(const Groups&) = delete;

  size_t size() const { return index_.size(); }
  size_t bytes() const { return bytes_; }
  Group& operator[](uint32_t slot) { return slots_[slot]; }

  uint32_t Find(const Id& id, std::string_view key) const;
  /// A new one, without state.
  uint32_t Add(const Id& id, std::string_view key, std::string_view shown);
  /// Says that it has the newest hit now.
  void Touch(uint32_t slot);
  /// To be called when its state may have grown or shrunk.
  void Weigh(uint32_t slot);
  void Remove(uint32_t slot);
  /// The one whose last hit came first; kNone when there is none.
  uint32_t oldest() const { return oldest_; }

 private:
  /// Slots that never move.
  class Slots {
   public:
    Group& operator[](uint32_t slot) { return blocks_[slot / kBlock][slot % kBlock]; }
    const Group& operator[](uint32_t slot) const { return blocks_[slot / kBlock][slot % kBlock]; }
    uint32_t size() const { return size_; }
    void Add() {
      if (size_ % kBlock == 0) blocks_.push_back(std::make_unique<Group[]>(kBlock));
      ++size_;
    }

   private:
    static constexpr uint32_t kBlock = 64;
    std::vector<std::unique_ptr<Group[]>> blocks_;
    uint32_t size_ = 0;
  };

  struct Probe {
    Id id;
    std::string_view key;
  };
  struct HashSlot {
    const Slots* slots;
    size_t operator()(uint32_t slot) const { return (*slots)[slot].id.low; }
    size_t operator()(const Probe& probe) const { return probe.id.low; }
  };
  struct EqualSlot {
    using is_transparent = void;
    const Slots* slots;
    bool operator()(uint32_t a, uint32_t b) const { return a == b; }
    bool operator()(const Probe& probe, uint32_t slot) const {
      const Group& group = (*slots)[slot];
      if (group.id != probe.id) return false;
      // Counting comes next: memory is waited for once, not twice.
      __builtin_prefetch(group.state.get());
      return group.key() == probe.key;
    }
    bool operator()(uint32_t slot, const Probe& probe) const { return (*this)(probe, slot); }
  };

  /// The neighbours of a group, apart from the groups so that many lie close together.
  struct Link {
    uint32_t before = kNone;
    uint32_t after = kNone;
  };

  void Unlink(uint32_t slot);
  void LinkNewest(uint32_t slot);

  Slots slots_;
  std::vector<Link> links_;  ///< by slot
  std::vector<uint32_t> free_;
  tsl::robin_set<uint32_t, HashSlot, EqualSlot, std::allocator<uint32_t>, true> index_;
  uint32_t oldest_ = kNone;
  uint32_t newest_ = kNone;
  size_t bytes_ = 0;
};

}  // namespace tokentrail::sigma
