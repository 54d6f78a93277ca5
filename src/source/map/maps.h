// The log sources' tables, one definition a file in this folder; source/all.cc puts them in order.

#pragma once

#include "source/def.h"

namespace tokentrail::source {

extern constinit const SourceDef kAtlassianAudit;
extern constinit const SourceDef kAuth0;
extern constinit const SourceDef kAwsCloudtrail;
extern constinit const SourceDef kAzureActivity;
extern constinit const SourceDef kBitbucketAudit;
extern constinit const SourceDef kCiscoDuo;
extern constinit const SourceDef kCloudAppCatalog;
extern constinit const SourceDef kDefenderCloudApp;
extern constinit const SourceDef kEntraAudit;
extern constinit const SourceDef kEntraRisk;
extern constinit const SourceDef kEntraSignin;
extern constinit const SourceDef kEntraSnapshot;
extern constinit const SourceDef kGcpAudit;
extern constinit const SourceDef kGithubAudit;
extern constinit const SourceDef kGithubState;
extern constinit const SourceDef kGoogleTokens;
extern constinit const SourceDef kGoogleWorkspace;
extern constinit const SourceDef kGraphActivity;
extern constinit const SourceDef kKubernetesAudit;
extern constinit const SourceDef kKubernetesState;
extern constinit const SourceDef kM365Audit;
extern constinit const SourceDef kOktaState;
extern constinit const SourceDef kOktaSystem;
extern constinit const SourceDef kOneloginEvent;
extern constinit const SourceDef kSalesforceEvent;
extern constinit const SourceDef kSalesforceSetup;
extern constinit const SourceDef kSalesforceState;
extern constinit const SourceDef kSlackAudit;
extern constinit const SourceDef kSlackState;

}  // namespace tokentrail::source
