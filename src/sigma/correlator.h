// Runs correlations over hits, in the order of time.

#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/cited.h"
#include "sigma/correlation.h"
#include "sigma/hit.h"

namespace tokentrail::sigma {

/// What a correlator may hold; past a limit the group whose last hit is the oldest goes, counted.
struct CorrelatorLimits {
  size_t groups = 1'000'000;             ///< of one correlation
  size_t bytes = size_t{256} << 20;      ///< of all correlations
};

/// A correlation whose condition holds at an event.
struct Firing {
  uint32_t correlation = 0;
  std::vector<std::string> group;  ///< values of group_by, as first seen
  Time first;                      ///< oldest hit that still counts
  Time last;                       ///< the event's time
  double measure = 0;              ///< the count, sum, average, ... that was compared
  bool saturated = false;          ///< more hits than are kept: the measure is a lower bound
  std::vector<Cited> hits;         ///< up to 20 that still count, the newest ones, oldest first
};

class Correlator {
 public:
  /// `correlations` as resolved; they outlive the correlator.
  Correlator(std::span<const Correlation> correlations, CorrelatorLimits limits = {});
  ~Correlator();

  /// Takes the hits of one event. Times must not go back (a time that does counts by itself, its
  /// window ending there). Appends each correlation that fires on this event, in their order, also
  /// those that don't alert. A window includes both of its ends.
  void Observe(const Cited& event, std::span<const Hit> hits, std::vector<Firing>& out);

  uint64_t evicted() const;    ///< groups that went because of the limits
  uint64_t saturated() const;  ///< groups that had more hits in a window than are kept
  size_t bytes() const;        ///< held now, estimated

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tokentrail::sigma
