#include "source/map/maps.h"

namespace tokentrail::source {

// The order matters where two shapes look alike: the one asked first has the narrower claim.
// Kubernetes stands first because its logs are the biggest.
std::span<const SourceDef* const> All() {
  static constexpr const SourceDef* kAll[] = {
      &kKubernetesAudit, &kEntraSignin,     &kEntraAudit,     &kEntraRisk,
      &kGraphActivity,   &kAzureActivity,   &kM365Audit,      &kDefenderCloudApp,
      &kGoogleWorkspace, &kGcpAudit,        &kAwsCloudtrail,  &kOktaSystem,
      &kAuth0,           &kGithubAudit,     &kSlackAudit,     &kSalesforceEvent,
      &kSalesforceSetup, &kAtlassianAudit,  &kBitbucketAudit, &kOneloginEvent,
      &kCiscoDuo,        &kCloudAppCatalog, &kEntraSnapshot,  &kGoogleTokens,
      &kGithubState,     &kKubernetesState, &kOktaState,      &kSalesforceState,
      &kSlackState,
  };
  return kAll;
}

}  // namespace tokentrail::source
