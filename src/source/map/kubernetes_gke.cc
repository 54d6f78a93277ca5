#include "source/map/kubernetes_gke.h"

#include <array>
#include <charconv>
#include <vector>

#include "base/text.h"

namespace tokentrail::source {
namespace {

// `v1`, `v2beta1`, `v1alpha1`.
bool IsVersion(std::string_view part) {
  return part.size() >= 2 && part[0] == 'v' && part[1] >= '0' && part[1] <= '9' &&
         part.find_first_not_of("0123456789abehlpt", 1) == std::string_view::npos;
}

std::string_view ChildText(const Record& record, const Node* parent, std::string_view key) {
  if (parent == nullptr || !parent->is_container()) return {};
  const Node* node = record.Child(*parent, key);
  return node == nullptr ? std::string_view{} : node->text();
}

const Node* ChildOf(const Record& record, const Node* parent, std::string_view key) {
  return parent == nullptr || !parent->is_container() ? nullptr : record.Child(*parent, key);
}

// A cluster's name is unique within a project and a location only.
void SetTenant(const Record& record, Draft& draft) {
  const Node* labels = record.Find("resource.labels");
  const std::string_view cluster = ChildText(record, labels, "cluster_name");
  if (cluster.empty()) return;
  std::string_view out = cluster;
  for (const std::string_view key : {"location", "project_id"}) {
    const std::string_view part = ChildText(record, labels, key);
    if (!part.empty()) out = Concat(draft.arena(), {part, "/", out});
  }
  draft.Set(Field::kTenant, out, ChildOf(record, labels, "cluster_name"));
}

}  // namespace

GkeName ParseGkeName(std::string_view method, std::string_view resource) {
  GkeName out;
  const std::vector<std::string_view> parts = Split(method, ".");
  if (parts.empty()) return out;
  out.verb = parts.back();
  for (size_t i = 0; i + 2 < parts.size(); ++i) {
    if (!IsVersion(parts[i])) continue;
    out.object.resource = parts[i + 1];
    if (i + 3 < parts.size()) out.object.subresource = parts[i + 2];
    break;
  }
  const std::vector<std::string_view> path = Split(resource, "/");
  if (path.size() < 3 || out.object.resource.empty()) return out;
  if (path[0] != "core") out.object.group = path[0];
  size_t at = 2;
  if (path[at] == "namespaces" && out.object.resource != "namespaces" && path.size() > at + 2) {
    out.object.ns = path[at + 1];
    at += 2;
  }
  if (path.size() > at + 1) out.object.name = path[at + 1];
  return out;
}

std::string_view HttpStatusOfGrpc(std::string_view code) {
  static constexpr std::array<std::string_view, 17> kHttp = {
      "200", "499", "500", "400", "504", "404", "409", "403", "429",
      "400", "409", "400", "501", "500", "503", "500", "401"};
  size_t number = 0;
  const auto parsed = std::from_chars(code.data(), code.data() + code.size(), number);
  if (parsed.ec != std::errc{} || number >= kHttp.size()) return code;
  return kHttp[number];
}

const Node* GkePayload(const Record& record) {
  for (const std::string_view key : {"protoPayload", "protopayload_auditlog"}) {
    const Node* node = record.Child(record.root(), key);
    if (node == nullptr) continue;
    if (const Node* payload = record.Open(*node); payload != nullptr) return payload;
  }
  return nullptr;
}

bool IsGkeEntry(const Record& record) {
  const Node* payload = GkePayload(record);
  return ChildText(record, payload, "serviceName") == "k8s.io";
}

ObjectRef ReadGke(const Record& record, const Node& payload, Draft& draft) {
  SetTenant(record, draft);
  const Node* method = record.Child(payload, "methodName");
  const Node* resource = record.Child(payload, "resourceName");
  const std::string_view path = resource == nullptr ? std::string_view{} : resource->text();
  GkeName name = ParseGkeName(method == nullptr ? std::string_view{} : method->text(), path);
  name.object.origin = resource;
  draft.Set(Field::kVerb, name.verb, method);
  draft.SetFrom(Field::kMethod, method);
  if (name.object.resource.empty() && path.starts_with('/')) {
    draft.Set(Field::kUrl, path, resource);  // a non-resource request such as /healthz
  }
  const Node* metadata = record.Child(payload, "requestMetadata");
  draft.SetFrom(Field::kIp, ChildOf(record, metadata, "callerIp"), As::kIp);
  const Node* caller = record.Child(payload, "authenticationInfo");
  draft.SetFrom(Field::kUserId, ChildOf(record, caller, "principalSubject"));

  // gRPC leaves a zero out, so no code means that it went well.
  const Node* status = record.Child(payload, "status");
  const Node* code = ChildOf(record, status, "code");
  const std::string_view http =
      code == nullptr || code->text().empty() ? "200" : HttpStatusOfGrpc(code->text());
  draft.Set(Field::kStatus, http, code);
  draft.outcome = http.size() == 3 && http < "400" ? Outcome::kSuccess : Outcome::kFailure;
  draft.SetFrom(Field::kStatusDetail, ChildOf(record, status, "message"));

  const Node* labels = record.Child(record.root(), "labels");
  for (const std::string_view key :
       {"authorization.k8s.io/reason", "authorization.k8s.io/decision"}) {
    const Node* label = ChildOf(record, labels, key);
    if (label != nullptr && !label->text().empty() && !draft.Has(Field::kReason)) {
      draft.Set(Field::kReason, label->text(), label);
    }
  }
  // A long request is logged when it starts and again when it ends, under one operation id.
  const Node* operation = record.Child(record.root(), "operation");
  const bool first = ChildText(record, operation, "first") == "true";
  const bool last = ChildText(record, operation, "last") == "true";
  draft.stage = first && !last ? 2 : 3;
  return name.object;
}

}  // namespace tokentrail::source
