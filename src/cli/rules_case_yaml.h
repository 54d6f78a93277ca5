// Case files in YAML: read part by part, so that a broken one costs no other; and what is written
// in YAML made JSON or text again.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml.h"

namespace tokentrail::cli {

/// A document; or an item of a list, when the document could not be read as a whole.
struct YamlPart {
  Yaml tree;  ///< its places are in the whole text
  std::string problem;
  uint32_t line = 0;  ///< of the problem
  uint32_t column = 0;
};

std::vector<YamlPart> ReadYamlParts(std::string_view text);

/// The tree as JSON. Unquoted scalars are what YAML 1.2's core schema takes them for, whole numbers
/// exactly; what JSON has no word for (.inf, .nan) stays text.
/// Source: YAML 1.2.2, section 10.3.2.
std::string ToJson(const Yaml& tree);

/// The tree as YAML text that reads as the same tree, in block style.
std::string ToYamlText(const Yaml& tree);

}  // namespace tokentrail::cli
