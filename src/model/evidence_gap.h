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
};

}  // namespace tokentrail
