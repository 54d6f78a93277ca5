#include "sigma/reading.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace tokentrail::sigma {
namespace {

/// Nesting that we follow, arrays and JSON in texts counted.
constexpr int kMaxDepth = 32;

bool LooksLikeJson(std::string_view text) {
  return text.size() > 2 && (text.front() == '{' || text.front() == '[');
}

/// Every form in which exports of one log write an activity: without and with a final period, and
/// each of these with its dashes as they are, plain, and en dashes.
void AddActivityForms(std::string_view text, Arena& arena, std::vector<std::string_view>& out) {
  std::string_view base = Trim(text);
  if (base.ends_with('.')) base.remove_suffix(1);
  const auto add = [&](std::string_view form) {
    char* const with = arena.Allocate(form.size() + 1);
    std::memcpy(with, form.data(), form.size());
    with[form.size()] = '.';
    for (const std::string_view one : {std::string_view(with, form.size()),
                                       std::string_view(with, form.size() + 1)}) {
      if (one != text) out.push_back(one);
    }
  };
  add(base);
  const bool dashes = std::any_of(base.begin(), base.end(), [](char c) {
    return c == '-' || c == '\xe2';
  });
  if (!dashes) return;
  // U+2010 to U+2015, hyphens and dashes, and the plain one.
  const auto is_dash = [&](size_t i) {
    return base.substr(i).starts_with("\xe2\x80") && i + 2 < base.size() &&
           static_cast<unsigned char>(base[i + 2]) >= 0x90 &&
           static_cast<unsigned char>(base[i + 2]) <= 0x95;
  };
  std::string plain;
  std::string en;
  bool any = false;
  for (size_t i = 0; i < base.size(); ++i) {
    if (base[i] == '-' || is_dash(i)) {
      any = true;
      if (base[i] != '-') i += 2;
      plain.push_back('-');
      en += "\xe2\x80\x93";
    } else {
      plain.push_back(base[i]);
      en.push_back(base[i]);
    }
  }
  if (!any) return;
  if (plain != base) add(plain);
  if (en != base) add(en);
}

void AppendJson(const Node& node, std::string& out) {
  const auto quoted = [&](std::string_view text) {
    out.push_back('"');
    for (const char c : text) {
      if (c == '"' || c == '\\') out.push_back('\\');
      out.push_back(c);
    }
    out.push_back('"');
  };
  switch (node.kind) {
    case NodeKind::kNull:
      out += "null";
      return;
    case NodeKind::kText:
      quoted(node.text());
      return;
    case NodeKind::kObject:
    case NodeKind::kArray: {
      const bool object = node.kind == NodeKind::kObject;
      out.push_back(object ? '{' : '[');
      bool first = true;
      for (const Node& child : Children(node)) {
        if (!first) out.push_back(',');
        first = false;
        if (object) {
          quoted(child.key());
          out.push_back(':');
        }
        AppendJson(child, out);
      }
      out.push_back(object ? '}' : ']');
      return;
    }
    default:
      out += node.text();
  }
}

}  // namespace

namespace {

/// Equal exactly when two entries give the same values of every record.
std::string KeyOf(const ViewField& entry) {
  std::string out;
  const auto put = [&](const auto& value) {
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
  };
  for (const std::string_view path : entry.paths) out.append(Lower(path)).push_back('\x1f');
  put(entry.take);
  put(entry.words.data());
  put(entry.normalised);
  put(entry.derive);
  return out.append(entry.constant);
}

/// Whether an entry gives what the raw field at `path` holds anyway.
bool Covers(const ViewField& entry, std::string_view path) {
  const bool as_is = entry.words.empty() && (entry.take == sigma::Take::kValue ||
                                             entry.take == sigma::Take::kActivity);
  return as_is && std::any_of(entry.paths.begin(), entry.paths.end(), [&](std::string_view one) {
           return EqualsIgnoreCase(one, path);
         });
}

}  // namespace

