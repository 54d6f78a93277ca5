#include "sigma/literal_index.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "sigma/pattern.h"

namespace tokentrail::sigma {
namespace {

/// So many contained literals are looked for one after the other; more make a trie.
constexpr size_t kFew = 3;

}  // namespace

uint64_t LiteralIndex::Hash(Kind kind, std::string_view folded) {
  bool ascii = true;
  return HashFolded(folded, ascii) + static_cast<uint64_t>(kind);
}

void LiteralIndex::Add(Kind kind, std::string_view folded, uint32_t item) {
  pending_.push_back({Hash(kind, folded), item});
}

void LiteralIndex::AddExact(std::string_view folded, uint32_t item) {
  longest_exact_ = std::max(longest_exact_, folded.size());
  has_exact_ = true;
  Add(Kind::kExact, folded, item);
}

void LiteralIndex::AddPrefix(std::string_view folded, uint32_t item) {
  prefix_sizes_.push_back(static_cast<uint32_t>(folded.size()));
  Add(Kind::kPrefix, folded, item);
}

void LiteralIndex::AddSuffix(std::string_view folded, uint32_t item) {
  suffix_sizes_.push_back(static_cast<uint32_t>(folded.size()));
  Add(Kind::kSuffix, folded, item);
}

void LiteralIndex::AddContained(std::string_view folded, uint32_t item) {
  contained_.emplace_back(folded, item);
}

void LiteralIndex::Finish() {
  for (std::vector<uint32_t>* sizes : {&prefix_sizes_, &suffix_sizes_}) {
    std::sort(sizes->begin(), sizes->end());
    sizes->erase(std::unique(sizes->begin(), sizes->end()), sizes->end());
    sizes->shrink_to_fit();
  }
  std::sort(pending_.begin(), pending_.end(), [](const Pending& a, const Pending& b) {
    return a.hash != b.hash ? a.hash < b.hash : a.item < b.item;
  });
  size_t size = 4;
  while (size < pending_.size() * 2) size *= 2;
  slots_.assign(pending_.empty() ? 0 : size, Slot{});
  for (size_t i = 0; i < pending_.size();) {
    const uint64_t hash = pending_[i].hash;
    size_t at = hash & (size - 1);
    while (slots_[at].count != 0) at = (at + 1) & (size - 1);
    Slot& slot = slots_[at];
    slot.hash = hash;
    slot.begin = static_cast<uint32_t>(items_.size());
    for (; i < pending_.size() && pending_[i].hash == hash; ++i) items_.push_back(pending_[i].item);
    slot.count = static_cast<uint32_t>(items_.size()) - slot.begin;
  }
  exact_only_ = prefix_sizes_.empty() && suffix_sizes_.empty() && contained_.empty();
  empty_ = pending_.empty() && contained_.empty() && any_.empty();
  pending_ = {};
  if (contained_.size() > kFew) BuildTrie();
  items_.shrink_to_fit();
}

void LiteralIndex::BuildTrie() {
  // Classes: one for each byte that occurs, and 0 for the rest.
  size_t shortest = 3;
  for (const auto& [text, item] : contained_) {
    shortest = std::min(shortest, text.size());
    for (const char c : text) {
      uint8_t& its = class_of_[static_cast<unsigned char>(c)];
      if (its == 0) its = static_cast<uint8_t>(++classes_);
    }
  }
  ++classes_;
  beginning_size_ = static_cast<uint32_t>(shortest);
  beginning_mask_ = shortest == 0 ? 0 : 0xffff'ffffu >> (32 - 8 * shortest);
  beginnings_.assign((size_t{1} << kFilterPower) / 64, 0);
  std::vector<std::vector<uint32_t>> items(1);
  moves_.assign(classes_, 0);
  for (const auto& [text, item] : contained_) {
    const uint32_t at = Beginning(static_cast<uint32_t>(LoadWord(text.data(), text.size())));
    beginnings_[at / 64] |= uint64_t{1} << (at % 64);
    uint32_t state = 0;
    for (const char c : text) {
      const size_t move = size_t{state} * classes_ + class_of_[static_cast<unsigned char>(c)];
      if (moves_[move] == 0) {
        moves_[move] = static_cast<uint32_t>(items.size());
        items.emplace_back();
        moves_.resize(moves_.size() + classes_, 0);
      }
      state = moves_[move];
    }
    items[state].push_back(item);
  }
  for (const std::vector<uint32_t>& its : items) {
    states_.push_back({static_cast<uint32_t>(items_.size()), static_cast<uint32_t>(its.size())});
    items_.insert(items_.end(), its.begin(), its.end());
  }
  moves_.shrink_to_fit();
  states_.shrink_to_fit();
  contained_ = {};
}

void LiteralIndex::Probe(uint64_t hash, std::vector<uint32_t>& out) const {
  const size_t mask = slots_.size() - 1;
  for (size_t at = hash & mask; slots_[at].count != 0; at = (at + 1) & mask) {
    if (slots_[at].hash != hash) continue;
    const uint32_t* const first = items_.data() + slots_[at].begin;
    out.insert(out.end(), first, first + slots_[at].count);
    return;
  }
}

void LiteralIndex::ScanFrom(std::string_view folded, std::vector<uint32_t>& out) const {
  uint32_t state = 0;
  for (size_t i = 0;; ++i) {
    const uint32_t* const first = items_.data() + states_[state].begin;
    out.insert(out.end(), first, first + states_[state].count);
    if (i == folded.size()) return;
    state = moves_[size_t{state} * classes_ + class_of_[static_cast<unsigned char>(folded[i])]];
    if (state == 0) return;
  }
}

void LiteralIndex::Scan(std::string_view folded, std::vector<uint32_t>& out) const {
  if (folded.size() < beginning_size_) return;
  const auto look = [&](uint32_t bytes, size_t i) {
    const uint32_t at = Beginning(bytes);
    if ((beginnings_[at / 64] >> (at % 64) & 1) != 0) ScanFrom(folded.substr(i), out);
  };
  size_t i = 0;
  for (; i + sizeof(uint32_t) <= folded.size(); ++i) {
    uint32_t bytes = 0;
    std::memcpy(&bytes, folded.data() + i, sizeof bytes);
    look(bytes, i);
  }
  for (; i + beginning_size_ <= folded.size(); ++i) {
    look(static_cast<uint32_t>(LoadWord(folded.data() + i, folded.size() - i)), i);
  }
}

void LiteralIndex::FindFolded(std::string_view folded, std::vector<uint32_t>& out) const {
  if (has_exact_ && folded.size() <= longest_exact_) Probe(Hash(Kind::kExact, folded), out);
  for (const uint32_t size : prefix_sizes_) {
    if (size > folded.size()) break;
    Probe(Hash(Kind::kPrefix, folded.substr(0, size)), out);
  }
  for (const uint32_t size : suffix_sizes_) {
    if (size > folded.size()) break;
    Probe(Hash(Kind::kSuffix, folded.substr(folded.size() - size)), out);
  }
  if (!states_.empty()) Scan(folded, out);
  for (const auto& [text, item] : contained_) {
    if (folded.find(text) != folded.npos) out.push_back(item);
  }
}

void LiteralIndex::Find(std::string_view text, std::string& scratch,
                        std::vector<uint32_t>& out) const {
  if (exact_only_) {
    // Folding may change a text's length, but only beyond ASCII.
    if (!has_exact_ || text.size() > longest_exact_ * 3) return;
    bool ascii = true;
    const uint64_t hash = HashFolded(text, ascii);
    if (ascii) {
      Probe(hash + static_cast<uint64_t>(Kind::kExact), out);
      return;
    }
  }
  bool ascii = true;
  scratch.resize(text.size());
  size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    const uint64_t word = LoadWord(text.data() + i, 8);
    ascii = ascii && (word & kHighBits) == 0;
    const uint64_t folded = FoldAscii(word);
    std::memcpy(scratch.data() + i, &folded, 8);
  }
  if (i < text.size()) {
    const uint64_t word = LoadWord(text.data() + i, text.size() - i);
    ascii = ascii && (word & kHighBits) == 0;
    const uint64_t folded = FoldAscii(word);
    for (size_t k = i; k < text.size(); ++k) {
      scratch[k] = static_cast<char>(folded >> (8 * (k - i)));
    }
  }
  if (!ascii) scratch = Fold(text);
  FindFolded(scratch, out);
}

}  // namespace tokentrail::sigma
