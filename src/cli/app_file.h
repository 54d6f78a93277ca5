// apps.jsonl of a case folder, read back as apps.

#pragma once

#include <string>

#include "base/result.h"
#include "model/app.h"

namespace tokentrail::cli {

/// All facts and the judgement as they were written; Appraise makes the latter anew. Fails when
/// there is no case there, or one of a hunt that did not write them.
Result<Portfolio> ReadApps(const std::string& case_folder);

}  // namespace tokentrail::cli
