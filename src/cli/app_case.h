// The apps of a case, judged as the flags ask.

#pragma once

#include <string>

#include "base/result.h"
#include "cli/app_flags.h"
#include "cli/evidence_case.h"
#include "cli/flag.h"
#include "model/app.h"

namespace tokentrail::cli {

struct AppCase {
  OpenedCase opened;
  Portfolio portfolio = {};
  Time as_of = {};  ///< what ages count from
};

/// Of --case, the last case, or evidence: the verb's words. A case's apps are judged anew when a
/// flag says how, and as the hunt did otherwise.
Result<AppCase> OpenAppCase(const Args& args, std::string_view verb);

/// Only a case: its apps, judged as the flags ask. For verbs whose words are something else.
Result<Portfolio> ReadAppCase(const Args& args, const std::string& folder);

}  // namespace tokentrail::cli
