// Random Sigma rules: every modifier, value and condition, the same for the same seed.

#pragma once

#include <string>
#include <vector>

#include "test/support/json_value.h"
#include "test/support/random.h"
#include "test/support/sigma_reference.h"

namespace tokentrail::test {

/// What `%name%` stands for in generated rules.
const reference::Placeholders& GeneratedPlaceholders();

/// YAML of one rule that must load.
std::string GenerateRule(Random& random, int number);
/// YAML of one rule that must be refused.
std::string GenerateBrokenRule(Random& random, int number);

/// A condition over these selections; now and then a broken one when `broken`.
std::string GenerateCondition(const std::vector<std::string>& names, Random& random,
                              bool broken = false);
std::vector<std::string> GenerateNames(Random& random);

/// An event over the fields that generated rules use.
JsonValue GenerateEvent(Random& random);

}  // namespace tokentrail::test
