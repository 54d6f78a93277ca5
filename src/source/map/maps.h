// Every log source by name; all.cc puts them in order.

#pragma once

#include "source/def.h"

namespace tokentrail::source {

// Microsoft
extern const SourceDef kEntraAudit;
extern const SourceDef kEntraSignin;
extern const SourceDef kEntraRisk;
extern const SourceDef kAzureActivity;
extern const SourceDef kGraphActivity;
extern const SourceDef kM365Audit;
extern const SourceDef kDefenderCloudApp;
extern const SourceDef kCloudAppCatalog;

}  // namespace tokentrail::source
