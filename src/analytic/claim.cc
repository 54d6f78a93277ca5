#include "analytic/claim.h"

#include <algorithm>

namespace tokentrail::analytic {

void Cited::Add(const Event& event, std::vector<Field> deciding) {
  if (count == 0 || event.time() < first) first = event.time();
  if (count == 0 || event.time() > last) last = event.time();
  ++count;
  if (evidence.size() < Finding::kMaxEvidence) {
    std::erase_if(deciding, [&](Field field) { return event.Text(field).empty(); });
    evidence.emplace_back(event, std::move(deciding));
  }
}

void Cited::Merge(const Cited& other) {
  if (other.count == 0) return;
  if (count == 0 || other.first < first) first = other.first;
  if (count == 0 || other.last > last) last = other.last;
  count += other.count;
  evidence.insert(evidence.end(), other.evidence.begin(), other.evidence.end());
  std::stable_sort(evidence.begin(), evidence.end(), [](const Evidence& a, const Evidence& b) {
    return a.time != b.time ? a.time < b.time : a.content < b.content;
  });
  if (evidence.size() > Finding::kMaxEvidence) {
    evidence.erase(evidence.begin() + Finding::kMaxEvidence, evidence.end());
  }
}

Finding Begin(const AnalyticDef& def, std::string_view tenant, const Cited& cited) {
  Finding out;
  out.rule = def.id;
  out.origin = "analytic";
  out.title = def.title;
  out.level = def.level;
  out.first = cited.first;
  out.last = cited.last;
  out.tenant = tenant;
  out.attack.assign(def.attack.begin(), def.attack.end());
  out.disproof = def.disproof;
  out.evidence = cited.evidence;
  out.count = cited.count;
  return out;
}

}  // namespace tokentrail::analytic
