// Every change of roles, policies, credentials, federation and guard rails in the evidence, with
// who did it, whether or not anybody finds it strange.

#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "model/attribution.h"
#include "model/audit.h"
#include "model/event.h"

namespace tokentrail::trail {

/// Sees all events, oldest first, and keeps a row of each such change. Bounded: the oldest
/// `kMaxRows` are kept, the others counted.
class AuditLog {
 public:
  static constexpr size_t kMaxRows = 200'000;

  struct Window {
    std::optional<Time> start;
    std::optional<Time> end;
  };

  /// `source_names` by SourceIndex; must outlive this.
  explicit AuditLog(std::span<const std::string_view> source_names, Window window = {},
                    size_t max_rows = kMaxRows);

  /// `who` did it, as far as is known.
  void Observe(const Event& event, const Attribution& who);
  /// What was seen, and what could not be.
  Audit Finish();

  /// Fields that events of the kinds in inventory::MayBeAudited must carry.
  static FieldSet Needs();

 private:
  std::span<const std::string_view> source_names_;
  Window window_;
  size_t max_rows_;
  Audit audit_;
  std::vector<uint64_t> kinds_seen_;  ///< a bit a kind, by source
};

}  // namespace tokentrail::trail
