// Google Workspace audit events of every application, in all shapes we know:
//
//   Reports API     {kind, id{...}, actor{...}, events[]}, also with one `event`, parameters as a
//                   list or an object; GAM's CSV of it (columns id.time, actor.email, name, ...)
//   Log Analytics   GWorkspace_ReportsAPI_*_CL: the same plus flattened copies, or columns only
//                   (id_time_t, actor_email_s, event_name_s, client_id_s, ...)
//   BigQuery        the `activity` table (time_usec, record_type, event_name, token{...}, ...) and
//                   the gmail log (event_info, message_info)
//   Splunk          flat {name, type, parameters{...}, email, unique_id}; gmail without envelope
//   Elastic         the google_workspace integration without event.original
//   Admin console   the CSV download of an audit log (Date, Event, Description, Actor, ...)

#include <string>

#include "base/text.h"
#include "source/map/google_event.h"
#include "source/map/maps.h"
#include "source/map/zoned_time.h"

namespace tokentrail::source {
namespace {

bool HasApplication(const Record& record) { return !record.Text("id.applicationName").empty(); }

bool IsFlatSplunk(const Record& record) {
  return record.Has("unique_id") && (record.Has("email") || record.Has("ip_address"));
}

bool IsGmailInfo(const Record& record) {
  return record.Has("message_info.rfc2822_message_id") || record.Has("event_info.client_context") ||
         record.Has("event_info.mail_event_type");
}

bool IsElastic(const Record& record) { return !record.Text("event.action").empty(); }

// Columns of the console's download that no other log with Date and Event has.
constexpr std::string_view kConsoleColumns[] = {
    "App name",        "Application name", "Application Name", "Client ID",
    "OAuth client ID", "Client id",        "OAuth Client ID",  "Event description",
    "Actor",           "Login type",       "Login Type",       "Document ID",
    "Document id",     "Event Description"};

bool IsConsole(const Record& record) {
  for (const std::string_view column : kConsoleColumns) {
    if (record.Has(column))
      return record.Has("Description") || record.Has("IP address") || record.Has("IP Address") ||
             record.Has("Event description") || record.Has("Event Description") ||
             record.Has("Scope");
  }
  return false;
}

constexpr Claim kClaims[] = {
    {{"id", "actor"}, HasApplication},
    {{"id", "events"}, HasApplication},
    {{"id", "event"}, HasApplication},
    {{"id.applicationName"}},
    {{"id_applicationName_s"}},
    {{"id_uniqueQualifier_s", "id_time_t"}},
    {{"time_usec", "event_name", "record_type"}},
    {{"time_usec", "event_name", "event_type"}},
    {{"name", "parameters"}, IsFlatSplunk},
    {{"rfc2822_message_id", "action_type"}},
    {{"message_info", "event_info"}, IsGmailInfo},
    {{"google_workspace"}, IsElastic},
    {{"Date", "Event"}, IsConsole},
    {{"Date", "Event name"}, IsConsole},
    {{"Date", "Event Name"}, IsConsole},
};

constexpr FieldMap kFields[] = {
    {Field::kTenant,
     {"id.customerId", "id_customerId_s", "organization.id", "customer_id"},
     As::kCasedId},
    {Field::kCategory,
     {"id.applicationName", "id_applicationName_s", "record_type", "event.provider"},
     As::kLower},
    {Field::kUser,
     {"actor.email", "actor_email_s", "email", "Actor", "User", "user.email", "source.user.email",
      "User email"},
     As::kLower},
    {Field::kUserId,
     {"actor.profileId", "actor_profileId_s", "actor_profileId_d", "actor.profile_id",
      "source.user.id"},
     As::kCasedId},
    {Field::kUserType,
     {"actor.callerType", "actor_callerType_s", "google_workspace.actor.type"},
     As::kText},
    // The key of a two-legged caller, or SYSTEM.
    {Field::kActorApp, {"actor.key", "actor_key_s", "google_workspace.actor.key"}, As::kText},
    {Field::kIp,
     {"ipAddress", "IPAddress", "ipAddress_s", "ip_address", "IP address", "IP Address",
      "source.ip", "event_info.client_context.session_context.client_ip"},
     As::kIp},
    {Field::kAsn, {"networkInfo.ipAsn", "source.as.number"}, As::kList},
    {Field::kCountry, {"networkInfo.regionCode", "source.geo.country_iso_code"}, As::kText},
};

// Parameter names of the console's columns. The console renames now and then; all we have seen.
struct Column {
  std::string_view column;
  std::string_view parameter;
};
constexpr Column kColumns[] = {
    {"Client ID", "client_id"},
    {"OAuth client ID", "client_id"},
    {"App ID", "client_id"},
    {"App name", "app_name"},
    {"Application name", "app_name"},
    {"OAuth app name", "app_name"},
    {"Client type", "client_type"},
    {"Scope", "scope"},
    {"Scopes", "scope"},
    {"OAuth scopes", "scope"},
    {"API name", "api_name"},
    {"Method", "method_name"},
    {"Method name", "method_name"},
    {"API method", "api_method"},
    {"Number of response bytes", "num_response_bytes"},
    {"Response bytes", "num_response_bytes"},
    {"Document ID", "doc_id"},
    {"Title", "doc_title"},
    {"Document type", "doc_type"},
    {"Owner", "owner"},
    {"Visibility", "visibility"},
    {"Target", "target_user"},
    {"Login type", "login_type"},
    {"Is suspicious", "is_suspicious"},
    {"Challenge type", "login_challenge_method"},
    {"Setting name", "setting_name"},
    {"New value", "new_value"},
    {"Role name", "role_name"},
    {"User email", "user_email"},
    {"API client name", "api_client_name"},
    {"API scopes", "api_scopes"},
};

// `client_id_s` -> `client_id`: the suffix that Log Analytics gives columns by their type.
std::string_view WithoutTypeSuffix(std::string_view name) {
  if (name.size() > 2 && name[name.size() - 2] == '_' &&
      std::string_view("sdbtg").find(name.back()) != std::string_view::npos) {
    name.remove_suffix(2);
  }
  return name;
}

// The event within the record: the element that was split off, the only one, or null when the
// event lies flat in the record.
const Node* EventNode(const Record& record, const Draft& draft) {
  if (draft.element != nullptr) return draft.element;
  for (const std::string_view key : {"event", "events", "events_s"}) {
    const Node* child = record.Child(record.root(), key);
    if (child == nullptr) continue;
    const Node* open = record.Open(*child);
    if (open == nullptr) continue;
    if (open->kind == NodeKind::kObject && record.Child(*open, "name") != nullptr) return open;
    if (open->kind == NodeKind::kArray && open->begin() != open->end()) {
      return record.Open(*open->begin());
    }
  }
  return nullptr;
}

// A name that people read, as the API writes it: `OAuth token authorized` is not one; `Login
// success` is `login_success`.
std::string_view ConsoleEventName(std::string_view name, Arena& arena) {
  struct Known {
    std::string_view word;
    std::string_view event;
  };
  // Of the console's OAuth log, old and new ("OAuth log events", Workspace Admin Help, 2026).
  constexpr Known kKnown[] = {{"authoriz", "authorize"}, {"authoris", "authorize"},
                              {"revok", "revoke"},       {"api call", "activity"},
                              {"activity", "activity"},  {"request", "request"},
                              {"grant", "authorize"}};
  for (const Known& known : kKnown) {
    if (ContainsIgnoreCase(name, known.word)) return known.event;
  }
  return Lower(name, arena);
}

void TakeFlat(const Record& record, Draft& draft) {
  for (const Node& child : Children(record.root())) {
    if (child.kind == NodeKind::kNull || (!child.is_container() && child.text().empty())) continue;
    std::string_view name = child.key();
    if (EqualsIgnoreCase(name, "user_agent") || EqualsIgnoreCase(name, "ip_address")) continue;
    bool column = false;
    for (const Column& row : kColumns) {
      if (!EqualsIgnoreCase(row.column, name)) continue;
      TakeGoogleParameter(record, row.parameter, child, draft);
      column = true;
      break;
    }
    if (!column) TakeGoogleParameter(record, WithoutTypeSuffix(name), child, draft);
  }
}

// BigQuery puts the parameters into a struct named for the record type, with structs inside
// (api{client{name}}); joined by `_` the names are those of the API.
void TakeStruct(const Record& record, const Node& node, std::string prefix, int depth,
                Draft& draft) {
  for (const Node& child : Children(node)) {
    const std::string name =
        prefix.empty() ? std::string(child.key()) : prefix + "_" + std::string(child.key());
    // Elastic: token.client.id, token.scope.value, token.scope.data
    if (child.kind == NodeKind::kObject && depth < 4) {
      TakeStruct(record, child, name, depth + 1, draft);
      continue;
    }
    const std::string_view plain = name;
    if (plain.ends_with("_value") && plain != "new_value" && plain != "old_value") {
      TakeGoogleParameter(record, plain.substr(0, plain.size() - 6), child, draft);
    } else {
      TakeGoogleParameter(record, plain, child, draft);
    }
  }
}

// The gmail log of BigQuery, with its envelope or without. Numbers of action_type: Workspace Admin
// Help, "Schema for Gmail logs in BigQuery" (2026): 10 is "sent out by Gmail's SMTP server".
void TakeGmail(const Record& record, Draft& draft) {
  std::string_view prefix;
  for (const std::string_view wrapped : {"message_info", "gmail.message_info"}) {
    if (record.Has(wrapped)) prefix = wrapped;
  }
  const auto find = [&](std::string_view name) {
    return prefix.empty() ? record.Find(name)
                          : record.Find(Concat(draft.arena(), {prefix, ".", name}));
  };
  draft.Set(Field::kCategory, "gmail");
  const Node* action = find("action_type");
  const std::string_view code = action == nullptr ? std::string_view() : action->text();
  const Node* event = record.Find("event_info.mail_event_type");
  if (event == nullptr) event = record.Find("gmail.event_info.mail_event_type");
  if (event != nullptr) {
    draft.SetFrom(Field::kOperation, event);
  } else if (action != nullptr) {
    draft.Set(Field::kOperation, Concat(draft.arena(), {"action_type ", code}), action);
  }
  draft.kind = code == "10" ? Kind::kMailSend : Kind::kOther;
  // 14 a temporary error, 18 bounced, 19 dropped.
  const bool failed = code == "14" || code == "18" || code == "19";
  if (!code.empty()) draft.outcome = failed ? Outcome::kFailure : Outcome::kSuccess;
  if (const Node* id = find("rfc2822_message_id")) draft.SetFrom(Field::kObject, id);
  if (const Node* subject = find("subject")) draft.SetFrom(Field::kTargetName, subject);
  if (const Node* from = find("source.address")) {
    draft.SetFrom(Field::kUser, from, As::kLower);
    draft.SetFrom(Field::kMailbox, from, As::kLower);
  }
  if (const Node* to = find("destination[].address")) draft.SetFrom(Field::kTarget, to, As::kLower);
  if (const Node* bytes = find("payload_size")) draft.SetFrom(Field::kBytes, bytes, As::kNumber);
  if (const Node* ip = find("connection_info.client_ip")) {
    if (!draft.Has(Field::kIp)) draft.SetFrom(Field::kIp, ip, As::kIp);
  }
}

void Fixup(const Record& record, Draft& draft) {
  for (const std::string_view gmail :
       {"rfc2822_message_id", "message_info", "gmail.message_info"}) {
    const Node* node = record.Find(gmail);
    if (node != nullptr && (node->is_container() || !node->text().empty())) {
      return TakeGmail(record, draft);
    }
  }
  if (!draft.has_time) {
    // The console writes times in the viewer's zone.
    if (const auto time = ReadZonedTime(record.Text("Date")); time) {
      draft.time = *time;
      draft.has_time = true;
    }
  }

  const Node* name_node = nullptr;
  const Node* type_node = nullptr;
  if (const Node* event = EventNode(record, draft); event != nullptr) {
    name_node = record.Child(*event, "name");
    type_node = record.Child(*event, "type");
    if (const Node* bag = record.Child(*event, "parameters"); bag != nullptr) {
      TakeGoogleParameters(record, *bag, draft);
    }
  } else {
    for (const std::string_view key : {"event_name", "event_name_s", "name", "Event name",
                                       "Event Name", "Event", "event.action"}) {
      if (name_node == nullptr) name_node = record.Find(key);
    }
    for (const std::string_view key :
         {"event_type", "event_type_s", "type", "google_workspace.event.type"}) {
      if (type_node == nullptr) type_node = record.Find(key);
    }
    if (const Node* bag = record.Child(record.root(), "parameters"); bag != nullptr) {
      TakeGoogleParameters(record, *bag, draft);
    }
    const std::string application(draft.Text(Field::kCategory));
    const Node* scope_node = record.Find(application);
    if (const Node* elastic = record.Find("google_workspace." + application)) scope_node = elastic;
    if (!application.empty() && scope_node != nullptr && scope_node->kind == NodeKind::kObject) {
      TakeStruct(record, *scope_node, {}, 0, draft);
    }
    TakeFlat(record, draft);
  }
  // An app that acts by the API on its own behalf or the user's; newer records name it.
  for (const std::string_view path :
       {"actor.applicationInfo.oauthClientId", "actor.application_info.oauth_client_id"}) {
    const Node* id = record.Find(path);
    if (id == nullptr) continue;
    draft.SetFrom(Field::kActorAppId, id, As::kCasedId);
    if (const Node* app = record.Find("actor.applicationInfo.applicationName")) {
      draft.SetFrom(Field::kActorApp, app);
    }
    // The acting client is the app of a file event more surely than the app that made the file.
    if (draft.Text(Field::kCategory) == "drive" || !draft.Has(Field::kApp)) {
      draft.SetFrom(Field::kApp, id, As::kCasedId);
      draft.Derive(Field::kAppName, draft.Text(Field::kActorApp), Field::kActorApp);
    }
  }

  std::string_view name = name_node == nullptr ? std::string_view() : Trim(name_node->text());
  const std::string_view type = type_node == nullptr ? std::string_view() : type_node->text();
  if (name_node != nullptr && record.Has("Date")) {
    const bool is_token = draft.Has(Field::kApp) || draft.Has(Field::kScopes);
    if (is_token && !draft.Has(Field::kObject)) {
      draft.Set(Field::kCategory, "token");
      name = ConsoleEventName(name, draft.arena());
    } else {
      std::string words(name);
      for (char& c : words) c = c == ' ' ? '_' : c;
      name = Lower(draft.arena().Copy(words), draft.arena());
    }
  }
  if (!draft.Has(Field::kCategory)) {
    if (draft.Has(Field::kObject) && type.empty() && record.Has("Date")) {
      draft.Set(Field::kCategory, "drive");
    } else {
      draft.Set(Field::kCategory, GuessGoogleApplication(name, type, draft));
    }
  }
  draft.Set(Field::kOperation, name, name_node);
  ClassifyGoogleEvent(draft.Text(Field::kCategory), name, type, draft);
}

}  // namespace

extern constinit const SourceDef kGoogleWorkspace = {
    .name = "google_workspace",
    .summary = "Google Workspace audit logs of all applications: token, login, admin, drive, ...",
    .reference = "Google Workspace Admin SDK, Reports API, activities (2026)",
    .sigma = {{{.product = "gcp", .category = {}, .service = "google_workspace.admin"},
               {.product = "gcp", .category = {}, .service = "google_workspace.login"},
               {.product = "gcp", .category = {}, .service = "google_workspace.token"},
               {.product = "gcp", .category = {}, .service = "google_workspace.drive"}}},
    .claims = kClaims,
    .head = {.time = {"id.time", "id_time_t", "id_time_s", "time_usec", "timestamp", "Date",
                      "event_info.timestamp_usec", "@timestamp"},
             // One id may stand for several events of one moment (login_success and its
             // login_verification share all three), so the event's name joins. Flat copies carry
             // one event of several under the id of all and have no place in the list: they get
             // no key, so none is dropped. The brackets keep flat columns such as id.time out.
             .key = {"id[applicationName]", "id[time]", "id[uniqueQualifier]",
                     "events[].name|event[name]"},
             .outcome = {}},
    .fields = kFields,
    .split = "events",
    .fixup = Fixup,
    .headerless = {},
};

}  // namespace tokentrail::source
