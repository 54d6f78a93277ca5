#include "policy/where.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "policy/attribute.h"
#include "policy/expression.h"
#include "policy/made.h"

namespace tokentrail::policy {
namespace {

/// Attributes whose values change with use, and those that Appraise makes. By name, as the list of
/// attributes has no such column.
constexpr std::string_view kJudgement[] = {"risk",  "risk_level", "power",   "fit",
                                           "trust", "behaviour",  "hygiene", "incongruous",
                                           "signs", "sign"};

/// Durations that stand in a text: when as much time has passed the answer may be another.
std::vector<Span> SpansIn(std::string_view text) {
  std::vector<Span> out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool starts =
        text[i] >= '0' && text[i] <= '9' &&
        (i == 0 || !((text[i - 1] >= '0' && text[i - 1] <= '9') || text[i - 1] == '.'));
    if (!starts) continue;
    size_t end = i;
    while (end < text.size() &&
           ((text[end] >= '0' && text[end] <= '9') || (text[end] >= 'a' && text[end] <= 'z'))) {
      ++end;
    }
    if (const auto span = ParseDuration(text.substr(i, end - i)); span && span->micros > 0) {
      out.push_back(*span);
    }
    i = end;
  }
  return out;
}

std::string Show(const Attribute& attribute, const Value& value) {
  if (!value.set) return "unknown";
  switch (attribute.type) {
    case ValueType::kFlag:
      return value.number != 0 ? "true" : "false";
    case ValueType::kText:
      return "'" + std::string(value.text) + "'";
    case ValueType::kTexts: {
      std::vector<std::string> items(value.texts.begin(), value.texts.end());
      return Listed(items);
    }
    case ValueType::kLevel:
      return value.text.empty() ? fmt::format("{:g}", value.number) : std::string(value.text);
    case ValueType::kAge:
      return FormatSpan(Seconds(static_cast<int64_t>(value.number))) + " ago";
    case ValueType::kNumber:
      break;
  }
  if (attribute.unit == Unit::kBytes) return FormatMeasure(Measure::kBytes, value.number);
  if (attribute.unit == Unit::kPercent) return fmt::format("{:.3g}%", value.number);
  if (attribute.unit == Unit::kSpan) {
    return FormatSpan(Seconds(static_cast<int64_t>(value.number)));
  }
  return fmt::format("{:g}", value.number);
}

std::unique_ptr<Condition> OnExpression(Expression expression, std::string text,
                                        std::string_view told) {
  auto out = std::make_unique<Made>();
  out->fits = [expression](const Moment& m) {
    return expression.Fits(m.app, m.around.portfolio(), m.as_of);
  };
  out->explain = [expression, told = std::string(told)](const Moment& m, Explanation& to) {
    std::vector<std::string> values;
    for (const Attribute* one : expression.attributes()) {
      values.push_back(fmt::format("{} {}", one->name,
                                   Show(*one, one->get(m.app, m.around.portfolio(), m.as_of))));
    }
    to.reasons.push_back(fmt::format("{}; threshold {}", Listed(values, 6), told));
  };
  for (const Attribute* one : expression.attributes()) {
    out->reads.use = true;  // the list does not say which attributes are of use
    if (std::find(std::begin(kJudgement), std::end(kJudgement), one->name) !=
        std::end(kJudgement)) {
      out->reads.risk = true;
    }
  }
  out->reads.spans = SpansIn(text);
  return out;
}

/// The place of a byte of a text that was written as this node.
Yaml PlaceIn(const Yaml& node, size_t at, size_t size) {
  Yaml out = node;
  if (node.text.find('\n') != std::string::npos) return out;  // a block: its first line
  uint32_t characters = 0;
  for (size_t i = 0; i < std::min(at, node.text.size()); ++i) {
    if ((static_cast<unsigned char>(node.text[i]) & 0xc0) != 0x80) ++characters;
  }
  out.column += characters + (node.quoted ? 1 : 0);
  out.quoted = false;
  out.text = node.text.substr(std::min(at, node.text.size()), std::max<size_t>(size, 1));
  if (out.text.empty()) out.text = " ";
  return out;
}

}  // namespace

std::unique_ptr<Condition> ReadWhere(Reading& reading, const Yaml&, const Yaml& value) {
  const auto text = reading.Text(value, "where");
  if (!text) return nullptr;
  ExpressionError error;
  Result<Expression> expression = Expression::Parse(value.text, &error);
  if (!expression.ok()) {
    reading.Wrong(PlaceIn(value, error.at, error.size), error.message, error.help);
    return nullptr;
  }
  return OnExpression(*std::move(expression), value.text, *text);
}

std::unique_ptr<Condition> ReadAttributeCondition(Reading& reading, const Yaml& key,
                                                  const Yaml& value, bool& known) {
  const Attribute* const attribute = FindAttribute(key.text);
  known = attribute != nullptr;
  if (!known) return nullptr;
  std::string text;
  if (value.is_list()) {
    const auto texts = reading.Texts(value, key.text);
    if (!texts) return nullptr;
    for (const std::string& one : *texts)
      text += (text.empty() ? "in (" : ", ") + ("\"" + one + "\"");
    text += ")";
  } else {
    const auto one = reading.Text(value, key.text);
    if (!one) return nullptr;
    text = *one;
  }
  std::string_view otherwise = "=";
  if (attribute->type == ValueType::kText || attribute->type == ValueType::kTexts) otherwise = "~";
  if (attribute->type == ValueType::kLevel) otherwise = ">=";
  const bool bare_number =
      (attribute->type == ValueType::kNumber || attribute->type == ValueType::kAge) &&
      !value.is_list() && SignOf(text).empty() && !EqualsIgnoreCase(text, "unknown");
  if (bare_number) {
    reading.Wrong(value, fmt::format("'{}' could mean more or less", text),
                  fmt::format("write \">= {}\" or \"<= {}\"", text, text));
    return nullptr;
  }
  ExpressionError error;
  Result<Expression> expression = Expression::ParseComparison(*attribute, otherwise, text, &error);
  if (!expression.ok()) {
    reading.Wrong(value.is_list() ? value : PlaceIn(value, error.at, error.size), error.message,
                  error.help);
    return nullptr;
  }
  auto out = OnExpression(*std::move(expression), text, text);
  out->reads.happening = attribute->type == ValueType::kAge && text.starts_with('<');
  return out;
}

std::unique_ptr<Condition> ReadCondition(Reading& reading, const Yaml& key, const Yaml& value) {
  std::vector<std::string_view> names;
  for (const ConditionDef* def : Conditions()) {
    if (def->name == key.text) return def->read(reading, key, value);
    names.push_back(def->name);
  }
  bool known = false;
  auto out = ReadAttributeCondition(reading, key, value, known);
  if (known) return out;
  for (const Attribute& one : Attributes()) names.push_back(one.name);
  const std::string_view meant = Closest(key.text, names);
  reading.Unknown(
      key, "condition",
      meant.empty() ? std::vector<std::string_view>{"`tokentrail list conditions` shows them all"}
                    : names);
  return nullptr;
}

}  // namespace tokentrail::policy
