// Cuts an expression into words, and reads what stands behind a comparison.

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "base/text.h"
#include "policy/expression_parse.h"

namespace tokentrail::policy {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool EndsWord(char c) {
  return IsSpace(c) || std::string_view("()<>=!~,\"'").find(c) != std::string_view::npos;
}

/// From the quote at `at`; backslash takes the next character as it is.
bool CutQuoted(std::string_view text, size_t at, Word& out, ExpressionError& error) {
  const char quote = text[at];
  for (size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == quote) {
      out.size = i + 1 - at;
      return true;
    }
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    out.text.push_back(text[i]);
  }
  error = {at, text.size() - at, "this quote is not closed", ""};
  return false;
}

std::optional<double> ReadNumber(std::string_view text) {
  double number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) {
    return std::nullopt;
  }
  return number;
}

/// `2000`, `2kB`, `1.5 GB` without the space; powers of 1000, or of 1024 with an `i`.
std::optional<double> ReadBytes(std::string_view text) {
  size_t digits = 0;
  while (digits < text.size() && (IsDigits(text.substr(digits, 1)) || text[digits] == '.')) {
    ++digits;
  }
  const auto number = ReadNumber(text.substr(0, digits));
  if (!number) return std::nullopt;
  std::string unit = Lower(text.substr(digits));
  if (!unit.empty() && unit.back() == 'b') unit.pop_back();
  if (unit.empty()) return number;
  double base = 1000;
  if (unit.size() == 2 && unit[1] == 'i') {
    base = 1024;
    unit.pop_back();
  }
  const size_t power = std::string_view("kmgtp").find(unit);
  if (unit.size() != 1 || power == std::string_view::npos) return std::nullopt;
  return *number * std::pow(base, static_cast<double>(power + 1));
}

std::string_view Meant(std::string_view word, std::string_view choices) {
  return Closest(Lower(word), Split(choices, "|"));
}

std::string Listed(std::string_view choices) {
  return fmt::format("{}", fmt::join(Split(choices, "|"), ", "));
}

bool Wrong(const Word& word, std::string message, std::string help, ExpressionError& error) {
  error = {word.at, word.size, std::move(message), std::move(help)};
  return false;
}

bool IsUnknownWord(std::string_view text) {
  for (const std::string_view one : {"unknown", "never", "none"}) {
    if (EqualsIgnoreCase(text, one)) return true;
  }
  return false;
}

bool ReadLevelOperand(const Attribute& attribute, const Word& word, Operand& out,
                      ExpressionError& error) {
  constexpr std::string_view kLevels = "informational|low|medium|high|critical";
  const std::string_view choices = attribute.choices.empty() ? kLevels : attribute.choices;
  const std::optional<Level> level = ParseLevel(word.text);
  bool known = false;
  if (level) {
    for (const std::string_view one : Split(choices, "|")) known = known || one == Name(*level);
  }
  if (!known) {
    const std::string_view meant = Meant(word.text, choices);
    return Wrong(word,
                 fmt::format("'{}' is no level of '{}'{}", word.text, attribute.name,
                             meant.empty() ? "" : fmt::format(", did you mean '{}'?", meant)),
                 fmt::format("it takes one of: {}", Listed(choices)), error);
  }
  out.number = LevelRank(*level);
  return true;
}

bool ReadNumberOperand(const Attribute& attribute, const Word& word, Operand& out,
                       ExpressionError& error) {
  std::string_view text = word.text;
  std::optional<double> number;
  std::string_view like = "such as 3";
  switch (attribute.unit) {
    case Unit::kNone:
      number = ReadNumber(text);
      break;
    case Unit::kPercent:
      if (text.ends_with('%')) text.remove_suffix(1);
      number = ReadNumber(text);
      like = "in percent, such as 0.5 or 10%";
      break;
    case Unit::kBytes:
      number = ReadBytes(text);
      like = "of bytes, such as 2000000, 2MB or 1.5GiB";
      break;
    case Unit::kSpan:
      if (const auto span = ParseDuration(text)) number = static_cast<double>(span->micros) / 1e6;
      like = "as a duration, such as 10m, 12h or 90d";
      break;
  }
  if (!number) {
    return Wrong(word, fmt::format("'{}' takes a number, not '{}'", attribute.name, word.text),
                 fmt::format("write it {}", like), error);
  }
  out.number = *number;
  return true;
}

bool ReadAgeOperand(const Attribute& attribute, const Word& word, Operand& out,
                    ExpressionError& error) {
  if (const auto span = ParseDuration(word.text)) {
    out.number = static_cast<double>(span->micros) / 1e6;
    return true;
  }
  // A bare number would be read as seconds since 1970: nobody means that.
  const ParsedTime time = ParseTime(word.text);
  if (IsDigits(word.text) || time.fault != TimeFault::kNone) {
    return Wrong(
        word, fmt::format("'{}' takes a duration or a date, not '{}'", attribute.name, word.text),
        "write it such as 12h, 90d, 4w, 6mo or 2026-01-31", error);
  }
  out.date = true;
  out.time = time.time;
  return true;
}

