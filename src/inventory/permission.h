// How much a permission allows: our tables, from data/.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tokentrail::inventory {

enum class Platform : uint8_t { kMicrosoft, kGoogle, kGitHub, kSlack, kSalesforce, kOkta, kKubernetes };
enum class Holder : uint8_t { kDelegated, kApplication };

/// What one permission lets its holder do.
struct Permission {
  std::string_view name;    ///< `Mail.Read`, `https://www.googleapis.com/auth/drive`
  std::string_view id;      ///< GUID of an app role or scope, when it has one
  std::string_view family;  ///< mail-read, mail-send, files, directory, roles, apps, ...
  std::string_view source;  ///< where the level comes from
  int severity = -1;        ///< 0 to 100; DETECTIONS.md 3.2 and 3.3
};

/// Looked up by name or GUID, any case; null when not assessed: unknown is never "harmless".
const Permission* Find(Platform platform, Holder holder, std::string_view name_or_id);

/// The strongest of a space-separated set, and what else matters about it.
struct Power {
  const Permission* strongest = nullptr;  ///< null when none is assessed
  int severity = -1;
  bool offline = false;      ///< offline_access, refresh_token and the like
  bool mail_or_files = false;///< reads or writes mail or files
  std::vector<std::string_view> unassessed;
};
Power Assess(Platform platform, Holder holder, std::string_view scopes);

/// First-party and other known apps.
struct KnownApp {
  std::string_view id;
  std::string_view name;
  std::string_view owner;   ///< owner tenant id, when known
  std::string_view source;  ///< table and date
};
/// Microsoft's own app with this client id; null when it is not known as one.
const KnownApp* MicrosoftApp(std::string_view app_id);
/// Google's own editors and clients, by project number or client id.
const KnownApp* GoogleApp(std::string_view client_or_project);
/// Tenants that own Microsoft's first-party apps.
bool IsMicrosoftTenant(std::string_view tenant_id);
/// Legitimate apps that thieves like; null when not listed.
const KnownApp* RiskyApp(std::string_view app_id);

}  // namespace tokentrail::inventory
