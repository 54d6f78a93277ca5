// MNT-13: a command inside a pod reached for a token. DETECTIONS 2.4, 5.7. Simple form: the later
// use of the token is followed by other analytics.

#include <fmt/format.h>

#include <algorithm>

#include "analytic/actor.h"
#include "analytic/analytics.h"
#include "analytic/claim.h"
#include "analytic/shell.h"
#include "base/text.h"

namespace tokentrail::analytic {
namespace {

constexpr std::string_view kAttack[] = {"T1609", "T1528", "T1552.007"};
constexpr std::string_view kSources[] = {"kubernetes_audit"};
constexpr Setting kSettings[] = {
    {"allow", "", "user names that may read tokens in pods (test systems), as the log writes them"},
};

class ExecForToken final : public Analytic {
 public:
  explicit ExecForToken(const Params& params) : allow_(params.List("allow")) {}

  void Observe(const Event& event, const State&, Findings& out) override {
    // A plain shell (`sh`, attach, port-forward) shows nothing of what was typed: no finding.
    if (event.kind() != Kind::kExec || !event.succeeded()) return;
    const std::string_view command = event.Text(Field::kCommand);
    const CommandReach reach = ReadCommand(command);
    if (reach.reach == Reach::kNothing) return;
    const std::string user = Lower(event.Text(Field::kUser));
    if (allow_.contains(user)) return;
    const std::string pod =
        fmt::format("{}/{}", event.Text(Field::kNamespace), event.Text(Field::kName));
    Claim& claim = claims_.At(event.Text(Field::kTenant),
                              fmt::format("{}|{}|{}", user, pod, FormatDate(event.time())));
    claim.user = user;
    claim.pod = pod;
    claim.how = event.Text(Field::kResourceKind);
    claim.reach = std::max(claim.reach, reach.reach);
    claim.what.emplace(reach.what);
    constexpr size_t kMaxCommands = 10;
    constexpr size_t kMaxCommand = 400;
    if (claim.commands.size() < kMaxCommands) {
      claim.commands.emplace(command.substr(0, kMaxCommand));
    }
    if (const std::string_view ip = event.Text(Field::kIp);
        !ip.empty() && claim.addresses.size() < Finding::kMaxEvidence) {
      claim.addresses.emplace(ip);
    }
    if (const std::string_view token = event.Text(Field::kToken);
        !token.empty() && claim.tokens.size() < Finding::kMaxEvidence) {
      claim.tokens.emplace(token);
    }
    claim.cited.Add(event, {Field::kCommand, Field::kUser, Field::kNamespace, Field::kName});
    if (claims_.full()) Speak(out);
  }

  void Finish(const State&, Findings& out) override { Speak(out); }

 private:
  struct Claim {
    std::string user;
    std::string pod;
    std::string how;
    Reach reach = Reach::kNothing;
    Texts what;
    Texts commands;
    Texts addresses;
    Texts tokens;
    Cited cited;

    void Merge(const Claim& other) {
      if (user.empty()) user = other.user;
      if (pod.empty()) pod = other.pod;
      if (how.empty()) how = other.how;
      reach = std::max(reach, other.reach);
      what.insert(other.what.begin(), other.what.end());
      commands.insert(other.commands.begin(), other.commands.end());
      addresses.insert(other.addresses.begin(), other.addresses.end());
      tokens.insert(other.tokens.begin(), other.tokens.end());
      cited.Merge(other.cited);
    }
  };

  void Speak(Findings& out) {
    claims_.SpeakAll([&](std::string_view tenant, std::string_view key, const Claim& claim) {
      Finding finding = Begin(kMnt13, tenant, claim.cited);
      finding.key = key;
      finding.level = claim.reach == Reach::kToken ? Level::kHigh : Level::kMedium;
      finding.confidence = claim.reach == Reach::kToken ? Confidence::kHigh : Confidence::kMedium;
      if (claim.user.starts_with("system:serviceaccount:")) {
        std::string account = claim.user.substr(std::string_view("system:serviceaccount:").size());
        std::replace(account.begin(), account.end(), ':', '/');
        finding.AddEntity("service_account", account);
      } else {
        AddUser(finding, claim.user, {});
      }
      finding.AddEntity("resource", "pod/" + claim.pod);
      for (const std::string& ip : claim.addresses) finding.AddEntity("address", ip);
      for (const std::string& token : claim.tokens) finding.AddEntity("token", token);
      finding.reasons.push_back(fmt::format("account {} ran a command in pod {} that reads {}",
                                            claim.user, claim.pod, Few(claim.what)));
      for (const std::string& command : claim.commands) {
        finding.reasons.push_back("the command: " + command);
      }
      if (claim.reach == Reach::kEnvironment) {
        finding.reasons.push_back("people print the environment for honest reasons too");
      }
      if (claim.user.starts_with("system:serviceaccount:")) {
        finding.reasons.push_back("the caller is itself a service account, not a person");
      }
      finding.reasons.push_back("what the command printed is not in the log");
      out.Add(std::move(finding));
    });
  }

  std::set<std::string, std::less<>> allow_;
  Claims<Claim> claims_;
};

}  // namespace

extern constinit const AnalyticDef kMnt13 = {
    .id = "MNT-13",
    .title = "Command in a pod read a token",
    .summary =
        "A command run inside a pod (exec, ephemeral container) names the service-account or a "
        "cloud "
        "token file, the environment of a process, or the cloud's metadata service. A plain shell "
        "is "
        "no finding: what was typed in it is not logged.",
    .level = Level::kHigh,
    .attack = kAttack,
    .sources = kSources,
    .false_positives = "Support and test commands.",
    .disproof = "The person was debugging this workload's identity at that time.",
    .settings = kSettings,
    .needs = {Field::kTenant, Field::kUser, Field::kCommand, Field::kNamespace, Field::kName,
              Field::kResourceKind, Field::kIp, Field::kUserAgent, Field::kStatus, Field::kToken,
              Field::kOperation},
    .make = [](const Params& params) -> std::unique_ptr<Analytic> {
      return std::make_unique<ExecForToken>(params);
    },
};

}  // namespace tokentrail::analytic
