// What we make of apps: their permissions' levels, what lists say, whether they fit and whom they
// pretend to be, and a score in which every point has a reason. From facts alone: the same apps,
// tables and settings give the same judgement, in a hunt and from a case.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/app.h"

namespace tokentrail::inventory {

/// Files of the user's that the judgement takes into account; each may be empty.
struct AppraisalFiles {
  std::vector<std::string> feeds;     ///< lists of known apps: OAuthSentry CSV, RogueApps JSON, ids as text
  std::vector<std::string> listings;  ///< marketplace categories, CSV
  std::string states;                 ///< approved or banned apps, CSV
  std::string weights;                ///< instead of our table of points
};

/// Everything loaded and checked. Immutable; safe from several threads.
class Appraiser {
 public:
  /// Errors name file, line and column.
  static Result<std::shared_ptr<const Appraiser>> Load(const AppraisalFiles& files);
  ~Appraiser();

  /// Fills severities, category, listings, sanction, signs and risk of every app. `portfolio` is
  /// all there is: peers and neighbours are looked for in it.
  void Appraise(Portfolio& portfolio) const;

  /// What the lists say of this id; empty when none names it. For analytics, during a hunt.
  std::vector<AppListing> Listings(std::string_view platform, std::string_view app_id) const;

  struct Impl;

 private:
  explicit Appraiser(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tokentrail::inventory
