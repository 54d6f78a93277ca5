#include "playbook/field_known.h"

#include <algorithm>

#include "base/text.h"
#include "model/field.h"
#include "sigma/view.h"
#include "source/json.h"

namespace tokentrail::playbook {
namespace {

/// `a.b` of `a.b.c`, `a` of `a.b`: a rule may name what a path goes through.
bool Meets(std::string_view path, std::string_view field) {
  if (EqualsIgnoreCase(path, field)) return true;
  return path.size() > field.size() && (path[field.size()] == '.' || path[field.size()] == '[') &&
         EqualsIgnoreCase(path.substr(0, field.size()), field);
}

template <typename Visit>
void EachPath(const source::SourceDef& source, const Visit& visit) {
  const auto alternatives = [&](std::string_view paths) {
    for (const std::string_view one : Split(paths, "|")) visit(one);
  };
  for (const source::FieldMap& map : source.fields) {
    for (const std::string_view path : map.paths) alternatives(path);
  }
  for (const std::string_view path : source.head.time) alternatives(path);
  for (const std::string_view path : source.head.key) alternatives(path);
  for (const std::string_view path : source.head.outcome) alternatives(path);
  for (const source::Claim& claim : source.claims) {
    for (const std::string_view key : claim.keys) alternatives(key);
  }
}

void Walk(const Record& record, const Node& node, const std::string& path, int depth,
          std::vector<std::string>& out) {
  if (depth > 12) return;
  if (!path.empty()) out.push_back(path);
  if (node.kind == NodeKind::kObject) {
    for (const Node& child : Children(node)) {
      const std::string key = Lower(child.key());
      Walk(record, child, path.empty() ? key : path + "." + key, depth + 1, out);
    }
  } else if (node.kind == NodeKind::kArray) {
    for (const Node& child : Children(node)) Walk(record, child, path, depth + 1, out);
  }
}

}  // namespace

FieldAnswer LookUp(const source::SourceDef& source, const source::SigmaNames& names,
                   std::string_view field) {
  FieldAnswer out;
  std::vector<std::string_view> candidates;
  for (size_t i = 0; i < kFieldCount; ++i) {
    const std::string_view name = Name(static_cast<Field>(i));
    candidates.push_back(name);
    if (EqualsIgnoreCase(name, field)) out.known = true;
  }
  const sigma::View* view = sigma::FindView(names.product, names.category, names.service);
  std::string_view raw = field;
  if (view != nullptr) {
    for (const sigma::ViewField& one : view->fields) {
      candidates.push_back(one.name);
      if (EqualsIgnoreCase(one.name, field)) {
        out.known = one.never.empty();
        out.never = one.never;
        return out;
      }
    }
    for (const std::string_view prefix : view->prefixes) {
      if (field.size() > prefix.size() &&
          EqualsIgnoreCase(field.substr(0, prefix.size()), prefix)) {
        raw = field.substr(prefix.size());
        while (raw.starts_with('.')) raw.remove_prefix(1);
      }
    }
    for (const sigma::ViewField& one : view->fields) {
      for (const std::string_view path : one.paths) {
        if (!path.empty() && (Meets(path, raw) || Meets(path, field))) out.known = true;
      }
    }
  }
  EachPath(source, [&](std::string_view path) {
    if (path.empty()) return;
    candidates.push_back(path);
    if (Meets(path, raw) || Meets(path, field)) out.known = true;
  });
  if (!out.known) out.nearest = Closest(field, candidates);
  return out;
}

RecordFields::RecordFields(std::string_view records) {
  source::JsonReader reader;
  for (const std::string_view line : Split(records, "\n")) {
    if (!reader.ParseUnpadded(line)) continue;
    const Record record = reader.record();
    Walk(record, record.root(), {}, 0, paths_);
  }
  std::sort(paths_.begin(), paths_.end());
  paths_.erase(std::unique(paths_.begin(), paths_.end()), paths_.end());
}

bool RecordFields::Has(std::string_view field) const {
  const std::string name = Lower(field);
  return std::any_of(paths_.begin(), paths_.end(), [&](const std::string& path) {
    return path == name || path.ends_with("." + name);
  });
}

}  // namespace tokentrail::playbook
