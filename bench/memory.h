// What this process holds in memory.

#pragma once

namespace tokentrail::bench {

struct Memory {
  double heap_mib = 0;      ///< handed out by the allocator and not given back
  double resident_mib = 0;  ///< resident set, after the allocator returned what it could
};
/// Freed memory is given back to the system first, so that it isn't counted.
Memory MemoryNow();

/// From here on PeakMib() counts anew. False where the system can't.
bool ResetPeak();
/// Largest resident set since then.
double PeakMib();

}  // namespace tokentrail::bench
