// The table of points behind the risk score: data/risk_weights.yaml, or a user's file over it.

#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/app.h"

namespace tokentrail::inventory {

/// Immutable; copies share one table.
class Weights {
 public:
  /// The table we ship.
  static const Weights& Shipped();
  /// Ours with what the file at `path` says instead. A key that ours lacks, a value that is no
  /// number or out of range: an error with file, line and column, and nothing is taken.
  static Result<Weights> Load(const std::string& path);
  /// The same from text; `path` is for messages.
  static Result<Weights> Parse(const std::string& path, std::string_view text);

  /// Points of a code (`name.near`), or another number of the table (`days.stale`, `peers.rare`,
  /// `strong`). Zero for a code that the table lacks.
  double Of(std::string_view key) const;
  bool Has(std::string_view key) const;
  double Cap(RiskGroup group) const;
  Level LevelOf(int score) const;
  Span Days(std::string_view name) const;

  /// Date of our table, and the name and hash of the user's file.
  const std::string& version() const;

  struct Entry {
    std::string key;
    RiskGroup group = RiskGroup::kPower;
    bool points = false;  ///< of a code in a group; else a setting
    double value = 0;
  };
  /// In the order of the file, for docs and tests.
  const std::vector<Entry>& entries() const;

  struct Impl;

 private:
  std::shared_ptr<const Impl> impl_;
};

}  // namespace tokentrail::inventory
