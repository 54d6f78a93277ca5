#include "analytic/analytic.h"

#include <charconv>

#include "base/text.h"

namespace tokentrail::analytic {

// A value that cannot be read falls back to the default here: the settings reader checks values
// against the definition's `settings` at load, where it can name file and line.

Span Params::Window(std::string_view name, Span otherwise) const {
  const auto it = values_.find(name);
  if (it == values_.end() || it->second.empty()) return otherwise;
  const std::optional<Span> span = ParseSpan(it->second.front());
  return span && span->micros > 0 ? *span : otherwise;
}

uint64_t Params::Count(std::string_view name, uint64_t otherwise) const {
  const auto it = values_.find(name);
  if (it == values_.end() || it->second.empty()) return otherwise;
  const std::string& text = it->second.front();
  uint64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() ? out : otherwise;
}

std::set<std::string, std::less<>> Params::List(std::string_view name) const {
  std::set<std::string, std::less<>> out;
  const auto it = values_.find(name);
  if (it == values_.end()) return out;
  for (const std::string& value : it->second) {
    const std::string_view trimmed = Trim(value);
    if (!trimmed.empty()) out.insert(Lower(trimmed));
  }
  return out;
}

bool Params::Flag(std::string_view name, bool otherwise) const {
  const auto it = values_.find(name);
  if (it == values_.end() || it->second.empty()) return otherwise;
  for (const std::string_view yes : {"true", "yes", "on", "1"}) {
    if (EqualsIgnoreCase(it->second.front(), yes)) return true;
  }
  for (const std::string_view no : {"false", "no", "off", "0"}) {
    if (EqualsIgnoreCase(it->second.front(), no)) return false;
  }
  return otherwise;
}

Finding Start(const AnalyticDef& def, const Event& event) {
  Finding out;
  out.rule = def.id;
  out.origin = "analytic";
  out.title = def.title;
  out.level = def.level;
  out.first = out.last = event.time();
  out.tenant = event.Text(Field::kTenant);
  out.attack.assign(def.attack.begin(), def.attack.end());
  out.disproof = def.disproof;
  return out;
}

}  // namespace tokentrail::analytic
