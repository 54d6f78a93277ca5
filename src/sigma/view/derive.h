// What the tables' derive functions share.

#pragma once

#include <initializer_list>
#include <string_view>

#include "base/text.h"
#include "model/record.h"
#include "sigma/view.h"

namespace tokentrail::sigma {

/// The first of `paths` that stands in the record and isn't null; null when none does.
inline const Node* First(const Record& record, std::initializer_list<std::string_view> paths) {
  for (const std::string_view path : paths) {
    const Node* const node = record.Find(path);
    if (node != nullptr && node->kind != NodeKind::kNull) return node;
  }
  return nullptr;
}

/// The first scalar of `paths` that has a text, trimmed; empty when none has.
inline std::string_view FirstText(const Record& record,
                                  std::initializer_list<std::string_view> paths) {
  for (const std::string_view path : paths) {
    const std::string_view text = Trim(record.Text(path));
    if (!text.empty()) return text;
  }
  return {};
}

/// The word of `text` in a table, or nothing.
template <size_t N>
std::string_view WordOf(const Word (&table)[N], std::string_view text) {
  for (const Word& word : table) {
    if (EqualsIgnoreCase(word.raw, text)) return word.sigma;
  }
  return {};
}

}  // namespace tokentrail::sigma
