#include "sigma/field_view.h"

#include "base/text.h"

namespace tokentrail::sigma {
namespace {

/// Nesting that we follow, arrays and JSON in texts counted.
constexpr int kMaxDepth = 32;
/// Texts opened as JSON when lists of names and values are looked for, so that enough of the
/// record's allowance is left for its other readers.
constexpr int kMaxOpened = 16;

bool LooksLikeJson(std::string_view text) {
  return text.size() > 2 && (text.front() == '{' || text.front() == '[');
}

}  // namespace

FieldName::FieldName(std::string text) : name(std::move(text)) {
  for (const FieldDef& def : Fields()) {
    if (def.name == name) normalised = def.field;
  }
}

void FieldView::Start(const Record& record, FieldLookup lookup, size_t field_count) {
  record_ = &record;
  lookup_ = lookup;
  ++round_;
  seen_.clear();
  if (slots_.size() < field_count) slots_.resize(field_count);
}

FieldView::Values FieldView::Get(uint32_t index, const FieldName& field) {
  Slot& slot = slots_[index];
  if (slot.round != round_) {
    slot.round = round_;
    slot.begin = static_cast<uint32_t>(seen_.size());
    const Node& root = record_->root();
    slot.present = Collect(root, field.name, false, 0) || Collect(root, field.name, true, 0);
    if (!slot.present && field.normalised.has_value() && lookup_.text != nullptr) {
      const std::string_view text = lookup_.text(lookup_.context, *field.normalised);
      if (!text.empty()) {
        seen_.push_back({NodeKind::kText, text});
        slot.present = true;
      }
    }
    if (!slot.present) slot.present = CollectNamed(field.name);
    slot.end = static_cast<uint32_t>(seen_.size());
  }
  return {slot.present, std::span(seen_).subspan(slot.begin, slot.end - slot.begin)};
}

std::span<const Seen> FieldView::All() {
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

bool FieldView::Collect(const Node& node, std::string_view path, bool any_case, int depth) {
  if (depth > kMaxDepth) return false;
  if (node.kind == NodeKind::kText) {
    if (!LooksLikeJson(node.text())) return false;
    const Node* const opened = record_->Open(node);
    return opened != nullptr && Collect(*opened, path, any_case, depth + 1);
  }
  if (node.kind == NodeKind::kArray) {
    bool found = false;
    for (const Node& item : Children(node)) {
      if (Collect(item, path, any_case, depth + 1)) found = true;
    }
    return found;
  }
  return node.kind == NodeKind::kObject && CollectMembers(node, path, any_case, depth);
}

bool FieldView::CollectMembers(const Node& object, std::string_view path, bool any_case,
                               int depth) {
  // The longest key first, so that a key with dots wins over the path it looks like.
  for (size_t end = path.size(); end != path.npos && end != 0; end = path.rfind('.', end - 1)) {
    const std::string_view key = path.substr(0, end);
    const Node* child = nullptr;
    if (any_case) {
      for (const Node& member : Children(object)) {
        if (EqualsIgnoreCase(member.key(), key)) child = &member;
      }
    } else {
      child = record_->Child(object, key);
    }
    if (child == nullptr) continue;
    if (end == path.size()) {
      Add(*child, 0);
      return true;
    }
    if (Collect(*child, path.substr(end + 1), any_case, depth + 1)) return true;
  }
  return false;
}

void FieldView::Add(const Node& node, int depth) {
  if (node.kind == NodeKind::kArray) {
    if (depth > kMaxDepth) return;
    for (const Node& item : Children(node)) Add(item, depth + 1);
    return;
  }
  seen_.push_back({node.kind, node.text()});
}

bool FieldView::CollectNamed(std::string_view name) {
  if (named_round_ != round_) {
    named_round_ = round_;
    named_.clear();
    opened_ = 0;
    FindNamed(record_->root(), 0);
  }
  bool found = false;
  for (const auto& [its_name, value] : named_) {
    if (!EqualsIgnoreCase(its_name, name)) continue;
    found = true;
    Add(*value, 0);
    if (value->kind != NodeKind::kText) continue;
    // Entra writes values as JSON: "True" with its quotes, ["a","b"].
    std::string_view text = value->text();
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
      text.remove_prefix(1);
      text.remove_suffix(1);
      seen_.back().text = text;
    } else if (text.starts_with('[')) {
      if (const Node* const opened = record_->Open(*value); opened != nullptr) Add(*opened, 0);
    }
  }
  return found;
}

void FieldView::FindNamed(const Node& root, int depth) {
  static constexpr int kMaxNesting = 4;
  for (const Node* node = &root; node != root.end(); ++node) {
    if (node->kind == NodeKind::kArray) {
      for (const Node& item : Children(*node)) {
        if (item.kind != NodeKind::kObject) continue;
        const NamedValue named = ReadNamedValue(item);
        if (!named.name.empty() && named.value != nullptr) {
          named_.emplace_back(named.name, named.value);
        }
      }
    } else if (node->kind == NodeKind::kText && depth < kMaxNesting && opened_ < kMaxOpened &&
               LooksLikeJson(node->text())) {
      ++opened_;
      const Node* const inner = record_->Open(*node);
      if (inner != nullptr) FindNamed(*inner, depth + 1);
    }
  }
}

}  // namespace tokentrail::sigma
