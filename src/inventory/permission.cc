#include "inventory/permission.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <deque>

#include "base/check.h"
#include "inventory/data.h"
#include "inventory/table.h"

namespace tokentrail::inventory {

namespace {

constexpr size_t kHolders = 2;

struct PlatformName {
  std::string_view in_table;
  Platform platform;
  std::string_view name;
};
constexpr std::array<PlatformName, kPlatforms> kPlatformNames = {{
    {"microsoft", Platform::kMicrosoft, "entra"},
    {"google", Platform::kGoogle, "google"},
    {"github", Platform::kGitHub, "github"},
    {"slack", Platform::kSlack, "slack"},
    {"salesforce", Platform::kSalesforce, "salesforce"},
    {"okta", Platform::kOkta, "okta"},
    {"kubernetes", Platform::kKubernetes, "kubernetes"},
    {"gitlab", Platform::kGitLab, "gitlab"},
    {"atlassian", Platform::kAtlassian, "atlassian"},
}};

int Number(std::string_view text) {
  int out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  CHECK(error == std::errc() && end == text.data() + text.size());
  return out;
}

// --- Permissions
// ----------------------------------------------------------------------------------

struct PermissionTable {
  std::deque<std::string> unescaped;
  std::deque<Permission> all;
  std::array<FoldMap<const Permission*>, kPlatforms * kHolders> by_name;
  std::array<std::vector<const Permission*>, kPlatforms * kHolders> patterns;
  std::array<std::vector<const Permission*>, kPlatforms * kHolders> listed;

  PermissionTable() {
    const auto rows = ReadTable(
        PermissionData(),
        {"platform", "holder", "name", "id", "severity", "family", "class", "source"}, unescaped);
    for (const auto& row : rows) {
      Permission& one = all.emplace_back();
      one = {.name = row[2],
             .id = row[3],
             .family = row[5],
             .source = row[7],
             .severity = Number(row[4]),
             .vendor_class = row[6]};
      one.restricted = row[6] == "restricted" || row[6] == "legacy";
      CHECK(one.severity >= 0 && one.severity <= 100);
      CHECK(row[1] == "any" || row[1] == "delegated" || row[1] == "application");
      if (row[1] != "application") Add(PlatformIn(row[0]), Holder::kDelegated, one);
      if (row[1] != "delegated") Add(PlatformIn(row[0]), Holder::kApplication, one);
    }
  }

  static Platform PlatformIn(std::string_view name) {
    for (const PlatformName& entry : kPlatformNames) {
      if (entry.in_table == name) return entry.platform;
    }
    std::fprintf(stderr, "data/permissions.csv: unknown platform %.*s\n",
                 static_cast<int>(name.size()), name.data());
    std::abort();
  }

  static size_t Slot(Platform platform, Holder holder) {
    return static_cast<size_t>(platform) * kHolders + static_cast<size_t>(holder);
  }

  void Add(Platform platform, Holder holder, const Permission& one) {
    const size_t slot = Slot(platform, holder);
    listed[slot].push_back(&one);
    // Kubernetes rights such as `*:*` are looked up as written: roles print their stars.
    by_name[slot].try_emplace(one.name, &one);
    if (!one.id.empty()) by_name[slot].try_emplace(one.id, &one);
    if (platform != Platform::kKubernetes && one.name.find('*') != std::string_view::npos) {
      patterns[slot].push_back(&one);
    }
  }

  const Permission* Named(Platform platform, Holder holder, std::string_view name) const {
    const auto& map = by_name[Slot(platform, holder)];
    const auto it = map.find(name);
    return it == map.end() ? nullptr : it->second;
  }

