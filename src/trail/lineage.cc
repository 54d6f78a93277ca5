#include "trail/lineage.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/net.h"
#include "base/text.h"
#include "inventory/permission.h"
#include "inventory/service_network.h"
#include "trail/attribution.h"
#include "trail/facts.h"
#include "trail/joins.h"
#include "trail/ladder.h"
#include "trail/lives.h"

namespace tokentrail::trail {
namespace {

/// How long a prompt may stand before the consent is given. DETECTIONS 1.1.2 says seconds; people
/// read, so ten minutes.
constexpr Span kPromptToConsent = Minutes(10);
/// A directory change and the request that made it: DETECTIONS 4.4.
constexpr Span kChangeToRequest = Seconds(60);

/// Entra's codes for a prompt that was shown, declined, or needs an administrator:
/// DETECTIONS 1.1.2.
bool IsPrompt(std::string_view status) {
  return status == "65001" || status == "65004" || status == "90094" || status == "90095" ||
         status == "900941";
}

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

bool IsFirstParty(Log log, std::string_view client) {
  switch (log) {
    case Log::kMicrosoft:
    case Log::kSignIn:
    case Log::kGraph:
      return inventory::MicrosoftApp(client) != nullptr;
    case Log::kGoogle:
    case Log::kGoogleCloud:
      return inventory::GoogleApp(client) != nullptr;
    default:
      return false;
  }
}

}  // namespace

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
  void Decide(const Event& event, Facts& facts, const State& state, Attribution& out);
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

/// Most events follow one of the same tenant.
const Id& Lineage::Impl::TenantOf(const Event& event) {
  const std::string_view text = event.Text(Field::kTenant);
  if (text != tenant_text) {
    tenant_text = text;
    tenant = Id::Of(text);
  }
  return tenant;
}

void Lineage::Impl::Locate(const Event& event, Whereabouts& where) {
  const std::string_view text = event.Text(Field::kIp);
  if (text.empty()) return;
  const auto known = addresses.find(where.ip);
  Known found;
  if (known != addresses.end()) {
    found = known->second;
  } else {
    thread_local Arena arena;
    arena.Reset();
    found = {Id::Of(NetworkOf(text, arena)), text.find(':') != text.npos,
             !inventory::ServiceNetwork(text).empty()};
    if (addresses.size() > 100'000) addresses.clear();
    addresses.emplace(where.ip, found);
  }
  where.network = found.network;
  where.v6 = found.v6;
  where.service = found.service;
}

void Lineage::Impl::Decide(const Event& event, Facts& facts, const State& state, Attribution& out) {
  Locate(event, facts.where);
  if (!facts.token.empty() && !facts.sign_in && event.kind() != Kind::kSignIn) {
    if (const TokenLife* token = lives.tokens.Find(facts.token))
      ByToken(facts, *token, lives.clients, out);
  }
  if (!facts.session.empty()) {
    if (const SessionLife* session = lives.sessions.Find(facts.session)) {
      BySession(event, facts, *session, lives.clients, out);
    }
  }
  const PersonLife* person = facts.user.empty() ? nullptr : lives.people.Find(facts.user);
  const AppLife* app =
      out.client.empty() ? nullptr : lives.apps.Find(AppKey(facts.tenant, out.client));
  DecideHolder(facts.where, person, app, event.time(), out);
  if (out.via == Via::kUnknown && out.reason == "client_not_recorded") {
    const size_t could = grants.AliveFor(event.Text(Field::kTenant), event.Text(Field::kUser),
                                         event.Text(Field::kUserId));
    ByCircumstance(event, facts, person, lives, could, IsComplete(event, facts), out);
  }
  (void)state;
}

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
  joins.Keep(join, {.join = {},
                    .tenant = std::string(event.Text(Field::kTenant)),
                    .from_type = "token",
                    .from = text,
                    .to_type = by_app ? "app" : "user",
                    .to = by_app ? lives.clients.at(token->client).id : who.identity,
                    .from_event = facts.number,
                    .to_event = token->issue_event,
                    .by_window = false,
                    .apart = event.time() - token->issued});
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
  joins.Keep(join, {.join = {},
                    .tenant = std::string(event.Text(Field::kTenant)),
                    .from_type = "session",
                    .from = std::string(facts.session.empty() ? flow : event.Text(Field::kSession)),
                    .to_type = "user",
                    .to = who.identity,
                    .from_event = facts.number,
                    .to_event = session->sign_in,
                    .by_window = false,
                    .apart = event.time() - session->signed_in});
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
      joins.Keep(Join::kGrantToConsent, {.join = {},
                                         .tenant = std::string(event.Text(Field::kTenant)),
                                         .from_type = "grant",
                                         .from = std::string(event.Text(Field::kGrant)),
                                         .to_type = "consent",
                                         .to = consent->text,
                                         .from_event = facts.number,
                                         .to_event = consent->event,
                                         .by_window = false,
                                         .apart = event.time() - consent->time});
    }
  }
  if (event.kind() != Kind::kConsent) return;
  if (!consent_key.empty()) {
    consents.Touch(consent_key) = {facts.number, event.time(), std::string(correlation), false};
  }
  joins.Tried(Join::kConsentToSignIn);
  Link link{.join = {},
            .tenant = std::string(event.Text(Field::kTenant)),
            .from_type = "consent",
            .from = std::string(correlation),
            .to_type = "sign_in",
            .to = {},
            .from_event = facts.number};
  const std::string_view flow = event.Text(Field::kFlow);
  if (!flow.empty()) {
    if (const Trace* sign_in = flows.Find(Id::Of(facts.tenant, Id::Of(flow)))) {
      joins.ByKey(Join::kConsentToSignIn);
      link.to_event = sign_in->event;
      link.apart = event.time() - sign_in->time;
      who.issue_event = sign_in->event;
      joins.Keep(Join::kConsentToSignIn, std::move(link));
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
  link.by_window = true;
  link.to_event = best->event;
  link.apart = event.time() - best->time;
  who.issue_event = best->event;
  joins.Keep(Join::kConsentToSignIn, std::move(link));
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
  joins.Keep(Join::kCredentialToChange, {.join = {},
                                         .tenant = std::string(event.Text(Field::kTenant)),
                                         .from_type = "credential",
                                         .from = std::string(keys),
                                         .to_type = "user",
                                         .to = added->text,
                                         .from_event = facts.number,
                                         .to_event = added->event,
                                         .by_window = false,
                                         .apart = event.time() - added->time});
  // And whose it is.
  if (!who.client.empty()) {
    joins.Keep(Join::kCredentialToChange, {.join = {},
                                           .tenant = std::string(event.Text(Field::kTenant)),
                                           .from_type = "credential",
                                           .from = std::string(keys),
                                           .to_type = "app",
                                           .to = who.client,
                                           .from_event = facts.number,
                                           .to_event = added->event,
                                           .by_window = false,
                                           .apart = event.time() - added->time});
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
  joins.Keep(Join::kChangeToRequest, {.join = {},
                                      .tenant = std::string(event.Text(Field::kTenant)),
                                      .from_type = "event",
                                      .from = std::string(event.Text(Field::kCorrelation)),
                                      .to_type = "app",
                                      .to = lives.clients.at(request->client).id,
                                      .from_event = facts.number,
                                      .to_event = request->event,
                                      .by_window = true,
                                      .apart = event.time() - request->time});
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
  const bool prompt = IsPrompt(event.Text(Field::kStatus));
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
    Learn(session, used);
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

Lineage::Lineage(std::span<const std::string_view> source_names, const GrantLedger& grants)
    : impl_(std::make_unique<Impl>(source_names, grants)) {}
Lineage::~Lineage() = default;

const Attribution& Lineage::Observe(const Event& event, uint64_t number, const State& state) {
  Impl& impl = *impl_;
  Attribution& who = impl.who;
  const Log log = impl.logs[event.source()];
  Attribute(event, state, log, impl.source_names[event.source()], who);
  // Controllers and nodes write most of a cluster's log, and hold no token that is followed.
  const bool component = log == Log::kKubernetes && who.via == Via::kPlatform;
  if (!component || event.Has(Field::kIssuedToken)) {
    Facts facts = FactsOf(event, number, log, impl.TenantOf(event), state);
    impl.Decide(event, facts, state, who);
    impl.JoinToken(event, facts);
    impl.JoinSession(event, facts);
    impl.JoinConsent(event, facts);
    impl.JoinCredential(event, facts);
    impl.JoinChange(event, facts);
    impl.JoinGrant(event, facts);
    impl.LearnSignIn(event, facts);
    impl.LearnTokens(event, facts);
    impl.LearnWork(event, facts);
    impl.LearnDay(event, facts);
  }
  ++impl.counts.by_rung[static_cast<size_t>(who.rung)];
  ++impl.counts.by_confidence[static_cast<size_t>(who.confidence)];
  if (who.contradiction) ++impl.counts.contradictions;
  return who;
}

Attribution Lineage::Explain(const Event& event, const State& state) const {
  Attribution out;
  const Log log = impl_->logs[event.source()];
  Attribute(event, state, log, impl_->source_names[event.source()], out);
  Facts facts = FactsOf(event, 0, log, impl_->TenantOf(event), state);
  impl_->Decide(event, facts, state, out);
  return out;
}

void Lineage::Finish(Trails& out) {
  impl_->joins.Finish(out);
  out.by_rung = impl_->counts.by_rung;
  out.by_confidence = impl_->counts.by_confidence;
  out.contradictions = impl_->counts.contradictions;
  out.forgotten = impl_->lives.forgotten() + impl_->flows.forgotten() +
                  impl_->credentials.forgotten() + impl_->requests.forgotten();
}

FieldSet Lineage::Needs() {
  FieldSet out = AttributionNeeds();
  out.Add({Field::kCorrelation, Field::kFlow, Field::kToken, Field::kSession, Field::kCredential,
           Field::kIp, Field::kUserAgent, Field::kDevice, Field::kStatus, Field::kProtocol,
           Field::kTokenType, Field::kTarget, Field::kTargetType, Field::kUrl, Field::kMethod,
           Field::kGrant, Field::kIssuedToken, Field::kServiceAccount});
  return out;
}

}  // namespace tokentrail::trail
