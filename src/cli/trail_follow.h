// Gathers the events of a trail into a table `trail_story` of the connection: those that name its
// subject, where their tokens went, and what lies behind them. A few statements, whatever the size.

#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/trail_case.h"
#include "cli/trail_hash.h"
#include "cli/trail_select.h"

namespace tokentrail::cli {

struct TrailFollowed {
  std::vector<std::string> left;  ///< what was not followed because there was too much; in words
  TrailHashes hashes;             ///< what trail_story holds as hashes
};

/// What the story is read for.
struct TrailReading {
  bool with_items = false;  ///< the ids of messages too
  bool for_page = false;    ///< some of its lines: of a long story hashes will do
};

Result<TrailFollowed> FollowTrail(const TrailCase& asked, const TrailChoice& choice,
                                  const std::string& tenant, const TrailReading& wish);

/// The kinds told by the day, as a list of SQL: `'sign_in', 'mail_read', ...`.
std::string BulkKindsSql();

/// The client that held the token: what the hunt found out, else the app that the record names,
/// unless it is the one that was changed.
std::string ClientSql();
std::string ClientNameSql();

}  // namespace tokentrail::cli
