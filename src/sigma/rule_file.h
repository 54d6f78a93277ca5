// A rule file as its documents.

#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "sigma/rule.h"

namespace tokentrail::sigma {

/// The text without a byte order mark.
std::string_view WithoutMark(std::string_view text);

/// Lines without their ends, for diagnostics.
std::vector<std::string_view> Lines(std::string_view text);

/// One document of a rule file: documents are read apart, so that a broken one costs no other.
struct RuleDocument {
  uint32_t first_line = 0;  ///< from 0
  std::string_view text;
};

/// Documents that hold more than comments.
std::vector<RuleDocument> Documents(std::string_view text,
                                    const std::vector<std::string_view>& lines);

/// Moves the places of a tree down, from its document to its file.
void Shift(Yaml& node, uint32_t lines);

}  // namespace tokentrail::sigma
