#include "sigma/view.h"

#include "sigma/view/views.h"

namespace tokentrail::sigma {

// By product, category and service.
std::span<const View* const> Views() {
  static constexpr const View* kAll[] = {
      &kAtlassianAuditView,
      &kAuth0View,
      &kAwsCloudtrailView,
      &kAzureActivityView,
      &kAzureAuditView,
      &kAzureGraphActivityView,
      &kAzurePimView,
      &kAzureRiskView,
      &kAzureSigninView,
      &kBitbucketAuditView,
      &kCiscoDuoView,
      &kGcpAuditView,
      &kGoogleAdminView,
      &kGoogleDriveView,
      &kGoogleLoginView,
      &kGoogleTokenView,
      &kGithubAuditView,
      &kKubernetesAuditView,
      &kM365AuditView,
      &kM365CloudAppView,
      &kM365ExchangeView,
      &kM365ThreatDetectionView,
      &kM365ThreatManagementView,
      &kOktaView,
      &kOneloginView,
      &kSalesforceEventView,
      &kSalesforceSetupView,
      &kSlackAuditView,
  };
  return kAll;
}

const View* FindView(std::string_view product, std::string_view category,
                     std::string_view service) {
  for (const View* view : Views()) {
    if (view->product == product && view->category == category && view->service == service) {
      return view;
    }
  }
  return nullptr;
}

}  // namespace tokentrail::sigma
