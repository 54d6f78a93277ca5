#include "analytic/actor.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace tokentrail::analytic {
namespace {

bool IsFirstParty(std::string_view id, std::string_view owner) {
  if (!owner.empty() && inventory::IsMicrosoftTenant(owner)) return true;
  if (id.empty()) return false;
  return inventory::MicrosoftApp(id) != nullptr || inventory::GoogleApp(id) != nullptr;
}

std::string Usable(std::string_view text) {
  text = Trim(text);
  return IsZeroGuid(text) ? std::string() : std::string(text);
}

std::string UsableId(std::string_view text) {
  text = Trim(text);
  return IsZeroGuid(text) ? std::string() : Lower(text);
}

}  // namespace

void AppRef::Merge(const AppRef& other) {
  if (id.empty()) id = other.id;
  if (object.empty()) object = other.object;
  if (name.empty()) name = other.name;
  first_party = first_party || other.first_party;
}

std::string AppRef::Words() const {
  const std::string& best = key();
  if (best.empty()) return "an app that the record does not name";
  if (!name.empty() && name != best) return fmt::format("app '{}' ({})", name, best);
  return "app " + best;
}

bool CallsItselfMicrosoft(const AppRef& app) {
  // The directory log leaves initiatedBy.app.appId empty for these. Names as in Microsoft's lists
  // of first-party apps and in real directory logs (DETECTIONS 1.2, 2.6; 2026).
  constexpr std::string_view kNames[] = {
      "MS-PIM",
      "Azure ESTS Service",
      "Managed Service Identity",
      "Microsoft.Azure.SyncFabric",
      "Microsoft Approval Management",
      "Microsoft Substrate Management",
      "Microsoft Azure AD Internal - Jit Provisioning",
      "Azure AD Identity Governance - Directory Management",
      "Microsoft Azure AD Group-Based Licensing",
  };
  if (!app.id.empty()) return false;
  return std::any_of(std::begin(kNames), std::end(kNames),
                     [&](std::string_view name) { return EqualsIgnoreCase(app.name, name); });
}

std::string_view MailProgram(std::string_view app_id) {
  // Ids as their makers document them for administrators who have to consent: Apple "Apple Internet
  // Accounts", Mozilla "Thunderbird and Exchange/Microsoft 365", Samsung "Samsung Email" (2026).
  struct Program {
    std::string_view id;
    std::string_view name;
  };
  constexpr Program kPrograms[] = {
      {"f8d98a96-0999-43f5-8af3-69971c7bb423", "Apple Internet Accounts"},
      {"9e5f94bc-e8a4-4e73-b8be-63364c29d753", "Mozilla Thunderbird"},
      {"8acd33ea-7197-4a96-bc33-d7cc7101262f", "Samsung Email"},
  };
  for (const Program& program : kPrograms) {
    if (program.id == app_id) return program.name;
  }
  return {};
}

AppRef AppOf(const Event& event, const State& state) {
  AppRef out;
  const std::string_view tenant = event.Text(Field::kTenant);
  out.id = UsableId(event.Text(Field::kApp));
  out.object = UsableId(event.Text(Field::kAppObject));
  out.name = Usable(event.Text(Field::kAppName));
  // User-flow grant records leave the app id empty, and some give it only as the target's name.
  if (out.id.empty() && IsGuid(out.name)) out.id = Lower(std::string_view(out.name));
  if (out.id.empty() && !out.object.empty()) out.id = state.AppOfObject(tenant, out.object);
  const AppState* known = out.id.empty() ? nullptr : state.App(tenant, out.id);
  if (known != nullptr && (out.name.empty() || IsGuid(out.name))) out.name = known->name;
  std::string owner = UsableId(event.Text(Field::kAppOwner));
  if (owner.empty() && known != nullptr) owner = known->owner_tenant;
  out.first_party = IsFirstParty(out.id, owner);
  return out;
}

std::string Actor::key() const {
  if (is_app()) return app.key();
  return !user_id.empty() && IsGuid(user_id) ? user_id : !user.empty() ? user : user_id;
}

std::string Actor::Words() const {
  if (is_app()) return app.Words();
  // An account, never its owner: whoever held the token acted.
  if (!user.empty()) return "account " + user;
  return user_id.empty() ? "an unnamed actor" : "account " + user_id;
}

