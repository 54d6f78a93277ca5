// GRT-04: an app got permissions of its own, without any user. DETECTIONS 2.3.

#include <fmt/format.h>

#include <map>

#include "analytic/analytics.h"
#include "analytic/role_grant.h"

namespace tokentrail::analytic {
namespace {

constexpr std::string_view kAttack[] = {"T1098.003"};
constexpr std::string_view kSources[] = {"entra_audit", "m365_audit"};
constexpr Setting kSettings[] = {
    {"allow", "", "client ids of apps that may hold application permissions; never names"},
};

class AppPermission final : public Analytic {
 public:
  explicit AppPermission(const Params& params) : allow_(params.List("allow")) {}

  void Observe(const Event& event, const State& state, Findings& out) override {
    const std::optional<RoleGrant> grant = ReadRoleGrant(event, state);
    if (!grant || allow_.contains(grant->app.key())) return;
    // Microsoft's services give each other permissions all the time; what matters is what else
    // they are given, or who else gives.
    if (grant->app.first_party && grant->actor.is_app() && grant->actor.app.first_party) return;
    Claim& claim = claims_.At(event.Text(Field::kTenant),
                              fmt::format("{}|{}", grant->app.key(), FormatDate(event.time())));
    claim.app.Merge(grant->app);
    if (claim.cited.count == 0) {
      claim.actor = grant->actor;
    } else if (claim.actor.is_app() && grant->actor.is_app()) {
      claim.actor.app.Merge(grant->actor.app);  // the other log may have its client id
    }
    if (const std::string_view ip = event.Text(Field::kIp);
        !ip.empty() && claim.addresses.size() < Finding::kMaxEvidence) {
      claim.addresses.emplace(ip);
    }
    claim.roles[grant->role] = *grant;
    claim.cited.Add(event, RoleGrantDeciding());
    if (claims_.full()) Speak(out);
  }

  void Finish(const State&, Findings& out) override { Speak(out); }

 private:
  struct Claim {
    AppRef app;
    Actor actor;
    std::map<std::string, RoleGrant> roles;
    Texts addresses;
    Cited cited;

    void Merge(const Claim& other) {
      app.Merge(other.app);
      roles.insert(other.roles.begin(), other.roles.end());
      addresses.insert(other.addresses.begin(), other.addresses.end());
      cited.Merge(other.cited);
    }
  };

  void Speak(Findings& out) {
    claims_.SpeakAll([&](std::string_view tenant, std::string_view key, const Claim& claim) {
      out.Add(Tell(tenant, key, claim));
    });
  }

  static Finding Tell(std::string_view tenant, std::string_view key, const Claim& claim) {
    Finding out = Begin(kGrt04, tenant, claim.cited);
    out.key = key;
    out.level = Level::kLow;
    out.confidence = Confidence::kHigh;
    AddApp(out, claim.app);
    if (claim.actor.is_app()) {
      AddApp(out, claim.actor.app);
    } else {
      AddUser(out, claim.actor.user, claim.actor.user_id);
    }
    for (const std::string& address : claim.addresses) out.AddEntity("address", address);
    Texts names, zero, one, unassessed;
    for (const auto& [name, role] : claim.roles) {
      names.insert(name);
      out.AddEntity("role", role.role_id.empty() ? name : role.role_id, name);
      if (role.tier == Tier::kZero) zero.insert(name);
      if (role.tier == Tier::kOne) one.insert(name);
      if (role.tier == Tier::kUnassessed) unassessed.insert(name);
    }
    const RoleGrant& any = claim.roles.begin()->second;
    out.reasons.push_back(fmt::format("{} gives {} the application permission{} {}{}",
                                      claim.actor.Words(), claim.app.Words(),
                                      names.size() == 1 ? "" : "s", Few(names),
                                      any.resource.empty() ? "" : " on " + any.resource));
    if (!zero.empty()) {
      out.level = Level::kCritical;
      out.reasons.push_back(fmt::format(
          "{} can take over the tenant or reads every mailbox, and needs no user to be signed in",
          Few(zero)));
    }
    if (!one.empty()) {
      out.level = std::max(out.level, Level::kHigh);
      out.reasons.push_back(
          fmt::format("{} reaches data or accounts of everyone in the tenant", Few(one)));
    }
    if (!unassessed.empty()) {
      out.reasons.push_back("not assessed, so not known to be harmless: " + Few(unassessed));
    }
    if (claim.app.first_party) {
      out.reasons.push_back(
          "the app is Microsoft's own by its id, but a person or another app "
          "gave the permission");
    }
    return out;
  }

  std::set<std::string, std::less<>> allow_;
  Claims<Claim> claims_;
};

}  // namespace

extern constinit const AnalyticDef kGrt04 = {
    .id = "GRT-04",
    .title = "Application permission given to an app",
    .summary =
        "An app role was assigned to a service principal: the app may use it by itself at any "
        "time, "
        "for the whole tenant. Critical for those that lead to the whole tenant or every mailbox, "
        "high for those that reach everyone's data.",
    .level = Level::kMedium,
    .attack = kAttack,
    .sources = kSources,
    .false_positives = "Backup, archive and identity products need such permissions when set up.",
    .disproof = "A change ticket for the product, by this administrator, on this day.",
    .settings = kSettings,
    .needs = RoleGrantNeeds(),
    .make = [](const Params& params) -> std::unique_ptr<Analytic> {
      return std::make_unique<AppPermission>(params);
    },
};

}  // namespace tokentrail::analytic
