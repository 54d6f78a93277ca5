#include "trail/incident_level.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "base/text.h"
#include "trail/incident_stage.h"

namespace tokentrail::trail {
namespace {

constexpr Span kStagesWithin = Days(7);  // DETECTIONS 2.0, "Severity"
constexpr size_t kStages = static_cast<size_t>(Stage::kRevoke) + 1;
/// Of one rule or stage in one incident, so many findings are compared.
constexpr size_t kMaxCompared = 200;

/// A chain of findings that means more than each of them. A step is met by any of its rules; steps
/// that no analytic of ours can meet yet simply never are.
struct Composite {
  std::string_view id;
  std::string_view words;
  std::array<std::string_view, 4> steps = {};  ///< ids of rules, with spaces between; "" ends
  Span within;                                 ///< from the first step to the last
  Level level = Level::kCritical;
};

/// Source: DETECTIONS 2.11. C-05 ends with the deletion of the job, for which there is no rule.
constexpr Composite kComposites[] = {
    {"C-01",
     "a prompt for a new app, a strong consent, then mail read by it",
     {"LUR-01", "GRT-01 GRT-12", "USE-05"},
     Hours(24),
     Level::kHigh},
    {"C-02",
     "a device-code sign-in, then Graph searched or listed with its token",
     {"MNT-01 MNT-02", "USE-09 USE-10 USE-15"},
     Hours(6)},
    {"C-03",
     "a token for device registration, then a device and a new sign-in method",
     {"MNT-03", "PER-05"},
     Hours(24)},
    {"C-04",
     "a sleeping app woke, got a credential or permission, then read mail",
     {"PER-04", "PER-01 GRT-04", "USE-06 USE-07"},
     Days(30)},
    {"C-05",
     "a vendor's token from a new network, a burst of queries, then bulk export",
     {"USE-04", "USE-19", "EXF-03"},
     Hours(24)},
    {"C-06",
     "a token read on a host, used elsewhere, then rights or secrets taken",
     {"MNT-14 MNT-15", "K-01 K-04", "ESC-05 EXF-05"},
     Hours(2)},
    {"C-07",
     "a consent for the whole tenant, a new credential, then its first use",
     {"GRT-02", "PER-01", "MNT-07"},
     Days(7)},
};
/// C-08: it goes on after it was revoked.
constexpr std::string_view kAfterRevocation = "REV-01 REV-02";
constexpr Span kAfterWithin = Days(30);

bool HasWord(std::string_view words, std::string_view word) {
  for (size_t at = words.find(word); at != std::string_view::npos; at = words.find(word, at + 1)) {
    const size_t end = at + word.size();
    if ((at == 0 || words[at - 1] == ' ') && (end == words.size() || words[end] == ' ')) {
      return true;
    }
  }
  return false;
}

/// Two findings about one and the same act are no two stages of anything.
bool SameRecords(const Finding& a, const Finding& b) {
  if (a.count != b.count || a.evidence.size() != b.evidence.size()) return false;
  return std::equal(a.evidence.begin(), a.evidence.end(), b.evidence.begin(),
                    [](const Evidence& x, const Evidence& y) {
                      return x.time == y.time && x.source == y.source && x.content == y.content;
                    });
}

Span Apart(const Finding& a, const Finding& b) {
  return std::max({Span{}, a.first - b.last, b.first - a.last});
}

/// An analytic by its id, a rule by its title: the ids of rules tell nobody anything.
std::string Called(const Finding& finding) {
  return finding.origin == "rule" ? "'" + Printable(finding.title) + "'" : finding.rule;
}

class Judging {
 public:
  Judging(std::span<const Finding> findings, const FindingGroup& group, Incident& incident)
      : findings_(findings), group_(group), incident_(incident) {}

  void Run() {
    std::array<const Finding*, kStages> first_of_stage = {};
    for (const size_t i : group_.findings) {
      const Finding& finding = findings_[i];
      incident_.level = std::max(incident_.level, finding.level);
      incident_.confidence = std::max(incident_.confidence, finding.confidence);
    }
    // What came to a chain by its user is no stage of it.
    for (const size_t i : group_.chained.empty() ? group_.findings : group_.chained) {
      const Finding& finding = findings_[i];
      const std::optional<Stage> stage = StageOf(finding);
      if (!stage) continue;
      const Finding*& first = first_of_stage[static_cast<size_t>(*stage)];
      if (first == nullptr || finding.first < first->first) first = &finding;
    }
    std::vector<std::pair<Time, size_t>> order;
    for (size_t stage = 0; stage < kStages; ++stage) {
      if (first_of_stage[stage] != nullptr) order.emplace_back(first_of_stage[stage]->first, stage);
    }
    std::sort(order.begin(), order.end());
    for (const auto& entry : order) {
      incident_.stages.emplace_back(Name(static_cast<Stage>(entry.second)));
    }
    RaiseForStages();
    RaiseForComposites();
  }

