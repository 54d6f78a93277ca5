// Shows changes: as a table that fits the terminal, CSV, JSON or Markdown.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/audit_file.h"
#include "sink/layout.h"

namespace tokentrail::cli {

struct AuditPage {
  std::vector<ChangeLine> changes;  ///< those asked for, oldest first
  uint64_t all = 0;                 ///< how many there were before the choice
  std::vector<Unseen> cannot_say;   ///< of the classes asked for
  uint64_t not_kept = 0;
  bool interrupted = false;
  std::string by = "time";  ///< `time`, `app`, `user` or `kind`
};

/// `format` is text, csv, json or md.
std::string Render(const AuditPage& page, std::string_view format, const sink::Terminal& terminal);

/// What could not be seen, in sentences; one a line.
std::vector<std::string> CannotSay(const std::vector<Unseen>& unseen);

}  // namespace tokentrail::cli