  const Permission* Patterned(Platform platform, Holder holder, std::string_view name) const {
    for (const Permission* one : patterns[Slot(platform, holder)]) {
      if (MatchesPattern(name, one->name)) return one;
    }
    return nullptr;
  }
};

const PermissionTable& Permissions() {
  static const PermissionTable table;
  return table;
}

// Hosts of Microsoft's APIs whose scopes carry Graph's or Exchange's names.
// Source: Microsoft, "Scopes and permissions in the Microsoft identity platform", and the audience
// lists of the Exchange and SharePoint service principals.
constexpr std::string_view kNamedScopeHosts[] = {
    "graph.microsoft.com",    "graph.microsoft.us",
    "dod-graph.microsoft.us", "microsoftgraph.chinacloudapi.cn",
    "graph.windows.net",      "outlook.office.com",
    "outlook.office365.com",  "outlook.office365.us",
    "ps.outlook.com",         "manage.office.com",
};

// APIs whose one scope is `user_impersonation`: what it allows depends on the API alone.
struct Impersonation {
  std::string_view known_as;  ///< host, app id or display name
  std::string_view name;      ///< its row in the table
};
constexpr std::string_view kResourceManager = "https://management.azure.com/user_impersonation";
constexpr std::string_view kKeyVault = "https://vault.azure.net/user_impersonation";
constexpr Impersonation kImpersonations[] = {
    {"management.azure.com", kResourceManager},
    {"management.core.windows.net", kResourceManager},
    {"management.usgovcloudapi.net", kResourceManager},
    {"management.core.usgovcloudapi.net", kResourceManager},
    {"797f4846-ba00-4fd7-ba43-dac1f8f63013", kResourceManager},
    {"Windows Azure Service Management API", kResourceManager},
    {"Azure Service Management", kResourceManager},
    {"vault.azure.net", kKeyVault},
    {"cfa8b339-82a2-471a-a3c9-0fc0be7a4093", kKeyVault},
    {"Azure Key Vault", kKeyVault},
    {"storage.azure.com", "https://storage.azure.com/user_impersonation"},
    {"e406a681-f3d4-42a8-90b6-c2b029497af1", "https://storage.azure.com/user_impersonation"},
    {"Azure Storage", "https://storage.azure.com/user_impersonation"},
    {"database.windows.net", "https://database.windows.net/user_impersonation"},
    {"022907d3-0f1b-48f7-badc-1ba6abab6d66", "https://database.windows.net/user_impersonation"},
    {"Azure SQL Database", "https://database.windows.net/user_impersonation"},
    {"service.flow.microsoft.com", "https://service.flow.microsoft.com/user_impersonation"},
};

std::string_view HostOf(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  const std::string_view rest = url.substr(scheme + 3);
  return rest.substr(0, rest.find_first_of("/:"));
}

const Permission* FindMicrosoft(Holder holder, std::string_view name, std::string_view resource) {
  const PermissionTable& table = Permissions();
  constexpr FoldEqual kEqual;
  const std::string_view host = HostOf(name);
  const std::string_view last = name.substr(name.rfind('/') + 1);
  if (kEqual(last, "user_impersonation")) {
    const std::string_view api = host.empty() ? resource : host;
    if (api.empty()) return nullptr;
    for (const Impersonation& one : kImpersonations) {
      if (kEqual(one.known_as, api) || kEqual(one.known_as, HostOf(api))) {
        return table.Named(Platform::kMicrosoft, holder, one.name);
      }
    }
    return nullptr;  // some other API's
  }
  // Azure's own actions, as role definitions list them: Microsoft.KeyVault/vaults/secrets/read.
  if (host.empty() && name.starts_with("Microsoft.") && last.size() != name.size()) {
    const Permission* named = table.Named(Platform::kMicrosoft, holder, name);
    return named != nullptr ? named : table.Patterned(Platform::kMicrosoft, holder, name);
  }
  if (host.empty()) {
    // `api://<id>/Mail.Read` and `<id>/Mail.Read` belong to somebody else's API.
    return last.size() == name.size() ? table.Named(Platform::kMicrosoft, holder, name) : nullptr;
  }
  bool microsoft = host.size() > 15 && kEqual(host.substr(host.size() - 15), ".sharepoint.com");
  for (const std::string_view known : kNamedScopeHosts) microsoft |= kEqual(known, host);
  return microsoft ? table.Named(Platform::kMicrosoft, holder, last) : nullptr;
}

// Two that allow more together than each alone; DETECTIONS.md 3.2 and 3.3.
struct Combination {
  Platform platform;
  Holder holder;
  std::string_view first;   ///< patterns
  std::string_view second;  ///< empty: offline access
  int severity;
};
constexpr Combination kCombinations[] = {
    {Platform::kMicrosoft, Holder::kApplication, "User.Read.All", "Directory.Read.All", 65},
    {Platform::kMicrosoft, Holder::kDelegated, "Mail.Read", "Mail.Send", 65},
    {Platform::kSalesforce, Holder::kDelegated, "api", "", 75},
    {Platform::kSalesforce, Holder::kApplication, "api", "", 75},
    {Platform::kSlack, Holder::kDelegated, "users:read.email", "*:history", 80},
    {Platform::kAtlassian, Holder::kDelegated, "read:jira-work", "", 70},
    {Platform::kAtlassian, Holder::kDelegated, "read:confluence-content.all", "", 75},
};

}  // namespace

std::string_view Name(Platform platform) {
  return kPlatformNames[static_cast<size_t>(platform)].name;
}

std::optional<Platform> PlatformNamed(std::string_view name) {
  for (const PlatformName& entry : kPlatformNames) {
    if (FoldEqual{}(entry.name, name) || FoldEqual{}(entry.in_table, name)) return entry.platform;
  }
  return std::nullopt;
}

std::optional<Platform> PlatformOfSource(std::string_view source_name) {
  struct Prefix {
    std::string_view prefix;
    Platform platform;
  };
  constexpr Prefix kPrefixes[] = {
      {"entra", Platform::kMicrosoft},
      {"m365", Platform::kMicrosoft},
      {"azure", Platform::kMicrosoft},
      {"graph", Platform::kMicrosoft},
      {"microsoft", Platform::kMicrosoft},
      {"o365", Platform::kMicrosoft},
      {"office", Platform::kMicrosoft},
      {"defender", Platform::kMicrosoft},
      {"cloud_app", Platform::kMicrosoft},
      {"mdca", Platform::kMicrosoft},
      {"mcas", Platform::kMicrosoft},
      {"ual", Platform::kMicrosoft},
      {"google", Platform::kGoogle},
      {"gws", Platform::kGoogle},
      {"gcp", Platform::kGoogle},
      {"workspace", Platform::kGoogle},
      {"github", Platform::kGitHub},
      {"slack", Platform::kSlack},
      {"salesforce", Platform::kSalesforce},
      {"okta", Platform::kOkta},
      {"kubernetes", Platform::kKubernetes},
      {"k8s", Platform::kKubernetes},
      {"eks", Platform::kKubernetes},
      {"gke", Platform::kKubernetes},
      {"aks", Platform::kKubernetes},
      {"gitlab", Platform::kGitLab},
      {"atlassian", Platform::kAtlassian},
      {"jira", Platform::kAtlassian},
      {"confluence", Platform::kAtlassian},
  };
  for (const Prefix& one : kPrefixes) {
    if (source_name.starts_with(one.prefix)) return one.platform;
  }
  return std::nullopt;
}

const Permission* Find(Platform platform, Holder holder, std::string_view name_or_id,
                       std::string_view resource) {
  if (name_or_id.empty()) return nullptr;
  if (platform == Platform::kMicrosoft) return FindMicrosoft(holder, name_or_id, resource);
  if (platform == Platform::kGoogle) {
    while (name_or_id.size() > 1 && name_or_id.ends_with('/')) name_or_id.remove_suffix(1);
  }
  const PermissionTable& table = Permissions();
  const size_t space = name_or_id.find(' ');
  if (platform == Platform::kKubernetes && space != std::string_view::npos) {
    char right[256];  // `get secrets`
    if (name_or_id.size() > sizeof right) return nullptr;
    std::copy(name_or_id.begin(), name_or_id.end(), right);
    right[space] = ':';
    return table.Named(platform, holder, std::string_view(right, name_or_id.size()));
  }
  const Permission* named = table.Named(platform, holder, name_or_id);
  return named != nullptr ? named : table.Patterned(platform, holder, name_or_id);
}

Power Assess(Platform platform, Holder holder, std::string_view scopes, std::string_view resource) {
  constexpr std::string_view kSeparators = " ,\t\r\n";
  Power out;
  std::vector<const Permission*> held;
  for (size_t at = scopes.find_first_not_of(kSeparators); at != std::string_view::npos;) {
    const size_t end = std::min(scopes.find_first_of(kSeparators, at), scopes.size());
    const std::string_view scope = scopes.substr(at, end - at);
    at = scopes.find_first_not_of(kSeparators, end);
    const Permission* found = Find(platform, holder, scope, resource);
    if (found == nullptr) {
      out.unassessed.push_back(scope);
      continue;
    }
    if (found->family == "offline") {
      out.offline = true;
      continue;
    }
    held.push_back(found);
    out.mail_or_files |= found->family == "mail-read" || found->family == "mail-write" ||
                         found->family == "files" || found->family == "sites";
    out.restricted |= found->restricted;
    if (found->severity > out.severity) {
      out.severity = found->severity;
      out.strongest = found;
    }
  }
  const Together together = CombinedSeverity(platform, holder, held, out.offline);
  out.severity = std::max(out.severity, together.severity);
  return out;
}

Together CombinedSeverity(Platform platform, Holder holder, std::span<const Permission* const> held,
                          bool offline) {
  // Salesforce's `full` and Exchange's protocols are of no use without a way to renew; still their
  // level stands: the log may print the refresh right elsewhere.
  Together out;
  for (const Combination& one : kCombinations) {
    if (one.platform != platform || one.holder != holder || one.severity <= out.severity) continue;
    const Permission* first = nullptr;
    const Permission* second = nullptr;
    for (const Permission* permission : held) {
      if (FoldEqual{}(permission->name, one.first)) first = permission;
      if (!one.second.empty() && MatchesPattern(permission->name, one.second)) second = permission;
    }
    if (first == nullptr || (one.second.empty() ? !offline : second == nullptr)) continue;
    out = {.severity = one.severity, .first = first, .second = second};
  }
  return out;
}

std::span<const Permission* const> AllPermissions(Platform platform, Holder holder) {
  return Permissions().listed[PermissionTable::Slot(platform, holder)];
}

std::string_view PermissionTableVersion() { return "2026-11-24"; }

// --- Apps
// -----------------------------------------------------------------------------------------

namespace {

struct AppTable {
  std::deque<std::string> unescaped;
  std::deque<KnownApp> all;
  FoldMap<const KnownApp*> by_id;

