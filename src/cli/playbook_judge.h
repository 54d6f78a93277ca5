// What `playbook check`, `coverage` and `layer` share: pages, and what of them holds.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/report.h"
#include "base/result.h"
#include "cli/flag.h"
#include "playbook/page_file.h"
#include "playbook/verdict.h"

namespace tokentrail::cli {

struct JudgedPage {
  playbook::PageFile file;
  playbook::PageVerdict verdict;
};

/// Today in UTC, or what --date says.
Result<std::string> DayOf(const Args& args);

/// Reads the pages that `words` name (without any: those of ./playbooks when it is there, else the
/// shipped ones) and judges each. What can't be read is in `report`.
Result<std::vector<std::unique_ptr<JudgedPage>>> JudgePages(const std::vector<std::string>& words,
                                                            bool run_cases,
                                                            const std::string& today,
                                                            Report& report);

/// The pages that words name, as above.
std::vector<std::string> PagesNamed(const std::vector<std::string>& words);

}  // namespace tokentrail::cli
