// The stages of the life of a stolen token, in which a trail is told.
//
// Source: the chapters of DETECTIONS 2 (register, lure, grant, issue, use, escalate, persist,
// exfiltrate, revoke); error codes of Entra from DETECTIONS 1.1.2 as its section 0 corrects them.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "model/kind.h"

namespace tokentrail::trail {

enum class Stage : uint8_t {
  kRegister,
  kLure,
  kGrant,
  kIssue,
  kUse,
  kEscalate,
  kPersist,
  kExfiltrate,
  kRevoke,
  kCount,
};
constexpr size_t kStages = static_cast<size_t>(Stage::kCount);

/// `register`, `lure`, ...
std::string_view Name(Stage stage);
/// `how the app came to be`, ...: a heading for people.
std::string_view Words(Stage stage);

/// What of an event, or of many like it, decides its stage.
struct Act {
  Kind kind = Kind::kOther;
  Outcome outcome = Outcome::kUnknown;
  std::string_view operation = {};
  std::string_view status = {};  ///< result code, as logged
  uint64_t count = 1;            ///< how many like it, that day, through one client
};

/// From this many alike, what downloads is taken to be bulk. A guess: a person opens fewer files a
/// day through one client.
constexpr uint64_t kBulk = 100;

Stage StageOf(const Act& act);

/// Error codes by which a sign-in tells of a consent prompt or of what became of it; none of them
/// issued a token.
bool IsLureStatus(std::string_view status);
std::vector<std::string_view> LureStatuses();
/// What such a code means, in words; empty for others.
std::string_view StatusWords(std::string_view status);

/// True of kinds that come by the thousand, and are told by the day; the others are told one by
/// one.
bool IsBulk(Kind kind);

std::optional<Kind> ParseKind(std::string_view name);

}  // namespace tokentrail::trail
