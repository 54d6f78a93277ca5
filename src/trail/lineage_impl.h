// What Lineage remembers, shared by the files it is made of. Only for src/trail/lineage*.cc.

#pragma once

#include <tsl/robin_map.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "trail/attribution.h"
#include "trail/book.h"
#include "trail/facts.h"
#include "trail/joins.h"
#include "trail/lineage.h"
#include "trail/lives.h"

namespace tokentrail::trail {

/// What an event left behind that a later one joins to by a key of its own.
struct Trace {
  uint64_t event = 0;
  Time time;
  std::string text;  ///< whose or what, as the link shows it
  bool linked = false;
};

/// A write through Graph, by the object it was on.
struct Request {
  uint64_t event = 0;
  Time time;
  Id user;
  uint32_t client = 0;  ///< number in Clients
};

/// What there is to know of an address.
struct Known {
  Id network;
  bool v6 = false;
  bool service = false;
};

/// Which logs a tenant's day has.
enum DayBit : uint8_t { kInteractive = 1, kNonInteractive = 2, kDirectory = 4, kAll = 7 };

/// True for a client of the platform's own.
bool IsFirstParty(Log log, std::string_view client);

struct Lineage::Impl {
  Impl(std::span<const std::string_view> names, const GrantLedger& ledger)
      : source_names(names), grants(ledger) {
    for (const std::string_view name : names) logs.push_back(LogOf(name));
  }

  std::span<const std::string_view> source_names;
  const GrantLedger& grants;
  std::vector<Log> logs;  ///< by source

  Lives lives;
  Book<Trace> flows{50'000};        ///< sign-ins by the id of their flow
  Book<Trace> consents{20'000};     ///< by correlation id
  Book<Trace> credentials{50'000};  ///< credential changes by key id
  Book<Request> requests{50'000};   ///< writes through Graph by object
  Book<uint8_t> days{20'000};       ///< DayBit by tenant and day
  tsl::robin_map<Id, Known> addresses;
  std::string tenant_text;  ///< of the last event, and its hash
  Id tenant;
  int64_t last_day = 0;  ///< that LearnDay wrote, of this tenant
  Id last_day_tenant;
  uint8_t last_bits = 0;
  bool requests_seen = false;
  Joins joins;
  Attribution who;
  Trails counts;  ///< by_rung, by_confidence, contradictions

  const Id& TenantOf(const Event& event);
  void Locate(const Event& event, Whereabouts& where);
  /// What it knows from `until` on does not count; kNever: all counts, and nothing has been learned
  /// from the event yet.
  void Decide(const Event& event, Facts& facts, Time until, Attribution& out);
  void JoinToken(const Event& event, const Facts& facts);
  void JoinSession(const Event& event, const Facts& facts);
  void JoinConsent(const Event& event, const Facts& facts);
  void JoinCredential(const Event& event, const Facts& facts);
  void JoinChange(const Event& event, const Facts& facts);
  void JoinGrant(const Event& event, const Facts& facts);
  void LearnFlow(const Event& event, const Facts& facts);
  void LearnSignIn(const Event& event, const Facts& facts);
  void LearnTokens(const Event& event, const Facts& facts);
  void LearnWork(const Event& event, const Facts& facts);
  void LearnDay(const Event& event, const Facts& facts);

  uint32_t ClientNow(Log log) {
    return lives.clients.Of(who.client, who.client_name,
                            [&] { return IsFirstParty(log, who.client); });
  }
  Id DayKey(const Event& event, const Facts& facts) const {
    const auto day = static_cast<uint64_t>(DayOf(event.time()));
    return Id::Of(facts.tenant, Id{day, 1});
  }
  bool IsComplete(const Event& event, const Facts& facts) const {
    const uint8_t* bits = days.Find(DayKey(event, facts));
    return bits != nullptr && *bits == kAll;
  }
};

}  // namespace tokentrail::trail
