// What the fields that rules name hold in one record.

#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "model/field.h"
#include "model/record.h"
#include "sigma/field_table.h"
#include "sigma/term.h"

namespace tokentrail::sigma {

/// Gives the text of a normalised field of the record at hand; empty when it has none. No callback:
/// normalised names are not looked up.
struct FieldLookup {
  std::string_view (*text)(const void* context, Field field) = nullptr;
  const void* context = nullptr;
};

/// The values of a table's meanings in one record after the other. One a thread.
class Reading {
 public:
  struct Values {
    bool present = false;        ///< also when it is null, or an empty list
    bool raw = false;            ///< the raw field of that name is among them, view or not
    std::span<const Seen> seen;  ///< until the next Start
  };

  /// Goes through the record once. Record and table must outlive the look-ups. `plain`: each
  /// meaning is looked up on its own when it is asked for, which is slow and too simple to be
  /// wrong.
  void Start(const FieldTable& table, const Record& record, FieldLookup lookup, bool plain);
  /// True after Start when the record has to be read the plain way: keys repeated, or a key with
  /// dots beside the path it looks like. Then touched() says nothing.
  bool plain() const { return plain_; }
  Values Get(uint32_t meaning) {
    const Slot& slot = slots_[meaning];
    if (slot.round != round_ || !slot.settled) Settle(meaning);
    return {slot.tier != kNothing, slot.raw, {slot.seen, slot.count}};
  }
  /// Meanings of which something was found.
  std::span<const uint32_t> touched() const { return touched_; }
  /// Values::raw of a touched meaning, without making its values.
  bool IsRaw(uint32_t meaning) const { return slots_[meaning].raw; }
  /// Where the first of its values stands; null when no value is the record's own.
  const Node* Locate(uint32_t meaning) const;
  /// All scalars of the record, null left out.
  std::span<const Seen> All();

 private:
  /// Where a meaning's values come from; the higher wins.
  enum Tier : uint8_t { kNothing, kMember, kNormalised, kAnyCase, kMain };
  static constexpr uint32_t kNone = ~uint32_t{0};

  /// A node that was found for a meaning. Values are made when they are asked for: most never are.
  struct Arrival {
    const ViewField* entry = nullptr;  ///< null: the raw field
    const Node* node = nullptr;
    uint32_t next = kNone;  ///< of the same meaning
    Tier tier = kNothing;
    bool from = false;  ///< only what the entry derives of it counts
  };
  struct Slot {
    uint32_t round = 0;
    Tier tier = kNothing;
    bool settled = false;
    bool raw = false;
    uint32_t first = kNone;  ///< of its arrivals
    uint32_t last = kNone;
    uint32_t count = 0;  ///< of its values, once settled
    const Seen* seen = nullptr;
  };

  Slot& Fresh(uint32_t meaning);
  void Put(uint32_t meaning, Tier tier, const ViewField* entry, const Node& node, bool from);
  void Walk(const Node& node, uint32_t state, uint32_t shape, int depth);
  void WalkInto(const Node& node, const PathTrie::State& state, bool members, uint32_t shape,
                int depth);
  void WalkObject(const Node& object, const PathTrie::State& state, uint32_t shape, int depth);
  void WalkMembers(const Node& list, const PathTrie::State& state, uint32_t shape, int depth);
  void Arrive(const Node& node, uint32_t leaf, uint32_t shape);
  bool RouteIs(std::string_view name) const;
  void Settle(uint32_t meaning);
  void Resolve(uint32_t meaning);

  const FieldTable* table_ = nullptr;
  const Record* record_ = nullptr;
  FieldLookup lookup_;
  bool plain_ = false;
  uint32_t round_ = 0;
  std::vector<Slot> slots_;
  std::vector<Arrival> arrivals_;
  std::vector<uint32_t> touched_;
  std::vector<std::string_view> route_;  ///< the record's keys on the way here
  struct LeafState {
    uint32_t round = 0;
    uint32_t shape = 0;
  };
  std::vector<LeafState> leaves_;
  std::vector<uint64_t> edge_visits_;  ///< by edge: the object it was last seen in
  uint64_t visit_ = 0;
  Arena arena_;
  std::vector<Seen> values_;
  std::vector<Seen> derived_;
  std::vector<Seen> all_;
  uint32_t all_round_ = 0;
};

}  // namespace tokentrail::sigma
