#include "analytic/shell.h"

#include "base/text.h"

namespace tokentrail::analytic {
namespace {

struct Pattern {
  std::string_view part;
  std::string_view what;
};

// Sources: Kubernetes, "Configure Service Accounts for Pods"; AWS "IAM roles for service accounts"
// and "EKS Pod Identity"; Azure Workload Identity; Google "Workload Identity Federation for GKE";
// metadata addresses as documented by AWS (IMDS, ECS, EKS Pod Identity), Azure (IMDS, WireServer)
// and Google (2026). Lower case.
constexpr Pattern kPatterns[] = {
    {"eks.amazonaws.com/serviceaccount", "the pod's AWS token file"},
    {"pods.eks.amazonaws.com", "the pod's AWS token file"},
    {"azure-identity-token", "the pod's Azure token file"},
    {"azure/tokens", "the pod's Azure token file"},
    {"tokens/gcp-ksa", "the pod's Google token file"},
    {"aws_web_identity_token_file", "the pod's AWS token file"},
    {"aws_container_authorization_token", "the pod's AWS token"},
    {"azure_federated_token_file", "the pod's Azure token file"},
    {"google_application_credentials", "the pod's Google credentials"},
    {"application_default_credentials.json", "Google credentials"},
    {".aws/credentials", "AWS credentials"},
    {".kube/config", "a kubeconfig file"},
    {".azure/msal_token_cache", "an Azure token cache"},
    {".docker/config.json", "registry credentials"},
    {"169.254.169.254", "the cloud metadata service"},
    {"[fd00:ec2::254]", "the cloud metadata service"},
    {"169.254.170.2", "the container credential service"},  // also 169.254.170.23
    {"168.63.129.16", "the Azure host's WireServer"},
    {"metadata.google.internal", "the cloud metadata service"},
    {"/computemetadata/v1", "the cloud metadata service"},  // as http://metadata/computeMetadata/v1
    // The same address written as one number, hexadecimal or decimal.
    {"0xa9fea9fe", "the cloud metadata service"},
    {"2852039166", "the cloud metadata service"},
};

constexpr std::string_view kServiceAccount = "secrets/kubernetes.io/serviceaccount";

bool IsWordEnd(char c) {
  return c == ' ' || c == ';' || c == '|' || c == '&' || c == '>' || c == ')' || c == '\n' ||
         c == '\t' || c == '`';
}
bool IsCommandStart(std::string_view text, size_t at) {
  if (at == 0) return true;
  const char before = text[at - 1];
  return before == ' ' || before == ';' || before == '|' || before == '&' || before == '(' ||
         before == '/' || before == '\n' || before == '\t' || before == '`';
}

/// The service-account folder, other than its certificate and its namespace alone, which programs
/// read for honest reasons.
bool ReachesServiceAccount(std::string_view text) {
  for (size_t at = text.find(kServiceAccount); at != std::string_view::npos;
       at = text.find(kServiceAccount, at + 1)) {
    const std::string_view rest = text.substr(at + kServiceAccount.size());
    if (!rest.starts_with("/ca.crt") && !rest.starts_with("/namespace")) return true;
  }
  // The folder above it (`grep -r eyJ /var/run/secrets`, `tar cf - /var/run/secrets` as kubectl cp
  // does, `cd /var/run/secrets; cat */*/token`), or a wildcard in the path.
  constexpr std::string_view kSecrets = "run/secrets";
  for (size_t at = text.find(kSecrets); at != std::string_view::npos;
       at = text.find(kSecrets, at + 1)) {
    std::string_view path = text.substr(at + kSecrets.size());
    path = path.substr(0, path.find_first_of(" ;|&)<>\n\t"));
    while (path.starts_with('/')) path.remove_prefix(1);
    if (path.empty() || path == "." || path == "kubernetes.io" || path == "kubernetes.io/") {
      return true;
    }
    if (path.find("token") != std::string_view::npos ||
        path.find_first_of("*?") != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

/// A part of the token file's path as base64 writes it, at each of the three alignments:
/// `echo Y2F0... | base64 -d | sh`.
bool HidesServiceAccount(std::string_view command) {
  // base64 of "serviceaccount" at offsets 0, 1 and 2, without the ends that its neighbours decide.
  constexpr std::string_view kEncoded[] = {"c2VydmljZWFjY291bn", "NlcnZpY2VhY2NvdW50",
                                           "zZXJ2aWNlYWNjb3Vud"};
  for (const std::string_view part : kEncoded) {
    if (command.find(part) != std::string_view::npos) return true;
  }
  return false;
}

/// /proc/N/environ, /proc/self/environ, /proc/*/environ.
bool ReachesProcEnviron(std::string_view text) {
  for (size_t at = text.find("/proc/"); at != std::string_view::npos;
       at = text.find("/proc/", at + 1)) {
    const std::string_view path = text.substr(at, text.find_first_of(" ;|&)", at) - at);
    if (path.find("/environ") != std::string_view::npos) return true;
  }
  return false;
}

/// `env` or `printenv` to print, not `env A=1 program` to start a program.
bool PrintsEnvironment(std::string_view text) {
  for (const std::string_view word :
       {std::string_view("printenv"), std::string_view("env"), std::string_view("export -p"),
        std::string_view("declare -x"), std::string_view("set")}) {
    for (size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
      if (!IsCommandStart(text, at)) continue;
      std::string_view rest = text.substr(at + word.size());
      if (!rest.empty() && !IsWordEnd(rest.front())) continue;
      // As an argument of something else (`kubectl set env`, `which env`) it prints nothing; at the
      // front, after a separator or after `sh -c` it is the command.
      std::string_view before = text.substr(0, at);
      while (!before.empty() && before.back() != ' ' && IsCommandStart(text, before.size()) &&
             before.back() == '/') {
        before.remove_suffix(1);
        while (!before.empty() && before.back() != ' ' && before.back() != ';') {
          before.remove_suffix(1);
        }
      }
      before = Trim(before);
      const bool leads = before.empty() || before.back() == ';' || before.back() == '|' ||
                         before.back() == '&' || before.back() == '(' || before.ends_with("-c") ||
                         before.ends_with("-lc") || before.ends_with("-ec") ||
                         before.back() == '`' || before.ends_with("sudo");
      if (!leads) continue;
      // `set` without words prints; with them (`set -e; run`) it does not. Only a shell has it.
      if (word == "set" && before.empty()) continue;
      if (word == "printenv") return true;
      rest = Trim(rest);
      if (rest.empty() || rest.front() == '|' || rest.front() == ';' || rest.front() == '>' ||
          rest.front() == '&' || rest.front() == ')' || rest.starts_with("-0") ||
          rest.starts_with("--null")) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace

CommandReach ReadCommand(std::string_view command) {
  std::string text;
  text.reserve(command.size());
  for (const char c : command) {
    if (c == '\'' || c == '"' || c == '\\') continue;
    text += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  if (ReachesServiceAccount(text) || HidesServiceAccount(command))
    return {Reach::kToken, "the service-account token file"};
  if (ReachesProcEnviron(text)) return {Reach::kToken, "the environment of a process"};
  for (const Pattern& pattern : kPatterns) {
    if (text.find(pattern.part) != std::string::npos) return {Reach::kToken, pattern.what};
  }
  if (PrintsEnvironment(text)) return {Reach::kEnvironment, "the environment variables"};
  return {};
}

}  // namespace tokentrail::analytic
