// What may follow a field's name after `|`.

#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "sigma/draft.h"

namespace tokentrail::sigma {

struct ModifierDef {
  std::string_view name;
  std::string_view summary;
  /// Edits the line being compiled.
  Result<Done> (*apply)(TermDraft& term) = nullptr;
};

/// Every modifier of Sigma 2.1, and what pySigma takes beside them, by name.
std::span<const ModifierDef> Modifiers();
const ModifierDef* FindModifier(std::string_view name);

}  // namespace tokentrail::sigma
