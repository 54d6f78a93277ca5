// Whether an app fits one comparison.

#include <algorithm>

#include "base/text.h"
#include "inventory/table.h"
#include "policy/expression_parse.h"

namespace tokentrail::policy {
namespace {

bool Ordered(Compare compare, double a, double b) {
  switch (compare) {
    case Compare::kEqual:
    case Compare::kIn:
      return a == b;
    case Compare::kUnequal:
    case Compare::kNotIn:
      return a != b;
    case Compare::kLess:
      return a < b;
    case Compare::kAtMost:
      return a <= b;
    case Compare::kMore:
      return a > b;
    case Compare::kAtLeast:
      return a >= b;
    default:
      return false;
  }
}

/// Before a date is a greater age.
Compare Mirrored(Compare compare) {
  switch (compare) {
    case Compare::kLess:
      return Compare::kMore;
    case Compare::kAtMost:
      return Compare::kAtLeast;
    case Compare::kMore:
      return Compare::kLess;
    case Compare::kAtLeast:
      return Compare::kAtMost;
    default:
      return compare;
  }
}

bool Negates(Compare compare) {
  return compare == Compare::kUnequal || compare == Compare::kNoGlob || compare == Compare::kNotIn;
}

bool SameText(Compare compare, std::string_view text, const Operand& operand) {
  if (compare == Compare::kGlob || compare == Compare::kNoGlob) {
    return inventory::MatchesPattern(text, operand.text, inventory::Star::kAny);
  }
  return EqualsIgnoreCase(text, operand.text);
}

}  // namespace

bool FitsTest(const Test& test, const App& app, const Portfolio& portfolio, Time as_of) {
  const Attribute& attribute = *test.attribute;
  const Value value = attribute.get(app, portfolio, as_of);
  if (test.compare == Compare::kTrue) return value.set && value.number != 0;
  const bool negates = Negates(test.compare);
  const bool asks_unknown = std::any_of(test.operands.begin(), test.operands.end(),
                                        [](const Operand& one) { return one.unknown; });
  if (!value.set) return asks_unknown && !negates;
  const bool text = attribute.type == ValueType::kText || attribute.type == ValueType::kTexts;
  if (!text && !negates && test.compare != Compare::kIn && test.compare != Compare::kEqual) {
    const Operand& operand = test.operands.front();
    if (!operand.date) return Ordered(test.compare, value.number, operand.number);
    const double age = static_cast<double>((as_of - operand.time).micros) / 1e6;
    return Ordered(Mirrored(test.compare), value.number, age);
  }
  // One of several; when negated, none of them.
  const bool any =
      std::any_of(test.operands.begin(), test.operands.end(), [&](const Operand& operand) {
        if (operand.unknown) return false;
        if (!text) return value.number == operand.number;
        if (attribute.type == ValueType::kText) {
          return SameText(test.compare, value.text, operand);
        }
        return std::any_of(value.texts.begin(), value.texts.end(), [&](std::string_view one) {
          return SameText(test.compare, one, operand);
        });
      });
  return any != negates;
}

}  // namespace tokentrail::policy
