#include "bench/dom_floor.h"

#include <simdjson.h>

namespace tokentrail::bench {

bool ParseAll(const CloudEvents& events) {
  static simdjson::dom::parser parser;
  for (size_t i = 0; i < events.lines.size(); ++i) {
    const std::string_view line = events.line(i);
    simdjson::dom::element root;
    // What follows a record is the next one, or the padding.
    if (parser.parse(line.data(), line.size(), false).get(root) != simdjson::SUCCESS) return false;
  }
  return true;
}

}  // namespace tokentrail::bench
