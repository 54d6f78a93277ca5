#include "policy/condition.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/as_of.h"
#include "base/text.h"
#include "policy/made.h"

namespace tokentrail::policy {

bool IsKnown(Time time) { return time.micros > 0 && time < kAsOfCollection; }
bool IsKnown(const std::optional<Time>& time) { return time && IsKnown(*time); }

std::string Listed(const std::vector<std::string>& items, size_t most) {
  std::string out;
  // "and 1 more" would be as long as the one.
  const size_t shown = items.size() <= most + 1 ? items.size() : most;
  for (size_t i = 0; i < shown; ++i) out += (i == 0 ? "" : ", ") + items[i];
  if (shown < items.size()) out += fmt::format(" and {} more", items.size() - shown);
  return out;
}

Surroundings::Surroundings(const Portfolio& portfolio) : portfolio_(&portfolio) {
  const App* last = nullptr;
  for (const App& app : portfolio.apps) {
    // Apps stand by tenant and platform: one look-up for each is enough.
    const bool same =
        last != nullptr && last->platform == app.platform && last->tenant == app.tenant;
    if (!same && (app.last_used || app.events > 0)) {
      used_.emplace(app.tenant, app.platform);
      last = &app;
    }
    if (IsKnown(app.first_seen)) {
      Time& first = tenant_first_.try_emplace(app.tenant, app.first_seen).first->second;
      first = std::min(first, app.first_seen);
    }
    for (const AppUser& user : app.users) {
      if (user.roles.empty() && user.department.empty() && user.title.empty()) continue;
      has_roles_ = has_roles_ || !user.roles.empty();
      has_titles_ = has_titles_ || !user.title.empty() || !user.department.empty();
      // The first to say it: all apps say the same of a person, as far as they say anything.
      if (!user.id.empty()) people_.try_emplace({app.tenant, Lower(user.id)}, &user);
      if (!user.name.empty()) people_.try_emplace({app.tenant, Lower(user.name)}, &user);
    }
  }
}

const AppUser* Surroundings::Person(const App& app, std::string_view name_or_id) const {
  if (people_.empty() || name_or_id.empty()) return nullptr;
  const auto found = people_.find({app.tenant, Lower(name_or_id)});
  return found == people_.end() ? nullptr : found->second;
}

Time Surroundings::TenantFirst(const App& app) const {
  const auto found = tenant_first_.find(app.tenant);
  return found == tenant_first_.end() ? portfolio_->first
                                      : std::max(portfolio_->first, found->second);
}

bool Surroundings::UseIsLogged(const App& app) const {
  return used_.contains({app.tenant, app.platform});
}

void CiteGrants(const Moment& moment, const std::vector<std::string_view>& permissions,
                Explanation& out) {
  for (const AppConsent& act : moment.app.consents) {
    if (act.act != ConsentAct::kGranted && act.act != ConsentAct::kWidened) continue;
    const bool adds =
        permissions.empty() ||
        std::any_of(permissions.begin(), permissions.end(), [&](std::string_view name) {
          return std::find(act.added.begin(), act.added.end(), name) != act.added.end();
        });
    if (adds) out.acts.push_back(&act);
  }
}

std::optional<int> ReadPermissionLevel(Reading& reading, const Yaml& node, std::string_view what) {
  if (node.is_scalar() && SignOf(node.text) == ">=") {
    const auto severity = reading.Compare(node, what, Measure::kScore, Bare::kRefused);
    if (!severity) return std::nullopt;
    return static_cast<int>(severity->low);
  }
  const auto level = reading.Choice(node, what, {"low", "medium", "high"});
  if (!level) return std::nullopt;
  // As PermissionLevel() draws them.
  return *level == "high" ? 70 : *level == "medium" ? 40 : 0;
}

std::string SeverityWords(int severity) {
  if (severity == 70 || severity == 40 || severity == 0)
    return std::string(PermissionLevel(severity));
  return fmt::format(">= {}", severity);
}

std::optional<Kind> ReadKind(Reading& reading, const Yaml& node, std::string_view what) {
  const auto kind = reading.Choice(node, what, {"delegated", "application"});
  if (!kind) return std::nullopt;
  return *kind == "application" ? Kind::kApplication : Kind::kDelegated;
}

std::vector<std::string_view> MisleadingCodes(std::string_view part) {
  // Signs that say so by themselves. A brand's name in an app's ("for Salesforce") is not one, and
  // neither is a publisher whom nobody verified.
  if (part == "name") {
    return {"name.confusable",   "name.confusable_weak",    "name.near",
            "name.mixed_script", "name.invisible",          "name.punctuation",
            "name.is_user",      "name.is_tenant",          "name.lure_by_context",
            "name.neighbour",    "name.brand_security_word"};
  }
  if (part == "publisher") return {"publisher.claims_microsoft", "name.cross_vendor"};
  return {"reply.ip_host", "reply.punycode", "reply.localhost_access", "reply.shared_with_flagged"};
}

std::string Words(const AppPermission& permission) {
  std::string out = permission.name;
  const std::string level =
      permission.severity < 0 ? "not assessed" : fmt::format("{}", permission.severity);
  return out + fmt::format(" ({}{})", level, permission.application ? ", for itself" : "");
}

std::vector<const ConditionDef*> Conditions() {
  std::vector<const ConditionDef*> out;
  for (const auto part : {StateConditions(), ActConditions(), UseConditions()}) {
    for (const ConditionDef& def : part) out.push_back(&def);
  }
  return out;
}

}  // namespace tokentrail::policy
