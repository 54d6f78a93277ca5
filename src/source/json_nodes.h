// The short way from JSON to nodes: for text as log exports write it.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "model/record.h"

namespace simdjson::dom {
class parser;
}

namespace tokentrail::source {

/// Reads `text`, an object or an array, into `nodes` (in preorder; what was there is written over).
/// The parser's first stage finds where strings, scalars and brackets stand and checks UTF-8 and
/// control characters; the nodes are written down from there, without the tape between. Texts
/// without escapes are views of `text`, the others lie in `strings`. kPadding bytes after `text`
/// must be readable when it holds a backslash.
/// False for anything out of the ordinary (not JSON, a scalar, very deep, a number that 64 bits or
/// a double may not hold): the parser's own way then says what it is.
bool ReadNodes(simdjson::dom::parser& parser, std::string_view text, std::string_view root_key,
               std::vector<Node>& nodes, std::string& strings, Arena& arena);

}  // namespace tokentrail::source
