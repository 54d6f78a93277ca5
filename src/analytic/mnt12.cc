// MNT-12: somebody had a Kubernetes service-account token made. DETECTIONS 2.4, 5.8. Simple form:
// the rights of the account are not known yet.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "analytic/actor.h"
#include "analytic/analytics.h"
#include "analytic/claim.h"
#include "base/text.h"

namespace tokentrail::analytic {
namespace {

constexpr std::string_view kAttack[] = {"T1528", "T1098"};
constexpr std::string_view kSources[] = {"kubernetes_audit"};
constexpr Setting kSettings[] = {
    {"allow", "", "user names that may make tokens (CI, Vault, Argo CD), as the log writes them"},
    {"allow_audience", "", "further audiences that are the cluster's own"},
    {"long_life", "24h", "a token that lives longer than this raises"},
};

/// Parts of Kubernetes itself. Source: kubernetes.io, "Using RBAC Authorization", controller roles;
/// "Managing Service Accounts" (2026).
bool IsSystem(std::string_view user) {
  if (user.starts_with("system:node:") || user == "system:kube-controller-manager" ||
      user == "system:apiserver" || user == "system:kube-scheduler" ||
      user == "system:cloud-controller-manager") {
    return true;
  }
  // With --use-service-account-credentials each controller acts under its own account.
  constexpr std::string_view kControllers = "system:serviceaccount:kube-system:";
  if (!user.starts_with(kControllers)) return false;
  const std::string_view name = user.substr(kControllers.size());
  constexpr std::string_view kOthers[] = {"generic-garbage-collector", "token-cleaner",
                                          "bootstrap-signer", "horizontal-pod-autoscaler"};
  return name.ends_with("-controller") ||
         std::find(std::begin(kOthers), std::end(kOthers), name) != std::end(kOthers);
}

/// Products that ask for tokens as their daily work, as their makers' manifests install them.
/// Sources: cert-manager "Vault issuer, serviceAccountRef"; Argo CD; External Secrets Operator;
/// HashiCorp Vault and Vault Secrets Operator; Calico "calico-cni-plugin"; Flux "workload identity"
/// (2026). Whoever holds such an account may mint too: it lowers the level and never excuses.
std::string_view ProductOf(std::string_view user) {
  struct Product {
    std::string_view account;  // namespace:name
    std::string_view name;
  };
  constexpr Product kProducts[] = {
      {"argocd:argocd-application-controller", "Argo CD"},
      {"argocd:argocd-server", "Argo CD"},
      {"calico-system:calico-node", "Calico"},
      {"cert-manager:cert-manager", "cert-manager"},
      {"external-secrets:external-secrets", "External Secrets Operator"},
      {"flux-system:helm-controller", "Flux"},
      {"flux-system:kustomize-controller", "Flux"},
      {"flux-system:source-controller", "Flux"},
      {"kube-system:calico-node", "Calico"},
      {"vault-secrets-operator-system:vault-secrets-operator-controller-manager",
       "Vault Secrets Operator"},
      {"vault:vault", "Vault"},
  };
  constexpr std::string_view kPrefix = "system:serviceaccount:";
  if (!user.starts_with(kPrefix)) return {};
  user.remove_prefix(kPrefix.size());
  for (const Product& product : kProducts) {
    if (product.account == user) return product.name;
  }
  return {};
}

/// True when a service account asked for a token of its own.
bool IsForItself(std::string_view user, std::string_view account) {
  constexpr std::string_view kPrefix = "system:serviceaccount:";
  if (!user.starts_with(kPrefix)) return false;
  user.remove_prefix(kPrefix.size());
  const size_t colon = user.find(':');
  return colon != std::string_view::npos && account.size() == user.size() &&
         account.substr(0, colon) == user.substr(0, colon) && account[colon] == '/' &&
         account.substr(colon + 1) == user.substr(colon + 1);
}

/// Audiences of the API server itself: kubeadm's default, and the providers' issuers. Sources:
/// kubernetes.io kube-apiserver `--api-audiences`; AWS EKS, Google GKE, Azure AKS documentation of
/// the cluster's OIDC issuer (2026).
bool IsOwnAudience(std::string_view audience) {
  std::string_view host = audience;
  if (host.starts_with("https://")) host.remove_prefix(8);
  if (host.ends_with('/')) host.remove_suffix(1);
  const std::string_view full = host;
  host = host.substr(0, host.find('/'));
  return host == "kubernetes.default.svc" || host.starts_with("kubernetes.default.svc.") ||
         host == "kubernetes" || host == "kubernetes.default" || full == "api" ||
         (host.starts_with("oidc.eks.") && host.ends_with(".amazonaws.com")) ||
         full.starts_with("container.googleapis.com/v1/projects/") ||
         host.ends_with(".oic.prod-aks.azure.com") || host.ends_with(".azmk8s.io");
}

class TokenRequest final : public Analytic {
 public:
  explicit TokenRequest(const Params& params)
      : allow_(params.List("allow")),
        audiences_(params.List("allow_audience")),
        long_life_(params.Window("long_life", Hours(24)).micros / Seconds(1).micros) {}

