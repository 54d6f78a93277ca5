// GRT-10: Google domain-wide delegation. DETECTIONS 2.3.

#include <fmt/format.h>

#include <algorithm>

#include "analytic/actor.h"
#include "analytic/analytics.h"
#include "analytic/claim.h"
#include "analytic/google.h"
#include "base/text.h"

namespace tokentrail::analytic {
namespace {

constexpr std::string_view kAttack[] = {"T1098.003", "T1550.001"};
constexpr std::string_view kSources[] = {"google_workspace"};
constexpr Setting kSettings[] = {
    {"allow", "", "client ids (digits) of service accounts that may act for the domain"},
};

class Delegation final : public Analytic {
 public:
  explicit Delegation(const Params& params) : allow_(params.List("allow")) {}

  void Observe(const Event& event, const State& state, Findings& out) override {
    if (event.kind() != Kind::kDelegation || !event.succeeded()) return;
    // Taking it away is the cure.
    if (ContainsIgnoreCase(event.Text(Field::kOperation), "REMOVE") ||
        ContainsIgnoreCase(event.Text(Field::kOperation), "DELETE")) {
      return;
    }
    const AppRef app = AppOf(event, state);
    if (allow_.contains(app.key())) return;
    Claim& claim = claims_.At(event.Text(Field::kTenant),
                              fmt::format("{}|{}", app.key(), FormatDate(event.time())));
    claim.app.Merge(app);
    AddParts(event.Text(Field::kScopes), claim.scopes);
    claim.admins.emplace(Lower(event.Text(Field::kUser)));
    if (const std::string_view ip = event.Text(Field::kIp); !ip.empty()) claim.ips.emplace(ip);
    claim.cited.Add(event, {Field::kApp, Field::kScopes, Field::kUser});
    if (claims_.full()) Speak(out);
  }

  void Finish(const State&, Findings& out) override { Speak(out); }

 private:
  struct Claim {
    AppRef app;
    Texts scopes;
    Texts admins;
    Texts ips;
    Cited cited;

    void Merge(const Claim& other) {
      app.Merge(other.app);
      scopes.insert(other.scopes.begin(), other.scopes.end());
      admins.insert(other.admins.begin(), other.admins.end());
      ips.insert(other.ips.begin(), other.ips.end());
      cited.Merge(other.cited);
    }
  };

  void Speak(Findings& out) {
    claims_.SpeakAll([&](std::string_view tenant, std::string_view key, const Claim& claim) {
      out.Add(Tell(tenant, key, claim));
    });
  }

  static Finding Tell(std::string_view tenant, std::string_view key, const Claim& claim) {
    Finding out = Begin(kGrt10, tenant, claim.cited);
    out.key = key;
    out.level = Level::kHigh;
    out.confidence = Confidence::kHigh;
    AddApp(out, claim.app);
    for (const std::string& admin : claim.admins) AddUser(out, admin, {});
    for (const std::string& ip : claim.ips) out.AddEntity("address", ip);

    Texts data;
    for (const std::string& scope : claim.scopes) {
      const inventory::Permission* known =
          inventory::Find(inventory::Platform::kGoogle, inventory::Holder::kApplication, scope);
      if (known == nullptr) {
        known = inventory::Find(inventory::Platform::kGoogle, inventory::Holder::kDelegated, scope);
      }
      // Over a whole domain a restricted scope counts 90 to 100 (DETECTIONS 3.3).
      if (IsDomainData(scope) || (known != nullptr && known->severity >= 70)) data.insert(scope);
    }
    const bool collector =
        !claim.scopes.empty() &&
        std::all_of(claim.scopes.begin(), claim.scopes.end(),
                    [](const std::string& scope) { return IsReportsOnly(scope); });
    out.reasons.push_back(fmt::format(
        "{}{} lets {} act as any user of the domain, without their password or consent, with {}",
        claim.admins.empty()       ? ""
        : claim.admins.size() == 1 ? "account "
                                   : "each of accounts ",
        Few(claim.admins, 3), claim.app.Words(),
        claim.scopes.empty() ? "scopes that the record does not name" : Few(claim.scopes)));
    if (IsDigits(claim.app.key())) {
      out.reasons.push_back("the client is a service account: whoever holds its key is everybody");
    }
    if (!data.empty()) {
      out.level = Level::kCritical;
      out.reasons.push_back(
          fmt::format("{} opens mail, files or the directory of the whole domain", Few(data)));
    } else if (collector) {
      out.level = Level::kLow;
      out.reasons.push_back("it only reads audit and usage reports, as a log collector does");
    }
    return out;
  }

  std::set<std::string, std::less<>> allow_;
  Claims<Claim> claims_;
};

}  // namespace

extern constinit const AnalyticDef kGrt10 = {
    .id = "GRT-10",
    .title = "Google domain-wide delegation granted",
    .summary =
        "A client was allowed to act as any user of the domain. Critical for mail, files or the "
        "directory; low when it only reads audit reports.",
    .level = Level::kHigh,
    .attack = kAttack,
    .sources = kSources,
    .false_positives = "Migrations, backup products and log collectors.",
    .disproof = "A change ticket for this client id, by this administrator, on this day.",
    .settings = kSettings,
    .needs = {Field::kTenant, Field::kUser, Field::kApp, Field::kAppName, Field::kAppObject,
              Field::kAppOwner, Field::kScopes, Field::kIp, Field::kOperation},
    .make = [](const Params& params) -> std::unique_ptr<Analytic> {
      return std::make_unique<Delegation>(params);
    },
};

}  // namespace tokentrail::analytic
