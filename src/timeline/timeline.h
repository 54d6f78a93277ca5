// The events of all files in time order, within a memory budget.
//
// Workers add events in any order; past the budget each sorts what it holds and writes it to disk.
// Sort() merges all of it: by (time, source, key, stage and richness, content), then, for equal
// records, by place, so that the same evidence gives the same order for any number of threads.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/event.h"

namespace tokentrail::timeline {

/// What one worker adds to. Not safe for several threads.
class Run {
 public:
  Run(std::string spill_path, uint64_t budget_bytes);
  ~Run();
  Run(Run&&) noexcept;

  /// Copies a packed event (model/event.h). May write to disk: fails when that fails.
  Result<Done> Add(std::string_view event);
  uint64_t events() const;
  uint64_t spilled_bytes() const;

 private:
  friend class Sorted;
  struct Impl;

  std::unique_ptr<Impl> impl_;
};

/// How many events of a source dropped out.
struct Dropped {
  uint64_t duplicates = 0;
  uint64_t superseded = 0;  ///< earlier stages of a Kubernetes request
};

/// The merged events, oldest first, duplicates gone.
///
/// Same source and key, tenants equal or one unknown: one event; the latest stage wins, then the
/// richest record. Without a key, equal records are duplicates only across files: the file that
/// holds the record most often decides how many stay.
class Sorted {
 public:
  /// Takes the runs. Sorts what is still in memory. `tenants`, one a source: the tenant of events
  /// that name none; empty when unknown.
  static Result<Sorted> Open(std::vector<Run> runs, std::vector<std::string> tenants);
  Sorted(Sorted&&) noexcept;
  Sorted& operator=(Sorted&&) noexcept;
  ~Sorted();

  /// The next event, or null at the end. It holds until the next call. Fails when the spill file
  /// can't be read back.
  Result<const Event*> Next();

  const std::vector<Dropped>& dropped() const;  ///< by source

 private:
  struct Impl;
  explicit Sorted(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace tokentrail::timeline
