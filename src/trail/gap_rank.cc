#include "trail/gap_rank.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "trail/missing_stream.h"

namespace tokentrail::trail {
namespace {

/// What the logs themselves say, and what was surely lost, before what was never asked for.
int RankOf(const EvidenceGap& gap) {
  switch (gap.kind) {
    case GapKind::kThrottled:
      return 0;
    case GapKind::kSilence:
      return 1;
    case GapKind::kRowCap:
      return 2;
    case GapKind::kClockSkew:
      return 3;
    case GapKind::kMissingStream:
      return 4;
    case GapKind::kLateStart:
      return 5;
    case GapKind::kDuplicatePages:
      return 6;
  }
  return 7;
}

/// The table of streams is in the order of what they would tell.
size_t PlaceOf(const EvidenceGap& gap) {
  if (gap.kind != GapKind::kMissingStream) return 0;
  const auto rows = MissingStreams();
  return static_cast<size_t>(FindMissingStream(gap.source, gap.stream) - rows.data());
}

}  // namespace

std::vector<const EvidenceGap*> WorstFirst(std::span<const EvidenceGap> gaps) {
  struct Ranked {
    const EvidenceGap* gap;
    size_t turn = 0;  ///< how many of its sort and log come before it
  };
  std::vector<Ranked> ranked;
  for (const EvidenceGap& gap : gaps) ranked.push_back({&gap});
  std::stable_sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) {
    return std::tuple(RankOf(*a.gap), PlaceOf(*a.gap), b.gap->count) <
           std::tuple(RankOf(*b.gap), PlaceOf(*b.gap), a.gap->count);
  });
  std::map<std::pair<int, std::string_view>, size_t> turns;
  for (Ranked& one : ranked) one.turn = turns[{RankOf(*one.gap), one.gap->source}]++;
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const Ranked& a, const Ranked& b) { return a.turn < b.turn; });
  std::vector<const EvidenceGap*> out;
  for (const Ranked& one : ranked) out.push_back(one.gap);
  return out;
}

}  // namespace tokentrail::trail
