#include "trail/missing_stream.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "trail/log_words.h"

namespace tokentrail::trail {
namespace {

constexpr std::string_view kEntra = "entra_signin entra_audit m365_audit graph_activity";

// References as of 2026.
constexpr MissingStream kRows[] = {
    {.source = "entra_signin",
     .stream = "",
     .when = "entra_audit m365_audit graph_activity",
     .stages = "LUR GRT MNT USE PER ESC EXF REG",
     .reference = "Microsoft Learn, Sign-in logs in Microsoft Entra ID"},
    {.source = "entra_signin",
     .stream = "noninteractive",
     .when = "entra_signin",
     .least = 5,
     .stages = "MNT USE EXF GRT",
     .reference = "Microsoft Learn, Non-interactive user sign-ins"},
    {.source = "entra_signin",
     .stream = "service_principal",
     .when = "entra_signin",
     .least = 5,
     .stages = "PER ESC USE GRT",
     .reference = "Microsoft Learn, Service principal sign-ins"},
    {.source = "entra_signin",
     .stream = "managed_identity",
     .when = "entra_signin",
     .least = 100,
     .stages = "PER ESC",
     .reference = "Microsoft Learn, Managed identity sign-ins"},
    {.source = "entra_signin",
     .stream = "interactive",
     .when = "entra_signin",
     .least = 5,
     .stages = "LUR GRT MNT",
     .reference = "Microsoft Learn, Interactive user sign-ins"},
    {.source = "entra_audit",
     .stream = "",
     .when = "entra_signin graph_activity",
     .unless = kDirectory,
     .stages = "GRT PER ESC REG LUR",
     .reference = "Microsoft Learn, Audit logs in Microsoft Entra ID"},
    {.source = "graph_activity",
     .stream = "",
     .when = kEntra,
     .facts = kGrantsApp | kUsesApp,
     .stages = "GRT USE EXF PER ESC",
     .reference = "Microsoft Learn, Microsoft Graph activity logs: off until a diagnostic setting "
                  "sends them"},
    {.source = "m365_audit",
     .stream = "",
     .when = "entra_signin entra_audit graph_activity",
     .also = "defender_cloud_app",
     .stages = "GRT USE EXF ESC",
     .reference = "Microsoft Learn, Search the audit log"},
    {.source = "m365_audit",
     .stream = "MailItemsAccessed",
     .when = "m365_audit defender_cloud_app",
     .least = 5,
     .facts = kMailbox,
     .unless = kMailItems,
     .stages = "GRT USE EXF",
     .reference = "Microsoft Learn, Use MailItemsAccessed to investigate compromised accounts: "
                  "needs a licence and mailbox auditing"},
    {.source = "m365_audit",
     .stream = "mailbox",
     .when = "m365_audit",
     .least = 5,
     .facts = kExchangeAdmin,
     .unless = kMailItems | kMailbox,
     .stages = "GRT USE EXF",
     .reference = "Microsoft Learn, Manage mailbox auditing"},
    {.source = "google_workspace",
     .stream = "token",
     .when = "google_workspace",
     .stages = "GRT USE EXF LUR",
     .reference = "Google, Reports API, OAuth token audit activity events"},
    {.source = "google_workspace",
     .stream = "admin",
     .when = "google_workspace",
     .stages = "GRT ESC PER",
     .reference = "Google, Reports API, Admin audit activity events"},
    {.source = "google_workspace",
     .stream = "drive",
     .when = "google_workspace",
     .least = 20,
     .stages = "GRT USE EXF",
     .reference = "Google, Reports API, Drive audit activity events"},
    {.source = "google_workspace",
     .stream = "gmail",
     .when = "google_workspace",
     .least = 20,
     .stages = "GRT USE EXF",
     .reference = "Google Workspace Admin Help, Gmail logs in BigQuery"},
    {.source = "google_workspace",
     .stream = "login",
     .when = "google_workspace",
     .least = 20,
     .stages = "GRT LUR MNT",
     .reference = "Google, Reports API, Login audit activity events"},
    {.source = "github_audit",
     .stream = "git",
     .when = "github_audit",
     .unless = kGit,
     .stages = "GRT USE EXF PER",
     .reference =
         "GitHub Docs, Audit log events: Git events are exported apart, and kept for 7 days"},
    {.source = "github_audit",
     .stream = "api_request",
     .when = "github_audit",
     .least = 20,
     .unless = kApiRequest,
     .stages = "GRT USE EXF",
     .reference = "GitHub Docs, Streaming the audit log: API requests, once they are enabled"},
    {.source = "okta_system",
     .stream = "token",
     .when = "okta_system",
     .least = 200,
     .unless = kTokenEvent,
     .stages = "GRT MNT USE",
     .reference = "Okta, Event types: app.oauth2.token.grant, app.oauth2.as.token.grant"},
    {.source = "slack_audit",
     .stream = "login",
     .when = "slack_audit",
     .least = 50,
     .unless = kLogin,
     .stages = "GRT MNT USE",
     .reference = "Slack, Audit Logs API methods and actions: user_login"},
    {.source = "slack_audit",
     .stream = "app",
     .when = "slack_audit",
     .least = 200,
     .unless = kAppEvent,
     .stages = "GRT ESC USE",
     .reference = "Slack, Audit Logs API methods and actions: app_installed and others"},
    {.source = "salesforce_event",
     .stream = "",
     .when = "salesforce_setup",
     .stages = "GRT USE EXF",
     .reference = "Salesforce, Object Reference, EventLogFile"},
    {.source = "salesforce_event",
     .stream = "api",
     .when = "salesforce_event",
     .least = 20,
     .unless = kApiEvent,
     .stages = "GRT USE EXF",
     .reference = "Salesforce, EventLogFile event types: API, RestApi, BulkApi, ApiTotalUsage"},
    {.source = "salesforce_setup",
     .stream = "",
     .when = "salesforce_event",
     .least = 20,
     .stages = "GRT ESC PER",
     .reference = "Salesforce Help, Monitor Setup Changes with Setup Audit Trail"},
    {.source = "kubernetes_audit",
     .stream = "request_bodies",
     .when = "kubernetes_audit",
     .facts = kNoRequestBody,
     .unless = kRequestBody,
     .stages = "MNT ESC K",
     .reference = "kubernetes.io, Auditing, levels: Metadata has no request object"},
    {.source = "kubernetes_audit",
     .stream = "reads",
     .when = "kubernetes_audit",
     .least = 50,
     .unless = kReads,
     .stages = "MNT EXF USE K",
     .reference = "Microsoft Learn, AKS: kube-audit-admin leaves out get and list"},
};

bool IsDirectoryKind(Kind kind) {
  switch (kind) {
    case Kind::kConsent:
    case Kind::kDelegatedGrant:
    case Kind::kAppRoleGrant:
    case Kind::kRoleAssignment:
    case Kind::kCredentialChange:
    case Kind::kAppChange:
    case Kind::kOwnerChange:
    case Kind::kUserChange:
      return true;
    default:
      return false;
  }
}

/// `New-InboxRule`, and not `Delete-Message ...` of other logs: a word, a dash, a capital letter.
bool IsCmdlet(std::string_view operation) {
  const size_t dash = operation.find('-');
  return dash != operation.npos && dash > 1 && dash + 1 < operation.size() &&
         operation[dash + 1] >= 'A' && operation[dash + 1] <= 'Z' &&
         operation.find(' ') == operation.npos;
}

// Source: Microsoft Learn, "Manage mailbox auditing", mailbox actions (2026).
constexpr std::string_view kMailboxActions[] = {
    "AttachmentAccess",
    "Copy",
    "Create",
    "FolderBind",
    "HardDelete",
    "MailboxLogin",
    "MessageBind",
    "Move",
    "MoveToDeletedItems",
    "Send",
    "SendAs",
    "SendOnBehalf",
    "SoftDelete",
    "Update",
    "UpdateInboxRules",
    "UpdateFolderPermissions",
    "UpdateCalendarDelegation",
    "AddFolderPermissions",
    "ModifyFolderPermissions",
    "RemoveFolderPermissions",
    "SearchQueryInitiatedExchange",
};

/// Of the directory's own log.
Facts DirectoryFacts(const Event& event) {
  Facts out = 0;
  const Kind kind = event.kind();
  if (kind == Kind::kConsent || kind == Kind::kDelegatedGrant || kind == Kind::kAppRoleGrant) {
    out |= kGrantsApp;
  }
  return IsDirectoryKind(kind) ? out | kDirectory : out;
}

/// Of the audit log of Microsoft 365, and of what Defender copies from it.
Facts Microsoft365Facts(const Event& event) {
  const Kind kind = event.kind();
  if (kind == Kind::kSignIn || kind == Kind::kFileAccess) return 0;
  const std::string_view operation = event.Text(Field::kOperation);
  if (IsCmdlet(operation)) return kExchangeAdmin;
  if (operation == "MailItemsAccessed") return kMailItems | kUsesApp;
  if (kind == Kind::kMailSend) return kMailbox;
  if (kind != Kind::kMailRead && kind != Kind::kMailRule && kind != Kind::kOther) {
    return DirectoryFacts(event);
  }
  if (event.Text(Field::kCategory).find("Exchange") == std::string_view::npos) return 0;
  for (const std::string_view action : kMailboxActions) {
    if (action == operation) return kMailbox;
  }
  return 0;
}

Facts KubernetesFacts(const Event& event) {
  const std::string_view operation = event.Text(Field::kOperation);
  if (operation.starts_with("get ") || operation.starts_with("list ") ||
      operation.starts_with("watch ")) {
    return kReads;
  }
  if (!operation.starts_with("create ")) return 0;
  // Of these two the body is what they are about: DETECTIONS 1.6.
  if (event.kind() == Kind::kTokenMinted) {
    return event.Has(Field::kTokenLife) || event.Has(Field::kAudience) ? kRequestBody
                                                                       : kNoRequestBody;
  }
  if (event.kind() == Kind::kRoleAssignment) {
    return event.Has(Field::kRole) ? kRequestBody : kNoRequestBody;
  }
  return 0;
}

Facts GraphFacts(const Event& event) {
  (void)event;  // each is a request of an app
  return kUsesApp;
}

Facts GithubFacts(const Event& event) {
  const std::string_view operation = event.Text(Field::kOperation);
  if (operation.starts_with("git.")) return kGit;
  return operation == "api.request" ? kApiRequest : 0;
}

Facts OktaFacts(const Event& event) {
  const std::string_view operation = event.Text(Field::kOperation);
  return operation.starts_with("app.oauth2.") && operation.find(".token.") != operation.npos
             ? kTokenEvent
             : 0;
}

Facts SlackFacts(const Event& event) {
  const std::string_view operation = event.Text(Field::kOperation);
  if (operation.find("app_") != operation.npos || operation.starts_with("bot_")) return kAppEvent;
  return operation == "user_login" || event.kind() == Kind::kSignIn ? kLogin : 0;
}

Facts SalesforceFacts(const Event& event) { return event.kind() == Kind::kApiCall ? kApiEvent : 0; }

struct Reader {
  std::string_view source;
  FactReader read = nullptr;
};

constexpr Reader kReaders[] = {
    {"entra_audit", DirectoryFacts},
    {"m365_audit", Microsoft365Facts},
    {"defender_cloud_app", Microsoft365Facts},
    {"graph_activity", GraphFacts},
    {"github_audit", GithubFacts},
    {"okta_system", OktaFacts},
    {"slack_audit", SlackFacts},
    {"salesforce_event", SalesforceFacts},
    {"kubernetes_audit", KubernetesFacts},
};

/// What is known of a log in a tenant: what names it, and what names no tenant.
struct Seen {
  const LogSeen* own = nullptr;
  const LogSeen* common = nullptr;

