#include "trail/attribution.h"

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
  out.rung = via == Via::kUnknown                            ? Rung::kNone
             : via == Via::kAppOnly || via == Via::kPlatform ? Rung::kRecord
                                                             : Rung::kClient;
}

/// DETECTIONS 4.4: a consent is given at a screen, by whoever sits there with the user's session.
void AtConsentScreen(Attribution& out) {
  Conclude(out, Via::kUser, "consent_screen", Confidence::kMedium);
  out.rung = Rung::kRecord;
}

/// A person's own session, as the record itself names it.
void InSession(Attribution& out) {
  Conclude(out, Via::kUser, "session", Confidence::kMedium);
  out.rung = Rung::kSession;
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

/// An app with its own permissions: the record's user is the mailbox, not who acted.
/// Source: Office 365 Management Activity API schema, "User type": Application, ServicePrincipal.
void M365App(const Event& event, Attribution& out) {
  const std::string_view client = event.Text(Field::kApp);  // the sources make ids lower case
  const inventory::KnownApp* own = inventory::MicrosoftApp(client);
  SetClient(out, client, own != nullptr ? own->name : event.Text(Field::kAppName));
  out.identity = !out.client_name.empty() ? out.client_name : out.client;
  out.identity_id = out.client;
  if (own != nullptr)
    return Conclude(out, Via::kPlatform, "first_party_service", Confidence::kHigh);
  Conclude(out, Via::kAppOnly, "user_type", Confidence::kCertain);
}

/// Somebody proved to be the user, or an app to be itself.
void SignIn(const Event& event, std::string_view source, Attribution& out) {
  const std::string_view client = event.Text(Field::kApp);  // the sources make ids lower case
  const bool microsoft = source == "entra_signin" || source == "m365_audit";
  const inventory::KnownApp* own = microsoft ? inventory::MicrosoftApp(client) : nullptr;
  SetClient(out, client, own != nullptr ? own->name : event.Text(Field::kAppName));
  const std::string_view stream = event.Text(Field::kCategory);
  const bool by_itself =
      source == "entra_signin" && (stream == "service_principal" || stream == "managed_identity");
  if (by_itself) {
    out.identity = !out.client_name.empty() ? out.client_name : out.client;
    out.identity_id = out.client;
  }
  if (event.outcome() == Outcome::kFailure) {
    return Conclude(out, Via::kUnknown, "failed_sign_in", Confidence::kNone);
  }
  if (by_itself) {
    if (own != nullptr) {
      return Conclude(out, Via::kPlatform, "first_party_service", Confidence::kHigh);
    }
    return Conclude(out, Via::kAppOnly, "app_sign_in", Confidence::kCertain);
  }
  if (microsoft && stream == "noninteractive" && !client.empty() && own == nullptr) {
    return Conclude(out, Via::kAppForUser, "client_id", Confidence::kHigh);
  }
  const bool sure = microsoft && stream != "noninteractive";
  Conclude(out, Via::kUser, sure ? "interactive_sign_in" : "sign_in",
           sure ? Confidence::kHigh : Confidence::kMedium);
  out.rung = Rung::kRecord;
}

void GraphActivity(const Event& event, const State& state, Attribution& out) {
  const std::string_view client = event.Text(Field::kApp);  // the sources make ids lower case
  const inventory::KnownApp* own = inventory::MicrosoftApp(client);
  std::string_view name = own != nullptr ? own->name : event.Text(Field::kAppName);
  if (name.empty()) {
    if (const AppState* known = state.App(event.Text(Field::kTenant), client)) name = known->name;
  }
  if (event.Text(Field::kUserType) == "ServicePrincipal") {
    SetClient(out, client, name);
    out.identity = !name.empty() ? name : client;
    out.identity_id = client;
    if (own != nullptr) {
      return Conclude(out, Via::kPlatform, "first_party_service", Confidence::kHigh);
    }
    return Conclude(out, Via::kAppOnly, "no_user", Confidence::kCertain);
  }
  if (out.identity.empty() || out.identity == out.identity_id) {
    const std::string_view known =
        state.NameOfUser(event.Text(Field::kTenant), event.Text(Field::kUserId));
    if (!known.empty()) out.identity = known;
  }
  if (client.empty()) return ClientNotRecorded(out);
  ThroughClient(out, client, name, own);
}

/// Event logs of Salesforce: an API call names its connected app.
void SalesforceEvent(const Event& event, Attribution& out) {
  const std::string_view app = event.Text(Field::kApp);
  if (!app.empty()) {
    SetClient(out, app, event.Text(Field::kAppName));
    return Conclude(out, Via::kAppForUser, "connected_app", Confidence::kHigh);
  }
  ClientNotRecorded(out);
}

void CloudTrail(const Event& event, Attribution& out) {
  // AWS CloudTrail User Guide, "CloudTrail userIdentity element": an AWS service by itself.
  if (event.Text(Field::kUserType) == "AWSService") {
    return Conclude(out, Via::kPlatform, "aws_service", Confidence::kHigh);
  }
  const std::string_view key = event.Text(Field::kCredential);
  // IAM User Guide, "IAM identifiers": AKIA is a long-term key of a user.
  if (key.starts_with("AKIA")) {
    SetClient(out, key, "access key");
    return Conclude(out, Via::kAppForUser, "access_key", Confidence::kCertain);
  }
  ClientNotRecorded(out);
}

/// Most of what Exchange, SharePoint and Teams log: a person by address, and the client beside.
bool IsPlainAct(const Event& event) {
  switch (event.kind()) {
    case Kind::kMailRead:
    case Kind::kMailSend:
    case Kind::kFileAccess:
    case Kind::kApiCall:
      break;
    default:
      return false;
  }
  return !event.Has(Field::kActorApp) && !event.Has(Field::kActorAppId) &&
         !event.Has(Field::kAppObject) && event.Text(Field::kUser).find('@') != std::string::npos &&
         !EqualsIgnoreCase(event.Text(Field::kCategory), "AzureActiveDirectory");
}

/// The same as below, without taking the actor apart.
void PlainAct(const Event& event, const State& state, Attribution& out) {
  const std::string_view type = event.Text(Field::kUserType);
  if (type == "3" || type == "4") {
    return Conclude(out, Via::kPlatform, "user_type", Confidence::kHigh);
  }
  if (type == "5" || type == "6") return M365App(event, out);
  const std::string_view client = event.Text(Field::kApp);
  if (client.empty()) return ClientNotRecorded(out);
  const inventory::KnownApp* own = inventory::MicrosoftApp(client);
  std::string_view name = event.Text(Field::kAppName);
  if (name.empty() && own == nullptr) {
    if (const AppState* known = state.App(event.Text(Field::kTenant), client)) name = known->name;
  }
  ThroughClient(out, client, name, own);
}

/// Entra, Microsoft 365, Azure.
void Microsoft(const Event& event, const State& state, std::string_view source, Attribution& out) {
  if (source == "m365_audit" && IsPlainAct(event)) return PlainAct(event, state, out);
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
  if (source == "m365_audit" && (type == "5" || type == "6")) return M365App(event, out);
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
  // At the screen the app beside the person is Microsoft's sign-in service, whose agent is EvoSTS.
  if (event.kind() == Kind::kConsent && event.succeeded() && client.empty() &&
      (actor.app.empty() || actor.app.id == "00000001-0000-0000-c000-000000000000" ||
       actor.app.name == "Azure ESTS Service")) {
    return AtConsentScreen(out);
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
  std::string_view client = event.Text(Field::kActorAppId);
  std::string_view name = event.Text(Field::kActorApp);
  // Reports API, token activities, "activity": the app called an API with its token.
  if (client.empty() && event.kind() == Kind::kApiCall) {
    client = event.Text(Field::kApp);
    name = event.Text(Field::kAppName);
  }
  if (client.empty() && event.kind() == Kind::kAppAuthorized) return AtConsentScreen(out);
  if (client.empty()) return ClientNotRecorded(out);
  ThroughClient(out, client, name, inventory::GoogleApp(client));
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
  InSession(out);
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
  out.rung = Rung::kRecord;
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
  InSession(out);
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

Log LogOf(std::string_view source) {
  struct Named {
    std::string_view name;
    Log log;
  };
  static constexpr Named kLogs[] = {
      {"entra_audit", Log::kMicrosoft},
      {"m365_audit", Log::kMicrosoft},
      {"azure_activity", Log::kMicrosoft},
      {"entra_signin", Log::kSignIn},
      {"graph_activity", Log::kGraph},
      {"entra_risk", Log::kRisk},
      {"google_workspace", Log::kGoogle},
      {"gcp_audit", Log::kGoogleCloud},
      {"okta_system", Log::kOkta},
      {"github_audit", Log::kGitHub},
      {"slack_audit", Log::kSlack},
      {"salesforce_setup", Log::kSalesforceSetup},
      {"salesforce_event", Log::kSalesforceEvent},
      {"kubernetes_audit", Log::kKubernetes},
      {"aws_cloudtrail", Log::kCloudTrail},
  };
  for (const Named& named : kLogs) {
    if (named.name == source) return named.log;
  }
  return Log::kOther;
}

void Attribute(const Event& event, const State& state, Log log, std::string_view source,
               Attribution& out) {
  const std::string_view user = event.Text(Field::kUser);
  const std::string_view app = !event.Text(Field::kActorApp).empty()
                                   ? event.Text(Field::kActorApp)
                                   : event.Text(Field::kActorAppId);
  out.recorded = !user.empty() ? user : !app.empty() ? app : event.Text(Field::kUserId);
  if (!user.empty() && !app.empty()) {
    out.recorded.append(" (with ").append(app).append(")");
  }
  out.identity = !user.empty() ? user : event.Text(Field::kUserId);
  out.identity_id = event.Text(Field::kUserId);
  out.client.clear();
  out.client_name.clear();
  out.holder = Holder::kUnknown;
  out.rung = Rung::kNone;
  out.holder_reason = {};
  out.against = {};
  out.contradiction = false;
  out.issue_event = 0;
  out.grant = 0;

  const bool sign_in = event.kind() == Kind::kSignIn &&
                       (log == Log::kSignIn || log == Log::kMicrosoft || log == Log::kGoogle ||
                        log == Log::kSalesforceEvent || log == Log::kOther);
  if (sign_in) {
    SignIn(event, source, out);
  } else {
    switch (log) {
      case Log::kMicrosoft:
        Microsoft(event, state, source, out);
        break;
      case Log::kGraph:
        GraphActivity(event, state, out);
        break;
      case Log::kRisk:
        Conclude(out, Via::kPlatform, "risk_detection", Confidence::kHigh);
        break;
      case Log::kGoogle:
        Google(event, out);
        break;
      case Log::kGoogleCloud:
        GoogleCloud(event, out);
        break;
      case Log::kOkta:
        Okta(event, out);
        break;
      case Log::kGitHub:
        GitHub(event, out);
        break;
      case Log::kSlack:
        Slack(event, out);
        break;
      case Log::kSalesforceSetup:
        Salesforce(event, out);
        break;
      case Log::kSalesforceEvent:
        SalesforceEvent(event, out);
        break;
      case Log::kKubernetes:
        Kubernetes(event, out);
        break;
      case Log::kCloudTrail:
        CloudTrail(event, out);
        break;
      case Log::kSignIn:
      case Log::kOther:
        if (out.identity.empty()) out.identity = app;
        ClientNotRecorded(out);
    }
  }
  if (out.identity.empty()) out.identity = out.recorded;
}

Attribution Attribute(const Event& event, const State& state, std::string_view source) {
  Attribution out;
  Attribute(event, state, LogOf(source), source, out);
  return out;
}

}  // namespace tokentrail::trail
