// PER-01 and PER-03: a credential was added to an app. DETECTIONS 2.7.

#include <fmt/format.h>

#include <algorithm>

#include "analytic/analytics.h"
#include "analytic/credential_feed.h"

namespace tokentrail::analytic {
namespace {

constexpr std::string_view kAttack[] = {"T1098.001"};
constexpr std::string_view kSources[] = {"entra_audit", "m365_audit"};
constexpr Setting kSettings[] = {
    {"allow", "", "client ids of apps whose credentials change all the time, or that change them"},
    {"rotation", "14d", "a new key and the removal of an old one within this time are a rotation"},
    {"after_consent", "7d", "a key added so soon after a consent for all users is critical"},
};
constexpr Setting kFirstPartySettings[] = {
    {"allow", "", "client ids of Microsoft's apps on which keys are expected"},
};

/// What every finding about an added credential has.
void Describe(const CredentialAct& act, Finding& out) {
  out.confidence = Confidence::kHigh;
  AddApp(out, act.app);
  if (act.actor.is_app()) {
    AddApp(out, act.actor.app);
  } else {
    AddUser(out, act.actor.user, act.actor.user_id);
  }
  for (const std::string& key : act.added) out.AddEntity("credential", key);
  for (const std::string& token : act.tokens) out.AddEntity("token", token);
  for (const std::string& ip : act.addresses) out.AddEntity("address", ip);
  out.reasons.push_back(fmt::format(
      "{} added {} to {}", act.actor.Words(),
      act.added.empty()
          ? "a credential that the record does not name"
          : fmt::format("credential{} {}", act.added.size() == 1 ? "" : "s", Few(act.added, 4)),
      act.app.Words()));
  if (!act.words.empty()) out.reasons.push_back("the record says: " + act.words);
}

/// Microsoft's services renew the keys of managed identities and of each other.
bool IsPlatformsOwn(const CredentialAct& act) {
  return act.actor.is_app() && act.actor.app.first_party;
}

/// True when the record's words tell of federated credentials only, each of them for a build or
/// workload service in wide use. Their names are the actor's own text: a forged issuer in one
/// stands beside the true one, and both have to be known.
constexpr size_t kMaxTold = 8;  // the words tell of no more credentials than that
bool IsBuildService(const std::string& words) {
  // Issuers as their makers document them: GitHub Actions, GitLab.com, HCP Terraform, Azure DevOps,
  // AKS, EKS, GKE (2026). Anyone may have a repository or cluster there.
  constexpr std::string_view kIssuers[] = {
      "https://token.actions.githubusercontent.com",
      "https://gitlab.com",
      "https://app.terraform.io",
      "https://vstoken.dev.azure.com/",
      "https://container.googleapis.com/",
  };
  constexpr std::string_view kIssuer = " issuer ";
  if (words.find("added Password") != words.npos || words.find("added X509") != words.npos ||
      words.find("added Asymmetric") != words.npos || words.find("added Symmetric") != words.npos) {
    return false;
  }
  size_t known = 0;
  for (size_t at = words.find(kIssuer); at != words.npos; at = words.find(kIssuer, at + 1)) {
    std::string_view issuer = std::string_view(words).substr(at + kIssuer.size());
    issuer = issuer.substr(0, issuer.find_first_of(" ;"));
    const bool listed =
        std::any_of(std::begin(kIssuers), std::end(kIssuers), [&](std::string_view one) {
          return issuer == one || (one.ends_with('/') && issuer.starts_with(one));
        });
    if (!listed) return false;
    ++known;
  }
  return known > 0 && words.starts_with("added federated ");
}

class CredentialAdded final : public Analytic {
 public:
  explicit CredentialAdded(const Params& params)
      : allow_(params.List("allow")),
        rotation_(params.Window("rotation", Days(14))),
        after_consent_(params.Window("after_consent", Days(7))) {}

