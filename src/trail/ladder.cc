#include "trail/ladder.h"

#include "base/text.h"

namespace tokentrail::trail {
namespace {

void Contradict(Attribution& who, std::string_view why) {
  who.against = why;
  who.contradiction = true;
}

void SetClient(Attribution& who, const Client& client) {
  who.client = client.id;
  who.client_name = client.name == client.id ? std::string() : client.name;
}

void Conclude(Attribution& who, Rung rung, std::string_view reason, Confidence confidence) {
  who.rung = rung;
  who.reason = reason;
  who.confidence = confidence;
}

}  // namespace

Id AppKey(const Id& tenant, std::string_view client) { return Id::Of(tenant, Id::Of(client)); }

void ByToken(const Facts& facts, const TokenLife& token, const Clients& clients, Attribution& who) {
  const Client& client = clients.at(token.client);
  who.issue_event = token.issue_event;
  if (!token.user.empty() && !facts.user.empty() && token.user != facts.user) {
    // A guest, a delegate, or a fault of the log: the token was issued to somebody else.
    Contradict(who, "token_issued_to_other_user");
    return;
  }
  if (!token.client_known || client.id.empty()) return;
  const bool named = who.rung == Rung::kClient && !who.client.empty();
  if (named && !EqualsIgnoreCase(who.client, client.id)) {
    // A middle tier, or a client of the same family: two services of the platform's own are its
    // daily work, two apps are not.
    if (client.first_party && who.via == Via::kUser) {
      who.against = "record_names_other_client";
    } else {
      Contradict(who, "record_names_other_client");
    }
  }
  const bool issue_seen = token.issue_event != 0;
  if (who.via == Via::kAppOnly || who.via == Via::kPlatform) {
    if (issue_seen) Conclude(who, Rung::kToken, "token_id", Confidence::kCertain);
    return;
  }
  SetClient(who, client);
  who.via = token.app_only ? Via::kAppOnly : client.first_party ? Via::kUser : Via::kAppForUser;
  if (issue_seen) {
    Conclude(who, Rung::kToken, "token_id", Confidence::kCertain);
  } else if (!named) {
    Conclude(who, Rung::kToken, "same_token_elsewhere", Confidence::kHigh);
  }
}

void BySession(const Event& event, const Facts& facts, const SessionLife& session,
               const Clients& clients, Attribution& who) {
  if (who.issue_event == 0) who.issue_event = session.sign_in;
  if (!session.user.empty() && !facts.user.empty() && session.user != facts.user) {
    Contradict(who, "session_of_other_user");
    return;
  }
  const Client* third = nullptr;
  size_t thirds = 0;
  for (size_t i = 0; i < session.client_count; ++i) {
    const Client& client = clients.at(session.clients[i]);
    if (client.first_party) continue;
    third = &client;
    ++thirds;
  }
  if (who.via != Via::kUnknown) {
    // It is decided; the session may still say otherwise.
    if (session.app_login && third != nullptr && who.via == Via::kUser) {
      Contradict(who, "session_is_an_apps_login");
    }
    return;
  }
  if (event.kind() == Kind::kSignIn) return;
  if (session.app_login && third != nullptr) {
    SetClient(who, *third);
    who.via = Via::kAppForUser;
    return Conclude(who, Rung::kSession, "login_of_app", Confidence::kHigh);
  }
  if (session.sign_in == 0 || session.client_count == 0) return;
  if (thirds == 1 && session.client_count == 1 && !session.more_clients) {
    SetClient(who, *third);
    who.via = Via::kAppForUser;
    return Conclude(who, Rung::kSession, "only_client_in_session", Confidence::kMedium);
  }
  if (thirds == 0 && !session.more_clients) {
    if (session.client_count == 1) SetClient(who, clients.at(session.clients[0]));
    who.via = Via::kUser;
    return Conclude(who, Rung::kSession, "no_third_party_in_session", Confidence::kHigh);
  }
  who.against = "several_clients_in_session";
}

void ByCircumstance(const Event& event, const Facts& facts, const PersonLife* person,
                    const Lives& lives, size_t grants, bool complete, Time until,
                    Attribution& who) {
  if (person == nullptr) return;
  if (grants == 0) {
    // Nobody else could, as far as logs show; said only where they show all of the day, and from
    // a place that is the person's own.
    if (complete && who.holder == Holder::kOwnDevice) {
      who.via = Via::kUser;
      Conclude(who, Rung::kCircumstance, "no_app_could", Confidence::kMedium);
    }
    return;
  }
  const PersonLife::Place* place = person->AtAddress(facts.where.ip, until);
  const Id agent = event.Hash(Field::kUserAgent);
  const bool own_agent = place != nullptr && place->agent == agent;
  int best = -100;
  int second = -100;
  const PersonLife::Attempt* chosen = nullptr;
  for (const PersonLife::Attempt& attempt : person->attempts) {
    if (attempt.event == 0 || attempt.failed || attempt.client == 0 || !(attempt.time < until)) {
      continue;
    }
    const Client& client = lives.clients.at(attempt.client);
    if (client.first_party) continue;
    int score = 0;
    const AppLife* app = lives.apps.Find(AppKey(facts.tenant, client.id));
    if (app != nullptr && !own_agent && app->UsesAgent(agent)) score += 3;
    if (app != nullptr && !facts.where.service && place == nullptr &&
        app->At(facts.where.network, until) != nullptr) {
      score += 3;
    }
    if (event.time() - attempt.time <= Minutes(5)) score += 2;
    if (event.time() - person->last_interactive > Hours(12)) score += 2;
    if (own_agent && place->last < until && event.time() - place->last <= Minutes(30)) score -= 4;
    if (facts.where.service) score -= 2;
    const bool same = chosen != nullptr && chosen->client == attempt.client;
    if (score > best) {
      if (!same) second = best;
      best = score;
      chosen = &attempt;
    } else if (!same && score > second) {
      second = score;
    }
  }
  if (chosen == nullptr) return;
  if (best >= 3) {
    SetClient(who, lives.clients.at(chosen->client));
    who.via = Via::kAppForUser;
    const bool clear = best >= 6 && best - second >= 2;
    Conclude(who, Rung::kCircumstance, "place_agent_and_time_of_app",
             clear ? Confidence::kMedium : Confidence::kLow);
    if (!clear) who.against = "other_apps_fit_too";
    return;
  }
  if (best <= -2 && who.holder == Holder::kOwnDevice && complete) {
    who.via = Via::kUser;
    Conclude(who, Rung::kCircumstance, "users_own_place_and_agent", Confidence::kMedium);
  }
}

}  // namespace tokentrail::trail
