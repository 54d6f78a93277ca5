#include "sink/incident.h"

namespace tokentrail::sink {

const std::vector<Incident>& IncidentsOf(const Outcome& outcome) {
  static const std::vector<Incident> kNone;
  return outcome.trails == nullptr ? kNone : outcome.trails->incidents;
}

bool HasPage(const Incident& incident) { return incident.number <= kMaxPages; }

std::string PageName(const Incident& incident) { return incident.slug + ".md"; }

std::string PagePath(const Incident& incident) {
  return std::string(kIncidentFolder) + "/" + PageName(incident);
}

}  // namespace tokentrail::sink
