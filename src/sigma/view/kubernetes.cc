// Kubernetes audit events in all their carriers: the API server's own and EKS (bare), AKS
// (diagnostic record, Log Analytics columns), Elastic, Fluent Bit, and GKE, where a Cloud Audit
// entry has to be read back into verb and object.
//
// Sources: kubernetes.io, "Auditing", audit.k8s.io/v1 (1.32); Microsoft, tables AKSAudit,
// AKSAuditAdmin, AzureDiagnostics; Google Cloud, "GKE audit logging information" (as known
// 2026-02, not checked live); SigmaHQ/sigma 8eaafff.

#include "sigma/view/derive.h"
#include "sigma/view/views.h"

// The places where a key of an audit event may stand. Log Analytics differs in case only.
#define EVENT(key) key, "properties.log." key, "log_s." key, "kubernetes.audit." key, "log." key
// The places of GKE's own entry.
#define GKE(key) "protoPayload." key, "protopayload_auditlog." key

namespace tokentrail::sigma {
namespace {

/// Whether the record is GKE's entry.
bool IsGke(const Record& record) {
  for (const std::string_view key : {"protoPayload", "protopayload_auditlog"}) {
    const Node* const found = record.Child(record.root(), key);
    const Node* const payload = found == nullptr ? nullptr : record.Open(*found);
    if (payload == nullptr || payload->kind != NodeKind::kObject) continue;
    const Node* const service = record.Child(*payload, "serviceName");
    return service != nullptr && service->text() == "k8s.io";
  }
  return false;
}

bool IsVersion(std::string_view part) {
  return part.size() >= 2 && part[0] == 'v' && part[1] >= '0' && part[1] <= '9' &&
         part.find_first_not_of("0123456789abehlpt", 1) == std::string_view::npos;
}

/// What stands behind the version in `io.k8s.core.v1.pods.exec.create`, without the verb:
/// `pods.exec`.
std::string_view GkeKind(const Record& record, std::string_view method) {
  if (!IsGke(record)) return {};
  while (!method.empty()) {
    const size_t dot = method.find('.');
    if (dot == std::string_view::npos) return {};
    const bool version = IsVersion(method.substr(0, dot));
    method.remove_prefix(dot + 1);
    if (!version) continue;
    const size_t verb = method.rfind('.');
    return verb == std::string_view::npos ? std::string_view() : method.substr(0, verb);
  }
  return {};
}

Derived GkeResource(const Record& record, std::string_view method) {
  const std::string_view kind = GkeKind(record, method);
  return {kind.substr(0, kind.find('.')), {}};
}

Derived GkeSubresource(const Record& record, std::string_view method) {
  const std::string_view kind = GkeKind(record, method);
  const size_t dot = kind.find('.');
  return {dot == std::string_view::npos ? std::string_view() : kind.substr(dot + 1), {}};
}

/// `rbac.authorization.k8s.io/v1/rolebindings/x` begins with the group; of core there is none.
Derived GkeGroup(const Record& record, std::string_view name) {
  const size_t slash = name.find('/');
  if (slash == std::string_view::npos || !IsGke(record)) return {};
  const std::string_view group = name.substr(0, slash);
  return {group == "core" ? std::string_view() : group, {}};
}

constexpr ViewField kFields[] = {
    {.name = "annotations", .paths = {EVENT("annotations")}, .take = Take::kBelow},
    {.name = "apiGroup",
     .paths = {EVENT("objectRef.apiGroup")},
     .derive = GkeGroup,
     .from = {GKE("resourceName")}},
    {.name = "capabilities",
     .paths = {EVENT("requestObject.spec.containers.securityContext.capabilities"),
               EVENT("requestObject.spec.initContainers.securityContext.capabilities"),
               "protoPayload.request.spec.containers.securityContext.capabilities",
               "protoPayload.request.spec.initContainers.securityContext.capabilities"},
     .take = Take::kBelow},
    {.name = "hostPath",
     .paths = {EVENT("requestObject.spec.volumes.hostPath"),
               EVENT("requestObject.spec.template.spec.volumes.hostPath"),
               "protoPayload.request.spec.volumes.hostPath",
               "protoPayload.request.spec.template.spec.volumes.hostPath"},
     .take = Take::kBelow},
    {.name = "objectRef.apiGroup",
     .paths = {EVENT("objectRef.apiGroup")},
     .derive = GkeGroup,
     .from = {GKE("resourceName")}},
    {.name = "objectRef.name", .paths = {EVENT("objectRef.name")}, .normalised = Field::kName},
    {.name = "objectRef.namespace",
     .paths = {EVENT("objectRef.namespace")},
     .normalised = Field::kNamespace},
    {.name = "objectRef.resource",
     .paths = {EVENT("objectRef.resource")},
     .derive = GkeResource,
     .from = {GKE("methodName")}},
    {.name = "objectRef.subresource",
     .paths = {EVENT("objectRef.subresource")},
     .derive = GkeSubresource,
     .from = {GKE("methodName")}},
    {.name = "requestObject.type",
     .paths = {EVENT("requestObject.type"), "protoPayload.request.type",
               "protopayload_auditlog.requestJson.type"}},
    {.name = "requestURI", .paths = {EVENT("requestURI")}},
    // An HTTP status; GKE's gRPC code is translated to it.
    {.name = "responseStatus.code",
     .paths = {EVENT("responseStatus.code")},
     .normalised = Field::kStatus,
     .number = true},
    {.name = "sourceIPs",
     .paths = {EVENT("sourceIPs"), "protoPayload.requestMetadata.callerIp",
               "protopayload_auditlog.requestMetadata.callerIp"}},
    {.name = "stage", .paths = {EVENT("stage")}},
    {.name = "user.groups", .paths = {EVENT("user.groups")}},
    {.name = "user.username",
     .paths = {EVENT("user.username"), "protoPayload.authenticationInfo.principalEmail",
               "protopayload_auditlog.authenticationInfo.principalEmail"}},
    {.name = "userAgent",
     .paths = {EVENT("userAgent"), "protoPayload.requestMetadata.callerSuppliedUserAgent",
               "protopayload_auditlog.requestMetadata.callerSuppliedUserAgent"}},
    {.name = "verb", .paths = {EVENT("verb")}, .normalised = Field::kVerb},
};

}  // namespace

extern constinit const View kKubernetesAuditView = {
    .product = "kubernetes",
    .category = "application",
    .service = "audit",
    .summary = "Kubernetes audit log: API server, EKS, AKS, GKE",
    .reference =
        "kubernetes.io, Auditing, audit.k8s.io/v1; Google Cloud, GKE audit logging "
        "information (2026-02)",
    .fields = kFields,
};

}  // namespace tokentrail::sigma

#undef EVENT
