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
  size_t groups = 1'000'000;         ///< of one correlation
  size_t bytes = size_t{256} << 20;  ///< of all correlations
  /// For short streams whose times go back (`rules test`): nothing is forgotten because time went
  /// on, and each event is counted over all hits so far in the window that ends at its own time, as
  /// if they had come in order. Slow: each hit looks at its whole group.
  bool any_order = false;
};

/// A correlation whose condition holds at an event.
struct Firing {
  uint32_t correlation = 0;
  std::vector<std::string> group;  ///< values of group_by, as first seen
  Time first;                      ///< oldest hit that still counts
  Time last;                       ///< the event's time
  /// The count, sum, average, ... that was compared; temporal: different parts; temporal_ordered:
  /// how many first steps were done in order.
  double measure = 0;
  /// More came than is kept. A count is a lower bound then, though past every threshold; a sum,
  /// average or percentile is that of the newest 65,536 numbers.
  bool saturated = false;
  /// Up to 20 that still count, the newest ones, oldest first: of each value the last one
  /// (value_count), of each part the last one (temporal), the chain that began last
  /// (temporal_ordered). A firing stands for what it cites. Those of long ago may be missing.
  std::vector<Cited> hits;
};

/// Where Sigma leaves it open:
///   - A correlation is looked at when an event brings a hit to one of its groups, once a group and
///     event, after all that the event brings was counted. It fires each time its condition holds;
///     nothing starts anew after that.
///   - Values of group_by and of value_count are the same when they are the same text, case aside.
///     A hit without one of the group_by fields is outside. One with several values of a field is
///     in the group of each combination; after 64 combinations the rest is left out.
///   - An event counts once in a group, however many parts it hits. value_sum and the like take its
///     numbers from the first part that has any, all of them when the field has several; what is no
///     number does not count. An event without the `field` of value_* is no hit at all.
///   - Of a record that holds several events (Hit::record) each may be in another group, or bring
///   other
///     values. One that brings a part no other values than an earlier one is no hit of that part.
///   - temporal counts each part that an event hits. In temporal_ordered an event stands for one
///     step only, together with the firings that it causes; events at the same time are in the
///     order given.
///   - A firing of a correlation that another refers to is an event for that one: its fields are
///   its
///     group_by and their values, its time that of the event on which it fires.
class Correlator {
 public:
  /// `correlations` as resolved; they outlive the correlator.
  explicit Correlator(std::span<const Correlation> correlations, CorrelatorLimits limits = {});
  ~Correlator();

  /// Takes the hits of one event. Times should not go back: one that does is counted over what is
  /// still kept, in the window that ends at its own time. Appends each correlation that fires on
  /// this event, in their order, also those that don't alert; the groups of one in the order of the
  /// event's values. A window includes both of its ends.
  /// Cost: that of the groups which the event touches; nothing is ever searched through.
  void Observe(const Cited& event, std::span<const Hit> hits, std::vector<Firing>& out);

  uint64_t evicted() const;    ///< groups that went because of the limits
  uint64_t saturated() const;  ///< groups that lost numbers of their window, being too many
  size_t groups() const;       ///< held now
  size_t bytes() const;        ///< held now, estimated

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tokentrail::sigma
