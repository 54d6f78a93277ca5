#include "analytic/google.h"

#include "base/text.h"

namespace tokentrail::analytic {

// Source of the scope names: Google, "OAuth 2.0 Scopes for Google APIs", as tabled in
// DETECTIONS 3.3.

bool IsGoogle(const Event& event) {
  if (event.Text(Field::kApp).ends_with(".apps.googleusercontent.com")) return true;
  const std::string_view scopes = event.Text(Field::kScopes);
  return scopes.find("https://www.googleapis.com/auth/") != std::string_view::npos ||
         scopes.find("https://mail.google.com") != std::string_view::npos;
}

std::string_view ShortScope(std::string_view scope) {
  scope = Trim(scope);
  for (const std::string_view prefix :
       {std::string_view("https://www.googleapis.com/auth/"), std::string_view("https://")}) {
    if (scope.starts_with(prefix)) {
      scope.remove_prefix(prefix.size());
      break;
    }
  }
  while (scope.ends_with('/')) scope.remove_suffix(1);
  return scope;
}

bool IsFullData(std::string_view scope) {
  const std::string_view name = ShortScope(scope);
  return name == "mail.google.com" || name == "gmail.modify" || name == "drive" ||
         name.starts_with("admin.directory.");
}

bool IsDomainData(std::string_view scope) {
  const std::string_view name = ShortScope(scope);
  if (name == "drive.file" || name == "drive.appdata" || name == "drive.install") return false;
  if (name == "gmail.labels" || name.starts_with("gmail.addons.")) return false;
  return name == "mail.google.com" || name.starts_with("mail.google.com/") ||
         name.starts_with("gmail.") || name == "drive" || name.starts_with("drive.") ||
         name.starts_with("admin.directory.") || name == "cloud-platform";
}

bool IsReportsOnly(std::string_view scope) {
  const std::string_view name = ShortScope(scope);
  return name == "admin.reports.audit.readonly" || name == "admin.reports.usage.readonly" ||
         name == "apps.alerts";
}

}  // namespace tokentrail::analytic
