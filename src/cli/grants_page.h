// Shows grants: as a table that fits the terminal, CSV, JSON or Markdown.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/grants_at.h"
#include "cli/grants_file.h"
#include "sink/layout.h"

namespace tokentrail::cli {

struct GrantRow {
  GrantLine line;
  GrantAt at;  ///< only with GrantsPage::at
};

struct GrantsPage {
  std::vector<GrantRow> rows;        ///< those asked for
  uint64_t all = 0;                  ///< how many there were before the choice
  std::optional<Time> at;            ///< state at this time instead of the whole life
  std::vector<GrantTeller> tellers;  ///< of the platforms asked for
  std::optional<Time> last;          ///< end of the evidence
  bool interrupted = false;
};

/// `format` is text, csv, json or md.
std::string Render(const GrantsPage& page, std::string_view format, const sink::Terminal& terminal);

/// What could not be seen, in sentences; one a line.
std::vector<std::string> CannotSay(const GrantsPage& page);

/// The strongest permission of a grant, 0 to 100; -1 when none is assessed.
int SeverityOf(const Grant& grant, const std::vector<std::string>& permissions);

}  // namespace tokentrail::cli
