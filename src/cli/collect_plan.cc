#include "cli/collect_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "cli/shell_quote.h"
#include "trail/gap_rank.h"
#include "trail/log_words.h"

namespace tokentrail::cli {
namespace {

using inventory::CollectEntry;

/// How far back to look where nothing says it.
constexpr Span kSome = Days(30);
/// Ranges nearer than this are one.
constexpr Span kNear = Days(1);
/// More would be more work than one long range.
constexpr size_t kMostRanges = 6;

int64_t DaysBetween(Time from, Time to) { return (to - from).micros / Days(1).micros; }

std::string CountDays(int64_t days) {
  if (days == 0) return "less than a day";
  return fmt::format("{} day{}", days, days == 1 ? "" : "s");
}

/// What the commands of a gap are found under: what is not recorded can't be exported.
const CollectEntry* EntryOf(const EvidenceGap& gap) {
  return inventory::FindCollectEntry(gap.source,
                                     gap.kind == GapKind::kThrottled ? "throttled" : gap.stream);
}

CollectRange RangeOf(const EvidenceGap& gap, const CaseGaps& in_case, Time now) {
  CollectRange out{gap.first, gap.last, {}};
  if (gap.kind == GapKind::kThrottled) out.mailbox = gap.subject;
  if (out.first.micros == 0 && out.last.micros == 0) {
    out.first = in_case.first;
    out.last = in_case.last;
  }
  if (out.last.micros == 0) out.last = now;
  if (out.first.micros == 0) out.first = out.last - kSome;
  return out;
}

void MergeRanges(std::vector<CollectRange>& ranges) {
  std::sort(ranges.begin(), ranges.end(), [](const CollectRange& a, const CollectRange& b) {
    return std::tie(a.mailbox, a.first, a.last) < std::tie(b.mailbox, b.first, b.last);
  });
  std::vector<CollectRange> out;
  for (CollectRange& range : ranges) {
    if (!out.empty() && out.back().mailbox == range.mailbox &&
        range.first <= out.back().last + kNear) {
      out.back().last = std::max(out.back().last, range.last);
    } else {
      out.push_back(std::move(range));
    }
  }
  if (out.size() > kMostRanges && out.front().mailbox == out.back().mailbox) {
    out.front().last = out.back().last;
    out.resize(1);
  }
  ranges = std::move(out);
}

void AddDeadlines(CollectStep& step, Time now) {
  if (step.entry == nullptr || step.ranges.empty()) return;
  Time first = step.ranges[0].first;
  Time last = step.ranges[0].last;
  for (const CollectRange& range : step.ranges) {
    first = std::min(first, range.first);
    last = std::max(last, range.last);
  }
  for (const inventory::KeptFor& kept : step.entry->kept) {
    step.deadlines.push_back(DeadlineOf(kept, first, last, now));
  }
}

/// How soon a step is to be done: days; what has no end after it, what is gone last.
int64_t Urgency(const CollectStep& step) {
  constexpr int64_t kNoEnd = 1'000'000;
  if (step.deadlines.empty()) return kNoEnd;
  int64_t out = kNoEnd * 2;
  for (const Deadline& deadline : step.deadlines) {
    if (deadline.state != Deadline::State::kGone) out = std::min(out, deadline.days_left);
  }
  return out;
}

std::string IsoSeconds(Time time) { return FormatTime(time).substr(0, 19) + "Z"; }

}  // namespace

std::string_view Name(Deadline::State state) {
  constexpr std::string_view kNames[] = {"left", "partly_gone", "gone"};
  return kNames[static_cast<size_t>(state)];
}

Deadline DeadlineOf(const inventory::KeptFor& kept, Time first, Time last, Time now) {
  Deadline out;
  out.when = kept.when;
  out.days = kept.days;
  const Time begins = first + Days(kept.days);  // the oldest goes
  const Time ends = last + Days(kept.days);     // the newest goes
  if (now >= ends) {
    out.state = Deadline::State::kGone;
    out.words = fmt::format("gone since {}", FormatDate(ends));
  } else if (now >= begins) {
    out.state = Deadline::State::kPartlyGone;
    out.days_left = DaysBetween(now, ends);
    out.words =
        fmt::format("what is older than {} is gone; {} left for the last of the rest, until {}",
                    FormatDate(now - Days(kept.days)), CountDays(out.days_left), FormatDate(ends));
  } else {
    out.days_left = DaysBetween(now, begins);
    out.words = fmt::format("{} left, until {}", CountDays(out.days_left), FormatDate(begins));
  }
  return out;
}

CollectPlan PlanOfCase(const CaseGaps& in_case, std::string_view platform, Time now) {
  CollectPlan out;
  out.now = now;
  out.since = in_case.first;
  out.interrupted = in_case.interrupted;
  std::set<std::string> platforms;
  std::set<std::string_view> held(in_case.sources.begin(), in_case.sources.end());
  for (const std::string& source : in_case.sources) platforms.insert(trail::PlatformOfLog(source));
  const auto chosen = [&](const std::string& source) {
    const CollectEntry* entry = inventory::FindCollectEntry(source, {});
    return platform.empty() ||
           (entry != nullptr ? entry->platform : trail::PlatformOfLog(source)) == platform;
  };
  for (const EvidenceGap* gap : trail::WorstFirst(in_case.gaps)) {
    if (gap->source.empty() || !chosen(gap->source)) continue;
    ++out.gaps;
    held.insert(gap->source);
    const CollectEntry* entry = EntryOf(*gap);
    auto step = std::find_if(out.steps.begin(), out.steps.end(), [&](const CollectStep& one) {
      return one.entry == entry && one.tenant == gap->tenant &&
             (entry != nullptr || one.source == gap->source);
    });
    if (step == out.steps.end()) {
      CollectStep added;
      added.entry = entry;
      added.source = gap->source;
      added.tenant = gap->tenant;
      out.steps.push_back(std::move(added));
      step = out.steps.end() - 1;
    }
    step->gaps.push_back(*gap);
    step->ranges.push_back(RangeOf(*gap, in_case, now));
  }
  for (CollectStep& step : out.steps) {
    MergeRanges(step.ranges);
    AddDeadlines(step, now);
  }
  std::stable_sort(
      out.steps.begin(), out.steps.end(),
      [](const CollectStep& a, const CollectStep& b) { return Urgency(a) < Urgency(b); });
  for (const CollectEntry& entry : inventory::CollectEntries()) {
    if (entry.stream.empty() && !held.contains(entry.source) && chosen(entry.source) &&
        platforms.contains(trail::PlatformOfLog(entry.source))) {
      out.others.push_back(&entry);
    }
  }
  return out;
}

CollectPlan PlanForBeginners(std::string_view platform, std::optional<Time> first, Time last,
                             Time now) {
  CollectPlan out;
  out.now = now;
  for (const CollectEntry& entry : inventory::CollectEntries()) {
    // Streams come with the whole log, but for those that it leaves out.
    const bool apart = entry.stream == "gmail" || entry.stream == "api_request";
    if (!entry.stream.empty() && !apart) continue;
    if (!platform.empty() && entry.platform != platform) continue;
    CollectStep step;
    step.entry = &entry;
    step.source = entry.source;
    Span back = kSome;
    for (const inventory::KeptFor& kept : entry.kept) back = std::max(back, Days(kept.days));
    step.ranges.push_back({first.value_or(last - back), last, {}});
    if (first) AddDeadlines(step, now);
    out.steps.push_back(std::move(step));
  }
  return out;
}

std::map<std::string, std::string> ValuesOf(const CollectStep& step, const CollectRange& range) {
  std::map<std::string, std::string> out;
  // Whole seconds around it.
  const Time end = range.last + Span{999'999};
  const auto add = [&](const std::string& name, std::string value) {
    out[name + "_URL"] = PercentEncode(value);
    out[name] = std::move(value);
  };
  add("TT_START", IsoSeconds(range.first));
  add("TT_END", IsoSeconds(end));
  out["TT_START_DATE"] = FormatDate(range.first);
  out["TT_END_DATE"] = FormatDate(end);
  out["TT_START_EPOCH"] = std::to_string(range.first.micros / 1'000'000);
  out["TT_END_EPOCH"] = std::to_string(end.micros / 1'000'000);
  if (!step.tenant.empty()) add("TT_TENANT", step.tenant);
  if (!range.mailbox.empty()) add("TT_MAILBOX", range.mailbox);
  return out;
}

}  // namespace tokentrail::cli
