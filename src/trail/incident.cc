#include "trail/incident.h"

namespace tokentrail::trail {

std::vector<Incident> BuildIncidents(std::span<const Finding> findings, const Trails& trails) {
  (void)findings, (void)trails;
  return {};
}

}  // namespace tokentrail::trail
