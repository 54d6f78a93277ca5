// GRT-02: an app may act for every user of the tenant. DETECTIONS 2.3.

#include <fmt/format.h>

#include "analytic/analytics.h"
#include "analytic/grant_feed.h"

namespace tokentrail::analytic {
namespace {

constexpr std::string_view kAttack[] = {"T1528", "T1098.003"};
constexpr std::string_view kSources[] = {"entra_audit", "m365_audit"};
constexpr Setting kSettings[] = {
    {"allow", "", "client ids of apps that may be authorised for everybody; never names"},
};

class TenantWideConsent final : public Analytic {
 public:
  explicit TenantWideConsent(const Params& params) : allow_(params.List("allow")) {}

  void Observe(const Event& event, const State& state, Findings& out) override {
    feed_.Observe(event, state, [&](const GrantAct& act) { Take(act, state, out); });
  }
  void Finish(const State& state, Findings& out) override {
    feed_.Finish(state, [&](const GrantAct& act) { Take(act, state, out); });
    Speak(state, out);
  }

 private:
  void Take(const GrantAct& act, const State& state, Findings& out) {
    // IsAdminConsent says nothing here: it follows the person's rights, and most such consents are
    // for that person alone (DETECTIONS, fact 3).
    if (!act.all || allow_.contains(act.app.key())) return;
    // Microsoft's services authorise each other all the time.
    if (act.app.first_party && act.actor.is_app() && act.actor.app.first_party) return;
    claims_.At(act.tenant, act.Key()).Merge(act);
    if (claims_.full()) Speak(state, out);
  }

  void Speak(const State& state, Findings& out) {
    claims_.SpeakAll([&](std::string_view tenant, std::string_view key, const GrantAct& act) {
      GrantAct whole = act;
      whole.Resolve(state);
      out.Add(Tell(tenant, whole.app.id.empty() ? std::string(key) : whole.Key(), whole));
    });
  }

  static Finding Tell(std::string_view tenant, std::string_view key, const GrantAct& act);

  std::set<std::string, std::less<>> allow_;
  GrantFeed feed_;
  Claims<GrantAct> claims_;
};

Finding TenantWideConsent::Tell(std::string_view tenant, std::string_view key,
                                const GrantAct& act) {
  Finding out = Begin(kGrt02, tenant, act.cited);
  out.key = key;
  out.confidence = act.delta_unknown ? Confidence::kMedium : Confidence::kHigh;
  act.Fill(out);

  const bool same_again = !act.delta_unknown && act.added.empty() && !act.scopes.empty();
  const Texts& telling = same_again ? act.scopes : act.telling();
  const Strength strength =
      Weigh(inventory::Platform::kMicrosoft, inventory::Holder::kDelegated, telling);
  out.level = strength.severity >= 80   ? Level::kCritical
              : strength.severity >= 50 ? Level::kHigh
                                        : Level::kMedium;
  if (telling.empty() && act.has_consent) {
    // An administrator's consent to an app that asks for application permissions only.
    out.reasons.push_back(
        fmt::format("{} consented to {} for the whole tenant; the record names no permission that "
                    "it has for users, so look for application permissions given at that time",
                    act.actor.Words(), act.app.Words()));
  } else {
    out.reasons.push_back(fmt::format(
        "{} lets {} act for all users of the tenant with {}", act.actor.Words(), act.app.Words(),
        telling.empty() ? "permissions that the record does not name" : Few(telling)));
  }
  if (!strength.strongest.empty()) {
    out.reasons.push_back(fmt::format("severity {} of 100; strongest permission: {}",
                                      strength.severity, strength.strongest));
  }
  if (same_again) {
    out.level = Level::kLow;
    out.reasons.push_back("the consent was repeated: nothing was added to what the app had");
  }
  if (out.level > Level::kLow && OnlySignsIn(act) && inventory::RiskyApp(act.app.id) == nullptr) {
    out.level = Level::kLow;
    out.reasons.push_back(
        "low because it only signs people in and reads their own profile or the tenant's activity "
        "feed");
  }
  if (act.app.first_party && out.level > Level::kLow) {
    // Graph Explorer and Graph PowerShell ask an administrator scope by scope, by design.
    out.level =
        act.actor.is_app() ? static_cast<Level>(static_cast<uint8_t>(out.level) - 1) : Level::kLow;
    out.reasons.push_back(
        act.actor.is_app()
            ? "one level lower: the app is Microsoft's own by its id, though its tokens can be "
              "stolen too"
            : "low because the app is Microsoft's own by its id and a person consented: it can do "
              "no more than whoever signs in to it, though its tokens can be stolen too");
  }
  if (!act.old.empty() && !act.added.empty()) {
    out.reasons.push_back(fmt::format("the app already had {}", Few(act.old)));
  }
  if (act.delta_unknown) {
    out.reasons.push_back(
        "the consent record shows the same scopes before and after, and the evidence holds no "
        "grant "
        "records: what was new is not known");
  }
  if (!act.has_consent) {
    out.reasons.push_back("the grant was made directly, without a consent screen record");
  }
  if (const std::string novelty = Novelty(act.days_seen); !novelty.empty()) {
    out.reasons.push_back(novelty);
  }
  if (!strength.unassessed.empty()) {
    out.reasons.push_back("not assessed: " + Few(strength.unassessed));
  }
  if (act.app.id.empty()) out.reasons.push_back("the records do not give the app's client id");
  return out;
}

}  // namespace

extern constinit const AnalyticDef kGrt02 = {
    .id = "GRT-02",
    .title = "App authorised for the whole tenant",
    .summary =
        "A consent or grant for all users (OnBehalfOfAll, AllPrincipals): from then on the app can "
        "act for anyone who signs in to it, and nobody is asked again. High from permission "
        "severity "
        "50, critical from 80; low when it only signs people in or reads the activity feed, and "
        "for Microsoft's own tools.",
    .level = Level::kMedium,
    .attack = kAttack,
    .sources = kSources,
    .false_positives = "Onboarding of a product: compare with the change ticket.",
    .disproof = "A change ticket for this app, by this administrator, on this day.",
    .settings = kSettings,
    .needs = GrantFeed::Needs(),
    .make = [](const Params& params) -> std::unique_ptr<Analytic> {
      return std::make_unique<TenantWideConsent>(params);
    },
};

}  // namespace tokentrail::analytic
