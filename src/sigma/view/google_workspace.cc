// Google Workspace: the Reports API in all its shapes (its own, Log Analytics columns, BigQuery,
// Splunk, Elastic, the console's CSV), and the same events through Cloud Logging
// (`protoPayload.metadata.event`). Rules use the words of either.
//
// The event's name and application come from the normalised fields: one record of the Reports API
// may hold several events, and some shapes write their names otherwise.
//
// Sources: Google Workspace Admin SDK, Reports API, activities; Google Cloud, "View and manage
// audit logs for Google Workspace"; Workspace Admin Help, "BigQuery log schema" (as known 2026-02,
// not checked live); SigmaHQ/sigma 8eaafff.

#include "sigma/view/views.h"

// The places where a parameter may stand, by its name in the API and in Log Analytics columns.
#define PARAMETER(name)                                                                \
  "events.parameters[" name "]", "event.parameters[" name "]", "parameters[" name "]", \
      "protoPayload.metadata.event.parameter[" name "]",                               \
      "data.protoPayload.metadata.event.parameter[" name "]",                          \
      "protopayload_auditlog.metadataJson.event.parameter[" name "]", name, name "_s"

namespace tokentrail::sigma {
namespace {

// Applications of the Reports API, and the services that Cloud Logging has for them.
constexpr Word kServices[] = {
    {"access_transparency", "accesstransparency.googleapis.com"},
    {"admin", "admin.googleapis.com"},
    {"admin.googleapis.com", "admin.googleapis.com"},
    {"cloudidentity.googleapis.com", "cloudidentity.googleapis.com"},
    {"drive", "drive.googleapis.com"},
    {"drive.googleapis.com", "drive.googleapis.com"},
    {"groups_enterprise", "cloudidentity.googleapis.com"},
    {"login", "login.googleapis.com"},
    {"login.googleapis.com", "login.googleapis.com"},
    {"oauth2.googleapis.com", "oauth2.googleapis.com"},
    {"token", "oauth2.googleapis.com"},
    // In Cloud Logging these are part of the login audit.
    {"user_accounts", "login.googleapis.com"},
};

constexpr std::string_view kBags[] = {
    "events.parameters",
    "event.parameters",
    "parameters",
    "protoPayload.metadata.event.parameter",
    "data.protoPayload.metadata.event.parameter",
    "protopayload_auditlog.metadataJson.event.parameter",
};

constexpr ViewField kAdmin[] = {
    {.name = "actor.email",
     .paths = {"actor.email", "actor_email_s", "protoPayload.authenticationInfo.principalEmail"},
     .normalised = Field::kUser},
    {.name = "api_client_name", .paths = {PARAMETER("API_CLIENT_NAME"), "admin.api.client.name"}},
    {.name = "api_scopes", .paths = {PARAMETER("API_SCOPES"), "admin.api.scopes"}},
    {.name = "application_name",
     .paths = {PARAMETER("APPLICATION_NAME"), "admin.application.name"}},
    {.name = "eventName", .normalised = Field::kOperation},
    {.name = "eventService", .words = kServices, .normalised = Field::kCategory},
    {.name = "new_value",
     .paths = {PARAMETER("NEW_VALUE"), "New value", "google_workspace.admin.new_value",
               "admin.new_value"}},
    {.name = "old_value",
     .paths = {PARAMETER("OLD_VALUE"), "Old value", "google_workspace.admin.old_value",
               "admin.old_value"}},
    {.name = "protoPayload.metadata.event.eventName", .normalised = Field::kOperation},
    {.name = "protoPayload.serviceName", .words = kServices, .normalised = Field::kCategory},
    {.name = "role_name",
     .paths = {PARAMETER("ROLE_NAME"), "Role name", "google_workspace.admin.role.name"}},
    {.name = "setting_name",
     .paths = {PARAMETER("SETTING_NAME"), "Setting name", "google_workspace.admin.setting.name",
               "admin.setting_name"}},
    {.name = "user_email",
     .paths = {PARAMETER("USER_EMAIL"), "User email", "google_workspace.admin.user.email"}},
};

constexpr ViewField kLogin[] = {
    {.name = "actor.email",
     .paths = {"actor.email", "actor_email_s", "protoPayload.authenticationInfo.principalEmail"},
     .normalised = Field::kUser},
    {.name = "affected_email_address", .paths = {PARAMETER("affected_email_address")}},
    {.name = "eventName", .normalised = Field::kOperation},
    {.name = "eventService", .words = kServices, .normalised = Field::kCategory},
    {.name = "is_suspicious", .paths = {PARAMETER("is_suspicious"), "is_suspicious_b"}},
    {.name = "login_type", .paths = {PARAMETER("login_type"), "Login type"}},
    {.name = "protoPayload.metadata.event.eventName", .normalised = Field::kOperation},
    {.name = "protoPayload.serviceName", .words = kServices, .normalised = Field::kCategory},
};

constexpr ViewField kToken[] = {
    {.name = "actor.email",
     .paths = {"actor.email", "actor_email_s", "protoPayload.authenticationInfo.principalEmail"},
     .normalised = Field::kUser},
    {.name = "app_name",
     .paths = {PARAMETER("app_name"), "App name", "token.app_name",
               "google_workspace.token.app_name"}},
    {.name = "client_id",
     .paths = {PARAMETER("client_id"), "Client ID", "token.client_id",
               "google_workspace.token.client.id"}},
    {.name = "client_type",
     .paths = {PARAMETER("client_type"), "Client type", "token.client_type",
               "google_workspace.token.client.type"}},
    {.name = "eventName", .normalised = Field::kOperation},
    {.name = "eventService", .words = kServices, .normalised = Field::kCategory},
    {.name = "protoPayload.metadata.event.eventName", .normalised = Field::kOperation},
    {.name = "protoPayload.serviceName", .words = kServices, .normalised = Field::kCategory},
    {.name = "scope",
     .paths = {PARAMETER("scope"), "token.scope", "google_workspace.token.scope.value"}},
};

constexpr ViewField kDrive[] = {
    {.name = "actor.email", .paths = {"actor.email", "actor_email_s"}, .normalised = Field::kUser},
    {.name = "doc_id", .paths = {PARAMETER("doc_id"), "Document ID", "drive.doc_id"}},
    {.name = "doc_title", .paths = {PARAMETER("doc_title"), "Title", "drive.doc_title"}},
    {.name = "eventName", .normalised = Field::kOperation},
    {.name = "eventService", .words = kServices, .normalised = Field::kCategory},
    {.name = "originating_app_id",
     .paths = {PARAMETER("originating_app_id"), "drive.originating_app_id"}},
    {.name = "owner", .paths = {PARAMETER("owner"), "drive.owner"}},
    {.name = "protoPayload.serviceName", .words = kServices, .normalised = Field::kCategory},
    {.name = "visibility", .paths = {PARAMETER("visibility"), "drive.visibility"}},
};

constexpr std::string_view kPrefixes[] = {"data."};

}  // namespace

extern constinit const View kGoogleAdminView = {
    .product = "gcp",
    .category = {},
    .service = "google_workspace.admin",
    .summary = "Google Workspace admin audit log",
    .reference = "Google Workspace Admin SDK, Reports API, admin activity events (2026-02)",
    .fields = kAdmin,
    .bags = kBags,
    .prefixes = kPrefixes,
};

extern constinit const View kGoogleLoginView = {
    .product = "gcp",
    .category = {},
    .service = "google_workspace.login",
    .summary = "Google Workspace login audit log",
    .reference = "Google Workspace Admin SDK, Reports API, login activity events (2026-02)",
    .fields = kLogin,
    .bags = kBags,
    .prefixes = kPrefixes,
};

extern constinit const View kGoogleTokenView = {
    .product = "gcp",
    .category = {},
    .service = "google_workspace.token",
    .summary = "Google Workspace OAuth token audit log",
    .reference = "Google Workspace Admin SDK, Reports API, token activity events (2026-02)",
    .fields = kToken,
    .bags = kBags,
    .prefixes = kPrefixes,
};

extern constinit const View kGoogleDriveView = {
    .product = "gcp",
    .category = {},
    .service = "google_workspace.drive",
    .summary = "Google Workspace Drive audit log",
    .reference = "Google Workspace Admin SDK, Reports API, drive activity events (2026-02)",
    .fields = kDrive,
    .bags = kBags,
};

}  // namespace tokentrail::sigma

#undef PARAMETER
