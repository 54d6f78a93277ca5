// Slack audit log of an Enterprise organisation: entries of the Audit Logs API, as they are or in
// the API's answer, and the flat columns of the Log Analytics connector (SlackAudit_CL).
//
// Source: Slack, "Audit Logs API" and "Audit Logs API actions" (docs.slack.dev, read 2026).

#include <array>

#include "base/net.h"
#include "base/text.h"
#include "source/map/maps.h"

namespace tokentrail::source {
namespace {

bool IsEntry(const Record& record) { return record.Has("actor") || record.Has("entity"); }
bool IsTable(const Record& record) { return record.Has("actor_type_s") || record.Has("action_s"); }

constexpr Claim kClaims[] = {
    {.keys = {"date_create", "action"}, .test = IsEntry},
    {.keys = {"date_create_d"}, .test = IsTable},
};

constexpr FieldMap kFields[] = {
    {Field::kTenant, {"context.location.id", "context_location_id_s"}, As::kCasedId},
    {Field::kOperation, {"action", "action_s"}},
    {Field::kUser,
     {"actor.user.email", "actor_user_email_s", "actor.user.name", "actor_user_name_s",
      "actor.user.id"},
     As::kLower},
    {Field::kUserId, {"actor.user.id", "actor_user_id_s"}, As::kCasedId},
    {Field::kUserType, {"actor.type", "actor_type_s"}},
    {Field::kActorAppId, {"actor.app.id", "actor.bot.app_id", "actor_app_id_s"}, As::kCasedId},
    {Field::kActorApp, {"actor.app.name", "actor.bot.name", "actor_app_name_s"}},
    {Field::kApp,
     {"entity.app.id", "details.app_id", "details.app.id", "entity_app_id_s", "details_app_id_s",
      "actor.app.id"},
     As::kCasedId},
    {Field::kAppName, {"entity.app.name", "details.app_name", "entity_app_name_s"}},
    {Field::kAppOwner, {"details.app_owner_id", "entity.app.creator", "details_app_owner_id_s"}},
    {Field::kIp, {"context.ip_address", "context_ip_address_s"}, As::kIp},
    {Field::kUserAgent, {"context.ua", "context_ua_s"}},
    {Field::kSession, {"context.session_id", "context_session_id_d", "context_session_id_s"}},
    {Field::kScopes,
     {"details.new_scopes", "details.scopes", "details.bot_scopes", "entity.app.scopes",
      "details_new_scopes_s", "entity_app_scopes_s"},
     As::kScopes},
    {Field::kScopesOld, {"details.previous_scopes", "details_previous_scopes_s"}, As::kScopes},
    {Field::kTokenType, {"details.type", "details_type_s"}},
    {Field::kReason, {"details.reason", "details_reason_s"}, As::kList},
    {Field::kTargetType, {"entity.type", "entity_type_s"}},
    {Field::kObject, {"entity.file.title", "entity.file.name", "entity_file_name_s"}},
};

struct Action {
  std::string_view text;
  Kind kind;
};

// The first prefix decides, so the special stand before the general.
constexpr Action kKinds[] = {
    {"app_installed", Kind::kAppAuthorized},
    {"app_approved", Kind::kAppAuthorized},
    {"app_scopes_expanded", Kind::kAppAuthorized},
    {"app_resources_added", Kind::kAppAuthorized},
    {"app_resources_granted", Kind::kAppAuthorized},
    {"app_token_preserved", Kind::kAppAuthorized},
    {"org_app_workspace_added", Kind::kAppAuthorized},
    {"org_app_future_workspace_install_enabled", Kind::kAppAuthorized},
    {"bot_token_upgraded", Kind::kTokenMinted},
    {"bot_token_downgraded", Kind::kAppRevoked},
    {"app_restricted", Kind::kAppRevoked},
    {"app_removed", Kind::kAppRevoked},
    {"app_uninstalled", Kind::kAppRevoked},
    {"app_deleted", Kind::kAppRevoked},
    {"app_approval_cleared", Kind::kAppRevoked},
    {"app_restriction_cleared", Kind::kPolicyChange},
    {"org_app_workspace_removed", Kind::kAppRevoked},
    {"app_collaborator_", Kind::kOwnerChange},
    {"app_", Kind::kAppChange},
    {"service_owner_transferred", Kind::kOwnerChange},
    {"anomaly", Kind::kRisk},
    {"user_login", Kind::kSignIn},  // and user_login_failed
    {"user_logout", Kind::kSignIn},
    {"user_session_", Kind::kUserChange},
    {"user_added_to_usergroup", Kind::kUserChange},
    {"role_change_to_", Kind::kRoleAssignment},
    {"role_assigned", Kind::kRoleAssignment},
    {"role_modified_on_service_owner", Kind::kRoleAssignment},
    {"permissions_assigned", Kind::kRoleAssignment},
    {"role_removed", Kind::kRoleRevoked},
    {"permissions_removed", Kind::kRoleRevoked},
    {"owner_transferred", Kind::kRoleAssignment},
    {"primary_owner_transferred", Kind::kRoleAssignment},
    {"pref.", Kind::kPolicyChange},
    {"emoji_", Kind::kOther},
    {"approved_orgs", Kind::kPolicyChange},
    {"external_shared_channel_", Kind::kPolicyChange},
    {"information_barrier_", Kind::kPolicyChange},
    {"barrier_", Kind::kPolicyChange},
    {"ekm_", Kind::kPolicyChange},
    {"domain_", Kind::kPolicyChange},
    {"workflow_", Kind::kAppChange},
    {"file_", Kind::kFileAccess},
    {"canvas_", Kind::kFileAccess},
    {"manual_export_", Kind::kFileAccess},
    {"scheduled_export_", Kind::kFileAccess},
    {"corporate_exports_", Kind::kPolicyChange},
    {"channels_export_", Kind::kFileAccess},
    {"user_channel_", Kind::kOther},
    {"user_", Kind::kUserChange},
    {"guest_", Kind::kUserChange},
};

Kind KindOf(std::string_view action) {
  for (const Action& one : kKinds) {
    if (action.starts_with(one.text)) return one.kind;
  }
  return Kind::kOther;
}

void Fixup(const Record& record, Draft& draft) {
  const std::string_view action = draft.Text(Field::kOperation);
  draft.kind = KindOf(action);
  draft.outcome =
      action.find("failed") == std::string_view::npos ? Outcome::kSuccess : Outcome::kFailure;
  // What Slack's own machines did carries 127.0.0.1: no place of anybody.
  if (draft.Text(Field::kIp).starts_with("127.")) draft.Clear(Field::kIp);
  // The entity stands under its own type: {"type": "file", "file": {"id": ...}}.
  if (const Node* entity = record.Find("entity"); entity != nullptr && entity->is_container()) {
    const Node* thing = record.Child(*entity, draft.Text(Field::kTargetType));
    if (thing != nullptr && thing->is_container()) {
      draft.SetFrom(Field::kTarget, record.Child(*thing, "id"), As::kCasedId);
      for (const std::string_view key : {"name", "title", "email"}) {
        const Node* name = record.Child(*thing, key);
        if (name != nullptr && !draft.Has(Field::kTargetName)) {
          draft.SetFrom(Field::kTargetName, name);
        }
      }
    }
  }
  if (draft.kind == Kind::kAppAuthorized && draft.Has(Field::kScopes)) {
    // Without an old list (an installation) all of them are new.
    draft.Derive(Field::kScopesAdded,
                 SetMinus(draft.Text(Field::kScopes), draft.Text(Field::kScopesOld), draft.arena()),
                 Field::kScopes);
  }
  if (draft.Has(Field::kScopesOld)) {
    draft.Derive(Field::kScopesRemoved,
                 SetMinus(draft.Text(Field::kScopesOld), draft.Text(Field::kScopes), draft.arena()),
                 Field::kScopesOld);
  }
  if (draft.kind == Kind::kPolicyChange && !draft.Has(Field::kReason)) {
    const Node* now = record.Find("details.new_value");
    const Node* before = record.Find("details.previous_value");
    if (now != nullptr && !now->is_container()) {
      draft.Set(Field::kReason,
                Concat(draft.arena(), {before == nullptr ? std::string_view() : before->text(),
                                       " -> ", now->text()}),
                now);
    }
  }
  if (draft.kind == Kind::kRoleAssignment || draft.kind == Kind::kRoleRevoked) {
    const std::string_view prefix = "role_change_to_";
    if (action.starts_with(prefix)) {
      draft.Derive(Field::kRole, action.substr(prefix.size()), Field::kOperation);
    } else {
      draft.SetFrom(Field::kRole, record.Find("details.role"));
    }
  }
}

}  // namespace

extern constinit const SourceDef kSlackAudit = {
    .name = "slack_audit",
    .summary = "Slack audit log: apps, scopes, sessions, files of an organisation",
    .reference = "Slack, Audit Logs API",
    .sigma = {{{.product = "slack", .category = {}, .service = "audit"}}},
    .claims = kClaims,
    .head = {.time = {"date_create", "date_create_d", "TimeGenerated"}, .key = {"id|id_g|id_s"}},
    .fields = kFields,
    .split = {},
    .fixup = Fixup,
    .headerless = {},
};

}  // namespace tokentrail::source
