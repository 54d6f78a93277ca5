// The groups of one correlation: found by their values, forgotten by age.

#pragma once

#include <tsl/robin_set.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
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

  struct Group {
    Id id;                         ///< hash of the key
    std::unique_ptr<char[]> text;  ///< the key, then the values as first seen where they differ
    uint32_t key_size = 0;
    uint32_t shown_size = 0;
    int64_t last = 0;    ///< time of the newest hit
    uint64_t event = 0;  ///< what touched it last
    Mark mark = 0;       ///< what was counted last
    uint32_t before = kNone;
    uint32_t after = kNone;
    uint32_t bytes = 0;
    bool saturated = false;
    std::unique_ptr<GroupState> state;

    std::string_view key() const { return {text.get(), key_size}; }
    std::string_view shown() const {
      return shown_size == 0 ? key() : std::string_view{text.get() + key_size, shown_size};
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
  struct Probe {
    Id id;
    std::string_view key;
  };
  struct HashSlot {
    const std::deque<Group>* slots;
    size_t operator()(uint32_t slot) const { return (*slots)[slot].id.low; }
    size_t operator()(const Probe& probe) const { return probe.id.low; }
  };
  struct EqualSlot {
    using is_transparent = void;
    const std::deque<Group>* slots;
    bool operator()(uint32_t a, uint32_t b) const { return a == b; }
    bool operator()(const Probe& probe, uint32_t slot) const {
      const Group& group = (*slots)[slot];
      return group.id == probe.id && group.key() == probe.key;
    }
    bool operator()(uint32_t slot, const Probe& probe) const { return (*this)(probe, slot); }
  };

  void Unlink(uint32_t slot);

  std::deque<Group> slots_;
  std::vector<uint32_t> free_;
  tsl::robin_set<uint32_t, HashSlot, EqualSlot, std::allocator<uint32_t>, true> index_;
  uint32_t oldest_ = kNone;
  uint32_t newest_ = kNone;
  size_t bytes_ = 0;
};

}  // namespace tokentrail::sigma
