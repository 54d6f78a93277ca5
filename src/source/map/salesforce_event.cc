// What happened in Salesforce: Event Log Files of every EVENT_TYPE (CSV with UPPER_SNAKE columns,
// and the lower-case copies that connectors make), real-time events (LoginEvent, ApiEvent, ...)
// as objects, CSV or stream messages ({payload{...}}), and the login history.

#include <string>

#include "base/text.h"
#include "source/map/maps.h"
#include "source/map/salesforce_id.h"

namespace tokentrail::source {
namespace {

bool IsRealTime(const Record& record) {
  return record.Has("CreatedDate") || record.Has("EventDate") || record.Has("CreatedById");
}

bool IsEventType(const Record& record) {
  return record.Has("REQUEST_ID") || record.Has("ORGANIZATION_ID") || record.Has("USER_ID") ||
         record.Has("TIMESTAMP_DERIVED");
}

bool IsStream(const Record& record) {
  return record.Has("payload.EventIdentifier") || record.Has("payload.EventDate");
}

bool IsHistoryObject(const Record& record) {
  return record.Has("SourceIp") || record.Has("UserId") || record.Has("LoginUrl");
}

constexpr Claim kClaims[] = {
    {{"EVENT_TYPE"}, IsEventType},
    {{"event_type", "request_id", "organization_id"}},
    {{"event_type", "timestamp_derived"}},
    {{"event_type_s", "organization_id_s"}},
    {{"event_type_s", "timestamp_derived_t"}},
    {{"EventIdentifier"}, IsRealTime},
    {{"payload"}, IsStream},
    {{"LoginTime", "LoginType"}, IsHistoryObject},
    {{"Login Time", "Login Type"}},
    {{"LOGIN_TIME", "LOGIN_TYPE"}},
};

// Event log file, lower-case copy, Log Analytics, real-time event, stream, history download.
constexpr FieldMap kFields[] = {
    {Field::kOperation,
     {"EVENT_TYPE", "event_type", "event_type_s", "attributes.type", "EventType"},
     As::kText},
    {Field::kTenant,
     {"ORGANIZATION_ID", "organization_id", "organization_id_s", "OrganizationId"},
     As::kCasedId},
    {Field::kUser,
     {"USER_NAME", "user_name", "user_email", "user_name_s", "user_email_s", "Username",
      "payload.Username", "USER_EMAIL"},
     As::kLower},
    {Field::kUserId,
     {"USER_ID_DERIVED", "user_id_derived", "USER_ID", "user_id", "user_id_derived_s", "UserId",
      "payload.UserId", "User ID"},
     As::kCasedId},
    {Field::kUserType,
     {"USER_TYPE", "user_type", "user_type_s", "UserType", "payload.UserType"},
     As::kText},
    {Field::kApp,
     {"CONNECTED_APP_ID", "connected_app_id", "connected_app_id_s", "ConnectedAppId",
      "payload.ConnectedAppId", "API_CLIENT_ID"},
     As::kCasedId},
    {Field::kAppName,
     {"CONNECTED_APP_NAME", "connected_app_name", "APPLICATION", "application", "Application",
      "payload.Application", "CLIENT_NAME", "client_name"},
     As::kText},
    {Field::kSession,
     {"SESSION_KEY", "session_key", "session_key_s", "SessionKey", "payload.SessionKey"},
     As::kCasedId},
    // One login, of which all its sessions and calls carry the key.
    {Field::kFlow,
     {"LOGIN_KEY", "login_key", "login_key_s", "LoginKey", "payload.LoginKey"},
     As::kCasedId},
    {Field::kCorrelation,
     {"LOGIN_HISTORY_ID", "LoginHistoryId", "payload.LoginHistoryId", "REQUEST_ID", "request_id",
      "request_id_s", "RequestIdentifier"},
     As::kCasedId},
    // Salesforce writes "Salesforce.com IP" for its own; that is no address and is left out.
    {Field::kIp,
     {"SOURCE_IP", "CLIENT_IP", "source_ip", "client_ip", "client_ip_s", "SourceIp",
      "payload.SourceIp", "Source IP"},
     As::kIp},
    {Field::kUserAgent,
     {"USER_AGENT", "user_agent", "BROWSER_TYPE", "browser_type", "UserAgent", "payload.UserAgent",
      "Browser", "payload.Browser"},
     As::kText},
    {Field::kCountry,
     {"COUNTRY_CODE", "CountryIso", "payload.CountryIso", "Country", "Country Code"},
     As::kText},
    {Field::kProtocol,
     {"LOGIN_TYPE", "login_type", "LoginType", "payload.LoginType", "Login Type"},
     As::kText},
    {Field::kTokenType,
     {"LOGIN_SUB_TYPE", "login_sub_type", "LoginSubType", "payload.LoginSubType", "Login Subtype",
      "Login Sub Type"},
     As::kText},
    {Field::kStatus,
     {"LOGIN_STATUS", "login_status", "STATUS_CODE", "status_code", "Status", "payload.Status",
      "REQUEST_STATUS", "request_status"},
     As::kText},
    {Field::kResourceName,
     {"API_FAMILY", "api_family", "API_TYPE", "api_type", "ApiType", "payload.ApiType"},
     As::kText},
    {Field::kMethod,
     {"METHOD_NAME", "method_name", "HTTP_METHOD", "http_method", "METHOD", "method", "Operation",
      "payload.Operation"},
     As::kText},
    {Field::kUrl,
     {"API_RESOURCE", "URI", "uri", "LoginUrl", "payload.LoginUrl", "Login URL", "PAGE_URL",
      "page_url"},
     As::kText},
    {Field::kObject,
     {"ENTITY_NAME", "entity_name", "QueriedEntities", "payload.QueriedEntities",
      "REPORT_ID_DERIVED", "report_id_derived", "DOCUMENT_ID_DERIVED", "document_id_derived"},
     As::kText},
    {Field::kItems,
     {"ROWS_PROCESSED", "rows_processed", "RowsProcessed", "payload.RowsProcessed", "ROW_COUNT",
      "row_count", "RowsReturned", "NUM_RESULTS"},
     As::kNumber},
    {Field::kBytes,
     {"RESPONSE_SIZE", "response_size", "SIZE_BYTES", "size_bytes", "RESPONSE_SIZE_BYTES"},
     As::kNumber},
    // Second choices; a row gives way to one of the same field above it that found something.
    {Field::kUser, {"User", "Delegated User"}, As::kLower},
    {Field::kIp, {"CLIENT_IP", "client_ip", "client_ip_s", "source_ip_s"}, As::kIp},
    {Field::kAppName,
     {"application_s", "client_name_s", "Client", "payload.Client", "APP_NAME", "app_name"},
     As::kText},
    {Field::kItems,
     {"payload.RowsReturned", "num_results", "number_of_records", "NUMBER_OF_RECORDS"},
     As::kNumber},
    {Field::kObject,
     {"REPORT_ID", "report_id", "ReportId", "payload.ReportId", "REPORT_DESCRIPTION",
      "report_description", "DOCUMENT_ID", "document_id"},
     As::kText},
    {Field::kObject,
     {"ENTITY_ID", "entity_id", "VERSION_ID", "version_id", "ListViewId", "payload.ListViewId",
      "ContentDocumentId", "payload.ContentDocumentId"},
     As::kText},
    {Field::kMethod, {"OPERATION_TYPE", "operation_type", "OPERATION", "operation"}, As::kText},
    // What was asked for: a hunter reads the query first.
    {Field::kStatusDetail,
     {"Query", "payload.Query", "QUERY", "query", "SEARCH_QUERY", "search_query"},
     As::kText},
    {Field::kTarget, {"JOB_ID", "job_id", "JobId"}, As::kCasedId},
    // Whose account an admin entered.
    {Field::kTargetName,
     {"DELEGATED_USER_NAME", "delegated_user_name", "DelegatedUsername",
      "payload.DelegatedUsername"},
     As::kLower},
};

struct ByType {
  std::string_view type;
  Kind kind;
};

// Source: Salesforce Object Reference, "EventLogFile Supported Event Types" and "Real-Time Event
// Monitoring Objects" (Winter '27).
constexpr ByType kTypes[] = {
    {"Login", Kind::kSignIn},
    {"LoginAs", Kind::kSignIn},
    {"LoginEvent", Kind::kSignIn},
    {"LoginAsEvent", Kind::kSignIn},
    {"LoginEventStream", Kind::kSignIn},
    {"LoginAsEventStream", Kind::kSignIn},
    {"LoginHistory", Kind::kSignIn},
    {"OauthToken", Kind::kTokenMinted},
    {"API", Kind::kApiCall},
    {"RestApi", Kind::kApiCall},
    {"BulkApi", Kind::kApiCall},
    {"BulkApi2", Kind::kApiCall},
    {"BulkApiRequest", Kind::kApiCall},
    {"ApiTotalUsage", Kind::kApiCall},
    {"ApexRestApi", Kind::kApiCall},
    {"ApexSoap", Kind::kApiCall},
    {"MetadataApiOperation", Kind::kApiCall},
    {"ApiEvent", Kind::kApiCall},
    {"ApiEventStream", Kind::kApiCall},
    {"BulkApiResultEvent", Kind::kApiCall},
    {"BulkApiResultEventStore", Kind::kApiCall},
    {"Report", Kind::kFileAccess},
    {"ReportExport", Kind::kFileAccess},
    {"AsyncReportRun", Kind::kFileAccess},
    {"MultiblockReport", Kind::kFileAccess},
    {"ReportEvent", Kind::kFileAccess},
    {"ReportEventStream", Kind::kFileAccess},
    {"ListViewEvent", Kind::kFileAccess},
    {"ListViewEventStream", Kind::kFileAccess},
    {"ContentTransfer", Kind::kFileAccess},
    {"ContentDistribution", Kind::kFileAccess},
    {"ContentDocumentLink", Kind::kFileAccess},
    {"DocumentAttachmentDownloads", Kind::kFileAccess},
    {"FileEvent", Kind::kFileAccess},
    {"FileEventStore", Kind::kFileAccess},
    {"PlatformEncryption", Kind::kPolicyChange},
    {"PermissionSetEvent", Kind::kRoleAssignment},
    {"PermissionSetEventStore", Kind::kRoleAssignment},
    {"PermissionUpdate", Kind::kRoleChange},
    {"PermissionSetAssignment", Kind::kRoleAssignment},
    {"IdentityVerificationEvent", Kind::kOther},
    {"GroupMembership", Kind::kOther},
    {"ApiAnomalyEvent", Kind::kRisk},
    {"ApiAnomalyEventStore", Kind::kRisk},
    {"CredentialStuffingEvent", Kind::kRisk},
    {"CredentialStuffingEventStore", Kind::kRisk},
    {"ReportAnomalyEvent", Kind::kRisk},
    {"ReportAnomalyEventStore", Kind::kRisk},
    {"SessionHijackingEvent", Kind::kRisk},
    {"SessionHijackingEventStore", Kind::kRisk},
    {"GuestUserAnomalyEvent", Kind::kRisk},
    {"GuestUserAnomalyEventStore", Kind::kRisk},
    {"LoginAnomalyEvent", Kind::kRisk},
    {"LoginAnomalyEventStore", Kind::kRisk},
};

// A CSV of real-time events doesn't say which; its columns do.
std::string_view GuessType(const Record& record) {
  const auto has = [&](std::string_view name) {
    return record.Has(name) || record.Has("payload." + std::string(name));
  };
  if (record.Has("Login Time") || record.Has("LoginTime") || record.Has("LOGIN_TIME")) {
    return "LoginHistory";
  }
  if (has("Score") && (has("SecurityEventData") || has("Summary"))) {
    if (has("CurrentIp") || has("PreviousIp")) return "SessionHijackingEvent";
    if (has("Report")) return "ReportAnomalyEvent";
    return has("Operation") ? "ApiAnomalyEvent" : "CredentialStuffingEvent";
  }
  if (has("DelegatedUsername") || has("TargetUrl")) return "LoginAsEvent";
  if (has("LoginType") || has("AuthMethodReference")) return "LoginEvent";
  if (has("ListViewId")) return "ListViewEvent";
  if (has("ReportId") || has("ColumnHeaders")) return "ReportEvent";
  if (has("Query") && has("Client")) return "ApiEvent";
  if (has("QueriedEntities")) return "ApiEvent";
  if (has("Query")) return "BulkApiResultEvent";
  if (has("ContentDocumentId") || has("FileAction")) return "FileEvent";
  if (has("PermissionType") || has("PermissionList")) return "PermissionSetEvent";
  return {};
}

Outcome OutcomeOf(const Record& record, Kind kind, const Draft& draft) {
  std::string_view success;
  for (const std::string_view key :
       {"SUCCESS", "success", "success_s", "IS_SUCCESS", "is_success"}) {
    const Node* node = success.empty() ? record.Child(record.root(), key) : nullptr;
    if (node != nullptr) success = Trim(node->text());
  }
  if (success == "1" || EqualsIgnoreCase(success, "true")) return Outcome::kSuccess;
  if (success == "0" || EqualsIgnoreCase(success, "false")) return Outcome::kFailure;
  const std::string_view status = draft.Text(Field::kStatus);
  if (status.empty()) return Outcome::kUnknown;
  if (kind == Kind::kSignIn) {
    // LOGIN_NO_ERROR in files; `Success` in events and the history.
    const bool good = status == "LOGIN_NO_ERROR" || EqualsIgnoreCase(status, "success") ||
                      status == "S" || status == "200";
    return good ? Outcome::kSuccess : Outcome::kFailure;
  }
  if (status.size() == 3 && IsDigits(status)) {
    return status.front() < '4' ? Outcome::kSuccess : Outcome::kFailure;
  }
  // REQUEST_STATUS: S, F, U, A (authorisation), R (redirect), N (not modified).
  if (EqualsIgnoreCase(status, "S") || EqualsIgnoreCase(status, "R") ||
      EqualsIgnoreCase(status, "N") || EqualsIgnoreCase(status, "success")) {
    return Outcome::kSuccess;
  }
  if (EqualsIgnoreCase(status, "U")) return Outcome::kUnknown;
  return Outcome::kFailure;
}

/// Files older than 2014 lack TIMESTAMP_DERIVED; TIMESTAMP is the same in a compact form.
void ReadCompactTime(const Record& record, Draft& draft) {
  for (const std::string_view key : {"TIMESTAMP", "timestamp", "timestamp_s"}) {
    if (draft.has_time) return;
    const ParsedTime parsed = ParseTime(record.Text(key));
    draft.time = parsed.time;
    draft.has_time = parsed.fault == TimeFault::kNone;
  }
}

void Fixup(const Record& record, Draft& draft) {
  if (draft.Text(Field::kOperation) == "EVENT_TYPE") {
    draft.left_out = "source.header_row";
    return;
  }
  ReadCompactTime(record, draft);
  if (!draft.Has(Field::kOperation)) draft.Set(Field::kOperation, GuessType(record));
  const std::string_view operation = draft.Text(Field::kOperation);
  for (const ByType& row : kTypes) {
    if (EqualsIgnoreCase(row.type, operation)) draft.kind = row.kind;
  }
  draft.Set(Field::kCategory, operation, draft.Origin(Field::kOperation));
  draft.outcome = OutcomeOf(record, draft.kind, draft);

  for (const Field field : {Field::kUserId, Field::kApp, Field::kTenant}) {
    draft.Derive(field, LongSalesforceId(draft.Text(field), draft.arena()), field);
  }
  if (draft.kind == Kind::kSignIn && !draft.Has(Field::kSession)) {
    // The login's own key stands for its session where no session key is written.
    draft.Derive(Field::kSession, draft.Text(Field::kFlow), Field::kFlow);
  }
}

}  // namespace

extern constinit const SourceDef kSalesforceEvent = {
    .name = "salesforce_event",
    .summary = "Salesforce event log files, real-time events and login history",
    .reference = "Salesforce Object Reference: EventLogFile, Real-Time Event Monitoring (2026)",
    .sigma = {{{.product = "salesforce", .category = {}, .service = "event"}}},
    .claims = kClaims,
    .head =
        {.time = {"TIMESTAMP_DERIVED", "timestamp_derived", "EventDate", "payload.EventDate",
                  "LoginTime", "Login Time", "timestamp_derived_t", "CreatedDate"},
         // A request id repeats over the event types that the request caused, and within one.
         .key =
             {"EventIdentifier|payload.EventIdentifier|REQUEST_ID|request_id|request_id_s|Id",
              "EVENT_TYPE|event_type|event_type_s",
              "TIMESTAMP_DERIVED|timestamp_derived|timestamp_derived_t",
              "TRIGGER_ID|trigger_id|UI_EVENT_SEQUENCE_NUM|ui_event_sequence_num|BATCH_ID|batch_id|"
              "ENTITY_NAME|entity_name|METHOD_NAME|method_name|URI|uri"},
         .outcome = {}},
    .fields = kFields,
    .split = {},
    .fixup = Fixup,
    .headerless = {},
};

}  // namespace tokentrail::source
