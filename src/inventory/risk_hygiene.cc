#include <fmt/format.h>

#include <algorithm>

#include "inventory/risk.h"

namespace tokentrail::inventory {
namespace {

/// What a finding of ours about credentials says; DETECTIONS 2.7.
struct FromFinding {
  std::string_view rule;
  std::string_view code;
};
constexpr FromFinding kFindings[] = {
    {"PER-02", "hygiene.foreign_federation"},
    {"MNT-09", "hygiene.foreign_federation"},
};

}  // namespace

void ScoreHygiene(const App& app, const Holding& holding, const RiskContext& context,
                  std::vector<RiskReason>& out, std::vector<AppSign>& not_assessed) {
  const Weights& weights = context.weights;
  const auto add = [&](std::string_view code, std::string words, std::string evidence,
                       std::string_view clears) {
    const double points = weights.Of(code);
    if (points <= 0) return;
    const bool told = std::any_of(
        out.begin(), out.end(), [&](const RiskReason& reason) { return reason.sign.code == code; });
    if (told) return;
    out.push_back({.group = RiskGroup::kHygiene,
                   .points = OneDigit(points),
                   .sign = {.code = std::string(code),
                            .words = std::move(words),
                            .evidence = std::move(evidence),
                            .clears = std::string(clears)}});
  };
  const auto skip = [&](std::string_view code, std::string_view words) {
    not_assessed.push_back(
        {.code = std::string(code), .words = std::string(words), .evidence = {}, .clears = {}});
  };
  // The platform keeps the credentials of its own apps.
  if (app.first_party) return;

  if (app.credentials.empty() && !app.in_snapshot) {
    skip("hygiene.credentials", "no export of its credentials is in the evidence");
  }
  size_t secrets = 0;
  Span longest{};
  std::string longest_name;
  std::string expired;
  std::string a_secret;
  for (const AppCredential& one : app.credentials) {
    if (one.removed) continue;
    const std::string name = one.name.empty() ? one.id : one.name;
    if (one.expires && *one.expires < context.now) {
      if (expired.empty()) expired = name + ", " + FormatDate(*one.expires);
      continue;
    }
    if (one.kind == "secret") {
      ++secrets;
      if (a_secret.empty()) a_secret = name;
    }
    if (one.added && one.expires && one.kind != "federated" &&
        *one.expires - *one.added > longest) {
      longest = *one.expires - *one.added;
      longest_name = name;
    }
    // Somebody else's app that gives it a way in.
    if (!one.added_by.empty() && one.added_by != app.id && one.added_by != app.object &&
        one.added_by != app.name && one.added_by != app.application_object) {
      const auto& apps = context.portfolio.apps;
      const bool by_app = std::any_of(apps.begin(), apps.end(), [&](const App& other) {
        return other.tenant == app.tenant && !other.first_party &&
               (other.id == one.added_by || other.object == one.added_by);
      });
      if (by_app) {
        add("hygiene.credential_by_app",
            fmt::format("another app gave it a credential ({})", one.added_by), name,
            "the other app manages credentials on purpose");
      }
    }
  }
  if (secrets > 0) {
    add("hygiene.secret", "signs in with a secret, which can be copied", a_secret,
        "a certificate or a federated credential takes its place");
  }
  if (longest > Days(731)) {
    add("hygiene.very_long_life",
        fmt::format("a credential lives {} days", longest.micros / Days(1).micros), longest_name,
        "it is replaced by one of at most 180 days");
  } else if (longest > Days(180)) {
    add("hygiene.long_life",
        fmt::format("a credential lives {} days", longest.micros / Days(1).micros), longest_name,
        "it is replaced by one of at most 180 days");
  }
  if (secrets > 2) {
    add("hygiene.many_secrets", fmt::format("{} secrets are in force at once", secrets), a_secret,
        "those not in use are removed");
  }
  if (!expired.empty()) {
    add("hygiene.expired_present", "an expired credential was never removed", expired,
        "it is removed");
  }
  if (holding.severity >= weights.Of("strong")) {
    if (!app.assignment_required) {
      if (app.platform == "entra") {
        skip("hygiene.no_assignment",
             "whether people must be assigned to it is not in the evidence");
      }
    } else if (!*app.assignment_required) {
      add("hygiene.no_assignment", "everybody may sign in to it, none needs to be assigned",
          "appRoleAssignmentRequired is false", "assignment is required");
    }
  }
  for (const AppFinding& finding : app.findings) {
    for (const FromFinding& one : kFindings) {
      if (finding.rule == one.rule) {
        add(one.code, finding.title, fmt::format("{} {}", finding.rule, finding.id),
            "the issuer is one of ours");
      }
    }
  }
}

}  // namespace tokentrail::inventory
