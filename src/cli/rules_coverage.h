// How `tokentrail rules coverage` says what became of each rule.

#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/rule_truth.h"
#include "model/summary.h"
#include "sink/layout.h"

namespace tokentrail::cli {

/// For people: what can never fire first, by what it lacks; then what fired, what could, and what
/// has no log here, the last by log unless `verbose`.
std::string CoverageText(std::span<const RuleTruth> rules, const Summary& summary, bool verbose,
                         const sink::Terminal& terminal);
/// An object with the counts, what was read, and `rules`.
std::string CoverageJson(std::span<const RuleTruth> rules, const Summary& summary);
/// A row a rule.
std::string CoverageCsv(std::span<const RuleTruth> rules);

}  // namespace tokentrail::cli
