// Hits of a record that holds several events: a rule counts once.

#pragma once

#include <cstdint>
#include <unordered_set>
#include <vector>

#include "base/id.h"
#include "sigma/hit.h"

namespace tokentrail::pipeline {

/// What a rule says of a whole record it would say at each of its events. So a rule counts at the
/// first event that it hits; its later hits stay, as repeated, where correlations may tell them
/// apart.
class CountOnce {
 public:
  /// Before the first event of a record.
  void Start() {
    seen_.clear();
    rules_.clear();
  }
  /// Takes the hits of one event after the other. `record` names the record.
  void Filter(const Id& record, std::vector<sigma::Hit>& hits);

 private:
  std::unordered_set<Id> seen_;
  std::unordered_set<uint32_t> rules_;
};

}  // namespace tokentrail::pipeline
