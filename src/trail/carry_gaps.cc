// Carries the gaps of the evidence into the findings that they touch.

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "base/text.h"
#include "trail/completeness.h"
#include "trail/log_words.h"
#include "trail/missing_stream.h"

namespace tokentrail::trail {
namespace {

constexpr size_t kMostSaid = 5;
constexpr Span kAround = Days(1);

/// What a gap is compared with, of one finding.
struct Claim {
  std::set<std::string_view> sources;
  std::set<std::string> platforms;
  Time from;
  Time to;
};

bool Overlaps(const EvidenceGap& gap, const Claim& claim) {
  return (gap.first.micros == 0 || gap.first <= claim.to) &&
         (gap.last.micros == 0 || gap.last >= claim.from);
}

bool Names(const Finding& finding, std::string_view mailbox) {
  return std::any_of(finding.entities.begin(), finding.entities.end(), [&](const Entity& entity) {
    return (entity.type == "user" || entity.type == "mailbox") &&
           (EqualsIgnoreCase(entity.id, mailbox) || EqualsIgnoreCase(entity.name, mailbox));
  });
}

/// The id's part that says at which stage of an attack it looks: `GRT` of `GRT-01`. Sigma rules
/// have none.
std::string_view StageOf(const Finding& finding) {
  return finding.origin == "analytic"
             ? std::string_view(finding.rule).substr(0, finding.rule.find('-'))
             : std::string_view();
}

bool HasWord(std::string_view list, std::string_view word) {
  for (const std::string_view one : Split(list, " ")) {
    if (one == word) return true;
  }
  return false;
}

/// Why, in words that stay when files are renamed or their lines shuffled: a finding is the same
/// then.
std::string WhyOf(const EvidenceGap& gap) {
  // That other tenants lack it too is no matter here.
  if (gap.kind == GapKind::kMissingStream) {
    return fmt::format("not in the evidence: {}", LogName(gap.source, gap.stream));
  }
  if (gap.kind != GapKind::kRowCap) return gap.words;
  return fmt::format(
      "a file of {} holds exactly {} records, where an export tool ends: others may be cut off",
      LogName(gap.source), Grouped(gap.count));
}

struct Touching {
  int weight = 0;
  const MissingStream* row = nullptr;  ///< the table is in the order of what they would tell
  const EvidenceGap* gap = nullptr;
};

/// How much the gap takes from the claim; 0: it does not touch it.
int Weight(const EvidenceGap& gap, const Finding& finding, const Claim& claim) {
  if (!gap.tenant.empty() && !finding.tenant.empty() && gap.tenant != finding.tenant) return 0;
  // What several tenants lack names them all.
  if (gap.kind == GapKind::kMissingStream && !gap.subject.empty() && !finding.tenant.empty() &&
      !HasWord(gap.subject, finding.tenant)) {
    return 0;
  }
  if (!claim.platforms.contains(PlatformOfLog(gap.source))) return 0;
  const bool own = claim.sources.contains(gap.source);
  // Of a cut file it can't be said for sure which time is gone.
  const bool timed = gap.kind != GapKind::kMissingStream && gap.kind != GapKind::kRowCap;
  if (timed && !Overlaps(gap, claim)) return 0;
  switch (gap.kind) {
    case GapKind::kThrottled:
      if (gap.subject.empty()) return own ? 30 : 0;
      return Names(finding, gap.subject) ? 100 : 0;
    case GapKind::kSilence:
      return own ? 90 : 60;
    case GapKind::kRowCap:
      return own ? 80 : 0;
    case GapKind::kMissingStream: {
      const MissingStream* row = FindMissingStream(gap.source, gap.stream);
      const std::string_view stage = StageOf(finding);
      if (row == nullptr) return 0;
      if (stage.empty()) return own ? 20 : 10;
      return HasWord(row->stages, stage) ? 70 : 0;
    }
    case GapKind::kLateStart:
      return own ? 65 : 55;
    case GapKind::kClockSkew:
      return own || claim.sources.contains(gap.subject) ? 45 : 0;
    case GapKind::kDuplicatePages:
      return own ? 40 : 0;
  }
  return 0;
}

}  // namespace

void CarryInto(std::span<const EvidenceGap> gaps, std::vector<Finding>& findings,
               std::span<const std::string_view> source_names) {
  if (gaps.empty()) return;
  for (Finding& finding : findings) {
    Claim claim;
    for (const Evidence& evidence : finding.evidence) {
      if (evidence.source >= source_names.size()) continue;
      claim.sources.insert(source_names[evidence.source]);
      claim.platforms.insert(PlatformOfLog(source_names[evidence.source]));
    }
    claim.from = finding.first - kAround;
    claim.to = finding.last + kAround;
    std::vector<Touching> touching;
    for (const EvidenceGap& gap : gaps) {
      const int weight = Weight(gap, finding, claim);
      if (weight > 0) touching.push_back({weight, FindMissingStream(gap.source, gap.stream), &gap});
    }
    std::stable_sort(touching.begin(), touching.end(), [](const Touching& a, const Touching& b) {
      return a.weight != b.weight ? a.weight > b.weight : std::less<>()(a.row, b.row);
    });
    std::vector<std::string>& said = finding.cannot_say;
    for (size_t i = 0; i < touching.size() && said.size() < kMostSaid; ++i) {
      const EvidenceGap& gap = *touching[i].gap;
      std::string text = fmt::format("{}: {}", gap.hides, WhyOf(gap));
      if (std::find(said.begin(), said.end(), text) == said.end()) said.push_back(std::move(text));
    }
  }
}

}  // namespace tokentrail::trail