  void Observe(const Event& event, const State& state, Findings& out) override {
    feed_.Observe(event, state);
    if (feed_.full()) Speak(state, out);
  }
  void Finish(const State& state, Findings& out) override {
    feed_.Finish(state);
    Speak(state, out);
  }

 private:
  void Speak(const State& state, Findings& out) {
    feed_.SpeakAll([&](std::string_view tenant, std::string_view key, const CredentialAct& act) {
      if (IsPlatformsOwn(act) || allow_.contains(act.app.key())) return;
      if (act.actor.is_app() && allow_.contains(act.actor.app.key())) return;
      out.Add(Tell(tenant, key, act, state));
    });
  }

  Finding Tell(std::string_view tenant, std::string_view key, const CredentialAct& act,
               const State& state) const;

  std::set<std::string, std::less<>> allow_;
  Span rotation_;
  Span after_consent_;
  CredentialFeed feed_;
};

Finding CredentialAdded::Tell(std::string_view tenant, std::string_view key,
                              const CredentialAct& act, const State& state) const {
  const GrantAct* consent = feed_.TenantWideBefore(tenant, act.app, act.time, after_consent_);
  Cited cited = act.cited;
  if (consent != nullptr) cited.Merge(consent->cited);
  Finding out = Begin(kPer01, tenant, cited);
  out.key = key;
  Describe(act, out);

  // How used the actor is to this decides only the base.
  out.level = Level::kMedium;
  if (act.own_app) {
    out.level = Level::kLow;
    out.reasons.push_back("the actor owns or made the app, as earlier records show");
  } else if (!Novelty(act.days_seen).empty()) {
    out.reasons.push_back(Novelty(act.days_seen) +
                          ": whether the actor administers apps as a rule is not known");
  } else if (act.actor_known) {
    out.level = Level::kLow;
    out.reasons.push_back("the actor administered apps before in these logs");
  } else {
    out.reasons.push_back(
        fmt::format("the actor did not administer apps before, in {} days of logs", act.days_seen));
  }

  if (out.level == Level::kMedium && act.added.size() <= kMaxTold && IsBuildService(act.words)) {
    out.level = Level::kLow;
    out.reasons.push_back(
        "low because it trusts a build or workload service in wide use, as deployments do; anyone "
        "may have a repository there, so check that the subject is the tenant's own");
  }

  bool rotated = false;
  if (!act.removed.empty()) {
    rotated = true;
    out.reasons.push_back("the same change removed an old credential, as a rotation does");
  } else if (const std::optional<Time> removed = feed_.RemovedAfter(tenant, act, rotation_)) {
    rotated = true;
    out.reasons.push_back(fmt::format("an old credential was removed {} later, as a rotation does",
                                      FormatSpan(*removed - act.time)));
  }

  const bool itself =
      act.actor.is_app() && (act.actor.app.key() == act.app.key() ||
                             (!act.app.object.empty() && act.app.object == act.actor.app.object));
  int severity = -1;
  std::string permission;
  if (const AppState* known = state.App(tenant, act.app.id)) {
    severity = known->max_severity;
    permission = known->max_permission;
  }
  if (const RoleGrant* role = feed_.StrongestRole(act.app);
      role != nullptr && role->severity >= severity) {
    severity = role->severity;
    permission = role->role;
  }
  if (severity >= 70) {
    out.level = rotated ? Level::kMedium : Level::kHigh;
    out.reasons.push_back(
        fmt::format("the app holds {}: severity {} of 100", permission, severity));
  } else if (rotated) {
    out.level = Level::kLow;
  }
  if (act.actor.is_app() && !itself && CallsItselfMicrosoft(act.actor.app)) {
    // Managed identities get a new certificate every few weeks, and the log leaves out who did it.
    if (severity < 70) {
      // Their keys are certificates, never secrets that someone could note down.
      const bool secret = act.words.empty() || act.words.find("Password") != std::string::npos;
      out.level = secret ? Level::kLow : Level::kInformational;
    }
    out.reasons.push_back(
        "the acting app has the name of a Microsoft service that renews keys, but is known by no "
        "client "
        "id, and anyone can choose the name");
  } else if (act.actor.is_app() && !itself) {
    out.level = Level::kHigh;
    out.reasons.push_back("another app added it, no person");
    if (act.actor.app.id.empty()) {
      out.reasons.push_back("the acting app is known by no client id");
    }
  }
  if (act.app.first_party) {
    out.level = Level::kHigh;
    out.reasons.push_back("the app is Microsoft's own, which needs no credential in this tenant");
  }
  if (consent != nullptr && !rotated) {
    out.level = Level::kCritical;
    out.reasons.push_back(fmt::format("the app was authorised for all users {} before",
                                      FormatSpan(act.time - consent->time)));
  }
  if (const std::optional<Time> back = feed_.TakenBack(tenant, act)) {
    out.reasons.push_back(fmt::format("the new credential itself was removed {} later",
                                      FormatSpan(*back - act.time)));
  }
  return out;
}

class FirstPartyCredential final : public Analytic {
 public:
  explicit FirstPartyCredential(const Params& params) : allow_(params.List("allow")) {}

