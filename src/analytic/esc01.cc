// ESC-01: a directory role given to an app, or by one. DETECTIONS 2.6.

#include <fmt/format.h>

#include <set>
#include <utility>

#include "analytic/actor.h"
#include "analytic/analytics.h"
#include "analytic/claim.h"
#include "base/text.h"

namespace tokentrail::analytic {
namespace {

constexpr std::string_view kAttack[] = {"T1098.003"};
constexpr std::string_view kSources[] = {"entra_audit", "m365_audit"};
constexpr Setting kSettings[] = {
    {"allow", "", "client ids of apps that may give roles, or hold them (governance tools)"},
};

// Template id of Directory Readers. Source: Microsoft Entra built-in roles (2026).
constexpr std::string_view kDirectoryReaders = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b";
constexpr std::string_view kJitProvisioning = "Microsoft Azure AD Internal - Jit Provisioning";

class RoleForApp final : public Analytic {
 public:
  explicit RoleForApp(const Params& params) : allow_(params.List("allow")) {}

  void Observe(const Event& event, const State& state, Findings& out) override {
    if (event.kind() != Kind::kRoleAssignment || !event.succeeded()) return;
    // Directory roles only: other platforms' role records have other words.
    const std::string_view operation = event.Text(Field::kOperation);
    if (!ContainsIgnoreCase(operation, "member to role") &&
        !ContainsIgnoreCase(operation, "role assignment to role definition")) {
      return;
    }
    const Actor actor = ActorOf(event, state);
    // Privileged Identity Management records the person's own request beside the change it makes.
    if (!actor.is_app() && ContainsIgnoreCase(operation, "pim")) {
      constexpr size_t kMaxRequests = 200'000;
      if (requests_.size() < kMaxRequests) {
        requests_.insert({Lower(event.Text(Field::kTarget)), event.time()});
      }
    }
    const bool to_app = EqualsIgnoreCase(event.Text(Field::kTargetType), "ServicePrincipal") ||
                        EqualsIgnoreCase(event.Text(Field::kTargetType), "Application");
    if (!to_app && !actor.is_app()) return;

    const std::string_view role_id = event.Text(Field::kRoleId);
    const std::string_view role_name = event.Text(Field::kRole);
    const inventory::Role* role = inventory::FindRole(role_id);
    if (role == nullptr) role = inventory::FindRole(role_name);
    // Microsoft's provisioning makes itself a reader all the time. Anyone may call an app that, so
    // the name counts only together with this harmless role.
    const bool readers = role != nullptr && EqualsIgnoreCase(role->id, kDirectoryReaders);
    if (readers && EqualsIgnoreCase(actor.app.name, kJitProvisioning)) return;

    AppRef target;
    if (to_app) {
      target = AppOf(event, state);
      if (target.object.empty()) target.object = Lower(event.Text(Field::kTarget));
      if (target.name.empty()) target.name = event.Text(Field::kTargetName);
      if (allow_.contains(target.key())) return;
    }
    if (actor.is_app() && allow_.contains(actor.app.key())) return;

    std::string whom = Lower(event.Text(Field::kTarget));
    if (whom.empty()) whom = Lower(event.Text(Field::kTargetName));
    if (to_app && whom.empty()) whom = target.key();
    const std::string what = Lower(role != nullptr    ? role->id
                                   : !role_id.empty() ? role_id
                                                      : role_name);
    Claim& claim = claims_.At(event.Text(Field::kTenant),
                              fmt::format("{}|{}|{}", whom, what, FormatDate(event.time())));
    if (claim.cited.count == 0) {
      claim.role = role;
      claim.role_name = role != nullptr ? role->name : !role_name.empty() ? role_name : role_id;
      claim.role_id = what;
      claim.whom = event.Text(Field::kTargetName);
      if (claim.whom.empty()) claim.whom = whom;
      claim.target_id = Lower(event.Text(Field::kTarget));
      claim.actor = actor;
      claim.to_app = to_app;
    }
    claim.target.Merge(target);
    claim.actor.app.Merge(actor.app);
    if (claim.actor.user.empty()) claim.actor.user = actor.user;
    claim.cited.Add(event, {Field::kRole, Field::kRoleId, Field::kTarget, Field::kTargetType,
                            Field::kActorApp, Field::kActorAppId, Field::kUser});
    if (claims_.full()) Speak(out);
  }

  void Finish(const State&, Findings& out) override { Speak(out); }

 private:
  struct Claim {
    const inventory::Role* role = nullptr;
    std::string role_name;
    std::string role_id;
    std::string whom;
    std::string target_id;
    AppRef target;
    Actor actor;
    bool to_app = false;
    Cited cited;

    void Merge(const Claim& other) {
      target.Merge(other.target);
      actor.app.Merge(other.actor.app);
      if (actor.user.empty()) actor.user = other.actor.user;
      cited.Merge(other.cited);
    }
  };

