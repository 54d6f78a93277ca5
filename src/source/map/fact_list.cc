#include "source/map/fact_list.h"

#include "base/text.h"

namespace tokentrail::source {
namespace {

void AppendClean(std::string_view value, std::string& out) {
  for (const char c : Trim(value).substr(0, FactList::kMaxValue)) {
    out.push_back(static_cast<unsigned char>(c) < 0x20 ? ' ' : c);
  }
}

}  // namespace

void FactList::Add(std::string_view name, std::string_view value) {
  if (!Trim(value).empty()) Add(name, {value});
}

void FactList::Add(std::string_view name, std::initializer_list<std::string_view> parts) {
  if (count_++ >= kMaxFacts) return;
  if (!text_.empty()) text_.push_back('\n');
  text_.append(name);
  char separator = '=';
  for (const std::string_view part : parts) {
    text_.push_back(separator);
    AppendClean(part, text_);
    separator = '\t';
  }
}

void FactList::Take(std::string_view name, std::initializer_list<std::string_view> paths) {
  for (const std::string_view path : paths) {
    const Node* node = record_.Find(path);
    if (node == nullptr || node->kind == NodeKind::kNull || Trim(node->text()).empty()) continue;
    if (origin_ == nullptr) origin_ = node;
    return Add(name, node->text());
  }
}

void FactList::TakeEach(std::string_view name, std::initializer_list<std::string_view> paths,
                        std::string_view key) {
  for (const std::string_view path : paths) {
    const Node* node = record_.Find(path);
    const Node* list = node == nullptr ? nullptr : record_.Open(*node);
    if (list == nullptr || list->kind != NodeKind::kArray) continue;
    if (origin_ == nullptr) origin_ = node;
    for (const Node& item : Children(*list)) {
      const Node* text = key.empty() ? &item : record_.Child(item, key);
      if (text != nullptr) Add(name, text->text());
    }
    return;
  }
}

void FactList::Finish() {
  if (!text_.empty()) draft_.Set(Field::kFacts, draft_.arena().Copy(text_), origin_);
}

}  // namespace tokentrail::source
