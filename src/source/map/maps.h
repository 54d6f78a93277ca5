// The log sources, one definition a file in this folder.

#pragma once

#include "source/def.h"

namespace tokentrail::source {

extern constinit const SourceDef kAuth0;
extern constinit const SourceDef kGcpAudit;
extern constinit const SourceDef kGoogleWorkspace;
extern constinit const SourceDef kOktaSystem;
extern constinit const SourceDef kSalesforceEvent;
extern constinit const SourceDef kSalesforceSetup;

}  // namespace tokentrail::source