  uint64_t events() const {
    return (own != nullptr ? own->events : 0) + (common != nullptr ? common->events : 0);
  }
  Facts facts() const {
    return (own != nullptr ? own->facts : 0) | (common != nullptr ? common->facts : 0);
  }
  bool Has(std::string_view stream) const {
    return (own != nullptr && own->streams.contains(stream)) ||
           (common != nullptr && common->streams.contains(stream));
  }
};

class TenantView {
 public:
  TenantView(const TenantLogs& own, const TenantLogs* common) : own_(own), common_(common) {}

  Seen Of(std::string_view source) const {
    Seen out;
    if (const auto it = own_.find(source); it != own_.end()) out.own = &it->second;
    if (common_ == nullptr) return out;
    if (const auto it = common_->find(source); it != common_->end()) out.common = &it->second;
    return out;
  }

 private:
  const TenantLogs& own_;
  const TenantLogs* common_;
};

/// What makes a log expected must name the tenant; what excuses its absence need not.
bool IsMissing(const MissingStream& row, const TenantView& view, Time& first, Time& last) {
  uint64_t events = 0;
  Facts facts = 0;
  bool named = false;
  for (const std::string_view source : Split(row.when, " ")) {
    const Seen seen = view.Of(source);
    if (seen.own == nullptr) continue;
    events += seen.own->events;
    facts |= seen.own->facts;
    if (!named || seen.own->first < first) first = seen.own->first;
    if (!named || seen.own->last > last) last = seen.own->last;
    named = true;
  }
  if (!named || events < row.least) return false;
  if (row.facts != 0 && (facts & row.facts) == 0) return false;
  if (row.unless != 0) {
    Facts all = 0;
    for (const std::string_view source : Split(row.when, " ")) all |= view.Of(source).facts();
    for (const std::string_view source : {row.source, std::string_view("m365_audit")}) {
      if (PlatformOfLog(source) == PlatformOfLog(row.source)) all |= view.Of(source).facts();
    }
    if ((all & row.unless) != 0) return false;
  }
  for (const std::string_view other : Split(row.also, " ")) {
    if (view.Of(other).events() > 0) return false;
  }
  const Seen seen = view.Of(row.source);
  if (row.stream.empty()) return seen.events() == 0;
  if (row.unless != 0) return true;  // known by facts alone
  // Google's logs also come through Cloud Audit.
  return !seen.Has(row.stream) &&
         !(row.source == "google_workspace" && view.Of("gcp_audit").Has(row.stream));
}

}  // namespace

std::span<const MissingStream> MissingStreams() { return kRows; }

const MissingStream* FindMissingStream(std::string_view source, std::string_view stream) {
  for (const MissingStream& row : kRows) {
    if (row.source == source && row.stream == stream) return &row;
  }
  return nullptr;
}

FactReader FactReaderOf(std::string_view source) {
  for (const Reader& reader : kReaders) {
    if (reader.source == source) return reader.read;
  }
  return nullptr;
}

void FindMissingStreams(const std::map<std::string, TenantLogs>& tenants,
                        std::vector<EvidenceGap>& out) {
  // A log without a tenant may be of any of them; so it lacks only what all of them lack.
  const auto nameless = tenants.find("");
  TenantLogs all;
  for (const auto& [tenant, logs] : tenants) {
    for (const auto& [source, seen] : logs) {
      LogSeen& sum = all[source];
      sum.events += seen.events;
      sum.facts |= seen.facts;
      for (const auto& [stream, events] : seen.streams) sum.streams[stream] += events;
    }
  }
  for (const MissingStream& row : kRows) {
    std::vector<EvidenceGap> lacking;
    for (const auto& [tenant, logs] : tenants) {
      const TenantLogs* common = tenant.empty() ? &all : nullptr;
      if (!tenant.empty() && nameless != tenants.end()) common = &nameless->second;
      const TenantView view(logs, common);
      EvidenceGap gap;
      if (!IsMissing(row, view, gap.first, gap.last)) continue;
      gap.tenant = tenant;
      lacking.push_back(std::move(gap));
    }
    if (lacking.empty()) continue;
    EvidenceGap gap = lacking[0];
    for (const EvidenceGap& other : lacking) {
      gap.first = std::min(gap.first, other.first);
      gap.last = std::max(gap.last, other.last);
    }
    gap.kind = GapKind::kMissingStream;
    gap.source = row.source;
    gap.stream = row.stream;
    gap.count = lacking.size();
    gap.words = fmt::format("not in the evidence: {}", LogName(row.source, row.stream));
    if (lacking.size() > 1) {
      gap.tenant.clear();
      constexpr size_t kMostNamed = 50;
      for (size_t i = 0; i < lacking.size() && lacking.size() <= kMostNamed; ++i) {
        gap.subject += (i == 0 ? "" : " ") + lacking[i].tenant;
      }
      gap.words += fmt::format(", in {} tenants", Grouped(lacking.size()));
    }
    gap.hides = WordsOf(row.source, row.stream).shows;
    out.push_back(std::move(gap));
  }
}

}  // namespace tokentrail::trail
