// A rule matched a record.

#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace tokentrail::sigma {

/// One match. `captures` follow Rule::captures: for each field all values the record has for it, as
/// text (numbers in decimal, booleans as true or false); empty when the record lacks the field or
/// holds null only. Texts live as long as their owner says.
struct Hit {
  uint32_t rule = 0;
  std::vector<std::vector<std::string_view>> captures;
};

}  // namespace tokentrail::sigma
