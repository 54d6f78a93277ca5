// GRT-09: a Google user authorised an app with restricted scopes. DETECTIONS 2.3, 3.3.

#include <fmt/format.h>

#include <algorithm>

#include "analytic/actor.h"
#include "analytic/analytics.h"
#include "analytic/claim.h"
#include "analytic/google.h"
#include "base/text.h"
#include "base/window_map.h"

namespace tokentrail::analytic {
namespace {

constexpr std::string_view kAttack[] = {"T1528"};
constexpr std::string_view kSources[] = {"google_workspace"};
constexpr Setting kSettings[] = {
    {"allow", "", "client ids of apps that people may authorise (mail clients); never names"},
};

class GoogleAuthorize final : public Analytic {
 public:
  explicit GoogleAuthorize(const Params& params)
      : allow_(params.List("allow")), known_(Days(90), 200'000) {}

  void Observe(const Event& event, const State& state, Findings& out) override {
    const bool authorizes = event.kind() == Kind::kAppAuthorized;
    if (!authorizes && event.kind() != Kind::kApiCall) return;
    if (!IsGoogle(event)) return;
    const AppRef app = AppOf(event, state);
    if (app.key().empty() || app.first_party || allow_.contains(app.key())) return;

    const std::string_view tenant = event.Text(Field::kTenant);
    const Id id = Id::Of(Id::Of(tenant), Id::Of(app.key()));
    const auto [since, seen] = known_.FirstSeen(id, event.time());
    known_.Touch(id, event.time());
    if (!authorizes || !event.succeeded()) return;

    Texts scopes;
    AddParts(event.Text(Field::kScopes), scopes);
    const Strength strength =
        Weigh(inventory::Platform::kGoogle, inventory::Holder::kDelegated, scopes);
    if (strength.severity < kRestricted) return;

    const bool open = claims_.Find(tenant, app.key()) != nullptr;
    // An app that was in use for a week before is not news because one more person joins.
    if (!open && seen && event.time() - since >= Days(kWarmDays)) return;
    Claim& claim = claims_.At(tenant, app.key());
    if (!open) {
      claim.days_seen = state.DaysSeen(event);
      claim.used_before = seen ? event.time() - since : Span{};
    }
    claim.app.Merge(app);
    claim.scopes.insert(scopes.begin(), scopes.end());
    if (claim.users.size() < kMaxUsers) claim.users.emplace(event.Text(Field::kUser));
    if (const std::string_view ip = event.Text(Field::kIp);
        !ip.empty() && claim.addresses.size() < Finding::kMaxEvidence) {
      claim.addresses.emplace(ip);
    }
    claim.cited.Add(event, {Field::kScopes, Field::kApp, Field::kAppName, Field::kUser});
    if (claims_.full()) Speak(out);
  }

  void Finish(const State&, Findings& out) override { Speak(out); }

 private:
  struct Claim {
    AppRef app;
    Texts scopes;
    Texts users;
    Texts addresses;
    int days_seen = 0;
    Span used_before;
    Cited cited;

    void Merge(const Claim& other) {
      app.Merge(other.app);
      scopes.insert(other.scopes.begin(), other.scopes.end());
      users.insert(other.users.begin(), other.users.end());
      addresses.insert(other.addresses.begin(), other.addresses.end());
      cited.Merge(other.cited);
    }
  };

  // Google's restricted scopes are those of severity 70 and more in DETECTIONS 3.3.
  static constexpr int kRestricted = 70;
  static constexpr size_t kMaxUsers = 200;

  void Speak(Findings& out) {
    claims_.SpeakAll([&](std::string_view tenant, std::string_view key, const Claim& claim) {
      out.Add(Tell(tenant, key, claim));
    });
  }

  static Finding Tell(std::string_view tenant, std::string_view key, const Claim& claim) {
    Finding out = Begin(kGrt09, tenant, claim.cited);
    out.key = key;
    out.confidence = Confidence::kHigh;
    AddApp(out, claim.app);
    for (const std::string& user : claim.users) AddUser(out, user, {});
    for (const std::string& ip : claim.addresses) out.AddEntity("address", ip);

    Texts restricted, worst;
    for (const std::string& scope : claim.scopes) {
      const inventory::Permission* known =
          inventory::Find(inventory::Platform::kGoogle, inventory::Holder::kDelegated, scope);
      if (known == nullptr || known->severity < kRestricted) continue;
      restricted.insert(scope);
      if (IsFullData(scope)) worst.insert(scope);
    }
    out.reasons.push_back(fmt::format("{} {} authorised {} to use {}",
                                      claim.users.size() == 1 ? "account" : "accounts",
                                      Few(claim.users, 3), claim.app.Words(), Few(restricted)));
    if (!worst.empty()) {
      out.level = Level::kHigh;
      out.reasons.push_back(
          fmt::format("{} gives all mail, all files or the directory", Few(worst)));
    }
    if (claim.used_before.micros > 0) {
      out.reasons.push_back(fmt::format("the app was first seen in this tenant {} before",
                                        FormatSpan(claim.used_before)));
    } else if (const std::string novelty = Novelty(claim.days_seen); !novelty.empty()) {
      out.reasons.push_back(novelty);
    } else {
      out.reasons.push_back(
          fmt::format("the app is new to this tenant ({} days of logs before)", claim.days_seen));
    }
    out.reasons.push_back(fmt::format("{} of this tenant authorised it in the evidence",
                                      Counted(claim.users.size(), "user")));
    return out;
  }

  std::set<std::string, std::less<>> allow_;
  WindowMap<Id, bool> known_;
  Claims<Claim> claims_;
};

}  // namespace

extern constinit const AnalyticDef kGrt09 = {
    .id = "GRT-09",
    .title = "User authorised a Google app with restricted scopes",
    .summary =
        "An app that is not Google's own, new to the tenant, was given scopes that Google calls "
        "restricted (mail, files). High for all mail, all files or the directory.",
    .level = Level::kMedium,
    .attack = kAttack,
    .sources = kSources,
    .false_positives = "Mail clients and backup tools: allow them by client id.",
    .disproof = "The people know the app and meant to connect it, and its publisher is verified.",
    .settings = kSettings,
    .needs = {Field::kTenant, Field::kUser, Field::kApp, Field::kAppName, Field::kAppObject,
              Field::kAppOwner, Field::kScopes, Field::kIp, Field::kOperation, Field::kCategory},
    .make = [](const Params& params) -> std::unique_ptr<Analytic> {
      return std::make_unique<GoogleAuthorize>(params);
    },
};

}  // namespace tokentrail::analytic
