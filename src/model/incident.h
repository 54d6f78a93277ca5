// Findings that share a token, grant, app or credential: one story.

#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "model/finding.h"
#include "model/level.h"

namespace tokentrail {

struct Incident {
  std::string id;        ///< deterministic, from the ids of its findings' entities
  uint32_t number = 0;   ///< 1 and up, the worst first
  std::string slug;      ///< for its file: `01-mail-helper-reads-mail-of-mira`
  std::string headline;  ///< one sentence: who, what, through what, when
  Level level = Level::kInformational;
  Confidence confidence = Confidence::kNone;
  Time first;
  Time last;
  std::string tenant;
  std::vector<size_t> findings;         ///< indexes into the hunt's findings, oldest first
  std::vector<Entity> entities;         ///< sorted, unique
  std::vector<std::string> stages;      ///< `grant`, `use`, ...: in the order they happened
  std::vector<std::string> composites;  ///< `C-01` and the like that raised it
  std::vector<std::string> raised_by;   ///< why its level is above that of its findings, in words
  std::vector<std::string> cannot_say;  ///< what the evidence could not show
};

}  // namespace tokentrail
