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

bool PersonLife::KnowsFamily(bool v6) const {
  int known = 0;
  for (size_t i = 0; i < place_count; ++i) known += places[i].v6 == v6 ? places[i].days : 0;
  return known >= 2;
}

const PersonLife::Place* PersonLife::AtAddress(const Id& ip) const {
  for (size_t i = 0; i < place_count; ++i) {
    if (places[i].ip == ip) return &places[i];
  }
  return nullptr;
}

const PersonLife::Place* PersonLife::WithDevice(const Id& device) const {
  if (device.empty()) return nullptr;
  for (size_t i = 0; i < place_count; ++i) {
    if (places[i].device == device) return &places[i];
  }
  return nullptr;
}

const AppLife::Network* AppLife::At(const Id& network) const {
  for (size_t i = 0; i < network_count; ++i) {
    if (networks[i].network == network) return &networks[i];
  }
  return nullptr;
}

bool AppLife::UsesAgent(const Id& agent) const {
  return std::find(agents.begin(), agents.begin() + agent_count, agent) !=
         agents.begin() + agent_count;
}

void Learn(PersonLife& person, const PersonLife::Place& place, Time now) {
  const auto today = static_cast<int32_t>(DayOf(now));
  if (person.last_day != today) ++person.days;
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
  }
  if (found->last_day != today) ++found->days;
  found->last_day = today;
  found->last = now;
  found->agent = place.agent;
  if (!place.device.empty()) found->device = place.device;
}

void Learn(PersonLife& person, const PersonLife::Attempt& attempt) {
  person.attempts[person.next_attempt] = attempt;
  person.next_attempt = static_cast<uint8_t>((person.next_attempt + 1) % PersonLife::kAttempts);
}

void Learn(AppLife& app, const Id& network, const Id& agent, const Id& user, Time now) {
  const auto today = static_cast<int32_t>(DayOf(now));
  if (app.last_day != today) ++app.days;
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
  }
  if (found->last_day != today) ++found->days;
  found->last_day = today;
  if (user.empty()) return;
  for (Id& known : found->users) {
    if (known == user) return;
    if (known.empty()) {
      known = user;
      return;
    }
  }
}

void Learn(SessionLife& session, uint32_t client) {
  if (client == 0) return;
  const auto end = session.clients.begin() + session.client_count;
  if (std::find(session.clients.begin(), end, client) != end) return;
  if (session.client_count == SessionLife::kClients) {
    session.more_clients = true;
    return;
  }
  session.clients[session.client_count++] = client;
}

}  // namespace tokentrail::trail
