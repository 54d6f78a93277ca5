#include "trail/attribution.h"

#include <fmt/format.h>

#include <string>

#include "analytic/actor.h"
#include "base/text.h"
#include "inventory/permission.h"

namespace tokentrail::trail {
namespace {

using analytic::Actor;
using analytic::ActorOf;
using analytic::AppState;
using analytic::CallsItselfMicrosoft;

void Conclude(Attribution& out, Via via, std::string_view reason, Confidence confidence) {
  out.via = via;
  out.reason = reason;
  out.confidence = confidence;
}

/// The record has a person and not the client: nobody can tell from it what held the token.
void ClientNotRecorded(Attribution& out) {
  Conclude(out, Via::kUnknown, "client_not_recorded", Confidence::kNone);
}

void SetClient(Attribution& out, std::string_view id, std::string_view name) {
  out.client = id;
  if (name != id) out.client_name = name;
}

/// A person's act through the client of this id: the platform's own, or somebody's app.
void ThroughClient(Attribution& out, std::string_view id, std::string_view name,
                   const inventory::KnownApp* own) {
  SetClient(out, id, own != nullptr ? own->name : name);
  if (own != nullptr) {
    Conclude(out, Via::kUser, "first_party_client", Confidence::kHigh);
  } else {
    Conclude(out, Via::kAppForUser, "client_id", Confidence::kHigh);
  }
}

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && EqualsIgnoreCase(text.substr(text.size() - end.size()), end);
}

/// Entra, Microsoft 365, Azure.
void Microsoft(const Event& event, const State& state, std::string_view source, Attribution& out) {
  const Actor actor = ActorOf(event, state);
  if (actor.is_app()) {
    out.identity = !actor.app.name.empty() ? actor.app.name : actor.app.key();
    out.identity_id = actor.app.id.empty() ? actor.app.object : actor.app.id;
    SetClient(out, actor.app.id, actor.app.name);
    if (actor.app.first_party) {
      return Conclude(out, Via::kPlatform, "first_party_service", Confidence::kHigh);
    }
    // Anyone may choose such a name.
    if (CallsItselfMicrosoft(actor.app)) {
      return Conclude(out, Via::kPlatform, "service_name_only", Confidence::kLow);
    }
    return Conclude(out, Via::kAppOnly, "initiated_by_app", Confidence::kCertain);
  }
  out.identity = !actor.user.empty() ? actor.user : actor.user_id;
  out.identity_id = actor.user_id;
  const std::string_view type = event.Text(Field::kUserType);
  // Office 365 Management Activity API schema, "User type": DcAdmin, System.
  if (source == "m365_audit" && (type == "3" || type == "4")) {
    return Conclude(out, Via::kPlatform, "user_type", Confidence::kHigh);
  }
  std::string client;
  std::string name;
  if (source == "m365_audit") {
    // Of a change in the directory kApp is what was changed.
    const bool directory = EqualsIgnoreCase(event.Text(Field::kCategory), "AzureActiveDirectory") ||
                           event.Has(Field::kAppObject);
    const std::string_view told = event.Text(Field::kClientString);
    if (directory && IsGuid(told)) client = Lower(told);
    if (!directory) {
      client = Lower(event.Text(Field::kApp));
      name = event.Text(Field::kAppName);
    }
  } else if (source == "azure_activity") {
    client = Lower(event.Text(Field::kApp));
    name = event.Text(Field::kAppName);
  }
  if (client.empty() && !actor.app.empty()) {  // a record with both a person and an app
    client = actor.app.id;
    name = actor.app.name;
    if (client.empty() && CallsItselfMicrosoft(actor.app)) {
      SetClient(out, name, {});
      return Conclude(out, Via::kUser, "service_name_only", Confidence::kLow);
    }
  }
  if (client.empty()) return ClientNotRecorded(out);
  if (name.empty()) {
    if (const AppState* known = state.App(event.Text(Field::kTenant), client)) name = known->name;
  }
  ThroughClient(out, client, name, inventory::MicrosoftApp(client));
}

void Google(const Event& event, Attribution& out) {
  const std::string_view caller = event.Text(Field::kUserType);
  // Reports API, activities, "actor.callerType": USER, or KEY of a two-legged caller.
  if (EqualsIgnoreCase(caller, "KEY") || EqualsIgnoreCase(caller, "APPLICATION")) {
    if (out.identity.empty()) out.identity = event.Text(Field::kActorApp);
    SetClient(out, event.Text(Field::kActorAppId), event.Text(Field::kActorApp));
    if (EqualsIgnoreCase(out.identity, "SYSTEM")) {
      return Conclude(out, Via::kPlatform, "caller_type", Confidence::kHigh);
    }
    return Conclude(out, Via::kAppOnly, "caller_type", Confidence::kCertain);
  }
  const std::string_view client = event.Text(Field::kActorAppId);
  if (client.empty()) return ClientNotRecorded(out);
  ThroughClient(out, client, event.Text(Field::kActorApp), inventory::GoogleApp(client));
}

void GoogleCloud(const Event& event, Attribution& out) {
  const std::string_view client = event.Text(Field::kApp);
  if (EndsWith(out.identity, ".gserviceaccount.com")) {
    // serviceAccountDelegationInfo: somebody borrowed the account's token.
    const std::string_view borrower = event.Text(Field::kActorApp);
    if (!borrower.empty()) {
      SetClient(out, borrower, {});
      return Conclude(out, Via::kAppOnly, "borrowed_service_account", Confidence::kCertain);
    }
    SetClient(out, event.Text(Field::kCredential), {});
    return Conclude(out, Via::kAppOnly, "service_account", Confidence::kCertain);
  }
  if (client.empty()) return ClientNotRecorded(out);
  ThroughClient(out, client, {}, inventory::GoogleApp(client));
}

void Okta(const Event& event, Attribution& out) {
  if (event.Has(Field::kActorAppId) && !event.Has(Field::kUser)) {
    out.identity = event.Text(Field::kActorApp);
    out.identity_id = event.Text(Field::kActorAppId);
    if (out.identity.empty()) out.identity = out.identity_id;
    SetClient(out, out.identity_id, out.identity);
    return Conclude(out, Via::kAppOnly, "client_app_actor", Confidence::kCertain);
  }
  if (event.Text(Field::kUserType) == "SystemPrincipal") {
    return Conclude(out, Via::kPlatform, "system_principal", Confidence::kHigh);
  }
  // transaction.detail.requestApiTokenId names the API token behind a change.
  if (event.Has(Field::kCredential)) {
    SetClient(out, event.Text(Field::kCredential), "API token");
    return Conclude(out, Via::kAppForUser, "api_token", Confidence::kCertain);
  }
  // Sessions of the API start with `trs` in all records we have seen; those of people don't.
  const std::string_view session = event.Text(Field::kSession);
  if (session.empty() || session.starts_with("trs")) return ClientNotRecorded(out);
  Conclude(out, Via::kUser, "session", Confidence::kMedium);
}

void GitHub(const Event& event, Attribution& out) {
  // GitHub Docs, "Identifying audit log events performed by an access token".
  const std::string_view type = event.Text(Field::kTokenType);
  std::string_view name = event.Text(Field::kAppName);
  std::string_view client = event.Text(Field::kApp);
  // Of a change to an app that is the app, not who made it.
  const std::string_view action = event.Text(Field::kOperation);
  if (action.starts_with("oauth_application.") || action.starts_with("integration")) {
    name = {};
    client = {};
  }
  if (ContainsIgnoreCase(type, "server-to-server")) {
    SetClient(out, client, name);
    return Conclude(out, Via::kAppOnly, "token_type", Confidence::kCertain);
  }
  if (ContainsIgnoreCase(type, "personal access token")) {
    SetClient(out, event.Text(Field::kCredential), type);
    return Conclude(out, Via::kAppForUser, "personal_access_token", Confidence::kCertain);
  }
  if (ContainsIgnoreCase(type, "deploy key")) {
    SetClient(out, event.Text(Field::kCredential), type);
    return Conclude(out, Via::kAppOnly, "deploy_key", Confidence::kCertain);
  }
  if (!type.empty() && ContainsIgnoreCase(type, "token")) {
    SetClient(out, client, name.empty() ? type : name);
    return Conclude(out, Via::kAppForUser, "token_type", Confidence::kCertain);
  }
  if (EndsWith(out.identity, "[bot]")) {
    return Conclude(out, Via::kAppOnly, "bot_account", Confidence::kHigh);
  }
  if (out.identity.empty()) return ClientNotRecorded(out);
  // An act by token carries the token's type; this one has none.
  Conclude(out, Via::kUser, "no_token_recorded", Confidence::kMedium);
}

void Slack(const Event& event, Attribution& out) {
  if (event.Has(Field::kActorAppId)) {
    SetClient(out, event.Text(Field::kActorAppId), event.Text(Field::kActorApp));
    if (out.identity.empty()) {
      out.identity = event.Text(Field::kActorApp);
      out.identity_id = event.Text(Field::kActorAppId);
      if (out.identity.empty()) out.identity = out.identity_id;
      return Conclude(out, Via::kAppOnly, "actor_app", Confidence::kHigh);
    }
    return Conclude(out, Via::kAppForUser, "actor_app", Confidence::kHigh);
  }
  const std::string_view session = event.Text(Field::kSession);
  if (session.empty() || session == "0") return ClientNotRecorded(out);
  Conclude(out, Via::kUser, "session", Confidence::kMedium);
}

void Salesforce(const Event& event, Attribution& out) {
  // Support or a partner, logged in as the user.
  if (!event.Has(Field::kActorApp)) return ClientNotRecorded(out);
  SetClient(out, event.Text(Field::kActorApp), {});
  Conclude(out, Via::kUnknown, "delegate_user", Confidence::kNone);
}

void Kubernetes(const Event& event, Attribution& out) {
  const std::string_view user = event.Text(Field::kUser);
  if (event.Has(Field::kImpersonated)) {
    // Recorded by the API server itself: the caller acted as somebody else.
    SetClient(out, event.Text(Field::kImpersonated), "impersonated");
  }
  if (user == "system:anonymous" || user == "system:unauthenticated") {
    return Conclude(out, Via::kUnknown, "anonymous", Confidence::kNone);
  }
  if (user.starts_with("system:serviceaccount:")) {
    if (out.client.empty()) SetClient(out, event.Text(Field::kPod), {});
    return Conclude(out, Via::kAppOnly, "service_account", Confidence::kCertain);
  }
  if (user.starts_with("system:")) {  // nodes, controllers, the API server
    return Conclude(out, Via::kPlatform, "cluster_component", Confidence::kHigh);
  }
  if (EndsWith(user, ".gserviceaccount.com")) {
    return Conclude(out, Via::kAppOnly, "service_account", Confidence::kCertain);
  }
  ClientNotRecorded(out);
}

}  // namespace

