// `%name%` in values with `expand`, and what stands for it.

#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sigma/glyphs.h"

namespace tokentrail::sigma {

/// `%name%` in a value with `expand` stands for any of these. Wildcards in them count.
using Placeholders = std::map<std::string, std::vector<std::string>, std::less<>>;

/// Puts every combination of values into the placeholders of `text`. A name is letters, digits,
/// `_` and `-`; `\%` is a percent sign, and so is one that opens no name. A name that has no value
/// is an error (kNotFound), as a rule with a hole would silently look for something else.
/// Source: Sigma specification 2.1.0, "Placeholders"; SIGMA.md D5.
Result<std::vector<Glyphs>> Expand(const Glyphs& text, const Placeholders& placeholders);

/// The same for a regular expression. Values are texts there too: their characters stand for
/// themselves, and their wildcards for any run and any one character.
Result<std::vector<std::string>> ExpandRegex(std::string_view regex,
                                             const Placeholders& placeholders);

}  // namespace tokentrail::sigma
