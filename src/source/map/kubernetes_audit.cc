// Kubernetes audit events, however a cluster's owner gets hold of them: the API server's own log or
// webhook, EKS (the event inside a CloudWatch message), AKS (JSON text inside a diagnostic record,
// or the resource-specific tables), GKE (a Cloud Audit entry, which has to be translated),
// Elastic's and Fluentd's wrapping, and CSV with or without a header.
//
// Sources: kubernetes.io "Auditing", audit.k8s.io/v1 reference and "Audit Annotations" (1.32, read
// 2026); AWS "Amazon EKS control plane logs"; Microsoft "Monitor AKS control plane", tables
// AKSAudit, AKSAuditAdmin, AzureDiagnostics; Google "GKE audit logging information".

#include <algorithm>
#include <charconv>

#include "base/net.h"
#include "base/text.h"
#include "base/time.h"
#include "source/map/kubernetes_gke.h"
#include "source/map/kubernetes_request.h"
#include "source/map/maps.h"

namespace tokentrail::source {
namespace {

bool IsKubeAudit(std::string_view category) {
  return category.size() >= 10 && EqualsIgnoreCase(category.substr(0, 10), "kube-audit");
}

bool IsDiagnostic(const Record& record) { return IsKubeAudit(record.Text("category")); }
bool IsAzureDiagnostics(const Record& record) { return IsKubeAudit(record.Text("Category")); }
// A cut-off CSV row may lack the stage, yet tells who asked for what.
bool IsNative(const Record& record) { return record.Has("stage") || record.Has("requestURI"); }
bool IsResourceSpecific(const Record& record) { return record.Has("Stage"); }
bool IsElastic(const Record& record) { return record.Has("kubernetes.audit.auditID"); }
bool IsLogText(const Record& record) { return record.Has("log.auditID"); }

constexpr Claim kClaims[] = {
    {.keys = {"auditID"}, .test = IsNative},
    {.keys = {"category", "properties"}, .test = IsDiagnostic},
    {.keys = {"protoPayload"}, .test = IsGkeEntry},
    {.keys = {"AuditId", "Verb"}, .test = IsResourceSpecific},
    {.keys = {"Category", "log_s"}, .test = IsAzureDiagnostics},
    {.keys = {"protopayload_auditlog"}, .test = IsGkeEntry},
    {.keys = {"kubernetes"}, .test = IsElastic},
    {.keys = {"log"}, .test = IsLogText},
};

// Native first: this is the log that comes in terabytes, and its records must not pay for the
// other shapes. What may be absent from a native record is read by Fixup, in one pass.
constexpr FieldMap kFields[] = {
    {Field::kVerb,
     {"verb", "properties.log.verb", "log_s.verb", "Verb", "kubernetes.audit.verb", "log.verb"}},
    {Field::kUrl,
     {"requestURI", "properties.log.requestURI", "log_s.requestURI", "RequestUri",
      "kubernetes.audit.requestURI", "log.requestURI"}},
    {Field::kUser,
     {"user.username", "properties.log.user.username", "log_s.user.username", "User.username",
      "protoPayload.authenticationInfo.principalEmail",
      "protopayload_auditlog.authenticationInfo.principalEmail", "kubernetes.audit.user.username",
      "log.user.username"},
     As::kLower},
    {Field::kUserAgent,
     {"userAgent", "properties.log.userAgent", "log_s.userAgent", "UserAgent",
      "protoPayload.requestMetadata.callerSuppliedUserAgent",
      "protopayload_auditlog.requestMetadata.callerSuppliedUserAgent", "kubernetes.audit.userAgent",
      "log.userAgent"}},
    {Field::kCorrelation,
     {"auditID", "properties.log.auditID", "log_s.auditID", "AuditId", "operation.id",
      "kubernetes.audit.auditID", "log.auditID"},
     As::kCasedId},
};

// Where the parts of one audit event are. Null when absent.
struct Parts {
  const Node* audit_id = nullptr;
  const Node* stage = nullptr;
  const Node* received = nullptr;
  const Node* user = nullptr;
  const Node* impersonated = nullptr;
  const Node* source_ips = nullptr;
  const Node* object_ref = nullptr;
  const Node* response_status = nullptr;
  const Node* request_object = nullptr;
  const Node* annotations = nullptr;
  const Node* cluster = nullptr;
};

// One pass over the event's keys; AKS tables write them in PascalCase.
Parts Collect(const Node& event) {
  Parts parts;
  const Node* child = nullptr;
  std::string_view key;
  const auto take = [&](const Node*& into, std::string_view native, std::string_view table) {
    if (key == native || key == table) into = child;
  };
  for (const Node& node : Children(event)) {
    child = &node;
    key = node.key();
    switch (key.size()) {  // most keys are of a length that nothing here has
      case 4:
        take(parts.user, "user", "User");
        break;
      case 5:
        take(parts.stage, "stage", "Stage");
        break;
      case 7:
        take(parts.audit_id, "auditID", "AuditId");
        take(parts.cluster, "cluster", "Cluster");
        break;
      case 9:
        take(parts.object_ref, "objectRef", "ObjectRef");
        take(parts.source_ips, "sourceIPs", "SourceIps");
        break;
      case 11:
        take(parts.annotations, "annotations", "Annotations");
        break;
      case 13:
        take(parts.request_object, "requestObject", "RequestObject");
        break;
      case 14:
        take(parts.response_status, "responseStatus", "ResponseStatus");
        break;
      case 16:
        take(parts.impersonated, "impersonatedUser", "ImpersonatedUser");
        break;
      case 24:
        take(parts.received, "requestReceivedTimestamp", {});
        break;
      default:
        break;
    }
  }
  return parts;
}

// The event inside a diagnostic record, an Elastic document or a log shipper's line.
const Node* Unwrap(const Record& record) {
  for (const std::string_view path : {"properties.log", "log_s", "kubernetes.audit", "log"}) {
    const Node* node = record.Find(path);
    if (node == nullptr) continue;
    if (const Node* event = record.Open(*node); event != nullptr) return event;
  }
  return nullptr;
}

const Node* OpenOrNull(const Record& record, const Node* node) {
  return node == nullptr ? nullptr : record.Open(*node);
}

// `user.extra` values are lists of one text; some pipelines flatten them.
const Node* FirstText(const Node& node) {
  if (!node.is_container()) return node.text().empty() ? nullptr : &node;
  if (node.kind != NodeKind::kArray || node.begin() == node.end()) return nullptr;
  const Node& first = *node.begin();
  return first.is_container() || first.text().empty() ? nullptr : &first;
}

// What follows the prefix of a well-known key such as `authentication.kubernetes.io/pod-name`.
// Elastic writes the dots of such keys as underscores. Other prefixes belong to webhooks, which may
// write what they like. Empty when the key has another prefix.
std::string_view WellKnown(std::string_view key, std::string_view prefix) {
  if (!key.starts_with(prefix)) return {};
  const size_t slash = key.find('/', prefix.size());
  if (slash == std::string_view::npos) return {};
  const std::string_view domain = key.substr(prefix.size(), slash - prefix.size());
  if (domain != ".kubernetes.io" && domain != ".k8s.io" && domain != "_kubernetes_io" &&
      domain != "_k8s_io") {
    return {};
  }
  return key.substr(slash + 1);
}

// `JTI=<uuid>` names a token, `X509SHA256=<hex>` a client certificate (Kubernetes 1.30, 1.32).
void SetCredential(const Node& node, Draft& draft) {
  constexpr std::string_view kJti = "JTI=";
  if (node.text().starts_with(kJti)) {
    draft.Set(Field::kToken, node.text().substr(kJti.size()), &node);
  } else {
    draft.Set(Field::kCredential, node.text(), &node);
  }
}

void ReadUser(const Record& record, const Node& user, Draft& draft) {
  const Node* extra = nullptr;
  for (const Node& child : Children(user)) {
    const std::string_view key = child.key();
    if (key == "uid") draft.SetFrom(Field::kUserId, &child, As::kText);
    if (key == "groups") draft.SetFrom(Field::kGroups, &child, As::kList);
    if (key == "extra") extra = record.Open(child);
  }
  if (extra == nullptr) return;
  for (const Node& child : Children(*extra)) {
    const Node* value = FirstText(child);
    if (value == nullptr) continue;
    const std::string_view key = child.key();
    const std::string_view known = WellKnown(key, "authentication");
    if (known == "credential-id") {
      SetCredential(*value, draft);
    } else if (known == "pod-name") {
      draft.Set(Field::kPod, value->text(), value);
    } else if (known == "node-name") {
      draft.Set(Field::kDevice, value->text(), value);  // the node the token was issued for
    } else if (key == "accessKeyId") {                  // EKS: the AWS identity behind the user
      draft.Set(Field::kCredential, value->text(), value);
    } else if (key == "arn") {
      draft.Set(Field::kRoleId, value->text(), value);
    } else if (key == "sessionName") {
      draft.Set(Field::kSession, value->text(), value);
    }
  }
}

// The groups count too: `system:masters` is what an impersonator wants most.
void ReadImpersonated(const Record& record, const Node& user, Draft& draft) {
  if (const Node* name = record.Child(user, "username")) {
    draft.SetFrom(Field::kImpersonated, name);
  }
  if (const Node* groups = record.Child(user, "groups")) {
    draft.SetFrom(Field::kRole, groups, As::kList);
  }
}

bool IsLoopback(std::string_view address) {
  return address.starts_with("127.") || address == "::1";
}

// The API server appends the peer to what X-Forwarded-For claimed, and each proxy on the way
// appends the one before it. So the right-most public address was written by a machine we may
// believe; what stands left of it could be invented by the caller, to look like the cluster's own
// network. Without any public one it is the peer. Loopback is the API server itself and no place.
void ReadSource(const Record& record, const Node& addresses, Draft& draft) {
  const Node* list = record.Open(addresses);
  if (list == nullptr) {  // a CSV cell: one address, or several
    std::string_view chosen;
    for (const std::string_view part : Split(addresses.text(), " ,;")) {
      const std::string_view address = CanonicalAddress(part, draft.arena());
      if (address.empty() || IsLoopback(address)) continue;
      if (chosen.empty() || !IsPrivate(address) || IsPrivate(chosen)) chosen = address;
    }
    if (!chosen.empty()) draft.Set(Field::kIp, chosen, &addresses);
    return;
  }
  std::string_view chosen;
  const Node* origin = nullptr;
  for (const Node& child : Children(*list)) {
    const std::string_view address = CanonicalAddress(child.text(), draft.arena());
    if (address.empty() || IsLoopback(address)) continue;
    if (origin == nullptr || !IsPrivate(address) || IsPrivate(chosen)) {
      chosen = address;
      origin = &child;
    }
  }
  if (origin != nullptr) draft.Set(Field::kIp, chosen, origin);
}

void ReadAnnotations(const Node& annotations, Draft& draft) {
  const Node* decision = nullptr;
  for (const Node& child : Children(annotations)) {
    const std::string_view key = child.key();
    if (const std::string_view known = WellKnown(key, "authorization"); !known.empty()) {
      if (known == "decision") decision = &child;
      if (known == "reason" && !child.text().empty()) {
        draft.Set(Field::kReason, child.text(), &child);
      }
      continue;
    }
    const std::string_view known = WellKnown(key, "authentication");
    if (known == "issued-credential-id") {
      std::string_view id = child.text();
      if (id.starts_with("JTI=")) id.remove_prefix(4);
      draft.Set(Field::kIssuedToken, id, &child);
    } else if (known == "stale-token" || known.starts_with("legacy-token")) {
      // Used past its nominal life, or read from a Secret (whose name is the value).
      draft.Set(Field::kTokenType, known, &child);
    }
  }
  if (decision != nullptr) draft.SetIfEmpty(Field::kReason, decision->text(), decision);
}

void ReadObject(const Node& object, ObjectRef& ref) {
  for (const Node& child : Children(object)) {
    const std::string_view key = child.key();
    if (key == "resource") ref.resource = child.text();
    if (key == "subresource") ref.subresource = child.text();
    if (key == "namespace") ref.ns = child.text();
    if (key == "name") ref.name = child.text();
    if (key == "apiGroup") ref.group = child.text();
  }
  ref.origin = &object;
}

// A CSV row: its columns carry the dotted names of the audit event.
void ReadFlat(const Record& record, ObjectRef& ref) {
  ref.resource = record.Text("objectRef.resource");
  ref.subresource = record.Text("objectRef.subresource");
  ref.ns = record.Text("objectRef.namespace");
  ref.name = record.Text("objectRef.name");
  ref.group = record.Text("objectRef.apiGroup");
  ref.origin = record.Find("objectRef.resource");
}

void SetStatus(const Node* code, Draft& draft) {
  if (code == nullptr || code->text().empty()) return;
  draft.SetFrom(Field::kStatus, code);
  int number = 0;
  const std::string_view text = code->text();
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc{}) return;
  draft.outcome = number < 400 ? Outcome::kSuccess : Outcome::kFailure;
}

uint8_t StageOf(std::string_view stage) {
  if (stage == "ResponseComplete") return 3;
  if (stage == "ResponseStarted") return 2;
  if (stage == "RequestReceived") return 1;
  return stage == "Panic" ? 4 : 0;
}

// The cluster, when something around the event names it. The event itself does not.
void SetTenant(const Record& record, const Node* cluster, bool native, Draft& draft) {
  if (cluster != nullptr) {
    const Node* open = record.Open(*cluster);
    const Node* name = open == nullptr ? cluster : record.Child(*open, "name");
    draft.SetFrom(Field::kTenant, name);
  }
  if (native || draft.Has(Field::kTenant)) return;
  for (const std::string_view path :
       {"resourceId", "ResourceId", "_ResourceId", "orchestrator.cluster.name"}) {
    draft.SetFrom(Field::kTenant, record.Find(path), As::kLower);
    if (draft.Has(Field::kTenant)) return;
  }
}

void Fixup(const Record& record, Draft& draft) {
  Parts parts = Collect(record.root());
  const bool native = parts.audit_id != nullptr && parts.audit_id->key() == "auditID";
  const Node* cluster = parts.cluster;
  if (parts.audit_id == nullptr) {
    if (const Node* payload = GkePayload(record); payload != nullptr) {
      const ObjectRef ref = ReadGke(record, *payload, draft);
      const Node* request = OpenOrNull(record, record.Child(*payload, "request"));
      Conclude(record, ref, request, draft);
      return;
    }
    const Node* event = Unwrap(record);
    if (event == nullptr) {
      draft.left_out = "source.bad_nested_json";
      return;
    }
    parts = Collect(*event);
    // The carrier's time is when the line was shipped.
    if (parts.received != nullptr) {
      const ParsedTime received = ParseTime(parts.received->text());
      if (received.fault == TimeFault::kNone) {
        draft.time = received.time;
        draft.has_time = true;
      }
    }
  }
  SetTenant(record, cluster, native, draft);
  if (parts.stage != nullptr) draft.stage = StageOf(parts.stage->text());
  if (parts.source_ips != nullptr) ReadSource(record, *parts.source_ips, draft);
  if (const Node* user = OpenOrNull(record, parts.user)) ReadUser(record, *user, draft);
  if (const Node* user = OpenOrNull(record, parts.impersonated)) {
    ReadImpersonated(record, *user, draft);
  }
  if (const Node* annotations = OpenOrNull(record, parts.annotations)) {
    ReadAnnotations(*annotations, draft);
  }
  if (const Node* status = OpenOrNull(record, parts.response_status)) {
    SetStatus(record.Child(*status, "code"), draft);
    draft.SetFrom(Field::kStatusDetail, record.Child(*status, "reason"));
  }
  ObjectRef ref;
  if (const Node* object = OpenOrNull(record, parts.object_ref)) {
    ReadObject(*object, ref);
  } else if (parts.user == nullptr) {
    ReadFlat(record, ref);
    SetStatus(record.Find("responseStatus.code"), draft);
  }
  Conclude(record, ref, OpenOrNull(record, parts.request_object), draft);
}

// A CSV of audit events without a header, as published for research (benign data of a kubeadm
// cluster, 2023): known by what stands in its columns. What the empty columns are is a guess.
constexpr std::string_view kColumns[] = {
    "cluster",
    "requestReceivedTimestamp",
    "user.username",
    "verb",
    "objectRef.resource",
    "objectRef.subresource",
    "objectRef.name",
    "objectRef.namespace",
    "requestURI",
    "auditID",
    "stage",
    "responseStatus.code",
    "sourceIPs",
    "userAgent",
    "column15",
};

constexpr std::string_view kVerbs[] = {"get",    "list",  "watch",  "create",
                                       "update", "patch", "delete", "deletecollection"};

bool IsHeaderless(std::span<const std::string_view> row) {
  constexpr size_t kTime = 1, kVerb = 3, kAuditId = 9, kStage = 10;
  if (row.size() <= kStage || row.size() > std::size(kColumns)) return false;
  return StageOf(row[kStage]) != 0 && IsGuid(row[kAuditId]) &&
         std::find(std::begin(kVerbs), std::end(kVerbs), row[kVerb]) != std::end(kVerbs) &&
         row[kTime].size() >= 19 && row[kTime][4] == '-' && row[kTime][10] == 'T';
}

}  // namespace

