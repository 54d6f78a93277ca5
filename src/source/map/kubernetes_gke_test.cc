#include "source/map/kubernetes_gke.h"

#include <gtest/gtest.h>

namespace tokentrail::source {
namespace {

TEST(GkeName, VersionTellsDomainFromResource) {
  const GkeName name = ParseGkeName("com.coreos.monitoring.v1.prometheuses.list",
                                    "monitoring.coreos.com/v1/namespaces/ops/prometheuses");
  EXPECT_EQ(name.verb, "list");
  EXPECT_EQ(name.object.resource, "prometheuses");
  EXPECT_EQ(name.object.subresource, "");
  EXPECT_EQ(name.object.group, "monitoring.coreos.com");
  EXPECT_EQ(name.object.ns, "ops");
  EXPECT_EQ(name.object.name, "");
}

TEST(GkeName, SubresourceStandsBetweenResourceAndVerb) {
  const GkeName name =
      ParseGkeName("io.k8s.core.v1.nodes.proxy.get", "core/v1/nodes/worker-1/proxy");
  EXPECT_EQ(name.verb, "get");
  EXPECT_EQ(name.object.resource, "nodes");
  EXPECT_EQ(name.object.subresource, "proxy");
  EXPECT_EQ(name.object.group, "");
  EXPECT_EQ(name.object.ns, "");
  EXPECT_EQ(name.object.name, "worker-1");
}

// The path of a namespace's own subresource looks like that of a resource in a namespace.
TEST(GkeName, NamespaceItselfIsNoResourceInANamespace) {
  const GkeName name =
      ParseGkeName("io.k8s.core.v1.namespaces.finalize.update", "core/v1/namespaces/ops/finalize");
  EXPECT_EQ(name.object.resource, "namespaces");
  EXPECT_EQ(name.object.ns, "");
  EXPECT_EQ(name.object.name, "ops");
}

TEST(GkeName, BetaVersionsAreVersions) {
  const GkeName name = ParseGkeName("io.k8s.batch.v1beta1.cronjobs.patch",
                                    "batch/v1beta1/namespaces/ops/cronjobs/nightly");
  EXPECT_EQ(name.object.resource, "cronjobs");
  EXPECT_EQ(name.object.name, "nightly");
  EXPECT_EQ(name.verb, "patch");
}

TEST(GkeName, WithoutAVersionThereIsNoResource) {
  const GkeName name = ParseGkeName("io.k8s.get", "/healthz");
  EXPECT_EQ(name.verb, "get");
  EXPECT_EQ(name.object.resource, "");
  EXPECT_EQ(ParseGkeName("", "").verb, "");
  EXPECT_EQ(ParseGkeName("...", "///").object.resource, "");
}

TEST(HttpStatusOfGrpc, SaysTheSameAsGooglesTable) {
  EXPECT_EQ(HttpStatusOfGrpc("0"), "200");
  EXPECT_EQ(HttpStatusOfGrpc("5"), "404");
  EXPECT_EQ(HttpStatusOfGrpc("7"), "403");
  EXPECT_EQ(HttpStatusOfGrpc("16"), "401");
}

TEST(HttpStatusOfGrpc, KeepsWhatIsNoGrpcCode) {
  EXPECT_EQ(HttpStatusOfGrpc("409"), "409");
  EXPECT_EQ(HttpStatusOfGrpc("odd"), "odd");
  EXPECT_EQ(HttpStatusOfGrpc("-1"), "-1");
}

}  // namespace
}  // namespace tokentrail::source
