#include "sigma/taker.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "base/text.h"

namespace tokentrail::sigma {
namespace {

/// Calls `visit` with every other form in which exports of one log write an activity: without and
/// with a final period, and each of these with its dashes as they are, plain, and en dashes.
template <typename Visit>
void ForEachActivityForm(std::string_view text, Arena& arena, const Visit& visit) {
  std::string_view base = Trim(text);
  if (base.ends_with('.')) base.remove_suffix(1);
  const auto add = [&](std::string_view form) {
    char* const with = arena.Allocate(form.size() + 1);
    std::memcpy(with, form.data(), form.size());
    with[form.size()] = '.';
    for (const std::string_view one :
         {std::string_view(with, form.size()), std::string_view(with, form.size() + 1)}) {
      if (one != text) visit(one);
    }
  };
  add(base);
  const bool dashes =
      std::any_of(base.begin(), base.end(), [](char c) { return c == '-' || c == '\xe2'; });
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

void Taker::AddWords(const ViewField* entry, Seen value, std::vector<Seen>& out) {
  if (entry == nullptr || entry->words.empty() || value.kind == NodeKind::kNull) {
    out.push_back(value);
    return;
  }
  for (const Word& word : entry->words) {
    if (EqualsIgnoreCase(word.raw, value.text)) out.push_back({NodeKind::kText, word.sigma});
  }
}

void Taker::AddValue(const ViewField* entry, Seen value, std::vector<Seen>& out) const {
  AddWords(entry, value, out);
  if (entry == nullptr || entry->derive == nullptr) return;
  if (value.kind == NodeKind::kNull || value.kind >= NodeKind::kObject) return;
  for (const std::string_view text : entry->derive(record_, Trim(value.text))) {
    if (!text.empty()) out.push_back({NodeKind::kText, text});
  }
}

void Taker::Derive(const ViewField& entry, const Node& node, std::vector<Seen>& out) const {
  if (node.kind == NodeKind::kArray) {
    for (const Node& item : Children(node)) Derive(entry, item, out);
    return;
  }
  if (node.kind == NodeKind::kNull || node.is_container()) return;
  for (const std::string_view text : entry.derive(record_, Trim(node.text()))) {
    if (!text.empty()) out.push_back({NodeKind::kText, text});
  }
}

void Taker::Take(const ViewField* entry, const Node& node, std::vector<Seen>& out) {
  const auto take = entry == nullptr ? sigma::Take::kValue : entry->take;
  if (take == sigma::Take::kParameters) {
    std::string joined;
    const Node* const list = record_.Open(node);
    if (list == nullptr) {
      AddValue(entry, {node.kind, node.text()}, out);
      return;
    }
    const auto add = [&](std::string_view name, const Node* value) {
      if (name.empty()) return;
      joined += joined.empty() ? "-" : " -";
      joined += name;
      if (value != nullptr) joined.append(" ").append(value->text());
    };
    for (const Node& item : Children(*list)) {
      if (list->kind == NodeKind::kObject) {
        add(item.key(), &item);
      } else if (item.kind == NodeKind::kObject) {
        const NamedValue named = ReadNamedValue(item);
        add(named.name, named.value);
      }
    }
    AddValue(entry, {NodeKind::kText, arena_.Copy(joined)}, out);
    return;
  }
  if (take == sigma::Take::kJson && node.is_container()) {
    std::string json;
    AppendJson(node, json);
    AddValue(entry, {NodeKind::kText, arena_.Copy(json)}, out);
    return;
  }
  if (take == sigma::Take::kBelow || take == sigma::Take::kList) {
    if (take == sigma::Take::kList && node.kind == NodeKind::kArray && node.size == 1) {
      AddValue(entry, {NodeKind::kText, "[]"}, out);
    }
    if (!node.is_container()) AddValue(entry, {node.kind, node.text()}, out);
    const Node* const inner = record_.Open(node);
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
    } else if (const Node* const opened = record_.Open(node);
               opened != nullptr && opened->kind == NodeKind::kArray) {
      for (const Node& item : Children(*opened)) Take(entry, item, out);
      return;
    }
    AddValue(entry, {NodeKind::kText, text}, out);
    return;
  }
  if (take == sigma::Take::kActivity && node.kind == NodeKind::kText) {
    // The same text under another path has the same forms.
    for (const Seen& seen : out) {
      if (seen.text == node.text()) return;
    }
  }
  AddValue(entry, {node.kind, node.text()}, out);
  if (take == sigma::Take::kActivity && node.kind == NodeKind::kText) {
    ForEachActivityForm(node.text(), arena_, [&](std::string_view form) {
      AddWords(entry, {NodeKind::kText, form}, out);
    });
  }
}

}  // namespace tokentrail::sigma
