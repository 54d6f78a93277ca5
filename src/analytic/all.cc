#include "analytic/analytics.h"

namespace tokentrail::analytic {

std::span<const AnalyticDef* const> All() {
  static constexpr const AnalyticDef* kAll[] = {
      &kReg01,  // register
      &kLur02,  // lure
      &kGrt01, &kGrt02, &kGrt03, &kGrt04, &kGrt05, &kGrt07, &kGrt08, &kGrt09,
      &kGrt10,           // grant
      &kMnt12, &kMnt13,  // mint
      &kUse05,           // use
      &kEsc01,           // escalate
      &kPer01, &kPer03,  // persist
      &kExf06,           // exfiltrate
  };
  return kAll;
}

}  // namespace tokentrail::analytic
