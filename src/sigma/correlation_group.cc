#include "sigma/correlation_group.h"

#include <algorithm>

#include "sigma/pattern.h"

namespace tokentrail::sigma {

void PackedTexts::EndText(size_t start) {
  const auto size = static_cast<uint32_t>(bytes_.size() - start - sizeof(uint32_t));
  std::memcpy(bytes_.data() + start, &size, sizeof size);
}

void PackedTexts::Add(std::string_view text) {
  const size_t start = bytes_.size();
  bytes_.resize(start + sizeof(uint32_t));
  bytes_ += text;
  EndText(start);
}

void PackedTexts::AddFolded(std::string_view text) {
  const size_t start = bytes_.size();
  bytes_.resize(start + sizeof(uint32_t));
  // Most texts are ASCII, and fold where they stand.
  bytes_ += text;
  bool ascii = true;
  for (size_t i = start + sizeof(uint32_t); i < bytes_.size(); ++i) {
    const auto c = static_cast<unsigned char>(bytes_[i]);
    ascii = ascii && c < 0x80;
    if (c >= 'A' && c <= 'Z') bytes_[i] = static_cast<char>(c | 0x20);
  }
  if (!ascii) {
    bytes_.resize(start + sizeof(uint32_t));
    bytes_ += Fold(text);
  }
  EndText(start);
}

std::vector<std::string> PackedTexts::Unpack(std::string_view bytes) {
  std::vector<std::string> out;
  while (bytes.size() >= sizeof(uint32_t)) {
    uint32_t size = 0;
    std::memcpy(&size, bytes.data(), sizeof size);
    bytes.remove_prefix(sizeof size);
    out.emplace_back(bytes.substr(0, size));
    bytes.remove_prefix(std::min<size_t>(size, bytes.size()));
  }
  return out;
}

uint32_t Groups::Find(const Id& id, std::string_view key) const {
  const auto it = index_.find(Probe{id, key});
  return it == index_.end() ? kNone : *it;
}

uint32_t Groups::Add(const Id& id, std::string_view key, std::string_view shown) {
  uint32_t slot = slots_.size();
  if (!free_.empty()) {
    slot = free_.back();
    free_.pop_back();
  } else {
    slots_.Add();
    links_.emplace_back();
  }
  Group& group = slots_[slot];
  group = Group();
  group.id = id;
  group.key_size = static_cast<uint32_t>(key.size());
  group.shown_size = shown == key ? 0 : static_cast<uint32_t>(shown.size());
  const size_t size = group.key_size + group.shown_size;
  if (size > sizeof group.short_text) group.long_text = std::make_unique<char[]>(size);
  std::copy(key.begin(), key.end(), group.text());
  if (group.shown_size > 0) std::copy(shown.begin(), shown.end(), group.text() + key.size());
  group.last = std::numeric_limits<int64_t>::min();
  LinkNewest(slot);
  index_.insert(slot);
  return slot;
}

void Groups::Unlink(uint32_t slot) {
  const Link link = links_[slot];
  (link.before == kNone ? oldest_ : links_[link.before].after) = link.after;
  (link.after == kNone ? newest_ : links_[link.after].before) = link.before;
}

void Groups::LinkNewest(uint32_t slot) {
  links_[slot] = {newest_, kNone};
  (newest_ == kNone ? oldest_ : links_[newest_].after) = slot;
  newest_ = slot;
}

void Groups::Touch(uint32_t slot) {
  if (newest_ == slot) return;
  Unlink(slot);
  LinkNewest(slot);
}

void Groups::Weigh(uint32_t slot) {
  // Its links, and a place in the index with what that keeps free.
  constexpr size_t kIndex = sizeof(Link) + 24;
  Group& group = slots_[slot];
  const size_t text = group.long_text == nullptr ? 0 : group.key_size + group.shown_size;
  const size_t now = sizeof(Group) + kIndex + text + group.state->bytes();
  bytes_ += now;
  bytes_ -= group.bytes;
  group.bytes = static_cast<uint32_t>(now);
}

void Groups::Remove(uint32_t slot) {
  Group& group = slots_[slot];
  index_.erase(Probe{group.id, group.key()});
  Unlink(slot);
  bytes_ -= group.bytes;
  group.long_text.reset();
  group.state.reset();
  group.bytes = 0;
  free_.push_back(slot);
}

}  // namespace tokentrail::sigma
