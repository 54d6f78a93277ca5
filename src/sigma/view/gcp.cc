// Google Cloud Audit Logs: LogEntry (`protoPayload`), its BigQuery export
// (`protopayload_auditlog`), the flat GCPAuditLogs table of Log Analytics, and entries wrapped in
// `data` (Pub/Sub). Rules write `gcp.audit.x` as Elastic does, or `data.protoPayload.x`.
//
// Sources: Google Cloud, "Understanding audit logs", LogEntry and AuditLog references, "GKE audit
// logging information", IAM audit logging and REST reference, Sensitive Data Protection audit
// logging; Elastic, gcp.audit exported fields; Azure Monitor, table GCPAuditLogs (as known
// 2026-02, not checked live); SigmaHQ/sigma 8eaafff.

#include "sigma/view/derive.h"
#include "sigma/view/views.h"

// The places where a key of the audit log may stand.
#define PAYLOAD(key) "protoPayload." key, "protopayload_auditlog." key, "data.protoPayload." key

namespace tokentrail::sigma {
namespace {

// Methods that are logged by their gRPC name, and that rules call by the REST one; Kubernetes kinds
// that rules call by the type in the request.
constexpr Word kOtherNames[] = {
    {"google.iam.admin.v1.CreateServiceAccount", "iam.projects.serviceAccounts.create"},
    {"google.iam.admin.v1.DeleteServiceAccount", "iam.projects.serviceAccounts.delete"},
    {"google.iam.admin.v1.DisableServiceAccount", "iam.projects.serviceAccounts.disable"},
    {"google.iam.admin.v1.EnableServiceAccount", "iam.projects.serviceAccounts.enable"},
    {"google.iam.admin.v1.PatchServiceAccount", "iam.projects.serviceAccounts.patch"},
    {"google.iam.admin.v1.UndeleteServiceAccount", "iam.projects.serviceAccounts.undelete"},
    {"google.iam.admin.v1.UpdateServiceAccount", "iam.projects.serviceAccounts.update"},
    {"google.privacy.dlp.v2.DlpService.ReidentifyContent", "projects.content.reidentify"},
    {"io.k8s.batch.v1.jobs.create", "io.k8s.api.batch.v1.Job"},
    {"io.k8s.batch.v1.jobs.patch", "io.k8s.api.batch.v1.Job"},
    {"io.k8s.batch.v1.jobs.update", "io.k8s.api.batch.v1.Job"},
    {"io.k8s.batch.v1.jobs.delete", "io.k8s.api.batch.v1.Job"},
    {"io.k8s.batch.v1.cronjobs.create", "io.k8s.api.batch.v1.CronJob"},
    {"io.k8s.batch.v1.cronjobs.patch", "io.k8s.api.batch.v1.CronJob"},
    {"io.k8s.batch.v1.cronjobs.update", "io.k8s.api.batch.v1.CronJob"},
    {"io.k8s.batch.v1.cronjobs.delete", "io.k8s.api.batch.v1.CronJob"},
    {"io.k8s.batch.v1beta1.cronjobs.create", "io.k8s.api.batch.v1beta1.CronJob"},
    {"io.k8s.batch.v1beta1.cronjobs.patch", "io.k8s.api.batch.v1beta1.CronJob"},
    {"io.k8s.batch.v1beta1.cronjobs.update", "io.k8s.api.batch.v1beta1.CronJob"},
    {"io.k8s.batch.v1beta1.cronjobs.delete", "io.k8s.api.batch.v1beta1.CronJob"},
    {"io.k8s.admissionregistration.v1.mutatingwebhookconfigurations.create",
     "admissionregistration.k8s.io.v1.mutatingwebhookconfigurations.create"},
    {"io.k8s.admissionregistration.v1.mutatingwebhookconfigurations.patch",
     "admissionregistration.k8s.io.v1.mutatingwebhookconfigurations.patch"},
    // An update by PUT replaces the object.
    {"io.k8s.admissionregistration.v1.mutatingwebhookconfigurations.update",
     "admissionregistration.k8s.io.v1.mutatingwebhookconfigurations.replace"},
    {"io.k8s.admissionregistration.v1.validatingwebhookconfigurations.create",
     "admissionregistration.k8s.io.v1.validatingwebhookconfigurations.create"},
    {"io.k8s.admissionregistration.v1.validatingwebhookconfigurations.patch",
     "admissionregistration.k8s.io.v1.validatingwebhookconfigurations.patch"},
    {"io.k8s.admissionregistration.v1.validatingwebhookconfigurations.update",
     "admissionregistration.k8s.io.v1.validatingwebhookconfigurations.replace"},
};

/// The other name of the method, and the name without the version before it
/// (`v1.compute.vpnTunnels.insert`).
Derived OtherMethod(const Record& /*record*/, std::string_view method) {
  Derived out{WordOf(kOtherNames, method), {}};
  for (const std::string_view version : {"v1.", "v1beta1.", "beta.", "alpha."}) {
    if (method.starts_with(version)) out[1] = method.substr(version.size());
  }
  return out;
}

/// `projects/P/logs/cloudaudit.googleapis.com%2Factivity` without the project.
Derived LogId(const Record& /*record*/, std::string_view name) {
  constexpr std::string_view kMark = "/logs/";
  const size_t at = name.find(kMark);
  if (at == std::string_view::npos) return {};
  return {name.substr(at + kMark.size()), {}};
}

constexpr ViewField kFields[] = {
    {.name = "data.protoPayload.authorizationInfo.granted",
     .paths = {PAYLOAD("authorizationInfo.granted"), "AuthorizationInfo.granted"}},
    {.name = "data.protoPayload.authorizationInfo.permission",
     .paths = {PAYLOAD("authorizationInfo.permission"), "AuthorizationInfo.permission"}},
    {.name = "data.protoPayload.logName",
     .paths = {"logName", "data.logName", "GCPLogName"},
     .derive = LogId},
    {.name = "data.protoPayload.methodName",
     .paths = {PAYLOAD("methodName"), "MethodName"},
     .derive = OtherMethod},
    {.name = "data.protoPayload.resource.type",
     .paths = {"resource.type", "data.resource.type", "GCPResourceType"}},
    {.name = "data.protoPayload.serviceName", .paths = {PAYLOAD("serviceName"), "ServiceName"}},
    {.name = "gcp.audit.authentication_info.authority_selector",
     .paths = {PAYLOAD("authenticationInfo.authoritySelector"),
               "AuthenticationInfo.authoritySelector"}},
    {.name = "gcp.audit.authentication_info.principal_email",
     .paths = {PAYLOAD("authenticationInfo.principalEmail"), "PrincipalEmail"}},
    {.name = "gcp.audit.authorization_info.granted",
     .paths = {PAYLOAD("authorizationInfo.granted"), "AuthorizationInfo.granted"}},
    {.name = "gcp.audit.authorization_info.permission",
     .paths = {PAYLOAD("authorizationInfo.permission"), "AuthorizationInfo.permission"}},
    {.name = "gcp.audit.method_name",
     .paths = {PAYLOAD("methodName"), "MethodName"},
     .derive = OtherMethod},
    {.name = "gcp.audit.num_response_items",
     .paths = {PAYLOAD("numResponseItems"), "NumResponseItems"},
     .number = true},
    {.name = "gcp.audit.request_metadata.caller_ip",
     .paths = {PAYLOAD("requestMetadata.callerIp"), "GCPCallerIp", "RequestMetadata.callerIp"}},
    {.name = "gcp.audit.request_metadata.caller_supplied_user_agent",
     .paths = {PAYLOAD("requestMetadata.callerSuppliedUserAgent"), "GCPCallerUserAgent",
               "RequestMetadata.callerSuppliedUserAgent"}},
    {.name = "gcp.audit.resource_name", .paths = {PAYLOAD("resourceName"), "GCPResourceName"}},
    {.name = "gcp.audit.service_name", .paths = {PAYLOAD("serviceName"), "ServiceName"}},
    {.name = "gcp.audit.status.code",
     .paths = {PAYLOAD("status.code"), "Status.code"},
     .number = true},
    {.name = "gcp.audit.status.message",
     .paths = {PAYLOAD("status.message"), "Status.message", "StatusMessage"}},
    {.name = "gcp.audit.type", .paths = {PAYLOAD("@type")}},
    {.name = "protoPayload.methodName",
     .paths = {PAYLOAD("methodName"), "MethodName"},
     .derive = OtherMethod},
    {.name = "protoPayload.serviceName", .paths = {PAYLOAD("serviceName"), "ServiceName"}},
};

constexpr std::string_view kPrefixes[] = {"data.", "gcp.audit."};

}  // namespace

extern constinit const View kGcpAuditView = {
    .product = "gcp",
    .category = {},
    .service = "gcp.audit",
    .summary = "Google Cloud Audit Logs",
    .reference = "Google Cloud, AuditLog and LogEntry; Elastic, gcp.audit fields (2026-02)",
    .fields = kFields,
    .prefixes = kPrefixes,
};

}  // namespace tokentrail::sigma

#undef PAYLOAD
