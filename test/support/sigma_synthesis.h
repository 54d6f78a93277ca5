// Events made for a rule: that should match, and that are one step away.

#pragma once

#include <optional>
#include <string>

#include "test/support/json_value.h"
#include "test/support/random.h"
#include "test/support/sigma_reference.h"

namespace tokentrail::test {

/// An event that aims at the rule's condition being `wanted`. Often right, never surely: ask the
/// reference. Made of the rule's own values, changed where they leave room.
JsonValue Synthesise(const reference::Rule& rule, bool wanted, Random& random);

/// Tries until the reference says that the rule matches.
std::optional<JsonValue> SynthesiseMatch(const reference::Rule& rule, Random& random,
                                         int tries = 40);

/// The event with one thing changed: a value, its type, its case, its place, or gone.
JsonValue Mutate(JsonValue event, Random& random);

}  // namespace tokentrail::test
