// The gaps of the evidence that a hunt left in its case folder: part of summary.json.

#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/evidence_gap.h"

namespace tokentrail::cli {

struct CaseGaps {
  std::vector<EvidenceGap> gaps;
  std::vector<std::string> sources;  ///< logs that the evidence holds
  Time first;                        ///< of all evidence; micros 0 when there is none
  Time last;
  bool interrupted = false;
};

/// Fails when there is no case there, or one of a hunt that did not look for gaps.
Result<CaseGaps> ReadCaseGaps(const std::string& case_folder);

}  // namespace tokentrail::cli
