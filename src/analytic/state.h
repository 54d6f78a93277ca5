// What the analytics share about the past: apps, their names and ids, who authorised them.
//
// Bounded. When a bound is reached the least recently active go first and `forgotten()` counts
// them: an attacker who floods a log with new names can make us forget quiet apps, never grow
// without end.

#pragma once

#include <tsl/robin_map.h>
#include <tsl/robin_set.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "inventory/permission.h"
#include "model/event.h"

namespace tokentrail::inventory {
class Appraiser;
}

namespace tokentrail::analytic {

/// One app in one tenant, as the events so far show it.
struct AppState {
  std::string tenant;
  std::string id;  ///< app (client) id; the object id or name when no id was ever seen
  std::string
      platform;  ///< `entra`, `google`, `okta`, `github`, `slack`, `salesforce`, `kubernetes`
  std::string name;
  std::string owner_tenant;
  /// In the table of the platform's own apps. An app that merely claims Microsoft's tenant as its
  /// owner is not.
  bool first_party = false;
  int max_severity = -1;  ///< of the permissions seen granted; -1 none assessed
  std::string max_permission;
  bool tenant_wide = false;  ///< granted for everyone, or held by the app itself
  Time first_seen;
  Time last_authorized;  ///< micros 0: no grant in the evidence
  Time last_used;
  uint64_t events = 0;
  uint64_t user_count = 0;  ///< people who authorised it or used it; counted up to kMaxUsers
  std::vector<Id> users;    ///< sorted hashes, bounded
  static constexpr size_t kMaxUsers = 4096;
};

/// A map that holds at most 2 * `generation` entries: when the younger half is full, the older is
/// dropped. Looking up costs two probes; what is set again moves to the younger half.
template <typename Value>
class TwoGenerations {
 public:
  explicit TwoGenerations(size_t generation) : generation_(generation) {}

  const Value* Find(const Id& key) const {
    auto it = young_.find(key);
    if (it != young_.end()) return &it->second;
    it = old_.find(key);
    return it == old_.end() ? nullptr : &it->second;
  }

  /// Returns how many entries were dropped for it.
  uint64_t Set(const Id& key, Value value) {
    uint64_t dropped = 0;
    if (young_.size() >= generation_ && young_.find(key) == young_.end()) {
      dropped = old_.size();
      old_ = std::move(young_);
      young_ = {};
    }
    young_.insert_or_assign(key, std::move(value));
    return dropped;
  }

 private:
  size_t generation_;
  tsl::robin_map<Id, Value> young_;
  tsl::robin_map<Id, Value> old_;
};

class State {
 public:
  /// Bounds, over all tenants. `max_*` are small in tests only.
  struct Bounds {
    size_t max_apps = 100'000;
    size_t max_app_users = 4'000'000;     ///< places in all lists AppState::users together, 64 MB
    size_t max_objects = 1'000'000;       ///< service principal and application object ids
    size_t max_user_ids = 1'000'000;      ///< directory ids known to belong to a name
    size_t max_scopes = 65'536;           ///< (tenant, source) pairs with a baseline
    size_t max_active_users = 1'000'000;  ///< over all tenants
  };

  /// `as_of` is what "older than" counts from: --as-of, else the end of the evidence.
  /// `source_names` are the names of the sources by SourceIndex, which tell the platform; they must
  /// outlive this. Without them every event counts as Microsoft's (tests).
  explicit State(Time as_of = {}, std::span<const std::string_view> source_names = {},
                 Bounds bounds = DefaultBounds());

  /// The app of the event's kApp (or kAppObject, resolved; or kAppName, where a platform logs no
  /// more), as known before this event; null when never seen. Valid until the next Commit.
  const AppState* App(const Event& event) const;
  /// On whichever platform the id is known.
  const AppState* App(std::string_view tenant, std::string_view app_id) const;
  /// App id for a service principal or application object id seen earlier; empty when unknown.
  /// Valid until the next Commit.
  std::string_view AppOfObject(std::string_view tenant, std::string_view object_id) const;

  /// Days among the last 30 on which (tenant, source) had events so far: a baseline is warm from 7.
  int DaysSeen(const Event& event) const;
  /// Users active in the tenant so far (bounded count).
  uint64_t ActiveUsers(std::string_view tenant) const;

  /// The user behind the event as one hash, whether the log names them or gives their directory id
  /// only; empty when it has neither. Limit: events before the first that holds both name and id
  /// count an id as a user of its own.
  Id UserOf(const Event& event) const;

  /// The name or address that belongs to a person's directory id, from whichever log had both;
  /// empty when none did. Valid until the next Commit.
  std::string_view NameOfUser(std::string_view tenant, std::string_view user_id) const;

  /// The platform of the event's source; none for sources without tables.
  std::optional<inventory::Platform> PlatformOf(const Event& event) const;

  Time as_of() const { return as_of_; }
  /// Entries given up because a bound was reached.
  uint64_t forgotten() const { return forgotten_; }

  /// What lists say of apps, the user's own included; null in tests and where none were loaded.
  const inventory::Appraiser* appraiser() const { return appraiser_; }
  /// It must outlive this.
  void Use(const inventory::Appraiser& appraiser) { appraiser_ = &appraiser; }

  /// Takes the event into the past. After the analytics, or nothing would ever be new.
  void Commit(const Event& event);

  /// Apps by (tenant, platform, id).
  std::vector<const AppState*> Apps() const;

  /// Fields that Commit reads.
  static FieldSet Needs();

 private:
  static Bounds DefaultBounds();

  struct AppName {
    std::string_view id;
    bool is_app_id = false;  ///< a client id, not the stand-in for one
  };
  AppName NameOf(const Event& event) const;
  std::string_view PlatformName(const Event& event) const;
  static Id Key(std::string_view tenant, std::string_view platform, std::string_view app);
  AppState& Touch(const Event& event, std::string_view platform, std::string_view id);
  void Learn(const Event& event, AppState& app);
  void LearnGrant(const Event& event, AppState& app);
  void AddUser(AppState& app, const Id& user);
  std::optional<AppState> Take(const Id& key);
  void Merge(AppState& app, const AppState& stand_in);
  void MakeRoom();
  void CountDay(const Event& event);
  void CountUser(const Event& event);

  Time as_of_;
  const inventory::Appraiser* appraiser_ = nullptr;
  std::span<const std::string_view> source_names_;
  std::vector<std::optional<inventory::Platform>> platforms_;  ///< by source
  Bounds bounds_;
  uint64_t forgotten_ = 0;
  size_t app_users_ = 0;
  size_t active_users_total_ = 0;

  struct Slot {
    AppState app;
    Time last_active;
  };
  tsl::robin_map<Id, Slot> apps_;
  TwoGenerations<std::string> app_of_object_;
  TwoGenerations<Id> user_of_id_;
  TwoGenerations<std::string> name_of_user_;
  tsl::robin_map<Id, std::vector<int64_t>> days_;  ///< the last 30, ascending
  tsl::robin_map<Id, tsl::robin_set<Id>> active_users_;
};

}  // namespace tokentrail::analytic
