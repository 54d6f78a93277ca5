#include "sigma/term.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/text.h"

namespace tokentrail::sigma {
namespace {

constexpr double kTwo63 = 9223372036854775808.0;

bool IsScalar(const Seen& seen) {
  return seen.kind != NodeKind::kNull && seen.kind < NodeKind::kObject;
}

std::string TextOfWhole(const Number& number) {
  return number.above ? std::to_string(static_cast<uint64_t>(number.integer))
                      : std::to_string(number.integer);
}

/// The integer of 64 bits that a double is, if it is one.
std::optional<Number> IntegerOf(double real) {
  if (std::trunc(real) != real || real < -kTwo63 || real >= 2 * kTwo63) return std::nullopt;
  const bool above = real >= kTwo63;
  return Number{.whole = true,
                .integer = above ? static_cast<int64_t>(static_cast<uint64_t>(real))
                                 : static_cast<int64_t>(real),
                .real = real,
                .above = above};
}

/// Negative, zero or positive; exactly, where turning the integer into a double would round it.
int CompareWithDouble(const Number& integer, double real) {
  if (integer.real != real) return integer.real < real ? -1 : 1;
  // Rounding keeps the order, so only here it may have hidden a difference. 2^64 is no integer
  // here.
  const std::optional<Number> exact = IntegerOf(real);
  return exact.has_value() ? Number::Order(integer, *exact) : -1;
}

/// A number so that equal ones have one text.
std::string KeyOf(const Number& number) {
  if (number.whole) return TextOfWhole(number);
  if (const std::optional<Number> integer = IntegerOf(number.real)) return TextOfWhole(*integer);
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number.real);
  return "f" + std::string(buffer.data(), end.ptr);
}

}  // namespace

bool Number::Read(std::string_view text, Number& out) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return false;
  }
  if (text.empty()) return false;
  const char* const end = text.data() + text.size();
  out.whole = true;
  out.above = false;
  const auto integer = std::from_chars(text.data(), end, out.integer);
  if (integer.ec == std::errc() && integer.ptr == end) {
    out.real = static_cast<double>(out.integer);
    return true;
  }
  uint64_t large = 0;
  const auto unsigned_integer = std::from_chars(text.data(), end, large);
  if (unsigned_integer.ec == std::errc() && unsigned_integer.ptr == end) {
    out.above = true;
    out.integer = static_cast<int64_t>(large);
    out.real = static_cast<double>(large);
    return true;
  }
  // Digits, points and exponents only: `inf` and `nan` are words.
  if (text.find_first_not_of("0123456789.eE+-") != text.npos) return false;
  const auto real = std::from_chars(text.data(), end, out.real);
  out.whole = false;
  return real.ec == std::errc() && real.ptr == end && std::isfinite(out.real);
}

std::vector<std::string> Number::Texts() const {
  std::vector<std::string> out;
  const std::optional<Number> as_integer = whole ? *this : IntegerOf(real);
  if (as_integer.has_value()) out.push_back(TextOfWhole(*as_integer));
  // Beyond 53 bits doubles skip integers: then no log's double is this one.
  if (as_integer.has_value() && CompareWithDouble(*as_integer, real) != 0) return out;
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), real);
  out.emplace_back(buffer.data(), end.ptr);
  if (real == 0) out.push_back(std::signbit(real) ? "0" : "-0");
  return out;
}

int Number::Order(const Number& a, const Number& b) {
  if (a.whole && b.whole) {
    // Two that are above compare as their bits do: both are negative then.
    if (a.above != b.above) return a.above ? 1 : -1;
    return a.integer < b.integer ? -1 : a.integer > b.integer;
  }
  if (a.whole) return CompareWithDouble(a, b.real);
  if (b.whole) return -CompareWithDouble(b, a.real);
  return a.real < b.real ? -1 : a.real > b.real;
}

