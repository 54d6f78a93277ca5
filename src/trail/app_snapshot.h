// What exports of the real state tell of apps and people, kept until the events are through.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/app.h"
#include "model/event.h"
#include "trail/app_people.h"

namespace tokentrail::trail {

/// One app as an export shows it. Rows come in no order; what several tell adds up.
struct AppRecord {
  std::string platform;
  std::string tenant;
  std::string id;
  std::string object;
  std::string application_object;
  std::set<std::string> names;
  std::string publisher, publisher_domain, homepage, owner_tenant, audience;
  App::Verified verified = App::Verified::kUnknown;
  std::optional<bool> enabled, assignment_required, public_client;
  std::set<std::string> reply_urls;
  std::optional<Time> created, last_used, last_authorized;
  std::string created_by;
  std::map<std::string, AppCredential> credentials;  ///< by id
  struct Held {
    std::string name;
    bool application = false;
    bool all_users = false;
    friend auto operator<=>(const Held&, const Held&) = default;
  };
  std::set<Held> held;                       ///< where no grant holds them
  std::map<std::string, std::string> users;  ///< who authorised it: by id or name, the other
  std::optional<uint64_t> catalog_users;
  std::string community_use;
  App::Sanction sanction = App::Sanction::kUndetermined;
  bool listed = false;  ///< in a list of what is there, not in a catalogue only
};

class AppSnapshot {
 public:
  static constexpr size_t kMaxApps = 200'000;

  /// `source` names the event's log source, `platform` that whose apps it lists.
  void Take(const Event& event, std::string_view source, std::string_view platform);

  /// By (tenant, platform, client id, else object id, else name).
  std::map<std::tuple<std::string, std::string, std::string>, AppRecord>& apps() { return apps_; }
  /// Client id of an object, where a row has both; by tenant and object.
  const std::string* AppOfObject(const std::string& tenant, const std::string& object) const;
  AppPeople& people() { return people_; }
  uint64_t left_out() const { return left_out_; }

 private:
  void TakeApp(const Event& event, std::string_view platform);
  void TakePerson(const Event& event);
  void TakeRole(const Event& event);

  std::map<std::tuple<std::string, std::string, std::string>, AppRecord> apps_;
  std::map<std::pair<std::string, std::string>, std::string> app_of_object_;
  AppPeople people_;
  uint64_t left_out_ = 0;
};

}  // namespace tokentrail::trail
