// The long way from JSON to nodes: over the parser's own result, for what ReadNodes leaves to it.

#pragma once

#include <string_view>
#include <vector>

#include "base/arena.h"
#include "model/record.h"

namespace simdjson::dom {
class parser;
}

namespace tokentrail::source {

/// Writes down what the parser has parsed as nodes (in preorder; what was there is written over).
/// Texts are the parser's, numbers lie in the arena.
void ReadTape(const simdjson::dom::parser& parser, std::string_view root_key,
              std::vector<Node>& nodes, Arena& arena);

}  // namespace tokentrail::source
