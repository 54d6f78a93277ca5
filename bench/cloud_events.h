// What the benchmark of Sigma rules reads: raw cloud records, mixed as in SIGMA.md 4.1.
//
// On top of the shapes of evidence.h are some that only rules care for (Azure activity, Google
// Cloud audit), and operations that vary by weight: most are everyday work, some are what published
// rules ask for, so that about one record in a hundred matches some rule.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tokentrail::bench {

struct CloudEvents {
  std::string text;                              ///< whole lines; padded for the JSON reader
  std::vector<std::pair<size_t, size_t>> lines;  ///< where each record starts, and its size

  std::string_view line(size_t index) const {
    return std::string_view(text).substr(lines[index].first, lines[index].second);
  }
  /// Of all records, without line feeds and padding.
  uint64_t bytes() const;
};

/// Always the same for the same `count`.
CloudEvents MakeCloudEvents(uint64_t count);

}  // namespace tokentrail::bench
