// What `tokentrail find` looks for in a value.

#pragma once

#include <tsl/robin_map.h>

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sigma/regex.h"

namespace tokentrail::cli {

/// Where a value matched, and which needle did.
struct NeedleHit {
  size_t needle = 0;
  size_t begin = 0;
  size_t end = 0;
};

/// Any number of texts and expressions, searched together. Safe for several threads once filled.
class Needles {
 public:
  struct Needle {
    std::string text;   ///< lower case when case does not matter
    std::string label;  ///< how a hit names it: the indicator, `token id (uti)`
    bool any_case = false;
    /// Must not be part of a longer word, number or name: 192.0.2.1 is not in 192.0.2.11, and
    /// evil.example is in login.evil.example but not in notevil.example.
    bool whole = false;
    bool address = false;  ///< an address in canonical form: any way to write it matches
  };

  void AddText(std::string text, std::string label, bool any_case, bool whole);
  void AddRegex(sigma::Regex regex, std::string label);

  bool empty() const { return needles_.empty() && regexes_.empty(); }
  size_t size() const { return needles_.size() + regexes_.size(); }
  /// The label of hit.needle.
  const std::string& Label(size_t needle) const;

  /// The first hit in the value, if any. Cost: one step a byte, whatever the number of texts, and
  /// one pass an expression.
  std::optional<NeedleHit> Find(std::string_view value) const;

 private:
  bool Fits(const Needle& needle, std::string_view value, size_t begin) const;

  std::vector<Needle> needles_;
  std::vector<std::pair<sigma::Regex, std::string>> regexes_;
  /// Needles by their first two bytes in lower case; `starts_` says quickly that there are none.
  tsl::robin_map<uint16_t, std::vector<size_t>> by_start_;
  std::bitset<65536> starts_;
  std::vector<size_t> short_;  ///< of one byte
  bool has_address_ = false;
};

/// Indicators of a list: one a line, `#` starts a comment, of a CSV the first column. Written
/// harmless (`hxxp`, `[.]`, `(.)`, `[:]`) they are taken for what they mean. Shorter than four
/// characters is left out and counted.
struct IndicatorList {
  std::vector<std::string> indicators;
  uint64_t too_short = 0;
};
IndicatorList ReadIndicators(std::string_view text);

}  // namespace tokentrail::cli
