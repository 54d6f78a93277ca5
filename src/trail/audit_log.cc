#include "trail/audit_log.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "inventory/audit_class.h"
#include "trail/attribution.h"

namespace tokentrail::trail {
namespace {

static_assert(static_cast<size_t>(Kind::kCount) <= 64);
constexpr uint64_t Bit(Kind kind) { return uint64_t{1} << static_cast<size_t>(kind); }

/// Texts of attackers may be as long as a record.
constexpr size_t kMaxText = 1024;

std::string Short(std::string_view text) {
  if (text.size() <= kMaxText) return std::string(text);
  size_t end = kMaxText;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) --end;
  return std::string(text.substr(0, end)) + "...";
}

std::string_view First(const Event& event, std::initializer_list<Field> fields) {
  for (const Field field : fields) {
    if (const std::string_view text = event.Text(field); !text.empty()) return text;
  }
  return {};
}

bool IsMicrosoft(std::string_view source) {
  return source == "entra_audit" || source == "m365_audit" || source == "azure_activity";
}

/// True where the app that the record names is the client that acted, not what was changed.
bool AppIsTheClient(const Event& event, std::string_view source) {
  if (source == "azure_activity" || source == "gcp_audit") return true;
  if (source == "m365_audit") {
    return !EqualsIgnoreCase(event.Text(Field::kCategory), "AzureActiveDirectory") &&
           !event.Has(Field::kAppObject);
  }
  if (source == "github_audit") {
    const std::string_view action = event.Text(Field::kOperation);
    return !action.starts_with("oauth_application.") && !action.starts_with("integration");
  }
  return false;
}

void AddWords(std::string& out, std::string_view label, std::string_view text) {
  if (text.empty()) return;
  if (!out.empty()) out += "; ";
  if (!label.empty()) out.append(label).append(": ");
  out += text;
}

/// What it is that was given, made or changed.
std::string NameOf(const Event& event, std::string_view source, AuditClass what) {
  switch (what) {
    case AuditClass::kRole:
      if (event.kind() == Kind::kDelegation || event.kind() == Kind::kAppRevoked) {
        return Short(First(event, {Field::kRole, Field::kAppName, Field::kApp}));
      }
      return Short(First(event, {Field::kRole, Field::kRoleId, Field::kName, Field::kScopes}));
    case AuditClass::kCredential:
      // Elsewhere kCredential is what the caller used.
      if (IsMicrosoft(source)) {
        const auto id = First(event, {Field::kCredential, Field::kCredentialsRemoved});
        if (!id.empty()) return Short(id);
      }
      return Short(First(event, {Field::kIssuedToken, Field::kName, Field::kObject}));
    default: {
      const auto name = First(event, {Field::kTargetName, Field::kName, Field::kObject});
      if (!name.empty()) return Short(name);
      if (AppIsTheClient(event, source)) return Short(event.Text(Field::kTarget));
      return Short(First(event, {Field::kAppName, Field::kTarget}));
    }
  }
}

std::string TargetOf(const Event& event, std::string_view source) {
  const std::string_view ns = event.Text(Field::kNamespace);
  const std::string_view name = event.Text(Field::kName);
  if (event.Has(Field::kServiceAccount)) return Short(event.Text(Field::kServiceAccount));
  const std::string_view target = First(event, {Field::kTargetName, Field::kTarget});
  if (!target.empty()) return Short(target);
  if (!name.empty()) return Short(ns.empty() ? name : std::string(ns) + "/" + std::string(name));
  if (AppIsTheClient(event, source)) {
    return Short(First(event, {Field::kMailbox, Field::kObject}));
  }
  return Short(First(event, {Field::kMailbox, Field::kAppName, Field::kApp, Field::kObject}));
}

/// Kubernetes at level Metadata logs that a role was written, and nothing of what it allows.
constexpr std::string_view kMetadata = "what it allows is not in the log (audit level Metadata)";

std::string ChangeOf(const Event& event, std::string_view source, AuditClass what) {
  std::string out;
  if (source == "kubernetes_audit") {
    const bool writes = event.Text(Field::kVerb) != "delete" && event.succeeded();
    if (event.kind() == Kind::kRoleChange) {
      AddWords(out, "allows", event.Text(Field::kScopes));
      if (out.empty() && writes) out = kMetadata;
    } else if (event.kind() == Kind::kRoleAssignment) {
      AddWords(out, "to", event.Text(Field::kTargetName));
      if (!event.Has(Field::kRole) && writes) out = kMetadata;
    } else if (what == AuditClass::kCredential) {
      AddWords(out, "signer", event.Text(Field::kAudience));
      AddWords(out, "seconds", event.Text(Field::kTokenLife));
    }
    return Short(out);
  }
  if (IsMicrosoft(source) && what == AuditClass::kCredential) {
    AddWords(out, "added", event.Text(Field::kCredential));
    AddWords(out, "removed", event.Text(Field::kCredentialsRemoved));
  }
  AddWords(out, "", event.Text(Field::kReason));
  if (source == "salesforce_setup" && out.empty()) out = event.Text(Field::kStatusDetail);
  if (event.kind() == Kind::kDelegation || event.kind() == Kind::kRoleChange) {
    AddWords(out, "scopes", event.Text(Field::kScopes));
  }
  AddWords(out, "scopes added", event.Text(Field::kScopesAdded));
  AddWords(out, "scopes removed", event.Text(Field::kScopesRemoved));
  if (what == AuditClass::kRole && event.Has(Field::kRole)) {
    AddWords(out, "on", First(event, {Field::kResourceName, Field::kObject}));
  }
  return Short(out);
}

AuditRow RowOf(const Event& event, const Attribution& who, std::string_view source,
               AuditClass what) {
  AuditRow row;
  row.time = event.time();
  row.what = what;
  row.kind = event.kind();
  row.outcome = event.outcome();
  row.source = event.source();
  row.place = event.head().place;
  row.content = event.head().content;
  row.tenant = event.Text(Field::kTenant);
  row.operation = Short(event.Text(Field::kOperation));
  row.name = NameOf(event, source, what);
  row.target = TargetOf(event, source);
  row.target_id = Short(event.Text(Field::kTarget));
  row.target_type = Short(event.Text(Field::kTargetType));
  row.change = ChangeOf(event, source, what);
  row.who = who;
  if (!AppIsTheClient(event, source)) {
    row.app = Short(event.Text(Field::kApp));
    row.app_name = Short(event.Text(Field::kAppName));
  }
  row.status = Short(First(event, {Field::kStatus, Field::kStatusDetail}));
  row.ip = event.Text(Field::kIp);
  row.user_agent = Short(event.Text(Field::kUserAgent));
  row.session = Short(event.Text(Field::kSession));
  row.token = Short(event.Text(Field::kToken));
  row.correlation = Short(event.Text(Field::kCorrelation));
  return row;
}

/// Which logs show the changes of a platform. With `kinds`, events of that source count only when
/// one of them is there: it holds streams that are exported apart.
struct Seer {
  std::string_view source;
  uint64_t kinds = 0;
};
struct Sight {
  std::string_view platform;
  std::vector<AuditClass> classes;
  std::vector<Seer> seers;
  std::vector<std::string_view> others;  ///< its other logs
  std::string_view needs;
};

constexpr uint64_t kDirectoryKinds = Bit(Kind::kConsent) | Bit(Kind::kAppRoleGrant) |
                                     Bit(Kind::kDelegatedGrant) | Bit(Kind::kCredentialChange) |
                                     Bit(Kind::kAppChange) | Bit(Kind::kUserChange) |
                                     Bit(Kind::kDeviceChange) | Bit(Kind::kOwnerChange);
constexpr uint64_t kAdminKinds = Bit(Kind::kRoleAssignment) | Bit(Kind::kRoleRevoked) |
                                 Bit(Kind::kRoleChange) | Bit(Kind::kPolicyChange) |
                                 Bit(Kind::kDelegation);

std::vector<Sight> Sights() {
  using enum AuditClass;
  return {
      {"Entra ID",
       {kRole, kPolicy, kCredential, kFederation, kGuardrail},
       {{"entra_audit"}, {"m365_audit", kDirectoryKinds}},
       {"entra_signin", "entra_risk", "graph_activity", "m365_audit"},
       "the Entra audit log (AuditLogs), or the Microsoft 365 audit log with the workload "
       "AzureActiveDirectory"},
      {"Microsoft 365",
       {kRole, kPolicy, kGuardrail},
       {{"m365_audit"}},
       {"entra_signin", "entra_audit", "graph_activity"},
       "the Microsoft 365 unified audit log"},
      {"Azure",
       {kRole, kPolicy, kCredential, kGuardrail},
       {{"azure_activity"}},
       {"entra_signin", "entra_audit"},
       "the Azure activity log"},
      {"Google Workspace",
       {kRole, kPolicy, kCredential, kFederation, kGuardrail},
       {{"google_workspace", kAdminKinds}},
       {"google_workspace"},
       "the admin events of the Reports API (no change by an admin is in the evidence)"},
      {"Google Cloud",
       {kRole, kPolicy, kCredential, kFederation, kGuardrail},
       {{"gcp_audit"}},
       {},
       "Cloud Audit Logs, admin activity"},
      {"Okta",
       {kRole, kPolicy, kCredential, kFederation, kGuardrail},
       {{"okta_system"}},
       {},
       "the Okta System Log"},
      {"GitHub",
       {kRole, kPolicy, kCredential, kFederation, kGuardrail},
       {{"github_audit"}},
       {},
       "the audit log of the organisation or enterprise"},
      {"Slack",
       {kRole, kPolicy, kFederation, kGuardrail},
       {{"slack_audit"}},
       {},
       "the Audit Logs API (Enterprise Grid)"},
      {"Salesforce",
       {kRole, kPolicy, kCredential, kFederation, kGuardrail},
       {{"salesforce_setup"}},
       {"salesforce_event"},
       "the setup audit trail"},
      {"Kubernetes",
       {kRole, kPolicy, kCredential, kGuardrail},
       {{"kubernetes_audit"}},
       {},
       "the audit log of the API server"},
  };
}

}  // namespace

