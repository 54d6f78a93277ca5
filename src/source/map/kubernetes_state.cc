// Service accounts and their bindings, as `kubectl get sa,rolebindings,clusterrolebindings -o json`
// prints them: what is, not what happened.
//
// Source: Kubernetes API reference v1.34, ServiceAccount v1, RoleBinding and ClusterRoleBinding
// rbac.authorization.k8s.io/v1.

#include "base/text.h"
#include "source/map/fact_list.h"
#include "source/map/maps.h"

namespace tokentrail::source {
namespace {

bool IsAccount(const Record& record) {
  return record.Text("kind") == "ServiceAccount" && !record.Has("auditID");
}
bool IsBinding(const Record& record) { return record.Text("kind").ends_with("RoleBinding"); }
bool IsRole(const Record& record) {
  return record.Text("kind") == "Role" || record.Text("kind") == "ClusterRole";
}

constexpr Claim kClaims[] = {
    {.keys = {"kind", "apiVersion", "metadata"}, .test = IsAccount},
    {.keys = {"kind", "metadata", "roleRef"}, .test = IsBinding},
    {.keys = {"kind", "metadata", "rules"}, .test = IsRole},
};

std::string_view AccountOf(std::string_view space, std::string_view name, Arena& arena) {
  return space.empty() || name.empty() ? std::string_view() : Concat(arena, {space, "/", name});
}

void Fixup(const Record& record, Draft& draft) {
  draft.kind = Kind::kSnapshot;
  const std::string_view kind = record.Text("kind");
  const std::string_view space = record.Text("metadata.namespace");
  const std::string_view name = record.Text("metadata.name");
  draft.Set(Field::kOperation, kind);
  draft.Set(Field::kCategory, kind);
  draft.SetFrom(Field::kName, record.Find("metadata.name"));
  if (!space.empty()) draft.SetFrom(Field::kNamespace, record.Find("metadata.namespace"));
  FactList facts(record, draft);
  if (IsRole(record)) {  // what it allows is read where somebody is given it
    draft.SetFrom(Field::kRole, record.Find("metadata.name"));
    return;
  }
  if (kind == "ServiceAccount") {
    draft.Set(Field::kApp, AccountOf(space, name, draft.arena()), record.Find("metadata.name"));
    facts.Take("created", {"metadata.creationTimestamp"});
    facts.Finish();
    return;
  }
  // One subject of the binding: only service accounts are apps.
  const Node* subject = draft.element;
  if (subject == nullptr || subject->kind != NodeKind::kObject) return;
  const auto text = [&](std::string_view key) {
    const Node* child = record.Child(*subject, key);
    return child == nullptr ? std::string_view() : child->text();
  };
  if (text("kind") != "ServiceAccount") return;
  const std::string_view of = text("namespace").empty() ? space : text("namespace");
  draft.Set(Field::kApp, AccountOf(of, text("name"), draft.arena()), subject);
  const std::string_view role = record.Text("roleRef.name");
  draft.SetFrom(Field::kRole, record.Find("roleRef.name"));
  // As the audit log names what a binding gives.
  facts.Add("permission", role);
  facts.Add("application", "true");
  facts.Finish();
}

}  // namespace

extern constinit const SourceDef kKubernetesState = {
    .name = "kubernetes_state",
    .summary = "Kubernetes: service accounts and role bindings, as kubectl prints them",
    .reference = "Kubernetes API reference, ServiceAccount, RoleBinding, ClusterRoleBinding",
    .sigma = {},
    .family = "kubernetes_audit",
    .claims = kClaims,
    .head = {.time = {}, .key = {"metadata.uid"}, .outcome = {}},
    .fields = {},
    .split = "subjects",
    .fixup = Fixup,
    .headerless = {},
    .timeless = true,
};

}  // namespace tokentrail::source
