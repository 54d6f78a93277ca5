// The last phase: cited records are read again, by place, for what the outputs show of them.

#pragma once

#include <atomic>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/ledger.h"
#include "base/redact.h"
#include "base/result.h"
#include "model/file_table.h"
#include "model/finding.h"
#include "pipeline/file_hashes.h"
#include "pipeline/rules.h"
#include "source/normalise.h"

namespace tokentrail::pipeline {

struct CiteSetup {
  FileTable& files;
  FileHashes& hashes;
  const source::Tables& tables;
  const source::NormaliseSettings& settings;  ///< keeping every field
  const Redactor& redactor;
  const Rules& rules;
  std::span<const std::string> tenants;  ///< by source: of events that name none
  std::function<Attribution(const Event&)> explain;
};

/// Fills pointers, the redacted record and its SHA-256, and who did it in each evidence, and the
/// SHA-256 of the files cited. A file that changed since it was read goes to the ledger by name
/// (`file.changed`): its findings stand, without their records. So do those not come to when `stop`
/// is set.
void Cite(std::vector<Finding>& findings, const CiteSetup& setup, Ledger& ledger,
          const std::atomic<bool>& stop);

}  // namespace tokentrail::pipeline