uint32_t FieldTable::Add(std::string_view text, const std::vector<const View*>& views) {
  const auto [by_name, is_new_name] = by_name_.try_emplace({std::string(text), views}, 0);
  if (!is_new_name) return by_name->second;
  Meaning out;
  out.known = !views.empty();
  bool bare = false;
  // A rule that leaves open which of several logs it is about is read by raw names.
  if (views.size() == 1) {
    for (const ViewField& field : views.front()->fields) {
      if (EqualsIgnoreCase(field.name, text)) out.entries.push_back(&field);
    }
  }
  // An entry says where its field is; the bags are for names that no one wrote down.
  for (const View* view : views) {
    if (out.entries.empty()) out.bags.insert(out.bags.end(), view->bags.begin(), view->bags.end());
  }
  const bool covered = std::any_of(out.entries.begin(), out.entries.end(),
                                   [&](const ViewField* entry) { return Covers(*entry, text); });
  if (!covered) out.raw.emplace_back(text);
  for (const View* view : views) {
    for (const std::string_view prefix : view->prefixes) {
      if (out.entries.empty() && text.starts_with(prefix) && text.size() > prefix.size()) {
        out.raw.emplace_back(text.substr(prefix.size()));
        bare = true;
      }
    }
  }
  for (const FieldDef& def : Fields()) {
    if (out.known && def.name == text) out.normalised = def.field;
  }
  if (!out.bags.empty()) out.member = Lower(text);
  out.computed = out.normalised.has_value();
  std::string key;
  for (const ViewField* entry : out.entries) {
    key += KeyOf(*entry);
    out.computed = out.computed || entry->normalised != Field::kCount || entry->derive != nullptr;
  }
  key.append("\x1e").append(out.known ? "1" : "0").append(out.member).append(bare ? "1" : "0");
  for (const std::string& path : out.raw) key.append("\x1e").append(path);
  for (const std::string_view bag : out.bags) key.append("\x1e").append(bag);
  if (out.normalised) key.append("\x1e").append(text);
  const auto [by_meaning, is_new] =
      by_meaning_.try_emplace(std::move(key), static_cast<uint32_t>(meanings_.size()));
  if (is_new) meanings_.push_back(std::move(out));
  by_name->second = by_meaning->second;
  return by_name->second;
}

void FieldTable::Finish() {
  for (uint32_t i = 0; i < meanings_.size(); ++i) {
    const Meaning& meaning = meanings_[i];
    const auto add = [&](std::string_view path, const ViewField* entry) {
      trie_.Add(path, static_cast<uint32_t>(leaves_.size()), entry != nullptr);
      leaves_.push_back({i, entry, std::string(entry == nullptr ? path : std::string_view())});
    };
    bool constant = false;
    for (const ViewField* entry : meaning.entries) {
      for (const std::string_view path : entry->paths) {
        if (!path.empty()) add(path, entry);
      }
      constant = constant || !entry->constant.empty();
    }
    for (const std::string& path : meaning.raw) add(path, nullptr);
    if (constant) constants_.push_back(i);
    if (meaning.computed) computed_.push_back(i);
    if (!meaning.bags.empty()) members_[meaning.member].push_back(i);
    for (const std::string_view bag : meaning.bags) trie_.AddBag(bag);
  }
  trie_.Finish();
  by_name_.clear();
  by_meaning_.clear();
}

const std::vector<uint32_t>* FieldTable::FindMember(std::string_view name,
                                                    std::string& scratch) const {
  scratch.assign(name);
  for (char& c : scratch) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
  const auto it = members_.find(std::string_view(scratch));
  return it == members_.end() ? nullptr : &it->second;
}

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
  touched_.clear();
  route_.clear();
  if (slots_.size() < table.size()) slots_.resize(table.size());
  if (leaves_.size() < table.leaf_count()) leaves_.resize(table.leaf_count());
  if (edge_visits_.size() < table.trie().edge_count()) {
    edge_visits_.resize(table.trie().edge_count(), 0);
  }
  if (plain) return;
  WalkInto(record.root(), table.trie().state(0), true, 0, 0);
  if (plain_) {
    ++round_;  // what was found so far doesn't count
    return;
  }
  for (const uint32_t meaning : table.constants()) {
    for (const ViewField* entry : table.meaning(meaning).entries) {
      if (entry->constant.empty()) continue;
      Slot& slot = Fresh(meaning);
      if (slot.tier < kMain) slot.seen.clear();
      slot.tier = kMain;
      slot.seen.push_back({NodeKind::kText, entry->constant});
    }
  }
}

Reading::Slot& Reading::Fresh(uint32_t meaning) {
  Slot& slot = slots_[meaning];
  if (slot.round != round_) {
    slot.round = round_;
    slot.tier = kNothing;
    slot.settled = false;
    slot.raw = false;
    slot.seen.clear();
    touched_.push_back(meaning);
  }
  return slot;
}

