// What may follow a field's name after `|`.

#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "sigma/term.h"

namespace tokentrail::sigma {

struct ModifierDef {
  std::string_view name;
  std::string_view summary;
  /// Edits the term being compiled. Null: known to Sigma, not built yet.
  Result<Done> (*apply)(Term& term) = nullptr;
};

/// Every modifier of Sigma 2.1, by name.
std::span<const ModifierDef> Modifiers();
const ModifierDef* FindModifier(std::string_view name);

}  // namespace tokentrail::sigma
