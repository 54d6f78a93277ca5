#include "sigma/modifier.h"

#include "base/text.h"

namespace tokentrail::sigma {
namespace {

Error Invalid(std::string message) { return {ErrorKind::kInvalid, std::move(message)}; }

Result<Done> All(Term& term) {
  if (term.values.size() < 2) return Invalid("'all' needs two values or more");
  term.all = true;
  return Done{};
}

Result<Done> Base64(Term& term) {
  if (term.compare != Compare::kText) return Invalid("'base64' goes with texts only");
  return term.MapPlainValues(EncodeBase64);
}

Result<Done> Cased(Term& term) {
  term.cased = true;
  return Done{};
}

/// Affixes take numbers and booleans by their text: `startswith: 10.` can mean nothing else.
template <bool kStart, bool kEnd>
Result<Done> Open(Term& term) {
  // A regular expression is searched for anyway; pySigma takes `re|contains`, so it means nothing.
  if (term.compare == Compare::kRegex && kStart && kEnd) return Done{};
  if (term.compare != Compare::kText) {
    return Invalid("'contains', 'startswith' and 'endswith' go with texts only");
  }
  if (term.opened)
    return Invalid("only one of 'contains', 'startswith' and 'endswith' can be used");
  term.opened = true;
  for (Value& value : term.values) {
    if (value.kind == Value::Kind::kNull) return Invalid("null has no text to look into");
    if (kStart) value.pattern.OpenStart();
    if (kEnd) value.pattern.OpenEnd();
  }
  return Done{};
}

template <Compare kCompare>
Result<Done> SetCompare(Term& term) {
  if (term.compare != Compare::kText || term.opened || term.encoded || term.all) {
    return Invalid("this modifier must come first");
  }
  term.compare = kCompare;
  return Done{};
}

template <bool Regex::Flags::*kFlag>
Result<Done> SetFlag(Term& term) {
  if (term.compare != Compare::kRegex) return Invalid("this modifier must follow 're'");
  term.regex_flags.*kFlag = true;
  return Done{};
}

Result<Done> Negate(Term& term) {
  term.negated = true;
  return Done{};
}

// Source: Sigma specification 2.1.0, appendix "Modifiers".
constexpr ModifierDef kModifiers[] = {
    {"all", "every value must match, not just one", All},
    {"base64", "match the Base64 encoding of the value", Base64},
    {"base64offset", "match the Base64 encoding at any of three positions"},
    {"cased", "upper and lower case differ", Cased},
    {"cidr", "the address lies in this network", SetCompare<Compare::kNetwork>},
    {"contains", "the value stands anywhere in the field", Open<true, true>},
    {"day", "the day of a date"},
    {"dotall", "with re: a dot matches a line's end too", SetFlag<&Regex::Flags::dot_is_all>},
    {"endswith", "the field ends with the value", Open<true, false>},
    {"exists", "the field is there (true) or not (false)", SetCompare<Compare::kExists>},
    {"expand", "fill in placeholders"},
    {"fieldref", "compare with another field"},
    {"gt", "the field is a greater number", SetCompare<Compare::kGreater>},
    {"gte", "the field is an equal or greater number", SetCompare<Compare::kGreaterOrEqual>},
    {"hour", "the hour of a date"},
    {"i", "with re: upper and lower case are the same", SetFlag<&Regex::Flags::ignore_case>},
    {"ignorecase", "with re: upper and lower case are the same",
     SetFlag<&Regex::Flags::ignore_case>},
    {"lt", "the field is a smaller number", SetCompare<Compare::kLess>},
    {"lte", "the field is an equal or smaller number", SetCompare<Compare::kLessOrEqual>},
    {"m", "with re: ^ and $ match at every line", SetFlag<&Regex::Flags::multiline>},
    {"minute", "the minute of a date"},
    {"month", "the month of a date"},
    {"multiline", "with re: ^ and $ match at every line", SetFlag<&Regex::Flags::multiline>},
    {"neq", "the comparison is not true, or the field is missing", Negate},
    {"re", "a regular expression is found in the field", SetCompare<Compare::kRegex>},
    {"s", "with re: a dot matches a line's end too", SetFlag<&Regex::Flags::dot_is_all>},
    {"startswith", "the field starts with the value", Open<false, true>},
    {"utf16", "encode as UTF-16 with a byte order mark"},
    {"utf16be", "encode as UTF-16, high byte first"},
    {"utf16le", "encode as UTF-16, low byte first"},
    {"week", "the week of a date"},
    {"wide", "encode as UTF-16, low byte first"},
    {"windash", "any of the dashes that Windows tools take"},
    {"year", "the year of a date"},
};

}  // namespace

std::span<const ModifierDef> Modifiers() { return kModifiers; }

const ModifierDef* FindModifier(std::string_view name) {
  for (const ModifierDef& def : kModifiers) {
    if (def.name == name) return &def;
  }
  return nullptr;
}

}  // namespace tokentrail::sigma
