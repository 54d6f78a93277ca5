// GRT-03: an app that had a grant got more. DETECTIONS 2.3, fact 4.

#include <fmt/format.h>

#include "analytic/analytics.h"
#include "analytic/grant_feed.h"

namespace tokentrail::analytic {
namespace {

constexpr std::string_view kAttack[] = {"T1098.003"};
constexpr std::string_view kSources[] = {"entra_audit", "m365_audit"};
constexpr Setting kSettings[] = {
    {"allow", "", "client ids of apps that may ask for more step by step; never names"},
};

class ScopeCreep final : public Analytic {
 public:
  explicit ScopeCreep(const Params& params) : allow_(params.List("allow")) {}

  void Observe(const Event& event, const State& state, Findings& out) override {
    feed_.Observe(event, state, [&](const GrantAct& act) { Take(act, state, out); });
  }
  void Finish(const State& state, Findings& out) override {
    feed_.Finish(state, [&](const GrantAct& act) { Take(act, state, out); });
    Speak(state, out);
  }

 private:
  void Take(const GrantAct& act, const State& state, Findings& out) {
    if (act.old.empty() || act.added.empty() || allow_.contains(act.app.key())) return;
    // Microsoft's own tools (Graph Explorer, Graph PowerShell) ask scope by scope by design.
    if (act.app.first_party) return;
    claims_.At(act.tenant, act.Key()).Merge(act);
    if (claims_.full()) Speak(state, out);
  }

  void Speak(const State& state, Findings& out) {
    claims_.SpeakAll([&](std::string_view tenant, std::string_view key, const GrantAct& act) {
      GrantAct whole = act;
      whole.Resolve(state);
      if (whole.app.first_party) return;
      out.Add(Tell(tenant, whole.app.id.empty() ? std::string(key) : whole.Key(), whole));
    });
  }

  static Finding Tell(std::string_view tenant, std::string_view key, const GrantAct& act) {
    Finding out = Begin(kGrt03, tenant, act.cited);
    out.key = key;
    out.confidence = Confidence::kHigh;
    act.Fill(out);

    using inventory::Holder;
    using inventory::Platform;
    Texts whole = act.old;
    whole.insert(act.added.begin(), act.added.end());
    const Strength before = Weigh(Platform::kMicrosoft, Holder::kDelegated, act.old);
    const Strength added = Weigh(Platform::kMicrosoft, Holder::kDelegated, act.added);
    const Strength after = Weigh(Platform::kMicrosoft, Holder::kDelegated, whole);
    const bool crossed = before.severity < 50 && after.severity >= 50;

    out.reasons.push_back(fmt::format("adds {} to the grant of {} for {}, which had {}",
                                      Few(act.added), act.app.Words(), act.WhomWords(),
                                      Few(act.old)));
    if (added.severity >= 50) {
      out.level = Level::kMedium;
      out.reasons.push_back(fmt::format("added severity {} of 100; strongest permission: {}",
                                        added.severity, added.strongest));
    } else if (crossed) {
      out.level = Level::kMedium;
      out.reasons.push_back(fmt::format("together the scopes reach severity {} of 100, from {}",
                                        after.severity, std::max(before.severity, 0)));
    } else if (!added.unassessed.empty()) {
      out.level = Level::kLow;
      out.reasons.push_back("not assessed, so not known to be harmless: " + Few(added.unassessed));
    } else {
      out.level = Level::kInformational;
      out.reasons.push_back(fmt::format("nothing added has severity 50 or more (highest {})",
                                        std::max(added.severity, 0)));
    }
    out.reasons.push_back("the grant now holds " + Few(whole, 20));
    return out;
  }

  std::set<std::string, std::less<>> allow_;
  GrantFeed feed_;
  Claims<GrantAct> claims_;
};

}  // namespace

extern constinit const AnalyticDef kGrt03 = {
    .id = "GRT-03",
    .title = "App's existing grant was widened",
    .summary =
        "Scopes were added to a grant that an app already had. The consent record hides this (it "
        "prints the same scopes twice); the paired grant record, often named Remove, has the "
        "change.",
    .level = Level::kMedium,
    .attack = kAttack,
    .sources = kSources,
    .false_positives = "Apps that ask for permissions step by step as features are used.",
    .disproof = "The added permissions belong to a feature that the person began to use that day.",
    .settings = kSettings,
    .needs = GrantFeed::Needs(),
    .make = [](const Params& params) -> std::unique_ptr<Analytic> {
      return std::make_unique<ScopeCreep>(params);
    },
};

}  // namespace tokentrail::analytic
