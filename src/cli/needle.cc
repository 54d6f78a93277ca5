#include "cli/needle.h"

#include <algorithm>
#include <set>

#include "base/arena.h"
#include "base/check.h"
#include "base/net.h"
#include "base/text.h"

namespace tokentrail::cli {

namespace {

char LowerByte(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

uint16_t StartOf(char first, char second) {
  return static_cast<uint16_t>(static_cast<unsigned char>(LowerByte(first)) << 8 |
                               static_cast<unsigned char>(LowerByte(second)));
}

bool IsWord(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}

bool IsNumeric(std::string_view text) {
  return text.find_first_not_of("0123456789.") == std::string_view::npos;
}

/// Whether value[begin, end) stands by itself: not within a longer word, address or name.
bool StandsAlone(std::string_view value, size_t begin, size_t end) {
  const std::string_view match = value.substr(begin, end - begin);
  if (begin > 0 && IsWord(match.front())) {
    const char before = value[begin - 1];
    if (IsWord(before) || before == '-') return false;
    // A subdomain belongs to its domain; a longer dotted number is another number.
    if (before == '.' && IsNumeric(match)) return false;
  }
  if (end < value.size() && IsWord(match.back())) {
    const char after = value[end];
    if (IsWord(after)) return false;
    if ((after == '.' || after == '-') && end + 1 < value.size() && IsWord(value[end + 1])) {
      return false;
    }
  }
  return true;
}

}  // namespace

void Needles::AddText(std::string text, std::string label, bool any_case, bool whole) {
  if (text.empty()) return;
  Needle needle{.text = any_case ? Lower(text) : text,
                .label = std::move(label),
                .any_case = any_case,
                .whole = whole};
  Arena arena;
  if (const std::string_view address = CanonicalAddress(text, arena); !address.empty()) {
    needle.text = std::string(address);
    needle.any_case = needle.whole = needle.address = true;
    has_address_ = true;
  }
  const size_t index = needles_.size();
  if (needle.text.size() == 1) {
    short_.push_back(index);
  } else {
    const uint16_t start = StartOf(needle.text[0], needle.text[1]);
    by_start_[start].push_back(index);
    starts_.set(start);
  }
  needles_.push_back(std::move(needle));
}

void Needles::AddRegex(sigma::Regex regex, std::string label) {
  regexes_.emplace_back(std::move(regex), std::move(label));
}

const std::string& Needles::Label(size_t needle) const {
  CHECK(needle < size());
  return needle < needles_.size() ? needles_[needle].label
                                  : regexes_[needle - needles_.size()].second;
}

bool Needles::Fits(const Needle& needle, std::string_view value, size_t begin) const {
  if (value.size() - begin < needle.text.size()) return false;
  const std::string_view part = value.substr(begin, needle.text.size());
  if (needle.any_case ? !EqualsIgnoreCase(part, needle.text) : part != needle.text) return false;
  return !needle.whole || StandsAlone(value, begin, begin + needle.text.size());
}

std::optional<NeedleHit> Needles::Find(std::string_view value) const {
  if (has_address_ && value.size() >= 2 && value.size() <= 64) {
    // ::ffff:192.0.2.1, [2001:db8::1]:443 and the like are one address in other clothes.
    Arena arena;
    const std::string_view address = CanonicalAddress(value, arena);
    if (!address.empty()) {
      for (size_t i = 0; i < needles_.size(); ++i) {
        if (needles_[i].address && needles_[i].text == address) {
          return NeedleHit{i, 0, value.size()};
        }
      }
    }
  }
  for (size_t at = 0; at + 1 < value.size() && !by_start_.empty(); ++at) {
    const uint16_t start = StartOf(value[at], value[at + 1]);
    if (!starts_.test(start)) continue;
    for (const size_t index : by_start_.find(start)->second) {
      if (Fits(needles_[index], value, at)) {
        return NeedleHit{index, at, at + needles_[index].text.size()};
      }
    }
  }
  for (const size_t index : short_) {
    for (size_t at = 0; at < value.size(); ++at) {
      if (Fits(needles_[index], value, at)) return NeedleHit{index, at, at + 1};
    }
  }
  for (size_t i = 0; i < regexes_.size(); ++i) {
    NeedleHit hit{needles_.size() + i, 0, 0};
    if (regexes_[i].first.Find(value, hit.begin, hit.end)) return hit;
  }
  return std::nullopt;
}

namespace {

void ReplaceAll(std::string_view from, std::string_view to, std::string& text) {
  std::string out;
  size_t at = 0;
  for (size_t hit = text.find(from); hit != std::string::npos; hit = text.find(from, at)) {
    out.append(text, at, hit - at).append(to);
    at = hit + from.size();
  }
  text = out.append(text, at, std::string::npos);
}

/// `hxxps://evil[.]example` as it is meant.
std::string Refang(std::string_view text) {
  std::string out(text);
  for (const std::string_view dot : {"[.]", "(.)", "{.}", "[dot]", "(dot)"}) {
    ReplaceAll(dot, ".", out);
  }
  ReplaceAll("[:]", ":", out);
  ReplaceAll("[@]", "@", out);
  if (out.size() > 4 && EqualsIgnoreCase(std::string_view(out).substr(0, 4), "hxxp")) {
    out.replace(0, 4, "http");
  }
  return out;
}

}  // namespace

IndicatorList ReadIndicators(std::string_view text) {
  static constexpr size_t kLeast = 4;
  IndicatorList out;
  std::set<std::string> seen;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  for (const std::string_view line : Split(text, "\r\n")) {
    std::string_view cell = Trim(line);
    if (cell.empty() || cell[0] == '#') continue;
    if (cell[0] == '"') {
      cell = cell.substr(1, cell.find('"', 1) == std::string_view::npos ? std::string_view::npos
                                                                        : cell.find('"', 1) - 1);
    } else {
      cell = cell.substr(0, cell.find_first_of(",;\t"));
      // A comment behind the indicator; in a URL the # has no space before it.
      cell = cell.substr(0, cell.find(" #"));
    }
    const std::string indicator = Refang(Trim(cell));
    if (indicator.size() < kLeast) {
      ++out.too_short;
    } else if (seen.insert(Lower(indicator)).second) {
      out.indicators.push_back(indicator);
    }
  }
  return out;
}

}  // namespace tokentrail::cli
