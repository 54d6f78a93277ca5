#include "cli/trail_gaps.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "base/text.h"
#include "cli/contain_case.h"

namespace tokentrail::cli {
namespace {

/// A log that has fewer events than this on its days is silent on many by nature. A guess.
constexpr uint64_t kBusy = 5;
constexpr int64_t kMaxDays = 1000;
constexpr size_t kMaxGaps = 100;

/// What of a platform one of these logs would tell.
struct Need {
  std::string_view platform;
  std::string_view sources;  ///< any one of them does
  std::string_view tells;
};

constexpr Need kNeeds[] = {
    {"microsoft", "entra_signin", "how its tokens were issued, and from where"},
    {"microsoft", "entra_audit m365_audit", "who consented, and which rights and keys changed"},
    {"microsoft", "m365_audit", "which mails and files were touched"},
    {"microsoft", "graph_activity", "which calls of Microsoft Graph were made"},
};

std::string DayWords(int64_t first, int64_t last) {
  const Time from{Days(first).micros};
  const Time to{Days(last).micros};
  if (first == last) return FormatDate(from);
  return fmt::format("{} to {}", FormatDate(from), FormatDate(to));
}

/// The logs of the platforms that the story stands on.
std::set<std::string> SourcesOf(const TrailStory& story, const std::vector<std::string>& all) {
  std::set<std::string_view> platforms;
  std::set<std::string> out;
  for (const TrailLine& line : story.lines) {
    out.insert(line.source);
    platforms.insert(ContainPlatformOf(line.source));
  }
  platforms.erase("");
  for (const std::string& source : all) {
    if (platforms.contains(ContainPlatformOf(source))) out.insert(source);
  }
  return out;
}

/// Days of the story on which a busy log of its platforms has nothing.
Result<Done> AddSilentDays(const TrailCase& asked, const std::set<std::string>& sources,
                           TrailStory& story) {
  const int64_t first = DayOf(story.first);
  const int64_t last = DayOf(story.last);
  if (last - first > kMaxDays) {
    story.cannot_say.push_back("the story is too long to look for days without events in it");
    return Done{};
  }
  std::map<std::string, std::map<int64_t, uint64_t>> seen;
  // Older programs counted no days.
  const bool counted = asked.HasTable("source_days");
  for (const auto& row : TRY(asked.Ask(
           fmt::format("SELECT source, epoch_us({0}) // 86400000000, {1} FROM {2} WHERE {0} >= "
                       "make_timestamp({3}) AND {0} < make_timestamp({4}) AND {5} GROUP BY ALL",
                       counted ? "day" : "time", counted ? "sum(events)::BIGINT" : "count(*)",
                       counted ? "source_days" : "events", Days(first).micros,
                       Days(last + 1).micros, In("source", sources))))) {
    seen[row[0]][static_cast<int64_t>(ToCount(row[1]))] = ToCount(row[2]);
  }
  for (const std::string& source : sources) {
    const auto& days = seen[source];
    uint64_t all = 0;
    for (const auto& [day, count] : days) all += count;
    if (days.empty() || all / days.size() < kBusy) continue;
    for (int64_t day = first; day <= last; ++day) {
      if (days.contains(day)) continue;
      int64_t end = day;
      while (end < last && !days.contains(end + 1)) ++end;
      story.gaps.push_back(
          {.kind = "no_events",
           .source = source,
           .first = FormatDate(Time{Days(day).micros}),
           .last = FormatDate(Time{Days(end).micros}),
           .words = fmt::format("no event of {} on {}; it has {} a day elsewhere in the story",
                                source, DayWords(day, end), Grouped(all / days.size())),
           .hides = "whatever it would have logged there"});
      day = end;
    }
  }
  return Done{};
}

/// What the hunt itself found missing, as far as it lies in the story.
Result<Done> AddKnownGaps(const TrailCase& asked, const std::set<std::string>& sources,
                          TrailStory& story) {
  if (!asked.HasTable("gaps")) return Done{};
  const TrailRows rows = TRY(asked.Ask(fmt::format(
      "SELECT kind, source, coalesce(strftime(first_time, '%Y-%m-%d'), ''), "
      "coalesce(strftime(last_time, '%Y-%m-%d'), ''), words, hides FROM gaps WHERE ({} OR source "
      "IS "
      "NULL OR source = '') AND (first_time IS NULL OR epoch_us(first_time) <= {}) AND (last_time "
      "IS NULL OR epoch_us(last_time) >= {}) ORDER BY kind, source, first_time, words LIMIT {}",
      In("source", sources), story.last.micros, story.first.micros, kMaxGaps + 1)));
  for (const auto& row : rows) {
    if (story.gaps.size() >= kMaxGaps) {
      story.cannot_say.push_back(fmt::format(
          "there are more than {} gaps in the evidence; `tokentrail sql \"FROM gaps\"` lists them",
          kMaxGaps));
      break;
    }
    story.gaps.push_back({row[0], row[1], row[2], row[3], row[4], row[5]});
  }
  return Done{};
}

/// Joins without an id are guesses, however good.
Result<Done> AddWindowJoins(const TrailCase& asked, TrailStory& story) {
  if (!asked.HasTable("links")) return Done{};
  for (const auto& row : TRY(asked.Ask(
           "SELECT join_name, count(*) FROM links WHERE by_window AND (from_event_id IN (SELECT "
           "event_id FROM trail_story) OR to_event_id IN (SELECT event_id FROM trail_story)) GROUP "
           "BY 1 ORDER BY 1"))) {
    story.cannot_say.push_back(fmt::format(
        "whether what {} joins here belongs together: {} time{} it went by time and circumstance, "
        "for want of an id",
        row[0], Grouped(ToCount(row[1])), row[1] == "1" ? "" : "s"));
  }
  return Done{};
}

/// How its tokens came to be, where no record tells.
Result<Done> AddUnissued(const TrailCase& asked, TrailStory& story) {
  if (asked.Has("events", "issue_event_id") && story.tokens > 0) {
    const TrailRows rows = TRY(asked.Ask(
        "SELECT count(*), count(*) FILTER (issued) FROM (SELECT token_uid, bool_or(kind = "
        "'sign_in' "
        "OR issue_event_id IS NOT NULL) OR token_uid IN (SELECT token_issued_uid FROM trail_story "
        "WHERE token_issued_uid IS NOT NULL) AS issued FROM trail_story WHERE token_uid IS NOT "
        "NULL "
        "AND NOT (kind = 'sign_in' AND outcome = 'failure') GROUP BY token_uid)"));
    const uint64_t all = ToCount(rows[0][0]);
    const uint64_t issued = ToCount(rows[0][1]);
    if (issued < all) {
      story.cannot_say.push_back(
          fmt::format("how {} of its {} token{} came to be: what issued {} is not in the evidence",
                      Grouped(all - issued), Grouped(all), all == 1 ? "" : "s",
                      all - issued == 1 ? "it" : "them"));
    }
  }
  if (!asked.HasTable("credentials")) return Done{};
  const TrailRows keys = TRY(asked.Ask(
      "SELECT credential_uid FROM credentials WHERE added IS NULL AND credential_uid IN (SELECT "
      "actor_session_credential_uid FROM trail_story WHERE kind = 'sign_in') ORDER BY 1 LIMIT 6"));
  for (size_t i = 0; i < keys.size() && i < 5; ++i) {
    story.cannot_say.push_back(fmt::format(
        "who added the credential {}, and when: that is not in the evidence", keys[i][0]));
  }
  if (keys.size() > 5) story.cannot_say.emplace_back("who added others of its credentials");
  return Done{};
}

}  // namespace

Result<Done> ReadGaps(const TrailCase& asked, TrailStory& story) {
  std::vector<std::string> all;
  std::set<std::string, std::less<>> present;
  for (const auto& row : TRY(asked.Ask("SELECT source FROM sources WHERE events > 0 ORDER BY 1"))) {
    all.push_back(row[0]);
    present.insert(row[0]);
  }
  const std::set<std::string> sources = SourcesOf(story, all);
  TRY(AddSilentDays(asked, sources, story));
  TRY(AddKnownGaps(asked, sources, story));
  TRY(AddUnissued(asked, story));
  TRY(AddWindowJoins(asked, story));

  std::set<std::string_view> platforms;
  for (const std::string& source : sources) platforms.insert(ContainPlatformOf(source));
  for (const Need& need : kNeeds) {
    if (!platforms.contains(need.platform)) continue;
    bool there = false;
    for (const std::string_view source : Split(need.sources, " ")) {
      there = there || present.contains(source);
    }
    if (there) continue;
    std::string names(need.sources);
    std::replace(names.begin(), names.end(), ' ', '/');
    story.cannot_say.push_back(fmt::format("{}: the evidence holds no {}", need.tells, names));
  }
  return Done{};
}

}  // namespace tokentrail::cli
