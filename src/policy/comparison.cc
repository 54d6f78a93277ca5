#include "policy/comparison.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "base/text.h"
#include "base/time.h"

namespace tokentrail::policy {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// Above it a double no longer counts by ones.
constexpr double kMost = 9007199254740992.0;

struct ByteUnit {
  std::string_view name;
  double bytes;
};
// Longer names first: `MiB` ends in `B` too.
constexpr ByteUnit kByteUnits[] = {
    {"kib", 1024.0},
    {"mib", 1048576.0},
    {"gib", 1073741824.0},
    {"tib", 1099511627776.0},
    {"kb", 1e3},
    {"mb", 1e6},
    {"gb", 1e9},
    {"tb", 1e12},
    {"k", 1e3},
    {"m", 1e6},
    {"g", 1e9},
    {"t", 1e12},
    {"bytes", 1.0},
    {"b", 1.0},
};

std::optional<double> Number(std::string_view text) {
  text = Trim(text);
  double out = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (!std::isfinite(out) || out < 0 || out > kMost) return std::nullopt;
  return out;
}

Error Bad(std::string_view text, std::string_view what) {
  return {ErrorKind::kInvalid, fmt::format("'{}' is no {}", text, what)};
}

struct Sign {
  std::string_view text;
  Comparison::Op op;
};
// Longer ones first.
constexpr Sign kSigns[] = {
    {">=", Comparison::Op::kAtLeast},  {"<=", Comparison::Op::kAtMost},
    {"!=", Comparison::Op::kNotEqual}, {"==", Comparison::Op::kEqual},
    {">", Comparison::Op::kMore},      {"<", Comparison::Op::kLess},
    {"=", Comparison::Op::kEqual},
};

}  // namespace

std::string FormatMeasure(Measure measure, double value) {
  if (measure == Measure::kSpan) {
    const double most = 9e12;  // seconds; more does not fit into microseconds
    const Span span = Seconds(static_cast<int64_t>(std::min(value, most)));
    // Thresholds are read back: one unit where one will do, and never a `0s`.
    for (const auto& [seconds, unit] :
         {std::pair<int64_t, char>{86400, 'd'}, {3600, 'h'}, {60, 'm'}}) {
      const int64_t whole = span.micros / 1'000'000;
      if (whole > 0 && whole % seconds == 0) return fmt::format("{}{}", whole / seconds, unit);
    }
    return FormatSpan(span);
  }
  if (measure == Measure::kBytes) {
    for (const auto& [unit, bytes] :
         {std::pair<std::string_view, double>{"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"KB", 1e3}}) {
      if (value >= bytes) return fmt::format("{:.4g} {}", value / bytes, unit);
    }
    return fmt::format("{:g} bytes", value);
  }
  const bool whole = std::floor(value) == value && value < kMost;
  std::string out = whole ? Grouped(static_cast<uint64_t>(value)) : fmt::format("{:.4g}", value);
  if (measure == Measure::kPercent) out += '%';
  return out;
}

Result<double> ParseMeasure(std::string_view text, Measure measure) {
  text = Trim(text);
  switch (measure) {
    case Measure::kSpan: {
      const std::optional<Span> span = ParseSpan(text);
      if (!span) return Bad(text, "duration: write it like 90d, 24h, 15m, 2w");
      return static_cast<double>(span->micros) / 1e6;
    }
    case Measure::kBytes: {
      const std::string lower = Lower(text);
      for (const ByteUnit& unit : kByteUnits) {
        if (!lower.ends_with(unit.name)) continue;
        const auto number = Number(text.substr(0, text.size() - unit.name.size()));
        if (!number || *number * unit.bytes > kMost) break;
        return *number * unit.bytes;
      }
      break;
    }
    case Measure::kPercent:
      if (text.ends_with('%')) text.remove_suffix(1);
      break;
    case Measure::kCount:
    case Measure::kScore:
      break;
  }
  const std::optional<double> number = Number(text);
  if (!number) {
    return Bad(text, measure == Measure::kBytes     ? "amount: write it like 500MB or 2GB"
                     : measure == Measure::kPercent ? "percentage: write it like 50%"
                                                    : "number");
  }
  if (measure == Measure::kCount && std::floor(*number) != *number)
    return Bad(text, "whole number");
  if (measure == Measure::kScore && *number > 100) {
    return Error{ErrorKind::kInvalid, fmt::format("a score is 0 to 100, not {}", text)};
  }
  return *number;
}

bool Comparison::Fits(double value) const {
  switch (op) {
    case Op::kAtLeast:
      return value >= low;
    case Op::kAtMost:
      return value <= low;
    case Op::kMore:
      return value > low;
    case Op::kLess:
      return value < low;
    case Op::kEqual:
      return value == low;
    case Op::kNotEqual:
      return value != low;
    case Op::kBetween:
      return value >= low && value <= high;
  }
  return false;
}

double Comparison::Least() const {
  switch (op) {
    case Op::kAtLeast:
    case Op::kMore:
    case Op::kEqual:
    case Op::kBetween:
      return low;
    default:
      return 0;
  }
}

double Comparison::Greatest() const {
  switch (op) {
    case Op::kAtMost:
    case Op::kLess:
    case Op::kEqual:
      return low;
    case Op::kBetween:
      return high;
    default:
      return kInfinity;
  }
}

std::string Comparison::Words() const {
  const std::string value = FormatMeasure(measure, low);
  switch (op) {
    case Op::kAtLeast:
      return ">= " + value;
    case Op::kAtMost:
      return "<= " + value;
    case Op::kMore:
      return "> " + value;
    case Op::kLess:
      return "< " + value;
    case Op::kEqual:
      return "= " + value;
    case Op::kNotEqual:
      return "!= " + value;
    case Op::kBetween:
      return value + ".." + FormatMeasure(measure, high);
  }
  return {};
}

std::string_view SignOf(std::string_view text) {
  text = Trim(text);
  for (const Sign& sign : kSigns) {
    if (text.starts_with(sign.text)) return text.substr(0, sign.text.size());
  }
  return {};
}

Result<Comparison> ParseComparison(std::string_view text, Measure measure, Bare bare) {
  text = Trim(text);
  Comparison out;
  out.measure = measure;
  if (const size_t dots = text.find(".."); dots != text.npos) {
    out.op = Comparison::Op::kBetween;
    out.low = TRY(ParseMeasure(text.substr(0, dots), measure));
    out.high = TRY(ParseMeasure(text.substr(dots + 2), measure));
    if (out.low > out.high) {
      return Error{ErrorKind::kInvalid,
                   fmt::format("nothing lies in '{}': the first number is the greater", text)};
    }
    return out;
  }
  const std::string_view sign = SignOf(text);
  for (const Sign& one : kSigns) {
    if (one.text == sign) out.op = one.op;
  }
  out.low = TRY(ParseMeasure(text.substr(sign.size()), measure));
  if (sign.empty()) {
    if (bare == Bare::kRefused) {
      return Error{
          ErrorKind::kInvalid,
          fmt::format("'{}' could mean more or less; write \">= {}\", \"<= {}\" or a range "
                      "such as 0..{}",
                      text, text, text, text)};
    }
    out.op = Comparison::Op::kAtLeast;
  }
  if (out.op == Comparison::Op::kLess && out.low <= 0) {
    return Error{ErrorKind::kInvalid, fmt::format("nothing is '{}'", text)};
  }
  return out;
}

}  // namespace tokentrail::policy
