// Microsoft Entra ID directory audit log, and the alerts of Privileged Identity Management in it.
//
// The records come from diagnostic settings (`properties.` below an envelope), Graph (bare
// objects), Log Analytics (PascalCase columns, JSON in cells) and the portal's CSV (columns that
// are numbered). Public rules name fields and values after Microsoft's "security operations guide"
// more than after any log. Where such a wording stands for one state of a record without doubt, the
// functions below write it; they never stretch it to more.
//
// Sources: Microsoft Graph v1.0, directoryAudit; Microsoft Learn, "Microsoft Entra audit log
// categories and activities", "Microsoft Entra security operations guide"; Azure Monitor, table
// AuditLogs (as known 2026-02, not checked live); SigmaHQ/sigma 8eaafff.

#include "sigma/view/derive.h"
#include "sigma/view/views.h"

namespace tokentrail::sigma {
namespace {

/// What ends an activity's name in some exports taken off.
std::string_view WithoutEnd(std::string_view text) {
  while (text.ends_with('.') || text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// Calls `visit` with the new and the old value of each modified property of that name. The
/// portal's CSV has these in numbered columns instead.
template <typename Visit>
void ForEachChange(const Record& record, std::string_view name, const Visit& visit) {
  const Node* const found =
      First(record, {"properties.targetResources", "targetResources", "TargetResources"});
  const Node* const targets = found == nullptr ? nullptr : record.Open(*found);
  if (targets == nullptr || targets->kind != NodeKind::kArray) return;
  for (const Node& target : Children(*targets)) {
    if (target.kind != NodeKind::kObject) continue;
    const Node* const list = record.Child(target, "modifiedProperties");
    const Node* const changes = list == nullptr ? nullptr : record.Open(*list);
    if (changes == nullptr || changes->kind != NodeKind::kArray) continue;
    for (const Node& change : Children(*changes)) {
      if (change.kind != NodeKind::kObject) continue;
      const NamedValue named = ReadNamedValue(change);
      if (!EqualsIgnoreCase(named.name, name)) continue;
      visit(named.value == nullptr ? std::string_view() : named.value->text(),
            named.old_value == nullptr ? std::string_view() : named.old_value->text());
    }
  }
}

bool HasChange(const Record& record, std::string_view name) {
  bool found = false;
  ForEachChange(record, name, [&](std::string_view, std::string_view) { found = true; });
  return found;
}

/// Activities of today and what the guide, and so the rules, call them.
constexpr Word kGuideActivities[] = {
    {"Add member to group", "Add member from group"},
    {"Add eligible member to role in PIM requested (permanent)", "Add eligible member (permanent)"},
    {"Add eligible member to role in PIM completed (permanent)", "Add eligible member (permanent)"},
    {"Add eligible member to role in PIM requested (timebound)", "Add eligible member (eligible)"},
    {"Add eligible member to role in PIM completed (timebound)", "Add eligible member (eligible)"},
    {"Remove eligible member from role in PIM requested (permanent)",
     "Remove eligible member (permanent)"},
    {"Remove eligible member from role in PIM completed (permanent)",
     "Remove eligible member (permanent)"},
    {"Remove eligible member from role in PIM requested (timebound)",
     "Remove eligible member (eligible)"},
    {"Remove eligible member from role in PIM completed (timebound)",
     "Remove eligible member (eligible)"},
    {"Add member to role request approved (PIM activation)", "Request Approved/Denied"},
    {"Add member to role request denied (PIM activation)", "Request Approved/Denied"},
    {"User has elevated their access to User Access Administrator for their Azure Resources",
     "Assigns the caller to user access admin"},
};

/// What the guide calls the activity, or the activity and what it changed.
Derived GuideActivity(const Record& record, std::string_view text) {
  const std::string_view activity = WithoutEnd(text);
  Derived out;
  if (EqualsIgnoreCase(activity, "Update application") ||
      EqualsIgnoreCase(activity, "Update service principal")) {
    if (HasChange(record, "AppAddress") && EqualsIgnoreCase(activity, "Update application")) {
      out[0] = "Update Application Sucess- Property Name AppAddress";
    }
    // "Added credentials": the entry that goes with a new key.
    if (HasChange(record, "KeyDescription")) out[1] = "Update Service principal/Update Application";
    return out;
  }
  if (EqualsIgnoreCase(activity, "Update user")) {
    ForEachChange(record, "UserType", [&](std::string_view now, std::string_view before) {
      if (ContainsIgnoreCase(now, "Member") && ContainsIgnoreCase(before, "Guest")) {
        out[0] = R"("displayName":"UserType","oldValue":"[\"Guest\"]","newValue":"[\"Member\"]")";
      }
    });
    return out;
  }
  out[0] = WordOf(kGuideActivities, activity);
  return out;
}

/// Elevated access was logged by Azure, as Administrative, before Entra logged it.
Derived GuideCategory(const Record& /*record*/, std::string_view category) {
  if (EqualsIgnoreCase(category, "AzureRBACRoleManagementElevateAccess")) {
    return {"Administrative", {}};
  }
  return {};
}

/// The log has the exception in the singular, the guide in the plural.
Derived GuideReason(const Record& /*record*/, std::string_view reason) {
  constexpr std::string_view kBlocked =
      "Microsoft.online.Security.userConsentBlockedForRiskyAppsException";
  if (!ContainsIgnoreCase(reason, kBlocked)) return {};
  return {"Microsoft.online.Security.userConsentBlockedForRiskyAppsExceptions", {}};
}

/// The log writes `ServicePrincipal`, the guide `Service Principal`.
Derived GuideTargetType(const Record& /*record*/, std::string_view type) {
  if (!EqualsIgnoreCase(type, "ServicePrincipal")) return {};
  return {"Service Principal", {}};
}

constexpr std::string_view kAuditBags[] = {
    "properties.targetResources.modifiedProperties",
    "targetResources.modifiedProperties",
    "properties.additionalDetails",
    "additionalDetails",
};

constexpr ViewField kAudit[] = {
    {.name = "ActivityDisplayName",
     .paths = {"properties.activityDisplayName", "activityDisplayName", "Activity",
               "operationName"},
     .take = Take::kActivity,
     .derive = GuideActivity},
    {.name = "ActivityType",
     .paths = {"properties.activityDisplayName", "activityDisplayName", "Activity",
               "operationName"},
     .take = Take::kActivity,
     .derive = GuideActivity},
    {.name = "additionalDetails",
     .paths = {"properties.additionalDetails", "additionalDetails"},
     .take = Take::kBelow},
    {.name = "additionalDetails.additionalInfo",
     .paths = {"properties.additionalDetails[AdditionalInfo]",
               "properties.additionalDetails[Additional Info]", "additionalDetails[AdditionalInfo]",
               "additionalDetails[Additional Info]"}},
    {.name = "callerIpAddress",
     .paths = {"callerIpAddress", "properties.initiatedBy.user.ipAddress",
               "initiatedBy.user.ipAddress", "IPAddress"}},
    {.name = "Category", .paths = {"properties.category", "category"}, .derive = GuideCategory},
    {.name = "ConsentAction.Permissions",
     .paths = {"properties.targetResources.modifiedProperties[ConsentAction.Permissions]",
               "targetResources.modifiedProperties[ConsentAction.Permissions]"},
     .take = Take::kUnquoted},
    {.name = "ConsentAction.Reason",
     .paths = {"properties.targetResources.modifiedProperties[ConsentAction.Reason]",
               "targetResources.modifiedProperties[ConsentAction.Reason]"},
     .take = Take::kUnquoted},
    {.name = "ConsentContext.IsAdminConsent",
     .paths = {"properties.targetResources.modifiedProperties[ConsentContext.IsAdminConsent]",
               "targetResources.modifiedProperties[ConsentContext.IsAdminConsent]"},
     .take = Take::kUnquoted},
    {.name = "ConsentContext.IsAppOnly",
     .paths = {"properties.targetResources.modifiedProperties[ConsentContext.IsAppOnly]",
               "targetResources.modifiedProperties[ConsentContext.IsAppOnly]"},
     .take = Take::kUnquoted},
    {.name = "ConsentContext.OnBehalfOfAll",
     .paths = {"properties.targetResources.modifiedProperties[ConsentContext.OnBehalfOfAll]",
               "targetResources.modifiedProperties[ConsentContext.OnBehalfOfAll]"},
     .take = Take::kUnquoted},
    {.name = "ConsentContext.Tags",
     .paths = {"properties.targetResources.modifiedProperties[ConsentContext.Tags]",
               "targetResources.modifiedProperties[ConsentContext.Tags]"},
     .take = Take::kUnquoted},
    {.name = "failure_status_reason",
     .paths = {"properties.resultReason", "resultReason", "resultDescription",
               "properties.targetResources.modifiedProperties[ConsentAction.Reason]",
               "targetResources.modifiedProperties[ConsentAction.Reason]",
               "properties.targetResources.modifiedProperties[MethodExecutionResult.]",
               "targetResources.modifiedProperties[MethodExecutionResult.]"},
     .take = Take::kUnquoted,
     .derive = GuideReason},
    {.name = "Initiatedby",
     .paths = {"properties.initiatedBy.user.userPrincipalName",
               "initiatedBy.user.userPrincipalName", "properties.initiatedBy.user.displayName",
               "initiatedBy.user.displayName", "properties.initiatedBy.app.displayName",
               "initiatedBy.app.displayName", "ActorUserPrincipalName", "ActorDisplayName"}},
    {.name = "Initiatied.By",  // as SigmaHQ spells it
     .paths = {"properties.initiatedBy.user.userPrincipalName",
               "initiatedBy.user.userPrincipalName", "properties.initiatedBy.user.displayName",
               "initiatedBy.user.displayName", "properties.initiatedBy.app.displayName",
               "initiatedBy.app.displayName", "ActorUserPrincipalName", "ActorDisplayName"}},
    {.name = "LoggedByService",
     .paths = {"properties.loggedByService", "loggedByService", "Service"}},
    {.name = "OperationName",
     .paths = {"operationName", "properties.activityDisplayName", "activityDisplayName",
               "Activity"},
     .take = Take::kActivity,
     .derive = GuideActivity},
    {.name = "properties.initiatedBy",
     .paths = {"properties.initiatedBy", "initiatedBy", "ActorUserPrincipalName",
               "ActorDisplayName"},
     .take = Take::kBelow},
    {.name = "properties.message",
     .paths = {"properties.activityDisplayName", "activityDisplayName", "Activity",
               "operationName"},
     .take = Take::kActivity,
     .derive = GuideActivity},
    {.name = "properties.result", .paths = {"properties.result", "result"}},
    {.name = "properties.targetResources",
     .paths = {"properties.targetResources", "targetResources", "Target1DisplayName",
               "Target1UserPrincipalName", "Target1ObjectId", "Target1ModifiedProperty1NewValue",
               "Target1ModifiedProperty2NewValue", "Target1ModifiedProperty3NewValue",
               "Target1ModifiedProperty4NewValue"},
     .take = Take::kBelow},
    {.name = "resultDescription",
     .paths = {"resultDescription", "properties.resultReason", "resultReason"}},
    {.name = "resultReason",
     .paths = {"properties.resultReason", "resultReason", "resultDescription"}},
    {.name = "Status",
     .paths = {"properties.result", "result", "properties.resultReason", "resultReason",
               "resultDescription"}},
    {.name = "Target",
     .paths = {"properties.targetResources.userPrincipalName", "targetResources.userPrincipalName",
               "properties.targetResources.displayName", "targetResources.displayName",
               "Target1UserPrincipalName", "Target1DisplayName", "Target2UserPrincipalName",
               "Target2DisplayName"}},
    {.name = "TargetResources",
     .paths = {"properties.targetResources", "targetResources", "Target1DisplayName",
               "Target1UserPrincipalName", "Target1ObjectId", "Target1ModifiedProperty1NewValue",
               "Target1ModifiedProperty2NewValue", "Target1ModifiedProperty3NewValue",
               "Target1ModifiedProperty4NewValue"},
     .take = Take::kBelow},
    {.name = "TargetResources.modifiedProperties",
     .paths = {"properties.targetResources.modifiedProperties",
               "targetResources.modifiedProperties", "Target1ModifiedProperty1Name",
               "Target1ModifiedProperty2Name", "Target1ModifiedProperty3Name",
               "Target1ModifiedProperty1NewValue", "Target1ModifiedProperty2NewValue",
               "Target1ModifiedProperty3NewValue"},
     .take = Take::kBelow},
    {.name = "TargetResources.ModifiedProperties.DisplayName",
     .paths = {"properties.targetResources.modifiedProperties.displayName",
               "targetResources.modifiedProperties.displayName", "Target1ModifiedProperty1Name",
               "Target1ModifiedProperty2Name", "Target1ModifiedProperty3Name",
               "Target1ModifiedProperty4Name", "Target1ModifiedProperty5Name"}},
    {.name = "TargetResources.ModifiedProperties.NewValue",
     .paths = {"properties.targetResources.modifiedProperties.newValue",
               "targetResources.modifiedProperties.newValue", "Target1ModifiedProperty1NewValue",
               "Target1ModifiedProperty2NewValue", "Target1ModifiedProperty3NewValue",
               "Target1ModifiedProperty4NewValue", "Target1ModifiedProperty5NewValue"}},
    {.name = "TargetResources.ModifiedProperties.OldValue",
     .paths = {"properties.targetResources.modifiedProperties.oldValue",
               "targetResources.modifiedProperties.oldValue", "Target1ModifiedProperty1OldValue",
               "Target1ModifiedProperty2OldValue", "Target1ModifiedProperty3OldValue",
               "Target1ModifiedProperty4OldValue", "Target1ModifiedProperty5OldValue"}},
    {.name = "targetResources.type",
     .paths = {"properties.targetResources.type", "targetResources.type", "Target1Type",
               "Target2Type"},
     .derive = GuideTargetType},
};

// The rules name the resource types of Graph's alert incidents, which stand in no log. What the
// directory audit log has is that an alert was raised ("Triggered PIM alert"), with the alert's
// title. Titles: Microsoft Learn, "Configure security alerts for Microsoft Entra roles in PIM".
// Where in the record the title stands is not documented: target, reason and description are
// looked at.
constexpr Word kPimAlerts[] = {
    {"Administrators aren't using their privileged roles", "redundantAssignmentAlertIncident"},
    {"RedundantAssignmentAlert", "redundantAssignmentAlertIncident"},
    {"redundantAssignmentAlertIncident", "redundantAssignmentAlertIncident"},
    {"Roles don't require multi-factor authentication for activation",
     "noMfaOnRoleActivationAlertIncident"},
    {"Roles don't require multifactor authentication for activation",
     "noMfaOnRoleActivationAlertIncident"},
    {"NoMfaOnRoleActivationAlert", "noMfaOnRoleActivationAlertIncident"},
    {"noMfaOnRoleActivationAlertIncident", "noMfaOnRoleActivationAlertIncident"},
    {"The organization doesn't have Microsoft Entra ID P2 or Microsoft Entra ID Governance",
     "invalidLicenseAlertIncident"},
    {"The organization doesn't have Azure AD Premium P2", "invalidLicenseAlertIncident"},
    {"InvalidLicenseAlert", "invalidLicenseAlertIncident"},
    {"invalidLicenseAlertIncident", "invalidLicenseAlertIncident"},
    {"Potential stale accounts in a privileged role", "staleSignInAlertIncident"},
    {"StaleSignInAlert", "staleSignInAlertIncident"},
    {"staleSignInAlertIncident", "staleSignInAlertIncident"},
    {"Roles are being assigned outside of Privileged Identity Management",
     "rolesAssignedOutsidePrivilegedIdentityManagementAlertConfiguration"},
    {"RolesAssignedOutsidePimAlert",
     "rolesAssignedOutsidePrivilegedIdentityManagementAlertConfiguration"},
    {"rolesAssignedOutsidePrivilegedIdentityManagementAlertIncident",
     "rolesAssignedOutsidePrivilegedIdentityManagementAlertConfiguration"},
    {"rolesAssignedOutsidePrivilegedIdentityManagementAlertConfiguration",
     "rolesAssignedOutsidePrivilegedIdentityManagementAlertConfiguration"},
    {"There are too many Global Administrators",
     "tooManyGlobalAdminsAssignedToTenantAlertIncident"},
    {"There are too many global administrators in your tenant",
     "tooManyGlobalAdminsAssignedToTenantAlertIncident"},
    {"TooManyGlobalAdminsAssignedToTenantAlert",
     "tooManyGlobalAdminsAssignedToTenantAlertIncident"},
    {"tooManyGlobalAdminsAssignedToTenantAlertIncident",
     "tooManyGlobalAdminsAssignedToTenantAlertIncident"},
    {"Roles are being activated too frequently", "sequentialActivationRenewalsAlertIncident"},
    {"SequentialActivationRenewalsAlert", "sequentialActivationRenewalsAlertIncident"},
    {"sequentialActivationRenewalsAlertIncident", "sequentialActivationRenewalsAlertIncident"},
};

/// Only of a record that raises an alert: enabling, disabling and resolving one name it too.
Derived PimAlert(const Record& record, std::string_view title) {
  if (title.size() >= 2 && title.front() == '"' && title.back() == '"') {
    title = title.substr(1, title.size() - 2);
  }
  const std::string_view alert = WordOf(kPimAlerts, WithoutEnd(title));
  if (alert.empty()) return {};
  const std::string_view activity =
      FirstText(record, {"properties.activityDisplayName", "activityDisplayName",
                         "ActivityDisplayName", "Activity", "operationName", "OperationName"});
  if (!EqualsIgnoreCase(WithoutEnd(activity), "Triggered PIM alert")) return {};
  return {alert, {}};
}

constexpr ViewField kPim[] = {
    {.name = "ActivityDisplayName",
     .paths = {"properties.activityDisplayName", "activityDisplayName", "Activity",
               "operationName"},
     .take = Take::kActivity},
    {.name = "riskEventType",
     .derive = PimAlert,
     .from = {"properties.targetResources.displayName", "targetResources.displayName",
              "Target1DisplayName", "properties.resultReason", "resultReason", "resultDescription",
              "properties.additionalDetails[AlertName]", "additionalDetails[AlertName]"}},
};

}  // namespace

extern constinit const View kAzureAuditView = {
    .product = "azure",
    .category = {},
    .service = "auditlogs",
    .summary = "Microsoft Entra ID directory audit log",
    .reference = "Microsoft Graph v1.0, directoryAudit; Azure Monitor, table AuditLogs (2026-02)",
    .fields = kAudit,
    .bags = kAuditBags,
};

extern constinit const View kAzurePimView = {
    .product = "azure",
    .category = {},
    .service = "pim",
    .summary = "Alerts of Privileged Identity Management, in the directory audit log",
    .reference =
        "Microsoft Learn, Configure security alerts for Microsoft Entra roles in PIM; "
        "Microsoft Graph, unifiedRoleManagementAlertIncident (2026-02)",
    .fields = kPim,
    .bags = kAuditBags,
};

}  // namespace tokentrail::sigma