AuditLog::AuditLog(std::span<const std::string_view> source_names, Window window, size_t max_rows)
    : source_names_(source_names),
      window_(window),
      max_rows_(max_rows),
      kinds_seen_(source_names.size()) {}

FieldSet AuditLog::Needs() {
  FieldSet out = AttributionNeeds();
  out.Add(FieldSet{
      Field::kCorrelation, Field::kRole,         Field::kRoleId,         Field::kName,
      Field::kScopes,      Field::kScopesAdded,  Field::kScopesRemoved,  Field::kCredentialsRemoved,
      Field::kIssuedToken, Field::kObject,       Field::kTargetName,     Field::kTarget,
      Field::kTargetType,  Field::kNamespace,    Field::kServiceAccount, Field::kMailbox,
      Field::kVerb,        Field::kAudience,     Field::kTokenLife,      Field::kReason,
      Field::kStatus,      Field::kStatusDetail, Field::kResourceName,   Field::kIp,
      Field::kUserAgent,   Field::kToken});
  return out;
}

void AuditLog::Observe(const Event& event, const Attribution& who) {
  kinds_seen_[event.source()] |= Bit(event.kind());
  if (!inventory::MayBeAudited(event.kind())) return;
  const std::string_view source = source_names_[event.source()];
  const auto what = inventory::AuditClassOf(source, event.kind(), event.Text(Field::kOperation));
  if (!what) return;
  if ((window_.start && event.time() < *window_.start) ||
      (window_.end && *window_.end < event.time())) {
    return;
  }
  ++audit_.counts[static_cast<size_t>(*what)];
  if (audit_.rows.size() >= max_rows_) {
    ++audit_.not_kept;
    return;
  }
  audit_.rows.push_back(RowOf(event, who, source, *what));
}

Audit AuditLog::Finish() {
  const auto seen = [&](std::string_view name, uint64_t kinds) {
    for (size_t i = 0; i < source_names_.size(); ++i) {
      if (source_names_[i] != name || kinds_seen_[i] == 0) continue;
      if (kinds == 0 || (kinds_seen_[i] & kinds) != 0) return true;
    }
    return false;
  };
  for (const Sight& sight : Sights()) {
    const bool sees = std::any_of(sight.seers.begin(), sight.seers.end(),
                                  [&](const Seer& seer) { return seen(seer.source, seer.kinds); });
    if (sees) continue;
    AuditGap gap;
    gap.platform = sight.platform;
    gap.classes = sight.classes;
    gap.needs = sight.needs;
    gap.other_logs = std::any_of(sight.others.begin(), sight.others.end(),
                                 [&](std::string_view name) { return seen(name, 0); });
    audit_.gaps.push_back(std::move(gap));
  }
  return std::move(audit_);
}

}  // namespace tokentrail::trail
