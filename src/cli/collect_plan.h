// What is to be exported so that gaps of the evidence close, and until when that can be done.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/gap_file.h"
#include "inventory/collection.h"

namespace tokentrail::cli {

/// How long records of a time can still be had, under one licence.
struct Deadline {
  enum class State : uint8_t { kLeft, kPartlyGone, kGone };

  State state = State::kLeft;
  std::string when;       ///< the licence
  int days = 0;           ///< that it keeps records
  int64_t days_left = 0;  ///< until the first of them goes, or the last when some are gone
  std::string words;      ///< `12 days left, until 2026-02-01`, `gone since 2026-02-01`
};
std::string_view Name(Deadline::State state);

Deadline DeadlineOf(const inventory::KeptFor& kept, Time first, Time last, Time now);

/// A time to export, and of whom.
struct CollectRange {
  Time first;
  Time last;
  std::string mailbox;
};

/// One log of one tenant, with the gaps that its export closes.
struct CollectStep {
  const inventory::CollectEntry* entry = nullptr;  ///< null: no commands are known for it
  std::string source;
  std::string tenant;
  std::vector<EvidenceGap> gaps;     ///< none in the list for beginners
  std::vector<CollectRange> ranges;  ///< oldest first; what lies near is one
  std::vector<Deadline> deadlines;   ///< over all ranges
};

struct CollectPlan {
  Time now;
  std::string folder;  ///< the case, or the evidence; empty for the list for beginners
  Time since;          ///< when the evidence begins
  size_t gaps = 0;
  std::vector<CollectStep> steps;  ///< what will be gone first comes first
  /// Logs of the case's platforms that it does not hold, and that no gap names.
  std::vector<const inventory::CollectEntry*> others;
  bool interrupted = false;
};

/// Of a case; with `platform` only that one's gaps.
CollectPlan PlanOfCase(const CaseGaps& in_case, std::string_view platform, Time now);

/// Everything there is to collect on `platform`, or on all when it is empty, from `first` to
/// `last`; without `first` as far back as each log is kept.
CollectPlan PlanForBeginners(std::string_view platform, std::optional<Time> first, Time last,
                             Time now);

/// Every variable that commands may name, with its value.
std::map<std::string, std::string> ValuesOf(const CollectStep& step, const CollectRange& range);

}  // namespace tokentrail::cli
