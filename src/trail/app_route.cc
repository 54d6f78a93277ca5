#include "trail/app_route.h"

#include "base/text.h"

namespace tokentrail::trail {
namespace {

struct Client {
  std::string_view id;
  std::string_view route;
};

/// Microsoft's own clients that can register an app. Ids: data/microsoft_apps.csv (microsoft-info
/// 2026-08-20, ROADtools 2026-01-29); what each is: Microsoft, "Verify first-party Microsoft
/// applications in sign-in reports" (2026).
constexpr Client kClients[] = {
    {"c44b4083-3bb0-49c1-b47d-974e53cbdf3c", "portal"},
    {"74658136-14ec-4630-ad9b-26e160ff0fc6", "portal"},  // the portal's Entra pages
    {"04b07795-8ddb-461a-bbee-02f9e1bf7b46", "azure_cli"},
    {"1950a258-227b-4e31-a9cf-717495945fc2", "powershell"},
    {"14d82eec-204b-4c2f-b7e8-296a70dab67e", "powershell"},
    {"1b730954-1685-4b74-9bfd-dac224a7b894", "powershell"},
    {"04f0c124-f2bc-4f59-8241-bf6df9866bbd", "visual_studio"},
    {"872cd9fa-d31f-45e0-9eab-6e460a02d1f1", "visual_studio"},
    {"aebc6443-996d-45c2-90f0-388ff96faa56", "vs_code"},
    {"de8bc8b5-d9f9-48b1-a8ad-b748da725064", "graph_explorer"},
    {"cb1056e2-e479-49de-ae31-7812af012ed8", "sync"},
};

struct Agent {
  std::string_view part;
  std::string_view route;
};

/// Parts of user agents. Sources: the tools' own documentation and source code, as their user
/// agents stand in public audit logs (2026).
constexpr Agent kAgents[] = {
    {"azurecli", "azure_cli"},
    {"az-cli", "azure_cli"},
    {"azurepowershell", "powershell"},
    {"powershell", "powershell"},
    {"terraform", "terraform"},
    {"hashicorp", "terraform"},
    {"visualstudio", "visual_studio"},
    {"azsdk", "sdk"},
    {"graph-java", "sdk"},
    {"graph-dotnet", "sdk"},
    {"graph-python", "sdk"},
    {"graph-go", "sdk"},
    {"msgraph", "sdk"},
    {"kiota", "sdk"},
    {"python-requests", "rest"},
    {"python-urllib", "rest"},
    {"python-httpx", "rest"},
    {"aiohttp", "rest"},
    {"curl/", "rest"},
    {"wget/", "rest"},
    {"go-http-client", "rest"},
    {"okhttp", "rest"},
    {"axios", "rest"},
    {"node-fetch", "rest"},
    {"postman", "rest"},
    {"insomnia", "rest"},
};

std::string_view OfClient(std::string_view id) {
  for (const Client& one : kClients) {
    if (EqualsIgnoreCase(id, one.id)) return one.route;
  }
  return {};
}

std::string_view OfAgent(std::string_view agent) {
  for (const Agent& one : kAgents) {
    if (ContainsIgnoreCase(agent, one.part)) return one.route;
  }
  // Only the portal's pages run in a browser.
  return agent.starts_with("Mozilla/5.0") && agent.find("Gecko") != std::string_view::npos
             ? std::string_view("portal")
             : std::string_view();
}

/// What Microsoft's own services do in a tenant says so by who acts.
std::string_view OfActor(std::string_view actor) {
  if (actor.empty()) return {};
  // A foreign app's service principal comes to be at the consent screen.
  if (ContainsIgnoreCase(actor, "ESTS")) return "consent";
  if (ContainsIgnoreCase(actor, "Managed Service Identity") ||
      ContainsIgnoreCase(actor, "Azure AD Application Registration") ||
      ContainsIgnoreCase(actor, "Microsoft App Access Panel") ||
      ContainsIgnoreCase(actor, "Jit Provisioning") ||
      ContainsIgnoreCase(actor, "Microsoft.Azure.SyncFabric")) {
    return "service";
  }
  return {};
}

/// Platforms whose log tells of nothing but the vendor's own page.
std::string_view OfPlatform(const Event& event) {
  const std::string_view operation = event.Text(Field::kOperation);
  if (operation.starts_with("integration_installation.") ||
      operation.starts_with("oauth_authorization.") || operation == "app_installed" ||
      EqualsIgnoreCase(operation, "authorize")) {
    return "consent";
  }
  return {};
}

}  // namespace

std::string_view RegistrationRoute(const Event& event, const Attribution& who) {
  for (const std::string_view id : {event.Text(Field::kActorAppId), std::string_view(who.client)}) {
    if (const std::string_view route = OfClient(id); !route.empty()) return route;
  }
  if (const std::string_view route = OfActor(event.Text(Field::kActorApp)); !route.empty()) {
    return route;
  }
  if (const std::string_view route = OfAgent(event.Text(Field::kUserAgent)); !route.empty()) {
    return route;
  }
  if (const std::string_view route = OfPlatform(event); !route.empty()) return route;
  // An app that acts by itself, and of which nothing is known: automation.
  if (event.Has(Field::kActorAppId) || event.Has(Field::kActorApp)) return "app";
  // What was set at birth. The projects of Visual Studio begin with a reply on the developer's own
  // machine that ends in signin-oidc; the portal asks for no reply URL and names its own tag.
  const std::string_view reply = event.Text(Field::kReplyUrls);
  if (reply.find("https://localhost:") != std::string_view::npos &&
      reply.find("signin-oidc") != std::string_view::npos) {
    return "visual_studio";
  }
  const std::string_view set = event.Text(Field::kReason);
  if (set.find("WindowsAzureActiveDirectoryIntegratedApp") != std::string_view::npos) {
    return "portal";
  }
  return {};
}

}  // namespace tokentrail::trail
