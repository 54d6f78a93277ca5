// Hits of a record that holds several events: a rule counts once.

#pragma once

#include <unordered_set>
#include <vector>

#include "base/id.h"
#include "sigma/hit.h"

namespace tokentrail::pipeline {

/// What a rule says of a whole record it would say at each of its events. So a hit counts at the
/// first event that it is of, and again only where it carries other values for correlations.
class CountOnce {
 public:
  /// Before the first event of a record.
  void Start() { counted_.clear(); }
  /// Drops from `hits`, those of one event, what counted already.
  void Filter(std::vector<sigma::Hit>& hits);

 private:
  std::unordered_set<Id> counted_;
};

}  // namespace tokentrail::pipeline
