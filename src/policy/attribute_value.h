// Values of attributes, made short. For the attribute_*.cc files only.

#pragma once

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/as_of.h"
#include "policy/attribute.h"

namespace tokentrail::policy {

inline Value NumberOf(double number) { return {.set = true, .number = number}; }
inline Value FlagOf(bool flag) { return {.set = true, .number = flag ? 1.0 : 0.0}; }
inline Value TextOf(std::string_view text) { return {.set = !text.empty(), .text = text}; }

/// Empty ones left out.
inline Value TextsOf(std::vector<std::string_view> texts) {
  std::erase(texts, std::string_view());
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  Value out;
  out.set = !texts.empty();
  out.texts = std::move(texts);
  return out;
}

/// One text of each of `items`; `text` gives a view that lives as long as the item.
template <typename Items, typename Text>
Value TextsOf(const Items& items, const Text& text) {
  std::vector<std::string_view> out;
  out.reserve(items.size());
  for (const auto& item : items) out.push_back(text(item));
  return TextsOf(std::move(out));
}

/// Records of what is so have no time; a time that is not set has no age.
inline Value AgeOf(const std::optional<Time>& time, Time as_of) {
  if (!time || *time == kAsOfCollection || time->micros == 0) return {};
  return NumberOf(static_cast<double>((as_of - *time).micros) / 1e6);
}

inline std::optional<Time> Later(const std::optional<Time>& a, const std::optional<Time>& b) {
  if (!a) return b;
  return b ? std::max(*a, *b) : a;
}

/// The parts of the list, by topic.
std::span<const Attribute> IdentityAttributes();
std::span<const Attribute> GrantAttributes();
std::span<const Attribute> UseAttributes();
std::span<const Attribute> JudgementAttributes();

}  // namespace tokentrail::policy