bool ReadFlagOperand(const Attribute& attribute, const Word& word, Operand& out,
                     ExpressionError& error) {
  for (const std::string_view one : {"true", "yes", "1"}) {
    if (EqualsIgnoreCase(word.text, one)) {
      out.number = 1;
      return true;
    }
  }
  for (const std::string_view one : {"false", "no", "0"}) {
    if (EqualsIgnoreCase(word.text, one)) return true;
  }
  return Wrong(word, fmt::format("'{}' is true or false, not '{}'", attribute.name, word.text),
               fmt::format("write `{0}` or `not {0}`", attribute.name), error);
}

bool ReadTextOperand(const Attribute& attribute, Compare compare, const Word& word, Operand& out,
                     ExpressionError& error) {
  const bool glob = compare == Compare::kGlob || compare == Compare::kNoGlob;
  if (!attribute.choices.empty() && !glob) {
    for (const std::string_view one : Split(attribute.choices, "|")) {
      if (EqualsIgnoreCase(one, word.text)) {
        out.text = one;
        return true;
      }
    }
    const std::string_view meant = Meant(word.text, attribute.choices);
    return Wrong(word,
                 fmt::format("'{}' can't be '{}'{}", attribute.name, word.text,
                             meant.empty() ? "" : fmt::format(", did you mean '{}'?", meant)),
                 fmt::format("it is one of: {}", Listed(attribute.choices)), error);
  }
  if (!glob && word.kind == Word::Kind::kWord && word.text.find('*') != std::string::npos) {
    return Wrong(word, fmt::format("'{}' has a *, which = takes as it is", word.text),
                 "compare with ~ for patterns, or put the text into quotes", error);
  }
  out.text = word.text;
  return true;
}

}  // namespace

bool CutWords(std::string_view text, std::vector<Word>& out, ExpressionError& error) {
  for (size_t at = 0; at < text.size();) {
    if (IsSpace(text[at])) {
      ++at;
      continue;
    }
    Word word{.at = at, .size = 1};
    const char c = text[at];
    if (c == '(' || c == ')' || c == ',') {
      word.kind = c == '(' ? Word::Kind::kOpen : c == ')' ? Word::Kind::kClose : Word::Kind::kComma;
    } else if (c == '"' || c == '\'') {
      word.kind = Word::Kind::kQuoted;
      if (!CutQuoted(text, at, word, error)) return false;
    } else if (EndsWord(c)) {
      word.kind = Word::Kind::kSign;
      const std::string_view two = text.substr(at, 2);
      for (const std::string_view sign : {"<=", ">=", "!=", "==", "!~", "=~", "=>", "=<", "<>"}) {
        if (two == sign) word.size = 2;
      }
      word.text = text.substr(at, word.size);
    } else {
      word.kind = Word::Kind::kWord;
      while (at + word.size < text.size() && !EndsWord(text[at + word.size])) ++word.size;
      word.text = text.substr(at, word.size);
      if (word.text == "&&" || word.text == "||") word.text = word.text == "&&" ? "and" : "or";
    }
    at += word.size;
    out.push_back(std::move(word));
  }
  out.push_back({.kind = Word::Kind::kEnd, .at = text.size(), .size = 1, .text = ""});
  return true;
}

bool ReadOperand(const Attribute& attribute, Compare compare, const Word& word, Operand& out,
                 ExpressionError& error) {
  const bool equality = compare == Compare::kEqual || compare == Compare::kUnequal ||
                        compare == Compare::kIn || compare == Compare::kNotIn;
  if (word.kind == Word::Kind::kWord && equality && IsUnknownWord(word.text)) {
    out.unknown = true;
    return true;
  }
  switch (attribute.type) {
    case ValueType::kNumber:
      return ReadNumberOperand(attribute, word, out, error);
    case ValueType::kFlag:
      return ReadFlagOperand(attribute, word, out, error);
    case ValueType::kLevel:
      return ReadLevelOperand(attribute, word, out, error);
    case ValueType::kAge:
      if (equality) {
        return Wrong(
            word,
            fmt::format("'{}' is a time: {} compares it with `unknown` only", attribute.name,
                        Sign(compare)),
            fmt::format("write `{0} > 90d` for longer ago, `{0} < 7d` for since", attribute.name),
            error);
      }
      return ReadAgeOperand(attribute, word, out, error);
    case ValueType::kText:
    case ValueType::kTexts:
      return ReadTextOperand(attribute, compare, word, out, error);
  }
  return false;
}

std::optional<Span> ParseDuration(std::string_view text) {
  const std::string lower = Lower(text);
  std::string_view number = lower;
  int64_t days = 0;
  if (number.ends_with("mo")) {
    days = 30;
    number.remove_suffix(2);
  } else if (number.ends_with('y')) {
    days = 365;
    number.remove_suffix(1);
  } else {
    return ParseSpan(lower);
  }
  if (number.empty() || number.size() > 4 || !IsDigits(number)) return std::nullopt;
  int64_t count = 0;
  for (const char c : number) count = count * 10 + (c - '0');
  return Days(count * days);
}

}  // namespace tokentrail::policy