void Reading::Put(uint32_t meaning, Tier tier, const ViewField* entry, const Node& node) {
  Slot& slot = Fresh(meaning);
  if (tier < slot.tier) return;
  if (tier > slot.tier) slot.seen.clear();
  slot.tier = tier;
  slot.raw = slot.raw || entry == nullptr;
  Take(entry, node, slot.seen);
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

void Reading::Arrive(const Node& node, uint32_t index, uint32_t shape) {
  const FieldTable::Leaf& leaf = table_->leaf(index);
  Tier tier = kMain;
  if (leaf.entry == nullptr && !RouteIs(leaf.raw)) {
    if (!table_->meaning(leaf.meaning).known) return;
    tier = kAnyCase;
  }
  // The same path once through a key with dots and once without: the plain way knows which wins.
  LeafState& state = leaves_[index];
  if (state.round == round_ && state.shape != shape) plain_ = true;
  state = {round_, shape};
  Put(leaf.meaning, tier, leaf.entry, node);
}

void Reading::Walk(const Node& node, uint32_t index, uint32_t shape, int depth) {
  const PathTrie::State& state = table_->trie().state(index);
  for (const uint32_t leaf : state.leaves) Arrive(node, leaf, shape);
  WalkInto(node, state, true, shape, depth);
}

void Reading::WalkInto(const Node& node, const PathTrie::State& state, bool members,
                       uint32_t shape, int depth) {
  if (state.keys.empty() && state.names.empty() && !state.bag) return;
  if (depth > kMaxDepth) return;
  switch (node.kind) {
    case NodeKind::kObject: {
      if (members && (!state.names.empty() || state.bag)) WalkMembers(node, state, shape, depth);
      if (state.keys.empty()) return;
      const uint64_t visit = ++visit_;
      for (const Node* child = node.begin(); child != node.end(); child = child->next()) {
        const uint32_t found = table_->trie().FindKey(state, child->key());
        if (found == PathTrie::kNone) continue;
        if (edge_visits_[found] == visit) plain_ = true;
        edge_visits_[found] = visit;
        const PathTrie::Edge& edge = table_->trie().edge(found);
        route_.push_back(child->key());
        Walk(*child, edge.target, shape * 31 + edge.components, depth + 1);
        route_.pop_back();
      }
      return;
    }
    case NodeKind::kArray:
      if (members && (!state.names.empty() || state.bag)) WalkMembers(node, state, shape, depth);
      if (state.keys.empty() && !members) return;
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

void Reading::WalkMembers(const Node& list, const PathTrie::State& state, uint32_t shape,
                          int depth) {
  const auto member = [&](std::string_view name, const Node& value) {
    if (const uint32_t found = table_->trie().FindName(state, name); found != PathTrie::kNone) {
      route_.push_back({});
      Walk(value, table_->trie().edge(found).target, shape * 31, depth + 1);
      route_.pop_back();
    }
    if (!state.bag) return;
    const std::vector<uint32_t>* const names = table_->FindMember(name, scratch_);
    if (names == nullptr) return;
    static constexpr ViewField kUnquoted = {.name = {}, .take = Take::kUnquoted};
    for (const uint32_t index : *names) Put(index, kMember, &kUnquoted, value);
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

bool Reading::Settle(uint32_t meaning, Slot& slot) {
  slot.settled = true;
  const FieldTable::Meaning& its = table_->meaning(meaning);
  const auto main = [&] {
    if (slot.tier < kMain) slot.seen.clear();
    slot.tier = kMain;
  };
  for (const ViewField* entry : its.entries) {
    if (entry->normalised != Field::kCount && lookup_.text != nullptr) {
      const std::string_view text = lookup_.text(lookup_.context, entry->normalised);
      if (!text.empty()) {
        main();
        AddText(entry, {NodeKind::kText, text}, slot.seen);
      }
    }
    if (entry->derive == nullptr) continue;
    for (const std::string_view text : entry->derive(*record_)) {
      if (text.empty()) continue;
      main();
      slot.seen.push_back({NodeKind::kText, text});
    }
  }
  if (slot.tier >= kNormalised || !its.normalised.has_value() || lookup_.text == nullptr) {
    return slot.tier != kNothing;
  }
  const std::string_view text = lookup_.text(lookup_.context, *its.normalised);
  if (!text.empty()) {
    slot.tier = kNormalised;
    slot.seen.assign(1, {NodeKind::kText, text});
  }
  return slot.tier != kNothing;
}

Reading::Values Reading::Get(uint32_t meaning) {
  Slot& slot = slots_[meaning];
  if (slot.round != round_) {
    Fresh(meaning);
    if (plain_) Resolve(meaning);
  }
  if (!slot.settled) Settle(meaning, slot);
  return {slot.tier != kNothing, slot.raw, slot.seen};
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

void Reading::AddText(const ViewField* entry, Seen value, std::vector<Seen>& out) {
  if (entry == nullptr || entry->words.empty() || value.kind == NodeKind::kNull) {
    out.push_back(value);
    return;
  }
  for (const Word& word : entry->words) {
    if (EqualsIgnoreCase(word.raw, value.text)) out.push_back({NodeKind::kText, word.sigma});
  }
}

void Reading::Take(const ViewField* entry, const Node& node, std::vector<Seen>& out) {
  const auto take = entry == nullptr ? sigma::Take::kValue : entry->take;
  if (take == sigma::Take::kParameters) {
    std::string joined;
    const Node* const list = record_->Open(node);
    if (list == nullptr) {
      AddText(entry, {node.kind, node.text()}, out);
      return;
    }
    for (const Node& item : Children(*list)) {
      if (item.kind != NodeKind::kObject) continue;
      const NamedValue named = ReadNamedValue(item);
      if (named.name.empty()) continue;
      joined += joined.empty() ? "-" : " -";
      joined += named.name;
      if (named.value != nullptr) joined.append(" ").append(named.value->text());
    }
    AddText(entry, {NodeKind::kText, arena_.Copy(joined)}, out);
    return;
  }
  if (take == sigma::Take::kJson && node.is_container()) {
    std::string json;
    AppendJson(node, json);
    AddText(entry, {NodeKind::kText, arena_.Copy(json)}, out);
    return;
  }
  if (take == sigma::Take::kBelow) {
    if (!node.is_container()) AddText(entry, {node.kind, node.text()}, out);
    const Node* const inner = record_->Open(node);
    if (inner == nullptr) return;
    for (const Node& child : Children(*inner)) Take(entry, child, out);
    return;
  }
  if (node.kind == NodeKind::kArray) {
    for (const Node& item : Children(node)) Take(entry, item, out);
    return;
  }
  if (take == sigma::Take::kUnquoted && node.kind == NodeKind::kText) {
    // Entra writes values as JSON: "True" with its quotes, ["a","b"].
    std::string_view text = node.text();
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
      text.remove_prefix(1);
      text.remove_suffix(1);
    } else if (const Node* const opened = record_->Open(node);
               opened != nullptr && opened->kind == NodeKind::kArray) {
      for (const Node& item : Children(*opened)) Take(entry, item, out);
      return;
    }
    AddText(entry, {NodeKind::kText, text}, out);
    return;
  }
  if (take == sigma::Take::kActivity && node.kind == NodeKind::kText) {
    // The same text under another path has the same forms.
    for (const Seen& seen : out) {
      if (seen.text == node.text()) return;
    }
  }
  AddText(entry, {node.kind, node.text()}, out);
  if (take == sigma::Take::kActivity && node.kind == NodeKind::kText) {
    forms_.clear();
    AddActivityForms(node.text(), arena_, forms_);
    for (const std::string_view form : forms_) AddText(entry, {NodeKind::kText, form}, out);
  }
}

// The plain way: one name at a time, from the root.

Reading::Tier Reading::FindNodes(
    uint32_t meaning, std::vector<std::pair<const ViewField*, const Node*>>& out) const {
  static constexpr ViewField kUnquoted = {.name = {}, .take = Take::kUnquoted};
  const FieldTable::Meaning& its = table_->meaning(meaning);
  const Node& root = record_->root();
  std::vector<const Node*> nodes;
  const auto collect = [&](std::string_view path, Follow how, const ViewField* entry) {
    nodes.clear();
    Collect(root, path, how, 0, nodes);
    for (const Node* node : nodes) out.emplace_back(entry, node);
  };
  for (const ViewField* entry : its.entries) {
    for (const std::string_view path : entry->paths) {
      if (!path.empty()) collect(path, Follow::kEntry, entry);
    }
  }
  for (const std::string& path : its.raw) collect(path, Follow::kExact, nullptr);
  if (!out.empty()) return kMain;
  for (const std::string& path : its.raw) {
    if (its.known) collect(path, Follow::kAnyCase, nullptr);
  }
  if (!out.empty()) return kAnyCase;
  std::vector<const Node*> lists;
  for (const std::string_view bag : its.bags) Collect(root, bag, Follow::kEntry, 0, lists);
  nodes.clear();
  for (const Node* list : lists) CollectMembers(*list, its.member, 0, nodes);
  for (const Node* node : nodes) out.emplace_back(&kUnquoted, node);
  return out.empty() ? kNothing : kMember;
}

void Reading::Resolve(uint32_t meaning) {
  Slot& slot = slots_[meaning];
  std::vector<std::pair<const ViewField*, const Node*>> found;
  slot.tier = FindNodes(meaning, found);
  for (const ViewField* entry : table_->meaning(meaning).entries) {
    if (entry->constant.empty()) continue;
    if (slot.tier < kMain) found.clear();
    slot.tier = kMain;
    slot.seen.push_back({NodeKind::kText, entry->constant});
  }
  for (const auto& [entry, node] : found) {
    slot.raw = slot.raw || entry == nullptr;
    Take(entry, *node, slot.seen);
  }
}

const Node* Reading::Locate(uint32_t meaning) const {
  std::vector<std::pair<const ViewField*, const Node*>> found;
  FindNodes(meaning, found);
  return found.empty() ? nullptr : found.front().second;
}

void Reading::CollectMembers(const Node& node, std::string_view name, int depth,
                             std::vector<const Node*>& out) const {
  if (depth > kMaxDepth) return;
  const Node* const list = node.is_container() ? &node : record_->Open(node);
  if (list == nullptr) return;
  for (const Node& item : Children(*list)) {
    if (list->kind == NodeKind::kObject) {
      if (EqualsIgnoreCase(item.key(), name)) out.push_back(&item);
    } else if (item.kind == NodeKind::kArray) {
      CollectMembers(item, name, depth + 1, out);
    } else if (item.kind == NodeKind::kObject) {
      const NamedValue named = ReadNamedValue(item);
      if (!named.name.empty() && named.value != nullptr && EqualsIgnoreCase(named.name, name)) {
        out.push_back(named.value);
      }
    }
  }
}

bool Reading::Collect(const Node& node, std::string_view path, Follow how, int depth,
                      std::vector<const Node*>& out) const {
  if (depth > kMaxDepth) return false;
  if (how == Follow::kEntry && path.starts_with('[')) {
    const size_t close = std::min(path.find(']'), path.size() - 1);
    std::vector<const Node*> members;
    CollectMembers(node, path.substr(1, close - 1), 0, members);
    path.remove_prefix(std::min(close + 2, path.size()));
    if (path.empty()) out.insert(out.end(), members.begin(), members.end());
    bool found = path.empty() && !members.empty();
    for (const Node* member : members) {
      if (!path.empty() && Collect(*member, path, how, depth + 1, out)) found = true;
    }
    return found;
  }
  if (node.kind == NodeKind::kText) {
    if (!LooksLikeJson(node.text())) return false;
    const Node* const opened = record_->Open(node);
    return opened != nullptr && Collect(*opened, path, how, depth + 1, out);
  }
  if (node.kind == NodeKind::kArray) {
    bool found = false;
    for (const Node& item : Children(node)) {
      if (Collect(item, path, how, depth + 1, out)) found = true;
    }
    return found;
  }
  return node.kind == NodeKind::kObject && CollectKeys(node, path, how, depth, out);
}

bool Reading::CollectKeys(const Node& object, std::string_view path, Follow how, int depth,
                          std::vector<const Node*>& out) const {
  // The longest key first, so that a key with dots wins over the path it looks like.
  const char* const ends = how == Follow::kEntry ? ".[" : ".";
  for (size_t end = path.size(); end != path.npos && end != 0;
       end = path.find_last_of(ends, end - 1)) {
    const std::string_view key = path.substr(0, end);
    const Node* child = nullptr;
    if (how == Follow::kExact) {
      child = record_->Child(object, key);
    } else {
      for (const Node& member : Children(object)) {
        if (EqualsIgnoreCase(member.key(), key)) child = &member;
      }
    }
    if (child == nullptr) continue;
    if (end == path.size()) {
      out.push_back(child);
      return true;
    }
    const size_t next = path[end] == '[' ? end : end + 1;
    if (Collect(*child, path.substr(next), how, depth + 1, out)) return true;
  }
  return false;
}

}  // namespace tokentrail::sigma
