// The floor: what it takes to parse records as JSON and do nothing with them.

#pragma once

#include "bench/cloud_events.h"

namespace tokentrail::bench {

/// Parses each record with simdjson's DOM parser, one after the other. False when one is no JSON.
bool ParseAll(const CloudEvents& events);

}  // namespace tokentrail::bench
