// Microsoft Entra ID directory audit log: who changed which app, grant, role, policy or user.
//
// Four shapes: diagnostic settings ({time, category: AuditLogs, properties}), Graph's
// directoryAudit objects, Log Analytics columns (JSON in cells), and the CSV of the portal's
// download button. Source: Microsoft Graph, directoryAudit resource type; Azure Monitor, table
// AuditLogs (2026).

#include <array>
#include <cstdio>

#include "base/text.h"
#include "source/map/directory_change.h"
#include "source/map/maps.h"

namespace tokentrail::source {
namespace {

constexpr Claim kClaims[] = {
    {.keys = {"category", "properties"},
     .test =
         [](const Record& record) {
           return EqualsIgnoreCase(record.Text("category"), "AuditLogs");
         }},
    {.keys = {"activityDisplayName", "targetResources"}},
    {.keys = {"activityDisplayName", "initiatedBy"}},
    {.keys = {"TargetResources", "InitiatedBy"}},
    {.keys = {"ActivityDisplayName", "TargetResources"}},
    // The portal's CSV.
    {.keys = {"Activity", "Target1Type"}},
    {.keys = {"Activity", "ActorType", "Service"}},
};

constexpr FieldMap kFields[] = {
    {Field::kTenant, {"AADTenantId", "tenantId"}, As::kId},
    {Field::kOperation,
     {"properties.activityDisplayName", "activityDisplayName", "ActivityDisplayName", "Activity",
      "operationName", "OperationName"},
     As::kActivity},
    {Field::kCategory, {"properties.category", "category", "Category"}},
    {Field::kCorrelation, {"properties.correlationId", "correlationId", "CorrelationId"}, As::kId},
    {Field::kUser,
     {"properties.initiatedBy.user.userPrincipalName", "initiatedBy.user.userPrincipalName",
      "InitiatedBy.user.userPrincipalName", "ActorUserPrincipalName"},
     As::kLower},
    {Field::kUserId,
     {"properties.initiatedBy.user.id", "initiatedBy.user.id", "InitiatedBy.user.id"},
     As::kId},
    {Field::kUserType,
     {"properties.initiatedBy.user.userType", "initiatedBy.user.userType",
      "InitiatedBy.user.userType"}},
    {Field::kActorApp,
     {"properties.initiatedBy.app.displayName", "initiatedBy.app.displayName",
      "InitiatedBy.app.displayName", "properties.initiatedBy.app.servicePrincipalName",
      "initiatedBy.app.servicePrincipalName", "InitiatedBy.app.servicePrincipalName"}},
    {Field::kActorAppId,
     {"properties.initiatedBy.app.appId", "initiatedBy.app.appId", "InitiatedBy.app.appId",
      "properties.initiatedBy.app.servicePrincipalId", "initiatedBy.app.servicePrincipalId",
      "InitiatedBy.app.servicePrincipalId"},
     As::kId},
    // The client that acted, when the record has its client id: what stands in kActorAppId may be
    // an object id.
    {Field::kClientString,
     {"properties.initiatedBy.app.appId", "initiatedBy.app.appId", "InitiatedBy.app.appId"},
     As::kId},
    {Field::kToken,
     {"properties.initiatedBy.linkableIdentifiers.tokenDetails.uniqueTokenIdentifier",
      "initiatedBy.linkableIdentifiers.tokenDetails.uniqueTokenIdentifier",
      "InitiatedBy.linkableIdentifiers.tokenDetails.uniqueTokenIdentifier"},
     As::kUti},
    {Field::kSession,
     {"properties.initiatedBy.linkableIdentifiers.sessionId",
      "initiatedBy.linkableIdentifiers.sessionId", "InitiatedBy.linkableIdentifiers.sessionId"},
     As::kId},
    {Field::kDevice,
     {"properties.initiatedBy.linkableIdentifiers.deviceId",
      "initiatedBy.linkableIdentifiers.deviceId", "InitiatedBy.linkableIdentifiers.deviceId"},
     As::kId},
    {Field::kIp,
     {"properties.initiatedBy.user.ipAddress", "initiatedBy.user.ipAddress",
      "InitiatedBy.user.ipAddress", "callerIpAddress", "properties.initiatedBy.app.ipAddress",
      "initiatedBy.app.ipAddress", "IPAddress", "InitiatedBy.app.ipAddress"},
     As::kIp},
    {Field::kUserAgent,
     {"properties.additionalDetails[User-Agent]", "additionalDetails[User-Agent]",
      "AdditionalDetails[User-Agent]", "properties.userAgent", "userAgent", "UserAgent"}},
    {Field::kAppOwner,
     {"properties.additionalDetails[AppOwnerOrganizationId]",
      "additionalDetails[AppOwnerOrganizationId]", "AdditionalDetails[AppOwnerOrganizationId]"},
     As::kId},
    {Field::kStatus, {"properties.result", "result", "Result"}},
    {Field::kStatusDetail,
     {"properties.resultReason", "resultReason", "ResultReason", "resultDescription",
      "ResultDescription"}},
};

/// The log's own tenant in `/tenants/<guid>/providers/Microsoft.aadiam`.
std::string_view TenantOfResource(std::string_view resource) {
  constexpr std::string_view kPrefix = "/tenants/";
  if (!EqualsIgnoreCase(resource.substr(0, kPrefix.size()), kPrefix)) return {};
  const std::string_view rest = resource.substr(kPrefix.size());
  const std::string_view tenant = rest.substr(0, rest.find('/'));
  return IsGuid(tenant) && !IsZeroGuid(tenant) ? tenant : std::string_view();
}

const Node* FindFirst(const Record& record, std::initializer_list<std::string_view> paths) {
  for (const std::string_view path : paths) {
    const Node* node = record.Find(path);
    if (node != nullptr && node->kind != NodeKind::kNull) return node;
  }
  return nullptr;
}

std::string_view TextOf(const Record& record, const Node& object, std::string_view key) {
  const Node* node = record.Child(object, key);
  return node == nullptr ? std::string_view() : Trim(node->text());
}

const Node* NameNode(const Record& record, const Node& target) {
  const Node* user = record.Child(target, "userPrincipalName");
  if (user != nullptr && !user->text().empty()) return user;
  return record.Child(target, "displayName");
}

void ReadTargets(const Record& record, const Node& list, Arena& arena, DirectoryChange& out) {
  const Node* opened = record.Open(list);
  if (opened == nullptr) return;
  const auto read = [&](const Node& target) {
    if (target.kind != NodeKind::kObject) return;
    out.targets.push_back({.id = TextOf(record, target, "id"),
                           .name = TextOf(record, target, "displayName"),
                           .type = TextOf(record, target, "type"),
                           .user = Lower(TextOf(record, target, "userPrincipalName"), arena),
                           .app = {},
                           .node = record.Child(target, "id"),
                           .name_node = NameNode(record, target)});
    out.Add(record, record.Child(target, "modifiedProperties"), arena);
  };
  if (opened->kind == NodeKind::kObject) {
    read(*opened);
  } else {
    for (const Node& target : Children(*opened)) read(target);
  }
}

/// The portal's CSV: Target1Type, Target1ModifiedProperty1Name, AdditionalDetail1Key, ...
void ReadColumns(const Record& record, Arena& arena, DirectoryChange& out, Draft& draft) {
  std::array<char, 64> buffer;
  const auto cell = [&](const char* format, int a, int b) {
    const int size = std::snprintf(buffer.data(), buffer.size(), format, a, b);
    const Node* node = record.Child(record.root(), {buffer.data(), static_cast<size_t>(size)});
    return node != nullptr && !node->text().empty() ? node : nullptr;
  };
  const auto text = [](const Node* node) {
    return node == nullptr ? std::string_view() : Trim(node->text());
  };
  for (int target = 1; target <= 5; ++target) {
    const Node* type = cell("Target%dType", target, 0);
    const Node* id = cell("Target%dObjectId", target, 0);
    const Node* name = cell("Target%dDisplayName", target, 0);
    if (type == nullptr && id == nullptr && name == nullptr) break;
    out.targets.push_back({.id = text(id),
                           .name = text(name),
                           .type = text(type),
                           .user = Lower(text(cell("Target%dUserPrincipalName", target, 0)), arena),
                           .app = {},
                           .node = id,
                           .name_node = name});
    for (int property = 1; property <= 20; ++property) {
      const Node* key = cell("Target%dModifiedProperty%dName", target, property);
      if (key == nullptr) break;
      const Node* now = cell("Target%dModifiedProperty%dNewValue", target, property);
      const Node* before = cell("Target%dModifiedProperty%dOldValue", target, property);
      out.changes.push_back({.name = text(key),
                             .now = Unquote(text(now), arena),
                             .before = Unquote(text(before), arena),
                             .now_node = now,
                             .before_node = before});
    }
  }
  for (int detail = 1; detail <= 20; ++detail) {
    const Node* key = cell("AdditionalDetail%dKey", detail, 0);
    if (key == nullptr) break;
    const Node* value = cell("AdditionalDetail%dValue", detail, 0);
    if (key->text() == "User-Agent") draft.Set(Field::kUserAgent, text(value), value);
    if (key->text() == "AppOwnerOrganizationId") draft.SetFrom(Field::kAppOwner, value, As::kId);
    if (key->text() == "AppId") {
      out.detail_app = text(value);
      out.detail_app_node = value;
    }
    if (key->text() == "TemplateId") out.detail_role = text(value);
  }
  const std::string_view actor = record.Text("ActorType");
  const Node* id = record.Find("ActorObjectId");
  if (EqualsIgnoreCase(actor, "User")) {
    draft.SetFrom(Field::kUserId, id, As::kId);
  } else if (EqualsIgnoreCase(actor, "Application") ||
             EqualsIgnoreCase(actor, "ServicePrincipal")) {
    draft.SetFrom(Field::kActorApp, record.Find("ActorDisplayName"));
    draft.SetFrom(Field::kActorAppId, id, As::kId);
  }
}

void Fixup(const Record& record, Draft& draft) {
  Arena& arena = draft.arena();
  if (!draft.Has(Field::kTenant)) {
    const Node* resource = FindFirst(record, {"resourceId", "ResourceId"});
    if (resource != nullptr) {
      const std::string_view tenant = TenantOfResource(resource->text());
      if (!tenant.empty()) draft.Set(Field::kTenant, Lower(tenant, arena), resource);
    }
  }
  if (EqualsIgnoreCase(draft.Text(Field::kStatusDetail), "none")) draft.Clear(Field::kStatusDetail);
  DirectoryChange change;
  change.activity = draft.Text(Field::kOperation);
  change.category = draft.Text(Field::kCategory);
  const Node* targets =
      FindFirst(record, {"properties.targetResources", "targetResources", "TargetResources"});
  if (targets != nullptr) {
    ReadTargets(record, *targets, arena, change);
  } else {
    ReadColumns(record, arena, change, draft);
  }
  if (const Node* details = FindFirst(
          record, {"properties.additionalDetails", "additionalDetails", "AdditionalDetails"})) {
    const Node* list = record.Open(*details);
    if (list != nullptr) {
      for (const Node& element : Children(*list)) {
        if (element.kind != NodeKind::kObject) continue;
        const NamedValue value = ReadNamedValue(element);
        if (value.value == nullptr) continue;
        const std::string_view text = Unquote(value.value->text(), arena);
        if (value.name == "AppId" && change.detail_app.empty()) {
          change.detail_app = text;
          change.detail_app_node = value.value;
        }
        if ((value.name == "TemplateId" || value.name == "RoleDefinitionOriginId") &&
            change.detail_role.empty() && IsGuid(text)) {
          change.detail_role = text;
        }
      }
    }
  }
  Describe(record, change, draft);
  if (draft.kind == Kind::kConsent && draft.Text(Field::kConsentType) == "Principal") {
    // A user's own consent names the user in the grant; an old record may not.
    draft.SetIfEmpty(Field::kPrincipal, draft.Text(Field::kUserId), draft.Origin(Field::kUserId));
  }
  if (draft.Text(Field::kUser).empty() && draft.Has(Field::kActorApp)) {
    draft.SetIfEmpty(Field::kUserType, "ServicePrincipal");
  }
}

}  // namespace

extern constinit const SourceDef kEntraAudit = {
    .name = "entra_audit",
    .summary = "Microsoft Entra ID directory audit log",
    .reference = "Microsoft Graph, directoryAudit resource type; Azure Monitor, table AuditLogs",
    // PIM writes its alerts to this log.
    .sigma = {{{.product = "azure", .category = {}, .service = "auditlogs"},
               {.product = "azure", .category = {}, .service = "pim"}}},
    .family = "microsoft",
    .claims = kClaims,
    .head = {.time = {"properties.activityDateTime", "activityDateTime", "ActivityDateTime",
                      "Date (UTC)", "time", "TimeGenerated"},
             .key = {"properties.id|id|Id"},
             .outcome = {"properties.result", "result", "Result"}},
    .fields = kFields,
    .split = {},
    .fixup = Fixup,
    .headerless = {},
};

}  // namespace tokentrail::source
