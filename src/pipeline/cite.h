// The last phase: cited records are read again, by place, for what the outputs show of them.

#pragma once

#include <atomic>
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

/// Fills pointers, the redacted record and its SHA-256 in each evidence, and the SHA-256 of the
/// files cited. A file that changed since it was read goes to the ledger by name
/// (`file.changed`): its findings stand, without their records. So do those not come to when `stop`
/// is set.
void Cite(std::vector<Finding>& findings, FileTable& files, FileHashes& hashes,
          const source::Tables& tables, const source::NormaliseSettings& settings,
          const Redactor& redactor, const Rules& rules, Ledger& ledger,
          const std::atomic<bool>& stop);

}  // namespace tokentrail::pipeline
