// What is kept of one app while the events go by: counts and the little that no grant tells.
// Bounded in each of its lists.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "inventory/permission.h"
#include "model/app.h"
#include "model/event.h"
#include "trail/app_touch.h"

namespace tokentrail::trail {

struct AppEntry {
  static constexpr size_t kMaxNames = 8;
  static constexpr size_t kMaxPlaces = 16;
  static constexpr size_t kMaxDays = 400;
  static constexpr size_t kMaxOwners = 4096;  ///< of one sort of data
  static constexpr size_t kMaxAttempts = 1000;
  static constexpr size_t kMaxCredentials = 256;
  static constexpr size_t kMaxUrls = 256;
  static constexpr size_t kMaxCalls = 1024;

  uint32_t number = 0;
  std::string platform;
  std::string tenant;
  std::string id;          ///< client id, object id or name: the first the record has
  bool by_object = false;  ///< `id` is that of a service principal or application
  std::string name;
  std::vector<std::string> other_names;
  std::string object;
  std::string owner_tenant;
  std::string publisher;
  bool first_party = false;

  uint64_t events = 0;
  Time first;
  Time last;
  std::optional<Time> last_used;

  struct User {
    std::string id;
    std::string name;
    Time last;
    uint64_t uses = 0;
    int32_t day = INT32_MIN;  ///< the last on which it was counted
    uint32_t touched = 0;     ///< bit by Touch: counted among the owners
  };
  std::vector<User> users;  ///< whom it acted for
  uint64_t users_left_out = 0;

  std::vector<AppPlace> places;
  std::vector<Id> place_keys;  ///< of what makes each of them a place of its own
  uint64_t places_left_out = 0;
  std::vector<AppDay> days;

  struct Tally {
    Touch touch = Touch::kNone;
    uint64_t events = 0;
    uint64_t items = 0;
    uint64_t bytes = 0;
    uint64_t user_owners = 0;
    std::vector<Id> owners;  ///< mailboxes and repositories that no user's mark counts; sorted
  };
  std::vector<Tally> tallies;

  /// A sort of request, by the permissions of which each allows it.
  struct Call {
    std::span<const std::string_view> any_of;
    std::string_view family;  ///< instead, where only the sort of data is known
    inventory::Holder holder = inventory::Holder::kDelegated;
    uint64_t count = 0;
    Time last;
  };
  std::vector<Call> calls;

  /// A consent that did not come about, or the prompt before one.
  struct Attempt {
    enum class What : uint8_t { kPrompt, kDeclined, kBlocked } what = What::kPrompt;
    Time time;
    std::string user;
    std::string user_id;
    std::string ip;
    std::string network;
    std::string country;
    std::string operation;
    std::string scopes;
    SourceIndex source = 0;
    Place place;
    Id content;
  };
  std::vector<Attempt> attempts;
  uint64_t attempts_left_out = 0;

  // How it came.
  std::optional<Time> created;
  std::string created_by;
  std::string route;
  std::string creation_flow;  ///< correlation id of the record that made it

  std::vector<AppCredential> credentials;
  std::vector<std::string> reply_urls;  ///< sorted
  bool urls_from_event = false;
};

}  // namespace tokentrail::trail
