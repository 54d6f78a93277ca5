// What a field name stands for in a record, by plain recursion.

#include <algorithm>
#include <functional>

#include "base/text.h"
#include "test/support/json_value.h"
#include "test/support/sigma_reference.h"

namespace tokentrail::test::reference {
namespace {

using RawNode = tokentrail::Node;
using Visit = std::function<void(const RawNode&)>;

bool SameName(std::string_view a, std::string_view b, bool any_case) {
  return any_case ? FoldChars(Decode(a)) == FoldChars(Decode(b)) : a == b;
}

struct Walk {
  const Record& record;
  bool any_case = false;
  bool brackets = false;  ///< `list[Name]` means a member of a list of names and values

  /// Visits each node at `path` below `node`. False when there is none.
  bool At(const RawNode& node, std::string_view path, const Visit& visit) const {
    const RawNode* const container = record.Open(node);
    if (container == nullptr) return false;
    bool found = false;
    if (container->kind == NodeKind::kArray) {
      for (const RawNode& member : Children(*container)) found |= At(member, path, visit);
      return found;
    }
    // A key with dots wins over the path it looks like: the longest first.
    for (size_t size = path.size() + 1; size-- > 0 && !found;) {
      const bool whole = size == path.size();
      const bool bracket = brackets && !whole && path[size] == '[';
      if (!whole && path[size] != '.' && !bracket) continue;
      for (const RawNode* child : Keyed(*container, path.substr(0, size))) {
        if (whole) {
          visit(*child);
          found = true;
        } else if (bracket) {
          found |= Member(*child, path.substr(size + 1), visit);
        } else {
          found |= At(*child, path.substr(size + 1), visit);
        }
      }
    }
    return found;
  }

 private:
  /// The members of that key; of equal keys the last.
  std::vector<const RawNode*> Keyed(const RawNode& object, std::string_view key) const {
    std::vector<const RawNode*> out;
    for (const RawNode& child : Children(object)) {
      if (!SameName(child.key(), key, any_case)) continue;
      const auto same = [&](const RawNode* other) { return other->key() == child.key(); };
      out.erase(std::remove_if(out.begin(), out.end(), same), out.end());
      out.push_back(&child);
    }
    return out;
  }

  /// `path` starts with a name and `]`.
  bool Member(const RawNode& node, std::string_view path, const Visit& visit) const {
    const size_t close = path.find(']');
    if (close == std::string_view::npos) return false;
    const std::string_view name = path.substr(0, close);
    const std::string_view rest = path.substr(close + 1);
    bool found = false;
    Named(node, name, [&](const RawNode& value) {
      if (rest.empty()) {
        visit(value);
        found = true;
      } else {
        found |= At(value, rest.substr(1), visit);
      }
    });
    return found;
  }

