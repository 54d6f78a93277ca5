// What lists say of apps: our own tables, and the user's files.
//
// The form of a file is told by its content: CSV with a header (OAuthSentry), a JSON list of
// objects (RogueApps), a JSON object keyed by id, or one id a line. Two lists that disagree about
// an id are shown side by side: whoever reads it decides.

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/app.h"

namespace tokentrail::inventory {

/// Everything loaded; immutable, safe from several threads. Copies share one table.
class Feeds {
 public:
  /// No files of the user's; Find still knows our own tables.
  Feeds();
  /// Errors name file, line and column; nothing is half loaded.
  static Result<Feeds> Load(const std::vector<std::string>& paths);

  /// What the user's files, then our tables say; empty when none names the id. `platform` as
  /// App::platform; rows without a platform match any. Ids match in any case.
  std::vector<AppListing> Find(std::string_view platform, std::string_view id) const;

  /// Apps named in the user's files.
  size_t size() const;
  /// `feed.csv (sha256 ab12..., 58 apps)` for each file, and the dates of our tables.
  std::string Versions() const;

  struct Impl;

 private:
  std::shared_ptr<const Impl> impl_;
};

/// One file's rows from its text; `path` for messages. For Load and the fuzzer.
struct FeedRow {
  std::string platform;  ///< empty: any
  std::string id;        ///< lower case
  AppListing listing;
};
Result<std::vector<FeedRow>> ParseFeed(std::string_view path, std::string_view text);

/// A row of our table of known-bad apps.
struct KnownBadApp {
  std::string_view platform = {};
  std::string_view id = {};
  std::string_view name = {};
  std::string_view verdict = {};  ///< `malicious`, `compromised_vendor`
  std::string_view from = {};     ///< day, UTC; empty: the report gives none
  std::string_view to = {};
  std::string_view note = {};
  std::string_view report = {};
  std::string_view date = {};
};
/// Null when not listed.
const KnownBadApp* FindKnownBad(std::string_view platform, std::string_view id);

/// Our tables only: known-bad, compromised vendors, risky, first-party.
std::vector<AppListing> KnownListings(std::string_view platform, std::string_view id);

}  // namespace tokentrail::inventory
