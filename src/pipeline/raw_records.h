// Every record of the evidence once more, for those who want all of it in the case.

#pragma once

#include <atomic>
#include <functional>
#include <vector>

#include "base/redact.h"
#include "base/result.h"
#include "model/file_table.h"
#include "source/input.h"
#include "source/normalise.h"
#include "store/store.h"

namespace tokentrail::pipeline {

/// Reads `inputs` again, in their order, and calls `visit` for each event made of them: one that
/// stands in several exports comes as often. Places name files of `files` by path.
Result<Done> EachRecord(const std::vector<source::InputFile>& inputs, const FileTable& files,
                        const source::Tables& tables, const source::NormaliseSettings& settings,
                        const Redactor& redactor, const std::atomic<bool>& stop,
                        const store::TakeRaw& visit);

}  // namespace tokentrail::pipeline
