// The joins: by the ids that two events share, or by time and circumstance where these lack.

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.h"
#include "trail/ladder.h"
#include "trail/lineage_impl.h"

namespace tokentrail::trail {
namespace {

/// How long a prompt may stand before the consent is given. DETECTIONS 1.1.2 says seconds; people
/// read, so ten minutes.
constexpr Span kPromptToConsent = Minutes(10);
/// A directory change and the request that made it: DETECTIONS 4.4.
constexpr Span kChangeToRequest = Seconds(60);

bool IsWrite(std::string_view method) {
  return method == "POST" || method == "PATCH" || method == "PUT" || method == "DELETE";
}

/// The last GUID in an address: the object that a request is on.
std::string_view LastGuid(std::string_view url) {
  constexpr size_t kGuid = 36;
  url = url.substr(0, url.find('?'));
  for (size_t at = url.size(); at >= kGuid; --at) {
    const std::string_view part = url.substr(at - kGuid, kGuid);
    if (IsGuid(part)) return part;
  }
  return {};
}

/// One side of a link.
struct Side {
  std::string_view type;
  std::string_view text;
  uint64_t event = 0;
  Time time = {};
};

Link LinkOf(const Event& event, const Facts& facts, const Side& from, const Side& to,
            bool by_window = false) {
  return {.join = {},  // Joins::Keep names it
          .tenant = std::string(event.Text(Field::kTenant)),
          .from_type = std::string(from.type),
          .from = std::string(from.text),
          .to_type = std::string(to.type),
          .to = std::string(to.text),
          .from_event = facts.number,
          .to_event = to.event,
          .by_window = by_window,
          .apart = event.time() - to.time};
}

}  // namespace

void Lineage::Impl::JoinToken(const Event& event, const Facts& facts) {
  if (facts.token.empty() || event.kind() == Kind::kSignIn) return;
  const Join join =
      facts.log == Log::kKubernetes ? Join::kServiceTokenToRequest
      : facts.log == Log::kMicrosoft || facts.log == Log::kGraph || facts.log == Log::kRisk
          ? Join::kUseToSignIn
          : Join::kTokenToMint;
  joins.Tried(join);
  TokenLife* const token = lives.tokens.Find(facts.token);
  if (token == nullptr || token->issue_event == 0) return;
  joins.ByKey(join);
  if (token->linked) return;
  token->linked = true;
  const std::string text(event.Text(Field::kToken));
  const bool by_app = token->user.empty() && token->client != 0;
  joins.Keep(join, LinkOf(event, facts, {"token", text},
                          {by_app ? "app" : "user",
                           by_app ? lives.clients.at(token->client).id : who.identity,
                           token->issue_event, token->issued}));
}

void Lineage::Impl::JoinSession(const Event& event, const Facts& facts) {
  if (event.kind() == Kind::kSignIn) return;
  const bool salesforce = facts.log == Log::kSalesforceEvent;
  const std::string_view flow = salesforce ? event.Text(Field::kFlow) : std::string_view();
  if (facts.session.empty() && flow.empty()) return;
  const Join join = salesforce ? Join::kCallToLogin : Join::kSessionToSignIn;
  joins.Tried(join);
  SessionLife* session = facts.session.empty() ? nullptr : lives.sessions.Find(facts.session);
  if ((session == nullptr || session->sign_in == 0) && !flow.empty()) {
    // A login has one key and any number of sessions.
    session = lives.sessions.Find(Id::Of(facts.tenant, Id::Of(flow)));
    if (session != nullptr) BySession(event, facts, *session, lives.clients, who);
  }
  if (session == nullptr || session->sign_in == 0) return;
  joins.ByKey(join);
  if (session->linked) return;
  session->linked = true;
  joins.Keep(join, LinkOf(event, facts,
                          {"session", facts.session.empty() ? flow : event.Text(Field::kSession)},
                          {"user", who.identity, session->sign_in, session->signed_in}));
}

void Lineage::Impl::JoinConsent(const Event& event, const Facts& facts) {
  if (facts.log != Log::kMicrosoft) return;
  const std::string_view correlation = event.Text(Field::kCorrelation);
  const Id consent_key = correlation.empty() || IsZeroGuid(correlation)
                             ? Id()
                             : Id::Of(facts.tenant, Id::Of(correlation));
  if (event.kind() == Kind::kDelegatedGrant && !consent_key.empty()) {
    joins.Tried(Join::kGrantToConsent);
    if (const Trace* consent = consents.Find(consent_key)) {
      joins.ByKey(Join::kGrantToConsent);
      joins.Keep(Join::kGrantToConsent,
                 LinkOf(event, facts, {"grant", event.Text(Field::kGrant)},
                        {"consent", consent->text, consent->event, consent->time}));
    }
  }
  if (event.kind() != Kind::kConsent) return;
  if (!consent_key.empty()) {
    consents.Touch(consent_key) = {facts.number, event.time(), std::string(correlation), false};
  }
  joins.Tried(Join::kConsentToSignIn);
  const std::string_view flow = event.Text(Field::kFlow);
  if (!flow.empty()) {
    if (const Trace* sign_in = flows.Find(Id::Of(facts.tenant, Id::Of(flow)))) {
      joins.ByKey(Join::kConsentToSignIn);
      who.issue_event = sign_in->event;
      joins.Keep(Join::kConsentToSignIn, LinkOf(event, facts, {"consent", correlation},
                                                {"sign_in", {}, sign_in->event, sign_in->time}));
      return;
    }
  }
  // The key is missing on one side: the latest prompt shown to this person, for this app if told.
  const PersonLife* person = facts.user.empty() ? nullptr : lives.people.Find(facts.user);
  if (person == nullptr) return;
  const std::string app = Lower(event.Text(Field::kApp));
  const PersonLife::Attempt* best = nullptr;
  for (const PersonLife::Attempt& attempt : person->attempts) {
    if (attempt.event == 0 || event.time() - attempt.time > kPromptToConsent) continue;
    const bool same_app = !app.empty() && lives.clients.at(attempt.client).id == app;
    if (!same_app && !attempt.prompt) continue;
    if (!app.empty() && attempt.client != 0 && !same_app) continue;
    if (best == nullptr ||
        std::pair(attempt.prompt, attempt.event) > std::pair(best->prompt, best->event)) {
      best = &attempt;
    }
  }
  if (best == nullptr) return;
  joins.ByWindow(Join::kConsentToSignIn);
  who.issue_event = best->event;
  joins.Keep(Join::kConsentToSignIn, LinkOf(event, facts, {"consent", correlation},
                                            {"sign_in", {}, best->event, best->time}, true));
}

void Lineage::Impl::JoinCredential(const Event& event, const Facts& facts) {
  const std::string_view keys = event.Text(Field::kCredential);
  if (keys.empty()) return;
  if (event.kind() == Kind::kCredentialChange) {
    if (!event.succeeded()) return;
    for (const std::string_view key : Split(keys, " ")) {
      Trace& trace = credentials.Touch(Id::Of(facts.tenant, Id::Of(key)));
      if (trace.event == 0) trace = {facts.number, event.time(), who.identity, false};
    }
    return;
  }
  if (facts.log != Log::kSignIn) return;
  joins.Tried(Join::kCredentialToChange);
  Trace* const added = credentials.Find(Id::Of(facts.tenant, Id::Of(keys)));
  if (added == nullptr) return;
  joins.ByKey(Join::kCredentialToChange);
  if (added->linked) return;
  added->linked = true;
  joins.Keep(Join::kCredentialToChange, LinkOf(event, facts, {"credential", keys},
                                               {"user", added->text, added->event, added->time}));
  // And whose it is.
  if (!who.client.empty()) {
    joins.Keep(Join::kCredentialToChange, LinkOf(event, facts, {"credential", keys},
                                                 {"app", who.client, added->event, added->time}));
  }
}

void Lineage::Impl::JoinChange(const Event& event, const Facts& facts) {
  if (facts.log == Log::kGraph) {
    if (!event.succeeded() || !IsWrite(event.Text(Field::kMethod))) return;
    const std::string_view object = LastGuid(event.Text(Field::kUrl));
    if (object.empty()) return;
    requests_seen = true;
    requests.Touch(Id::Of(facts.tenant, Id::Of(Lower(object)))) = {
        facts.number, event.time(), facts.user, ClientNow(facts.log)};
    return;
  }
  if (!requests_seen || facts.log != Log::kMicrosoft) return;
  const std::string_view target = !event.Text(Field::kTarget).empty()
                                      ? event.Text(Field::kTarget)
                                      : event.Text(Field::kAppObject);
  if (!IsGuid(target) || facts.user.empty()) return;
  joins.Tried(Join::kChangeToRequest);
  const Request* request = requests.Find(Id::Of(facts.tenant, Id::Of(Lower(target))));
  if (request == nullptr || event.time() - request->time > kChangeToRequest ||
      request->user != facts.user) {
    return;
  }
  joins.ByWindow(Join::kChangeToRequest);
  joins.Keep(
      Join::kChangeToRequest,
      LinkOf(event, facts, {"event", event.Text(Field::kCorrelation)},
             {"app", lives.clients.at(request->client).id, request->event, request->time}, true));
  const bool open = who.via == Via::kUnknown || who.rung == Rung::kCircumstance;
  if (!open || request->client == 0) return;
  const Client& client = lives.clients.at(request->client);
  who.client = client.id;
  who.client_name = client.name;
  who.via = client.first_party ? Via::kUser : Via::kAppForUser;
  who.rung = Rung::kCircumstance;
  who.reason = "graph_request_on_same_object";
  who.confidence = Confidence::kHigh;
}

void Lineage::Impl::JoinGrant(const Event& event, const Facts& facts) {
  if (who.via != Via::kAppForUser && who.via != Via::kAppOnly) return;
  if (facts.log == Log::kKubernetes || facts.log == Log::kCloudTrail || who.client.empty()) return;
  const bool by_itself = who.via == Via::kAppOnly;
  joins.Tried(Join::kUseToGrant);
  const Grant* grant = grants.Alive(event.Text(Field::kTenant), who.client,
                                    by_itself ? std::string_view() : event.Text(Field::kUser),
                                    by_itself ? std::string_view() : event.Text(Field::kUserId));
  if (grant == nullptr || (!grant->birth && grant->bound.empty() == false)) {
    // A grant that only its use tells of is no evidence for the use.
    if (grant != nullptr) who.grant = grant->number;
    if (who.against.empty() && who.rung == Rung::kClient) who.against = "grant_not_seen";
    return;
  }
  joins.ByKey(Join::kUseToGrant);
  who.grant = grant->number;
  if (who.rung == Rung::kClient && who.confidence == Confidence::kHigh && who.against.empty()) {
    who.confidence = Confidence::kCertain;
    who.reason = "client_id_and_grant";
  }
}

}  // namespace tokentrail::trail
