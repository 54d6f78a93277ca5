#include "sigma/reading.h"

#include <algorithm>

#include "base/text.h"
#include "sigma/path_lookup.h"
#include "sigma/taker.h"

namespace tokentrail::sigma {
namespace {

/// How members of lists of names and values are taken.
constexpr ViewField kUnquoted = {.name = {}, .take = Take::kUnquoted};

}  // namespace

void Reading::Start(const FieldTable& table, const Record& record, FieldLookup lookup, bool plain) {
  table_ = &table;
  record_ = &record;
  lookup_ = lookup;
  plain_ = plain;
  if (++round_ == 0) {  // wrapped around: nothing may look fresh
    slots_.clear();
    leaves_.clear();
    all_round_ = 0;
    round_ = 1;
  }
  arena_.Reset();
  arrivals_.clear();
  touched_.clear();
  route_.clear();
  if (slots_.size() < table.size()) slots_.resize(table.size());
  if (leaves_.size() < table.leaf_count()) leaves_.resize(table.leaf_count());
  if (edge_visits_.size() < table.trie().edge_limit()) {
    edge_visits_.resize(table.trie().edge_limit(), 0);
  }
  if (plain) return;
  WalkInto(record.root(), table.trie().state(0), true, 0, 0);
  if (plain_) {
    ++round_;  // what was found so far doesn't count
    return;
  }
  for (const uint32_t meaning : table.constants()) Fresh(meaning).tier = kMain;
}

inline Reading::Slot& Reading::Fresh(uint32_t meaning) {
  Slot& slot = slots_[meaning];
  if (slot.round != round_) {
    slot = {.round = round_};
    touched_.push_back(meaning);
  }
  return slot;
}

inline void Reading::Put(uint32_t meaning, Tier tier, const ViewField* entry, const Node& node,
                         bool from) {
  Slot& slot = Fresh(meaning);
  if (!from) {
    if (tier < slot.tier) return;
    slot.tier = tier;
    slot.raw = slot.raw || entry == nullptr;
  }
  const auto index = static_cast<uint32_t>(arrivals_.size());
  (slot.first == kNone ? slot.first : arrivals_[slot.last].next) = index;
  slot.last = index;
  arrivals_.push_back({entry, &node, kNone, tier, from});
}

bool Reading::RouteIs(std::string_view name) const {
  for (size_t i = 0; i < route_.size(); ++i) {
    if (i > 0) {
      if (!name.starts_with('.')) return false;
      name.remove_prefix(1);
    }
    if (!name.starts_with(route_[i])) return false;
    name.remove_prefix(route_[i].size());
  }
  return name.empty();
}

inline void Reading::Arrive(const Node& node, uint32_t index, uint32_t shape) {
  const FieldTable::Leaf& leaf = table_->leaf(index);
  Tier tier = kMain;
  if (leaf.entry == nullptr && !RouteIs(leaf.raw)) {
    if (!leaf.known) return;
    tier = kAnyCase;
  }
  // The same path once through a key with dots and once without: the plain way knows which wins.
  LeafState& state = leaves_[index];
  if (state.round == round_ && state.shape != shape) plain_ = true;
  state = {round_, shape};
  Put(leaf.meaning, tier, leaf.entry, node, leaf.from);
}

void Reading::Walk(const Node& node, uint32_t index, uint32_t shape, int depth) {
  const PathTrie::State& state = table_->trie().state(index);
  for (const uint32_t leaf : table_->trie().leaves(state)) Arrive(node, leaf, shape);
  if (!state.ends) WalkInto(node, state, true, shape, depth);
}

void Reading::WalkInto(const Node& node, const PathTrie::State& state, bool members, uint32_t shape,
                       int depth) {
  if (depth > kMaxDepth) return;
  switch (node.kind) {
    case NodeKind::kObject:
      if (members && (state.named() || state.bag)) WalkMembers(node, state, shape, depth);
      if (state.keyed) WalkObject(node, state, shape, depth);
      return;
    case NodeKind::kArray:
      if (members && (state.named() || state.bag)) WalkMembers(node, state, shape, depth);
      if (!state.keyed && !members) return;
      for (const Node* item = node.begin(); item != node.end(); item = item->next()) {
        // Members of the items by name were looked up just now, with the whole list.
        WalkInto(*item, state, members && item->kind == NodeKind::kArray, shape, depth + 1);
      }
      return;
    case NodeKind::kText:
      if (!LooksLikeJson(node.text())) return;
      if (const Node* const inner = record_->Open(node); inner != nullptr) {
        WalkInto(*inner, state, members, shape, depth + 1);
      }
      return;
    default:
      return;
  }
}

void Reading::WalkObject(const Node& object, const PathTrie::State& state, uint32_t shape,
                         int depth) {
  const PathTrie& trie = table_->trie();
  const uint64_t visit = ++visit_;
  const Node* const end = object.end();
  for (const Node* child = object.begin(); child != end; child = child->next()) {
    const uint32_t found = trie.FindKey(state, child->key());
    if (found == PathTrie::kNone) continue;
    if (edge_visits_[found] == visit) plain_ = true;
    edge_visits_[found] = visit;
    const PathTrie::Edge& edge = trie.edge(found);
    route_.push_back(child->key());
    Walk(*child, edge.target, shape * 31 + edge.components, depth + 1);
    route_.pop_back();
  }
}

void Reading::WalkMembers(const Node& list, const PathTrie::State& state, uint32_t shape,
                          int depth) {
  const auto member = [&](std::string_view name, const Node& value) {
    if (const uint32_t found = table_->trie().FindName(state, name); found != PathTrie::kNone) {
      route_.push_back({});
      Walk(value, table_->trie().edge(found).target, shape * 31, depth + 1);
      route_.pop_back();
    }
    if (!state.bag) return;
    for (const uint32_t meaning : table_->FindMember(name)) {
      Put(meaning, kMember, &kUnquoted, value, false);
    }
  };
  if (list.kind == NodeKind::kObject) {
    for (const Node& child : Children(list)) member(child.key(), child);
    return;
  }
  for (const Node& item : Children(list)) {
    if (item.kind != NodeKind::kObject) continue;
    const NamedValue named = ReadNamedValue(item);
    if (!named.name.empty() && named.value != nullptr) member(named.name, *named.value);
  }
}

void Reading::Settle(uint32_t meaning) {
  Slot& slot = slots_[meaning];
  if (slot.round != round_) {
    Fresh(meaning);
    if (plain_) Resolve(meaning);
  }
  slot.settled = true;
  const FieldTable::Meaning& its = table_->meaning(meaning);
  Taker taker(*record_, arena_);
  values_.clear();
  derived_.clear();
  for (uint32_t i = slot.first; i != kNone; i = arrivals_[i].next) {
    const Arrival& arrival = arrivals_[i];
    if (arrival.from) {
      taker.Derive(*arrival.entry, *arrival.node, derived_);
    } else if (arrival.tier == slot.tier) {
      taker.Take(arrival.entry, *arrival.node, values_);
    }
  }
  const auto main = [&] {
    if (slot.tier < kMain) values_.clear();
    slot.tier = kMain;
  };
  if (its.constant || its.computed) {
    for (const ViewField* entry : its.entries) {
      if (!entry->constant.empty()) {
        main();
        values_.push_back({NodeKind::kText, entry->constant});
      }
      if (entry->normalised == Field::kCount || lookup_.text == nullptr) continue;
      const std::string_view text = lookup_.text(lookup_.context, entry->normalised);
      if (text.empty()) continue;
      main();
      Taker::AddWords(entry, {NodeKind::kText, text}, values_);
    }
  }
  if (!derived_.empty()) {
    main();
    values_.insert(values_.end(), derived_.begin(), derived_.end());
  }
  if (slot.tier < kNormalised && its.normalised.has_value() && lookup_.text != nullptr) {
    const std::string_view text = lookup_.text(lookup_.context, *its.normalised);
    if (!text.empty()) {
      slot.tier = kNormalised;
      values_.assign(1, {NodeKind::kText, text});
    }
  }
  slot.count = static_cast<uint32_t>(values_.size());
  slot.seen = arena_.Copy(values_);
}

std::span<const Seen> Reading::All() {
  if (all_round_ != round_) {
    all_round_ = round_;
    all_.clear();
    const Node& root = record_->root();
    for (const Node* node = &root; node != root.end(); ++node) {
      if (!node->is_container() && node->kind != NodeKind::kNull) {
        all_.push_back({node->kind, node->text()});
      }
    }
  }
  return all_;
}

// The plain way: one name at a time, from the root.

void Reading::Resolve(uint32_t meaning) {
  using Follow = PathLookup::Follow;
  const FieldTable::Meaning& its = table_->meaning(meaning);
  const PathLookup lookup(*record_);
  std::vector<const Node*> nodes;
  const auto put = [&](Tier tier, const ViewField* entry, bool from) {
    for (const Node* node : nodes) Put(meaning, tier, entry, *node, from);
    nodes.clear();
  };
  for (const ViewField* entry : its.entries) {
    if (!entry->constant.empty()) slots_[meaning].tier = kMain;
    for (const std::string_view path : entry->paths) {
      if (!path.empty()) lookup.Collect(path, Follow::kEntry, nodes);
      put(kMain, entry, false);
    }
    for (const std::string_view path : entry->from) {
      if (!path.empty()) lookup.Collect(path, Follow::kEntry, nodes);
      put(kMain, entry, true);
    }
  }
  for (const std::string& path : its.raw) lookup.Collect(path, Follow::kExact, nodes);
  put(kMain, nullptr, false);
  if (slots_[meaning].tier != kNothing) return;
  for (const std::string& path : its.raw) {
    if (its.known) lookup.Collect(path, Follow::kAnyCase, nodes);
  }
  put(kAnyCase, nullptr, false);
  if (slots_[meaning].tier != kNothing) return;
  std::vector<const Node*> lists;
  for (const std::string_view bag : its.bags) lookup.Collect(bag, Follow::kEntry, lists);
  for (const Node* list : lists) lookup.CollectMembers(*list, its.member, nodes);
  put(kMember, &kUnquoted, false);
}

const Node* Reading::Locate(uint32_t meaning) const {
  Reading plain;
  plain.Start(*table_, *record_, {}, true);
  plain.Fresh(meaning);
  plain.Resolve(meaning);
  const Slot& slot = plain.slots_[meaning];
  for (uint32_t i = slot.first; i != kNone; i = plain.arrivals_[i].next) {
    if (!plain.arrivals_[i].from) return plain.arrivals_[i].node;
  }
  return nullptr;
}

}  // namespace tokentrail::sigma
