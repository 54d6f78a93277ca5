#include "trail/agent_family.h"

#include "base/arena.h"
#include "base/net.h"
#include "base/text.h"
#include "inventory/service_network.h"

namespace tokentrail::trail {
namespace {

struct Product {
  std::string_view part;
  std::string_view name;
};

/// Programs that name themselves somewhere inside the text, also behind a browser's words: the
/// first wins, so the particular stand before the general.
constexpr Product kPrograms[] = {
    {"azurecli", "AzureCLI"},
    {"azurepowershell", "AzurePowerShell"},
    {"azure-powershell", "AzurePowerShell"},
    {"graphpowershell", "GraphPowerShell"},
    {"windowspowershell", "PowerShell"},
    {"powershell", "PowerShell"},
    {"terraform", "Terraform"},
    {"azsdk-net", "azsdk-net"},
    {"azsdk-python", "azsdk-python"},
    {"azsdk-js", "azsdk-js"},
    {"azsdk-java", "azsdk-java"},
    {"azsdk-go", "azsdk-go"},
    {"python-requests", "python-requests"},
    {"python-urllib", "python-urllib"},
    {"aiohttp", "aiohttp"},
    {"python-httpx", "httpx"},
    {"go-http-client", "Go-http-client"},
    {"node-fetch", "node-fetch"},
    {"axios", "axios"},
    {"undici", "undici"},
    {"okhttp", "okhttp"},
    {"apache-httpclient", "Apache-HttpClient"},
    {"postman", "Postman"},
    {"insomnia", "Insomnia"},
    {"rclone", "rclone"},
    {"roadtools", "ROADtools"},
    {"teamfiltration", "TeamFiltration"},
    {"azurehound", "AzureHound"},
    {"evosts", "EvoSTS"},
    {"graphruntime", "GraphRuntime"},
    {"headlesschrome", "HeadlessChrome"},
};

/// Tools that say what they run on: the family is both.
constexpr std::string_view kWithSystem[] = {"kubectl", "helm", "k9s", "kubelet", "kube-probe"};

std::string_view SystemOf(std::string_view agent) {
  constexpr Product kSystems[] = {
      {"windows", "Win"}, {"android", "Android"}, {"iphone", "iOS"}, {"ipad", "iOS"},
      {"mac os", "Mac"},  {"macintosh", "Mac"},   {"darwin", "Mac"}, {"cros", "ChromeOS"},
      {"linux", "Linux"}, {"x11", "Linux"},
  };
  for (const Product& one : kSystems) {
    if (ContainsIgnoreCase(agent, one.part)) return one.name;
  }
  return {};
}

/// The browser behind `Mozilla/5.0 (...)`; each calls itself by its forebears' names too.
std::string_view BrowserOf(std::string_view agent) {
  constexpr Product kBrowsers[] = {
      {"Edg/", "Edge"},     {"EdgA/", "Edge"},       {"EdgiOS/", "Edge"},     {"Edge/", "Edge"},
      {"OPR/", "Opera"},    {"Vivaldi/", "Vivaldi"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"},
      {"CriOS/", "Chrome"}, {"Chrome/", "Chrome"},   {"Safari/", "Safari"},   {"Trident/", "IE"},
      {"MSIE ", "IE"},
  };
  for (const Product& one : kBrowsers) {
    if (agent.find(one.part) != std::string_view::npos) return one.name;
  }
  return {};
}

}  // namespace

std::string AgentFamily(std::string_view agent) {
  agent = Trim(agent);
  if (agent.empty()) return {};
  constexpr size_t kLongest = 512;
  agent = agent.substr(0, kLongest);
  for (const std::string_view tool : kWithSystem) {
    // `kubectl/v1.29.1 (linux/amd64) kubernetes/bc401b9`
    if (!agent.starts_with(tool)) continue;
    const size_t open = agent.find('(');
    if (open == std::string_view::npos) return std::string(tool);
    const std::string_view system =
        agent.substr(open + 1, agent.find_first_of("/)", open) - open - 1);
    return system.empty() ? std::string(tool) : std::string(tool) + "/" + std::string(system);
  }
  for (const Product& one : kPrograms) {
    if (ContainsIgnoreCase(agent, one.part)) return std::string(one.name);
  }
  if (agent.starts_with("Mozilla/")) {
    std::string out(BrowserOf(agent));
    if (out.empty()) out = "Mozilla";
    if (const std::string_view system = SystemOf(agent); !system.empty()) {
      out += "/";
      out += system;
    }
    return out;
  }
  // `curl/8.4.0`, `my-operator/v0.3 (...)`, `client-go`: the product without its version.
  std::string_view product = Trim(agent.substr(0, agent.find_first_of("/(;,")));
  constexpr size_t kLongestName = 48;
  product = product.substr(0, kLongestName);
  while (!product.empty()) {
    const size_t space = product.find_last_of(" _");
    if (space == std::string_view::npos) break;
    const std::string_view last = product.substr(space + 1);
    if (last.find_first_not_of("0123456789.v") != std::string_view::npos) break;
    product = product.substr(0, space);
  }
  return std::string(product);
}

std::string NetworkName(std::string_view asn, std::string_view ip) {
  asn = Trim(asn);
  if (asn.starts_with("AS") || asn.starts_with("as")) asn.remove_prefix(2);
  if (IsDigits(asn) && asn != "0") return "AS" + std::string(asn);
  if (ip.empty()) return {};
  if (const std::string_view service = inventory::ServiceNetwork(ip); !service.empty()) {
    return std::string(service) + "-service";
  }
  thread_local Arena arena;
  arena.Reset();
  return std::string(NetworkOf(ip, arena));
}

}  // namespace tokentrail::trail