bool Term::Agrees(size_t index, const Seen& seen) const {
  if (compare == Compare::kExists) return wants_presence();
  const Value& value = values[index];
  if (value.kind == Value::Kind::kNull) return seen.kind == NodeKind::kNull;
  if (!IsScalar(seen)) return false;
  switch (compare) {
    case Compare::kText: {
      const auto begin = value.alternatives.begin();
      const auto end = value.alternatives.end();
      return std::any_of(begin, seen.kind == NodeKind::kNumber ? end : end - value.of_numbers,
                         [&](const Pattern& pattern) { return pattern.Matches(seen.text); });
    }
    case Compare::kRegex:
      return regex(index).Finds(seen.text);
    case Compare::kNetwork: {
      const std::optional<Address> address = ParseAddress(seen.text);
      return address.has_value() && std::get<std::vector<Network>>(compiled)[index].Holds(*address);
    }
    case Compare::kExists:
    case Compare::kFieldRef:
      return false;
    default:
      break;
  }
  Number number;
  if (date_part != DatePart::kNone) {
    const std::optional<int> part = PartOf(seen.text, date_part);
    if (!part.has_value()) return false;
    number = {true, *part, static_cast<double>(*part)};
  } else if (seen.kind == NodeKind::kBool || !Number::Read(seen.text, number)) {
    return false;
  }
  const int order = Number::Order(number, std::get<std::vector<Number>>(compiled)[index]);
  switch (compare) {
    case Compare::kGreater:
      return order > 0;
    case Compare::kGreaterOrEqual:
      return order >= 0;
    case Compare::kLess:
      return order < 0;
    case Compare::kLessOrEqual:
      return order <= 0;
    default:
      return order == 0;
  }
}

bool Term::AgreesWith(const Seen& seen, const Seen& other) const {
  if (!IsScalar(seen) || !IsScalar(other)) return false;
  const auto agree = [this](std::string_view text, std::string_view part) {
    switch (affix) {
      case Affix::kWhole:
        return text == part;
      case Affix::kStart:
        return text.starts_with(part);
      case Affix::kEnd:
        return text.ends_with(part);
      case Affix::kAnywhere:
        return text.find(part) != text.npos;
    }
    return false;
  };
  if (cased) return agree(seen.text, other.text);
  return agree(Fold(seen.text), Fold(other.text));
}

std::string Term::Key(size_t index) const {
  const auto mark = [](auto part) { return static_cast<char>('A' + static_cast<int>(part)); };
  const Value& value = values[index];
  std::string out = field;
  out += '\0';
  out += mark(compare);
  // Lengths in front, as values may hold any byte.
  const auto add = [&out](std::string_view part) {
    out += std::to_string(part.size());
    out += ':';
    out += part;
  };
  if (value.kind == Value::Kind::kNull) return out += "null";
  switch (compare) {
    case Compare::kText: {
      // In any order they mean the same.
      std::vector<std::string> keys;
      for (const Pattern& pattern : value.alternatives) keys.push_back(pattern.Key());
      // ... but with texts of numbers among them, which stand last.
      if (value.of_numbers == 0) {
        std::sort(keys.begin(), keys.end());
        keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
      }
      for (const std::string& key : keys) add(key);
      out += '#';
      out += std::to_string(value.of_numbers);
      break;
    }
    case Compare::kRegex:
      add(regex(index).Key());
      break;
    case Compare::kNetwork: {
      const Network& network = std::get<std::vector<Network>>(compiled)[index];
      out.append(network.address.begin(), network.address.end());
      out += std::to_string(network.bits);
      break;
    }
    case Compare::kExists:
      out += wants_presence() ? '1' : '0';
      break;
    case Compare::kFieldRef:
      out += mark(affix);
      out += cased ? '1' : '0';
      out += other_field(index);
      break;
    default:
      out += mark(date_part);
      out += KeyOf(std::get<std::vector<Number>>(compiled)[index]);
      break;
  }
  return out;
}

}  // namespace tokentrail::sigma
