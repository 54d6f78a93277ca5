// A page that nobody wrote yet.

#pragma once

#include <string>
#include <string_view>

#include "playbook/page.h"

namespace tokentrail::playbook {

/// All blocks, empty, and all sections of the team, blank. Holds no text of ATT&CK's.
std::string NewPage(std::string_view technique, std::string_view name);

/// One blank analytic, from its heading to its query, lines ending in `\n`; without a blank line at
/// its end. Labels without a value say what belongs there.
struct NewAnalytic {
  std::string title;
  std::string information;
  std::string source;
  std::string tool;
  std::string notes;
  std::string language;
  std::string query;
};
std::string WriteAnalytic(uint32_t number, const NewAnalytic& analytic);

/// True for `T1528` and `T1550.001`.
bool IsTechniqueId(std::string_view text);

}  // namespace tokentrail::playbook
