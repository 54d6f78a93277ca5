// The changes that a hunt left in its case folder: audit.jsonl, and what summary.json says of those
// that could not be seen.

#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tokentrail::cli {

/// The columns of audit.jsonl and audit.csv that are texts, in their order.
enum class ChangeCell : uint8_t {
  kTime,
  kClass,
  kKind,
  kOperation,
  kResult,
  kStatus,
  kName,
  kTarget,
  kTargetId,
  kTargetType,
  kChange,
  kRecordedActor,
  kIdentity,
  kIdentityId,
  kVia,
  kClient,
  kClientName,
  kReason,
  kConfidence,
  kApp,
  kAppName,
  kIp,
  kUserAgent,
  kSession,
  kToken,
  kCorrelation,
  kTenant,
  kSource,
  kFile,
  kCount,
};
constexpr size_t kChangeCells = static_cast<size_t>(ChangeCell::kCount);

/// `time`, `class`, ...: the keys in audit.jsonl.
std::string_view Name(ChangeCell cell);

struct ChangeLine {
  std::array<std::string, kChangeCells> cells;
  uint64_t line = 0;
  uint64_t offset = 0;

  const std::string& operator[](ChangeCell cell) const { return cells[static_cast<size_t>(cell)]; }
};

/// Calls `visit` with each change, oldest first. Fails when there is no case there, or one of a
/// hunt that did not write them.
Result<Done> EachChange(const std::string& case_folder,
                        const std::function<void(ChangeLine& change)>& visit);

/// A platform whose changes could not be seen.
struct Unseen {
  std::string platform;
  std::vector<std::string> classes;
  std::string needs;
  bool other_logs = false;  ///< other logs of it were read
};

struct AuditSummary {
  std::vector<Unseen> cannot_say;
  uint64_t not_kept = 0;
  bool interrupted = false;
};
Result<AuditSummary> ReadAuditSummary(const std::string& case_folder);

}  // namespace tokentrail::cli
