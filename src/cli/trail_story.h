// What a trail tells, as facts: its lines oldest first, what was touched, what speaks against it,
// and what cannot be said. Every output prints from here.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "cli/trail_case.h"
#include "cli/trail_hash.h"
#include "cli/trail_select.h"
#include "trail/stage.h"

namespace tokentrail::cli {

/// One event that stands alone, or all of a day that are alike.
struct TrailLine {
  trail::Stage stage = trail::Stage::kUse;
  Time first;
  Time last;
  uint64_t count = 1;
  uint64_t days = 1;
  std::string source;
  std::string kind;
  std::string outcome;
  std::string status;
  std::string operation;
  std::string tenant;

  // Who did it: the recorded actor, and three answers apart.
  std::string recorded;
  std::string identity;
  std::string via;
  std::string client;
  std::string client_name;
  std::string holder;
  std::string confidence;
  std::string reason;
  std::string against;
  bool contradiction = false;

  std::string ip;  ///< empty: not recorded, or several (addresses)
  uint64_t addresses = 0;
  std::string user_agent;
  std::string token;  ///< when it is one
  uint64_t tokens = 0;
  std::string session;  ///< when it is one
  uint64_t sessions = 0;
  std::string credential;
  uint64_t grant = 0;        ///< grants.grant_number; 0: not known, or several
  uint64_t issue_event = 0;  ///< the event that issued the token; 0: not known, or several
  uint64_t issues = 0;

  // To what.
  std::string app;  ///< that the record is about
  std::string app_name;
  std::string resource;
  std::string target;
  std::string target_id;
  std::string target_type;
  std::string role;
  std::string scopes;
  std::string scopes_added;
  std::string consent_type;
  std::string principal;
  std::string detail;   ///< reason, command: what else the record says
  std::string mailbox;  ///< when it is one
  uint64_t mailboxes = 0;
  std::string object;  ///< the first of them
  uint64_t objects = 0;
  std::string url;  ///< the first of them
  uint64_t items = 0;

  std::string file;  ///< evidence: of the first, when there are several
  uint64_t line = 0;
  uint64_t offset = 0;
  uint64_t event_id = 0;
  /// Where another log tells the same act.
  struct Also {
    std::string source;
    std::string file;
    uint64_t line = 0;
  };
  std::vector<Also> also;
};

/// How many things of a type were touched.
struct TouchedCount {
  std::string type;
  uint64_t things = 0;
  uint64_t acts = 0;
  uint64_t items = 0;
  std::vector<std::string> most;  ///< those touched most often, a few
};

struct TrailGrant {
  uint64_t number = 0;
  std::string kind;
  std::string app;
  std::string principal;  ///< empty: see all_users
  bool all_users = false;
  std::string resource;
  std::string permissions;
  std::string birth;  ///< as text; empty: see bound
  std::string bound;
  std::string last_used;
  std::string end;
  std::string end_reason;
  uint64_t uses = 0;
};

struct TrailFinding {
  std::string id;
  std::string level;
  std::string rule;
  std::string title;
};

struct TrailGap {
  std::string kind;
  std::string source;
  std::string first;  ///< a day, or empty
  std::string last;
  std::string words;
  std::string hides;
};

struct TrailStory {
  std::vector<TrailSubject> subjects;
  std::vector<TrailLine> lines;  ///< oldest first
  uint64_t events = 0;
  Time first;
  Time last;
  uint64_t merged = 0;   ///< lines put together further because there were too many
  uint64_t dropped = 0;  ///< lines not shown for want of room; never of those that stand alone
  std::vector<std::string> identities;  ///< by how often
  std::vector<std::string> clients;
  std::vector<std::string> tenants;
  uint64_t addresses = 0;
  uint64_t tokens = 0;
  uint64_t sessions = 0;
  std::vector<TrailGrant> grants;
  uint64_t grants_left = 0;
  std::vector<TrailFinding> findings;
  std::vector<TouchedCount> touched;
  std::vector<TrailGap> gaps;
  std::vector<std::string> cannot_say;  ///< sentences
};

struct TrailBounds {
  std::optional<Time> since;
  std::optional<Time> until;
  size_t max_lines = 0;  ///< 0: all
};

/// Reads the story of these subjects from the tables that FollowTrail kept; `hashes` is what they
/// hold as hashes.
Result<TrailStory> ReadStory(const TrailCase& asked, const std::vector<TrailSubject>& subjects,
                             const TrailHashes& hashes, const TrailBounds& bounds);

/// What one line says happened, in words, without who and where.
std::string WhatOf(const TrailLine& line);
/// `file:line`.
std::string PlaceOf(const TrailLine& line);
/// `identity ana, client Mail Viewer, holder elsewhere`: never as if the person did it.
std::string WhoOf(const TrailLine& line);
/// How we know, and what speaks against it: `high: token_issued`.
std::string HowOf(const TrailLine& line);

}  // namespace tokentrail::cli
