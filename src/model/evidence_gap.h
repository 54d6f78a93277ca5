// What the evidence could not show: "cannot say" is not "none".

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/place.h"
#include "base/time.h"
#include "model/event.h"

namespace tokentrail {

enum class GapKind : uint8_t {
  kSilence,  ///< no events of a source for longer than its habit
  kRowCap,   ///< a file ends at a number of rows at which an export tool cuts
  kDuplicatePages,
  kThrottled,  ///< the log says that it stopped recording
  kMissingStream,
  kClockSkew,
  kLateStart,  ///< a source starts later, or ends earlier, than the rest
};
/// `silence`, `row_cap`, `duplicate_pages`, `throttled`, `missing_stream`, `clock_skew`,
/// `late_start`.
std::string_view Name(GapKind kind);

struct EvidenceGap {
  GapKind kind = GapKind::kSilence;
  std::string source;   ///< name of the log source; of a missing stream the one it belongs to
  std::string stream;   ///< part of it, such as `NonInteractiveUserSignInLogs`; may be empty
  std::string tenant;   ///< empty when it is not of one
  std::string subject;  ///< file, mailbox, ...: whom or what it is about; may be empty
  Time first;           ///< micros 0 when it has no time
  Time last;
  uint64_t count = 0;  ///< rows, records or seconds, as `words` says
  std::string words;   ///< one sentence for people
  std::string hides;   ///< what could have happened unseen, one clause
};

/// Records of one source in one file, before duplicates drop out: exports are cut at round numbers.
struct FileCount {
  uint32_t file = 0;
  SourceIndex source = 0;
  uint64_t records = 0;
  // Of those with a readable time; which copy of a record is kept must not matter.
  Time first;
  Time last;
  Time top;     ///< of the record that stands first in the file
  Time bottom;  ///< and of the last one
  uint64_t top_offset = UINT64_MAX;
  uint64_t bottom_offset = 0;

  void Add(Time time, uint64_t offset) {
    if (top_offset == UINT64_MAX || time < first) first = time;
    if (top_offset == UINT64_MAX || time > last) last = time;
    if (offset < top_offset) {
      top_offset = offset;
      top = time;
    }
    if (offset >= bottom_offset) {
      bottom_offset = offset;
      bottom = time;
    }
  }
  void Merge(const FileCount& other) {
    records += other.records;
    if (other.top_offset == UINT64_MAX) return;
    if (top_offset == UINT64_MAX || other.first < first) first = other.first;
    if (top_offset == UINT64_MAX || other.last > last) last = other.last;
    if (other.top_offset < top_offset) {
      top_offset = other.top_offset;
      top = other.top;
    }
    if (other.bottom_offset >= bottom_offset) {
      bottom_offset = other.bottom_offset;
      bottom = other.bottom;
    }
  }
};

}  // namespace tokentrail
