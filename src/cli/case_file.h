// Reads what a hunt left in its case folder.

#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/finding.h"
#include "model/record.h"

namespace tokentrail::cli {

constexpr std::string_view kDefaultCase = "./tokentrail-case";

/// The case that verbs read when none is named: of those in `folder` the one written last, or
/// kDefaultCase when there is none.
std::string LastCase(const std::string& folder = ".");

/// A finding as findings.jsonl holds it. Sources and files stand there by name, so they stand
/// beside the evidence here: one entry a piece of evidence.
struct CaseFinding {
  Finding finding;
  std::vector<std::string> sources;
  std::vector<std::string> files;
  std::vector<std::string> file_sha256;
};

/// The finding in one parsed line of findings.jsonl. Fails on a line that is none.
Result<CaseFinding> ReadFinding(const Record& record);

/// Calls `visit` with each line of findings.jsonl and its record; ends when it gives false. Fails
/// when there is no case there, or on a line that is not JSON.
Result<Done> EachFinding(
    const std::string& case_folder,
    const std::function<Result<bool>(std::string_view line, const Record& record)>& visit);

/// The line of the finding whose id starts with `prefix`. Fails when there is none, or several:
/// then the message lists them.
Result<std::string> FindFinding(const std::string& case_folder, std::string_view prefix);

}  // namespace tokentrail::cli
