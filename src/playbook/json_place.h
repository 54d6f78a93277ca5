// Where JSON is broken, which the fast reader does not tell.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tokentrail::playbook {

struct JsonFault {
  size_t at = 0;  ///< the text's size when it ends too early
  std::string what;
};

/// The first place where `text` stops being one JSON value; false when it never does. Levels past
/// 500 count as a fault. Source: RFC 8259.
bool FindJsonFault(std::string_view text, JsonFault& out);

}  // namespace tokentrail::playbook
