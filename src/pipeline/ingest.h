// Phase one, what forgets: records to events, in any order, on any number of threads.

#pragma once

#include <atomic>
#include <vector>

#include "base/ledger.h"
#include "base/redact.h"
#include "base/result.h"
#include "model/evidence_gap.h"
#include "pipeline/rules.h"
#include "pipeline/run.h"
#include "source/normalise.h"
#include "source/reader.h"
#include "timeline/timeline.h"

namespace tokentrail::pipeline {

/// The tenants of a family of sources, as far as it matters: none, one, or more.
struct Tenants {
  std::string only;
  bool several = false;

  void Add(std::string_view tenant) {
    if (tenant.empty() || several || tenant == only) return;
    several = !only.empty();
    if (!several) only = tenant;
  }
};

struct Ingested {
  std::vector<timeline::Run> runs;
  std::vector<Rules::Scratch> rules;  ///< what the threads noticed
  Ledger ledger;
  uint64_t records = 0;  ///< events, duplicates and superseded among them, and left out
  uint64_t bytes = 0;    ///< of decoded text
  uint64_t spilled = 0;
  std::vector<uint64_t> events;  ///< by source, before duplicates drop out
  std::vector<FileCount> files;  ///< by file, then source
  std::vector<Tenants> tenants;  ///< by source
  Time first;
  Time last;
  bool any = false;
};

struct IngestSetup {
  const source::Tables& tables;
  const source::NormaliseSettings& settings;
  const Redactor& redactor;
  const Rules& rules;
  std::string spill_prefix;
  unsigned threads = 1;
  uint64_t memory_bytes = 0;
  bool inventory = false;  ///< note which fields the records have
};

/// Reads all that `reader` has. Stops early, with what was read, when `stop` is set.
Result<Ingested> Ingest(source::Reader& reader, const IngestSetup& setup, Progress& progress,
                        const std::atomic<bool>& stop);

}  // namespace tokentrail::pipeline
