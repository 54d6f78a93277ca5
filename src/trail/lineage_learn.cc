// What each event teaches for those that come after it.

#include <string_view>

#include "base/text.h"
#include "trail/ladder.h"
#include "trail/lineage_impl.h"
#include "trail/stage.h"

namespace tokentrail::trail {

void Lineage::Impl::LearnFlow(const Event& event, const Facts& facts) {
  if (facts.log == Log::kSalesforceEvent) return;
  const std::string_view flow = !event.Text(Field::kFlow).empty() ? event.Text(Field::kFlow)
                                                                  : event.Text(Field::kCorrelation);
  if (flow.empty()) return;
  Trace& trace = flows.Touch(Id::Of(facts.tenant, Id::Of(flow)));
  // Of one flow the prompt comes first, and is what a consent answers.
  if (trace.event == 0) trace = {facts.number, event.time(), {}, false};
}

void Lineage::Impl::LearnSignIn(const Event& event, const Facts& facts) {
  if (event.kind() != Kind::kSignIn) return;
  const uint32_t client = ClientNow(facts.log);
  const bool prompt = IsLureStatus(event.Text(Field::kStatus));
  // Only a person at a screen is shown a prompt.
  if (prompt || facts.interactive || !facts.sign_in) LearnFlow(event, facts);
  if (!facts.user.empty()) {
    PersonLife& person = lives.people.Touch(facts.user);
    Learn(person, PersonLife::Attempt{facts.number, event.time(), client, prompt, !facts.sign_in});
    if (facts.interactive) {
      PersonLife::Place place;
      if (!facts.where.service) {
        place.ip = facts.where.ip;
        place.network = facts.where.network;
        place.v6 = facts.where.v6;
      }
      place.agent = event.Hash(Field::kUserAgent);
      place.device = facts.where.device;
      Learn(person, place, event.time());
    }
  }
  if (!facts.sign_in) return;
  const auto learn_session = [&](const Id& key) {
    SessionLife& session = lives.sessions.Touch(key);
    if (session.sign_in == 0) {
      session.sign_in = facts.number;
      session.signed_in = event.time();
      session.user = facts.user;
      // Salesforce Object Reference, LoginHistory.LoginType: `Remote Access 2.0` is OAuth.
      session.app_login = facts.log == Log::kSalesforceEvent &&
                          ContainsIgnoreCase(event.Text(Field::kProtocol), "Remote Access");
    }
    uint32_t used = client;
    if (used == 0 && facts.log == Log::kSalesforceEvent) {
      const std::string_view name = event.Text(Field::kAppName);
      used = lives.clients.Of(name, name, [] { return false; });
    }
    Learn(session, used, event.time());
  };
  if (!facts.session.empty()) learn_session(facts.session);
  if (facts.log == Log::kSalesforceEvent && event.Has(Field::kFlow)) {
    learn_session(Id::Of(facts.tenant, Id::Of(event.Text(Field::kFlow))));
  }
}

void Lineage::Impl::LearnTokens(const Event& event, const Facts& facts) {
  const auto issue = [&](const Id& key, bool to_client) {
    TokenLife& token = lives.tokens.Touch(key);
    if (token.issue_event != 0) return;  // the other log of the same sign-in
    token.issue_event = facts.number;
    token.issued = event.time();
    if (!to_client) return;
    token.user = facts.user;
    token.client = ClientNow(facts.log);
    token.client_known = token.client != 0;
    token.client_since = token.client_known ? event.time() : kNever;
    token.app_only = who.via == Via::kAppOnly;
  };
  if (facts.sign_in && !facts.token.empty()) issue(facts.token, true);
  if (!facts.minted.empty()) {
    const Id key = Id::Of(facts.tenant, Id::Of(facts.minted));
    // Whoever mints a service account's token is not its user.
    issue(key, facts.log == Log::kOkta || facts.log == Log::kGitHub);
  }
  if (facts.token.empty() || event.kind() == Kind::kSignIn) return;
  // A use that names its client tells it for the uses that don't: Microsoft's logs share tokens.
  if (facts.log != Log::kGraph && facts.log != Log::kMicrosoft) return;
  if (who.client.empty() || who.rung != Rung::kClient) return;
  TokenLife& token = lives.tokens.Touch(facts.token);
  if (token.client_known) return;
  token.client = ClientNow(facts.log);
  token.client_known = true;
  token.client_since = event.time();
  if (token.user.empty()) token.user = facts.user;
}

void Lineage::Impl::LearnWork(const Event& event, const Facts& facts) {
  if (who.client.empty() || event.kind() == Kind::kSignIn) return;
  if (who.via != Via::kAppForUser && who.via != Via::kAppOnly) return;
  if (who.confidence < Confidence::kHigh) return;
  Learn(lives.apps.Touch(AppKey(facts.tenant, who.client)),
        facts.where.service ? Id() : facts.where.network, event.Hash(Field::kUserAgent), facts.user,
        event.time());
}

void Lineage::Impl::LearnDay(const Event& event, const Facts& facts) {
  uint8_t bit = 0;
  if (facts.log == Log::kSignIn) {
    bit = event.Text(Field::kCategory) == "interactive"      ? kInteractive
          : event.Text(Field::kCategory) == "noninteractive" ? kNonInteractive
                                                             : 0;
  } else if (facts.log == Log::kMicrosoft &&
             (event.kind() == Kind::kConsent || event.Has(Field::kTargetType))) {
    bit = kDirectory;
  }
  if (bit == 0) return;
  // Most events follow one of the same day.
  const int64_t day = DayOf(event.time());
  if (day == last_day && facts.tenant == last_day_tenant && (last_bits & bit) != 0) return;
  last_day = day;
  last_day_tenant = facts.tenant;
  last_bits = days.Touch(DayKey(event, facts)) |= bit;
}

}  // namespace tokentrail::trail
