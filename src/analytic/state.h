// What the analytics share about the past: apps, their names and ids, who authorised them.

#pragma once

#include <tsl/robin_map.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "model/event.h"

namespace tokentrail::analytic {

/// One app in one tenant, as the events so far show it.
struct AppState {
  std::string tenant;
  std::string id;         ///< app (client) id; the object id or name when no id was ever seen
  std::string platform;   ///< `entra`, `google`, `okta`, `github`, `slack`, `salesforce`, `kubernetes`
  std::string name;
  std::string owner_tenant;
  bool first_party = false;
  int max_severity = -1;  ///< of the permissions seen granted; -1 none assessed
  std::string max_permission;
  bool tenant_wide = false;
  Time first_seen;
  Time last_authorized;   ///< micros 0: no grant in the evidence
  Time last_used;
  uint64_t events = 0;
  uint64_t user_count = 0;    ///< people who authorised it or used it; counted up to kMaxUsers
  std::vector<Id> users;      ///< sorted hashes, bounded
  static constexpr size_t kMaxUsers = 4096;
};

class State {
 public:
  /// `as_of` is what "older than" counts from: --as-of, else the end of the evidence.
  explicit State(Time as_of = {}) : as_of_(as_of) {}

  /// The app of the event's kApp (or kAppObject, resolved), as known before this event; null when
  /// never seen.
  const AppState* App(const Event& event) const;
  const AppState* App(std::string_view tenant, std::string_view app_id) const;
  /// App id for a service principal or application object id seen earlier; empty when unknown.
  std::string_view AppOfObject(std::string_view tenant, std::string_view object_id) const;

  /// Days on which (tenant, source) had events so far: a baseline is warm from 7 of 30.
  int DaysSeen(const Event& event) const;
  /// Users active in the tenant so far (bounded count).
  uint64_t ActiveUsers(std::string_view tenant) const;

  Time as_of() const { return as_of_; }

  /// Takes the event into the past. After the analytics, or nothing would ever be new.
  void Commit(const Event& event);

  /// Apps by (tenant, platform, id).
  std::vector<const AppState*> Apps() const;

  /// Fields that Commit reads.
  static FieldSet Needs();

 private:
  Time as_of_;
  tsl::robin_map<Id, AppState> apps_;
  tsl::robin_map<Id, std::string> app_of_object_;
  tsl::robin_map<Id, std::vector<int64_t>> days_;
  tsl::robin_map<Id, std::vector<Id>> active_users_;
};

}  // namespace tokentrail::analytic
