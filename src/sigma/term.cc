#include "sigma/term.h"

#include <charconv>
#include <cmath>

#include "base/text.h"

namespace tokentrail::sigma {
namespace {

bool IsBoolean(std::string_view text) {
  return EqualsIgnoreCase(text, "true") || EqualsIgnoreCase(text, "false");
}

}  // namespace

bool Number::Read(std::string_view text, Number& out) {
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.empty()) return false;
  const char* const end = text.data() + text.size();
  const auto integer = std::from_chars(text.data(), end, out.integer);
  if (integer.ec == std::errc() && integer.ptr == end) {
    out.whole = true;
    out.real = static_cast<double>(out.integer);
    return true;
  }
  // Digits, points and exponents only: `inf` and `nan` are words.
  if (text.find_first_not_of("0123456789.eE+-") != text.npos) return false;
  const auto real = std::from_chars(text.data(), end, out.real);
  out.whole = false;
  return real.ec == std::errc() && real.ptr == end && std::isfinite(out.real);
}

int Number::Order(const Number& a, const Number& b) {
  if (a.whole && b.whole) return a.integer < b.integer ? -1 : a.integer > b.integer;
  return a.real < b.real ? -1 : a.real > b.real;
}

Value Value::From(const Yaml& scalar) {
  Value out;
  out.line = scalar.line;
  out.column = scalar.column + (scalar.quoted ? 1 : 0);
  if (scalar.is_null()) {
    out.kind = Kind::kNull;
    return out;
  }
  out.written = scalar.text;
  Number number;
  if (!scalar.quoted && Number::Read(scalar.text, number)) {
    out.kind = Kind::kNumber;
    out.pattern = Pattern::Literal(scalar.text);
  } else if (!scalar.quoted && IsBoolean(scalar.text)) {
    out.kind = Kind::kBool;
    out.pattern = Pattern::Literal(scalar.text);
  } else {
    out.pattern = Pattern::Parse(scalar.text);
  }
  return out;
}

Result<Done> Term::MapPlainValues(std::string (*function)(std::string_view)) {
  for (Value& value : values) {
    if (value.kind == Value::Kind::kNull || value.pattern.has_wildcards()) {
      return Error{ErrorKind::kInvalid,
                   "a value with wildcards, or none, can't be encoded (write \\* for a star)"};
    }
    value.pattern = Pattern::Literal(function(value.pattern.literal()));
    value.kind = Value::Kind::kText;
  }
  encoded = true;
  return Done{};
}

Result<Done> Term::Finish(size_t& bad) {
  bad = values.size();
  if (compare != Compare::kText && compare != Compare::kRegex && cased) {
    return Error{ErrorKind::kInvalid, "'cased' goes with texts only"};
  }
  if (compare == Compare::kExists && is_keyword()) {
    return Error{ErrorKind::kInvalid, "'exists' needs a field"};
  }
  for (bad = 0; bad < values.size(); ++bad) {
    Value& value = values[bad];
    switch (compare) {
      case Compare::kText:
        value.pattern.Finish(cased);
        break;
      case Compare::kRegex: {
        if (value.kind == Value::Kind::kNull) {
          return Error{ErrorKind::kInvalid, "'re' needs a regular expression"};
        }
        regexes_.push_back(TRY(Regex::Compile(value.written, regex_flags)));
        break;
      }
      case Compare::kNetwork:
        networks_.push_back(TRY(Network::Parse(value.written)));
        break;
      case Compare::kExists:
        if (!IsBoolean(value.written) || values.size() != 1) {
          return Error{ErrorKind::kInvalid, "'exists' needs true or false"};
        }
        exists_ = EqualsIgnoreCase(value.written, "true");
        break;
      case Compare::kGreater:
      case Compare::kGreaterOrEqual:
      case Compare::kLess:
      case Compare::kLessOrEqual: {
        Number number;
        if (!Number::Read(value.written, number)) {
          return Error{ErrorKind::kInvalid,
                       "gt, gte, lt and lte need a number, not '" + value.written + "'"};
        }
        numbers_.push_back(number);
        break;
      }
    }
  }
  return Done{};
}

bool Term::Agrees(size_t index, const Seen& seen) const {
  if (compare == Compare::kExists) return exists_;  // absence is the caller's
  const Value& value = values[index];
  if (value.kind == Value::Kind::kNull) return seen.kind == NodeKind::kNull;
  if (seen.kind == NodeKind::kNull || seen.kind >= NodeKind::kObject) return false;
  switch (compare) {
    case Compare::kText:
      return value.pattern.Matches(seen.text);
    case Compare::kRegex:
      return regexes_[index].Finds(seen.text);
    case Compare::kNetwork: {
      const std::optional<Address> address = ParseAddress(seen.text);
      return address.has_value() && networks_[index].Holds(*address);
    }
    case Compare::kExists:
      return exists_;
    case Compare::kGreater:
    case Compare::kGreaterOrEqual:
    case Compare::kLess:
    case Compare::kLessOrEqual: {
      Number number;
      if (seen.kind == NodeKind::kBool || !Number::Read(seen.text, number)) return false;
      const int order = Number::Order(number, numbers_[index]);
      if (compare == Compare::kGreater) return order > 0;
      if (compare == Compare::kGreaterOrEqual) return order >= 0;
      if (compare == Compare::kLess) return order < 0;
      return order <= 0;
    }
  }
  return false;
}

}  // namespace tokentrail::sigma
