// Tells what became of each rule: fired, could have, or never can on this evidence.

#pragma once

#include <string>
#include <vector>

#include "model/rule_truth.h"
#include "pipeline/field_inventory.h"
#include "sigma/program.h"

namespace tokentrail::pipeline {

/// What a run knows of its rules. All by source are in the order of source::All().
struct TruthInputs {
  const sigma::Program& program;
  const std::vector<std::string>& names;                  ///< of our sources
  const std::vector<sigma::LogSource>& first_names;       ///< by source: its own in Sigma
  const std::vector<sigma::Plan>& plans;                  ///< by source
  const std::vector<std::vector<sigma::KindMask>>& seen;  ///< by source, by name of its plan
  const std::vector<uint64_t>& hits;                      ///< by rule
  const std::vector<uint64_t>& firings;                   ///< by correlation
  const std::vector<FieldInventory>& inventories;         ///< by source, or none
  const std::vector<std::string>& read;                   ///< sources with records
};

/// In the order of the rules, then of the correlations.
std::vector<RuleTruth> JudgeRules(const TruthInputs& inputs);

}  // namespace tokentrail::pipeline