  void Observe(const Event& event, const State&, Findings& out) override {
    if (event.kind() != Kind::kTokenMinted || !event.Has(Field::kServiceAccount)) return;
    // A request that was refused made no token; one without a status (RequestReceived) may have.
    if (event.outcome() == Outcome::kFailure) return;
    const std::string_view status = event.Text(Field::kStatus);
    if (!status.empty() && status != "201" && status != "200") return;
    const std::string user = Lower(event.Text(Field::kUser));
    if (user.empty() || IsSystem(user) || allow_.contains(user)) return;

    const std::string_view account = event.Text(Field::kServiceAccount);
    Claim& claim = claims_.At(event.Text(Field::kTenant), fmt::format("{}|{}", user, account));
    claim.user = user;
    claim.account = account;
    ++claim.tokens;
    const int64_t day = DayOf(event.time());
    if (claim.days.size() < 400) claim.days.insert(day);
    int64_t life = 0;
    const std::string_view text = event.Text(Field::kTokenLife);
    if (!text.empty()) {
      std::from_chars(text.data(), text.data() + text.size(), life);
      claim.life = std::max(claim.life, life);
    }
    bool foreign = false;
    for (const std::string_view audience : Split(event.Text(Field::kAudience), " ")) {
      claim.audiences.emplace(audience);
      if (!IsOwnAudience(audience) && !audiences_.contains(Lower(audience))) foreign = true;
    }
    claim.foreign = claim.foreign || foreign;
    const bool bound = event.Has(Field::kTarget) || event.Has(Field::kTargetName);
    // The body is seen when any part of it is: the server fills in the life when it logs it.
    const bool body = bound || !text.empty() || event.Has(Field::kAudience);
    claim.body_seen = claim.body_seen || body;
    if (body && !bound) claim.unbound = true;
    if (bound && claim.bound_to.empty()) {
      claim.bound_to =
          fmt::format("{} {}", event.Text(Field::kTargetType), event.Text(Field::kTargetName));
    }
    if (const std::string_view id = event.Text(Field::kIssuedToken);
        !id.empty() && claim.issued.size() < Finding::kMaxEvidence) {
      claim.issued.emplace(id);
    }
    if (const std::string_view ip = event.Text(Field::kIp);
        !ip.empty() && claim.addresses.size() < Finding::kMaxEvidence) {
      claim.addresses.emplace(ip);
    }
    claim.cited.Add(event,
                    {Field::kUser, Field::kServiceAccount, Field::kAudience, Field::kTokenLife,
                     Field::kTarget, Field::kIssuedToken, Field::kStatus});
    if (claims_.full()) Speak(out);
  }

  void Finish(const State&, Findings& out) override { Speak(out); }

 private:
  struct Claim {
    std::string user;
    std::string account;
    uint64_t tokens = 0;
    std::set<int64_t> days;
    int64_t life = 0;  // seconds, longest seen
    Texts audiences;
    bool foreign = false;
    bool body_seen = false;
    bool unbound = false;
    std::string bound_to;
    Texts issued;
    Texts addresses;
    Cited cited;

    void Merge(const Claim& other) {
      if (user.empty()) user = other.user;
      if (account.empty()) account = other.account;
      tokens += other.tokens;
      days.insert(other.days.begin(), other.days.end());
      life = std::max(life, other.life);
      audiences.insert(other.audiences.begin(), other.audiences.end());
      foreign = foreign || other.foreign;
      body_seen = body_seen || other.body_seen;
      unbound = unbound || other.unbound;
      if (bound_to.empty()) bound_to = other.bound_to;
      issued.insert(other.issued.begin(), other.issued.end());
      addresses.insert(other.addresses.begin(), other.addresses.end());
      cited.Merge(other.cited);
    }
  };

  void Speak(Findings& out) {
    claims_.SpeakAll([&](std::string_view tenant, std::string_view key, const Claim& claim) {
      out.Add(Tell(tenant, key, claim));
    });
  }

