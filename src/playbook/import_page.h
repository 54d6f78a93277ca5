// Pages that teams have today, made ready for updates.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/report.h"
#include "playbook/page.h"
#include "playbook/stix.h"

namespace tokentrail::playbook {

struct ImportOptions {
  std::string attack_version;    ///< that the page's text is of; empty when nobody knows
  const Attack* base = nullptr;  ///< the ATT&CK it was pulled from, to see what was edited since
};

struct Imported {
  std::string text;                  ///< the page with markers; not a byte of it is gone
  std::vector<std::string> blocks;   ///< that were found
  std::vector<std::string> missing;  ///< of kAttackBlocks
  std::vector<std::string> edited;   ///< differ from `base`: an update keeps them
  std::string pulled;                ///< `2022-06-23`; empty when the page does not tell
  bool had_markers = false;          ///< it was one of ours already, and is as it was
};

/// Puts markers around ATT&CK's parts of a page of headings, found by what they are called. Nothing
/// comes back, and the report says why, when it is no such page or has a part twice.
std::optional<Imported> ImportPage(const std::string& file, std::string text,
                                   const ImportOptions& options, Report& report);

/// `2022-06-23` of `23 June 2022`, `June 23, 2022` or itself, anywhere in a text; empty when there
/// is no such day.
std::string FindDay(std::string_view text);

}  // namespace tokentrail::playbook
