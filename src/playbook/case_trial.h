// Runs the cases of an analytic through the whole program.

#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "playbook/page_file.h"
#include "playbook/query.h"

namespace tokentrail::playbook {

struct CaseTrial {
  std::vector<std::string> fires;  ///< names of positive cases that fired
  std::vector<std::string> quiet;  ///< names of negative ones that didn't
  /// A case that did not do as it says.
  struct Wrong {
    uint32_t line = 0;  ///< of the case, in its file
    std::string text;   ///< a sentence
  };
  std::vector<Wrong> wrong;
  /// Languages of queries that no positive, or no negative case was about.
  std::vector<std::string> without_positive;
  std::vector<std::string> without_negative;
};

/// `queries` are one analytic's; those that don't run are passed over. `folder` is for temporary
/// files and must exist.
Result<CaseTrial> TryCases(std::span<const CheckedQuery> queries, const CaseFile& cases,
                           const std::string& folder, const std::atomic<bool>& stop);

/// The same for Sigma rules about logs that we don't read: record by record, without a hunt.
CaseTrial TryRecords(std::span<const CheckedQuery> queries, const CaseFile& cases);

}  // namespace tokentrail::playbook
