// The books of the grant ledger: every grant under every name that the logs use for it.
//
// An app is known by its client id, its object id, or where a platform logs no more, its name; a
// person by directory id or address. Each of these leads to one number, and a grant is found by the
// numbers of the two. Bounded: the least worth knowing go first, and are counted.

#pragma once

#include <tsl/robin_map.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "model/event.h"
#include "model/grant.h"

namespace tokentrail::trail {

using Permissions = std::vector<std::string>;  ///< sorted, unique

/// An app as one event names it; what it doesn't tell is empty.
struct AppNames {
  std::string_view id = {};
  std::string_view object = {};
  std::string_view name = {};
  bool by_name = false;  ///< the platform's logs tell it by its name alone now and then

  bool empty() const { return id.empty() && object.empty() && (name.empty() || !by_name); }
};

struct PersonNames {
  std::string_view id = {};
  std::string_view name = {};

  bool empty() const { return id.empty() && name.empty(); }
};

/// What one event says of one grant. Views: valid as long as the event.
struct Telling {
  GrantKind kind = GrantKind::kDelegated;
  std::string_view platform = {};
  AppNames app = {};
  bool all_users = false;
  PersonNames principal = {};      ///< empty for all users, and for an app by itself
  std::string_view thing = {};     ///< token, binding: what tells grants of one holder apart
  std::string_view thing_in = {};  ///< namespace of the binding
  std::string_view ids = {};       ///< the platform's ids of the grant, spaces between
  std::string_view resource = {};
  std::string_view resource_name = {};
  std::string_view now = {};  ///< permissions, spaces between: those given
  std::string_view old = {};  ///< those that stood before
  std::string_view one = {};  ///< a single permission, which may hold spaces
  bool consent = false;       ///< somebody agreed: counts as authorised even if nothing changed
  bool replaces = false;      ///< `now` is all there is from now on
  bool takes_away = false;    ///< `old` or `one`, or all if neither is told
  bool is_birth = true;       ///< the first such record of a grant may be its birth
  /// Nothing stood before, unless `old` tells otherwise: uses seen long before rest on another.
  bool sure_birth = false;
  bool by_token = false;  ///< only known by a token that was issued
};

class GrantBook {
 public:
  static constexpr size_t kMaxPermissions = 1024;  ///< of one grant

  struct Bounds {
    size_t max_grants = 200'000;
    size_t max_names = 1'000'000;  ///< of apps and people together
    size_t max_changes = 48;       ///< of one grant
    size_t max_permissions = kMaxPermissions;
    size_t max_ids = 64;
  };

  /// Records that tell one consent are this close in both logs of a tenant. A generous guess, as in
  /// analytic/grant_feed.h.
  static constexpr Span kFlow = Minutes(10);
  /// An access token outlives what it rests on by its own life. Source: Microsoft, "Configurable
  /// token lifetimes": 60 to 90 minutes, 28 hours with continuous access evaluation (2026).
  static constexpr Span kTokenLife = Hours(28);

  GrantBook();
  explicit GrantBook(Bounds bounds);

  void Authorize(const Telling& telling, const Event& event);
  /// The grant ends, whatever it holds.
  void End(const Telling& telling, const Event& event);
  /// All grants of an app or for a person: what they rest on is gone, or back.
  void EndApp(const AppNames& app, const Event& event);
  void EndPerson(const PersonNames& person, const Event& event);
  void RestoreApp(const AppNames& app, const Event& event);
  void RestorePerson(const PersonNames& person, const Event& event);
  /// Ends the grants of a binding whose holder isn't among `holders` (spaces between).
  void EndOthers(std::string_view thing, std::string_view thing_in, std::string_view holders,
                 const Event& event);
  /// The app acted. `third_party` is asked only when no grant is known; then one without birth is
  /// made.
  void Use(const Telling& telling, const Event& event, bool (*third_party)(std::string_view));

  const Grant* Alive(std::string_view tenant, std::string_view app, std::string_view user,
                     std::string_view user_id) const;
  size_t AliveFor(std::string_view tenant, std::string_view user, std::string_view user_id) const;
  bool AnyFor(std::string_view tenant, std::string_view user, std::string_view user_id) const;

  /// One grant and what the books keep beside it.
  struct Slot {
    Grant grant;
    Id tenant;
    Id key;
    Id thing;  ///< of a token or binding; else empty
    uint32_t app = 0;
    uint32_t person = 0;
    bool told = false;       ///< by a record of the grant itself, not only by uses
    bool by_token = false;   ///< only tokens issued for it were seen
    bool after_end = false;  ///< used long after its predecessor's end
    enum class Ended : uint8_t { kItself, kWithApp, kWithPerson } ended = Ended::kItself;
    std::optional<Time> created;  ///< as a snapshot says, which is no event
    Time last_event;
    Id last_scopes;
    struct Flow;
    std::shared_ptr<Flow> flow;

