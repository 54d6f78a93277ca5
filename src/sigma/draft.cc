#include "sigma/draft.h"

#include <algorithm>

#include "base/text.h"
#include "sigma/encoding.h"

namespace tokentrail::sigma {
namespace {

bool IsBoolean(std::string_view text) {
  return EqualsIgnoreCase(text, "true") || EqualsIgnoreCase(text, "false");
}

/// Whether an unquoted text is a number. With zeros in front it is a text of digits: 00000429 is a
/// keyboard layout, and 0123 neither octal nor 123.
bool IsNumber(std::string_view text) {
  const std::string_view digits = text.substr(text.starts_with('-') || text.starts_with('+'));
  if (digits.size() > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9') return false;
  Number number;
  return Number::Read(text, number);
}

/// All values of a line as what `compile` makes of one.
template <typename T, typename Compile>
Result<std::vector<T>> Each(TermDraft& draft, Compile compile) {
  std::vector<T> out;
  out.reserve(draft.values.size());
  for (size_t i = 0; i < draft.values.size(); ++i) {
    Result<T> one = compile(draft.values[i]);
    if (!one.ok()) {
      draft.bad = draft.bad == TermDraft::kNone ? i : draft.bad;
      return one.error();
    }
    out.push_back(*std::move(one));
  }
  return out;
}

Result<Regex> CompileRegex(TermDraft& draft, const DraftValue& value) {
  if (value.kind == Value::Kind::kNull) {
    return Error{ErrorKind::kInvalid, "'re' needs a regular expression, not null"};
  }
  if (!draft.expanded) return Regex::Compile(value.written, draft.regex_flags);
  Result<std::vector<std::string>> texts = ExpandRegex(value.written, *draft.placeholders);
  if (!texts.ok()) {
    if (texts.error().kind == ErrorKind::kNotFound) draft.code = "sigma.no_placeholder";
    return texts.error();
  }
  if (texts->size() == 1) return Regex::Compile(texts->front(), draft.regex_flags);
  std::string any;
  for (const std::string& text : *texts) any += (any.empty() ? "(?:" : "|(?:") + text + ")";
  return Regex::Compile(any, draft.regex_flags);
}

Result<Regex> CompileWithin(TermDraft& draft, const DraftValue& value) {
  Result<Regex> out = CompileRegex(draft, value);
  if (!out.ok() || draft.regex_room == nullptr) return out;
  if (out->size() > *draft.regex_room) {
    draft.code = "sigma.too_large";
    draft.help = "repetitions like {100,900} cost the most";
    return Error{ErrorKind::kInvalid, "this rule's regular expressions are too large together"};
  }
  *draft.regex_room -= out->size();
  return out;
}

Result<Number> ReadNumber(const DraftValue& value) {
  Number out;
  if (value.kind == Value::Kind::kNumber && Number::Read(value.written, out)) return out;
  return Error{ErrorKind::kInvalid,
               "a number is needed here, not " +
                   (value.kind == Value::Kind::kNull ? "null" : "'" + value.written + "'")};
}

}  // namespace

DraftValue DraftValue::From(const Yaml& scalar) {
  DraftValue out;
  out.line = scalar.line;
  out.column = scalar.column + (scalar.quoted ? 1 : 0);
  out.quoted = scalar.quoted;
  if (scalar.is_null()) {
    out.kind = Value::Kind::kNull;
    out.alternatives.emplace_back();
    return out;
  }
  out.written = scalar.text;
  if (!scalar.quoted && IsNumber(scalar.text)) {
    out.kind = Value::Kind::kNumber;
    out.alternatives.push_back(LiteralGlyphs(scalar.text));
  } else if (!scalar.quoted && IsBoolean(scalar.text)) {
    out.kind = Value::Kind::kBool;
    out.alternatives.push_back(LiteralGlyphs(scalar.text));
  } else {
    out.alternatives.push_back(ReadGlyphs(scalar.text));
  }
  return out;
}

bool TermDraft::OnlyAfter(std::initializer_list<std::string_view> names) const {
  return std::all_of(applied.begin(), applied.end(), [&](std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  });
}

Error TermDraft::Wrong(size_t index, std::string message, std::string how_to_help) {
  bad = index;
  help = std::move(how_to_help);
  return {ErrorKind::kInvalid, std::move(message)};
}

Result<Term> TermDraft::Finish() {
  bad = kNone;
  code.clear();
  help.clear();
  Term out;
  switch (compare) {
    case Compare::kText:
      for (size_t i = 0; i < values.size(); ++i) {
        for (Glyphs& glyphs : values[i].alternatives) {
          if (utf16 && !encoded && !IsUtf8(glyphs)) {
            return Wrong(i, "in UTF-16 this value is no text that a record could hold",
                         "put base64 or base64offset behind it");
          }
          if (is_keyword() && !affixed) {
            // A keyword is looked for anywhere in a value.
            glyphs.insert(glyphs.begin(), kAnyRun);
            glyphs.push_back(kAnyRun);
          }
        }
      }
      break;
    case Compare::kRegex:
      out.compiled = TRY(Each<Regex>(
          *this, [this](const DraftValue& value) { return CompileWithin(*this, value); }));
      break;
    case Compare::kNetwork:
      out.compiled = TRY(Each<Network>(*this, [](const DraftValue& value) -> Result<Network> {
        if (value.kind != Value::Kind::kNull) return Network::Parse(value.written);
        return Error{ErrorKind::kInvalid, "a network is needed here, not null"};
      }));
      break;
    case Compare::kExists:
      if (is_keyword()) return Error{ErrorKind::kInvalid, "'exists' needs a field"};
      if (values.size() != 1 || values[0].kind != Value::Kind::kBool) {
        return Wrong(0, "'exists' needs true or false, without quotes");
      }
      out.compiled = EqualsIgnoreCase(values[0].written, "true");
      break;
    case Compare::kFieldRef:
      out.compiled = TRY(Each<std::string>(*this, [](const DraftValue& value) {
        return Result<std::string>(BytesOf(value.alternatives.front()));
      }));
      break;
    default:
      if (is_keyword()) return Error{ErrorKind::kInvalid, "comparing numbers needs a field"};
      out.compiled = TRY(Each<Number>(*this, ReadNumber));
      break;
  }
  out.values.resize(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    out.values[i].kind = values[i].kind;
    if (compare != Compare::kText || values[i].kind == Value::Kind::kNull) continue;
    out.values[i].alternatives.reserve(values[i].alternatives.size());
    for (const Glyphs& glyphs : values[i].alternatives) {
      out.values[i].alternatives.emplace_back(glyphs, cased);
    }
    if (values[i].alternatives.size() != 1 || is_keyword() || values[i].written.empty() ||
        values[i].alternatives[0] != LiteralGlyphs(values[i].written)) {
      continue;
    }
    // JSON's numbers are read, not kept, so one that is equal may have another text.
    Number number;
    if (!IsNumber(values[i].written) || !Number::Read(values[i].written, number)) continue;
    for (const std::string& text : number.Texts()) {
      if (text == values[i].written) continue;
      out.values[i].alternatives.push_back(Pattern::Literal(text, cased));
      ++out.values[i].of_numbers;
    }
  }
  out.field = std::move(field);
  out.compare = compare;
  out.affix = affix;
  out.date_part = date_part;
  out.all = all;
  out.cased = cased;
  out.negated = negated;
  return out;
}

}  // namespace tokentrail::sigma
