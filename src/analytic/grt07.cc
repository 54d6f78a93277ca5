// GRT-07: few people let an app do much, and have for a while. DETECTIONS 2.3, with the floor and
// ceiling of section 0.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "analytic/analytics.h"
#include "analytic/grant_feed.h"
#include "base/text.h"
#include "inventory/appraise.h"

namespace tokentrail::analytic {
namespace {

constexpr std::string_view kAttack[] = {"T1528"};
constexpr std::string_view kSources[] = {"entra_audit", "m365_audit", "google_workspace",
                                         "okta_system", "slack_audit"};
constexpr Setting kSettings[] = {
    {"allow", "", "client ids of apps that may be used by few people; never names"},
    {"few_users", "3", "so many people count as few, whatever the size of the tenant"},
    {"most_users", "20", "less than 0.5 % of the active people counts as few up to this number"},
    {"after", "14d", "how long an app must have been there: before, it may just be new"},
    {"least_active", "10",
     "in a tenant with fewer active people every app has few users: nothing is said"},
};

constexpr FieldSet kNeeds = [] {
  FieldSet out = GrantFeed::Needs();
  out.Add(FieldSet{Field::kCategory});
  return out;
}();

/// From this severity a permission is strong; DETECTIONS 2.3.
constexpr int kStrong = 50;

class FewUsers final : public Analytic {
 public:
  explicit FewUsers(const Params& params)
      : allow_(params.List("allow")),
        few_(params.Count("few_users", 3)),
        most_(params.Count("most_users", 20)),
        after_(params.Window("after", Days(14))),
        least_active_(params.Count("least_active", 10)) {}

  void Observe(const Event& event, const State& state, Findings&) override {
    if (event.time() < begin_ || begin_.micros == 0) begin_ = event.time();
    feed_.Observe(event, state, [&](const GrantAct& act) { Take(act); });
    if (event.kind() == Kind::kAppAuthorized && event.succeeded()) TakeOther(event, state);
    if (event.kind() == Kind::kAppRevoked && event.succeeded()) Revoke(event, state);
  }

  void Finish(const State& state, Findings& out) override {
    feed_.Finish(state, [&](const GrantAct& act) { Take(act); });
    claims_.SpeakAll([&](std::string_view tenant, std::string_view, Claim& claim) {
      Tell(tenant, claim, state, out);
    });
  }

  uint64_t passed_over() const override { return passed_over_; }

 private:
  struct Claim {
    AppRef app;
    inventory::Platform platform = inventory::Platform::kMicrosoft;
    Texts permissions;
    Texts users;
    bool all = false;  ///< authorised for everybody: prevalence says nothing
    GrantAct act;      ///< of Microsoft's records: later ones may tell whose app it is
    Cited cited;

    void Merge(const Claim& other) {
      app.Merge(other.app);
      permissions.insert(other.permissions.begin(), other.permissions.end());
      users.insert(other.users.begin(), other.users.end());
      all |= other.all;
      cited.Merge(other.cited);
    }
  };
  static constexpr size_t kMaxUsers = 256;

  /// Null when so many apps are open that one more would be too many: then this analytic says
  /// nothing of it rather than something half true.
  Claim* Open(std::string_view tenant, std::string_view key) {
    if (claims_.full() && claims_.Find(tenant, key) == nullptr) {
      ++passed_over_;
      return nullptr;
    }
    return &claims_.At(tenant, key);
  }

  void Take(const GrantAct& act) {
    if (act.app.key().empty() || act.app.first_party) return;
    Claim* claim = Open(act.tenant, act.app.key());
    if (claim == nullptr) return;
    claim->app.Merge(act.app);
    claim->all |= act.all;
    claim->permissions.insert(act.scopes.begin(), act.scopes.end());
    claim->permissions.insert(act.added.begin(), act.added.end());
    if (!act.all && claim->users.size() < kMaxUsers) {
      claim->users.insert(act.principal_name.empty() ? act.principal : act.principal_name);
    }
    if (claim->cited.count == 0) claim->act = act;
    claim->cited.Merge(act.cited);
  }

  void TakeOther(const Event& event, const State& state) {
    const std::optional<inventory::Platform> platform = state.PlatformOf(event);
    if (!platform || *platform == inventory::Platform::kMicrosoft) return;
    const AppRef app = AppOf(event, state);
    if (app.key().empty() || app.first_party) return;
    Claim* claim = Open(event.Text(Field::kTenant), app.key());
    if (claim == nullptr) return;
    claim->app.Merge(app);
    claim->platform = *platform;
    AddParts(event.Text(Field::kScopes), claim->permissions);
    if (const std::string_view user = event.Text(Field::kUser);
        !user.empty() && claim->users.size() < kMaxUsers) {
      claim->users.emplace(user);
    }
    claim->cited.Add(event, {Field::kScopes, Field::kApp, Field::kAppName, Field::kUser});
  }

