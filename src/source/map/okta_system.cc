// Okta System Log: the API's events (log streams wrap them in `detail`, which is off by now), the
// flattened Okta_CL table of Log Analytics, its successor OktaV2_CL, and Elastic's okta.* fields.

#include <vector>

#include "base/text.h"
#include "source/map/maps.h"

namespace tokentrail::source {
namespace {

bool IsElastic(const Record& record) { return !record.Text("okta.event_type").empty(); }

constexpr Claim kClaims[] = {
    {{"eventType", "published"},
     [](const Record& record) { return record.Has("actor") || record.Has("uuid"); }},
    {{"eventType_s", "published_t"}},
    {{"eventType_s", "uuid_g"}},
    {{"EventOriginalType", "OriginalOutcomeResult"}},
    {{"okta"}, IsElastic},
    {{"okta.event_type"}},
};

// System Log, Log Analytics, its successor, Elastic.
constexpr FieldMap kFields[] = {
    {Field::kOperation,
     {"eventType", "eventType_s", "EventOriginalType", "okta.event_type"},
     As::kLower},
    {Field::kCorrelation,
     {"transaction.id", "transaction_id_s", "TransactionId", "okta.transaction.id"},
     As::kCasedId},
    {Field::kUser,
     {"actor.alternateId", "actor_alternateId_s", "OriginalActorAlternateId",
      "okta.actor.alternate_id"},
     As::kLower},
    {Field::kUserId, {"actor.id", "actor_id_s", "OriginalUserId", "okta.actor.id"}, As::kCasedId},
    {Field::kUserType,
     {"actor.type", "actor_type_s", "OriginalUserType", "okta.actor.type"},
     As::kText},
    {Field::kSession,
     {"authenticationContext.externalSessionId", "authenticationContext_externalSessionId_s",
      "ActorSessionId", "okta.authentication_context.external_session_id",
      "authenticationContext.rootSessionId", "authenticationContext_rootSessionId_s"},
     As::kCasedId},
    // The API token behind a change, by its id.
    {Field::kCredential,
     {"transaction.detail.requestApiTokenId", "transaction_detail_requestApiTokenId_s",
      "TransactionDetail.requestApiTokenId", "okta.transaction.detail.request_api_token_id",
      "transaction_detail_s.requestApiTokenId"},
     As::kCasedId},
    {Field::kIp,
     {"client.ipAddress", "client_ipAddress_s", "SrcIpAddr", "okta.client.ip"},
     As::kIp},
    {Field::kUserAgent,
     {"client.userAgent.rawUserAgent", "client_userAgent_rawUserAgent_s", "HttpUserAgent",
      "okta.client.user_agent.raw_user_agent"},
     As::kText},
    {Field::kCountry,
     {"client.geographicalContext.country", "client_geographicalContext_country_s", "SrcGeoCountry",
      "client.geo.country_iso_code"},
     As::kText},
    {Field::kAsn,
     {"securityContext.asNumber", "securityContext_asNumber_d", "SecurityContextAsNumber",
      "okta.security_context.as.number"},
     As::kNumber},
    {Field::kDevice,
     {"client.id", "device.id", "client_id_s", "device_id_s", "okta.client.id", "okta.device.id"},
     As::kCasedId},
    {Field::kStatus,
     {"outcome.result", "outcome_result_s", "OriginalOutcomeResult", "okta.outcome.result"},
     As::kText},
    {Field::kStatusDetail,
     {"outcome.reason", "outcome_reason_s", "EventResultDetails", "okta.outcome.reason"},
     As::kText},
};

struct ByPrefix {
  std::string_view prefix;
  Kind kind;
};

// The first that the event type starts with. Source: Okta, "Event types" reference (2026).
constexpr ByPrefix kKinds[] = {
    {"app.oauth2.as.consent.grant", Kind::kAppAuthorized},
    {"app.oauth2.admin.consent.grant", Kind::kAppAuthorized},
    {"app.oauth2.consent.grant", Kind::kAppAuthorized},
    {"app.oauth2.as.consent.revoke", Kind::kAppRevoked},
    {"app.oauth2.admin.consent.revoke", Kind::kAppRevoked},
    {"app.oauth2.consent.revoke", Kind::kAppRevoked},
    {"app.oauth2.trusted_server", Kind::kPolicyChange},
    {"app.oauth2.as.token.detect_reuse", Kind::kRisk},
    {"app.oauth2.token.detect_reuse", Kind::kRisk},
    {"app.oauth2.as.token.revoke", Kind::kAppRevoked},
    {"app.oauth2.token.revoke", Kind::kAppRevoked},
    {"app.oauth2.as.token.grant", Kind::kTokenMinted},
    {"app.oauth2.token.grant", Kind::kTokenMinted},
    {"app.oauth2.as.authorize", Kind::kSignIn},
    {"app.oauth2.authorize", Kind::kSignIn},
    {"app.oauth2.signon", Kind::kSignIn},
    {"app.oauth2.client.privilege.revoke", Kind::kRoleRevoked},
    {"app.oauth2.client.privilege", Kind::kRoleAssignment},
    {"app.oauth2.client.lifecycle.delete", Kind::kAppChange},
    {"app.oauth2.client.lifecycle.new_client_secret", Kind::kCredentialChange},
    {"app.oauth2.credentials", Kind::kCredentialChange},
    {"app.oauth2.key", Kind::kCredentialChange},
    {"app.oauth2.client.jwk", Kind::kCredentialChange},
    {"app.oauth2.client.secret", Kind::kCredentialChange},
    {"app.oauth2.client", Kind::kAppChange},
    {"app.keys", Kind::kCredentialChange},
    {"oauth2.", Kind::kPolicyChange},  // claims, scopes of an authorisation server
    {"application.lifecycle", Kind::kAppChange},
    {"application.provision.integration", Kind::kAppChange},
    {"application.configuration", Kind::kAppChange},
    {"application.user_membership.approve", Kind::kAppAuthorized},
    {"application.policy", Kind::kPolicyChange},
    {"integration.api_service.authorize", Kind::kAppAuthorized},
    {"integration.api_service.revoke", Kind::kAppRevoked},
    {"integration.api_service", Kind::kAppChange},
    {"system.api_token.create", Kind::kTokenMinted},
    {"system.api_token.enable", Kind::kCredentialChange},
    {"system.api_token.update", Kind::kCredentialChange},
    {"system.api_token.revoke", Kind::kAppRevoked},
    {"system.api_token.disable", Kind::kAppRevoked},
    {"user.account.privilege.revoke", Kind::kRoleRevoked},
    {"user.account.privilege", Kind::kRoleAssignment},
    {"group.privilege.revoke", Kind::kRoleRevoked},
    {"group.privilege", Kind::kRoleAssignment},
    {"iam.role", Kind::kRoleChange},
    {"iam.resourceset.bindings.delete", Kind::kRoleRevoked},
    {"iam.resourceset.bindings", Kind::kRoleAssignment},
    {"iam.resourceset", Kind::kRoleChange},
    {"user.session.impersonation", Kind::kSignIn},
    {"user.session.start", Kind::kSignIn},
    {"user.session.access_admin_app", Kind::kSignIn},
    {"user.session.clear", Kind::kAppRevoked},
    {"user.session.context.change", Kind::kRisk},
    {"user.authentication.universal_logout", Kind::kAppRevoked},
    {"user.authentication.auth_unconfigured_identifier", Kind::kSignIn},
    {"user.authentication", Kind::kSignIn},
    {"policy.evaluate_sign_on", Kind::kSignIn},
    {"policy.auth_reevaluate", Kind::kSignIn},
    {"policy.lifecycle", Kind::kPolicyChange},
    {"policy.rule", Kind::kPolicyChange},
    {"zone.", Kind::kPolicyChange},
    {"network_zone.", Kind::kPolicyChange},
    {"security.authenticator", Kind::kPolicyChange},
    {"security.trusted_origin", Kind::kPolicyChange},
    {"security.behavior", Kind::kPolicyChange},
    {"system.idp.lifecycle", Kind::kPolicyChange},
    {"system.log_stream", Kind::kPolicyChange},
    {"system.mfa.factor", Kind::kPolicyChange},
    {"system.org.security", Kind::kPolicyChange},
    {"org.", Kind::kPolicyChange},
    {"security.threat", Kind::kRisk},
    {"security.attack", Kind::kRisk},
    {"security.breached_credential", Kind::kRisk},
    {"security.request.blocked", Kind::kRisk},
    {"security.session.detect_client_roaming", Kind::kRisk},
    {"user.risk", Kind::kRisk},
    {"user.account.report_suspicious_activity", Kind::kRisk},
    {"user.identity_verification", Kind::kUserChange},
    {"user.lifecycle", Kind::kUserChange},
    {"user.account", Kind::kUserChange},
    {"user.mfa", Kind::kUserChange},
    {"user.credential", Kind::kUserChange},
    {"user.import.password", Kind::kUserChange},
    {"device.", Kind::kDeviceChange},
};

std::string_view Plain(std::string_view text) {
  // Log Analytics and Okta itself write these for "nothing".
  for (const std::string_view word : {"unknown", "null", "undefined"}) {
    if (EqualsIgnoreCase(text, word)) return {};
  }
  return text;
}

/// debugContext.debugData in any of the shapes; looked for once a record.
class DebugData {
 public:
  explicit DebugData(const Record& record) : record_(record) {
    for (const std::string_view path :
         {"debugContext.debugData", "DebugData", "okta.debug_context.debug_data",
          "debugContext_debugData_s"}) {
      const Node* node = record.Find(path);
      if (node != nullptr) object_ = record.Open(*node);
      if (object_ != nullptr) break;
    }
  }

