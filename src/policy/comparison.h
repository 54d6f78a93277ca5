// Thresholds as people write them: `>= 5`, `< 7d`, `10MB..1GB`, `50%`.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tokentrail::policy {

/// What a number counts, and so how it is written.
enum class Measure : uint8_t {
  kCount,    ///< `5`
  kPercent,  ///< `50`, `50%`
  kBytes,    ///< `2000000`, `2MB` (powers of 1000), `2MiB`
  kSpan,     ///< seconds, written `90d`, `24h`, `15m`
  kScore,    ///< 0 to 100
};

/// `5`, `2.5 GB`, `7d`: as the measure is read.
std::string FormatMeasure(Measure measure, double value);
/// The reverse; fails on what is no such number, or a negative one.
Result<double> ParseMeasure(std::string_view text, Measure measure);

struct Comparison {
  enum class Op : uint8_t { kAtLeast, kAtMost, kMore, kLess, kEqual, kNotEqual, kBetween };
  Op op = Op::kAtLeast;
  Measure measure = Measure::kCount;
  double low = 0;
  double high = 0;  ///< of kBetween, included

  bool Fits(double value) const;
  /// The least and greatest value that fit; infinity where there is no bound.
  double Least() const;
  double Greatest() const;
  /// `>= 5`: a text that reads back as the same.
  std::string Words() const;
};

/// What a number without a sign before it means.
enum class Bare : uint8_t {
  kRefused,  ///< nothing: more and less are both as likely
  kAtLeast,
};

/// Reads `>= 5`, `<= 5`, `> 5`, `< 5`, `= 5`, `!= 5`, `3..10`. `over`/`under` are no signs. An
/// empty range is an error.
Result<Comparison> ParseComparison(std::string_view text, Measure measure, Bare bare);

/// The sign at the start of a comparison, as written: `>=`; empty when there is none.
std::string_view SignOf(std::string_view text);

}  // namespace tokentrail::policy
