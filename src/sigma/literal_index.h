// Finds which of many literals a text is, starts with, ends with or contains, in one go.
//
// The rules' literals are in it in folded form, each with the number of whoever wants to know. What
// it gives is a superset: a hash may agree by chance, so the caller looks again.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tokentrail::sigma {

class LiteralIndex {
 public:
  void AddExact(std::string_view folded, uint32_t item);
  void AddPrefix(std::string_view folded, uint32_t item);
  void AddSuffix(std::string_view folded, uint32_t item);
  void AddContained(std::string_view folded, uint32_t item);
  /// To be told whenever there is something at all; see any().
  void AddAny(uint32_t item) { any_.push_back(item); }
  /// To be called once, after the last Add.
  void Finish();

  bool empty() const { return empty_; }
  /// True when only whole texts are looked up, so that a long text needs no look.
  bool exact_only() const { return exact_only_; }

  /// Items that no text need be looked at for.
  const std::vector<uint32_t>& any() const { return any_; }

  /// Appends the items whose literal agrees with `text` (any case), some perhaps twice. `scratch`
  /// holds the folded text meanwhile.
  void Find(std::string_view text, std::string& scratch, std::vector<uint32_t>& out) const;

  size_t bytes() const;

 private:
  enum class Kind : uint8_t { kExact, kPrefix, kSuffix };
  struct Pending {
    uint64_t hash;
    uint32_t item;
  };
  struct Slot {
    uint64_t hash = 0;
    uint32_t begin = 0;  ///< into items_
    uint32_t count = 0;  ///< 0: free
  };
  /// A state of the Aho-Corasick automaton beyond its transitions.
  struct State {
    uint32_t begin = 0;  ///< its own items
    uint32_t count = 0;
    uint32_t next = 0;   ///< the longest proper suffix that has items; 0: none
  };

  static uint64_t Hash(Kind kind, std::string_view folded);
  void Add(Kind kind, std::string_view folded, uint32_t item);
  void Probe(uint64_t hash, std::vector<uint32_t>& out) const;
  void FindFolded(std::string_view folded, std::vector<uint32_t>& out) const;
  void Scan(std::string_view folded, std::vector<uint32_t>& out) const;
  void BuildAutomaton();

  bool empty_ = true;
  bool exact_only_ = true;
  std::vector<Pending> pending_;
  std::vector<std::pair<std::string, uint32_t>> contained_;  ///< few: looked for one by one
  std::vector<uint32_t> any_;
  std::vector<Slot> slots_;  ///< open addressing, a power of two
  std::vector<uint32_t> items_;
  size_t longest_exact_ = 0;
  bool has_exact_ = false;
  std::vector<uint32_t> prefix_sizes_;
  std::vector<uint32_t> suffix_sizes_;

  std::vector<uint32_t> moves_;  ///< states times classes
  std::vector<State> states_;
  uint32_t classes_ = 0;
  uint8_t class_of_[256] = {};
};

/// Hash of `text` with ASCII letters folded. `ascii` turns false when a byte beyond ASCII is in it.
uint64_t HashFolded(std::string_view text, bool& ascii);

}  // namespace tokentrail::sigma
