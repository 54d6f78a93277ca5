// LUR-02: consent to an app was stopped. DETECTIONS 2.2, 1.1.2.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "analytic/analytics.h"
#include "analytic/grant_feed.h"
#include "base/text.h"

namespace tokentrail::analytic {
namespace {

constexpr std::string_view kAttack[] = {"T1528"};
constexpr std::string_view kSources[] = {"entra_audit", "entra_signin", "m365_audit"};
constexpr Setting kSettings[] = {
    {"allow", "", "client ids of apps whose blocked consents are known; never names"},
    {"watch", "7d", "how long an administrator's consent to the same app is looked for"},
    {"bypass", "24h", "an administrator's consent within this time makes it high"},
};
constexpr FieldSet kNeeds = [] {
  FieldSet out = GrantFeed::Needs();
  out.Add(FieldSet{Field::kStatus, Field::kStatusDetail, Field::kToken, Field::kSession});
  return out;
}();

enum class Block : uint8_t { kNone, kAdminNeeded, kRisky };

/// Codes of the sign-in log and the words that the Microsoft 365 log has for them.
/// Source: Microsoft, "Microsoft Entra authentication and authorization error codes" (2026).
Block OfSignIn(const Event& event) {
  for (const Field field : {Field::kStatus, Field::kStatusDetail}) {
    const std::string_view text = event.Text(field);
    if (text == "900941" || text == "AdminConsentRequiredDueToRiskyApp") return Block::kRisky;
    if (text == "90094" || text == "90095" || text == "AdminConsentRequired" ||
        text == "AdminConsentRequiredRequestAccess") {
      return Block::kAdminNeeded;
    }
  }
  return Block::kNone;
}

Block OfConsent(const Event& event) {
  if (event.outcome() != Outcome::kFailure) return Block::kNone;
  for (const Field field : {Field::kReason, Field::kStatusDetail}) {
    const std::string_view text = event.Text(field);
    if (ContainsIgnoreCase(text, "risky app"))
      return Block::kRisky;  // "Risky application detected"
    if (ContainsIgnoreCase(text, "ForRiskyApps")) return Block::kRisky;
  }
  return Block::kNone;
}

class ConsentBlocked final : public Analytic {
 public:
  explicit ConsentBlocked(const Params& params)
      : allow_(params.List("allow")),
        watch_(params.Window("watch", Days(7))),
        bypass_(params.Window("bypass", Hours(24))) {}

  void Observe(const Event& event, const State& state, Findings& out) override {
    feed_.Observe(event, state, [&](const GrantAct& act) { TakeConsent(act); });
    Block block = Block::kNone;
    if (event.kind() == Kind::kSignIn) {
      block = OfSignIn(event);
    } else if (event.kind() == Kind::kConsent) {
      block = OfConsent(event);
    }
    if (block != Block::kNone) TakeBlock(event, block, state, out);
  }

  void Finish(const State& state, Findings& out) override {
    feed_.Finish(state, [&](const GrantAct& act) { TakeConsent(act); });
    Speak(out);
  }

 private:
  struct Claim {
    AppRef app;
    std::string user;
    std::string user_id;
    Block block = Block::kNone;
    std::vector<Time> times;  // bounded
    Texts scopes;
    Texts addresses;
    Cited cited;

    void Merge(const Claim& other) {
      app.Merge(other.app);
      if (user.empty()) user = other.user;
      if (user_id.empty()) user_id = other.user_id;
      block = std::max(block, other.block);
      times.insert(times.end(), other.times.begin(), other.times.end());
      std::sort(times.begin(), times.end());
      scopes.insert(other.scopes.begin(), other.scopes.end());
      addresses.insert(other.addresses.begin(), other.addresses.end());
      cited.Merge(other.cited);
    }
  };

  void TakeConsent(const GrantAct& act) {
    // Here the flag is what we want to know: the person who consented has an administrator's
    // rights.
    if (!act.all && !act.admin) return;
    std::vector<GrantAct>& consents = admin_consents_[act.app.key()];
    constexpr size_t kMaxConsents = 64;
    if (consents.size() < kMaxConsents) consents.push_back(act);
  }

