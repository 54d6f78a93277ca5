#include "sink/sink.h"

namespace tokentrail::sink {

extern constinit const SinkDef kFindingsJsonl;
extern constinit const SinkDef kFindingsCsv;
extern constinit const SinkDef kTimelineCsv;
extern constinit const SinkDef kTimelineJsonl;
extern constinit const SinkDef kAuditCsv;
extern constinit const SinkDef kAuditJsonl;
extern constinit const SinkDef kAppsCsv;
extern constinit const SinkDef kAppsJsonl;
extern constinit const SinkDef kOauthPermissions;
extern constinit const SinkDef kIncidentsJsonl;
extern constinit const SinkDef kIncidentPages;
extern constinit const SinkDef kGrantsCsv;
extern constinit const SinkDef kGrantsJsonl;
extern constinit const SinkDef kSummaryJson;
extern constinit const SinkDef kTable;
extern constinit const SinkDef kFindingsJson;
extern constinit const SinkDef kOcsf;

std::span<const SinkDef* const> All() {
  static constexpr const SinkDef* kAll[] = {
      &kTable,         &kFindingsCsv,      &kFindingsJson, &kFindingsJsonl, &kOcsf,
      &kTimelineCsv,   &kTimelineJsonl,    &kAuditCsv,     &kAuditJsonl,    &kGrantsCsv,
      &kGrantsJsonl,   &kOauthPermissions, &kAppsCsv,      &kAppsJsonl,     &kIncidentsJsonl,
      &kIncidentPages, &kSummaryJson,
  };
  return kAll;
}

}  // namespace tokentrail::sink