 public:
  /// The values of the members called `name` of a list of names and values.
  void Named(const RawNode& node, std::string_view name, const Visit& visit) const {
    const RawNode* const container = record.Open(node);
    if (container == nullptr) return;
    if (container->kind == NodeKind::kObject) {
      const NamedValue named = ReadNamedValue(*container);
      if (named.value != nullptr && SameName(named.name, name, true)) return visit(*named.value);
      for (const RawNode* child : Keyed(*container, name)) visit(*child);
      return;
    }
    for (const RawNode& member : Children(*container)) Named(member, name, visit);
  }
};

void AddValues(const RawNode& node, Field& out) {
  out.present = true;
  if (node.kind == NodeKind::kArray) {
    for (const RawNode& member : Children(node)) AddValues(member, out);
  } else if (node.kind != NodeKind::kObject) {
    out.values.push_back({node.kind, std::string(node.text())});
  }
}

void AddBelow(const Record& record, const RawNode& node, Field& out) {
  out.present = true;
  // A text that holds JSON counts as itself and as what it holds.
  if (!node.is_container()) out.values.push_back({node.kind, std::string(node.text())});
  const RawNode* const container = record.Open(node);
  if (container == nullptr) return;
  for (const RawNode& member : Children(*container)) AddBelow(record, member, out);
}

void AddUnquoted(const Record& record, const RawNode& node, Field& out) {
  out.present = true;
  const RawNode* const container = record.Open(node);
  if (container != nullptr && container->kind == NodeKind::kArray) {
    for (const RawNode& member : Children(*container)) AddUnquoted(record, member, out);
    return;
  }
  if (node.is_container()) return;
  std::string text(node.text());
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    text = text.substr(1, text.size() - 2);
  }
  out.values.push_back({node.kind, text});
}

std::string Replaced(std::string text, std::string_view from, std::string_view to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

void AddActivity(const RawNode& node, Field& out) {
  Field plain;
  AddValues(node, plain);
  out.present = true;
  for (const Scalar& value : plain.values) {
    out.values.push_back(value);
    if (value.kind != NodeKind::kText) continue;
    std::string text = value.text;
    const auto trim = [&] {
      constexpr std::string_view kSpaces = " \t\r\n";
      text.erase(0, std::min(text.find_first_not_of(kSpaces), text.size()));
      text.erase(text.find_last_not_of(kSpaces) + 1);
    };
    trim();
    if (!text.empty() && text.back() == '.') text.pop_back();
    trim();
    for (const std::string& one : {text, text + "."}) {
      const std::string hyphens = Replaced(Replaced(one, "\u2013", "-"), "\u2014", "-");
      for (const std::string& way : {one, hyphens, Replaced(hyphens, "-", "\u2013")}) {
        out.values.push_back({NodeKind::kText, way});
      }
    }
  }
}

std::string CompactJson(const RawNode& node) {
  std::string out;
  if (!node.is_container()) {
    return node.kind == NodeKind::kNull   ? "null"
           : node.kind == NodeKind::kText ? ToJson(JsonValue::Text(std::string(node.text())))
                                          : std::string(node.text());
  }
  const bool object = node.kind == NodeKind::kObject;
  for (const RawNode& child : Children(node)) {
    if (!out.empty()) out += ',';
    if (object) out += ToJson(JsonValue::Text(std::string(child.key()))) + ':';
    out += CompactJson(child);
  }
  return object ? '{' + out + '}' : '[' + out + ']';
}

void AddJson(const RawNode& node, Field& out) {
  if (!node.is_container()) return AddValues(node, out);
  out.present = true;
  out.values.push_back({NodeKind::kText, CompactJson(node)});
}

void AddParameters(const Record& record, const RawNode& node, Field& out) {
  const RawNode* const list = record.Open(node);
  if (list == nullptr) return AddValues(node, out);
  out.present = true;
  std::string text;
  for (const RawNode& member : Children(*list)) {
    NamedValue named = ReadNamedValue(member);
    if (list->kind == NodeKind::kObject) {
      named.name = member.key();
      named.value = &member;
    }
    if (named.name.empty()) continue;
    text += (text.empty() ? "-" : " -") + std::string(named.name);
    if (named.value != nullptr) text += ' ' + std::string(named.value->text());
  }
  out.values.push_back({NodeKind::kText, text});
}

void Add(const Record& record, const RawNode& node, sigma::Take take, Field& out) {
  switch (take) {
    case sigma::Take::kValue:
      return AddValues(node, out);
    case sigma::Take::kList:
      if (node.kind == NodeKind::kArray && node.begin() == node.end()) {
        out.values.push_back({NodeKind::kText, "[]"});
      }
      return AddBelow(record, node, out);
    case sigma::Take::kBelow:
      return AddBelow(record, node, out);
    case sigma::Take::kActivity:
      return AddActivity(node, out);
    case sigma::Take::kUnquoted:
      return AddUnquoted(record, node, out);
    case sigma::Take::kParameters:
      return AddParameters(record, node, out);
    case sigma::Take::kJson:
      return AddJson(node, out);
  }
}

/// Only the values that have a word, as their words.
void ToWords(const sigma::ViewField& entry, Field& field) {
  Field out;
  for (const Scalar& value : field.values) {
    for (const sigma::Word& word : entry.words) {
      if (!SameName(word.raw, value.text, true)) continue;
      out.present = true;
      out.values.push_back({NodeKind::kText, std::string(word.sigma)});
    }
  }
  field = out;
}

void AddEntry(const Record& record, const sigma::ViewField& entry, Field& out) {
  Field field;
  for (const std::string_view path : entry.paths) {
    if (path.empty()) continue;
    Walk{record, true, true}.At(record.root(), path,
                                [&](const RawNode& node) { Add(record, node, entry.take, field); });
  }
  Field basis = field;
  for (const std::string_view path : entry.from) {
    if (path.empty()) continue;
    Walk{record, true, true}.At(record.root(), path,
                                [&](const RawNode& node) { AddValues(node, basis); });
  }
  if (!entry.words.empty()) ToWords(entry, field);
  for (const Scalar& value : basis.values) {
    if (entry.derive == nullptr || value.kind == NodeKind::kNull) continue;
    if (value.kind == NodeKind::kObject || value.kind == NodeKind::kArray) continue;
    for (const std::string_view text : entry.derive(record, tokentrail::Trim(value.text))) {
      if (text.empty()) continue;
      field.present = true;
      field.values.push_back({NodeKind::kText, std::string(text)});
    }
  }
  if (!entry.constant.empty()) {
    field.present = true;
    field.values.push_back({NodeKind::kText, std::string(entry.constant)});
  }
  out.present |= field.present;
  out.values.insert(out.values.end(), field.values.begin(), field.values.end());
}

void AddRaw(const Record& record, std::string_view name, bool any_case, Field& out) {
  Walk{record, any_case, false}.At(record.root(), name,
                                   [&](const RawNode& node) { AddValues(node, out); });
}

void AddAll(const RawNode& node, std::vector<Scalar>& out) {
  if (node.is_container()) {
    for (const RawNode& child : Children(node)) AddAll(child, out);
  } else if (node.kind != NodeKind::kNull) {
    out.push_back({node.kind, std::string(node.text())});
  }
}

}  // namespace

Field FieldOf(const Record& record, std::string_view name, const Views& views) {
  Field out;
  // A rule that leaves open which of several logs it is about has no entries.
  bool entered = false;
  if (views.size() == 1) {
    for (const sigma::ViewField& entry : views.front()->fields) {
      if (!SameName(entry.name, name, true)) continue;
      AddEntry(record, entry, out);
      entered = true;
    }
  }
  std::vector<std::string_view> raw = {name};
  for (const sigma::View* view : views) {
    for (const std::string_view prefix : view->prefixes) {
      const bool starts =
          name.size() > prefix.size() && SameName(name.substr(0, prefix.size()), prefix, true);
      if (!entered && starts) raw.push_back(name.substr(prefix.size()));
    }
  }
  for (const std::string_view one : raw) AddRaw(record, one, false, out);
  if (out.present || views.empty()) return out;
  for (const std::string_view one : raw) AddRaw(record, one, true, out);
  if (out.present || entered) return out;
  const Walk walk{record, true, true};
  for (const sigma::View* view : views) {
    for (const std::string_view bag : view->bags) {
      walk.At(record.root(), bag, [&](const RawNode& list) {
        walk.Named(list, name, [&](const RawNode& value) { AddUnquoted(record, value, out); });
      });
    }
  }
  return out;
}

std::vector<Scalar> AllValues(const Record& record) {
  std::vector<Scalar> out;
  AddAll(record.root(), out);
  return out;
}

}  // namespace tokentrail::test::reference