  void Speak(Findings& out) {
    claims_.SpeakAll([&](std::string_view tenant, std::string_view key, const Claim& claim) {
      out.Add(Tell(tenant, key, claim));
    });
  }

  /// A person's request for the same target within a quarter of an hour.
  bool Requested(const Claim& claim) const {
    const auto from = requests_.lower_bound({claim.target_id, claim.cited.first - kRequestSpan});
    return from != requests_.end() && from->first == claim.target_id &&
           from->second <= claim.cited.last + kRequestSpan;
  }

  Finding Tell(std::string_view tenant, std::string_view key, const Claim& claim) const {
    Finding out = Begin(kEsc01, tenant, claim.cited);
    out.key = key;
    out.confidence = Confidence::kHigh;
    out.AddEntity("role", claim.role_id, claim.role_name);
    const bool by_app = claim.actor.is_app();
    const int tier = claim.role == nullptr ? -1 : claim.role->tier;
    const bool privileged = tier == 0 || tier == 1;
    if (claim.to_app) {
      AddApp(out, claim.target);
    } else {
      AddUser(out, claim.whom, {});
    }
    if (by_app) {
      AddApp(out, claim.actor.app);
    } else {
      AddUser(out, claim.actor.user, claim.actor.user_id);
    }
    out.reasons.push_back(fmt::format("{} gave the directory role {} to {}", claim.actor.Words(),
                                      claim.role_name,
                                      claim.to_app ? claim.target.Words() : claim.whom));
    if (claim.to_app) {
      out.level = privileged ? Level::kCritical : tier < 0 ? Level::kMedium : Level::kLow;
      out.reasons.push_back(
          privileged ? "an app that holds this role can use it at any time with its secret alone"
          : tier < 0 ? "the role is not in our table, so it is not known to be harmless"
                     : "the role is not a privileged one");
    }
    if (by_app) {
      Level level = tier == 0                ? Level::kCritical
                    : privileged || tier < 0 ? Level::kHigh
                                             : Level::kMedium;
      if (claim.actor.app.first_party) {
        // Privileged Identity Management activates roles for people under its own name.
        level = privileged ? Level::kLow : Level::kInformational;
        out.reasons.push_back(
            "the acting app is Microsoft's own by its id, as when a person activates a role: the "
            "request in Privileged Identity Management names the person");
      } else if (!claim.to_app && Requested(claim)) {
        level = Level::kLow;
        out.reasons.push_back(
            "Privileged Identity Management has a person's request for it at the same time");
      } else {
        if (CallsItselfMicrosoft(claim.actor.app) && !claim.to_app) {
          level = static_cast<Level>(static_cast<uint8_t>(level) - 1);
          out.reasons.push_back(
              "one level lower: the acting app has the name of a Microsoft service, which anyone "
              "can "
              "choose");
        }
        out.reasons.push_back("an app gave the role by itself: no person confirmed it");
        if (claim.actor.app.id.empty()) {
          out.reasons.push_back(
              "the acting app is known by no client id, so Microsoft's own services cannot be "
              "ruled out "
              "by id");
          out.confidence = Confidence::kMedium;
        }
      }
      out.level = claim.to_app ? std::max(out.level, level) : level;
    }
    return out;
  }

  static constexpr Span kRequestSpan = Minutes(15);

  std::set<std::string, std::less<>> allow_;
  std::set<std::pair<std::string, Time>> requests_;  // (target, time) of people's requests in PIM
  Claims<Claim> claims_;
};

}  // namespace

extern constinit const AnalyticDef kEsc01 = {
    .id = "ESC-01",
    .title = "Directory role given to an app, or by one",
    .summary =
        "A service principal became member of a directory role, or an app gave a role to someone. "
        "Critical for privileged roles: whoever has the app's secret has the role.",
    .level = Level::kHigh,
    .attack = kAttack,
    .sources = kSources,
    .false_positives =
        "Governance tools that manage roles. Microsoft's own provisioning of Directory Readers is "
        "left out.",
    .disproof = "A change ticket for this app and role, or the governance tool's run of that time.",
    .settings = kSettings,
    .needs = {Field::kTenant, Field::kOperation, Field::kUser, Field::kUserId, Field::kActorApp,
              Field::kActorAppId, Field::kApp, Field::kAppName, Field::kAppObject, Field::kAppOwner,
              Field::kRole, Field::kRoleId, Field::kTarget, Field::kTargetName, Field::kTargetType,
              Field::kIp, Field::kUserAgent, Field::kClientString},
    .make = [](const Params& params) -> std::unique_ptr<Analytic> {
      return std::make_unique<RoleForApp>(params);
    },
};

}  // namespace tokentrail::analytic
