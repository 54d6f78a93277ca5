// A rule matched a record.

#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/id.h"

namespace tokentrail::sigma {

/// One match. `captures` follow Rule::captures: for each field all values the record has for it, as
/// text (numbers in decimal, booleans as true or false); empty when the record lacks the field or
/// holds null only. Texts live as long as their owner says.
struct Hit {
  uint32_t rule = 0;
  std::vector<std::vector<std::string_view>> captures;
  /// Names the record, when that holds several events; else empty.
  Id record{};
  bool repeated = false;  ///< the rule hit an earlier event of that record
};

}  // namespace tokentrail::sigma
