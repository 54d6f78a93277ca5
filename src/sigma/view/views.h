// The views, one file a product in this folder; sigma/view.cc puts them in order.

#pragma once

#include "sigma/view.h"

namespace tokentrail::sigma {

extern constinit const View kAtlassianAuditView;
extern constinit const View kAuth0View;
extern constinit const View kAwsCloudtrailView;
extern constinit const View kAzureActivityView;
extern constinit const View kAzureAuditView;
extern constinit const View kAzureGraphActivityView;
extern constinit const View kAzurePimView;
extern constinit const View kAzureRiskView;
extern constinit const View kAzureSigninView;
extern constinit const View kBitbucketAuditView;
extern constinit const View kCiscoDuoView;
extern constinit const View kGcpAuditView;
extern constinit const View kGithubAuditView;
extern constinit const View kGoogleAdminView;
extern constinit const View kGoogleDriveView;
extern constinit const View kGoogleLoginView;
extern constinit const View kGoogleTokenView;
extern constinit const View kKubernetesAuditView;
extern constinit const View kM365AuditView;
extern constinit const View kM365CloudAppView;
extern constinit const View kM365ExchangeView;
extern constinit const View kM365ThreatDetectionView;
extern constinit const View kM365ThreatManagementView;
extern constinit const View kOktaView;
extern constinit const View kOneloginView;
extern constinit const View kSalesforceEventView;
extern constinit const View kSalesforceSetupView;
extern constinit const View kSlackAuditView;

}  // namespace tokentrail::sigma
