// ATT&CK's blocks of a page, written from what a bundle tells.

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "playbook/stix.h"

namespace tokentrail::playbook {

struct AttackBlock {
  std::string_view name;  ///< one of kAttackBlocks
  std::string body;       ///< Markdown with its heading; lines end in `\n`
  std::vector<std::pair<std::string, std::string>> attributes;  ///< for its begin marker
};

/// All blocks of a technique in the order of kAttackBlocks. Citations become numbered links to the
/// references. Nothing in the bundle's texts can end a block or a table's row, open a comment, or
/// become HTML other than the few tags ATT&CK uses. The same bundle gives the same bytes.
std::vector<AttackBlock> RenderAttack(const Attack& attack, const Technique& technique);

/// The block `last-pulled`: the warning, the day and version, MITRE's copyright line, and which
/// blocks were `kept` as somebody edited them.
AttackBlock RenderLastPulled(const Attack& attack, const Technique& technique,
                             std::string_view date, const std::vector<std::string>& kept);

/// Blocks of a page that nobody pulled yet; they hold no text of ATT&CK's.
std::vector<AttackBlock> RenderEmpty();

}  // namespace tokentrail::playbook
