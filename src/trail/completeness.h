// What the evidence does not hold: silences, cuts, pages twice, logs that stopped, streams that are
// missing, clocks that disagree.

#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/event.h"
#include "model/evidence_gap.h"
#include "model/file_table.h"
#include "model/finding.h"
#include "model/summary.h"

namespace tokentrail::trail {

/// Sees all events, oldest first.
class Completeness {
 public:
  /// `source_names` by SourceIndex; must outlive this.
  explicit Completeness(std::span<const std::string_view> source_names);
  ~Completeness();
  Completeness(const Completeness&) = delete;
  Completeness& operator=(const Completeness&) = delete;

  void Observe(const Event& event);

  /// What was found, in a fixed order: by kind, source, tenant, subject, time. `sources` are those
  /// of the summary; `files` are the records of each file.
  std::vector<EvidenceGap> Finish(std::span<const SourceCount> sources,
                                  std::span<const FileCount> files, const FileTable& table);

  /// Fields that it reads.
  static FieldSet Needs();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Writes into each finding's `cannot_say` the gaps that touch its claim.
void CarryInto(std::span<const EvidenceGap> gaps, std::vector<Finding>& findings,
               std::span<const std::string_view> source_names);

}  // namespace tokentrail::trail
