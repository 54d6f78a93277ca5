#include "model/app.h"

#include <algorithm>

namespace tokentrail {

std::string_view Name(AppPermission::Use use) {
  switch (use) {
    case AppPermission::Use::kCannotSay:
      return "cannot_say";
    case AppPermission::Use::kUsed:
      return "used";
    case AppPermission::Use::kUnused:
      return "unused";
  }
  return {};
}

std::string_view Name(ConsentAct act) {
  switch (act) {
    case ConsentAct::kGranted:
      return "granted";
    case ConsentAct::kWidened:
      return "widened";
    case ConsentAct::kNarrowed:
      return "narrowed";
    case ConsentAct::kRevoked:
      return "revoked";
    case ConsentAct::kDeclined:
      return "declined";
    case ConsentAct::kBlocked:
      return "blocked";
  }
  return {};
}

std::string_view Name(RiskGroup group) {
  switch (group) {
    case RiskGroup::kPower:
      return "power";
    case RiskGroup::kFit:
      return "fit";
    case RiskGroup::kTrust:
      return "trust";
    case RiskGroup::kBehaviour:
      return "behaviour";
    case RiskGroup::kHygiene:
      return "hygiene";
  }
  return {};
}

std::string_view Name(App::Verified verified) {
  switch (verified) {
    case App::Verified::kUnknown:
      return "unknown";
    case App::Verified::kNo:
      return "unverified";
    case App::Verified::kYes:
      return "verified";
  }
  return {};
}

std::string_view Name(App::Sanction sanction) {
  switch (sanction) {
    case App::Sanction::kUndetermined:
      return "undetermined";
    case App::Sanction::kApproved:
      return "approved";
    case App::Sanction::kBanned:
      return "banned";
  }
  return {};
}

std::string_view PermissionLevel(int severity) {
  if (severity < 0) return "not assessed";
  return severity >= 70 ? "high" : severity >= 40 ? "medium" : "low";
}

int MaxSeverity(const App& app) {
  int out = -1;
  for (const AppPermission& one : app.permissions) {
    if (one.in_force) out = std::max(out, one.severity);
  }
  return out;
}

uint64_t UserCount(const App& app) {
  uint64_t out = app.users_left_out;
  for (const AppUser& user : app.users) out += user.in_force ? 1 : 0;
  return std::max(out, app.catalog_users.value_or(0));
}

}  // namespace tokentrail
