// A page with what stands beside it: the cases of its analytics.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/report.h"
#include "base/result.h"
#include "playbook/page.h"

namespace tokentrail::playbook {

/// Raw records on which an analytic must find something, or must not.
struct AnalyticCase {
  std::string name;
  bool fires = false;
  std::string language;  ///< only queries in this one; empty: each that is run
  std::string evidence;  ///< records as logged, one a line
  uint32_t line = 0;     ///< in its file
};

/// The cases of one analytic: of the file that its label `Cases` names.
struct CaseFile {
  std::string name;  ///< path, as errors name it
  std::string text;
  std::vector<AnalyticCase> cases;
};

/// A page as it was found.
struct PageFile {
  Page page;
  bool shipped = false;
  std::string path;    ///< of the page; of a shipped one `shipped:T1528.md`
  std::string folder;  ///< of its cases: `playbooks/T1528.cases`
  /// By the analytic's place in Page::analytics; those without a label `Cases` have none.
  std::map<size_t, CaseFile> cases;
};

/// Pages by path; folders mean all `*.md` in them; `shipped` those that come with the program,
/// `shipped:T1528` one of them. Cases are read, too: what is wrong with them is in `report`, and
/// the page is given all the same. A page that can't be read is reported and left out.
Result<std::vector<PageFile>> ReadPages(const std::vector<std::string>& paths, Report& report);

/// The file that a label `Cases` means: `consent_for_all` is `consent_for_all.yml`.
std::string CaseFileName(std::string_view label);

/// The pages and cases of playbooks/, inside the program; name and text.
std::vector<std::pair<std::string, std::string>> ShippedPages();

}  // namespace tokentrail::playbook
