#include "model/record.h"

#include <cstring>

namespace tokentrail {
namespace {

bool InTree(const Node& root, const Node& node) { return &node >= &root && &node < root.next(); }

void AppendToken(std::string_view token, std::string& out) {
  out += '/';
  for (const char c : token) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
}

/// Appends the pointer of `target` below `root`, both in one tree.
void AppendPath(const Node& root, const Node& target, std::string& out) {
  const Node* at = &root;
  while (at != &target) {
    size_t index = 0;
    const Node* next = nullptr;
    for (const Node& child : Children(*at)) {
      if (InTree(child, target)) {
        next = &child;
        break;
      }
      ++index;
    }
    if (next == nullptr) return;
    AppendToken(at->kind == NodeKind::kArray ? std::to_string(index) : std::string(next->key()), out);
    at = next;
  }
}

bool IsPresent(const Node& node) {
  if (node.is_container()) return true;
  return node.kind != NodeKind::kNull && node.text_size != 0;
}

}  // namespace

NamedValue ReadNamedValue(const Node& element) {
  NamedValue out;
  for (const Node& child : Children(element)) {
    const std::string_view key = child.key();
    if (key.empty()) continue;
    switch (key.front()) {
      case 'N':
      case 'n':
        if (key == "Name" || key == "name") out.name = child.text();
        if (key == "NewValue" || key == "newValue") out.value = &child;
        break;
      case 'd':
      case 'D':
        if (key == "displayName" || key == "DisplayName") out.name = child.text();
        break;
      case 'k':
      case 'K':
        if (key == "key" || key == "Key") out.name = child.text();
        break;
      case 'V':
      case 'v':
        if (key == "Value" || key == "value") out.value = &child;
        break;
      case 'O':
      case 'o':
        if (key == "OldValue" || key == "oldValue") out.old_value = &child;
        break;
      case 'i':
        if (key == "intValue") out.value = &child;
        break;
      case 'b':
        if (key == "boolValue") out.value = &child;
        break;
      case 'm':
        if (key == "multiValue" || key == "multiIntValue" || key == "multiBoolValue" ||
            key == "messageValue" || key == "multiMessageValue" || key == "multiStrValue") {
          out.value = &child;
        }
        break;
      default:
        break;
    }
  }
  return out;
}

const Node* Record::Child(const Node& node, std::string_view key) const {
  const Node* found = nullptr;
  const Node* object = Open(node);
  if (object == nullptr || object->kind != NodeKind::kObject) return nullptr;
  for (const Node& child : Children(*object)) {
    if (child.key_size == key.size() && (key.empty() || *child.key_data == key.front()) &&
        child.key() == key) {
      found = &child;
    }
  }
  return found;
}

const Node* Record::Open(const Node& node) const {
  if (node.is_container()) return &node;
  if (node.kind != NodeKind::kText || nested_ == nullptr) return nullptr;
  return nested_->Parse(node);
}

const Node* Record::Find(std::string_view path) const {
  return root_ == nullptr ? nullptr : FindFrom(*root_, path);
}

const Node* Record::FindFrom(const Node& node, std::string_view path) const {
  if (path.empty()) return &node;
  const Node* container = Open(node);
  if (container == nullptr) return nullptr;

  if (path.front() == '[') {
    const size_t close = path.find(']');
    if (close == std::string_view::npos) return nullptr;
    const std::string_view inside = path.substr(1, close - 1);
    std::string_view rest = path.substr(close + 1);
    if (!rest.empty() && rest.front() == '.') rest.remove_prefix(1);
    const bool is_array = container->kind == NodeKind::kArray;
    if (inside.empty()) {
      if (!is_array) return FindFrom(*container, rest);
      for (const Node& element : Children(*container)) {
        const Node* found = FindFrom(element, rest);
        if (found != nullptr && IsPresent(*found)) return found;
      }
      return nullptr;
    }
    if (inside.find_first_not_of("0123456789") == std::string_view::npos) {
      size_t index = 0;
      for (const char c : inside.substr(0, 9)) index = index * 10 + static_cast<size_t>(c - '0');
      if (!is_array) return index == 0 ? FindFrom(*container, rest) : nullptr;
      for (const Node& element : Children(*container)) {
        if (index-- == 0) return FindFrom(element, rest);
      }
      return nullptr;
    }
    if (!is_array) {
      const Node* child = Child(*container, inside);
      return child == nullptr ? nullptr : FindFrom(*child, rest);
    }
    for (const Node& element : Children(*container)) {
      const NamedValue named = ReadNamedValue(element);
      if (named.name == inside && named.value != nullptr) return FindFrom(*named.value, rest);
    }
    return nullptr;
  }

  if (container->kind != NodeKind::kObject) return nullptr;
  // The longest key that the path starts with wins, so a flat dotted key beats the path it looks
  // like; of equal keys the last.
  const Node* found = nullptr;
  size_t longest = 0;
  for (const Node& child : Children(*container)) {
    const std::string_view key = child.key();
    if (key.empty() || key.size() < longest || key.size() > path.size()) continue;
    // What follows in the path tells most keys off without a look at them.
    const char next = key.size() == path.size() ? '.' : path[key.size()];
    if (next != '.' && next != '[') continue;
    if (std::memcmp(key.data(), path.data(), key.size()) != 0) continue;
    std::string_view rest = path.substr(key.size());
    if (!rest.empty() && next == '.') rest.remove_prefix(1);
    const Node* below = rest.empty() ? &child : FindFrom(child, rest);
    if (below == nullptr) continue;
    found = below;
    longest = key.size();
  }
  return found;
}

std::string_view Record::Text(std::string_view path) const {
  const Node* node = Find(path);
  return node == nullptr ? std::string_view{} : node->text();
}

std::string Record::Pointer(const Node& node) const {
  std::string out;
  if (root_ == nullptr) return out;
  if (InTree(*root_, node)) {
    AppendPath(*root_, node, out);
    return out;
  }
  // In JSON that stands in a text: find the chain of texts that leads there.
  std::string prefix;
  const auto search = [&](const auto& self, const Node& tree, const std::string& path) -> bool {
    for (const Node* text = &tree; text < tree.next(); ++text) {
      if (text->nested == 0 || text->nested == 255 || nested_ == nullptr) continue;
      const Node* inner = nested_->Parse(*text);
      if (inner == nullptr) continue;
      std::string here = path;
      AppendPath(tree, *text, here);
      if (InTree(*inner, node)) {
        AppendPath(*inner, node, here);
        out = here;
        return true;
      }
      if (self(self, *inner, here)) return true;
    }
    return false;
  };
  search(search, *root_, prefix);
  return out;
}

}  // namespace tokentrail
