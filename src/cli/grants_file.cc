#include "cli/grants_file.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "cli/case_json.h"

namespace tokentrail::cli {
namespace {

std::optional<Time> TimeOf(std::string_view text) {
  const ParsedTime time = ParseTime(text);
  if (text.empty() || time.fault != TimeFault::kNone) return std::nullopt;
  return time.time;
}

template <typename Kind, size_t kCount>
Kind KindOf(std::string_view name) {
  for (size_t i = 0; i < kCount; ++i) {
    if (Name(static_cast<Kind>(i)) == name) return static_cast<Kind>(i);
  }
  return {};
}

class LineReader {
 public:
  explicit LineReader(const Record& record) : record_(record) {}

  GrantLine Read() const {
    GrantLine out;
    Grant& grant = out.grant;
    const Node& root = record_.root();
    grant.number = static_cast<uint32_t>(NumberOf(Text(root, "number")));
    grant.kind = KindOf<GrantKind, 4>(Text(root, "kind"));
    grant.platform = Text(root, "platform");
    grant.tenant = Text(root, "tenant");
    grant.app = Text(root, "app_id");
    grant.app_name = Text(root, "app_name");
    grant.app_object = Text(root, "app_object_id");
    grant.all_users = Text(root, "consent_type") == "AllPrincipals";
    grant.principal = Text(root, "principal_id");
    grant.principal_name = Text(root, "principal_name");
    grant.resource = Text(root, "resource_id");
    grant.resource_name = Text(root, "resource_name");
    grant.ids = Parts(Text(root, "grant_ids"));
    grant.birth = TimeOf(Text(root, "birth"));
    grant.bound = Text(root, "bound");
    grant.first_evidence = TimeOf(Text(root, "first_evidence")).value_or(Time{});
    grant.last_authorized = TimeOf(Text(root, "last_authorized"));
    grant.last_used = TimeOf(Text(root, "last_used"));
    grant.end = TimeOf(Text(root, "end"));
    grant.end_reason = Text(root, "end_reason");
    grant.uses = NumberOf(Text(root, "uses"));
    grant.in_snapshot = Text(root, "in_snapshot") == "true";
    grant.changes_left_out = NumberOf(Text(root, "changes_left_out"));
    if (const Node* list = record_.Child(root, "permission_list")) {
      grant.permissions = List(*list);
    }
    const Node* changes = record_.Child(root, "changes");
    if (changes == nullptr || changes->kind != NodeKind::kArray) return out;
    for (const Node& item : Children(*changes)) {
      GrantChange change;
      change.time = TimeOf(Text(item, "time")).value_or(Time{});
      change.what = KindOf<GrantChangeKind, 6>(Text(item, "what"));
      if (const Node* added = record_.Child(item, "added")) change.added = List(*added);
      if (const Node* removed = record_.Child(item, "removed")) change.removed = List(*removed);
      change.by = Text(item, "by");
      change.operation = Text(item, "operation");
      grant.changes.push_back(std::move(change));
      out.places.push_back({std::string(Text(item, "source")), std::string(Text(item, "file")),
                            NumberOf(Text(item, "line")), NumberOf(Text(item, "offset"))});
    }
    return out;
  }

 private:
  std::string_view Text(const Node& parent, std::string_view key) const {
    const Node* child = record_.Child(parent, key);
    return child == nullptr || child->is_container() ? std::string_view() : child->text();
  }
  static std::vector<std::string> List(const Node& node) {
    std::vector<std::string> out;
    if (node.kind != NodeKind::kArray) return out;
    for (const Node& item : Children(node)) out.emplace_back(item.text());
    return out;
  }
  static std::vector<std::string> Parts(std::string_view text) {
    std::vector<std::string> out;
    for (const std::string_view part : Split(text, " ")) out.emplace_back(part);
    return out;
  }

  Record record_;
};

/// Which logs tell of a platform's grants. `audit` is how summary.json's `audit` calls the platform
/// when the log that tells of its apps is missing; empty: the source's presence decides.
struct Teller {
  std::string_view platform;
  std::string_view name;
  std::string_view audit;
  std::string_view needs;
  std::vector<std::string_view> sources;
  std::vector<std::string_view> others;
};

std::vector<Teller> Tellers() {
  return {
      {"entra",
       "Entra ID",
       "Entra ID",
       "the Entra audit log, or the Microsoft 365 audit log with the workload AzureActiveDirectory",
       {"entra_audit", "m365_audit"},
       {"entra_signin", "graph_activity", "m365_audit", "entra_snapshot", "azure_activity"}},
      {"google",
       "Google Workspace",
       "",
       "the token and admin events of the Reports API",
       {"google_workspace"},
       {"google_tokens", "gcp_audit"}},
      {"github", "GitHub", "", "the audit log of the organisation", {"github_audit"}, {}},
      {"slack", "Slack", "", "the Audit Logs API", {"slack_audit"}, {}},
      {"salesforce",
       "Salesforce",
       "",
       "the setup audit trail and the login history",
       {"salesforce_setup", "salesforce_event"},
       {}},
      {"okta", "Okta", "", "the System Log", {"okta_system"}, {}},
      {"kubernetes",
       "Kubernetes",
       "",
       "the audit log of the API server, at level Request for bindings",
       {"kubernetes_audit"},
       {}},
  };
}

}  // namespace

Result<Done> EachGrant(const std::string& case_folder,
                       const std::function<void(GrantLine& line)>& visit) {
  return EachJsonLine(case_folder, "grants.jsonl", Takes::kEvidenceToo, [&](std::string_view, const Record& record) -> Result<bool> {
    GrantLine out = LineReader(record).Read();
    visit(out);
    return true;
  });
}

Result<GrantSummary> ReadGrantSummary(const std::string& case_folder) {
  const CaseSummary summary = TRY(CaseSummary::Read(case_folder, Takes::kEvidenceToo));
  const Record& record = summary.record();
  GrantSummary out;
  out.interrupted = record.Text("interrupted") == "true";
  out.last = TimeOf(record.Text("last_time"));
  std::set<std::string> unseen;
  if (const Node* list = record.Find("audit.cannot_say")) {
    for (const Node& item : Children(*list)) {
      const Node* platform = record.Child(item, "platform");
      if (platform != nullptr) unseen.emplace(platform->text());
    }
  }
  for (const Teller& teller : Tellers()) {
    GrantTeller one;
    one.platform = teller.platform;
    one.name = teller.name;
    one.needs = teller.needs;
    const bool silent = !teller.audit.empty() && unseen.contains(std::string(teller.audit));
    const Node* sources = record.Find("sources");
    if (sources != nullptr) {
      for (const Node& item : Children(*sources)) {
        const auto member = [&](std::string_view key) {
          const Node* child = record.Child(item, key);
          return child == nullptr ? std::string_view() : child->text();
        };
        const auto is_in = [&](const std::vector<std::string_view>& names) {
          return std::find(names.begin(), names.end(), member("name")) != names.end();
        };
        if (is_in(teller.others)) one.other_logs = true;
        if (silent || !is_in(teller.sources)) continue;
        const std::optional<Time> first = TimeOf(member("first_time"));
        const std::optional<Time> last = TimeOf(member("last_time"));
        if (first) one.first = one.first ? std::min(*one.first, *first) : *first;
        if (last) one.last = one.last ? std::max(*one.last, *last) : *last;
      }
    }
    out.tellers.push_back(std::move(one));
  }
  return out;
}

}  // namespace tokentrail::cli