  void Revoke(const Event& event, const State& state) {
    const std::optional<inventory::Platform> platform = state.PlatformOf(event);
    if (!platform || *platform == inventory::Platform::kMicrosoft) return;
    const AppRef app = AppOf(event, state);
    Claim* claim = claims_.Find(event.Text(Field::kTenant), app.key());
    if (claim == nullptr) return;
    claim->users.erase(std::string(event.Text(Field::kUser)));
  }

  void Tell(std::string_view tenant, Claim& claim, const State& state, Findings& out) const {
    if (claim.platform == inventory::Platform::kMicrosoft) {
      claim.act.Resolve(state);
      claim.app.Merge(claim.act.app);
      claim.app.first_party |= claim.act.app.first_party;
    }
    if (claim.app.first_party || claim.all || claim.users.empty()) return;
    if (allow_.contains(claim.app.key())) return;
    const uint64_t active = state.ActiveUsers(tenant);
    if (active < least_active_) return;
    const Span age = state.as_of() - claim.cited.first;
    if (age < after_) return;
    const Strength strength =
        Weigh(claim.platform, inventory::Holder::kDelegated, claim.permissions);
    if (strength.severity < kStrong) return;

    const AppState* known = state.App(tenant, claim.app.id);
    uint64_t users = claim.users.size();
    if (known != nullptr) {
      if (known->tenant_wide || known->first_party) return;
      users = std::max(users, known->user_count);
    }
    const bool share = users * 200 < active && users <= most_;
    if (users > few_ && !share) return;

    Finding finding = Begin(kGrt07, tenant, claim.cited);
    finding.key = claim.app.key();
    finding.confidence = Confidence::kMedium;
    AddApp(finding, claim.app);
    size_t shown = 0;
    for (const std::string& user : claim.users) {
      if (shown++ < few_ + most_) AddUser(finding, user, {});
    }
    finding.reasons.push_back(fmt::format("{} of {} active here let {} act for them",
                                          Counted(users, "user"), active, claim.app.Words()));
    finding.reasons.push_back(fmt::format("severity {} of 100; strongest permission: {}",
                                          strength.severity, strength.strongest));
    finding.reasons.push_back(
        fmt::format("first authorised {} before the end of the evidence, and still few use it",
                    FormatSpan(age)));
    Raise(tenant, claim, known, state, finding);
    if (strength.offline) {
      finding.reasons.push_back("it gets new tokens without the person");
    }
    if (!strength.unassessed.empty()) {
      finding.reasons.push_back("not assessed: " + Few(strength.unassessed));
    }
    out.Add(std::move(finding));
  }

  /// Low, unless something else speaks against the app.
  void Raise(std::string_view tenant, const Claim& claim, const AppState* known, const State& state,
             Finding& finding) const {
    if (known != nullptr && !known->owner_tenant.empty() && !tenant.empty() &&
        !EqualsIgnoreCase(known->owner_tenant, tenant)) {
      finding.level = Level::kMedium;
      finding.reasons.push_back(
          fmt::format("the app belongs to another tenant ({})", known->owner_tenant));
    }
    if (known != nullptr && known->first_seen.micros != 0 &&
        known->first_seen - begin_ >= Days(kWarmDays) &&
        state.as_of() - known->first_seen <= Days(45)) {
      finding.level = Level::kMedium;
      finding.reasons.push_back(
          fmt::format("the app is new here: first seen on {}", FormatDate(known->first_seen)));
    }
    if (state.appraiser() == nullptr) return;
    for (const AppListing& listing :
         state.appraiser()->Listings(inventory::Name(claim.platform), claim.app.id)) {
      if (listing.verdict != "malicious" && listing.verdict != "risky") continue;
      finding.level = Level::kMedium;
      finding.reasons.push_back(
          fmt::format("listed as {}: {} ({})", listing.verdict, listing.name, listing.source));
    }
  }

  std::set<std::string, std::less<>> allow_;
  uint64_t few_;
  uint64_t most_;
  Span after_;
  uint64_t least_active_;
  GrantFeed feed_;
  uint64_t passed_over_ = 0;
  Claims<Claim> claims_;
  Time begin_;  ///< of the evidence
};

}  // namespace

extern constinit const AnalyticDef kGrt07 = {
    .id = "GRT-07",
    .title = "Few people authorised an app with strong permissions",
    .summary =
        "For more than two weeks at most three people, or less than 0.5 % of those active (never "
        "more than 20), have let an app use permissions of severity 50 or more. Medium when the "
        "app belongs to another tenant, is new here or is on a list.",
    .level = Level::kLow,
    .attack = kAttack,
    .sources = kSources,
    .false_positives =
        "Tools of a small team: allow them by client id. Apps that an administrator authorised for "
        "everybody, the platform's own and tenants with fewer than ten active people are left out.",
    .disproof = "The people need the app for their work, and its publisher is who it says it is.",
    .settings = kSettings,
    .needs = kNeeds,
    .make = [](const Params& params) -> std::unique_ptr<Analytic> {
      return std::make_unique<FewUsers>(params);
    },
};

}  // namespace tokentrail::analytic
