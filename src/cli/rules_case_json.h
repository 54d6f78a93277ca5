// Case files in JSON: cut into cases, and each made a tree as YAML gives it, with its places.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml.h"

namespace tokentrail::cli {

/// One value of a text of JSON values: one a line, or the elements of one array.
struct JsonPart {
  std::string_view text;
  uint32_t line = 0;  ///< of its first byte, from 1
};

/// Brackets decide where a value ends; one that is broken ends with its line.
std::vector<JsonPart> SplitJson(std::string_view text);

/// The tree of a part. A text is a quoted scalar, anything else plain is unquoted. Events (the
/// members of `match` and `no_match`, the second of each pair in `events`) and a `rule` that is an
/// object stay JSON: a scalar that holds their bytes, so that types and escapes are as written.
/// False when the part is no JSON; `problem` says why.
bool ReadJsonCase(const JsonPart& part, Yaml& out, std::string& problem);

}  // namespace tokentrail::cli