FieldSet AttributionNeeds() {
  FieldSet out = {Field::kTenant,      Field::kOperation,    Field::kCategory,  Field::kUser,
                  Field::kUserId,      Field::kUserType,     Field::kActorApp,  Field::kActorAppId,
                  Field::kApp,         Field::kAppName,      Field::kAppObject, Field::kCredential,
                  Field::kTokenType,   Field::kClientString, Field::kSession,   Field::kPod,
                  Field::kImpersonated};
  return out;
}

Attribution Attribute(const Event& event, const State& state, std::string_view source) {
  Attribution out;
  const std::string_view user = event.Text(Field::kUser);
  const std::string_view app = !event.Text(Field::kActorApp).empty()
                                   ? event.Text(Field::kActorApp)
                                   : event.Text(Field::kActorAppId);
  out.recorded = !user.empty() ? user : !app.empty() ? app : event.Text(Field::kUserId);
  if (!user.empty() && !app.empty()) out.recorded += fmt::format(" (with {})", app);
  out.identity = !user.empty() ? user : event.Text(Field::kUserId);
  out.identity_id = event.Text(Field::kUserId);

  if (source == "entra_audit" || source == "m365_audit" || source == "azure_activity") {
    Microsoft(event, state, source, out);
  } else if (source == "google_workspace") {
    Google(event, out);
  } else if (source == "gcp_audit") {
    GoogleCloud(event, out);
  } else if (source == "okta_system") {
    Okta(event, out);
  } else if (source == "github_audit") {
    GitHub(event, out);
  } else if (source == "slack_audit") {
    Slack(event, out);
  } else if (source == "salesforce_setup") {
    Salesforce(event, out);
  } else if (source == "kubernetes_audit") {
    Kubernetes(event, out);
  } else {
    if (out.identity.empty()) out.identity = app;
    ClientNotRecorded(out);
  }
  if (out.identity.empty()) out.identity = out.recorded;
  return out;
}

}  // namespace tokentrail::trail
