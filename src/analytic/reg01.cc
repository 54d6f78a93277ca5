// REG-01: an app appears under a name made to be taken for another's. DETECTIONS 2.1, 3.6.

#include <fmt/format.h>

#include <algorithm>

#include "analytic/actor.h"
#include "analytic/analytics.h"
#include "analytic/claim.h"
#include "base/text.h"
#include "inventory/masquerade.h"
#include "model/app.h"

namespace tokentrail::analytic {
namespace {

constexpr std::string_view kAttack[] = {"T1036.005", "T1528"};
constexpr std::string_view kSources[] = {"entra_audit",      "m365_audit",      "entra_signin",
                                         "google_workspace", "okta_system",     "slack_audit",
                                         "github_audit",     "salesforce_setup"};
constexpr Setting kSettings[] = {
    {"allow", "", "client ids of apps whose names are known to be honest; never names"},
};

/// Says that the app came into being here, or was let in, in contrast to being used.
bool LetsIn(const Event& event) {
  switch (event.kind()) {
    case Kind::kAppChange:
    case Kind::kConsent:
    case Kind::kDelegatedGrant:
    case Kind::kAppRoleGrant:
    case Kind::kAppAuthorized:
    case Kind::kDelegation:
    case Kind::kCredentialChange:
      return true;
    default:
      return false;
  }
}

/// The tenant's own registration: `Add application` is written where the app is at home.
bool RegistersHere(const Event& event) {
  return event.kind() == Kind::kAppChange &&
         EqualsIgnoreCase(event.Text(Field::kOperation), "Add application");
}

/// How much a sign is worth by itself; nothing for those that only count in a sum.
std::optional<Level> LevelOf(std::string_view code) {
  if (code == "name.confusable" || code == "name.mixed_script") return Level::kHigh;
  if (inventory::IsDisguise(code) || code == "name.brand_security_word" ||
      code == "name.brand_word" || code == "name.cross_vendor") {
    return Level::kMedium;
  }
  if (code == "name.punctuation") return Level::kLow;
  return std::nullopt;
}

class ConfusableName final : public Analytic {
 public:
  explicit ConfusableName(const Params& params) : allow_(params.List("allow")) {}

  void Observe(const Event& event, const State& state, Findings& out) override {
    if (event.kind() == Kind::kSnapshot) return;  // `tokentrail apps` judges what is
    const std::string_view name = event.Text(Field::kAppName);
    if (name.empty()) return;
    const std::string_view tenant = event.Text(Field::kTenant);
    std::string_view app = event.Text(Field::kApp);
    if (app.empty()) app = event.Text(Field::kAppObject);
    const Id id = Id::Of(Id::Of(tenant), Id::Of(Id::Of(app), Id::Of(name)));
    const bool lets_in = LetsIn(event);
    if (const auto it = seen_.find(id); it != seen_.end()) {
      // What an honest name is used for says nothing; an odd one's letting in is evidence.
      if (!it->second || !lets_in) return;
    } else {
      if (seen_.size() >= kMaxSeen) seen_.clear();  // asked again: costs time, no finding
      const bool odd = IsOdd(event, state, name);
      seen_.emplace(id, odd);
      if (!odd) return;
    }
    Take(event, state, lets_in);
    if (claims_.full()) Speak(state, out);
  }

  void Finish(const State& state, Findings& out) override { Speak(state, out); }

 private:
  struct Claim {
    AppRef app;
    std::set<std::string> names;
    std::string platform;
    std::string owner;
    std::string publisher;
    bool let_in = false;
    bool made_here = false;
    Texts users;
    int days_seen = 0;
    Cited cited;

    void Merge(const Claim& other) {
      app.Merge(other.app);
      names.insert(other.names.begin(), other.names.end());
      if (platform.empty()) platform = other.platform;
      if (owner.empty()) owner = other.owner;
      if (publisher.empty()) publisher = other.publisher;
      let_in |= other.let_in;
      made_here |= other.made_here;
      users.insert(other.users.begin(), other.users.end());
      cited.Merge(other.cited);
    }
  };

  static constexpr size_t kMaxSeen = 500'000;
  static constexpr size_t kMaxUsers = 50;
  static constexpr size_t kMaxNames = 8;

  /// With nothing known of the publisher: what is known only takes signs away.
  bool IsOdd(const Event& event, const State& state, std::string_view name) const {
    const AppRef app = AppOf(event, state);
    if (app.first_party || allow_.contains(app.key())) return false;
    App facts;
    facts.platform = PlatformName(event, state);
    facts.tenant = event.Text(Field::kTenant);
    facts.id = app.key();
    facts.name = name;
    std::vector<AppSign> signs;
    inventory::ExamineName(facts, book_, signs);
    return std::any_of(signs.begin(), signs.end(), [](const AppSign& one) {
      return LevelOf(one.code).has_value() || one.code == "name.brand_unproven";
    });
  }

  static std::string PlatformName(const Event& event, const State& state) {
    const auto platform = state.PlatformOf(event);
    return platform ? std::string(inventory::Name(*platform)) : std::string();
  }

