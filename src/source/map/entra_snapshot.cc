// The state of a directory's apps and grants, as an export of it shows: not what happened, what is.
//
// Microsoft Graph objects, as the API answers ({"@odata.context", "value": [...]}) and as
// PowerShell's Get-Mg... | ConvertTo-Json writes them (names with a capital):
// oauth2PermissionGrant, appRoleAssignment, servicePrincipal (with its appRoleAssignments when they
// were expanded), application, servicePrincipalSignInActivity, user, directoryRole (with its
// members). And the table of Get-OAuthPermissionsGraph, one row a permission.
//
// Such a record has no time of its own; when a thing was made, where it says so, is told apart.
// Sources: Microsoft Graph reference, the resource types named; Microsoft-Extractor-Suite,
// Get-OAuthPermissionsGraph (read 2026).

#include <array>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "source/map/fact_list.h"
#include "source/map/maps.h"

namespace tokentrail::source {
namespace {

bool IsSignInActivity(const Record& record) {
  return record.Has("lastSignInActivity.lastSignInDateTime") ||
         record.Has("LastSignInActivity.LastSignInDateTime");
}

/// Of an audit record or a sign-in these would be events.
bool IsState(const Record& record) {
  return !record.Has("status") && !record.Has("activityDisplayName") && !record.Has("ipAddress") &&
         !record.Has("operationName");
}

/// A directory's person, not the one of some other vendor's list.
bool IsPerson(const Record& record) {
  if (!IsState(record) || record.Has("appId") || record.Has("AppId")) return false;
  for (const std::string_view key :
       {"jobTitle", "JobTitle", "department", "Department", "accountEnabled", "AccountEnabled",
        "userType", "UserType", "businessPhones", "BusinessPhones"}) {
    if (record.Child(record.root(), key) != nullptr) return true;
  }
  return false;
}

constexpr Claim kClaims[] = {
    {.keys = {"clientId", "consentType", "resourceId"}, .test = IsState},
    {.keys = {"ClientId", "ConsentType", "ResourceId"}, .test = IsState},
    {.keys = {"appRoleId", "principalId", "resourceId"}, .test = IsState},
    {.keys = {"AppRoleId", "PrincipalId", "ResourceId"}, .test = IsState},
    {.keys = {"appId", "servicePrincipalType"}, .test = IsState},
    {.keys = {"AppId", "ServicePrincipalType"}, .test = IsState},
    {.keys = {"appId", "servicePrincipalNames"}, .test = IsState},
    {.keys = {"AppId", "ServicePrincipalNames"}, .test = IsState},
    {.keys = {"appId", "requiredResourceAccess"}, .test = IsState},
    {.keys = {"AppId", "RequiredResourceAccess"}, .test = IsState},
    {.keys = {"appId", "passwordCredentials"}, .test = IsState},
    {.keys = {"AppId", "PasswordCredentials"}, .test = IsState},
    {.keys = {"appId", "lastSignInActivity"}, .test = IsSignInActivity},
    {.keys = {"AppId", "LastSignInActivity"}, .test = IsSignInActivity},
    {.keys = {"id", "userPrincipalName"}, .test = IsPerson},
    {.keys = {"Id", "UserPrincipalName"}, .test = IsPerson},
    {.keys = {"roleTemplateId", "displayName"}, .test = IsState},
    {.keys = {"RoleTemplateId", "DisplayName"}, .test = IsState},
    {.keys = {"PermissionType", "ClientObjectId"}},
    {.keys = {"PermissionType", "AppDisplayName", "Permission"}},
};

constexpr FieldMap kFields[] = {
    {Field::kTenant, {"tenantId", "TenantId"}, As::kId},
    {Field::kApp, {"appId", "AppId"}, As::kId},
    {Field::kAppName,
     {"appDisplayName", "AppDisplayName", "displayName", "DisplayName", "principalDisplayName",
      "PrincipalDisplayName"}},
    {Field::kAppOwner, {"appOwnerOrganizationId", "AppOwnerOrganizationId"}, As::kId},
    {Field::kPublisher,
     {"verifiedPublisher.displayName", "VerifiedPublisher.DisplayName", "publisherName",
      "PublisherName"}},
    {Field::kReplyUrls,
     {"replyUrls", "ReplyUrls", "web.redirectUris", "Web.RedirectUris"},
     As::kScopes},
    {Field::kUser, {"userPrincipalName", "UserPrincipalName"}, As::kLower},
    {Field::kResource, {"resourceId", "ResourceId", "ResourceObjectId"}, As::kId},
    {Field::kResourceName, {"resourceDisplayName", "ResourceDisplayName"}},
    {Field::kConsentType, {"consentType", "ConsentType"}},
    {Field::kScopes, {"scope", "Scope"}, As::kScopes},
};

enum class Shape {
  kDelegated,
  kAppRole,
  kServicePrincipal,
  kApplication,
  kSignInActivity,
  kTable,
  kPerson,
  kRole,
};

/// The first of the names that has a text.
const Node* FirstOf(const Record& record, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const Node* node = record.Find(name);
    if (node != nullptr && node->kind != NodeKind::kNull && !Trim(node->text()).empty()) {
      return node;
    }
  }
  return nullptr;
}

bool HasKey(const Record& record, std::string_view one, std::string_view other) {
  return record.Child(record.root(), one) != nullptr ||
         record.Child(record.root(), other) != nullptr;
}

Shape ShapeOf(const Record& record) {
  if (record.Child(record.root(), "PermissionType") != nullptr) return Shape::kTable;
  if (HasKey(record, "appRoleId", "AppRoleId")) return Shape::kAppRole;
  if (HasKey(record, "userPrincipalName", "UserPrincipalName")) return Shape::kPerson;
  if (HasKey(record, "roleTemplateId", "RoleTemplateId")) return Shape::kRole;
  if (HasKey(record, "clientId", "ClientId")) return Shape::kDelegated;
  if (HasKey(record, "lastSignInActivity", "LastSignInActivity")) return Shape::kSignInActivity;
  if (HasKey(record, "servicePrincipalType", "ServicePrincipalType") ||
      HasKey(record, "servicePrincipalNames", "ServicePrincipalNames")) {
    return Shape::kServicePrincipal;
  }
  return Shape::kApplication;
}

/// Key ids of secrets and certificates.
void TakeCredentials(const Record& record, Draft& draft) {
  std::vector<std::string_view> ids;
  const Node* origin = nullptr;
  for (const std::string_view name :
       {"keyCredentials", "KeyCredentials", "passwordCredentials", "PasswordCredentials"}) {
    const Node* list = record.Child(record.root(), name);
    if (list != nullptr) list = record.Open(*list);
    if (list == nullptr || list->kind != NodeKind::kArray) continue;
    for (const Node& element : Children(*list)) {
      if (element.kind != NodeKind::kObject) continue;
      const Node* id = record.Child(element, "keyId");
      if (id == nullptr) id = record.Child(element, "KeyId");
      if (id == nullptr || id->text().empty()) continue;
      ids.push_back(Lower(Trim(id->text()), draft.arena()));
      if (origin == nullptr) origin = list;
    }
  }
  if (!ids.empty()) draft.Set(Field::kCredential, JoinSet(ids, draft.arena()), origin);
}

const Node* EitherChild(const Record& record, const Node& object, std::string_view one,
                        std::string_view other) {
  const Node* child = record.Child(object, one);
  return child != nullptr ? child : record.Child(object, other);
}

std::string_view EitherText(const Record& record, const Node& object, std::string_view one,
                            std::string_view other) {
  const Node* child = EitherChild(record, object, one, other);
  return child == nullptr ? std::string_view() : child->text();
}

/// The elements of a list that is a property of the object, under either name.
template <typename Visit>
void EachIn(const Record& record, const Node& object, std::string_view one, std::string_view other,
            Visit visit) {
  const Node* list = EitherChild(record, object, one, other);
  if (list != nullptr) list = record.Open(*list);
  if (list == nullptr || list->kind != NodeKind::kArray) return;
  for (const Node& element : Children(*list)) visit(element);
}

/// Secrets, certificates and whom the app trusts to speak for it.
void CredentialFacts(const Record& record, Draft& draft, FactList& facts) {
  struct List {
    std::string_view name, other, kind;
  };
  constexpr List kLists[] = {
      {"passwordCredentials", "PasswordCredentials", "secret"},
      {"keyCredentials", "KeyCredentials", "certificate"},
  };
  for (const List& list : kLists) {
    EachIn(record, record.root(), list.name, list.other, [&](const Node& one) {
      const std::string_view id = EitherText(record, one, "keyId", "KeyId");
      if (id.empty()) return;
      facts.Add("credential", {list.kind, Lower(Trim(id), draft.arena()),
                               EitherText(record, one, "startDateTime", "StartDateTime"),
                               EitherText(record, one, "endDateTime", "EndDateTime"),
                               EitherText(record, one, "displayName", "DisplayName")});
    });
  }
  EachIn(record, record.root(), "federatedIdentityCredentials", "FederatedIdentityCredentials",
         [&](const Node& one) {
           std::string_view id = EitherText(record, one, "id", "Id");
           if (id.empty()) id = EitherText(record, one, "name", "Name");
           if (id.empty()) return;
           facts.Add("credential", {"federated", Lower(Trim(id), draft.arena()),
                                    EitherText(record, one, "issuer", "Issuer"),
                                    EitherText(record, one, "subject", "Subject"),
                                    EitherText(record, one, "name", "Name")});
         });
}

void AppFacts(const Record& record, Draft& draft) {
  FactList facts(record, draft);
  const auto take = [&](std::string_view name, std::initializer_list<std::string_view> paths) {
    facts.Take(name, paths);
  };
  const Node* verified =
      EitherChild(record, record.root(), "verifiedPublisher", "VerifiedPublisher");
  if (verified != nullptr && verified->is_container()) {
    // An app that nobody verified has the object all the same, with nothing in it.
    const std::string_view id =
        EitherText(record, *verified, "verifiedPublisherId", "VerifiedPublisherId");
    const std::string_view name = EitherText(record, *verified, "displayName", "DisplayName");
    facts.Add("verified", id.empty() && name.empty() ? "false" : "true");
    facts.Add("verified_publisher", name);
    facts.Add("verified_id", id);
    facts.Add("verified_added", EitherText(record, *verified, "addedDateTime", "AddedDateTime"));
  } else if (verified != nullptr) {
    facts.Add("verified", "false");
  }
  take("publisher_domain", {"publisherDomain", "PublisherDomain"});
  take("homepage", {"homepage", "Homepage", "web.homePageUrl", "Web.HomePageUrl"});
  take("audience", {"signInAudience", "SignInAudience"});
  take("created", {"createdDateTime", "CreatedDateTime"});
  take("enabled", {"accountEnabled", "AccountEnabled"});
  take("assignment_required", {"appRoleAssignmentRequired", "AppRoleAssignmentRequired"});
  take("public_client", {"isFallbackPublicClient", "IsFallbackPublicClient"});
  take("type", {"servicePrincipalType", "ServicePrincipalType"});
  facts.TakeEach("tag", {"tags", "Tags"});
  for (const std::string_view path :
       {"web.redirectUris", "Web.RedirectUris", "spa.redirectUris", "Spa.RedirectUris",
        "publicClient.redirectUris", "PublicClient.RedirectUris"}) {
    facts.TakeEach("reply", {path});
  }
  CredentialFacts(record, draft, facts);
  EachIn(record, record.root(), "requiredResourceAccess", "RequiredResourceAccess",
         [&](const Node& api) {
           const std::string_view resource =
               EitherText(record, api, "resourceAppId", "ResourceAppId");
           EachIn(record, api, "resourceAccess", "ResourceAccess", [&](const Node& one) {
             facts.Add("requests", {resource, EitherText(record, one, "id", "Id"),
                                    EitherText(record, one, "type", "Type")});
           });
         });
  EachIn(record, record.root(), "owners", "Owners", [&](const Node& one) {
    std::string_view name = EitherText(record, one, "userPrincipalName", "UserPrincipalName");
    if (name.empty()) name = EitherText(record, one, "displayName", "DisplayName");
    facts.Add("owner", {EitherText(record, one, "id", "Id"), name});
  });
  facts.Finish();
}

void PersonFacts(const Record& record, Draft& draft) {
  FactList facts(record, draft);
  facts.Take("department", {"department", "Department"});
  facts.Take("title", {"jobTitle", "JobTitle"});
  facts.Take("manager", {"manager.userPrincipalName", "Manager.UserPrincipalName",
                         "manager.displayName", "manager.mail"});
  facts.Take("enabled", {"accountEnabled", "AccountEnabled"});
  // Groups stand among what a person is a member of, too.
  EachIn(record, record.root(), "memberOf", "MemberOf", [&](const Node& one) {
    const std::string_view type = EitherText(record, one, "@odata.type", "OdataType");
    const bool role = type.ends_with("directoryRole") ||
                      !EitherText(record, one, "roleTemplateId", "RoleTemplateId").empty();
    if (role) facts.Add("role", EitherText(record, one, "displayName", "DisplayName"));
  });
  facts.Finish();
}

void RoleFacts(const Record& record, Draft& draft) {
  FactList facts(record, draft);
  EachIn(record, record.root(), "members", "Members", [&](const Node& one) {
    const std::string_view type = EitherText(record, one, "@odata.type", "OdataType");
    facts.Add("member", {EitherText(record, one, "id", "Id"),
                         EitherText(record, one, "userPrincipalName", "UserPrincipalName"),
                         type.ends_with("servicePrincipal") ? "servicePrincipal" : "user"});
  });
  facts.Finish();
}

/// Columns of the grant table that say something of the app.
void TableFacts(const Record& record, Draft& draft) {
  FactList facts(record, draft);
  facts.Take("homepage", {"Homepage"});
  const std::string_view id = record.Text("VerifiedPublisherId");
  const std::string_view name = record.Text("PublisherDisplayName");
  if (record.Has("VerifiedPublisherId")) {
    facts.Add("verified", Trim(id).empty() && Trim(name).empty() ? "false" : "true");
  }
  facts.Add("verified_publisher", name);
  facts.Add("verified_id", id);
  facts.Take("verified_added", {"AddedDateTime"});
  facts.Take("created", {"CreatedDateTime"});
  facts.Take("audience", {"SignInAudience"});
  facts.Take("type", {"ApplicationType"});
  const std::string_view status = record.Text("ApplicationStatus");
  if (!status.empty()) facts.Add("enabled", EqualsIgnoreCase(status, "Enabled") ? "true" : "false");
  const std::string_view shown = record.Text("ApplicationVisibility");
  if (!shown.empty()) facts.Add("hidden", ContainsIgnoreCase(shown, "hidden") ? "true" : "false");
  facts.Take("assignment_required", {"AssignmentRequired"});
  facts.Take("proxy", {"IsAppProxy"});
  facts.Finish();
}

void TakeAppRole(const Record& record, const Node& element, Draft& draft) {
  const auto take = [&](Field field, std::string_view a, std::string_view b, As as) {
    const Node* node = record.Child(element, a);
    if (node == nullptr) node = record.Child(element, b);
    if (node != nullptr) draft.SetFrom(field, node, as);
  };
  take(Field::kRoleId, "appRoleId", "AppRoleId", As::kId);
  take(Field::kResource, "resourceId", "ResourceId", As::kId);
  take(Field::kResourceName, "resourceDisplayName", "ResourceDisplayName", As::kText);
  take(Field::kGrant, "id", "Id", As::kCasedId);
  take(Field::kStatusDetail, "createdDateTime", "CreatedDateTime", As::kText);
  draft.Set(Field::kTargetType, "ServicePrincipal");
}

void Fixup(const Record& record, Draft& draft) {
  draft.kind = Kind::kSnapshot;
  draft.has_time = false;
  const Node* id = FirstOf(record, {"id", "Id"});
  switch (ShapeOf(record)) {
    case Shape::kDelegated:
      draft.Set(Field::kCategory, "oauth2PermissionGrant");
      draft.SetFrom(Field::kAppObject, FirstOf(record, {"clientId", "ClientId"}), As::kId);
      draft.SetFrom(Field::kPrincipal, FirstOf(record, {"principalId", "PrincipalId"}), As::kId);
      draft.SetFrom(Field::kGrant, id, As::kCasedId);
      draft.Clear(Field::kAppName);  // nobody's: the grant has none
      break;
    case Shape::kAppRole:
      draft.Set(Field::kCategory, "appRoleAssignment");
      TakeAppRole(record, record.root(), draft);
      draft.SetFrom(Field::kAppObject, FirstOf(record, {"principalId", "PrincipalId"}), As::kId);
      if (const Node* type = FirstOf(record, {"principalType", "PrincipalType"})) {
        draft.SetFrom(Field::kTargetType, type);
      }
      break;
    case Shape::kServicePrincipal:
      draft.Set(Field::kCategory, "servicePrincipal");
      draft.SetFrom(Field::kAppObject, id, As::kId);
      draft.SetFrom(Field::kReason, FirstOf(record, {"createdDateTime", "CreatedDateTime"}));
      TakeCredentials(record, draft);
      AppFacts(record, draft);
      if (draft.element != nullptr && draft.element->kind == NodeKind::kObject) {
        draft.Set(Field::kCategory, "appRoleAssignment");
        TakeAppRole(record, *draft.element, draft);
      }
      break;
    case Shape::kApplication:
      draft.Set(Field::kCategory, "application");
      draft.SetFrom(Field::kTarget, id, As::kId);
      draft.SetFrom(Field::kReason, FirstOf(record, {"createdDateTime", "CreatedDateTime"}));
      TakeCredentials(record, draft);
      AppFacts(record, draft);
      break;
    case Shape::kPerson:
      draft.Set(Field::kCategory, "user");
      draft.SetFrom(Field::kUserId, id, As::kId);
      draft.Clear(Field::kAppName);  // a name of a person, not of an app
      PersonFacts(record, draft);
      break;
    case Shape::kRole:
      draft.Set(Field::kCategory, "directoryRole");
      draft.SetFrom(Field::kRole, FirstOf(record, {"displayName", "DisplayName"}));
      draft.SetFrom(Field::kRoleId, FirstOf(record, {"roleTemplateId", "RoleTemplateId"}), As::kId);
      draft.Clear(Field::kAppName);
      RoleFacts(record, draft);
      break;
    case Shape::kSignInActivity:
      draft.Set(Field::kCategory, "servicePrincipalSignInActivity");
      // The app by itself; with people's tokens the record doesn't say whose.
      draft.SetFrom(Field::kStatusDetail,
                    FirstOf(record, {"applicationAuthenticationClientSignInActivity."
                                     "lastSignInDateTime",
                                     "ApplicationAuthenticationClientSignInActivity."
                                     "LastSignInDateTime"}));
      draft.SetFrom(Field::kReason, FirstOf(record, {"lastSignInActivity.lastSignInDateTime",
                                                     "LastSignInActivity.LastSignInDateTime"}));
      break;
    case Shape::kTable: {
      const bool by_itself = ContainsIgnoreCase(record.Text("PermissionType"), "application");
      draft.Set(Field::kCategory, by_itself ? "appRoleAssignment" : "oauth2PermissionGrant");
      draft.SetFrom(Field::kAppObject, FirstOf(record, {"ClientObjectId"}), As::kId);
      draft.SetFrom(Field::kReason, FirstOf(record, {"CreatedDateTime", "AddedDateTime"}));
      TableFacts(record, draft);
      if (by_itself) {
        draft.SetFrom(Field::kRole, FirstOf(record, {"Permission"}));
        draft.SetFrom(Field::kStatusDetail,
                      FirstOf(record, {"CreationTimestamp", "CreatedTimestamp"}));
        draft.Set(Field::kTargetType, "ServicePrincipal");
      } else {
        draft.SetFrom(Field::kScopes, FirstOf(record, {"Permission"}), As::kScopes);
        draft.SetFrom(Field::kPrincipal, FirstOf(record, {"PrincipalObjectId"}), As::kId);
        draft.SetFrom(Field::kTargetName, FirstOf(record, {"PrincipalDisplayName"}));
      }
      break;
    }
  }
  draft.Set(Field::kOperation, draft.Text(Field::kCategory));
}

}  // namespace

extern constinit const SourceDef kEntraSnapshot = {
    .name = "entra_snapshot",
    .summary =
        "Microsoft Entra ID grants, app roles, service principals, applications, people and roles, "
        "as an export of the real state shows them",
    .reference =
        "Microsoft Graph, oauth2PermissionGrant, appRoleAssignment, servicePrincipal, "
        "application, servicePrincipalSignInActivity, user, directoryRole; "
        "Microsoft-Extractor-Suite, "
        "Get-OAuthPermissionsGraph",
    .sigma = {},
    .family = "microsoft",
    .claims = kClaims,
    .head = {.time = {}, .key = {"id|Id", "appRoleId|AppRoleId"}, .outcome = {}},
    .fields = kFields,
    .split = "appRoleAssignments",
    .fixup = Fixup,
    .headerless = {},
    .timeless = true,
};

}  // namespace tokentrail::source
