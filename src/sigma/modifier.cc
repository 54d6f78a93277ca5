#include "sigma/modifier.h"

#include "base/text.h"
#include "sigma/encoding.h"

namespace tokentrail::sigma {
namespace {

Error Invalid(std::string message) { return {ErrorKind::kInvalid, std::move(message)}; }

/// Fails unless the line compares texts, and each of its values is one. A number without quotes has
/// no certain spelling, so nothing can be cut from it or made of it.
Result<Done> NeedTexts(TermDraft& term) {
  if (term.compare != Compare::kText) return Invalid("it goes with texts only");
  for (size_t i = 0; i < term.values.size(); ++i) {
    const DraftValue& value = term.values[i];
    if (value.kind == Value::Kind::kText) continue;
    if (value.kind == Value::Kind::kNull) return term.Wrong(i, "it needs a text, not null");
    return term.Wrong(i,
                      value.kind == Value::Kind::kNumber ? "it needs a text, not a number"
                                                         : "it needs a text, not a boolean",
                      "put it in quotes: '" + value.written + "'");
  }
  return Done{};
}

/// The same, and fails on wildcards: bytes can't be encoded around a hole.
Result<Done> NeedPlainTexts(TermDraft& term) {
  if (term.affixed) return Invalid("it must stand before contains, startswith and endswith");
  if (term.encoded) return Invalid("the value is in Base64 already");
  TRY(NeedTexts(term));
  for (size_t i = 0; i < term.values.size(); ++i) {
    for (const Glyphs& glyphs : term.values[i].alternatives) {
      if (glyphs.find(kAnyDash) != glyphs.npos) {
        return term.Wrong(i, "a value in which a dash stands for several can't be encoded");
      }
      if (HasMarks(glyphs)) {
        return term.Wrong(i, "a value with wildcards can't be encoded",
                          "write \\* for a star and \\? for a question mark");
      }
    }
  }
  return Done{};
}

Result<Done> All(TermDraft& term) {
  if (term.values.size() < 2) return Invalid("'all' needs two values or more");
  term.all = true;
  return Done{};
}

Result<Done> Base64(TermDraft& term) {
  TRY(NeedPlainTexts(term));
  for (DraftValue& value : term.values) {
    for (Glyphs& glyphs : value.alternatives) glyphs = LiteralGlyphs(EncodeBase64(BytesOf(glyphs)));
  }
  term.encoded = true;
  return Done{};
}

Result<Done> Base64Offset(TermDraft& term) {
  TRY(NeedPlainTexts(term));
  for (size_t i = 0; i < term.values.size(); ++i) {
    std::vector<Glyphs> encoded;
    for (const Glyphs& glyphs : term.values[i].alternatives) {
      for (const std::string& text : Base64Offsets(BytesOf(glyphs))) {
        // Of one byte alone, one position leaves no whole character.
        if (text.empty()) return term.Wrong(i, "'base64offset' needs two bytes or more");
        encoded.push_back(LiteralGlyphs(text));
      }
    }
    term.values[i].alternatives = std::move(encoded);
  }
  term.encoded = true;
  return Done{};
}

template <Utf16 kForm>
Result<Done> ToUtf16(TermDraft& term) {
  TRY(NeedPlainTexts(term));
  if (term.utf16) return Invalid("the value is in UTF-16 already");
  for (size_t i = 0; i < term.values.size(); ++i) {
    for (Glyphs& glyphs : term.values[i].alternatives) {
      std::optional<Glyphs> encoded = EncodeUtf16(glyphs, kForm);
      if (!encoded.has_value()) return term.Wrong(i, "the value is no UTF-8");
      glyphs = *std::move(encoded);
    }
  }
  term.utf16 = true;
  return Done{};
}

Result<Done> Cased(TermDraft& term) {
  if (term.compare == Compare::kRegex) return Invalid("'re' minds case anyway");
  if (term.compare != Compare::kFieldRef) TRY(NeedTexts(term));
  term.cased = true;
  return Done{};
}

template <Affix kAffix>
Result<Done> Open(TermDraft& term) {
  // A regular expression is searched for anyway; pySigma takes `re|contains`, so it means nothing.
  if (term.compare == Compare::kRegex && kAffix == Affix::kAnywhere) return Done{};
  if (term.affixed) {
    return Invalid("only one of 'contains', 'startswith' and 'endswith' can be used");
  }
  term.affixed = true;
  if (term.compare == Compare::kFieldRef) {
    term.affix = kAffix;
    return Done{};
  }
  TRY(NeedTexts(term));
  for (DraftValue& value : term.values) {
    for (Glyphs& glyphs : value.alternatives) {
      if (kAffix != Affix::kStart) glyphs.insert(glyphs.begin(), kAnyRun);
      if (kAffix != Affix::kEnd) glyphs.push_back(kAnyRun);
    }
  }
  return Done{};
}

/// Of the value as it is written: nothing may have changed it before. `all` and `neq` are about the
/// line, so they may stand anywhere; beside `exists` nothing may.
template <Compare kCompare>
Result<Done> First(TermDraft& term) {
  const bool alone = kCompare == Compare::kExists;
  if (alone ? !term.applied.empty() : !term.OnlyAfter({"all", "neq"})) {
    return Invalid("it must be the first modifier");
  }
  term.compare = kCompare;
  return Done{};
}

template <Compare kCompare>
Result<Done> Order(TermDraft& term) {
  if (!term.OnlyAfter({"all", "neq", "minute", "hour", "day", "week", "month", "year"}) ||
      (term.compare != Compare::kText && term.compare != Compare::kEqual)) {
    return Invalid("it can't follow '" + std::string(term.applied.back()) + "'");
  }
  term.compare = kCompare;
  return Done{};
}

template <DatePart kPart>
Result<Done> OfDate(TermDraft& term) {
  if (!term.OnlyAfter({"all", "neq"})) {
    return Invalid("it can't follow '" + std::string(term.applied.back()) + "'");
  }
  term.compare = Compare::kEqual;
  term.date_part = kPart;
  return Done{};
}

Result<Done> FieldRef(TermDraft& term) {
  if (!term.OnlyAfter({"all", "neq", "cased"})) {
    return Invalid("it can't follow '" + std::string(term.applied.back()) + "'");
  }
  if (term.is_keyword()) return Invalid("it needs a field on the left side too");
  TRY(NeedTexts(term));
  for (size_t i = 0; i < term.values.size(); ++i) {
    const Glyphs& name = term.values[i].alternatives.front();
    if (HasMarks(name)) return term.Wrong(i, "the name of a field can't have wildcards");
    if (name.empty()) return term.Wrong(i, "the name of a field can't be empty");
  }
  term.compare = Compare::kFieldRef;
  return Done{};
}

Result<Done> FillIn(TermDraft& term) {
  term.expanded = true;
  if (term.compare == Compare::kRegex) return Done{};
  if (term.encoded || term.utf16) return Invalid("it must stand before what encodes the value");
  TRY(NeedTexts(term));
  for (size_t i = 0; i < term.values.size(); ++i) {
    std::vector<Glyphs> filled;
    for (const Glyphs& glyphs : term.values[i].alternatives) {
      Result<std::vector<Glyphs>> some = Expand(glyphs, *term.placeholders);
      if (!some.ok()) {
        if (some.error().kind == ErrorKind::kNotFound) term.code = "sigma.no_placeholder";
        return term.Wrong(i, some.error().message);
      }
      filled.insert(filled.end(), some->begin(), some->end());
    }
    term.values[i].alternatives = std::move(filled);
  }
  return Done{};
}

Result<Done> Dashes(TermDraft& term) {
  if (term.encoded || term.utf16) return Invalid("it must stand before what encodes the value");
  TRY(NeedTexts(term));
  for (DraftValue& value : term.values) {
    for (Glyphs& glyphs : value.alternatives) MarkDashes(glyphs);
  }
  return Done{};
}

template <bool Regex::Flags::*kFlag>
Result<Done> SetFlag(TermDraft& term) {
  if (term.compare != Compare::kRegex) return Invalid("it must follow 're'");
  term.regex_flags.*kFlag = true;
  return Done{};
}

Result<Done> Negate(TermDraft& term) {
  term.negated = true;
  return Done{};
}

// Source: Sigma specification 2.1.0, appendix "Modifiers"; the long names of the flags are
// pySigma's.
constexpr ModifierDef kModifiers[] = {
    {"all", "every value must match, not just one", All},
    {"base64", "match the Base64 encoding of the value", Base64},
    {"base64offset", "match the Base64 encoding at any of three positions", Base64Offset},
    {"cased", "upper and lower case differ", Cased},
    {"cidr", "the address lies in this network", First<Compare::kNetwork>},
    {"contains", "the value stands anywhere in the field", Open<Affix::kAnywhere>},
    {"day", "the day of a date", OfDate<DatePart::kDay>},
    {"dotall", "with re: a dot matches a line's end too", SetFlag<&Regex::Flags::dot_is_all>},
    {"endswith", "the field ends with the value", Open<Affix::kEnd>},
    {"exists", "the field is there (true) or not (false)", First<Compare::kExists>},
    {"expand", "fill in placeholders", FillIn},
    {"fieldref", "compare with another field", FieldRef},
    {"gt", "the field is a greater number", Order<Compare::kGreater>},
    {"gte", "the field is an equal or greater number", Order<Compare::kGreaterOrEqual>},
    {"hour", "the hour of a date", OfDate<DatePart::kHour>},
    {"i", "with re: upper and lower case are the same", SetFlag<&Regex::Flags::ignore_case>},
    {"ignorecase", "with re: upper and lower case are the same",
     SetFlag<&Regex::Flags::ignore_case>},
    {"lt", "the field is a smaller number", Order<Compare::kLess>},
    {"lte", "the field is an equal or smaller number", Order<Compare::kLessOrEqual>},
    {"m", "with re: ^ and $ match at every line", SetFlag<&Regex::Flags::multiline>},
    {"minute", "the minute of a date", OfDate<DatePart::kMinute>},
    {"month", "the month of a date", OfDate<DatePart::kMonth>},
    {"multiline", "with re: ^ and $ match at every line", SetFlag<&Regex::Flags::multiline>},
    {"neq", "the comparison is not true, or the field is missing", Negate},
    {"re", "a regular expression is found in the field", First<Compare::kRegex>},
    {"s", "with re: a dot matches a line's end too", SetFlag<&Regex::Flags::dot_is_all>},
    {"startswith", "the field starts with the value", Open<Affix::kStart>},
    {"utf16", "encode as UTF-16 with a byte order mark", ToUtf16<Utf16::kMarked>},
    {"utf16be", "encode as UTF-16, high byte first", ToUtf16<Utf16::kBig>},
    {"utf16le", "encode as UTF-16, low byte first", ToUtf16<Utf16::kLittle>},
    {"week", "the week of a date", OfDate<DatePart::kWeek>},
    {"wide", "encode as UTF-16, low byte first", ToUtf16<Utf16::kLittle>},
    {"windash", "any of the dashes that Windows tools take", Dashes},
    {"year", "the year of a date", OfDate<DatePart::kYear>},
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