  /// The value called `name` (`snake` in Elastic's); null when absent or a word for nothing.
  const Node* Find(std::string_view name, std::string_view snake) const {
    const Node* node = nullptr;
    if (object_ != nullptr) {
      node = record_.Child(*object_, name);
      if (node == nullptr) node = record_.Child(*object_, snake);
    } else {
      constexpr std::string_view kPrefix = "debugContext_debugData_";
      for (const Node& child : Children(record_.root())) {
        // Two more characters for the column's type.
        const std::string_view key = child.key();
        if (key.size() != kPrefix.size() + name.size() + 2 || !key.starts_with(kPrefix)) continue;
        if (key.substr(kPrefix.size(), name.size()) == name) node = &child;
      }
    }
    if (node == nullptr) return nullptr;
    return node->is_container() || !Plain(Trim(node->text())).empty() ? node : nullptr;
  }

  void Take(std::string_view name, std::string_view snake, Field field, As as, Draft& draft) const {
    if (!draft.Has(field)) draft.SetFrom(field, Find(name, snake), as);
  }

 private:
  const Record& record_;
  const Node* object_ = nullptr;
};

/// `Name: old -> new` for each change that the target's record tells.
/// Source: Okta, System Log API, "Target object", changeDetails (2026).
std::string_view ChangesInWords(const Record& record, const Node& target, Arena& arena) {
  const Node* details = record.Child(target, "changeDetails");
  if (details == nullptr) details = record.Child(target, "change_details");
  details = details == nullptr ? nullptr : record.Open(*details);
  if (details == nullptr || details->kind != NodeKind::kObject) return {};
  constexpr size_t kMaxText = 1024;
  const Node* from = record.Child(*details, "from");
  const Node* to = record.Child(*details, "to");
  const Node* before = from == nullptr ? nullptr : record.Open(*from);
  const Node* now = to == nullptr ? nullptr : record.Open(*to);
  std::string_view out;
  const auto add = [&](std::string_view name, std::string_view old, std::string_view fresh) {
    if (old == fresh || out.size() + name.size() + old.size() + fresh.size() > kMaxText) return;
    out = Concat(arena, {out, out.empty() ? "" : "; ", name, ": ", old, " -> ", fresh});
  };
  const auto text = [&](const Node* object, std::string_view key) {
    const Node* child = object == nullptr ? nullptr : record.Child(*object, key);
    return child == nullptr ? std::string_view() : child->text();
  };
  if (now != nullptr && now->kind == NodeKind::kObject) {
    for (const Node& child : Children(*now))
      add(child.key(), text(before, child.key()), child.text());
  }
  if (before != nullptr && before->kind == NodeKind::kObject) {
    for (const Node& child : Children(*before)) {
      if (now == nullptr || record.Child(*now, child.key()) == nullptr) {
        add(child.key(), child.text(), {});
      }
    }
  }
  return out;
}

struct Target {
  std::string_view type;
  const Node* id = nullptr;
  const Node* name = nullptr;
  const Node* alternate = nullptr;
  const Node* detail = nullptr;
  const Node* node = nullptr;
};

const Node* Either(const Record& record, const Node& parent, std::string_view a,
                   std::string_view b) {
  const Node* node = record.Child(parent, a);
  return node != nullptr ? node : record.Child(parent, b);
}

std::vector<Target> Targets(const Record& record) {
  std::vector<Target> out;
  for (const std::string_view path : {"target", "target_s", "OriginalTarget", "okta.target"}) {
    const Node* node = record.Find(path);
    const Node* list = node == nullptr ? nullptr : record.Open(*node);
    if (list == nullptr || list->kind != NodeKind::kArray) continue;
    for (const Node& element : Children(*list)) {
      const Node* type = record.Child(element, "type");
      if (type == nullptr) continue;
      out.push_back({type->text(), record.Child(element, "id"),
                     Either(record, element, "displayName", "display_name"),
                     Either(record, element, "alternateId", "alternate_id"),
                     Either(record, element, "detailEntry", "detail_entry"), &element});
      if (out.size() == 1000) return out;
    }
    break;
  }
  return out;
}

bool HasText(const Node* node) { return node != nullptr && !Plain(Trim(node->text())).empty(); }

// The issued or shown token: the kind that the event's name ends with if there, else any.
void TakeToken(const Record& record, const DebugData& debug, const std::vector<Target>& targets,
               Draft& draft) {
  const std::string_view operation = draft.Text(Field::kOperation);
  const Target* chosen = nullptr;
  for (const Target& target : targets) {
    const bool is_token = EqualsIgnoreCase(target.type, "access_token") ||
                          EqualsIgnoreCase(target.type, "refresh_token") ||
                          EqualsIgnoreCase(target.type, "id_token");
    if (!is_token) continue;
    if (chosen == nullptr || operation.ends_with(target.type)) chosen = &target;
  }
  if (chosen != nullptr) {
    const Node* id = HasText(chosen->id) ? chosen->id : nullptr;
    if (id == nullptr && chosen->detail != nullptr) id = record.Child(*chosen->detail, "hash");
    if (id != nullptr) draft.SetFrom(Field::kToken, id, As::kCasedId);
    draft.Set(Field::kTokenType, Lower(chosen->type, draft.arena()));
    if (draft.kind == Kind::kTokenMinted && id != nullptr) {
      draft.SetFrom(Field::kIssuedToken, id, As::kCasedId);
    }
    return;
  }
  for (const Target& target : targets) {
    // system.api_token.*: the token itself is the target.
    if (!EqualsIgnoreCase(target.type, "Token") || !HasText(target.id)) continue;
    draft.SetFrom(Field::kToken, target.id, As::kCasedId);
    draft.Set(Field::kTokenType, "api_token");
    if (draft.kind == Kind::kTokenMinted) {
      draft.SetFrom(Field::kIssuedToken, target.id, As::kCasedId);
    }
    if (HasText(target.name)) draft.SetFrom(Field::kTargetName, target.name);
    return;
  }
  // The hash of the browser's device token: one a browser, over many sessions. The type says so,
  // for a laptop that moves is not a stolen token.
  if (const Node* hash = debug.Find("dtHash", "dt_hash"); hash != nullptr) {
    draft.SetFrom(Field::kToken, hash, As::kCasedId);
    draft.Set(Field::kTokenType, "device_token");
    if (!draft.Has(Field::kDevice)) draft.SetFrom(Field::kDevice, hash, As::kCasedId);
  }
}

void TakeTargets(const std::vector<Target>& targets, Draft& draft) {
  std::vector<std::string_view> scopes;
  const Node* scope_origin = nullptr;
  for (const Target& target : targets) {
    const std::string_view type = target.type;
    const bool is_app = EqualsIgnoreCase(type, "AppInstance") ||
                        EqualsIgnoreCase(type, "PublicClientApp") ||
                        EqualsIgnoreCase(type, "OAuth2Client");
    if (is_app && !draft.Has(Field::kApp) && HasText(target.id)) {
      draft.SetFrom(Field::kApp, target.id, As::kCasedId);
      if (HasText(target.name)) draft.SetFrom(Field::kAppName, target.name);
    } else if (EqualsIgnoreCase(type, "User") && !draft.Has(Field::kTarget)) {
      const Node* who = HasText(target.alternate) ? target.alternate : target.id;
      if (who != nullptr) draft.SetFrom(Field::kTarget, who, As::kLower);
      if (HasText(target.name)) draft.SetFrom(Field::kTargetName, target.name);
      draft.Set(Field::kTargetType, "User");
    } else if (type.starts_with("Grant") || EqualsIgnoreCase(type, "OAuth2Grant")) {
      if (HasText(target.id)) draft.SetFrom(Field::kGrant, target.id, As::kCasedId);
    } else if (EqualsIgnoreCase(type, "ROLE") || EqualsIgnoreCase(type, "CUSTOM_ROLE")) {
      if (HasText(target.name)) draft.SetFrom(Field::kRole, target.name);
      if (HasText(target.id)) draft.SetFrom(Field::kRoleId, target.id, As::kCasedId);
    } else if (EqualsIgnoreCase(type, "AuthorizationServer") ||
               EqualsIgnoreCase(type, "IssuerId")) {
      if (HasText(target.id)) draft.SetFrom(Field::kResource, target.id, As::kCasedId);
      if (HasText(target.name)) draft.SetFrom(Field::kResourceName, target.name);
    } else if (ContainsIgnoreCase(type, "scope")) {
      const Node* scope = HasText(target.name) ? target.name : target.alternate;
      if (!HasText(scope)) continue;
      if (scope_origin == nullptr) scope_origin = scope;
      for (const std::string_view part : Split(scope->text(), " ,")) scopes.push_back(part);
    }
  }
  if (!scopes.empty()) draft.Set(Field::kScopes, JoinSet(scopes, draft.arena()), scope_origin);
  if (draft.Has(Field::kTarget)) return;
  // No person: what was changed is the first thing that is no token and no app's user.
  for (const Target& target : targets) {
    if (ContainsIgnoreCase(target.type, "token") || ContainsIgnoreCase(target.type, "scope") ||
        !HasText(target.id)) {
      continue;
    }
    draft.SetFrom(Field::kTarget, target.id, As::kCasedId);
    if (HasText(target.name)) draft.SetFrom(Field::kTargetName, target.name);
    draft.Set(Field::kTargetType, target.type);
    return;
  }
}

void Fixup(const Record& record, Draft& draft) {
  const DebugData debug(record);
  const std::string_view operation = draft.Text(Field::kOperation);
  for (const ByPrefix& row : kKinds) {
    if (!operation.starts_with(row.prefix)) continue;
    draft.kind = row.kind;
    break;
  }
  // Okta's results beside SUCCESS and FAILURE. Source: System Log API, "Outcome object".
  const std::string_view result = draft.Text(Field::kStatus);
  if (EqualsIgnoreCase(result, "ALLOW") || EqualsIgnoreCase(result, "SUCCESS")) {
    draft.outcome = Outcome::kSuccess;
  } else if (EqualsIgnoreCase(result, "DENY") || EqualsIgnoreCase(result, "FAILURE") ||
             EqualsIgnoreCase(result, "ABANDONED") || EqualsIgnoreCase(result, "RATE_LIMIT")) {
    draft.outcome = Outcome::kFailure;
  } else {
    draft.outcome = Outcome::kUnknown;  // CHALLENGE, SKIPPED, SCHEDULED, DEFERRED, UNANSWERED, ...
  }
  for (const Field field :
       {Field::kCorrelation, Field::kSession, Field::kUser, Field::kUserId, Field::kDevice,
        Field::kCredential, Field::kCountry, Field::kUserAgent, Field::kStatusDetail}) {
    if (Plain(draft.Text(field)).empty()) draft.Clear(field);
  }
  debug.Take("requestId", "request_id", Field::kCorrelation, As::kCasedId, draft);

  const std::vector<Target> targets = Targets(record);
  TakeToken(record, debug, targets, draft);
  TakeTargets(targets, draft);

  // An app that acts by itself is an honest actor here.
  if (draft.Text(Field::kUserType) == "PublicClientApp") {
    draft.Derive(Field::kActorAppId, draft.Text(Field::kUserId), Field::kUserId);
    for (const std::string_view path :
         {"actor.displayName", "actor_displayName_s", "okta.actor.display_name"}) {
      const Node* name = record.Find(path);
      if (name != nullptr && !draft.Has(Field::kActorApp)) draft.SetFrom(Field::kActorApp, name);
    }
    if (!draft.Has(Field::kApp)) {
      draft.Derive(Field::kApp, draft.Text(Field::kUserId), Field::kUserId);
      draft.Derive(Field::kAppName, draft.Text(Field::kActorApp), Field::kActorApp);
    }
    draft.Clear(Field::kUser);
    draft.Clear(Field::kUserId);
  }
  debug.Take("grantedScopes", "granted_scopes", Field::kScopes, As::kScopes, draft);
  debug.Take("requestedScopes", "requested_scopes", Field::kScopesAdded, As::kScopes, draft);
  if (draft.Has(Field::kScopesAdded)) {
    // Asked for, not given: kept apart unless nothing else is known of a consent.
    if (!draft.Has(Field::kScopes) && draft.kind == Kind::kAppAuthorized) {
      draft.Derive(Field::kScopes, draft.Text(Field::kScopesAdded), Field::kScopesAdded);
    }
    draft.Clear(Field::kScopesAdded);
  }
  debug.Take("grantType", "grant_type", Field::kProtocol, As::kText, draft);
  debug.Take("signOnMode", "sign_on_mode", Field::kProtocol, As::kText, draft);
  debug.Take("redirectUri", "redirect_uri", Field::kReplyUrls, As::kText, draft);
  debug.Take("requestUri", "request_uri", Field::kUrl, As::kText, draft);
  debug.Take("privilegeGranted", "privilege_granted", Field::kRole, As::kText, draft);
  for (const Target& target : targets) {
    if (draft.Has(Field::kReason)) break;
    const std::string_view words = ChangesInWords(record, *target.node, draft.arena());
    if (!words.empty()) draft.Set(Field::kReason, words, target.node);
  }
  if (draft.kind == Kind::kRisk) {
    debug.Take("behaviors", "behaviors", Field::kReason, As::kText, draft);
    debug.Take("risk", "risk", Field::kReason, As::kText, draft);
  }
  if (draft.kind == Kind::kAppAuthorized) {
    const bool admin = operation.find(".admin.") != std::string_view::npos;
    draft.Set(Field::kConsentType, admin ? "AllPrincipals" : "Principal");
    if (!admin) {
      const bool for_other = draft.Text(Field::kTargetType) == "User";
      const Field who = for_other ? Field::kTarget : Field::kUser;
      draft.Derive(Field::kPrincipal, draft.Text(who), who);
    }
  }
}

}  // namespace

extern constinit const SourceDef kOktaSystem = {
    .name = "okta_system",
    .summary = "Okta System Log: sign-ins, token grants, consents, admin changes",
    .reference = "Okta developer documentation, System Log API and Event types (2026)",
    .sigma = {{{.product = "okta", .category = {}, .service = "okta"}}},
    .claims = kClaims,
    .head = {.time = {"published", "published_t", "TimeGenerated", "@timestamp"},
             .key = {"uuid|uuid_g|EventOriginalUid|okta.uuid", {}, {}, {}},
             .outcome = {}},
    .fields = kFields,
    .split = {},
    .fixup = Fixup,
    .headerless = {},
};

}  // namespace tokentrail::source
