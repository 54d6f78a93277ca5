// The one app that a person means.

#pragma once

#include <string_view>

#include "base/result.h"
#include "model/app.h"

namespace tokentrail::cli {

/// The one app that `wanted` means: by id, name, a pattern, or the start of an id. Fails when there
/// is none (and says which was probably meant) or several (and lists them).
Result<const App*> FindApp(const Portfolio& portfolio, std::string_view wanted);

}  // namespace tokentrail::cli
