// Standard input as evidence: copied into the case, so that records can be read again.

#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "base/result.h"
#include "pipeline/case_folder.h"
#include "source/input.h"

namespace tokentrail::pipeline {

/// The inputs but `-`.
std::vector<std::string> WithoutStandardInput(const std::vector<std::string>& inputs);

/// When `-` is among the inputs: copies standard input into a temporary file of the case and adds
/// it to `files`, shown as `-`.
Result<Done> SpoolStandardInput(const std::vector<std::string>& inputs, const CaseFolder& folder,
                                std::vector<source::InputFile>& files,
                                const std::atomic<bool>& stop);

}  // namespace tokentrail::pipeline
