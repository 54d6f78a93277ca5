// Prints a containment plan. It prints only: nothing here runs a command.

#pragma once

#include <string>
#include <string_view>

#include "cli/contain_case.h"
#include "inventory/containment.h"
#include "sink/layout.h"

namespace tokentrail::cli {

struct ContainPage {
  std::string platform;
  std::string thing;
  std::string id;                     ///< as commands use it
  const KnownThing* known = nullptr;  ///< null: nothing in the case names it
  const inventory::ContainPlan* plan = nullptr;
  std::string case_folder;
  bool right_format = true;  ///< false: the id is none that the commands take
};

/// `format` is text, md or json.
std::string Render(const ContainPage& page, std::string_view format,
                   const sink::Terminal& terminal);

}  // namespace tokentrail::cli
