// What of a page holds: each analytic by its queries and its cases, the page by the sum of them.
//
// Computed, never claimed: an analytic is valid when its queries parse, a log that we read has what
// it asks for, each positive case fires and each negative one doesn't. A person's sign-off stands
// beside it and is never touched.

#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/report.h"
#include "base/result.h"
#include "playbook/page_file.h"
#include "playbook/query.h"

namespace tokentrail::playbook {

struct AnalyticVerdict {
  enum class State : uint8_t {
    kValid,
    kParsed,  ///< parsed, not run: a language of another product, a log we don't read, no cases
    kFailing,
  };

  size_t index = 0;  ///< in Page::analytics
  State state = State::kFailing;
  std::string reason;                  ///< of kParsed and kFailing; of kValid empty
  std::vector<std::string> languages;  ///< of its queries, in their order
  std::vector<std::string> sources;    ///< logs of ours that its queries read
  std::vector<std::string> fires;      ///< names of the cases that fired as they should
  std::vector<std::string> quiet;      ///< and of those that stayed quiet
};

/// `valid`, `parsed, not run`, `failing`.
std::string_view Name(AnalyticVerdict::State state);

struct PageVerdict {
  std::vector<CheckedQuery> queries;       ///< all of the page, in its order
  std::vector<AnalyticVerdict> analytics;  ///< by Page::analytics
  /// Errors and warnings about the page, its queries and its cases, with their places.
  std::vector<Diagnostic> problems;
  std::vector<std::string> notes;  ///< about sign-off and age, one sentence each
  size_t valid = 0;
  size_t parsed = 0;
  size_t failing = 0;
  bool stale = false;  ///< the block on the page says what no longer holds
  std::string stale_why;
  std::string attack_version;  ///< of the last pull; empty: not pulled

  size_t errors() const;
};

struct VerdictOptions {
  std::string folder;  ///< for temporary files; must exist
  std::string today;   ///< `2026-11-24`
  bool run_cases = true;
  unsigned threads = 1;
};

/// Checks a page and runs the cases of its analytics, each through the whole program.
Result<PageVerdict> Judge(const PageFile& file, const VerdictOptions& options,
                          const std::atomic<bool>& stop);

/// The program's own block for the page: its text and the attributes of its marker.
struct CheckedBlock {
  std::string body;
  std::vector<std::pair<std::string, std::string>> attributes;
};
CheckedBlock WriteChecked(const PageFile& file, const PageVerdict& verdict,
                          const std::string& today);

/// The day that a text of a person's means: `2026-07-09`, `8 July 2026`, `July 8, 2026`; as
/// `2026-07-09`. Empty when it is none of these.
std::string ReadDay(std::string_view text);

}  // namespace tokentrail::playbook
