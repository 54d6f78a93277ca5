// The progress bar: one line on standard error, kept up to date by a thread of its own.

#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "pipeline/run.h"

namespace tokentrail::cli {

/// Where a run stands at one moment.
struct ProgressMoment {
  int phase = 0;  ///< as pipeline::Progress
  uint64_t bytes_done = 0;
  uint64_t bytes_total = 0;
  uint64_t records = 0;
  uint64_t events_done = 0;
  uint64_t events_total = 0;
  double seconds = 0;  ///< since the phase began
};

/// `reading [####      ] 41%  1.02 GB of 2.51 GB  131,000 records/s  5s left`, at most `columns`
/// wide: what does not fit is left out from the end.
std::string ProgressLine(const ProgressMoment& moment, size_t columns);

/// Shows the bar for as long as it lives; wipes it at the end. `progress` must outlive it.
class ProgressBar {
 public:
  ProgressBar(const pipeline::Progress& progress, size_t columns);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

 private:
  void Loop();

  const pipeline::Progress& progress_;
  size_t columns_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool over_ = false;  ///< guarded by mutex_
  std::thread thread_;
};

}  // namespace tokentrail::cli
