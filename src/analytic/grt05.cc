// GRT-05: an app authorised an app. DETECTIONS 2.3.

#include <fmt/format.h>

#include "analytic/analytics.h"
#include "analytic/grant_feed.h"
#include "analytic/role_grant.h"

namespace tokentrail::analytic {
namespace {

constexpr std::string_view kAttack[] = {"T1098.003", "T1548"};
constexpr std::string_view kSources[] = {"entra_audit", "m365_audit"};
constexpr Setting kSettings[] = {
    {"allow", "", "client ids of apps that may authorise other apps (deployment tools)"},
};
constexpr FieldSet kNeeds = [] {
  FieldSet out = GrantFeed::Needs();
  out.Add(RoleGrantNeeds());
  return out;
}();

class GrantByApp final : public Analytic {
 public:
  explicit GrantByApp(const Params& params) : allow_(params.List("allow")) {}

  void Observe(const Event& event, const State& state, Findings& out) override {
    feed_.Observe(event, state, [&](const GrantAct& act) { TakeConsent(act, out); });
    const std::optional<RoleGrant> role = ReadRoleGrant(event, state);
    if (!role || !IsForeign(role->actor)) return;
    Claim& claim = At(event.Text(Field::kTenant), role->actor, role->app, event.time());
    claim.roles.insert(role->role);
    claim.severity = std::max(claim.severity, role->severity);
    claim.tier_zero = claim.tier_zero || role->tier == Tier::kZero;
    claim.cited.Add(event, RoleGrantDeciding());
    if (claims_.full()) Speak(out);
  }

  void Finish(const State& state, Findings& out) override {
    feed_.Finish(state, [&](const GrantAct& act) { TakeConsent(act, out); });
    Speak(out);
  }

 private:
  struct Claim {
    Actor actor;
    AppRef app;
    Texts roles;   // application permissions
    Texts scopes;  // delegated, for all users
    int severity = -1;
    bool tier_zero = false;
    Cited cited;

    void Merge(const Claim& other) {
      actor.app.Merge(other.actor.app);
      app.Merge(other.app);
      roles.insert(other.roles.begin(), other.roles.end());
      scopes.insert(other.scopes.begin(), other.scopes.end());
      severity = std::max(severity, other.severity);
      tier_zero = tier_zero || other.tier_zero;
      cited.Merge(other.cited);
    }
  };

  // Only ids exclude: anyone may call an app "Microsoft ...".
  bool IsForeign(const Actor& actor) const {
    return actor.is_app() && !actor.app.first_party && !allow_.contains(actor.app.key());
  }

  Claim& At(std::string_view tenant, const Actor& actor, const AppRef& app, Time time) {
    // Without the actor: one of the two logs has its client id, the other only its object id.
    Claim& claim = claims_.At(tenant, fmt::format("{}|{}", app.key(), FormatDate(time)));
    claim.actor.app.Merge(actor.app);
    claim.app.Merge(app);
    return claim;
  }

  void TakeConsent(const GrantAct& act, Findings& out) {
    if (!act.all || !IsForeign(act.actor)) return;
    const Strength strength =
        Weigh(inventory::Platform::kMicrosoft, inventory::Holder::kDelegated, act.telling());
    Claim& claim = At(act.tenant, act.actor, act.app, act.time);
    claim.scopes.insert(act.telling().begin(), act.telling().end());
    claim.severity = std::max(claim.severity, strength.severity);
    // From 80 GRT-02 itself is critical: a delegated permission of that kind is a tenant's keys.
    claim.tier_zero = claim.tier_zero || strength.severity >= 80;
    claim.cited.Merge(act.cited);
    if (claims_.full()) Speak(out);
  }

  void Speak(Findings& out) {
    claims_.SpeakAll([&](std::string_view tenant, std::string_view key, const Claim& claim) {
      out.Add(Tell(tenant, key, claim));
    });
  }

  static Finding Tell(std::string_view tenant, std::string_view key, const Claim& claim) {
    Finding out = Begin(kGrt05, tenant, claim.cited);
    out.key = key;
    out.confidence = claim.actor.app.id.empty() ? Confidence::kMedium : Confidence::kHigh;
    AddApp(out, claim.actor.app);
    AddApp(out, claim.app);
    const bool itself =
        claim.actor.app.key() == claim.app.key() ||
        (!claim.actor.app.object.empty() && claim.actor.app.object == claim.app.object);
    if (!claim.roles.empty()) {
      out.reasons.push_back(fmt::format("{} gives {} the application permission{} {}",
                                        claim.actor.Words(), claim.app.Words(),
                                        claim.roles.size() == 1 ? "" : "s", Few(claim.roles)));
    }
    if (!claim.scopes.empty() || claim.roles.empty()) {
      out.reasons.push_back(fmt::format(
          "{} lets {} act for all users with {}", claim.actor.Words(), claim.app.Words(),
          claim.scopes.empty() ? "permissions that the record does not name" : Few(claim.scopes)));
    }
    out.reasons.push_back("an app did it by itself: no person confirmed anything");
    if (claim.tier_zero) {
      out.level = Level::kCritical;
      out.reasons.push_back("what was given can take over the tenant or reads every mailbox");
    } else if (claim.severity >= 50) {
      out.level = Level::kHigh;
      out.reasons.push_back(
          fmt::format("strongest permission: severity {} of 100", claim.severity));
    } else {
      out.level = Level::kMedium;
    }
    if (itself) out.reasons.push_back("the app gave it to itself");
    if (claim.actor.app.id.empty()) {
      out.reasons.push_back(
          "the acting app is known by no client id, so Microsoft's own provisioning cannot be "
          "ruled "
          "out by id");
      if (!claim.tier_zero && claim.severity < 50) out.level = Level::kLow;
      if (CallsItselfMicrosoft(claim.actor.app) && out.level > Level::kLow) {
        out.level = static_cast<Level>(static_cast<uint8_t>(out.level) - 1);
        out.reasons.push_back(
            "one level lower: it has the name of a Microsoft service, which anyone can choose");
      }
    }
    return out;
  }

  std::set<std::string, std::less<>> allow_;
  GrantFeed feed_;
  Claims<Claim> claims_;
};

}  // namespace

extern constinit const AnalyticDef kGrt05 = {
    .id = "GRT-05",
    .title = "An app authorised an app",
    .summary =
        "A service principal, not a person, consented for the whole tenant or gave an application "
        "permission. An app that may do so can give itself anything; thieves of such an app's "
        "secret "
        "do just that.",
    .level = Level::kHigh,
    .attack = kAttack,
    .sources = kSources,
    .false_positives =
        "Deployment pipelines that manage apps. Microsoft's own provisioning is left out, by id.",
    .disproof = "The acting app is a deployment tool, and its run of that time has this change.",
    .settings = kSettings,
    .needs = kNeeds,
    .make = [](const Params& params) -> std::unique_ptr<Analytic> {
      return std::make_unique<GrantByApp>(params);
    },
};

}  // namespace tokentrail::analytic
