// For tests: runs one analytic over events made by hand, as the pipeline would.

#pragma once

#include <string_view>
#include <vector>

#include "analytic/analytic.h"
#include "analytic/state.h"
#include "test/support/event_builder.h"

namespace tokentrail::analytic {

/// Events must be in time order. The findings are settled.
inline std::vector<Finding> HuntOne(const AnalyticDef& def,
                                    const std::vector<test::BuiltEvent>& events,
                                    const Params& params = {}) {
  const auto analytic = def.make(params);
  State state;
  Findings findings;
  for (const test::BuiltEvent& built : events) {
    const Event event = built.event();
    analytic->Observe(event, state, findings);
    state.Commit(event);
  }
  analytic->Finish(state, findings);
  return findings.Settle();
}

inline bool HasReason(const Finding& finding, std::string_view part) {
  for (const std::string& reason : finding.reasons) {
    if (reason.find(part) != std::string::npos) return true;
  }
  return false;
}

inline bool HasEntity(const Finding& finding, std::string_view type, std::string_view id) {
  for (const Entity& entity : finding.entities) {
    if (entity.type == type && entity.id == id) return true;
  }
  return false;
}

}  // namespace tokentrail::analytic