 private:
  /// Findings of one chain, by stage; those that only inform don't count.
  void RaiseForStages() {
    std::array<std::vector<const Finding*>, kStages> by_stage;
    Level chain = Level::kInformational;
    for (const size_t i : group_.chained) {
      const Finding& finding = findings_[i];
      chain = std::max(chain, finding.level);
      const std::optional<Stage> stage = StageOf(finding);
      if (!stage || finding.level == Level::kInformational) continue;
      std::vector<const Finding*>& same = by_stage[static_cast<size_t>(*stage)];
      if (same.size() < kMaxCompared) same.push_back(&finding);
    }
    // An analytic says more plainly what it saw than a tag does.
    for (std::vector<const Finding*>& same : by_stage) {
      std::stable_sort(same.begin(), same.end(), [](const Finding* a, const Finding* b) {
        return (a->origin == "rule") < (b->origin == "rule");
      });
    }
    for (size_t a = 0; a < kStages; ++a) {
      for (size_t b = a + 1; b < kStages; ++b) {
        for (const Finding* one : by_stage[a]) {
          for (const Finding* other : by_stage[b]) {
            if (Apart(*one, *other) > kStagesWithin || SameRecords(*one, *other)) continue;
            const Level raised = Raise(chain);
            if (raised <= incident_.level) return;
            incident_.raised_by.push_back(fmt::format(
                "{} instead of {}: one chain shows two stages within 7 days, {} ({}) and {} ({})",
                Name(raised), Name(incident_.level), Name(static_cast<Stage>(a)), Called(*one),
                Name(static_cast<Stage>(b)), Called(*other)));
            incident_.level = raised;
            return;
          }
        }
      }
    }
  }

  void RaiseForComposites() {
    std::optional<Time> earliest;
    for (const Composite& composite : kComposites) {
      const std::optional<Time> done = Completed(composite);
      if (!done) continue;
      Take(composite.id, composite.words, composite.level);
      if (!earliest || *done < *earliest) earliest = done;
    }
    if (!earliest) return;
    for (const Finding* finding : OfRules(kAfterRevocation)) {
      if (finding->last < *earliest || finding->first - *earliest > kAfterWithin) continue;
      Take("C-08", "it went on after it was revoked", Level::kCritical);
      return;
    }
  }

  void Take(std::string_view id, std::string_view words, Level level) {
    incident_.composites.emplace_back(id);
    if (level <= incident_.level) return;
    incident_.raised_by.push_back(
        fmt::format("{} instead of {}: {}, {}", Name(level), Name(incident_.level), id, words));
    incident_.level = level;
  }

  /// Of the chain, by their first time.
  std::vector<const Finding*> OfRules(std::string_view rules) const {
    std::vector<const Finding*> out;
    for (const size_t i : group_.chained) {
      if (HasWord(rules, findings_[i].rule)) out.push_back(&findings_[i]);
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const Finding* a, const Finding* b) { return a->first < b->first; });
    if (out.size() > kMaxCompared) out.resize(kMaxCompared);
    return out;
  }

  /// When the last step was met; nothing when one is missing. From each start the next step that
  /// comes soonest leaves the most time for the rest.
  std::optional<Time> Completed(const Composite& composite) const {
    std::vector<std::vector<const Finding*>> steps;
    for (const std::string_view rules : composite.steps) {
      if (rules.empty()) break;
      steps.push_back(OfRules(rules));
      if (steps.back().empty()) return std::nullopt;
    }
    for (const Finding* start : steps[0]) {
      const Finding* at = start;
      for (size_t step = 1; step < steps.size() && at != nullptr; ++step) {
        const auto next =
            std::find_if(steps[step].begin(), steps[step].end(), [&](const Finding* finding) {
              return finding->first >= at->first && !SameRecords(*finding, *at);
            });
        at = next == steps[step].end() ? nullptr : *next;
      }
      if (at != nullptr && at->first - start->first <= composite.within) return at->first;
    }
    return std::nullopt;
  }

  std::span<const Finding> findings_;
  const FindingGroup& group_;
  Incident& incident_;
};

}  // namespace

void Judge(std::span<const Finding> findings, const FindingGroup& group, Incident& incident) {
  Judging(findings, group, incident).Run();
}

}  // namespace tokentrail::trail
