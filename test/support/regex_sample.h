// Texts that a regular expression finds something in.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "test/support/random.h"

namespace tokentrail::test {

/// A text that `regex` should find something in: reads the common part of the syntax, so check the
/// result. Nothing when it meets what it doesn't know.
std::optional<std::string> SampleRegex(std::string_view regex, Random& random);

}  // namespace tokentrail::test
