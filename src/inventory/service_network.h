// Addresses of the platforms' own services.

#pragma once

#include <string_view>

namespace tokentrail::inventory {

/// `microsoft` or `google` when the address is one from which their services speak: it tells
/// nothing of where a person or an app is. Empty for all others. Source: data/service_networks.csv.
std::string_view ServiceNetwork(std::string_view address);

}  // namespace tokentrail::inventory
