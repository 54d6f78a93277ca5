// What became of each Sigma rule of a run: the difference between "nothing found" and "could not
// have found anything".

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/level.h"

namespace tokentrail {

enum class Truth : uint8_t {
  kFired,
  kCouldFire,   ///< it did not, but every field it needs was seen
  kNoSource,    ///< no record of the log it is about was read
  kNeverHere,   ///< records of its log were read, but none can ever match
};

/// `fired`, `could fire`, `no source`, `never here`.
std::string_view TruthName(Truth truth);

/// RuleTruth::reason when none of our sources serves the rule's log.
constexpr std::string_view kNoSuchLog = "tokentrail reads no such log";

struct RuleTruth {
  std::string id;
  std::string title;
  std::string file;
  uint32_t line = 0;
  Level level = Level::kMedium;
  std::string log_source;  ///< `azure / auditlogs`, as Sigma names it
  bool correlation = false;
  bool alerts = true;  ///< false: what it matches makes no finding, it only counts for correlations
  std::vector<std::string> counts_for;  ///< titles of the correlations that refer to it
  Truth truth = Truth::kNoSource;
  uint64_t hits = 0;       ///< events it matched, duplicates apart
  std::vector<std::string> sources;  ///< ours that serve its log, as far as they were read
  std::string field;       ///< kNeverHere: what it waits for in vain
  std::string reason;      ///< why, in words; empty when it fired or could
  std::string nearest;     ///< a field that records do have and that looks like it; may be empty
};

}  // namespace tokentrail