  const KnownApp* Find(std::string_view id) const {
    const auto it = by_id.find(id);
    return it == by_id.end() ? nullptr : it->second;
  }
  void Add(const KnownApp& app) {
    all.push_back(app);
    by_id.try_emplace(app.id, &all.back());
  }
};

// Owners of first-party apps. Source: Microsoft, "Verify first-party Microsoft applications in
// sign-in reports", 2026-07 (the first two); merill/microsoft-info 2026-08-20 lists Graph Command
// Line Tools under the third.
constexpr std::string_view kMicrosoftTenants[] = {
    "f8cdef31-a31e-4b4a-93e4-5f571e91255a",
    "72f988bf-86f1-41af-91ab-2d7cd011db47",
    "cdc5aeea-15c5-4db6-b079-fcadd2505dc2",
};

}  // namespace

const KnownApp* MicrosoftApp(std::string_view app_id) {
  static const AppTable table = [] {
    AppTable out;
    for (const auto& row :
         ReadTable(MicrosoftAppData(), {"id", "name", "owner", "foci", "public_client", "source"},
                   out.unescaped)) {
      out.Add({.id = row[0],
               .name = row[1],
               .owner = row[2],
               .source = row[5],
               .foci = row[3] == "1",
               .public_client = row[4] == "1"});
    }
    return out;
  }();
  return table.Find(app_id);
}

const KnownApp* GoogleApp(std::string_view client_or_project) {
  static const AppTable table = [] {
    AppTable out;
    for (const auto& row : ReadTable(
             GoogleAppData(), {"project", "name", "public_client", "source"}, out.unescaped)) {
      out.Add({.id = row[0], .name = row[1], .source = row[3], .public_client = row[2] == "1"});
    }
    return out;
  }();
  // `<project>-<hash>.apps.googleusercontent.com` or `<project>.apps.googleusercontent.com`. A
  // client id that Google did not make (a service account's, a name with a dash) has no such end.
  constexpr std::string_view kEnd = ".apps.googleusercontent.com";
  if (client_or_project.ends_with(kEnd)) {
    client_or_project = client_or_project.substr(0, client_or_project.find_first_of("-."));
  }
  return table.Find(client_or_project);
}

bool IsMicrosoftTenant(std::string_view tenant_id) {
  for (const std::string_view tenant : kMicrosoftTenants) {
    if (FoldEqual{}(tenant, tenant_id)) return true;
  }
  return false;
}

const KnownApp* RiskyApp(std::string_view app_id) {
  static const AppTable table = [] {
    AppTable out;
    for (const auto& row :
         ReadTable(RiskyAppData(), {"platform", "id", "name", "owner", "note", "source"},
                   out.unescaped)) {
      out.Add({.id = row[1], .name = row[2], .owner = row[3], .source = row[5], .note = row[4]});
    }
    return out;
  }();
  return table.Find(app_id);
}

bool PublicClient(std::string_view app_id) {
  const KnownApp* app = MicrosoftApp(app_id);
  if (app == nullptr) app = GoogleApp(app_id);
  return app != nullptr && (app->public_client || app->foci);
}

bool Foci(std::string_view app_id) {
  const KnownApp* app = MicrosoftApp(app_id);
  return app != nullptr && app->foci;
}

// --- Roles
// ----------------------------------------------------------------------------------------

const Role* FindRole(std::string_view name_or_template_id) {
  struct Table {
    std::deque<std::string> unescaped;
    std::deque<Role> all;
    FoldMap<const Role*> by_name;
  };
  static const Table table = [] {
    Table out;
    for (const auto& row :
         ReadTable(RoleData(), {"id", "name", "tier", "other_names"}, out.unescaped)) {
      out.all.push_back({.id = row[0], .name = row[1], .tier = Number(row[2])});
      out.by_name.try_emplace(row[0], &out.all.back());
      out.by_name.try_emplace(row[1], &out.all.back());
      std::string_view names = row[3];
      while (!names.empty()) {
        const std::string_view name = names.substr(0, names.find('|'));
        out.by_name.try_emplace(name, &out.all.back());
        names.remove_prefix(std::min(names.size(), name.size() + 1));
      }
    }
    return out;
  }();
  const auto it = table.by_name.find(name_or_template_id);
  return it == table.by_name.end() ? nullptr : it->second;
}

const Role* PrivilegedRole(std::string_view name_or_template_id) {
  const Role* role = FindRole(name_or_template_id);
  return role != nullptr && role->tier <= 1 ? role : nullptr;
}

}  // namespace tokentrail::inventory
