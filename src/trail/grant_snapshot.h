// Exports of the real state against the books: what stands there that no event tells, and what
// events tell that stands there no more.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analytic/state.h"
#include "base/place.h"
#include "model/event.h"
#include "model/finding.h"
#include "trail/grant_book.h"

namespace tokentrail::trail {

/// From when to when a log that tells grants is in the evidence.
struct Covered {
  Time first;
  Time last;
};

/// Keeps the records of exports until all are there: they come in no order.
class GrantSnapshot {
 public:
  /// `source` is the name of the event's log source.
  void Take(const Event& event, std::string_view source);

  /// Marks in the books what the exports show, adds what only they show, and reports where they
  /// and the events don't agree. `covered` gives the log that tells such a grant; null when none.
  using CoveredFor = std::function<const Covered*(const GrantBook::Slot& slot)>;
  void Compare(GrantBook& book, const analytic::State& state, const CoveredFor& covered,
               Findings& findings);

  uint64_t forgotten() const { return forgotten_; }

  static constexpr size_t kMaxRows = 300'000;

 private:
  enum class Shape : uint8_t { kApp, kDelegated, kAppRole, kSignIns, kToken };
  struct Row {
    Shape shape = Shape::kApp;
    std::string tenant;
    std::string app, app_object, app_name;
    std::string principal, principal_name;
    bool all_users = false;
    bool of_one_app = false;  ///< told with its app: says nothing of other apps
    std::string permissions, one;
    std::string id, resource, resource_name;
    std::optional<Time> created;      ///< the grant
    std::optional<Time> app_created;  ///< its app
    std::optional<Time> used;
    Id content;
    Place place;
    SourceIndex source = 0;
  };
  struct Claim;
  using Claims = std::map<std::string, Claim>;

  void LearnApps(GrantBook& book) const;
  void CompareRow(const Row& row, GrantBook& book, const analytic::State& state,
                  const CoveredFor& covered, Claims& claims);
  void CompareBook(GrantBook& book, Claims& claims) const;

  std::vector<Row> rows_;
  uint64_t forgotten_ = 0;
  /// Which exports there are, as `tenant|platform|kind`; those told with one app, with the app.
  std::set<std::string> seen_;
};

}  // namespace tokentrail::trail
