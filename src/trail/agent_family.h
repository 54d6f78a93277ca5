// What sort of client a user agent belongs to, and from where an address speaks, in few words that
// stay the same from one version or address to the next.

#pragma once

#include <string>
#include <string_view>

namespace tokentrail::trail {

/// `python-requests`, `PowerShell`, `Chrome/Win`, `kubectl/linux`: vendor or product without
/// versions, which are evidence and never key (DETECTIONS 2.0). Empty for none.
std::string AgentFamily(std::string_view user_agent);

/// `AS64500`; without a number `microsoft-service` or `google-service` for the platforms' own
/// addresses, else the /24 or /48. Empty when there is no address.
std::string NetworkName(std::string_view asn, std::string_view ip);

}  // namespace tokentrail::trail
