#include "bench/memory.h"

#include <malloc.h>

#include <cstdio>
#include <cstring>

namespace tokentrail::bench {
namespace {

/// A figure of /proc/self/status, in MiB; 0 when it isn't there.
double Status(const char* name) {
  std::FILE* file = std::fopen("/proc/self/status", "r");
  if (file == nullptr) return 0;
  char line[256];
  long kilobytes = 0;
  while (std::fgets(line, sizeof line, file) != nullptr) {
    if (std::strncmp(line, name, std::strlen(name)) != 0) continue;
    if (std::sscanf(line + std::strlen(name), ": %ld", &kilobytes) == 1) break;
  }
  std::fclose(file);
  return static_cast<double>(kilobytes) / 1024;
}

}  // namespace

Memory MemoryNow() {
  ::malloc_trim(0);
  const struct mallinfo2 info = ::mallinfo2();
  return {static_cast<double>(info.uordblks + info.hblkhd) / (1 << 20), Status("VmRSS")};
}

bool ResetPeak() {
  std::FILE* file = std::fopen("/proc/self/clear_refs", "w");
  if (file == nullptr) return false;
  const bool written = std::fputs("5", file) >= 0;
  return std::fclose(file) == 0 && written;
}

double PeakMib() { return Status("VmHWM"); }

}  // namespace tokentrail::bench
