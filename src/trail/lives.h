// What the trail remembers: of tokens, sessions, people and apps. Each in one tenant.

#pragma once

#include <tsl/robin_map.h>

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/time.h"
#include "trail/book.h"

namespace tokentrail::trail {

/// Later than all: when what was never known became known. What is asked of a record that is read
/// again may count only what was known before it, so each thing remembers since when it is known;
/// as of kNever all counts that is.
constexpr Time kNever{INT64_MAX};

/// A client as records name it.
struct Client {
  std::string id;
  std::string name;
  bool first_party = false;
};

/// Clients by number, so that a life takes no text of its own. 0 is none. Bounded: an attacker may
/// invent ids; those past the bound are none.
class Clients {
 public:
  static constexpr size_t kMax = 200'000;

  /// `is_first_party` is asked of new ones only.
  template <typename IsFirstParty>
  uint32_t Of(std::string_view id, std::string_view name, const IsFirstParty& is_first_party) {
    if (id.empty()) return 0;
    const Id key = Id::Of(id);
    if (const auto known = numbers_.find(key); known != numbers_.end()) {
      if (all_[known->second].name.empty()) all_[known->second].name = name;
      return known->second;
    }
    return Add(key, id, name, is_first_party());
  }
  const Client& at(uint32_t number) const { return all_[number]; }

 private:
  uint32_t Add(const Id& key, std::string_view id, std::string_view name, bool first_party);

  std::deque<Client> all_{1};
  tsl::robin_map<Id, uint32_t> numbers_;
};

struct TokenLife {
  uint64_t issue_event = 0;  ///< 0: only its use is in the evidence
  Time issued;
  Id user;              ///< empty: an app's own
  uint32_t client = 0;  ///< number in Clients
  bool app_only = false;
  bool client_known = false;  ///< from its issue, or from a use that names the client
  bool linked = false;        ///< a use has been joined to its issue
  Time client_since = kNever;

  /// What was known of it before `until`.
  TokenLife AsOf(Time until) const;
};

struct SessionLife {
  static constexpr size_t kClients = 6;

  uint64_t sign_in = 0;  ///< its first sign-in; 0: none seen
  Time signed_in;
  Id user;
  std::array<uint32_t, kClients> clients{};  ///< numbers in Clients
  uint8_t client_count = 0;
  bool more_clients = false;
  bool app_login = false;  ///< the login itself was an app's (Salesforce: Remote Access 2.0)
  bool linked = false;
  std::array<Time, kClients> since{};  ///< of each client

  /// What was known of it before `until`. Limit: not whether there were more clients than it holds.
  SessionLife AsOf(Time until) const;
};

/// Days with interactive sign-ins from which "not where the user signs in" can be said.
constexpr int kWarmPersonDays = 3;
/// Days of work from which "not where the app works" can be said.
constexpr int kWarmAppDays = 5;

/// Where a person signs in interactively, and through which apps lately.
struct PersonLife {
  static constexpr size_t kPlaces = 12;
  static constexpr size_t kAttempts = 6;

  struct Place {
    Id ip;
    Id network;
    Id agent;
    Id device;
    bool v6 = false;
    int32_t first_day = 0;
    int32_t last_day = 0;
    int32_t days = 0;
    Time last;
    Time since = kNever;
    Time usual_since = kNever;  ///< two days
    Time device_since = kNever;
  };
  /// A sign-in, or a try at one: what may have shown a consent prompt, or have got a token.
  struct Attempt {
    uint64_t event = 0;
    Time time;
    uint32_t client = 0;  ///< number in Clients
    bool prompt = false;  ///< ended with the consent prompt (65001 and its kin)
    bool failed = false;
  };

  std::array<Place, kPlaces> places;
  uint8_t place_count = 0;
  std::array<Attempt, kAttempts> attempts;  ///< a ring
  uint8_t next_attempt = 0;
  int32_t last_day = 0;
  int32_t days = 0;  ///< with an interactive sign-in
  Time last_interactive;
  Time since = kNever;
  Time warm_since = kNever;  ///< kWarmPersonDays

  /// Two days at places of this address family: a network with both families moves between them.
  bool KnowsFamily(bool v6, Time until) const;
  const Place* AtAddress(const Id& ip, Time until) const;
  const Place* WithDevice(const Id& device, Time until) const;
};

/// From where an app works.
struct AppLife {
  static constexpr size_t kNetworks = 24;
  static constexpr size_t kAgents = 6;
  static constexpr size_t kUsers = 3;

  struct Network {
    Id network;
    int32_t last_day = 0;
    int32_t days = 0;
    std::array<Id, kUsers> users{};  ///< some of those it worked for
    Time since = kNever;
    Time own_since = kNever;  ///< when IsOwn was true first
  };

  std::array<Network, kNetworks> networks;
  uint8_t network_count = 0;
  std::array<Id, kAgents> agents{};
  uint8_t agent_count = 0;
  int32_t last_day = 0;
  int32_t days = 0;
  uint64_t events = 0;

  Time warm_since = kNever;  ///< kWarmAppDays

  const Network* At(const Id& network, Time until) const;
  /// True when it worked from there for several people, or by itself on several days.
  bool IsOwn(const Network& network) const;
  bool UsesAgent(const Id& agent) const;
};

void Learn(PersonLife& person, const PersonLife::Place& place, Time now);
void Learn(PersonLife& person, const PersonLife::Attempt& attempt);
void Learn(AppLife& app, const Id& network, const Id& agent, const Id& user, Time now);
void Learn(SessionLife& session, uint32_t client, Time now);

/// All of it. The bounds are for some hundred MB at the most.
struct Lives {
  Clients clients;
  Book<TokenLife> tokens{500'000};
  Book<SessionLife> sessions{60'000};
  Book<PersonLife> people{60'000};
  Book<AppLife> apps{20'000};

  uint64_t forgotten() const {
    return tokens.forgotten() + sessions.forgotten() + people.forgotten() + apps.forgotten();
  }
};

}  // namespace tokentrail::trail
