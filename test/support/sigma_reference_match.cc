// The walk over a rule's tree for one record.

#include <re2/re2.h>

#include <algorithm>

#include "test/support/sigma_reference.h"

namespace tokentrail::test::reference {
namespace {

/// Compiled once a thread; regular expressions are too slow to compile for each record.
const re2::RE2& Compiled(const std::string& regex) {
  thread_local std::map<std::string, std::unique_ptr<re2::RE2>> all;
  if (all.size() > 2'000) all.clear();
  std::unique_ptr<re2::RE2>& one = all[regex];
  if (one == nullptr) one = std::make_unique<re2::RE2>(regex, re2::RE2::Quiet);
  return *one;
}

/// Whether the value of a rule is one number, compared whole: no wildcards, affixes or encodings.
/// Choice: one with zeros in front is a text.
bool IsPlainNumber(const Item& item, const Value& value) {
  if (item.field.empty() || value.texts.size() != 1) return false;
  const Chars written = Decode(value.written);
  if (value.texts[0] != (item.cased ? written : FoldChars(written))) return false;
  static const re2::RE2 kZeroInFront("[-+]?0[0-9].*");
  return !re2::RE2::FullMatch(value.written, kZeroInFront);
}

/// Numbers are equal by value: a log's 1.0 is the rule's 1. A logged text is no number here.
bool AnyEqualNumber(const Item& item, const Value& value, const Field& field) {
  if (!IsPlainNumber(item, value)) return false;
  const std::optional<Decimal> wanted = ReadKept(value.written);
  if (!wanted) return false;
  for (const Scalar& scalar : field.values) {
    if (scalar.kind != NodeKind::kNumber) continue;
    const std::optional<Decimal> seen = ReadKept(scalar.text);
    if (seen && Order(*seen, *wanted) == 0) return true;
  }
  return false;
}

bool AnyText(const Item& item, const Value& value, const Field& field) {
  for (const Scalar& scalar : field.values) {
    if (scalar.kind == NodeKind::kNull) continue;
    Chars text = Decode(scalar.text);
    if (!item.cased) text = FoldChars(text);
    for (const Chars& pattern : value.texts) {
      if (Like(pattern, text)) return true;
    }
  }
  return false;
}

bool AnyRegex(const Value& value, const Field& field) {
  for (const Scalar& scalar : field.values) {
    if (scalar.kind == NodeKind::kNull) continue;
    for (const std::string& regex : value.regexes) {
      if (re2::RE2::PartialMatch(scalar.text, Compiled(regex))) return true;
    }
  }
  return false;
}

bool AnyAddress(const Value& value, const Field& field) {
  const std::optional<Cidr> network = ReadCidr(value.written);
  for (const Scalar& scalar : field.values) {
    const std::optional<Ip> ip = ReadIp(scalar.text);
    if (scalar.kind != NodeKind::kNull && ip && Contains(*network, *ip)) return true;
  }
  return false;
}

bool AnyNumber(const Item& item, const Value& value, const Field& field) {
  const std::optional<Decimal> wanted = ReadKept(value.written);
  for (const Scalar& scalar : field.values) {
    std::optional<Decimal> seen;
    if (item.date_part.empty()) {
      seen = ReadKept(scalar.text);
    } else if (const std::optional<int64_t> part = DatePart(item.date_part, scalar.text)) {
      seen = ReadKept(std::to_string(*part));
    }
    if (!seen) continue;
    const int order = Order(*seen, *wanted);
    const bool holds = item.order == "gt"    ? order > 0
                       : item.order == "gte" ? order >= 0
                       : item.order == "lt"  ? order < 0
                       : item.order == "lte" ? order <= 0
                                             : order == 0;
    if (holds) return true;
  }
  return false;
}

/// Whether a value of this field is one of the other field; null is equal to nothing.
bool AnyEqual(const Item& item, const Field& field, const Field& other) {
  for (const Scalar& left : field.values) {
    for (const Scalar& right : other.values) {
      if (left.kind == NodeKind::kNull || right.kind == NodeKind::kNull) continue;
      Chars pattern = Decode(right.text);
      if (item.open_start) pattern.insert(pattern.begin(), kAny);
      if (item.open_end) pattern.push_back(kAny);
      const Chars text = Decode(left.text);
      if (item.cased ? Like(pattern, text) : Like(FoldChars(pattern), FoldChars(text))) return true;
    }
  }
  return false;
}

bool HoldsItem(const Item& item, const Views& views, const Record& record) {
  Field field;
  if (item.field.empty()) {
    field.values = AllValues(record);
    field.present = true;
  } else {
    field = FieldOf(record, item.field, views);
  }
  if (item.compare == Compare::kExists) return field.present == item.exists;
  const auto holds = [&](const Value& value) {
    if (value.null) {
      return !field.present ||
             std::any_of(field.values.begin(), field.values.end(),
                         [](const Scalar& s) { return s.kind == NodeKind::kNull; });
    }
    switch (item.compare) {
      case Compare::kRegex:
        return AnyRegex(value, field);
      case Compare::kNetwork:
        return AnyAddress(value, field);
      case Compare::kNumber:
        return AnyNumber(item, value, field);
      case Compare::kField:
        return AnyEqual(item, field, FieldOf(record, value.written, views));
      default:
        return AnyText(item, value, field) || AnyEqualNumber(item, value, field);
    }
  };
  const bool out = item.all ? std::all_of(item.values.begin(), item.values.end(), holds)
                            : std::any_of(item.values.begin(), item.values.end(), holds);
  return out != item.negated;
}

bool HoldsTree(const Tree& tree, const Rule& rule, const Record& record) {
  const auto holds = [&](const Tree& part) { return HoldsTree(part, rule, record); };
  switch (tree.kind) {
    case Tree::Kind::kItem:
      return HoldsItem(tree.item, rule.views, record);
    case Tree::Kind::kName:
      return HoldsTree(rule.selections[tree.name], rule, record);
    case Tree::Kind::kAnd:
      return std::all_of(tree.parts.begin(), tree.parts.end(), holds);
    case Tree::Kind::kOr:
      return std::any_of(tree.parts.begin(), tree.parts.end(), holds);
    case Tree::Kind::kNot:
      return !holds(tree.parts.front());
  }
  return false;
}

}  // namespace

bool Matches(const Item& item, const Views& views, const Record& record) {
  return HoldsItem(item, views, record);
}

bool Matches(const Rule& rule, const Record& record) {
  return HoldsTree(rule.condition, rule, record);
}

}  // namespace tokentrail::test::reference