  void Take(const Event& event, const State& state, bool lets_in) {
    const AppRef app = AppOf(event, state);
    Claim& claim = claims_.At(event.Text(Field::kTenant), app.key());
    if (claim.cited.count == 0) claim.days_seen = state.DaysSeen(event);
    claim.app.Merge(app);
    if (claim.names.size() < kMaxNames) claim.names.emplace(event.Text(Field::kAppName));
    if (claim.platform.empty()) claim.platform = PlatformName(event, state);
    if (claim.owner.empty()) claim.owner = Lower(event.Text(Field::kAppOwner));
    if (claim.publisher.empty()) claim.publisher = event.Text(Field::kPublisher);
    claim.let_in |= lets_in;
    claim.made_here |= RegistersHere(event);
    if (const std::string_view user = event.Text(Field::kUser);
        !user.empty() && claim.users.size() < kMaxUsers) {
      claim.users.emplace(user);
    }
    claim.cited.Add(event, {Field::kAppName, Field::kApp, Field::kAppOwner, Field::kPublisher});
  }

  void Speak(const State& state, Findings& out) {
    claims_.SpeakAll([&](std::string_view tenant, std::string_view key, const Claim& claim) {
      Claim whole = claim;
      if (whole.app.id.empty()) whole.app.id = state.AppOfObject(tenant, whole.app.object);
      if (const AppState* known = state.App(tenant, whole.app.key())) {
        if (whole.owner.empty()) whole.owner = known->owner_tenant;
        whole.app.first_party |= known->first_party;
      }
      if (whole.app.first_party || inventory::IsMicrosoftTenant(whole.owner) ||
          inventory::MicrosoftApp(whole.app.id) != nullptr || allow_.contains(whole.app.key())) {
        return;
      }
      Tell(tenant, key, whole, out);
    });
  }

  void Tell(std::string_view tenant, std::string_view key, const Claim& claim,
            Findings& out) const {
    App facts;
    facts.platform = claim.platform;
    facts.tenant = tenant;
    facts.id = claim.app.key();
    facts.publisher = claim.publisher;
    facts.owner_tenant = claim.made_here && claim.owner.empty() ? std::string(tenant) : claim.owner;
    const bool own = !facts.owner_tenant.empty() && EqualsIgnoreCase(facts.owner_tenant, tenant);

    std::vector<AppSign> told;
    std::optional<Level> level;
    for (const std::string& name : claim.names) {
      facts.name = name;
      std::vector<AppSign> signs;
      inventory::ExamineName(facts, book_, signs);
      for (AppSign& sign : signs) {
        std::optional<Level> one = LevelOf(sign.code);
        if (!one) continue;
        const bool brand = sign.code.starts_with("name.brand") || sign.code == "name.cross_vendor";
        if (brand) {
          const bool unproven = facts.owner_tenant.empty() && facts.publisher.empty();
          // Not all of Microsoft's own apps are in the tables, and a use does not tell the owner.
          if (unproven && claim.platform == "entra" && !claim.let_in) continue;
          // Pilots and bots that people make for themselves are called after what they serve.
          // No vendor's own product says another vendor's name, whoever publishes it.
          const bool may_be_own = unproven && claim.platform == "entra";
          if (own || (may_be_own && sign.code != "name.cross_vendor")) one = Level::kLow;
        }
        level = std::max(level.value_or(Level::kInformational), *one);
        told.push_back(std::move(sign));
      }
    }
    if (!level) return;
    Finding finding = Begin(kReg01, tenant, claim.cited);
    finding.key = key;
    finding.level = *level;
    finding.confidence = *level == Level::kHigh ? Confidence::kHigh : Confidence::kMedium;
    AddApp(finding, claim.app);
    for (const std::string& user : claim.users) AddUser(finding, user, {});
    std::stable_sort(told.begin(), told.end(), [](const AppSign& a, const AppSign& b) {
      return *LevelOf(a.code) > *LevelOf(b.code);
    });
    for (const AppSign& sign : told) {
      if (std::find(finding.reasons.begin(), finding.reasons.end(), sign.words) ==
          finding.reasons.end()) {
        finding.reasons.push_back(sign.words);
      }
    }
    finding.reasons.push_back(
        own ? "it is registered in this tenant itself"
        : !facts.owner_tenant.empty()
            ? fmt::format("it belongs to another tenant ({})", facts.owner_tenant)
            : "the records do not say whose app it is");
    if (!claim.let_in) {
      finding.reasons.push_back(
          "its registration or consent is not in the evidence: this is its first appearance");
    }
    if (const std::string novelty = Novelty(claim.days_seen); !novelty.empty()) {
      finding.reasons.push_back(novelty);
    }
    out.Add(std::move(finding));
  }

  std::set<std::string, std::less<>> allow_;
  const inventory::NameBook book_;
  /// (tenant, app, name) -> worth a claim. Logs name few apps, many times.
  tsl::robin_map<Id, bool> seen_;
  Claims<Claim> claims_;
};

}  // namespace

extern constinit const AnalyticDef kReg01 = {
    .id = "REG-01",
    .title = "App's name is made to be taken for another's",
    .summary =
        "An app that is not the brand's own was registered, consented to or first seen under a "
        "name that reads like a brand's: written with other scripts' letters or invisible "
        "characters, one letter off, or the brand beside words such as security. High when the "
        "name is disguised, medium when it only says the brand.",
    .level = Level::kMedium,
    .attack = kAttack,
    .sources = kSources,
    .false_positives =
        "Internal pilots named after what they serve, resellers, integrations: allow them by "
        "client id.",
    .disproof =
        "The brand's owner publishes the app, or the name is the publisher's own and written the "
        "same elsewhere.",
    .settings = kSettings,
    .needs = {Field::kTenant, Field::kUser, Field::kApp, Field::kAppName, Field::kAppObject,
              Field::kAppOwner, Field::kPublisher, Field::kOperation},
    .make = [](const Params& params) -> std::unique_ptr<Analytic> {
      return std::make_unique<ConfusableName>(params);
    },
};

}  // namespace tokentrail::analytic
