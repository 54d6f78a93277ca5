// Analytics added, taken out and moved: their numbers, and all that points at them, follow.

#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "playbook/new_page.h"
#include "playbook/page.h"

namespace tokentrail::playbook {

struct AnalyticChange {
  uint32_t line = 0;  ///< on the page as it was
  std::string before;
  std::string after;
};

struct AnalyticEdit {
  std::string text;
  std::vector<AnalyticChange> headings;    ///< analytics that got another number
  std::vector<AnalyticChange> references;  ///< places that point at them
};

/// Puts an analytic at `number` (1 to one past the last) of a section; a section that the page
/// lacks is put at its end. Errors: its analytics are not numbered 1, 2, 3, ... in their order.
Result<AnalyticEdit> AddAnalytic(const Page& page, AnalyticKind kind, uint32_t number,
                                 const NewAnalytic& analytic);

/// Takes one out. Its numbers leave the table of adversary examples; running text that points at it
/// is an error that names the lines, unless `force`: then ` (removed)` is written behind the
/// number.
Result<AnalyticEdit> RemoveAnalytic(const Page& page, AnalyticKind kind, uint32_t number,
                                    bool force);

/// Gives analytic `from` the number `to`. What stands between analytics stays where it is.
Result<AnalyticEdit> MoveAnalytic(const Page& page, AnalyticKind kind, uint32_t from, uint32_t to);

}  // namespace tokentrail::playbook
