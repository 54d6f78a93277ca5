// A change of who may do what, or of what guards it, whether or not it is a finding: who did it,
// to whom, and how we know, as far as the one event tells.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/place.h"
#include "base/time.h"
#include "model/attribution.h"
#include "model/event.h"
#include "model/level.h"

namespace tokentrail {

enum class AuditClass : uint8_t {
  kRole,        ///< a role made or changed, given or taken away
  kPolicy,      ///< a setting of an organisation
  kCredential,  ///< a secret, key, certificate or sign-in method
  kFederation,  ///< whom one trusts to say who somebody is
  kGuardrail,   ///< what protects: conditional access, consent policy, audit log, MFA, ...
  kCount,
};
constexpr size_t kAuditClasses = static_cast<size_t>(AuditClass::kCount);

/// `role`, `policy`, `credential`, `federation`, `guardrail`.
std::string_view Name(AuditClass one);
std::optional<AuditClass> ParseAuditClass(std::string_view text);

struct AuditRow {
  Time time;
  AuditClass what = AuditClass::kPolicy;
  Kind kind = Kind::kOther;
  Outcome outcome = Outcome::kUnknown;
  SourceIndex source = 0;
  Place place;
  Id content;
  std::string tenant;
  std::string operation;
  std::string name;    ///< of the role, permission, policy or credential
  std::string target;  ///< whom or what it was done to: name, else id
  std::string target_id;
  std::string target_type;
  std::string change;  ///< old -> new where known, what was added and removed
  std::string app;     ///< app that was changed, or that the change is for
  std::string app_name;
  Attribution who;
  std::string status;  ///< as logged
  std::string ip;
  std::string user_agent;
  std::string session;
  std::string token;
  std::string correlation;
};

/// What could not be seen, for want of a log: "cannot say" is not "none".
struct AuditGap {
  std::string platform;  ///< `Entra ID`, `Okta`, ...
  std::vector<AuditClass> classes;
  std::string needs;        ///< what would show them
  bool other_logs = false;  ///< other logs of this platform are in the evidence
};

struct Audit {
  std::vector<AuditRow> rows;  ///< oldest first
  std::vector<AuditGap> gaps;
  std::array<uint64_t, kAuditClasses> counts{};  ///< of all, also those not kept
  uint64_t not_kept = 0;                         ///< the latest, beyond what memory is for
};

}  // namespace tokentrail
