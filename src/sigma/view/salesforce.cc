// Salesforce: event log files (upper and lower case columns), real-time events (also streamed, in
// `payload`), login history; setup audit trail.
//
// Source: Salesforce Object Reference: EventLogFile, Real-Time Event Monitoring, LoginHistory,
// SetupAuditTrail (as known 2026-02, not checked live).

#include "sigma/view/views.h"

namespace tokentrail::sigma {
namespace {

constexpr ViewField kEvent[] = {
    {.name = "Application", .paths = {"Application", "payload.Application", "CONNECTED_APP_NAME"}},
    {.name = "ConnectedAppId",
     .paths = {"ConnectedAppId", "payload.ConnectedAppId", "CONNECTED_APP_ID",
               "connected_app_id_s"}},
    {.name = "EVENT_TYPE", .paths = {"EVENT_TYPE", "event_type_s", "attributes.type", "EventType"}},
    {.name = "LOGIN_KEY", .paths = {"LOGIN_KEY", "login_key_s", "LoginKey", "payload.LoginKey"}},
    {.name = "LoginSubType",
     .paths = {"LoginSubType", "payload.LoginSubType", "LOGIN_SUB_TYPE", "Login Subtype"}},
    {.name = "LoginType", .paths = {"LoginType", "payload.LoginType", "LOGIN_TYPE", "Login Type"}},
    {.name = "Operation", .paths = {"Operation", "payload.Operation", "METHOD_NAME"}},
    {.name = "QueriedEntities",
     .paths = {"QueriedEntities", "payload.QueriedEntities", "ENTITY_NAME", "entity_name_s"}},
    {.name = "Query", .paths = {"Query", "payload.Query"}},
    {.name = "RowsReturned", .paths = {"RowsReturned", "payload.RowsReturned"}, .number = true},
    {.name = "SESSION_KEY",
     .paths = {"SESSION_KEY", "session_key_s", "SessionKey", "payload.SessionKey"}},
    {.name = "SourceIp",
     .paths = {"SourceIp", "payload.SourceIp", "SOURCE_IP", "CLIENT_IP", "client_ip_s",
               "Source IP"}},
    {.name = "Status", .paths = {"Status", "payload.Status", "LOGIN_STATUS"}},
    {.name = "UserAgent", .paths = {"UserAgent", "payload.UserAgent", "USER_AGENT"}},
    {.name = "Username", .paths = {"Username", "payload.Username", "USER_NAME", "user_name_s"}},
};

constexpr ViewField kSetup[] = {
    {.name = "Action", .paths = {"Action", "action_s"}},
    {.name = "CreatedById", .paths = {"CreatedById", "CreatedBy.Id"}},
    {.name = "DelegateUser", .paths = {"DelegateUser", "Delegate User"}},
    {.name = "Display", .paths = {"Display", "display_s"}},
    {.name = "Section", .paths = {"Section", "section_s"}},
};

}  // namespace

extern constinit const View kSalesforceEventView = {
    .product = "salesforce",
    .category = {},
    .service = "event",
    .summary = "Salesforce events and login history",
    .reference = "Salesforce Object Reference, Real-Time Event Monitoring (2026-02)",
    .fields = kEvent,
};

extern constinit const View kSalesforceSetupView = {
    .product = "salesforce",
    .category = {},
    .service = "setup",
    .summary = "Salesforce setup audit trail",
    .reference = "Salesforce Object Reference, SetupAuditTrail (2026-02)",
    .fields = kSetup,
};

}  // namespace tokentrail::sigma
