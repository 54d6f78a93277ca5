// ATT&CK's new text onto a page: a three-way merge, block by block.
//
// What was pulled last is known by its hash, in the block's marker: a block whose text has that
// hash is ATT&CK's and is replaced; one that somebody edited is kept, and is a conflict when
// ATT&CK's text changed, too.

#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "playbook/page.h"
#include "playbook/stix.h"

namespace tokentrail::playbook {

struct MergeOptions {
  std::string date;                           ///< of the pull: `2026-11-24`
  bool take_theirs = false;                   ///< ATT&CK's text wins in all conflicts
  std::set<std::string, std::less<>> theirs;  ///< in these blocks ATT&CK's text wins
  std::set<std::string, std::less<>> ours;    ///< in these the page's, and the conflict is settled
  bool add_missing = false;                   ///< blocks that the page lost come back
  bool allow_older = false;                   ///< an older ATT&CK than the page's
};

enum class MergeOutcome {
  kSame,      ///< nothing to do
  kUpdated,   ///< ATT&CK's text changed, the page's was ATT&CK's
  kEdited,    ///< edited on the page, and ATT&CK's text did not change: kept
  kConflict,  ///< edited on the page, and ATT&CK's text changed: kept
  kTheirs,    ///< a conflict or edit, ATT&CK's text taken
  kOurs,      ///< a conflict, settled for the page's text
  kAdded,
  kMissing,  ///< the page has no such block
};
std::string_view Name(MergeOutcome outcome);

struct BlockMerge {
  std::string name;
  MergeOutcome outcome = MergeOutcome::kSame;
  uint32_t line = 0;      ///< of the begin marker on the page as it was; 0 when it has none
  std::string page_text;  ///< what the page had, lines ending in `\n`
  std::string new_text;   ///< what ATT&CK has now
};

struct Merged {
  std::string text;  ///< the page, merged; the same bytes when nothing changed
  std::vector<BlockMerge> blocks;
  std::vector<std::string> changes;  ///< in the technique, one sentence each
  std::string from_version;          ///< empty when the page does not tell
  std::string to_version;
  size_t conflicts = 0;
};

/// Merges the technique of the page. Errors: it is not in the bundle; the bundle is older than what
/// the page has; `theirs` or `ours` name a block the page has not.
Result<Merged> Merge(const Page& page, const Attack& attack, const MergeOptions& options);

}  // namespace tokentrail::playbook
