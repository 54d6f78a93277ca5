// The state of a directory's apps and grants, as an export of it shows: not what happened, what is.
//
// Microsoft Graph objects, as the API answers ({"@odata.context", "value": [...]}) and as
// PowerShell's Get-Mg... | ConvertTo-Json writes them (names with a capital):
// oauth2PermissionGrant, appRoleAssignment, servicePrincipal (with its appRoleAssignments when they
// were expanded), application, servicePrincipalSignInActivity. And the table of
// Get-OAuthPermissionsGraph, one row a permission.
//
// Such a record has no time of its own; when a thing was made, where it says so, is told apart.
// Sources: Microsoft Graph reference, the resource types named; Microsoft-Extractor-Suite,
// Get-OAuthPermissionsGraph (read 2026).

#include <array>
#include <string_view>
#include <vector>

#include "base/text.h"
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
      "PublisherName", "publisherDomain", "PublisherDomain"}},
    {Field::kReplyUrls,
     {"replyUrls", "ReplyUrls", "web.redirectUris", "Web.RedirectUris"},
     As::kScopes},
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
        "Microsoft Entra ID grants, app roles, service principals and applications, as an "
        "export of the real state shows them",
    .reference =
        "Microsoft Graph, oauth2PermissionGrant, appRoleAssignment, servicePrincipal, "
        "application, servicePrincipalSignInActivity; Microsoft-Extractor-Suite, "
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
