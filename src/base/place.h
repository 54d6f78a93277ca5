// Where a record stands in the evidence.

#pragma once

#include <cstdint>

namespace tokentrail {

/// Bytes and lines count in the decoded text: after decompression, in UTF-8. For a plain UTF-8
/// file they are the file's own. Never part of an event's order or of a finding's id.
struct Place {
  uint32_t file = 0;    ///< index into the run's FileTable
  uint32_t size = 0;    ///< bytes of the record
  uint64_t offset = 0;  ///< of its first byte
  uint64_t line = 0;    ///< of its first byte, from 1
};

}  // namespace tokentrail
