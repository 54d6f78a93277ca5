// What the fields that rules name hold in one record.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/arena.h"
#include "model/field.h"
#include "model/record.h"
#include "sigma/path_trie.h"
#include "sigma/term.h"
#include "sigma/view.h"

namespace tokentrail::sigma {

/// Gives the text of a normalised field of the record at hand; empty when it has none. No callback:
/// normalised names are not looked up.
struct FieldLookup {
  std::string_view (*text)(const void* context, Field field) = nullptr;
  const void* context = nullptr;
};

/// The field names of rules, each with what it means on the records at hand. A name stands for the
/// first of these that the record has:
///   1. what its view's entry says, everything together, and the raw field of exactly that name (a
///      key with dots in it wins over the path it looks like), also without the view's prefix;
///   2. the raw field whatever its case;
///   3. the normalised field of that name;
///   4. without an entry, members of that name of the view's lists of names and values.
/// A name without any view (a log source that we know nothing of) is the raw field, nothing else; one
/// with several (a rule that leaves open which log it is about) has no entry.
/// Arrays on the way and at the end stand for each of their members; JSON in texts is gone through.
class FieldTable {
 public:
  /// What a name stands for. Names that mean the same share it.
  struct Meaning {
    std::vector<const ViewField*> entries;
    std::vector<std::string> raw;  ///< raw fields: of exactly that name, and without a prefix
    std::string member;            ///< in lower case: its name in the bags
    std::vector<std::string_view> bags;
    std::optional<Field> normalised;
    bool known = false;     ///< its rules are about a log source that has a view
    bool computed = false;  ///< it may have values that no path leads to
  };
  struct Leaf {
    uint32_t meaning = 0;
    const ViewField* entry = nullptr;  ///< null: the raw field
    std::string raw;                   ///< its path then
  };

  /// The meaning of a name under these views. The same for the same.
  uint32_t Add(std::string_view text, const std::vector<const View*>& views);
  /// To be called once, after the last Add.
  void Finish();

  /// How many meanings there are.
  size_t size() const { return meanings_.size(); }
  const Meaning& meaning(uint32_t index) const { return meanings_[index]; }
  const Leaf& leaf(uint32_t index) const { return leaves_[index]; }
  size_t leaf_count() const { return leaves_.size(); }
  const PathTrie& trie() const { return trie_; }
  /// Meanings by the name of a list's member.
  const std::vector<uint32_t>* FindMember(std::string_view name, std::string& scratch) const;
  /// Meanings that every record has a value for, whatever it holds.
  std::span<const uint32_t> constants() const { return constants_; }
  /// Meanings with values that no path leads to: normalised fields, and what an entry derives.
  std::span<const uint32_t> computed() const { return computed_; }

 private:
  std::vector<Meaning> meanings_;
  std::map<std::pair<std::string, std::vector<const View*>>, uint32_t> by_name_;
  std::map<std::string, uint32_t> by_meaning_;
  std::vector<Leaf> leaves_;
  PathTrie trie_;
  std::map<std::string, std::vector<uint32_t>, std::less<>> members_;
  std::vector<uint32_t> constants_;
  std::vector<uint32_t> computed_;
};

/// The values of a table's meanings in one record after the other. One a thread.
class Reading {
 public:
  struct Values {
    bool present = false;        ///< also when it is null, or an empty list
    bool raw = false;            ///< the raw field of that name is among them, view or not
    std::span<const Seen> seen;  ///< until the next Start
  };

  /// Goes through the record once. Record and table must outlive the look-ups. `plain`: each meaning is
  /// looked up on its own when it is asked for, which is slow and too simple to be wrong.
  void Start(const FieldTable& table, const Record& record, FieldLookup lookup, bool plain);
  /// True after Start when the record has to be read the plain way: keys repeated, or a key with dots
  /// beside the path it looks like. Then touched() says nothing.
  bool plain() const { return plain_; }
  Values Get(uint32_t meaning);
  /// Meanings of which something was found.
  std::span<const uint32_t> touched() const { return touched_; }
  /// Where the first of its values stands; null when no value is the record's own.
  const Node* Locate(uint32_t meaning) const;
  /// All scalars of the record, null left out.
  std::span<const Seen> All();

 private:
  /// Where a meaning's values come from; the higher wins.
  enum Tier : uint8_t { kNothing, kMember, kNormalised, kAnyCase, kMain };
  struct Slot {
    uint32_t round = 0;
    Tier tier = kNothing;
    bool settled = false;
    bool raw = false;
    std::vector<Seen> seen;
  };

  Slot& Fresh(uint32_t meaning);
  void Put(uint32_t meaning, Tier tier, const ViewField* entry, const Node& node);
  void Walk(const Node& node, uint32_t state, uint32_t shape, int depth);
  void WalkInto(const Node& node, const PathTrie::State& state, bool members, uint32_t shape,
                int depth);
  void WalkMembers(const Node& list, const PathTrie::State& state, uint32_t shape, int depth);
  void Arrive(const Node& node, uint32_t leaf, uint32_t shape);
  bool RouteIs(std::string_view name) const;

  Tier FindNodes(uint32_t meaning,
                 std::vector<std::pair<const ViewField*, const Node*>>& out) const;
  void Resolve(uint32_t meaning);
  bool Settle(uint32_t meaning, Slot& slot);
  /// How a path is followed: kEntry is kAnyCase, and brackets mean members of lists.
  enum class Follow : uint8_t { kExact, kAnyCase, kEntry };
  bool Collect(const Node& node, std::string_view path, Follow how, int depth,
               std::vector<const Node*>& out) const;
  bool CollectKeys(const Node& object, std::string_view path, Follow how, int depth,
                   std::vector<const Node*>& out) const;
  void CollectMembers(const Node& node, std::string_view name, int depth,
                      std::vector<const Node*>& out) const;
  void Take(const ViewField* entry, const Node& node, std::vector<Seen>& out);
  void AddText(const ViewField* entry, Seen value, std::vector<Seen>& out);

  const FieldTable* table_ = nullptr;
  const Record* record_ = nullptr;
  FieldLookup lookup_;
  bool plain_ = false;
  uint32_t round_ = 0;
  std::vector<Slot> slots_;
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
  std::string scratch_;
  std::vector<std::string_view> forms_;
  std::vector<Seen> all_;
  uint32_t all_round_ = 0;
};

}  // namespace tokentrail::sigma
