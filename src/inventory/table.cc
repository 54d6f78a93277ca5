#include "inventory/table.h"

#include "base/check.h"

namespace tokentrail::inventory {

bool MatchesPattern(std::string_view text, std::string_view pattern, Star stands_for) {
  size_t star = std::string_view::npos;  // the last star passed
  size_t after_star = 0;                 // where in `text` its match ends for now
  size_t t = 0;
  size_t p = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      if (stands_for == Star::kSome) ++t;
      after_star = t;
    } else if (p < pattern.size() && LowerChar(pattern[p]) == LowerChar(text[t])) {
      ++p, ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++after_star;
    } else {
      return false;
    }
  }
  if (stands_for == Star::kAny) {
    while (p < pattern.size() && pattern[p] == '*') ++p;
  }
  return p == pattern.size();
}

namespace {

// One cell from `at` on; leaves `at` on the separator that ends it.
std::string_view ReadCell(std::string_view text, size_t& at, std::deque<std::string>& unescaped) {
  if (at >= text.size() || text[at] != '"') {
    const size_t begin = at;
    while (at < text.size() && text[at] != ',' && text[at] != '\n') ++at;
    return text.substr(begin, at - begin);
  }
  std::string& out = unescaped.emplace_back();
  for (++at;; ++at) {
    CHECK(at < text.size());
    if (text[at] != '"') {
      out += text[at];
    } else if (at + 1 < text.size() && text[at + 1] == '"') {
      out += '"';
      ++at;
    } else {
      ++at;
      return out;
    }
  }
}

}  // namespace

std::vector<std::vector<std::string_view>> ReadTable(std::string_view text,
                                                     const std::vector<std::string_view>& columns,
                                                     std::deque<std::string>& unescaped) {
  std::vector<std::vector<std::string_view>> rows;
  bool header = true;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '#') {
      while (at < text.size() && text[at] != '\n') ++at;
      continue;
    }
    if (text[at] == '\n') continue;
    std::vector<std::string_view> row;
    row.reserve(columns.size());
    row.push_back(ReadCell(text, at, unescaped));
    while (at < text.size() && text[at] == ',') row.push_back(ReadCell(text, ++at, unescaped));
    if (header) {
      CHECK(row == columns);
      header = false;
    } else {
      CHECK(row.size() == columns.size());
      rows.push_back(std::move(row));
    }
  }
  CHECK(!header);
  return rows;
}

std::string_view TableVersion(std::string_view text) {
  constexpr std::string_view kMark = "\n# Version: ";
  const size_t at = text.find(kMark);
  if (at == std::string_view::npos) return {};
  const size_t begin = at + kMark.size();
  return text.substr(begin, text.find('\n', begin) - begin);
}

}  // namespace tokentrail::inventory
