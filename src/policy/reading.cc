#include "policy/reading.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace tokentrail::policy {
namespace {

char LowerChar(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace

Reading::Reading(std::string file, std::string_view text, Report& report)
    : file_(std::move(file)), report_(report) {
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size());
    lines_.push_back(text.substr(start, end - start));
    start = end + 1;
  }
}

Diagnostic Reading::At(const Yaml& node) const {
  Diagnostic out;
  out.file = file_;
  out.line = node.line;
  out.column = node.column;
  if (node.line > 0 && node.line <= lines_.size()) {
    const std::string_view line = lines_[node.line - 1];
    out.source_line = line;
    // A text in quotes is as wide as it stands there; others are what they are.
    if (node.is_scalar() && !node.quoted) {
      out.width = static_cast<uint32_t>(std::max<size_t>(node.text.size(), 1));
    } else if (node.is_scalar() && node.text.find('\n') == std::string::npos) {
      out.width = static_cast<uint32_t>(node.text.size() + 2);
    }
  }
  return out;
}

void Reading::Wrong(const Yaml& at, std::string message, std::string help) {
  Diagnostic out = At(at);
  out.message = std::move(message);
  out.help = std::move(help);
  out.code = "policy.bad_value";
  report_.Add(std::move(out));
  ++errors_;
}

void Reading::Wrong(uint32_t line, uint32_t column, std::string message) {
  Yaml at;
  at.line = line;
  at.column = column;
  Diagnostic out = At(at);
  out.message = std::move(message);
  out.code = "policy.bad_yaml";
  report_.Add(std::move(out));
  ++errors_;
}

void Reading::Warn(const Yaml& at, std::string message, std::string help) {
  Diagnostic out = At(at);
  out.severity = Severity::kWarning;
  out.message = std::move(message);
  out.help = std::move(help);
  out.code = "policy.doubtful";
  report_.Add(std::move(out));
}

void Reading::Unknown(const Yaml& key, std::string_view what,
                      const std::vector<std::string_view>& known) {
  Diagnostic out = At(key);
  out.message = fmt::format("unknown {} '{}'", what, key.text);
  out.code = "policy.unknown_key";
  const std::string_view meant = Closest(key.text, known);
  out.help = meant.empty() ? fmt::format("there are: {}", fmt::join(known, ", "))
                           : fmt::format("did you mean '{}'?", meant);
  report_.Add(std::move(out));
  ++errors_;
}

bool Reading::Keys(const Yaml& map, std::string_view what,
                   const std::vector<std::string_view>& known) {
  if (!map.is_map()) {
    Wrong(map, fmt::format("'{}' takes keys and values", what),
          fmt::format("the keys are: {}", fmt::join(known, ", ")));
    return false;
  }
  bool good = true;
  for (const auto& [key, value] : map.map) {
    if (std::find(known.begin(), known.end(), key.text) != known.end()) continue;
    Unknown(key, fmt::format("key of '{}':", what), known);
    good = false;
  }
  return good;
}

std::optional<std::string> Reading::Text(const Yaml& node, std::string_view what) {
  if (!node.is_scalar() || Trim(node.text).empty()) {
    Wrong(node, fmt::format("'{}' takes a text", what));
    return std::nullopt;
  }
  return std::string(Trim(node.text));
}

std::optional<std::vector<std::string>> Reading::Texts(const Yaml& node, std::string_view what) {
  std::vector<std::string> out;
  if (node.is_list()) {
    for (const Yaml& one : node.list) {
      if (!one.is_scalar() || Trim(one.text).empty()) {
        Wrong(one, fmt::format("'{}' takes a list of texts", what));
        return std::nullopt;
      }
      out.emplace_back(Trim(one.text));
    }
  } else if (node.is_scalar() && !Trim(node.text).empty()) {
    out.emplace_back(Trim(node.text));
  }
  if (out.empty()) {
    Wrong(node, fmt::format("'{}' takes a text or a list of texts, at least one", what));
    return std::nullopt;
  }
  return out;
}

std::optional<std::vector<std::string>> Reading::Choices(
    const Yaml& node, std::string_view what, const std::vector<std::string_view>& known) {
  std::optional<std::vector<std::string>> out = Texts(node, what);
  if (!out) return out;
  for (size_t i = 0; i < out->size(); ++i) {
    std::string& one = (*out)[i];
    one = Lower(one);
    if (std::find(known.begin(), known.end(), one) != known.end()) continue;
    const Yaml& at = node.is_list() ? node.list[i] : node;
    const std::string_view meant = Closest(one, known);
    Wrong(at, fmt::format("'{}' can't be '{}'", what, at.text),
          meant.empty() ? fmt::format("it is one of: {}", fmt::join(known, ", "))
                        : fmt::format("did you mean '{}'?", meant));
    return std::nullopt;
  }
  return out;
}

std::optional<std::string> Reading::Choice(const Yaml& node, std::string_view what,
                                           const std::vector<std::string_view>& known) {
  if (node.is_list()) {
    Wrong(node, fmt::format("'{}' takes one of: {}", what, fmt::join(known, ", ")));
    return std::nullopt;
  }
  std::optional<std::vector<std::string>> out = Choices(node, what, known);
  if (!out) return std::nullopt;
  return std::move(out->front());
}

std::optional<bool> Reading::Flag(const Yaml& node, std::string_view what) {
  if (node.is_scalar() && node.text == "true") return true;
  if (node.is_scalar() && node.text == "false") return false;
  Wrong(node, fmt::format("'{}' is true or false", what));
  return std::nullopt;
}

std::optional<Span> Reading::Duration(const Yaml& node, std::string_view what) {
  const std::optional<Span> span = node.is_scalar() ? ParseSpan(node.text) : std::nullopt;
  if (!span || span->micros <= 0) {
    Wrong(node, fmt::format("'{}' takes a duration", what), "write it like 90d, 24h, 15m or 2w");
    return std::nullopt;
  }
  return span;
}

std::optional<double> Reading::Number(const Yaml& node, std::string_view what, Measure measure) {
  if (!node.is_scalar()) {
    Wrong(node, fmt::format("'{}' takes a number", what));
    return std::nullopt;
  }
  Result<double> out = ParseMeasure(node.text, measure);
  if (!out.ok()) {
    Wrong(node, fmt::format("in '{}': {}", what, out.error().message));
    return std::nullopt;
  }
  return *out;
}

std::optional<Comparison> Reading::Compare(const Yaml& node, std::string_view what, Measure measure,
                                           Bare bare) {
  if (!node.is_scalar()) {
    Wrong(node, fmt::format("'{}' takes a comparison", what),
          measure == Measure::kSpan ? "such as \"> 90d\"" : "such as \">= 5\" or 3..10");
    return std::nullopt;
  }
  Result<Comparison> out = ParseComparison(node.text, measure, bare);
  if (!out.ok()) {
    Wrong(node, fmt::format("in '{}': {}", what, out.error().message));
    return std::nullopt;
  }
  return *out;
}

bool FitsPattern(std::string_view text, std::string_view pattern) {
  // Goes back to the last star only: linear in practice, and never worse than the product.
  size_t t = 0;
  size_t p = 0;
  size_t star = pattern.npos;
  size_t from = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      from = t;
    } else if (p < pattern.size() &&
               (pattern[p] == '?' || LowerChar(pattern[p]) == LowerChar(text[t]))) {
      ++p;
      ++t;
    } else if (star != pattern.npos) {
      p = star + 1;
      t = ++from;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool FitsAny(std::string_view text, const std::vector<std::string>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return FitsPattern(text, pattern); });
}

}  // namespace tokentrail::policy
