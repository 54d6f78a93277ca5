// Standard input and pipes as evidence: copied into the case, so that records can be read again.

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

/// Copies what can be read only once into temporary files of the case: pipes among `files`, such as
/// `<(zcat x.gz)` in a shell, and, when `-` is among the inputs, standard input, which is added as
/// `-`. Ends soon after `stop` is set, also when nothing comes.
Result<Done> SpoolPipes(const std::vector<std::string>& inputs, const CaseFolder& folder,
                        std::vector<source::InputFile>& files, const std::atomic<bool>& stop);

}  // namespace tokentrail::pipeline
