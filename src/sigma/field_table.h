// What the fields that rules name mean on the records of one log.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/field.h"
#include "sigma/path_trie.h"
#include "sigma/view.h"

namespace tokentrail::sigma {

/// The field names of rules, each with what it means on the records at hand. A name stands for the
/// first of these that the record has:
///   1. what its view's entry says, everything together, and the raw field of exactly that name (a
///      key with dots in it wins over the path it looks like), also without the view's prefix;
///   2. the raw field whatever its case;
///   3. the normalised field of that name;
///   4. without an entry, members of that name of the view's lists of names and values.
/// A name without any view (a log source that we know nothing of) is the raw field, nothing else;
/// one with several (a rule that leaves open which log it is about) has no entry. Arrays on the way
/// and at the end stand for each of their members; JSON in texts is gone through.
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
    bool constant = false;  ///< an entry gives a value whatever the record holds
  };
  struct Leaf {
    uint32_t meaning = 0;
    bool from = false;                 ///< only what the entry derives of it counts
    bool known = false;                ///< as Meaning::known
    const ViewField* entry = nullptr;  ///< null: the raw field
    std::string_view raw;              ///< the raw field's path
  };

  FieldTable() = default;
  /// Leaves are views of the meanings' texts, which a move leaves in place.
  FieldTable(FieldTable&&) = default;
  FieldTable& operator=(FieldTable&&) = default;

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
  std::span<const uint32_t> FindMember(std::string_view name) const {
    const uint32_t edge = members_.FindKey(members_.state(0), name);
    if (edge == PathTrie::kNone) return {};
    return members_.leaves(members_.state(members_.edge(edge).target));
  }
  /// Meanings that every record has a value for, whatever it holds.
  std::span<const uint32_t> constants() const { return constants_; }
  /// Meanings with values that no path leads to: normalised fields.
  std::span<const uint32_t> computed() const { return computed_; }

 private:
  std::vector<Meaning> meanings_;
  std::map<std::pair<std::string, std::vector<const View*>>, uint32_t> by_name_;
  std::map<std::string, uint32_t> by_meaning_;
  std::vector<Leaf> leaves_;
  PathTrie trie_;
  PathTrie members_;
  std::vector<uint32_t> constants_;
  std::vector<uint32_t> computed_;
};

}  // namespace tokentrail::sigma
