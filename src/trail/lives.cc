#include "trail/lives.h"

#include <algorithm>
#include <utility>

namespace tokentrail::trail {

uint32_t Clients::Add(const Id& key, std::string_view id, std::string_view name, bool first_party) {
  if (all_.size() > kMax) return 0;
  const auto number = static_cast<uint32_t>(all_.size());
  all_.push_back({std::string(id), std::string(name), first_party});
  numbers_.emplace(key, number);
  return number;
}

TokenLife TokenLife::AsOf(Time until) const {
  TokenLife out = *this;
  if (!(issued < until)) out.issue_event = 0;
  if (!(client_since < until)) {
    out.client = 0;
    out.client_known = false;
  }
  if (out.issue_event == 0 && !out.client_known) out.user = {};
  return out;
}

SessionLife SessionLife::AsOf(Time until) const {
  SessionLife out = *this;
  if (!(signed_in < until)) {
    out.sign_in = 0;
    out.user = {};
    out.app_login = false;
  }
  out.client_count = 0;
  for (size_t i = 0; i < client_count; ++i) {
    if (since[i] < until) out.clients[out.client_count++] = clients[i];
  }
  return out;
}

bool PersonLife::KnowsFamily(bool v6, Time until) const {
  int known = 0;
  for (size_t i = 0; i < place_count; ++i) {
    if (places[i].v6 != v6 || !(places[i].since < until)) continue;
    known += places[i].usual_since < until ? 2 : 1;
  }
  return known >= 2;
}

const PersonLife::Place* PersonLife::AtAddress(const Id& ip, Time until) const {
  for (size_t i = 0; i < place_count; ++i) {
    if (places[i].ip == ip) return places[i].since < until ? &places[i] : nullptr;
  }
  return nullptr;
}

const PersonLife::Place* PersonLife::WithDevice(const Id& device, Time until) const {
  if (device.empty()) return nullptr;
  for (size_t i = 0; i < place_count; ++i) {
    if (places[i].device == device && places[i].device_since < until) return &places[i];
  }
  return nullptr;
}

const AppLife::Network* AppLife::At(const Id& network, Time until) const {
  for (size_t i = 0; i < network_count; ++i) {
    if (networks[i].network == network) return networks[i].since < until ? &networks[i] : nullptr;
  }
  return nullptr;
}

bool AppLife::IsOwn(const Network& network) const {
  const bool for_several = !network.users.back().empty();
  // Days count from when the app has been there twice: one visit is no habit.
  return for_several || (network.days >= 2 && network.days * 2 >= std::min(days, 10));
}

bool AppLife::UsesAgent(const Id& agent) const {
  return std::find(agents.begin(), agents.begin() + agent_count, agent) !=
         agents.begin() + agent_count;
}

void Learn(PersonLife& person, const PersonLife::Place& place, Time now) {
  const auto today = static_cast<int32_t>(DayOf(now));
  if (person.last_day != today && ++person.days == kWarmPersonDays) person.warm_since = now;
  person.last_day = today;
  person.last_interactive = now;
  if (place.ip.empty()) return;
  PersonLife::Place* found = nullptr;
  for (size_t i = 0; i < person.place_count && found == nullptr; ++i) {
    if (person.places[i].ip == place.ip) found = &person.places[i];
  }
  if (found == nullptr) {
    if (person.place_count < PersonLife::kPlaces) {
      found = &person.places[person.place_count++];
    } else {  // the one that was quiet longest makes room
      found = std::min_element(person.places.begin(), person.places.end(),
                               [](const auto& a, const auto& b) { return a.last < b.last; });
    }
    *found = place;
    found->first_day = today;
    found->since = now;
    if (!place.device.empty()) found->device_since = now;
  }
  if (found->last_day != today && ++found->days == 2) found->usual_since = now;
  found->last_day = today;
  found->last = now;
  found->agent = place.agent;
  if (!place.device.empty() && found->device != place.device) {
    found->device = place.device;
    found->device_since = now;
  }
}

void Learn(PersonLife& person, const PersonLife::Attempt& attempt) {
  if (person.since == kNever) person.since = attempt.time;
  person.attempts[person.next_attempt] = attempt;
  person.next_attempt = static_cast<uint8_t>((person.next_attempt + 1) % PersonLife::kAttempts);
}

void Learn(AppLife& app, const Id& network, const Id& agent, const Id& user, Time now) {
  const auto today = static_cast<int32_t>(DayOf(now));
  if (app.last_day != today && ++app.days == kWarmAppDays) app.warm_since = now;
  app.last_day = today;
  ++app.events;
  if (!agent.empty() && !app.UsesAgent(agent) && app.agent_count < AppLife::kAgents) {
    app.agents[app.agent_count++] = agent;
  }
  if (network.empty()) return;
  AppLife::Network* found = nullptr;
  for (size_t i = 0; i < app.network_count && found == nullptr; ++i) {
    if (app.networks[i].network == network) found = &app.networks[i];
  }
  if (found == nullptr) {
    // The first ones stay: a thief who comes from many places must not drive the own ones out.
    if (app.network_count == AppLife::kNetworks) return;
    found = &app.networks[app.network_count++];
    found->network = network;
    found->since = now;
  }
  if (found->last_day != today) ++found->days;
  found->last_day = today;
  if (!user.empty()) {
    for (Id& known : found->users) {
      if (known == user) break;
      if (!known.empty()) continue;
      known = user;
      break;
    }
  }
  if (found->own_since == kNever && app.IsOwn(*found)) found->own_since = now;
}

void Learn(SessionLife& session, uint32_t client, Time now) {
  if (client == 0) return;
  const auto end = session.clients.begin() + session.client_count;
  if (std::find(session.clients.begin(), end, client) != end) return;
  if (session.client_count == SessionLife::kClients) {
    session.more_clients = true;
    return;
  }
  session.since[session.client_count] = now;
  session.clients[session.client_count++] = client;
}

}  // namespace tokentrail::trail