Actor ActorOf(const Event& event, const State& state) {
  Actor out;
  out.user = Lower(event.Text(Field::kUser));
  out.user_id = UsableId(event.Text(Field::kUserId));
  out.app.name = Usable(event.Text(Field::kActorApp));
  out.app.id = UsableId(event.Text(Field::kActorAppId));
  if (IsGuid(out.app.name)) {
    (out.app.id.empty() ? out.app.id : out.app.object) = Lower(std::string_view(out.app.name));
    out.app.name.clear();
  }
  // Microsoft 365 writes an app's own act with `ServicePrincipal_<object id>` as the user.
  constexpr std::string_view kPrefix = "serviceprincipal_";
  if (out.user.starts_with(kPrefix)) {
    out.app.object = out.user.substr(kPrefix.size());
    out.user.clear();
    out.user_id.clear();
  }
  if (out.user == "not available" || out.user == "not applicable") out.user.clear();
  // What stands in the app id may be the object id of its service principal (initiatedBy.app has
  // only that on many records).
  const std::string_view tenant = event.Text(Field::kTenant);
  if (!out.app.id.empty()) {
    const std::string_view resolved = state.AppOfObject(tenant, out.app.id);
    if (!resolved.empty() && resolved != out.app.id) {
      out.app.object = out.app.id;
      out.app.id = resolved;
    }
  } else if (!out.app.object.empty()) {
    out.app.id = state.AppOfObject(tenant, out.app.object);
  }
  if (!out.app.empty() && out.user.empty()) {
    // Then the id is the app's as well: some mappings give it as the user's.
    if (out.user_id == out.app.id || out.user_id == out.app.object) out.user_id.clear();
    if (!IsGuid(out.user_id)) out.user_id.clear();
  }
  // Still not known as a client id: then it may be an object id that no other record explains,
  // unless the record gives the client that acted.
  const bool is_client = EqualsIgnoreCase(event.Text(Field::kClientString), out.app.id);
  if (!is_client && !out.app.id.empty() && out.app.object.empty() &&
      inventory::MicrosoftApp(out.app.id) == nullptr && state.App(tenant, out.app.id) == nullptr) {
    out.app.object = std::move(out.app.id);
    out.app.id.clear();
  }
  if (const AppState* known = out.app.id.empty() ? nullptr : state.App(tenant, out.app.id)) {
    if (out.app.name.empty()) out.app.name = known->name;
    out.app.first_party = IsFirstParty(out.app.id, known->owner_tenant);
  } else {
    out.app.first_party = IsFirstParty(out.app.id, {});
  }
  return out;
}

std::string People::Of(std::string_view tenant, std::string_view name, std::string_view id) {
  const std::string lower = Lower(name);
  const Id scope = Id::Of(tenant);
  if (IsGuid(id) && !IsZeroGuid(id)) {
    const std::string canonical = Lower(id);
    if (!lower.empty() && id_of_name_.size() < kMax) {
      id_of_name_.try_emplace(Id::Of(scope, Id::Of(lower)), canonical);
      name_of_id_.try_emplace(Id::Of(scope, Id::Of(canonical)), lower);
    }
    return canonical;
  }
  if (lower.empty()) return Lower(id);
  const auto it = id_of_name_.find(Id::Of(scope, Id::Of(lower)));
  return it == id_of_name_.end() ? lower : it->second;
}

std::string_view People::NameOf(std::string_view tenant, std::string_view id) const {
  const auto it = name_of_id_.find(Id::Of(Id::Of(tenant), Id::Of(id)));
  return it == name_of_id_.end() ? std::string_view() : std::string_view(it->second);
}

Strength Weigh(inventory::Platform platform, inventory::Holder holder, const Texts& permissions) {
  Strength out;
  const std::string joined = Joined(permissions);
  const inventory::Power power = inventory::Assess(platform, holder, joined);
  out.severity = power.severity;
  if (power.strongest != nullptr) out.strongest = power.strongest->name;
  out.offline = power.offline;
  out.data = power.mail_or_files;
  for (const std::string_view name : power.unassessed) out.unassessed.emplace(name);
  return out;
}

void AddParts(std::string_view set, Texts& out) {
  for (const std::string_view part : Split(set, " ")) out.emplace(part);
}

std::string Joined(const Texts& parts) {
  std::string out;
  for (const std::string& part : parts) {
    if (!out.empty()) out += ' ';
    out += part;
  }
  return out;
}

std::string Few(const Texts& parts, size_t most) {
  std::string out;
  size_t shown = 0;
  for (const std::string& part : parts) {
    if (shown == most) return fmt::format("{} and {} more", out, parts.size() - shown);
    if (shown > 0) out += ", ";
    out += part;
    ++shown;
  }
  return out;
}

std::string Counted(uint64_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

std::string Novelty(int days_seen) {
  if (days_seen >= kWarmDays) return {};
  return fmt::format("novelty unknown ({} of 30 days seen)", std::max(days_seen, 0));
}

void AddUser(Finding& finding, std::string_view name, std::string_view id) {
  // Nearly every log has the address, few have the directory id: so findings of different logs
  // meet.
  if (!name.empty()) return finding.AddEntity("user", name);
  if (!id.empty()) finding.AddEntity("user", id);
}

void AddApp(Finding& finding, const AppRef& app) {
  if (app.empty()) return;
  finding.AddEntity("app", app.key(), app.name == app.key() ? std::string_view() : app.name);
}

}  // namespace tokentrail::analytic
