// What a run of a page found, as files beside it.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "playbook/page_file.h"
#include "playbook/steps.h"

namespace tokentrail::playbook {

struct PageRun {
  const PageFile* file = nullptr;
  std::vector<CheckedQuery> queries;
  StepRun run;
  std::string evidence;              ///< `EVIDENCE` or `case DIR`, for people
  std::vector<std::string> command;  ///< argv
  std::string case_folder;           ///< empty when evidence was given
};

/// What begins every results file: so that a run overwrites its own and nothing else.
inline constexpr std::string_view kResultsFormat = "tokentrail playbook results 1";

/// The same run gives the same bytes, but for the member `run`.
std::string ResultsJson(const PageRun& run);
/// A page of Markdown for people.
std::string ResultsMarkdown(const PageRun& run);

/// `T1528` of `playbooks/T1528.md` and of `shipped:T1528.md`.
std::string StemOf(const PageFile& file);

}  // namespace tokentrail::playbook
