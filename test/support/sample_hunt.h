// The result of a hunt that never ran: for tests of what prints it.

#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "pipeline/run.h"

namespace tokentrail::test {

/// Three findings, one with hostile texts (terminal codes, a spreadsheet formula, wide letters);
/// a ledger with reasons; two apps. Always the same.
std::unique_ptr<pipeline::Hunt> SampleHunt();

/// The names that its SourceIndexes mean.
std::span<const std::string_view> SampleSources();

}  // namespace tokentrail::test
