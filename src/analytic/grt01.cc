// GRT-01: a person gave an app strong permissions over their own data. DETECTIONS 2.3.

#include <fmt/format.h>

#include <map>

#include "analytic/analytics.h"
#include "analytic/grant_feed.h"
#include "base/text.h"
#include "base/window_map.h"

namespace tokentrail::analytic {
namespace {

constexpr std::string_view kAttack[] = {"T1528", "T1098.003"};
constexpr std::string_view kSources[] = {"entra_audit", "m365_audit"};
constexpr Setting kSettings[] = {
    {"allow", "", "client ids of apps that may have such permissions; never names"},
    {"few_users", "2", "an app authorised by at most so many people counts as rare"},
};

constexpr FieldSet kNeeds = [] {
  FieldSet out = GrantFeed::Needs();
  out.Add(FieldSet{Field::kStatus, Field::kToken, Field::kSession});
  return out;
}();

/// The sign-in that showed the consent prompt: the person's true address.
struct Prompt {
  std::string ip;
  std::string token;
  std::string session;
  Evidence evidence;
};

class UserConsent final : public Analytic {
 public:
  explicit UserConsent(const Params& params)
      : allow_(params.List("allow")),
        few_users_(params.Count("few_users", 2)),
        prompts_(Hours(2), 20'000) {}

  void Observe(const Event& event, const State& state, Findings& out) override {
    if (event.kind() == Kind::kSignIn) Remember(event);
    feed_.Observe(event, state, [&](const GrantAct& act) { Take(act, state, out); });
  }

  void Finish(const State& state, Findings& out) override {
    feed_.Finish(state, [&](const GrantAct& act) { Take(act, state, out); });
    Speak(state, out);
  }

 private:
  struct Claim {
    GrantAct act;
    std::string prompted_from;

    void Merge(const Claim& other) { act.Merge(other.act); }
  };

  void Remember(const Event& event) {
    // Only sign-ins that asked for consent are worth keeping: 65001, or one refused for it.
    const std::string_view status = event.Text(Field::kStatus);
    if (status != "65001" && status != "DelegationDoesNotExist") return;
    std::string_view flow = event.Text(Field::kFlow);
    if (flow.empty()) flow = event.Text(Field::kCorrelation);
    if (flow.empty()) return;
    Prompt& prompt = prompts_.Touch(Id::Of(Id::Of(event.Text(Field::kTenant)), Id::Of(Lower(flow))),
                                    event.time());
    prompt.ip = event.Text(Field::kIp);
    prompt.token = event.Text(Field::kToken);
    prompt.session = event.Text(Field::kSession);
    prompt.evidence = Evidence(event, {Field::kFlow, Field::kIp});
  }

  void Take(const GrantAct& act, const State& state, Findings& out) {
    if (act.all) {
      wide_.insert(act.tenant + "|" + act.app.key());
      return;
    }
    Texts& users = users_[act.tenant + "|" + act.app.key()];
    if (users.size() < kMaxUsers) users.insert(act.principal);
    if (!IsWorthy(act) || allow_.contains(act.app.key())) return;
    Claim& claim = claims_.At(act.tenant, act.Key());
    claim.act.Merge(act);
    for (const std::string& flow : act.flows) {
      const Prompt* prompt =
          prompts_.Find(Id::Of(Id::Of(act.tenant), Id::Of(Lower(std::string_view(flow)))));
      if (prompt == nullptr || prompt->ip.empty() || !claim.prompted_from.empty()) continue;
      claim.prompted_from = prompt->ip;
      Cited shown;
      shown.evidence.push_back(prompt->evidence);
      shown.count = 1;
      shown.first = shown.last = prompt->evidence.time;
      claim.act.cited.Merge(shown);
    }
    if (claims_.full()) Speak(state, out);
  }

  void Speak(const State& state, Findings& out) {
    claims_.SpeakAll([&](std::string_view tenant, std::string_view key, const Claim& claim) {
      Claim whole = claim;
      whole.act.Resolve(state);
      // A later record told whose app it is.
      if (whole.act.app.first_party || allow_.contains(whole.act.app.key())) return;
      out.Add(Tell(tenant, whole.act.app.id.empty() ? std::string(key) : whole.act.Key(), whole,
                   state));
    });
  }

  Finding Tell(std::string_view tenant, std::string_view key, const Claim& claim,
               const State& state) const;

  static constexpr size_t kMaxUsers = 256;

  std::set<std::string, std::less<>> allow_;
  uint64_t few_users_;
  GrantFeed feed_;
  WindowMap<Id, Prompt> prompts_;
  Claims<Claim> claims_;
  std::map<std::string, Texts, std::less<>> users_;  // tenant|app -> who authorised it; bounded
  Texts wide_;                                       // tenant|app that all users authorised at once
};

Finding UserConsent::Tell(std::string_view tenant, std::string_view key, const Claim& claim,
                          const State& state) const {
  const GrantAct& act = claim.act;
  Finding out = Begin(kGrt01, tenant, act.cited);
  out.key = key;
  out.level = Level::kMedium;
  out.confidence = act.delta_unknown ? Confidence::kMedium : Confidence::kHigh;
  act.Fill(out);
  if (!claim.prompted_from.empty()) out.AddEntity("address", claim.prompted_from);

  const Strength strength =
      Weigh(inventory::Platform::kMicrosoft, inventory::Holder::kDelegated, act.telling());
  Texts whole = act.telling();
  whole.insert(act.scopes.begin(), act.scopes.end());
  whole.insert(act.old.begin(), act.old.end());
  const Strength all = Weigh(inventory::Platform::kMicrosoft, inventory::Holder::kDelegated, whole);

  out.reasons.push_back(
      fmt::format("grants {} to {} for {}", Few(act.telling()), act.app.Words(), act.WhomWords()));
  if (strength.severity >= 50) {
    out.reasons.push_back(fmt::format("severity {} of 100; strongest permission: {}",
                                      strength.severity, strength.strongest));
  }

  const std::string app = act.tenant + "|" + act.app.key();
  const auto authorised = users_.find(app);
  uint64_t users = authorised == users_.end() ? 1 : authorised->second.size();
  if (const AppState* known = state.App(act.tenant, act.app.id)) {
    users = std::max(users, known->user_count);
  }
  const bool rare = users <= few_users_ && !wide_.contains(app);
  if (all.data && all.offline) {
    out.reasons.push_back(
        "reads mail or files, and offline_access gives it a refresh token: access goes on after "
        "the "
        "person signs out or changes the password");
    if (rare) out.level = Level::kHigh;
  }
  if (strength.severity >= 90 || (strength.severity >= 75 && rare)) out.level = Level::kHigh;
  const std::string_view program = MailProgram(act.app.id);
  if (!program.empty() && inventory::RiskyApp(act.app.id) == nullptr) {
    out.level = Level::kLow;
    out.reasons.push_back(fmt::format(
        "low because its id is that of {}, a mail program in wide use; anyone can use that id",
        program));
  }
  if (wide_.contains(app)) {
    out.reasons.push_back("an administrator authorised the app for all users in this evidence");
  } else if (users <= 1) {
    out.reasons.push_back("no other user of this tenant has authorised or used it in the evidence");
  } else {
    out.reasons.push_back(fmt::format(
        "{} of this tenant have authorised or used it in the evidence", Counted(users, "user")));
  }
  if (const std::string novelty = Novelty(act.days_seen); !novelty.empty()) {
    out.reasons.push_back(novelty);
  }
  if (!claim.prompted_from.empty()) {
    out.reasons.push_back(fmt::format("the sign-in that showed the consent prompt came from {}",
                                      claim.prompted_from));
  }
  if (!act.has_consent) {
    out.reasons.push_back(act.actor.is_app() || !act.actor.key().empty()
                              ? fmt::format("the grant was made directly by {}, without a consent "
                                            "screen record",
                                            act.actor.Words())
                              : "the grant has no consent screen record");
  }
  if (act.delta_unknown) {
    out.reasons.push_back(
        "the consent record shows the same scopes before and after, and the evidence holds no "
        "grant "
        "records: what was new is not known");
  }
  if (act.app.id.empty()) out.reasons.push_back("the records do not give the app's client id");
  if (!strength.unassessed.empty()) {
    out.reasons.push_back("not assessed: " + Few(strength.unassessed));
  }
  if (inventory::RiskyApp(act.app.id) != nullptr) {
    out.reasons.push_back("the app is listed as legitimate but liked by mailbox thieves");
  }
  return out;
}

}  // namespace

extern constinit const AnalyticDef kGrt01 = {
    .id = "GRT-01",
    .title = "User consented to an app with strong permissions",
    .summary =
        "A person, or a grant made for one person, gave an app that is not Microsoft's own a "
        "permission of severity 50 or more, or mail or files together with offline_access. This is "
        "how a consent phish ends.",
    .level = Level::kMedium,
    .attack = kAttack,
    .sources = kSources,
    .false_positives =
        "Productivity add-ins that people need: allow them by client id once they are reviewed.",
    .disproof =
        "The person knows the app and meant to connect it, the publisher is who it says it is, and "
        "the app's use fits its purpose.",
    .settings = kSettings,
    .needs = kNeeds,
    .make = [](const Params& params) -> std::unique_ptr<Analytic> {
      return std::make_unique<UserConsent>(params);
    },
};

}  // namespace tokentrail::analytic
