// Whom or what a trail is of: finds it in the case, and the events that name it.

#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/trail_case.h"

namespace tokentrail::cli {

/// What was asked for; empty: not asked.
struct TrailWish {
  std::string app;
  std::string user;
  std::string token;
  std::string session;
  std::string ip;
  std::string grant;
  std::string credential;
  std::string serviceaccount;
  std::string item;
  std::string incident;
  std::string tenant;
};

/// One thing that the trail is of.
struct TrailSubject {
  std::string type;  ///< `app`, `user`, ...: the flag that named it
  std::string id;
  std::string name;               ///< empty: has none
  std::vector<std::string> also;  ///< other ids and names of it
  std::set<std::string> tenants;
};

struct TrailChoice {
  std::vector<TrailSubject> subjects;
  /// SELECT of events.event_id: those that name all the subjects.
  std::string ids_sql;
  /// What most of them are found by: a column of `events` and its values; read in one scan, which
  /// skips what has none of them. Empty: nothing of the kind.
  std::string most_column;
  std::set<std::string> most_values;
  uint64_t most_count = 0;  ///< about how many those are; 0: not known
  /// With most_column: SELECTs of the others, and of some of the same.
  std::vector<std::string> more_sql;
  /// Follow the tokens that these events name to wherever else they were used.
  bool follow_tokens = false;
};

/// Fails when nothing fits (and says what is near), or when several things do (and lists them).
Result<TrailChoice> ChooseTrail(const TrailCase& asked, const TrailWish& wish);

}  // namespace tokentrail::cli
