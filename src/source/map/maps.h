// The log sources' tables; source/all.cc puts them in order.

#pragma once

#include "source/def.h"

namespace tokentrail::source {

extern constinit const SourceDef kAtlassianAudit;
extern constinit const SourceDef kAwsCloudtrail;
extern constinit const SourceDef kGithubAudit;
extern constinit const SourceDef kKubernetesAudit;
extern constinit const SourceDef kSlackAudit;

}  // namespace tokentrail::source
