#include "sigma/path_lookup.h"

#include <algorithm>

#include "base/text.h"

namespace tokentrail::sigma {

void PathLookup::Members(const Node& node, std::string_view name, int depth,
                         std::vector<const Node*>& out) const {
  if (depth > kMaxDepth) return;
  const Node* const list = node.is_container() ? &node : record_.Open(node);
  if (list == nullptr) return;
  for (const Node& item : Children(*list)) {
    if (list->kind == NodeKind::kObject) {
      if (EqualsIgnoreCase(item.key(), name)) out.push_back(&item);
    } else if (item.kind == NodeKind::kArray) {
      Members(item, name, depth + 1, out);
    } else if (item.kind == NodeKind::kObject) {
      const NamedValue named = ReadNamedValue(item);
      if (!named.name.empty() && named.value != nullptr && EqualsIgnoreCase(named.name, name)) {
        out.push_back(named.value);
      }
    }
  }
}

bool PathLookup::At(const Node& node, std::string_view path, Follow how, int depth,
                    std::vector<const Node*>& out) const {
  if (depth > kMaxDepth) return false;
  if (how == Follow::kEntry && path.starts_with('[')) {
    const size_t close = std::min(path.find(']'), path.size() - 1);
    std::vector<const Node*> members;
    Members(node, path.substr(1, close - 1), 0, members);
    path.remove_prefix(std::min(close + 2, path.size()));
    if (path.empty()) out.insert(out.end(), members.begin(), members.end());
    bool found = path.empty() && !members.empty();
    for (const Node* member : members) {
      if (!path.empty() && At(*member, path, how, depth + 1, out)) found = true;
    }
    return found;
  }
  if (node.kind == NodeKind::kText) {
    if (!LooksLikeJson(node.text())) return false;
    const Node* const opened = record_.Open(node);
    return opened != nullptr && At(*opened, path, how, depth + 1, out);
  }
  if (node.kind == NodeKind::kArray) {
    bool found = false;
    for (const Node& item : Children(node)) {
      if (At(item, path, how, depth + 1, out)) found = true;
    }
    return found;
  }
  return node.kind == NodeKind::kObject && Keys(node, path, how, depth, out);
}

bool PathLookup::Keys(const Node& object, std::string_view path, Follow how, int depth,
                      std::vector<const Node*>& out) const {
  // The longest key first, so that a key with dots wins over the path it looks like.
  const char* const ends = how == Follow::kEntry ? ".[" : ".";
  for (size_t end = path.size(); end != path.npos && end != 0;
       end = path.find_last_of(ends, end - 1)) {
    const std::string_view key = path.substr(0, end);
    // Of keys spelled the same the last one counts; keys that differ in case only all do.
    std::vector<const Node*> children;
    if (how == Follow::kExact) {
      if (const Node* const child = record_.Child(object, key); child != nullptr) {
        children.push_back(child);
      }
    } else {
      for (const Node& member : Children(object)) {
        if (!EqualsIgnoreCase(member.key(), key)) continue;
        std::erase_if(children,
                      [&](const Node* earlier) { return earlier->key() == member.key(); });
        children.push_back(&member);
      }
    }
    const size_t next = end < path.size() && path[end] == '[' ? end : end + 1;
    bool found = false;
    for (const Node* const child : children) {
      if (end == path.size()) {
        out.push_back(child);
        found = true;
      } else if (At(*child, path.substr(next), how, depth + 1, out)) {
        found = true;
      }
    }
    if (found) return true;
  }
  return false;
}

}  // namespace tokentrail::sigma
