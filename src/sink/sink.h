// Findings out: one file a format.

#pragma once

#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/app.h"
#include "model/audit.h"
#include "model/file_table.h"
#include "model/finding.h"
#include "model/summary.h"
#include "model/trails.h"

namespace tokentrail::sink {

/// What every sink may print from. Findings are settled and cited.
struct Outcome {
  const std::vector<Finding>& findings;  ///< those at or above the minimum level
  const Summary& summary;
  const FileTable& files;
  std::span<const std::string_view> source_names;  ///< by SourceIndex
  const Audit* audit = nullptr;                    ///< null where nobody asked what changed
  const Trails* trails = nullptr;                  ///< null where nobody followed tokens
  const Portfolio* portfolio = nullptr;            ///< null where nobody gathered apps
};

/// One file of several that a sink writes.
struct Page {
  std::string name;  ///< inside the sink's folder: letters, digits, `-` and `.` only
  std::string text;
};

struct SinkDef {
  std::string_view name;  ///< as given to -t: `csv`, `jsonl`, `json`, `ocsf`, `table`
  std::string_view file;  ///< name inside the case folder; empty: for standard output only
  std::string_view summary;
  /// Appends the whole text of the output.
  void (*write)(const Outcome& outcome, std::string& out) = nullptr;
  std::string_view folder = {};  ///< name inside the case folder, of a sink that writes pages
  /// Appends a page a file; `write` has the same as one text.
  void (*write_pages)(const Outcome& outcome, std::vector<Page>& out) = nullptr;
};

/// Every output, in the order they are written.
std::span<const SinkDef* const> All();

}  // namespace tokentrail::sink
