// What a run knows of the lives of tokens, beside its findings.

#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/attribution.h"
#include "model/evidence_gap.h"
#include "model/grant.h"
#include "model/incident.h"

namespace tokentrail {

/// Two things that belong together, and how we know.
struct Link {
  std::string_view join;  ///< name of the join, see trail/lineage.h; lives forever
  std::string tenant;
  std::string from_type;  ///< `token`, `session`, `grant`, `credential`, `event`, ...
  std::string from;
  std::string to_type;
  std::string to;
  uint64_t from_event = 0;  ///< number of the event, 1 for the oldest; 0: none
  uint64_t to_event = 0;
  bool by_window = false;  ///< the key was missing: by time and circumstance only
  Span apart{};            ///< between the two events, where there are two
};

/// How often a join found its other side.
struct JoinRate {
  std::string_view name;     ///< `use_to_sign_in`
  std::string_view summary;  ///< for people
  uint64_t tried = 0;
  uint64_t by_key = 0;
  uint64_t by_window = 0;
};

struct Trails {
  std::vector<Grant> grants;  ///< by number
  std::vector<Link> links;    ///< in the order in which they were made; bounded
  uint64_t links_left_out = 0;
  std::vector<JoinRate> joins;
  /// Events by what decided who did it, and by how sure.
  std::array<uint64_t, 6> by_rung{};
  std::array<uint64_t, 5> by_confidence{};
  uint64_t contradictions = 0;
  uint64_t forgotten = 0;  ///< tokens and sessions given up because a bound was reached
  std::vector<EvidenceGap> gaps;
  std::vector<Incident> incidents;  ///< the worst first
};

}  // namespace tokentrail
