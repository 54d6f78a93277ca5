#include "inventory/holding.h"

#include <algorithm>

namespace tokentrail::inventory {
namespace {

struct FamilyWords {
  std::string_view family;
  std::string_view does;
};
constexpr FamilyWords kFamilies[] = {
    {"mail-read", "reads mail"},
    {"mail-write", "reads and changes mail"},
    {"mail-send", "sends mail"},
    {"mail-settings", "changes mailbox settings"},
    {"files", "reaches files"},
    {"sites", "reaches sites"},
    {"directory", "reaches the directory"},
    {"roles", "reaches administrator roles"},
    {"apps", "reaches other apps"},
    {"devices", "reaches devices"},
    {"chat", "reaches chats"},
    {"policy", "reaches policies"},
    {"audit", "reads audit data"},
    {"secrets", "reaches secrets"},
    {"calendar", "reaches calendars"},
    {"contacts", "reaches contacts"},
    {"notes", "reaches notes"},
    {"tasks", "reaches tasks"},
    {"cloud", "reaches cloud resources"},
    {"data", "reaches the platform's data"},
};

}  // namespace

std::string_view FamilyDoes(std::string_view family) {
  for (const FamilyWords& one : kFamilies) {
    if (one.family == family) return one.does;
  }
  return "reaches other data";
}

std::string_view ShortName(std::string_view permission) {
  constexpr std::string_view kPrefixes[] = {
      "https://www.googleapis.com/auth/", "https://graph.microsoft.com/",
      "https://outlook.office.com/", "https://outlook.office365.com/", "https://"};
  for (const std::string_view prefix : kPrefixes) {
    if (permission.starts_with(prefix) && permission.size() > prefix.size()) {
      return permission.substr(prefix.size());
    }
  }
  return permission;
}

void AssessPermissions(App& app) {
  const std::optional<Platform> platform = PlatformNamed(app.platform);
  std::vector<const Permission*> held[2];
  bool offline = app.offline;
  for (AppPermission& one : app.permissions) {
    one.severity = -1;
    one.family.clear();
    one.vendor_class.clear();
    if (!platform) continue;
    const Holder holder = one.application ? Holder::kApplication : Holder::kDelegated;
    const Permission* found = Find(*platform, holder, one.name, one.resource);
    if (found == nullptr && !one.resource_name.empty()) {
      found = Find(*platform, holder, one.name, one.resource_name);
    }
    if (found == nullptr) continue;
    one.family = found->family;
    one.vendor_class = found->vendor_class;
    one.severity = found->severity;
    if (!one.in_force) continue;
    offline |= found->family == "offline";
    held[static_cast<size_t>(holder)].push_back(found);
  }
  if (!platform) return;
  for (const Holder holder : {Holder::kDelegated, Holder::kApplication}) {
    const auto& all = held[static_cast<size_t>(holder)];
    if (all.empty()) continue;
    const Together together = CombinedSeverity(*platform, holder, all, offline);
    if (together.first == nullptr) continue;
    for (AppPermission& one : app.permissions) {
      if (!one.in_force || one.application != (holder == Holder::kApplication)) continue;
      const Permission* found = Find(*platform, holder, one.name, one.resource);
      if (found == together.first) one.severity = std::max(one.severity, together.severity);
    }
  }
}

Holding HoldingOf(const App& app, double strong_from) {
  Holding out;
  for (const AppPermission& one : app.permissions) {
    if (!one.in_force) continue;
    ++out.in_force;
    if (one.severity < 0) {
      out.unassessed.push_back(one.name);
      continue;
    }
    if (one.family == "offline") continue;
    if (one.severity > out.severity) {
      out.severity = one.severity;
      out.strongest = &one;
    }
    if (one.severity >= strong_from) {
      out.strong.push_back(&one);
      out.families.push_back(one.family);
    }
  }
  std::stable_sort(
      out.strong.begin(), out.strong.end(), [](const AppPermission* a, const AppPermission* b) {
        return a->severity != b->severity ? a->severity > b->severity : a->name < b->name;
      });
  std::sort(out.families.begin(), out.families.end());
  out.families.erase(std::unique(out.families.begin(), out.families.end()), out.families.end());
  return out;
}

}  // namespace tokentrail::inventory
