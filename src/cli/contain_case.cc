#include "cli/contain_case.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/audit_file.h"
#include "cli/case_file.h"
#include "cli/case_json.h"
#include "inventory/permission.h"

namespace tokentrail::cli {
namespace {

/// Entities of findings under the words of this verb's flags.
std::string_view TypeOf(std::string_view entity) {
  return entity == "service_account" ? std::string_view("serviceaccount") : entity;
}

bool IsThing(std::string_view type) {
  for (const std::string_view one :
       {"app", "user", "token", "session", "credential", "serviceaccount"}) {
    if (one == type) return true;
  }
  return false;
}

std::string Text(const Record& record, const Node& object, std::string_view key) {
  const Node* child = record.Child(object, key);
  return child == nullptr ? std::string() : std::string(child->text());
}

/// `entra` is what the summary calls Microsoft's platform.
std::string_view PlatformOfApp(std::string_view name) {
  return name == "entra" ? "microsoft" : name;
}

}  // namespace

std::string_view ContainPlatformOf(std::string_view source) {
  using inventory::Platform;
  if (source == "gcp_audit") return "google";
  const auto platform = inventory::PlatformOfSource(source);
  if (!platform) return {};
  return *platform == Platform::kMicrosoft ? "microsoft" : inventory::Name(*platform);
}

KnownThing& ContainCase::At(std::string_view type, std::string_view platform, std::string_view id) {
  // Ids of tokens may differ by case alone, so the key keeps it.
  KnownThing& out = things_[fmt::format("{}\n{}\n{}", type, platform, id)];
  if (out.id.empty()) {
    out.type = type;
    out.platform = platform;
    out.id = id;
  }
  return out;
}

Result<ContainCase> ContainCase::Read(const std::string& folder) {
  ContainCase out;
  // Changes first: this says it best when there is no case at all.
  TRY(EachChange(folder, [&](ChangeLine& change) {
    using C = ChangeCell;
    const std::string_view platform = ContainPlatformOf(change[C::kSource]);
    const auto add = [&](std::string_view type, const std::string& id, const std::string& name) {
      const std::string& key = id.empty() ? name : id;
      if (key.empty()) return;
      KnownThing& thing = out.At(type, platform, key);
      thing.name_only = id.empty();
      if (!name.empty() && name != key) thing.names.insert(name);
      if (!change[C::kTenant].empty()) thing.tenants.insert(change[C::kTenant]);
      ++thing.changes;
    };
    add("app", change[C::kApp], change[C::kAppName]);
    const std::string& via = change[C::kVia];
    if (via == "app_only" || via == "app_for_user") {
      if (change[C::kClient] != change[C::kApp]) {
        add("app", change[C::kClient], change[C::kClientName]);
      }
    }
    if (via != "app_only" && via != "platform") add("user", change[C::kIdentity], {});
    add("session", change[C::kSession], {});
    add("token", change[C::kToken], {});
    if (change[C::kClass] == "credential" && !change[C::kName].empty()) {
      for (const std::string_view id : Split(change[C::kName], " ")) {
        add("credential", std::string(id), {});
      }
    }
    constexpr std::string_view kAccount = "system:serviceaccount:";
    if (change[C::kIdentity].starts_with(kAccount)) {
      std::string account = change[C::kIdentity].substr(kAccount.size());
      const size_t colon = account.find(':');
      if (colon != std::string::npos) {
        account[colon] = '/';
        add("serviceaccount", account, {});
      }
    }
  }));

  const CaseSummary read = TRY(CaseSummary::Read(folder, Takes::kCase));
  const Record& summary = read.record();
  if (const Node* apps = summary.Find("apps")) {
    for (const Node& app : Children(*apps)) {
      const std::string id = Text(summary, app, "id");
      if (id.empty()) continue;
      KnownThing& thing = out.At("app", PlatformOfApp(Text(summary, app, "platform")), id);
      const std::string name = Text(summary, app, "name");
      if (!name.empty()) thing.names.insert(name);
      const std::string tenant = Text(summary, app, "tenant");
      if (!tenant.empty()) thing.tenants.insert(tenant);
      thing.users = std::max(thing.users, NumberOf(Text(summary, app, "users")));
      thing.tenant_wide = thing.tenant_wide || Text(summary, app, "tenant_wide") == "true";
      thing.permission = Text(summary, app, "permission");
    }
  }

  const auto add_finding = [&](std::string_view, const Record& record) -> Result<bool> {
    const CaseFinding found = TRY(ReadFinding(record));
    const Finding& finding = found.finding;
    std::string_view platform;
    for (const std::string& source : found.sources) {
      if (platform.empty()) platform = ContainPlatformOf(source);
    }
    for (const Entity& entity : finding.entities) {
      const std::string_view type = TypeOf(entity.type);
      if (!IsThing(type)) continue;
      KnownThing& thing = out.At(type, platform, entity.id);
      if (!entity.name.empty()) thing.names.insert(entity.name);
      if (!finding.tenant.empty()) thing.tenants.insert(finding.tenant);
      thing.findings[finding.id.substr(0, 8)] =
          fmt::format("{}: {}", Name(finding.level), finding.title);
      for (const Entity& other : finding.entities) {
        if (&other == &entity) continue;
        thing.beside[std::string(TypeOf(other.type))].insert(
            other.name.empty() || other.type == "app" ? other.id : other.name);
      }
    }
    return true;
  };
  TRY(EachFinding(folder, add_finding));
  return out;
}

std::vector<const KnownThing*> ContainCase::Find(std::string_view type, std::string_view wanted,
                                                 std::string_view platform) const {
  std::vector<const KnownThing*> exact;
  std::vector<const KnownThing*> by_id;
  std::vector<const KnownThing*> by_name;
  std::vector<const KnownThing*> by_name_only;
  for (const auto& [key, thing] : things_) {
    if (thing.type != type || (!platform.empty() && thing.platform != platform)) continue;
    if (thing.name_only) {
      if (EqualsIgnoreCase(thing.id, wanted)) by_name_only.push_back(&thing);
      continue;
    }
    if (thing.id == wanted) exact.push_back(&thing);
    if (EqualsIgnoreCase(thing.id, wanted)) by_id.push_back(&thing);
    for (const std::string& name : thing.names) {
      if (!EqualsIgnoreCase(name, wanted)) continue;
      by_name.push_back(&thing);
      break;
    }
  }
  if (!exact.empty()) return exact;
  if (!by_id.empty()) return by_id;
  return !by_name.empty() ? by_name : by_name_only;
}

std::vector<std::string> ContainCase::Nearest(std::string_view type,
                                              std::string_view wanted) const {
  std::vector<std::string> all;
  for (const auto& [key, thing] : things_) {
    if (thing.type != type) continue;
    all.push_back(thing.id);
    all.insert(all.end(), thing.names.begin(), thing.names.end());
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  std::vector<std::string> out;
  const std::string lower = Lower(wanted);
  // Beginnings and parts, then what is spelled alike.
  for (const std::string& one : all) {
    if (out.size() < 5 && ContainsIgnoreCase(one, wanted)) out.push_back(one);
  }
  std::vector<std::string_view> rest;
  std::map<std::string, std::string> spelled;
  for (const std::string& one : all) {
    if (std::find(out.begin(), out.end(), one) == out.end()) spelled.emplace(Lower(one), one);
  }
  while (out.size() < 5) {
    rest.clear();
    for (const auto& [low, one] : spelled) rest.push_back(low);
    const std::string nearest(Closest(lower, rest));
    if (nearest.empty()) break;
    out.push_back(spelled.at(nearest));
    spelled.erase(nearest);
  }
  return out;
}

}  // namespace tokentrail::cli
