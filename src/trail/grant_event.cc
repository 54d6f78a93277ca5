#include "trail/grant_event.h"

#include <initializer_list>
#include <string>

#include "base/text.h"
#include "inventory/permission.h"

namespace tokentrail::trail {
namespace {

using analytic::State;

constexpr std::string_view kAllPrincipals = "AllPrincipals";

std::string_view Known(std::string_view text) {
  text = Trim(text);
  return IsZeroGuid(text) ? std::string_view() : text;
}

std::string_view First(const Event& event, std::initializer_list<Field> fields) {
  for (const Field field : fields) {
    if (const std::string_view text = Known(event.Text(field)); !text.empty()) return text;
  }
  return {};
}

PersonNames ActorOf(const Event& event) {
  return {Known(event.Text(Field::kUserId)), Known(event.Text(Field::kUser))};
}

AppNames AppOf(const Event& event) {
  return {.id = Known(event.Text(Field::kApp)),
          .object = Known(event.Text(Field::kAppObject)),
          .name = Trim(event.Text(Field::kAppName))};
}

/// Exchange's PUID is nobody's id elsewhere.
PersonNames MicrosoftActor(const Event& event) {
  PersonNames out = ActorOf(event);
  if (!IsGuid(out.id) && !out.name.empty()) out.id = {};
  return out;
}

/// The kinds of events in which a token is used.
bool IsUse(Kind kind) {
  switch (kind) {
    case Kind::kSignIn:
    case Kind::kMailRead:
    case Kind::kMailSend:
    case Kind::kMailRule:
    case Kind::kFileAccess:
    case Kind::kApiCall:
    case Kind::kTokenMinted:
      return true;
    default:
      return false;
  }
}

bool NotMicrosofts(std::string_view app) { return inventory::MicrosoftApp(app) == nullptr; }
bool NotGoogles(std::string_view app) { return inventory::GoogleApp(app) == nullptr; }
bool Anybodys(std::string_view) { return true; }

// Microsoft: the directory's changes, whichever of the two logs has them.

AppNames MicrosoftApp(const Event& event, const State& state) {
  AppNames out = AppOf(event);
  // User-flow records leave the client id empty, and some give it only as the target's name.
  if (out.id.empty() && IsGuid(out.name)) out.id = out.name;
  if (out.id.empty() && !out.object.empty()) {
    out.id = state.AppOfObject(event.Text(Field::kTenant), out.object);
  }
  return out;
}

PersonNames Named(const Event& event, const State& state, std::string_view id) {
  PersonNames out{.id = id};
  const PersonNames actor = ActorOf(event);
  if (EqualsIgnoreCase(id, actor.id)) out.name = actor.name;
  if (out.name.empty()) out.name = state.NameOfUser(event.Text(Field::kTenant), id);
  return out;
}

Telling Delegated(const Event& event, const State& state) {
  Telling out;
  out.kind = GrantKind::kDelegated;
  out.platform = "entra";
  out.app = MicrosoftApp(event, state);
  out.all_users = EqualsIgnoreCase(event.Text(Field::kConsentType), kAllPrincipals);
  if (!out.all_users) {
    const std::string_view whom = Known(event.Text(Field::kPrincipal));
    out.principal = whom.empty() ? MicrosoftActor(event) : Named(event, state, whom);
  }
  out.ids = event.Text(Field::kGrant);
  out.resource = Known(event.Text(Field::kResource));
  out.resource_name = event.Text(Field::kResourceName);
  out.now = event.Text(Field::kScopes);
  if (out.now.empty()) out.now = event.Text(Field::kScopesAdded);
  out.old = event.Text(Field::kScopesOld);
  if (out.old.empty()) out.old = event.Text(Field::kScopesRemoved);
  out.consent = event.kind() == Kind::kConsent;
  out.sure_birth = true;
  return out;
}

/// An app role by its name, where the record gives only its id.
std::string_view AppRole(const Event& event) {
  const std::string_view name = Known(event.Text(Field::kRole));
  if (!name.empty()) return name;
  const std::string_view id = Known(event.Text(Field::kRoleId));
  const auto* known =
      inventory::Find(inventory::Platform::kMicrosoft, inventory::Holder::kApplication, id,
                      event.Text(Field::kResource));
  return known == nullptr ? id : known->name;
}

Telling Application(const Event& event, const State& state) {
  Telling out;
  out.kind = GrantKind::kApplication;
  out.platform = "entra";
  out.app = MicrosoftApp(event, state);
  out.resource = Known(event.Text(Field::kResource));
  out.resource_name = event.Text(Field::kResourceName);
  out.one = AppRole(event);
  // Each role is assigned by itself: that one is new says nothing of others.
  return out;
}

/// A directory role of an app.
void EnterDirectoryRole(const Event& event, const State& state, GrantBook& book) {
  if (!EqualsIgnoreCase(event.Text(Field::kTargetType), "ServicePrincipal")) return;
  // Who is eligible for a role doesn't hold it.
  if (ContainsIgnoreCase(event.Text(Field::kOperation), "eligible")) return;
  Telling out;
  out.kind = GrantKind::kRole;
  out.platform = "entra";
  out.app = MicrosoftApp(event, state);
  if (out.app.empty()) {
    out.app = {.object = Known(event.Text(Field::kTarget)), .name = event.Text(Field::kTargetName)};
  }
  if (out.app.empty()) return;
  out.one = First(event, {Field::kRole, Field::kRoleId});
  out.resource_name = "directory";
  out.takes_away = event.kind() == Kind::kRoleRevoked;
  book.Authorize(out, event);
}

void EnterDirectory(const Event& event, const State& state, GrantBook& book) {
  const std::string_view operation = event.Text(Field::kOperation);
  switch (event.kind()) {
    case Kind::kConsent:
    case Kind::kDelegatedGrant: {
      const Telling telling = Delegated(event, state);
      if (!telling.app.empty()) book.Authorize(telling, event);
      return;
    }
    case Kind::kAppRoleGrant: {
      const Telling telling = Application(event, state);
      if (!telling.app.empty()) book.Authorize(telling, event);
      return;
    }
    case Kind::kAppRevoked: {
      const bool role = event.Has(Field::kRole) || event.Has(Field::kRoleId);
      Telling telling = role ? Application(event, state) : Delegated(event, state);
      // Refresh tokens made invalid (`Revoke user sign-in sessions`) leave the grant as it is.
      if (telling.app.empty()) return;
      telling.takes_away = true;
      telling.consent = false;
      telling.now = {};
      if (telling.old.empty()) telling.old = event.Text(Field::kScopes);
      book.Authorize(telling, event);
      return;
    }
    case Kind::kRoleAssignment:
    case Kind::kRoleRevoked:
      return EnterDirectoryRole(event, state, book);
    case Kind::kAppChange: {
      const AppNames app = MicrosoftApp(event, state);
      if (EqualsIgnoreCase(operation, "Delete application") ||
          EqualsIgnoreCase(operation, "Remove service principal") ||
          EqualsIgnoreCase(operation, "Hard delete application") ||
          EqualsIgnoreCase(operation, "Hard delete service principal")) {
        return book.EndApp(app, event);
      }
      if (EqualsIgnoreCase(operation, "Restore application") ||
          EqualsIgnoreCase(operation, "Restore service principal")) {
        return book.RestoreApp(app, event);
      }
      return;
    }
    case Kind::kUserChange: {
      const PersonNames whom{Known(event.Text(Field::kTarget)),
                             Known(event.Text(Field::kTargetName))};
      if (EqualsIgnoreCase(operation, "Delete user") ||
          EqualsIgnoreCase(operation, "Hard delete user")) {
        return book.EndPerson(whom, event);
      }
      if (EqualsIgnoreCase(operation, "Restore user")) book.RestorePerson(whom, event);
      return;
    }
    default:
      return;
  }
}

void EnterMicrosoftUse(const Event& event, GrantBook& book) {
  Telling out;
  out.platform = "entra";
  out.app = {.id = Known(event.Text(Field::kApp)),
             .object = Known(event.Text(Field::kAppObject)),
             .name = event.Text(Field::kAppName)};
  if (out.app.id.empty()) return;
  const bool by_itself = event.Has(Field::kActorAppId) || event.Has(Field::kActorApp);
  if (by_itself) {
    out.kind = GrantKind::kApplication;
    out.now = event.Text(Field::kRole);  // roles on the token (Graph activity)
    if (event.kind() != Kind::kApiCall) out.now = {};
  } else {
    out.principal = MicrosoftActor(event);
    if (out.principal.empty()) return;
    out.now = event.Text(Field::kScopes);
  }
  book.Use(out, event, NotMicrosofts);
}

// Google Workspace.

void EnterGoogle(const Event& event, GrantBook& book) {
  const std::string_view operation = event.Text(Field::kOperation);
  Telling out;
  out.platform = "google";
  out.app = AppOf(event);
  out.app.by_name = out.app.id.empty();
  out.now = event.Text(Field::kScopes);
  const bool admin = EqualsIgnoreCase(event.Text(Field::kCategory), "admin");
  switch (event.kind()) {
    case Kind::kAppAuthorized:
      out.consent = true;
      if (EqualsIgnoreCase(operation, "ADD_APPLICATION")) {
        out.all_users = true;
        out.sure_birth = true;
      } else {
        out.principal = ActorOf(event);
        if (out.principal.empty()) return;
      }
      if (!out.app.empty()) book.Authorize(out, event);
      return;
    case Kind::kDelegation:
      // The form holds the whole list: what it says replaces what stood.
      out.kind = GrantKind::kApplication;
      out.all_users = true;
      out.replaces = true;
      out.consent = true;
      if (!out.app.empty()) book.Authorize(out, event);
      return;
    case Kind::kAppRevoked:
      if (out.app.empty()) return;  // an app password
      out.old = out.now;
      out.now = {};
      if (EqualsIgnoreCase(operation, "REMOVE_API_CLIENT_ACCESS")) {
        out.kind = GrantKind::kApplication;
        out.all_users = true;
      } else if (EqualsIgnoreCase(operation, "REMOVE_APPLICATION")) {
        out.all_users = true;
      } else if (admin) {
        out.principal = {.name = Known(event.Text(Field::kTarget))};
        if (out.principal.empty()) return;
      } else {
        out.principal = ActorOf(event);
        if (out.principal.empty()) return;
      }
      return book.End(out, event);
    case Kind::kUserChange:
      if (EqualsIgnoreCase(operation, "DELETE_USER")) {
        book.EndPerson({.name = Known(event.Text(Field::kTarget))}, event);
      } else if (EqualsIgnoreCase(operation, "UNDELETE_USER")) {
        book.RestorePerson({.name = Known(event.Text(Field::kTarget))}, event);
      }
      return;
    default:
      break;
  }
  if (!IsUse(event.kind()) || event.kind() == Kind::kSignIn) return;
  // Of a file's events kApp may be the app that once made the file.
  const bool token_log = EqualsIgnoreCase(event.Text(Field::kCategory), "token");
  if (!token_log && event.Text(Field::kActorAppId) != event.Text(Field::kApp)) return;
  out.now = {};
  out.app.by_name = false;
  out.principal = ActorOf(event);
  if (out.app.id.empty() || out.principal.empty()) return;
  book.Use(out, event, NotGoogles);
}

// GitHub.

bool IsPersonalToken(const Event& event) {
  return ContainsIgnoreCase(event.Text(Field::kTokenType), "personal access token");
}

std::string_view TokenId(const Event& event) {
  return First(event, {Field::kCredential, Field::kToken});
}

Telling GithubToken(const Event& event) {
  Telling out;
  out.kind = GrantKind::kToken;
  out.platform = "github";
  out.thing = TokenId(event);
  out.ids = out.thing;
  out.now = event.Text(Field::kScopes);
  out.resource_name = event.Text(Field::kTokenType);
  return out;
}

void EnterGithubToken(const Event& event, std::string_view action, GrantBook& book) {
  Telling out = GithubToken(event);
  if (out.thing.empty()) return;
  // An owner of the organisation grants what another asked for.
  const std::string_view whose = Known(event.Text(Field::kTargetName));
  const bool for_other = action == "personal_access_token.access_granted" && !whose.empty();
  out.principal = for_other ? PersonNames{.id = {}, .name = whose} : ActorOf(event);
  if (event.kind() == Kind::kAppRevoked) {
    out.old = out.now;
    out.now = {};
    // By the token's id, whoever takes it away.
    out.principal = {};
    out.takes_away = true;
    return book.Authorize(out, event);
  }
  out.consent = true;
  out.is_birth = !action.ends_with("regenerated") && !action.ends_with(".regenerate") &&
                 !action.ends_with(".update");
  out.sure_birth = action == "personal_access_token.create";
  book.Authorize(out, event);
}

void EnterGithub(const Event& event, GrantBook& book) {
  const std::string_view action = event.Text(Field::kOperation);
  Telling out;
  out.platform = "github";
  out.app = AppOf(event);
  out.app.by_name = out.app.id.empty();
  const auto is = [&](std::string_view prefix) { return action.starts_with(prefix); };
  const bool gone = event.kind() == Kind::kAppRevoked;
  if (event.kind() == Kind::kAppAuthorized || gone || event.kind() == Kind::kTokenMinted) {
    if (is("personal_access_token.") || is("org_credential_authorization.")) {
      return EnterGithubToken(event, action, book);
    }
    out.now = event.Text(Field::kScopes);
    if (out.now.empty()) out.now = event.Text(Field::kScopesAdded);
    out.consent = true;
    if (is("integration_installation.")) {
      if (out.app.empty()) return;
      out.kind = GrantKind::kApplication;
      // What it may do in fewer repositories it may still do.
      if (is("integration_installation.repositories_removed")) return;
      if (is("integration_installation.suspend")) return book.EndApp(out.app, event);
      if (is("integration_installation.unsuspend")) return book.RestoreApp(out.app, event);
      if (gone) return book.End(out, event);
      out.is_birth = out.sure_birth = is("integration_installation.create");
      return book.Authorize(out, event);
    }
    if (is("org.oauth_app_access_")) {
      if (out.app.empty()) return;
      out.all_users = true;
      return gone ? book.End(out, event) : book.Authorize(out, event);
    }
    if (is("oauth_authorization.") || is("oauth_access.")) {
      // Without an app it is a classic personal access token.
      if (out.app.empty()) return EnterGithubToken(event, action, book);
      out.principal = ActorOf(event);
      if (out.principal.empty()) return;
      out.by_token = is("oauth_access.");
      out.sure_birth = is("oauth_authorization.create");
      out.is_birth = action.ends_with(".create");
      if (!gone) return book.Authorize(out, event);
      if (!out.by_token || book.OnlyByToken(out, event)) book.End(out, event);
    }
    return;
  }
  if (event.kind() == Kind::kAppChange) {
    if (action == "oauth_application.destroy" || action == "integration.destroy") {
      book.EndApp(out.app, event);
    }
    return;
  }
  if (!IsUse(event.kind()) || event.kind() == Kind::kSignIn) return;
  if (IsPersonalToken(event)) {
    Telling token = GithubToken(event);
    token.principal = ActorOf(event);
    if (!token.thing.empty()) book.Use(token, event, Anybodys);
    return;
  }
  if (out.app.empty()) return;
  if (ContainsIgnoreCase(event.Text(Field::kTokenType), "server-to-server")) {
    out.kind = GrantKind::kApplication;
  } else {
    out.principal = ActorOf(event);
    if (out.principal.empty()) return;
  }
  out.now = event.Text(Field::kScopes);
  book.Use(out, event, Anybodys);
}

// Slack: an app holds its tokens in the workspace, whoever installed it.

void EnterSlack(const Event& event, GrantBook& book) {
  const std::string_view action = event.Text(Field::kOperation);
  Telling out;
  out.kind = GrantKind::kApplication;
  out.platform = "slack";
  out.app = AppOf(event);
  out.app.by_name = out.app.id.empty();
  if (event.kind() == Kind::kUserChange) return;
  if (event.kind() == Kind::kAppAuthorized) {
    if (out.app.empty()) return;
    // An app that is approved may be installed; it holds no token yet.
    if (action == "app_approved" || action == "org_app_future_workspace_install_enabled") return;
    out.now = event.Text(Field::kScopes);
    out.old = event.Text(Field::kScopesOld);
    out.consent = true;
    out.is_birth = action == "app_installed" || action == "org_app_workspace_added";
    out.sure_birth = action == "app_installed";
    return book.Authorize(out, event);
  }
  if (event.kind() == Kind::kAppRevoked) {
    if (out.app.empty()) return;
    // In other workspaces it stays; its bot's token lives with fewer rights; who may ask is another
    // question than who may do.
    if (action == "org_app_workspace_removed" || action == "bot_token_downgraded" ||
        action == "app_approval_cleared") {
      return;
    }
    return book.End(out, event);
  }
  if (!IsUse(event.kind()) || !event.Has(Field::kActorAppId)) return;
  out.app.id = event.Text(Field::kActorAppId);
  out.app.by_name = false;
  book.Use(out, event, Anybodys);
}

// Salesforce. Its logs tell no consent: an app shows up when it is installed for all, or when a
// login brings it a token of a person.

void EnterSalesforceSetup(const Event& event, GrantBook& book) {
  Telling out;
  out.platform = "salesforce";
  out.app = AppOf(event);
  out.app.by_name = true;
  if (out.app.empty()) return;
  const std::string_view action = event.Text(Field::kOperation);
  if (event.kind() == Kind::kAppAuthorized) {
    out.all_users = true;
    out.consent = true;
    return book.Authorize(out, event);
  }
  if (event.kind() == Kind::kAppRevoked) {
    const std::string_view whom = Known(event.Text(Field::kTarget));
    if (!whom.empty() && whom.find('@') != std::string_view::npos) {
      out.principal = {.name = whom};
      return book.End(out, event);
    }
    return book.EndApp(out.app, event);
  }
  if (event.kind() == Kind::kAppChange && ContainsIgnoreCase(action, "delete")) {
    book.EndApp(out.app, event);
  }
}

void EnterSalesforceEvent(const Event& event, GrantBook& book) {
  Telling out;
  out.platform = "salesforce";
  out.app = AppOf(event);
  out.principal = ActorOf(event);
  if (out.principal.empty()) return;
  const bool login = event.kind() == Kind::kSignIn;
  if (login || event.kind() == Kind::kTokenMinted) {
    // Login types of apps: Salesforce, "Login History", Remote Access 2.0 and its refreshes.
    const bool oauth = event.kind() == Kind::kTokenMinted ||
                       event.Text(Field::kProtocol).starts_with("Remote Access");
    out.app.by_name = true;
    if (!oauth || out.app.empty()) return;
    if (ContainsIgnoreCase(event.Text(Field::kTokenType), "refresh")) {
      return book.Use(out, event, Anybodys);
    }
    out.by_token = true;
    out.consent = false;
    out.now = event.Text(Field::kScopes);
    book.Authorize(out, event);
    return book.Use(out, event, Anybodys);
  }
  if (!IsUse(event.kind()) || out.app.id.empty()) return;
  out.app.by_name = true;
  book.Use(out, event, Anybodys);
}

// Okta.

void EnterOkta(const Event& event, GrantBook& book) {
  const std::string_view action = event.Text(Field::kOperation);
  const auto is = [&](std::string_view prefix) { return action.starts_with(prefix); };
  Telling out;
  out.platform = "okta";
  out.app = AppOf(event);
  out.ids = event.Text(Field::kGrant);
  if (is("system.api_token.")) {
    out = {};
    out.kind = GrantKind::kToken;
    out.platform = "okta";
    out.thing = First(event, {Field::kIssuedToken, Field::kToken});
    if (out.thing.empty()) return;
    out.ids = out.thing;
    out.resource_name = event.Text(Field::kTargetName);
    if (event.kind() == Kind::kAppRevoked) {
      out.takes_away = true;
    } else if (event.kind() == Kind::kTokenMinted || is("system.api_token.enable")) {
      out.principal = ActorOf(event);
      out.consent = true;
      out.sure_birth = event.kind() == Kind::kTokenMinted;
    } else {
      return;
    }
    return book.Authorize(out, event);
  }
  const bool consent = action.find(".consent.") != std::string_view::npos;
  const bool service = is("integration.api_service.");
  if ((event.kind() == Kind::kAppAuthorized || event.kind() == Kind::kAppRevoked) &&
      (consent || service)) {
    if (out.app.empty()) return;
    if (service) out.kind = GrantKind::kApplication;
    out.all_users = action.find(".admin.") != std::string_view::npos;
    if (!service && !out.all_users) {
      const std::string_view whom = event.Text(Field::kTargetType) == "User"
                                        ? Known(event.Text(Field::kTarget))
                                        : std::string_view();
      out.principal = whom.empty() ? ActorOf(event) : PersonNames{.id = {}, .name = whom};
    }
    out.resource = event.Text(Field::kResource);
    out.resource_name = event.Text(Field::kResourceName);
    if (event.kind() == Kind::kAppRevoked) {
      out.takes_away = true;
      out.old = event.Text(Field::kScopes);
      return book.Authorize(out, event);
    }
    out.now = event.Text(Field::kScopes);
    out.consent = true;
    out.sure_birth = service;
    return book.Authorize(out, event);
  }
  switch (event.kind()) {
    case Kind::kRoleAssignment:
    case Kind::kRoleRevoked:
      if (!is("app.oauth2.client.privilege") || out.app.empty()) return;
      out.kind = GrantKind::kRole;
      out.one = event.Text(Field::kRole);
      out.takes_away = event.kind() == Kind::kRoleRevoked;
      return book.Authorize(out, event);
    case Kind::kAppChange:
      if (is("application.lifecycle.delete") || is("app.oauth2.client.lifecycle.delete")) {
        book.EndApp(out.app, event);
      }
      return;
    case Kind::kUserChange:
      if (is("user.lifecycle.delete")) {
        book.EndPerson({.name = Known(event.Text(Field::kTarget))}, event);
      }
      return;
    default:
      break;
  }
  if (event.kind() == Kind::kOther) return;
  if (const std::string_view token = event.Text(Field::kCredential); !token.empty()) {
    Telling used;
    used.kind = GrantKind::kToken;
    used.platform = "okta";
    used.thing = token;
    used.ids = token;
    used.principal = ActorOf(event);
    book.Use(used, event, Anybodys);
  }
  if (event.kind() != Kind::kTokenMinted || out.app.id.empty()) return;
  if (event.Has(Field::kActorAppId)) {
    out.kind = GrantKind::kApplication;
  } else {
    out.principal = ActorOf(event);
    if (out.principal.empty()) return;
  }
  out.now = event.Text(Field::kScopes);
  out.ids = {};
  book.Use(out, event, Anybodys);
}

// Kubernetes.

constexpr std::string_view kServiceAccount = "system:serviceaccount:";

void EnterBinding(const Event& event, GrantBook& book) {
  const std::string_view name = event.Text(Field::kName);
  if (name.empty()) return;  // a whole collection, of which the log names none
  Telling out;
  out.kind = GrantKind::kRole;
  out.platform = "kubernetes";
  out.thing = name;
  const bool cluster = event.Text(Field::kResourceKind).starts_with("cluster");
  // A binding of the cluster has no namespace, and its name may be that of one in a namespace.
  out.thing_in = cluster ? std::string_view("*") : event.Text(Field::kNamespace);
  out.resource = event.Text(Field::kResourceKind);
  out.resource_name = cluster ? std::string_view("the whole cluster") : out.thing_in;
  const std::string id =
      std::string(cluster ? "" : out.thing_in) + (cluster ? "" : "/") + std::string(name);
  out.ids = id;
  const std::string_view holders = event.Text(Field::kTargetName);
  if (event.kind() == Kind::kRoleRevoked) {
    book.EndOthers(out.thing, out.thing_in, {}, event);
    return;
  }
  out.one = event.Text(Field::kRole);
  out.consent = true;
  out.is_birth = out.sure_birth = event.Text(Field::kVerb) == "create";
  if (holders.empty()) {  // audit level Metadata: a binding, and nothing of what it says
    if (out.sure_birth) book.Authorize(out, event);
    return;
  }
  book.EndOthers(out.thing, out.thing_in, holders, event);
  for (const std::string_view holder : Split(holders, " ")) {
    Telling one = out;
    one.ids = id;
    if (holder.starts_with(kServiceAccount)) {
      one.app = {.id = holder};
    } else {
      one.principal = {.id = {}, .name = holder};
    }
    book.Authorize(one, event);
  }
}

void EnterKubernetes(const Event& event, GrantBook& book) {
  if (event.kind() == Kind::kRoleAssignment || event.kind() == Kind::kRoleRevoked) {
    return EnterBinding(event, book);
  }
  const std::string_view account = event.Text(Field::kServiceAccount);
  if (account.empty()) return;
  // Kubelets ask for the tokens of the pods they run, all day: that is no grant of anybody's.
  const std::string_view user = event.Text(Field::kUser);
  if (user.starts_with("system:node:") || user.starts_with("system:kube-")) return;
  std::string holder(kServiceAccount);
  holder.append(account.substr(0, account.find('/'))).append(":");
  holder.append(account.substr(std::min(account.size(), account.find('/') + 1)));
  Telling out;
  out.kind = GrantKind::kToken;
  out.platform = "kubernetes";
  out.app = {.id = holder, .object = {}, .name = account};
  out.principal = {.id = {}, .name = user};
  if (event.kind() == Kind::kCredentialChange) {  // a Secret with a token that never expires
    out.thing = event.Text(Field::kName);
    out.thing_in = event.Text(Field::kNamespace);
    out.resource_name = "Secret, never expires";
    out.sure_birth = true;
  } else {
    out.resource_name = "TokenRequest";
  }
  out.now = event.Text(Field::kAudience);
  out.consent = true;
  book.Authorize(out, event);
}

bool IsDirectoryKind(Kind kind) {
  switch (kind) {
    case Kind::kConsent:
    case Kind::kDelegatedGrant:
    case Kind::kAppRoleGrant:
    case Kind::kAppChange:
    case Kind::kCredentialChange:
    case Kind::kOwnerChange:
    case Kind::kUserChange:
    case Kind::kDeviceChange:
      return true;
    default:
      return false;
  }
}

}  // namespace

void Enter(const Event& event, const State& state, std::string_view source, GrantBook& book) {
  // The bulk of most logs, which tells of no grant.
  if (event.kind() == Kind::kKubernetes || event.kind() == Kind::kOther) return;
  if (!event.succeeded()) return;
  if (source == "entra_audit") return EnterDirectory(event, state, book);
  if (source == "m365_audit") {
    if (IsUse(event.kind())) return EnterMicrosoftUse(event, book);
    return EnterDirectory(event, state, book);
  }
  if (source == "entra_signin" || source == "graph_activity") {
    return EnterMicrosoftUse(event, book);
  }
  if (source == "google_workspace") return EnterGoogle(event, book);
  if (source == "github_audit") return EnterGithub(event, book);
  if (source == "slack_audit") return EnterSlack(event, book);
  if (source == "salesforce_setup") return EnterSalesforceSetup(event, book);
  if (source == "salesforce_event") return EnterSalesforceEvent(event, book);
  if (source == "okta_system") return EnterOkta(event, book);
  if (source == "kubernetes_audit") return EnterKubernetes(event, book);
}

GrantLog LogOf(const Event& event, std::string_view source) {
  if (event.kind() == Kind::kKubernetes || event.kind() == Kind::kSnapshot) return GrantLog::kNone;
  if (source == "entra_audit") return GrantLog::kEntra;
  if (source == "m365_audit") {
    // An export of mail alone holds no consent.
    return IsDirectoryKind(event.kind()) ? GrantLog::kEntra : GrantLog::kNone;
  }
  if (source == "google_workspace") {
    switch (event.kind()) {
      case Kind::kAppAuthorized:
      case Kind::kAppRevoked:
      case Kind::kApiCall:
        if (EqualsIgnoreCase(event.Text(Field::kCategory), "token")) return GrantLog::kGoogleToken;
        return GrantLog::kGoogleAdmin;
      case Kind::kDelegation:
      case Kind::kRoleAssignment:
      case Kind::kRoleRevoked:
      case Kind::kRoleChange:
      case Kind::kPolicyChange:
        return GrantLog::kGoogleAdmin;
      default:
        return GrantLog::kNone;
    }
  }
  if (source == "github_audit") return GrantLog::kGithub;
  if (source == "slack_audit") return GrantLog::kSlack;
  if (source == "salesforce_setup") return GrantLog::kSalesforceSetup;
  if (source == "salesforce_event") {
    return event.kind() == Kind::kSignIn ? GrantLog::kSalesforceLogin : GrantLog::kNone;
  }
  if (source == "okta_system") return GrantLog::kOkta;
  if (source == "kubernetes_audit") return GrantLog::kKubernetes;
  return GrantLog::kNone;
}

GrantLog LogOf(const Grant& grant) {
  if (grant.platform == "entra") return GrantLog::kEntra;
  if (grant.platform == "google") {
    return grant.all_users ? GrantLog::kGoogleAdmin : GrantLog::kGoogleToken;
  }
  if (grant.platform == "github") return GrantLog::kGithub;
  if (grant.platform == "slack") return GrantLog::kSlack;
  if (grant.platform == "salesforce") {
    return grant.all_users ? GrantLog::kSalesforceSetup : GrantLog::kSalesforceLogin;
  }
  if (grant.platform == "okta") return GrantLog::kOkta;
  if (grant.platform == "kubernetes") return GrantLog::kKubernetes;
  return GrantLog::kNone;
}

FieldSet GrantEventNeeds() {
  return {Field::kTenant,       Field::kOperation,      Field::kCategory,     Field::kCorrelation,
          Field::kUser,         Field::kUserId,         Field::kActorApp,     Field::kActorAppId,
          Field::kApp,          Field::kAppName,        Field::kAppObject,    Field::kResource,
          Field::kResourceName, Field::kToken,          Field::kGrant,        Field::kCredential,
          Field::kProtocol,     Field::kTokenType,      Field::kScopes,       Field::kScopesOld,
          Field::kScopesAdded,  Field::kScopesRemoved,  Field::kConsentType,  Field::kPrincipal,
          Field::kTarget,       Field::kTargetName,     Field::kTargetType,   Field::kRole,
          Field::kRoleId,       Field::kVerb,           Field::kResourceKind, Field::kNamespace,
          Field::kName,         Field::kServiceAccount, Field::kIssuedToken,  Field::kAudience,
          Field::kReason,       Field::kStatusDetail};
}

}  // namespace tokentrail::trail