  void Observe(const Event& event, const State& state, Findings& out) override {
    feed_.Observe(event, state);
    if (feed_.full()) Speak(out);
  }
  void Finish(const State& state, Findings& out) override {
    feed_.Finish(state);
    Speak(out);
  }

 private:
  void Speak(Findings& out) {
    feed_.SpeakAll([&](std::string_view tenant, std::string_view key, const CredentialAct& act) {
      if (!act.app.first_party || IsPlatformsOwn(act) || allow_.contains(act.app.key())) return;
      Finding finding = Begin(kPer03, tenant, act.cited);
      finding.key = key;
      finding.level = Level::kCritical;
      Describe(act, finding);
      finding.reasons.push_back(
          "the app is Microsoft's own, by its id or owner tenant: it has rights in every tenant, "
          "and "
          "a key on it lets the key's holder act as Microsoft's service");
      out.Add(std::move(finding));
    });
  }

  std::set<std::string, std::less<>> allow_;
  CredentialFeed feed_;
};

}  // namespace

extern constinit const AnalyticDef kPer01 = {
    .id = "PER-01",
    .title = "Credential added to an app",
    .summary =
        "A secret, certificate or federated credential was added to an application or service "
        "principal: whoever has it gets tokens as that app from then on, whatever happens to "
        "passwords. High on strong apps or when another app did it; critical within a week after a "
        "consent for all users; low for owners and rotations.",
    .level = Level::kMedium,
    .attack = kAttack,
    .sources = kSources,
    .false_positives =
        "Rotation: a new key, then an old one removed within two weeks, is known as such.",
    .disproof = "The app's owner added it for a deployment or rotation that is on record.",
    .settings = kSettings,
    .needs = CredentialFeed::Needs(),
    .make = [](const Params& params) -> std::unique_ptr<Analytic> {
      return std::make_unique<CredentialAdded>(params);
    },
};

extern constinit const AnalyticDef kPer03 = {
    .id = "PER-03",
    .title = "Credential added to one of Microsoft's own apps",
    .summary =
        "A secret or certificate was added to the service principal of a Microsoft app. These apps "
        "hold wide rights and nobody looks at them; there is next to no honest reason.",
    .level = Level::kCritical,
    .attack = kAttack,
    .sources = kSources,
    .false_positives = "A few products of Microsoft put a certificate on their own app at set-up.",
    .disproof = "Documentation of the Microsoft product that asks for this credential.",
    .settings = kFirstPartySettings,
    .needs = CredentialFeed::Needs(),
    .make = [](const Params& params) -> std::unique_ptr<Analytic> {
      return std::make_unique<FirstPartyCredential>(params);
    },
};

}  // namespace tokentrail::analytic