extern constinit const SourceDef kKubernetesAudit = {
    .name = "kubernetes_audit",
    .summary = "Kubernetes audit events: API server, EKS, AKS, GKE",
    .reference = "kubernetes.io, Auditing (audit.k8s.io/v1)",
    // GKE's entries are Cloud Audit Logs, and rules are written for them as such.
    .sigma = {{{.product = "kubernetes", .category = "application", .service = "audit"},
               {.product = "gcp", .category = {}, .service = "gcp.audit"}}},
    .claims = kClaims,
    // The time the request came in: the same in all stages of one request.
    .head = {.time = {"requestReceivedTimestamp", "RequestReceivedTime", "timestamp",
                      "stageTimestamp", "StageReceivedTime", "time", "TimeGenerated", "@timestamp"},
             // The audit id is the caller's to choose (header Audit-ID): by itself it would let an
             // attacker pass off each request as a duplicate of the first. The time of arrival,
             // equal in all stages, is the server's. GKE logs no such time, and the start and the
             // end of a long request apart: there the object tells requests apart.
             .key = {"auditID|properties.log.auditID|log_s.auditID|AuditId|operation.id|insertId|"
                     "kubernetes.audit.auditID|log.auditID",
                     "requestReceivedTimestamp|properties.log.requestReceivedTimestamp|"
                     "log_s.requestReceivedTimestamp|RequestReceivedTime|"
                     "kubernetes.audit.requestReceivedTimestamp|log.requestReceivedTimestamp",
                     "protoPayload.methodName|protopayload_auditlog.methodName",
                     "protoPayload.resourceName|protopayload_auditlog.resourceName"}},
    .fields = kFields,
    .split = {},
    .fixup = Fixup,
    .headerless = {.test = IsHeaderless, .columns = kColumns},
};

}  // namespace tokentrail::source