  Finding Tell(std::string_view tenant, std::string_view key, const Claim& claim) const {
    Finding out = Begin(kMnt12, tenant, claim.cited);
    out.key = key;
    out.level = Level::kHigh;
    out.confidence = Confidence::kHigh;
    AddUser(out, claim.user, {});
    out.AddEntity("service_account", claim.account);
    for (const std::string& id : claim.issued) out.AddEntity("token", id);
    for (const std::string& ip : claim.addresses) out.AddEntity("address", ip);
    out.reasons.push_back(fmt::format("account {} had {} of service account {} made", claim.user,
                                      Counted(claim.tokens, "token"), claim.account));
    const bool long_life = claim.life > long_life_;
    const bool in_system = claim.account.starts_with("kube-system/");
    int raises = 0;
    if (long_life) {
      ++raises;
      out.reasons.push_back(fmt::format("a token lives {}", FormatSpan(Seconds(claim.life))));
    }
    if (claim.foreign) {
      ++raises;
      out.reasons.push_back(
          fmt::format("a token is for {}, not for the cluster itself", Few(claim.audiences, 4)));
    }
    if (in_system) {
      ++raises;
      out.reasons.push_back("accounts of kube-system often may do anything in the cluster");
    }
    if (claim.unbound) {
      out.reasons.push_back("a token is bound to no pod: it stays valid when every pod is gone");
    }
    if (raises > 0) out.level = Level::kCritical;
    if (raises == 0 && claim.body_seen && !claim.unbound) {
      out.level = Level::kMedium;
      out.reasons.push_back(
          fmt::format("each token is short-lived and bound ({})", claim.bound_to));
    }
    const bool itself = IsForItself(claim.user, claim.account);
    if (itself && !long_life && !claim.foreign && out.level > Level::kMedium) {
      out.level = Level::kMedium;
      out.reasons.push_back("it asked for a token of its own: it gained time, no other rights");
    }
    const std::string_view product = ProductOf(claim.user);
    // Calico's own account for the network plug-in stands in kube-system on some clusters.
    const bool own_system =
        in_system && claim.user.starts_with("system:serviceaccount:kube-system:");
    if (!product.empty() && !long_life && (!in_system || own_system)) {
      out.level = Level::kLow;
      out.reasons.push_back(fmt::format(
          "low because the caller has the account of {}, which asks for tokens as its daily work; "
          "whoever holds that account's token could do so too",
          product));
    }
    constexpr uint64_t kOften = 24;
    if (claim.tokens >= kOften && claim.days.size() >= 3 && out.level > Level::kMedium) {
      out.level = static_cast<Level>(static_cast<uint8_t>(out.level) - 1);
      out.reasons.push_back(fmt::format(
          "one level lower: it does so all the time ({} tokens on {} days), as machinery does",
          claim.tokens, claim.days.size()));
    }
    if (!claim.body_seen) {
      out.reasons.push_back(
          "life, audience and binding of the token are not in the log: EKS, GKE and AKS record "
          "such "
          "requests without their body");
    }
    if (claim.issued.empty()) {
      out.reasons.push_back(
          "the log does not give the new token's id, so its use can't be followed");
    }
    out.reasons.push_back("what the account may do is not known from this log");
    return out;
  }

  std::set<std::string, std::less<>> allow_;
  std::set<std::string, std::less<>> audiences_;
  int64_t long_life_;
  Claims<Claim> claims_;
};

}  // namespace

extern constinit const AnalyticDef kMnt12 = {
    .id = "MNT-12",
    .title = "Kubernetes service-account token made by hand",
    .summary =
        "Someone who is no part of Kubernetes asked the API server for a service account's token "
        "(TokenRequest). The token works from anywhere until it expires. Critical when it lives "
        "longer than a day, is for another audience, or is of kube-system.",
    .level = Level::kHigh,
    .attack = kAttack,
    .sources = kSources,
    .false_positives =
        "CI systems, Vault, external-secrets, cert-manager and Argo CD ask for tokens as a rule. "
        "Under their usual account names they are low; allow others by user name.",
    .disproof = "The caller is such a system and asks for this account's tokens regularly.",
    .settings = kSettings,
    .needs = {Field::kTenant, Field::kUser, Field::kGroups, Field::kServiceAccount,
              Field::kAudience, Field::kTokenLife, Field::kTarget, Field::kTargetName,
              Field::kTargetType, Field::kIssuedToken, Field::kStatus, Field::kIp,
              Field::kUserAgent, Field::kOperation, Field::kNamespace},
    .make = [](const Params& params) -> std::unique_ptr<Analytic> {
      return std::make_unique<TokenRequest>(params);
    },
};

}  // namespace tokentrail::analytic
