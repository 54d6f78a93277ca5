// What each app is and does, gathered while the events go by.

#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "analytic/state.h"
#include "model/app.h"
#include "model/attribution.h"
#include "model/event.h"
#include "model/finding.h"
#include "model/grant.h"
#include "trail/app_people.h"

namespace tokentrail::trail {

/// Sees all events, oldest first; exports of the real state (Kind::kSnapshot) come after them.
/// Bounded; what was given up is counted.
class AppBook {
 public:
  /// Over all tenants; small in tests only.
  struct Bounds {
    size_t max_apps = 100'000;
    size_t max_users = 1'000'000;  ///< of all apps together, whom they acted for
    size_t max_rounds = 500'000;   ///< users, addresses and agents of apps that are remembered
    size_t max_calls = 500'000;    ///< sorts of calls of all apps
  };

  /// `source_names` by SourceIndex; must outlive this.
  explicit AppBook(std::span<const std::string_view> source_names);
  AppBook(std::span<const std::string_view> source_names, const Bounds& bounds);
  ~AppBook();
  AppBook(const AppBook&) = delete;
  AppBook& operator=(const AppBook&) = delete;

  /// `state` holds what came before the event; `who` is the event's, empty for snapshots.
  void Observe(const Event& event, const Attribution& who, const analytic::State& state);

  /// Departments, titles and roles from the user's own list.
  void Use(AppPeople people);

  /// The facts, with what the grants say of each app. `findings` name the rules that fired for
  /// each; they need not be settled. Once.
  Portfolio Finish(const std::vector<Grant>& grants, const std::vector<Finding>& findings,
                   const analytic::State& state);

  /// Fields that it reads.
  static FieldSet Needs();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tokentrail::trail
