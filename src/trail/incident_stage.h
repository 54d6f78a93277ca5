// Where in the life of a stolen token a finding belongs.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "model/finding.h"

namespace tokentrail::trail {

/// In the order of the life. Source: DETECTIONS 2.1 to 2.10.
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
};
/// `register`, `lure`, `grant`, ...
std::string_view Name(Stage stage);

/// Of an analytic by its id; of a Sigma rule by the first of its ATT&CK techniques that the table
/// knows. None for what belongs to no stage, and for techniques that the table does not name.
std::optional<Stage> StageOf(const Finding& finding);

}  // namespace tokentrail::trail