  void TakeBlock(const Event& event, Block block, const State& state, Findings& out) {
    const AppRef app = AppOf(event, state);
    // Microsoft's own tools ask for an administrator too, which is no lure.
    if (app.empty() || app.first_party || allow_.contains(app.key())) return;
    const std::string_view tenant = event.Text(Field::kTenant);
    const std::string who =
        people_.Of(tenant, event.Text(Field::kUser), event.Text(Field::kUserId));
    Claim& claim = claims_.At(tenant, fmt::format("{}|{}", app.key(), who));
    claim.app.Merge(app);
    if (claim.user.empty()) claim.user = Lower(event.Text(Field::kUser));
    if (claim.user_id.empty()) claim.user_id = event.Text(Field::kUserId);
    claim.block = std::max(claim.block, block);
    constexpr size_t kMaxTimes = 256;
    if (claim.times.size() < kMaxTimes) claim.times.push_back(event.time());
    AddParts(event.Text(Field::kScopes), claim.scopes);
    if (const std::string_view ip = event.Text(Field::kIp);
        !ip.empty() && event.kind() == Kind::kSignIn) {
      claim.addresses.emplace(ip);  // the consent record's address is Microsoft's
    }
    claim.cited.Add(event, {Field::kStatus, Field::kReason, Field::kStatusDetail, Field::kApp,
                            Field::kUser, Field::kScopes});
    if (claims_.full()) Speak(out);
  }

  /// The first consent by an administrator within the watch of a block, and how long after.
  const GrantAct* Bypass(const Claim& claim, std::string_view tenant, Span& after) const {
    const auto it = admin_consents_.find(claim.app.key());
    if (it == admin_consents_.end()) return nullptr;
    const GrantAct* best = nullptr;
    for (const GrantAct& act : it->second) {
      if (!act.tenant.empty() && !tenant.empty() && act.tenant != tenant) continue;
      for (const Time blocked : claim.times) {
        const Span span = act.time - blocked;
        if (span.micros < 0 || span > watch_) continue;
        if (best == nullptr || span < after) {
          best = &act;
          after = span;
        }
      }
    }
    return best;
  }

  void Speak(Findings& out) {
    claims_.SpeakAll([&](std::string_view tenant, std::string_view key, const Claim& claim) {
      out.Add(Tell(tenant, key, claim));
    });
  }

  Finding Tell(std::string_view tenant, std::string_view key, const Claim& claim) const {
    Cited cited = claim.cited;
    Span after;
    const GrantAct* bypass = Bypass(claim, tenant, after);
    if (bypass != nullptr) cited.Merge(bypass->cited);
    Finding out = Begin(kLur02, tenant, cited);
    out.key = key;
    out.confidence = claim.block == Block::kRisky ? Confidence::kHigh : Confidence::kMedium;
    AddApp(out, claim.app);
    AddUser(out, claim.user, claim.user_id);
    for (const std::string& ip : claim.addresses) out.AddEntity("address", ip);

    const std::string who = !claim.user.empty() ? claim.user : claim.user_id;
    out.reasons.push_back(
        claim.block == Block::kRisky
            ? fmt::format(
                  "Microsoft stopped the consent of user {} to {} because it judges the app "
                  "risky",
                  who, claim.app.Words())
            : fmt::format("the consent of user {} to {} was stopped: it needs an administrator",
                          who, claim.app.Words()));
    if (!claim.scopes.empty()) out.reasons.push_back("it asked for " + Few(claim.scopes));
    // The sign-in and the consent record of one attempt lie seconds apart.
    size_t attempts = 1;
    for (size_t i = 1; i < claim.times.size(); ++i) {
      if (claim.times[i] - claim.times[i - 1] > Minutes(1)) ++attempts;
    }
    if (attempts > 1) out.reasons.push_back(fmt::format("tried {} times", attempts));
    if (bypass != nullptr) {
      bypass->Fill(out);
      out.reasons.push_back(fmt::format("{} consented to the same app {} later, for {}",
                                        bypass->actor.Words(), FormatSpan(after),
                                        bypass->WhomWords()));
      if (after <= bypass_) out.level = Level::kHigh;
    } else {
      out.reasons.push_back(
          fmt::format("no administrator consented to the app within {} in the "
                      "evidence",
                      FormatSpan(watch_)));
    }
    return out;
  }

  std::set<std::string, std::less<>> allow_;
  Span watch_;
  Span bypass_;
  GrantFeed feed_;
  People people_;
  std::map<std::string, std::vector<GrantAct>, std::less<>> admin_consents_;  // by app
  Claims<Claim> claims_;
};

}  // namespace

extern constinit const AnalyticDef kLur02 = {
    .id = "LUR-02",
    .title = "Consent to an app was blocked",
    .summary =
        "A person was about to consent to an app and Microsoft refused, because it judges the app "
        "risky or because an administrator is needed: the lure worked, the block held. High when "
        "an "
        "administrator consents to the same app within a day.",
    .level = Level::kMedium,
    .attack = kAttack,
    .sources = kSources,
    .false_positives =
        "Unverified apps of one's own company or of small vendors; tenants in which every app "
        "needs "
        "an administrator.",
    .disproof = "The person looked for the app themselves, and its publisher is known.",
    .settings = kSettings,
    .needs = kNeeds,
    .make = [](const Params& params) -> std::unique_ptr<Analytic> {
      return std::make_unique<ConsentBlocked>(params);
    },
};

}  // namespace tokentrail::analytic
