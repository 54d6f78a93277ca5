// More rules than there are: copies of rules that look for other values.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tokentrail::bench {

/// `count` copies of each rule among the documents of a rule file, those about one of `products`
/// (any, when there are none). Each copy has ` copy<number>` in every text it looks for (before a
/// `*` at its end), so that it is as hard to match and all but never matches. What is no plain text
/// stays: regular expressions, networks, numbers compared, null, whether a field exists.
std::vector<std::string> CopyRules(std::string_view text, uint64_t count,
                                   const std::vector<std::string>& products);

}  // namespace tokentrail::bench
