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

/// Through what the identity acted. Who held the token is another question, which one event can't
/// answer: a stolen token of a portal reads as `user`.
enum class Via : uint8_t { kUnknown, kUser, kAppForUser, kAppOnly, kPlatform };
/// `unknown`, `user`, `app_for_user`, `app_only`, `platform`.
std::string_view Name(Via via);
/// `the user directly`, `an app for the user`, ...
std::string_view Words(Via via);

/// Who did it, as far as the event tells.
struct Attribution {
  std::string recorded;     ///< the actor as the record names it
  std::string identity;     ///< whose account or service principal: name, else id
  std::string identity_id;  ///< its id, where the record has one
  std::string client;       ///< app that held the token: id; empty when not told
  std::string client_name;
  Via via = Via::kUnknown;
  std::string_view reason;  ///< one word: `token_type`, `client_not_recorded`, ...; lives forever
  Confidence confidence = Confidence::kNone;
};

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
