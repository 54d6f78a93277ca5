// Finds which of many literals a text is, starts with, ends with or contains, in one go.
//
// The rules' literals are in it in folded form, each with the number of whoever wants to know. What
// it gives is a superset: a hash may agree by chance, so the caller looks again.

#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace tokentrail::sigma {

/// Up to eight bytes, in fixed loads that may overlap: no byte is left out, none read beyond.
inline uint64_t LoadWord(const char* at, size_t size) {
  if (size >= 8) {
    uint64_t out = 0;
    std::memcpy(&out, at, 8);
    return out;
  }
  if (size >= 4) {
    uint32_t low = 0;
    uint32_t high = 0;
    std::memcpy(&low, at, 4);
    std::memcpy(&high, at + size - 4, 4);
    return low | uint64_t{high} << (8 * (size - 4));
  }
  uint64_t out = 0;
  for (size_t i = 0; i < size; ++i) out |= uint64_t{static_cast<unsigned char>(at[i])} << (8 * i);
  return out;
}

constexpr uint64_t kHighBits = 0x8080808080808080u;

/// Hash of `text` with ASCII letters folded. `ascii` turns false when a byte beyond ASCII is in it.
inline uint64_t HashFolded(std::string_view text, bool& ascii) {
  __extension__ using Wide = unsigned __int128;
  // Constants: the fractional digits of the golden ratio, and of the square root of three.
  uint64_t hash = 0x9e3779b97f4a7c15u ^ text.size();
  uint64_t seen = 0;
  const auto mix = [&](uint64_t word) {
    seen |= word;
    const Wide product = Wide{hash ^ FoldAscii(word)} * 0xbb67ae8584caa73bu;
    hash = static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  };
  const char* at = text.data();
  size_t left = text.size();
  for (; left >= 8; at += 8, left -= 8) mix(LoadWord(at, 8));
  if (left > 0) mix(LoadWord(at, left));
  if ((seen & kHighBits) != 0) ascii = false;
  return hash;
}

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
  /// Items that no text need be looked at for.
  const std::vector<uint32_t>& any() const { return any_; }

  /// Appends the items whose literal agrees with `text` (any case), some perhaps twice. `scratch`
  /// holds the folded text meanwhile.
  void Find(std::string_view text, std::string& scratch, std::vector<uint32_t>& out) const;

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
  /// The items of a state of the trie.
  struct State {
    uint32_t begin = 0;
    uint32_t count = 0;
  };
  /// Bits of the filter of beginnings.
  static constexpr unsigned kFilterPower = 12;

  static uint64_t Hash(Kind kind, std::string_view folded);
  void Add(Kind kind, std::string_view folded, uint32_t item);
  void Probe(uint64_t hash, std::vector<uint32_t>& out) const;
  void FindFolded(std::string_view folded, std::vector<uint32_t>& out) const;
  void Scan(std::string_view folded, std::vector<uint32_t>& out) const;
  void ScanFrom(std::string_view folded, std::vector<uint32_t>& out) const;
  void BuildTrie();
  /// Where in the filter the first bytes of a contained literal, or of a text, stand.
  uint32_t Beginning(uint32_t bytes) const {
    return ((bytes & beginning_mask_) * 0x9E37'79B1u) >> (32 - kFilterPower);
  }

  bool empty_ = true;
  bool exact_only_ = true;  ///< only whole texts are looked up: a long text needs no look
  std::vector<Pending> pending_;
  std::vector<std::pair<std::string, uint32_t>> contained_;  ///< few: looked for one by one
  std::vector<uint32_t> any_;
  std::vector<Slot> slots_;  ///< open addressing, a power of two
  std::vector<uint32_t> items_;
  size_t longest_exact_ = 0;
  bool has_exact_ = false;
  std::vector<uint32_t> prefix_sizes_;
  std::vector<uint32_t> suffix_sizes_;

  // Contained literals, when they are many: a filter of their first one to three bytes, and a trie.
  std::vector<uint64_t> beginnings_;
  uint32_t beginning_size_ = 0;
  uint32_t beginning_mask_ = 0;
  std::vector<uint32_t> moves_;  ///< states times classes; 0: none
  std::vector<State> states_;
  uint32_t classes_ = 0;
  uint8_t class_of_[256] = {};  ///< last: most indexes don't need it
};

}  // namespace tokentrail::sigma