    bool alive() const { return !grant.end.has_value(); }
  };

  /// For the end of the run: by number; null where one was given up.
  std::vector<std::unique_ptr<Slot>>& slots() { return slots_; }
  uint64_t forgotten() const { return forgotten_; }

  /// For snapshots: the grant alive of this holder; null when none.
  Slot* FindAlive(Id tenant, const Telling& telling);
  /// Makes a grant that only a snapshot shows.
  Slot* AddSeen(const Id& tenant, std::string_view tenant_name, const Telling& telling);
  /// Adds the names and ids that a snapshot has for it.
  void See(Slot& slot, const Telling& telling) { Learn(slot, telling); }
  /// Learns that both are names of one person, if either is known.
  void LearnPerson(const Event& event);
  /// The grant is known by tokens issued for it alone: with the token it ends.
  bool OnlyByToken(const Telling& telling, const Event& event);
  /// Learns that these are names of one app, and what people call it.
  void LearnApp(const Id& tenant, const AppNames& app);
  /// Client id, or name, of the app of this object id; empty when not known.
  std::string_view AppIdOf(const Id& tenant, std::string_view object) const;
  void AddChange(Slot& slot, GrantChange change);
  /// Names of app and person as they are known by now.
  void Refresh(Slot& slot) { Learn(slot, {}); }

  static Id TenantOf(const Event& event) { return event.Hash(Field::kTenant); }

 private:
  struct App {
    std::string id;
    std::string object;
    std::string name;
    std::vector<uint32_t> slots;
    uint32_t alive_for_all = 0;
    enum class Owner : uint8_t { kNotAsked, kPlatform, kOther } owner = Owner::kNotAsked;
  };
  struct Person {
    std::string id;
    std::string name;
    std::vector<uint32_t> slots;
    uint32_t alive = 0;
  };

  using Numbers = tsl::robin_map<Id, uint32_t>;

  uint32_t FindApp(const Id& tenant, const AppNames& app) const;
  uint32_t AddApp(const Id& tenant, const AppNames& app);
  uint32_t FindPerson(const Id& tenant, const PersonNames& person) const;
  uint32_t AddPerson(const Id& tenant, const PersonNames& person);
  bool MayName(size_t more);
  void UnifyApps(uint32_t to, uint32_t from);
  void UnifyPeople(uint32_t to, uint32_t from);
  /// Puts the grants `slots` under another number.
  void Move(const std::vector<uint32_t>& slots, uint32_t Slot::*which, uint32_t to);
  void Discard(Slot& slot, Slot& into);

  Slot* At(uint32_t index) { return index == 0 ? nullptr : slots_[index - 1].get(); }
  const Slot* At(uint32_t index) const { return index == 0 ? nullptr : slots_[index - 1].get(); }
  uint32_t Find(const Id& tenant, const Telling& telling, uint32_t app, uint32_t person) const;
  Slot* FindById(const Id& tenant, std::string_view ids);
  Slot* Make(const Id& tenant, std::string_view tenant_name, const Telling& telling, Time time);
  void Learn(Slot& slot, const Telling& telling);
  void Tell(Slot& slot, const Telling& telling, const Event& event, bool fresh);
  void Recompute(Slot& slot);
  void Close(Slot& slot, Time time, std::string_view reason);
  void Reopen(Slot& slot);
  void EndAll(const std::vector<uint32_t>& slots, Slot::Ended why, const Event& event);
  void RestoreAll(const std::vector<uint32_t>& slots, Slot::Ended why, const Event& event);
  void Count(const Slot& slot, int by);
  void MakeRoom();
  bool JoinsFlow(const Slot& slot, const Telling& telling, const Event& event) const;

  Bounds bounds_;
  uint64_t forgotten_ = 0;
  size_t kept_ = 0;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::vector<App> apps_;       ///< number 0 is none
  std::vector<Person> people_;  ///< likewise
  Numbers app_numbers_;
  Numbers person_numbers_;
  Numbers by_key_;
  Numbers by_id_;
  tsl::robin_map<Id, std::vector<uint32_t>> by_thing_;
  tsl::robin_map<Id, uint32_t> for_all_;  ///< by tenant: grants alive for all its users
};

/// Adds what `parts` holds and `out` lacks.
void AddTo(Permissions& out, const Permissions& parts, size_t most);
Permissions PermissionsOf(std::string_view set, std::string_view one = {});
Permissions Minus(const Permissions& a, const Permissions& b);

/// Who did it, as the record names them: name, else id; the app when no person is named.
std::string ActorText(const Event& event);

}  // namespace tokentrail::trail
