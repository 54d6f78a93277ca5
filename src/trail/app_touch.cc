#include "trail/app_touch.h"

#include <array>

#include "base/text.h"

namespace tokentrail::trail {
namespace {

constexpr std::array<std::string_view, kTouches> kNames = {
    "mail_read", "mail_sent", "mail_rules", "files",   "repositories", "directory", "rows", "chats",
    "calendar",  "contacts",  "notes",      "secrets", "cluster",      "tokens",    "api"};

bool IsWrite(std::string_view method) {
  return method == "POST" || method == "PATCH" || method == "PUT" || method == "DELETE";
}

struct Part {
  std::string_view text;
  Touch touch;
};

/// Segments of a Graph path that tell what is touched; the last in the path that is known decides:
/// `/me/drive`, `/users/{id}/messages`, `/groups/{id}/conversations`.
/// Source: Microsoft Graph REST API v1.0 reference, resource paths (2026).
constexpr Part kGraphSegments[] = {
    {"messages", Touch::kMailRead},
    {"mailfolders", Touch::kMailRead},
    {"attachments", Touch::kMailRead},
    {"sendmail", Touch::kMailSent},
    {"messagerules", Touch::kMailRules},
    {"mailboxsettings", Touch::kMailRules},
    {"drive", Touch::kFiles},
    {"drives", Touch::kFiles},
    {"sites", Touch::kFiles},
    {"shares", Touch::kFiles},
    {"driveitem", Touch::kFiles},
    {"users", Touch::kDirectory},
    {"groups", Touch::kDirectory},
    {"me", Touch::kDirectory},
    {"directoryobjects", Touch::kDirectory},
    {"directoryroles", Touch::kDirectory},
    {"rolemanagement", Touch::kDirectory},
    {"applications", Touch::kDirectory},
    {"serviceprincipals", Touch::kDirectory},
    {"oauth2permissiongrants", Touch::kDirectory},
    {"organization", Touch::kDirectory},
    {"domains", Touch::kDirectory},
    {"devices", Touch::kDirectory},
    {"policies", Touch::kDirectory},
    {"identity", Touch::kDirectory},
    {"auditlogs", Touch::kDirectory},
    {"memberof", Touch::kDirectory},
    {"members", Touch::kDirectory},
    {"chats", Touch::kChats},
    {"teams", Touch::kChats},
    {"channels", Touch::kChats},
    {"calendar", Touch::kCalendar},
    {"calendars", Touch::kCalendar},
    {"calendarview", Touch::kCalendar},
    {"events", Touch::kCalendar},
    {"contacts", Touch::kContacts},
    {"contactfolders", Touch::kContacts},
    {"people", Touch::kContacts},
    {"onenote", Touch::kNotes},
};

Touch OfGraphPath(std::string_view url) {
  // Past host and version.
  size_t at = url.find("/v1.0/");
  if (at != std::string_view::npos) {
    at += 6;
  } else if ((at = url.find("/beta/")) != std::string_view::npos) {
    at += 6;
  } else {
    at = url.starts_with('/') ? 1 : 0;
  }
  std::string_view path = url.substr(at);
  path = path.substr(0, path.find('?'));
  Touch out = Touch::kOther;
  for (int depth = 0; depth < 6 && !path.empty(); ++depth) {
    const size_t end = path.find_first_of("/(");
    const std::string_view segment = path.substr(0, end);
    for (const Part& one : kGraphSegments) {
      if (!EqualsIgnoreCase(segment, one.text)) continue;
      // A person or group is the way to what is theirs, and `members` of a chat are no directory.
      if (one.touch != Touch::kDirectory || out == Touch::kOther) out = one.touch;
      break;
    }
    if (end == std::string_view::npos) break;
    path.remove_prefix(end + 1);
  }
  return out;
}

/// By the API that Google's token log names. Source: Reports API, OAuth token events: api_name.
constexpr Part kGoogleApis[] = {
    {"gmail", Touch::kMailRead},
    {"drive", Touch::kFiles},
    {"docs", Touch::kFiles},
    {"sheets", Touch::kFiles},
    {"slides", Touch::kFiles},
    {"calendar", Touch::kCalendar},
    {"people", Touch::kContacts},
    {"contacts", Touch::kContacts},
    {"admin", Touch::kDirectory},
    {"directory", Touch::kDirectory},
    {"cloudidentity", Touch::kDirectory},
    {"groups", Touch::kDirectory},
    {"chat", Touch::kChats},
    {"keep", Touch::kNotes},
    {"vault", Touch::kMailRead},
};

Touched OfCall(const Event& event, TouchLog log) {
  const std::string_view method = event.Text(Field::kMethod);
  switch (log) {
    case TouchLog::kGraph: {
      const Touch touch = OfGraphPath(event.Text(Field::kUrl));
      return {touch, IsWrite(method)};
    }
    case TouchLog::kGoogle: {
      const std::string_view api = event.Text(Field::kResourceName);
      for (const Part& one : kGoogleApis) {
        if (!ContainsIgnoreCase(api, one.text)) continue;
        const bool sends = one.touch == Touch::kMailRead && ContainsIgnoreCase(method, "send");
        return {sends ? Touch::kMailSent : one.touch,
                ContainsIgnoreCase(method, "insert") || ContainsIgnoreCase(method, "update") ||
                    ContainsIgnoreCase(method, "delete") || ContainsIgnoreCase(method, "send")};
      }
      return {Touch::kOther, false};
    }
    case TouchLog::kGithub: {
      const bool repository = event.Has(Field::kObject);
      return {repository ? Touch::kRepositories : Touch::kOther,
              IsWrite(method) || event.Text(Field::kOperation) == "git.push"};
    }
    case TouchLog::kSalesforce:
      return {Touch::kRows, IsWrite(method)};
    default:
      return {Touch::kOther, IsWrite(method)};
  }
}

Touched OfCluster(const Event& event) {
  const std::string_view verb = event.Text(Field::kVerb);
  const std::string_view kind = event.Text(Field::kResourceKind);
  const bool writes = verb == "create" || verb == "update" || verb == "patch" || verb == "delete" ||
                      verb == "deletecollection";
  if (kind.starts_with("secrets")) return {Touch::kSecrets, writes};
  // Bulk records are kept without these: the operation tells, such as `list secrets`.
  if (kind.empty() && event.Text(Field::kOperation).find("secrets") != std::string_view::npos) {
    return {Touch::kSecrets, false};
  }
  return {event.kind() == Kind::kTokenMinted ? Touch::kTokens : Touch::kCluster, writes};
}

}  // namespace

std::string_view Name(Touch touch) {
  return touch == Touch::kNone ? std::string_view() : kNames.at(static_cast<size_t>(touch));
}

TouchLog TouchLogOf(std::string_view source) {
  if (source == "graph_activity") return TouchLog::kGraph;
  if (source == "google_workspace") return TouchLog::kGoogle;
  if (source == "github_audit") return TouchLog::kGithub;
  if (source == "salesforce_event") return TouchLog::kSalesforce;
  if (source == "kubernetes_audit") return TouchLog::kKubernetes;
  return TouchLog::kOther;
}

Touched TouchedBy(const Event& event, TouchLog log) {
  if (log == TouchLog::kKubernetes) return OfCluster(event);
  switch (event.kind()) {
    case Kind::kMailRead:
      return {Touch::kMailRead, false};
    case Kind::kMailSend:
      return {Touch::kMailSent, true};
    case Kind::kMailRule:
      return {Touch::kMailRules, true};
    case Kind::kFileAccess:
      if (log == TouchLog::kGithub) return {Touch::kRepositories, false};
      if (log == TouchLog::kSalesforce) return {Touch::kRows, false};
      return {Touch::kFiles, false};
    case Kind::kApiCall:
      return OfCall(event, log);
    case Kind::kTokenMinted:
      return {Touch::kTokens, false};
    default:
      return {};
  }
}

FieldSet TouchNeeds() {
  return {Field::kOperation, Field::kMethod,       Field::kUrl, Field::kResourceName,
          Field::kObject,    Field::kResourceKind, Field::kVerb};
}

}  // namespace tokentrail::trail
