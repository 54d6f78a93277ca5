// GKE's form of a Kubernetes audit event: a Cloud Audit entry whose method and resource names have
// to be read back into verb and object.

#pragma once

#include <string_view>

#include "source/def.h"
#include "source/map/kubernetes_request.h"

namespace tokentrail::source {

/// `io.k8s.core.v1.pods.exec.create` and `core/v1/namespaces/NS/pods/NAME/exec` taken apart.
/// Custom resources have a reversed domain before the version: `com.coreos.monitoring.v1.x.list`.
struct GkeName {
  std::string_view verb;
  ObjectRef object;
};
GkeName ParseGkeName(std::string_view method, std::string_view resource);

/// The HTTP status that says the same as a gRPC code (google/rpc/code.proto), as text; the
/// code's own text when it is none.
std::string_view HttpStatusOfGrpc(std::string_view code);

/// A LogEntry of the cluster's API server, as exported to a bucket, Pub/Sub or BigQuery.
bool IsGkeEntry(const Record& record);
const Node* GkePayload(const Record& record);

/// Fills what GKE logs; gives the object.
ObjectRef ReadGke(const Record& record, const Node& payload, Draft& draft);

}  // namespace tokentrail::source
