// How much a permission allows, and which apps and roles are known: our tables, from data/.
//
// Every table is read once, on first use, from inside the program. Look-ups are hash tables: they
// allocate nothing, can't fail, and are safe from several threads. Names and GUIDs match in any
// case. Texts of the results live as long as the program.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tokentrail::inventory {

enum class Platform : uint8_t {
  kMicrosoft,
  kGoogle,
  kGitHub,
  kSlack,
  kSalesforce,
  kOkta,
  kKubernetes,
  kGitLab,
  kAtlassian
};
constexpr size_t kPlatforms = 9;
enum class Holder : uint8_t { kDelegated, kApplication };

/// `entra`, `google`, `github`, `slack`, `salesforce`, `okta`, `kubernetes`, `gitlab`, `atlassian`.
std::string_view Name(Platform platform);
/// By that name, or `microsoft`; in any case.
std::optional<Platform> PlatformNamed(std::string_view name);

/// The platform whose apps and permissions a log source speaks of, by the source's name
/// (`entra_signin`, `m365_audit`, `google_token`, ...); none for those without tables (aws, auth0).
std::optional<Platform> PlatformOfSource(std::string_view source_name);

/// What one permission lets its holder do.
struct Permission {
  std::string_view name = {};          ///< `Mail.Read`, `https://www.googleapis.com/auth/drive`
  std::string_view id = {};            ///< GUID of an app role or scope, when it has one
  std::string_view family = {};        ///< mail-read, mail-send, files, directory, roles, apps, ...
  std::string_view source = {};        ///< where the level comes from
  int severity = -1;                   ///< 0 to 100; DETECTIONS.md 3.2 and 3.3
  std::string_view vendor_class = {};  ///< Google: restricted, sensitive, non-sensitive, legacy
  bool restricted = false;             ///< Google's restricted class, or a legacy feed of such data
};

/// Looked up by name or GUID; null when not assessed: unknown is never "harmless".
/// Microsoft names may carry the API (`https://graph.microsoft.com/Mail.Read`); the scope of an API
/// that is not Microsoft's is never taken for one of the same name. Google scopes match with and
/// without a slash at the end; Kubernetes rights are `get:secrets` or `get secrets`. `resource` is
/// the API's app id or name where the log has it: only with it does `user_impersonation` say what
/// may be done.
const Permission* Find(Platform platform, Holder holder, std::string_view name_or_id,
                       std::string_view resource = {});

/// Every row of the table that this holder has on this platform, in the order of the file.
std::span<const Permission* const> AllPermissions(Platform platform, Holder holder);

/// What two of these allow together, where that is more than each alone: the severity, and which
/// one carries it. None when no two do.
struct Together {
  int severity = -1;
  const Permission* first = nullptr;
  const Permission* second = nullptr;  ///< null: with offline access
};
Together CombinedSeverity(Platform platform, Holder holder, std::span<const Permission* const> held,
                          bool offline);

/// Date of the tables of permissions, for AppRisk::tables.
std::string_view PermissionTableVersion();

/// The strongest of a set separated by spaces or commas, and what else matters about it.
struct Power {
  const Permission* strongest = nullptr;  ///< null when none is assessed
  /// That of the strongest, or more where two together allow more (Mail.Read and Mail.Send); -1
  /// when none is assessed.
  int severity = -1;
  bool offline = false;        ///< offline_access, refresh_token and the like
  bool mail_or_files = false;  ///< reads or writes mail or files
  bool restricted = false;     ///< holds one of Google's restricted class
  std::vector<std::string_view> unassessed;
};
Power Assess(Platform platform, Holder holder, std::string_view scopes,
             std::string_view resource = {});

/// First-party and other known apps.
struct KnownApp {
  std::string_view id = {};
  std::string_view name = {};
  std::string_view owner = {};   ///< owner tenant id, when known
  std::string_view source = {};  ///< table and date
  std::string_view note = {};    ///< what the list says about it, where it does
  bool foci = false;             ///< Microsoft: shares refresh tokens with its family of clients
  bool public_client = false;    ///< has no secret: a stolen refresh token is enough
};
/// Microsoft's own app with this client id; null when it is not known as one. An app that only
/// claims a tenant of Microsoft as its owner is not.
const KnownApp* MicrosoftApp(std::string_view app_id);
/// Google's own editors and clients, by project number or client id.
const KnownApp* GoogleApp(std::string_view client_or_project);
/// Tenants that own Microsoft's first-party apps.
bool IsMicrosoftTenant(std::string_view tenant_id);
/// Legitimate apps that thieves like; null when not listed.
const KnownApp* RiskyApp(std::string_view app_id);

/// Known as a client without a secret, or as one of the family that shares refresh tokens.
bool PublicClient(std::string_view app_id);
bool Foci(std::string_view app_id);

/// An Entra directory role.
struct Role {
  std::string_view id = {};  ///< template id, the same in every tenant
  std::string_view name = {};
  int tier = 2;  ///< 0 can take the whole tenant, 1 strong, 2 weak
};
/// By template id or name (also the names of old PowerShell modules); null when not listed.
const Role* FindRole(std::string_view name_or_template_id);
/// The same, for tiers 0 and 1 only.
const Role* PrivilegedRole(std::string_view name_or_template_id);

}  // namespace tokentrail::inventory
