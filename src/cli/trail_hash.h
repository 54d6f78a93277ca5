// What a page tells of a long story without reading it: of long texts the hashes, which are many
// times as fast, or nothing at all. The few that it shows are looked up afterwards.

#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "cli/trail_case.h"

namespace tokentrail::cli {

/// Which columns of trail_story hold the hash instead of the text.
class TrailHashes {
 public:
  /// None of them.
  TrailHashes() = default;
  /// All that this case has; none in a case of an older program.
  static TrailHashes Of(const TrailCase& asked);

  bool any() const { return !hashes_.empty(); }
  bool Holds(std::string_view column) const { return hashes_.contains(column); }
  /// The column of `events` that `column` of trail_story has the values of.
  std::string Source(std::string_view column) const;
  /// What to read from `events` for `column` of trail_story.
  std::string Column(const TrailCase& asked, std::string_view column) const;

 private:
  std::map<std::string, std::string, std::less<>> hashes_;  ///< by the column of the text
};

/// Texts of a story with hashes. A thing is named by its column and hash, or by the column and the
/// event that tells it. The column `token` is the token that was issued, else the one in use.
class TrailTexts {
 public:
  void WantHash(std::string_view column, const std::string& hash);
  void WantEvent(std::string_view column, const std::string& event_id);
  /// Looks them up.
  Result<Done> Read(const TrailCase& asked);
  /// Empty when there is none.
  std::string OfHash(std::string_view column, const std::string& hash) const;
  std::string OfEvent(std::string_view column, const std::string& event_id) const;

 private:
  using Key = std::pair<std::string, std::string>;
  std::map<std::string, std::set<std::string>, std::less<>> hashes_;  ///< wanted, by column
  std::set<Key> events_;                                              ///< wanted
  std::map<Key, std::string> of_hash_;
  std::map<Key, std::string> of_event_;
};

}  // namespace tokentrail::cli
