#include "trail/lineage.h"

#include <string>

#include "base/net.h"
#include "inventory/permission.h"
#include "inventory/service_network.h"
#include "trail/holder.h"
#include "trail/ladder.h"
#include "trail/lineage_impl.h"

namespace tokentrail::trail {

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

void Lineage::Impl::Decide(const Event& event, Facts& facts, Time until, Attribution& out) {
  const bool again = until != kNever;
  Locate(event, facts.where);
  if (!facts.token.empty() && !facts.sign_in && event.kind() != Kind::kSignIn) {
    if (const TokenLife* token = lives.tokens.Find(facts.token)) {
      if (again) {
        ByToken(facts, token->AsOf(until), lives.clients, out);
      } else {
        ByToken(facts, *token, lives.clients, out);
      }
    }
  }
  if (!facts.session.empty()) {
    if (const SessionLife* session = lives.sessions.Find(facts.session)) {
      if (again) {
        BySession(event, facts, session->AsOf(until), lives.clients, out);
      } else {
        BySession(event, facts, *session, lives.clients, out);
      }
    }
  }
  const PersonLife* person = facts.user.empty() ? nullptr : lives.people.Find(facts.user);
  if (person != nullptr && !(person->since < until)) person = nullptr;
  const AppLife* app =
      out.client.empty() ? nullptr : lives.apps.Find(AppKey(facts.tenant, out.client));
  DecideHolder(facts.where, person, app, event.time(), until, out);
  if (out.via == Via::kUnknown && out.reason == "client_not_recorded") {
    const std::string_view of = event.Text(Field::kTenant);
    const std::string_view user = event.Text(Field::kUser);
    const std::string_view user_id = event.Text(Field::kUserId);
    size_t could = grants.AliveFor(of, user, user_id);
    // Those that have ended since may have lived: nobody says then that no app could.
    if (again && could == 0 && grants.AnyFor(of, user, user_id)) could = 1;
    ByCircumstance(event, facts, person, lives, could, IsComplete(event, facts), until, out);
  }
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
    impl.Decide(event, facts, kNever, who);
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
  impl_->Decide(event, facts, event.time(), out);
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
