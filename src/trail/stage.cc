#include "trail/stage.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace tokentrail::trail {
namespace {

constexpr std::array<std::string_view, kStages> kNames = {
    "register", "lure", "grant", "issue", "use", "escalate", "persist", "exfiltrate", "revoke"};
constexpr std::array<std::string_view, kStages> kWords = {
    "an app comes to be",     "a consent is asked for", "access is granted",
    "a token is issued",      "the access is used",     "rights are widened",
    "a way back is prepared", "data leaves in bulk",    "access is taken away",
};

struct KindStage {
  Kind kind;
  Stage stage;
};

constexpr KindStage kKinds[] = {
    {Kind::kOther, Stage::kUse},
    {Kind::kSignIn, Stage::kIssue},
    {Kind::kConsent, Stage::kGrant},
    {Kind::kDelegatedGrant, Stage::kGrant},
    {Kind::kAppRoleGrant, Stage::kGrant},
    {Kind::kRoleAssignment, Stage::kEscalate},
    {Kind::kCredentialChange, Stage::kPersist},
    {Kind::kAppChange, Stage::kRegister},
    {Kind::kOwnerChange, Stage::kPersist},
    {Kind::kPolicyChange, Stage::kEscalate},
    {Kind::kRoleChange, Stage::kEscalate},
    {Kind::kUserChange, Stage::kPersist},
    {Kind::kDeviceChange, Stage::kPersist},
    {Kind::kMailRead, Stage::kUse},
    {Kind::kMailSend, Stage::kExfiltrate},
    {Kind::kMailRule, Stage::kPersist},
    {Kind::kFileAccess, Stage::kUse},
    {Kind::kApiCall, Stage::kUse},
    {Kind::kAppAuthorized, Stage::kGrant},
    {Kind::kAppRevoked, Stage::kRevoke},
    {Kind::kDelegation, Stage::kGrant},
    {Kind::kTokenMinted, Stage::kIssue},
    {Kind::kExec, Stage::kIssue},  // a shell in a pod: the pod's token is at hand
    {Kind::kKubernetes, Stage::kUse},
    {Kind::kRisk, Stage::kIssue},  // the vendor judges sign-ins
    {Kind::kRoleRevoked, Stage::kRevoke},
    {Kind::kSnapshot, Stage::kGrant},
};
static_assert(std::size(kKinds) == static_cast<size_t>(Kind::kCount));

struct Status {
  std::string_view code;
  Stage stage;
  std::string_view words;
};

constexpr Status kStatuses[] = {
    {"65001", Stage::kLure, "no consent yet: the prompt was shown"},
    {"65004", Stage::kLure, "the consent was declined"},
    {"90094", Stage::kLure, "an administrator must consent"},
    {"90095", Stage::kLure, "an administrator was asked to consent"},
    {"900941", Stage::kLure, "the app is judged risky: an administrator must consent"},
    {"50173", Stage::kRevoke, "a token was tried that had been revoked"},
    {"50133", Stage::kRevoke, "a session was tried that had been ended"},
};

const Status* Find(std::string_view code) {
  for (const Status& one : kStatuses) {
    if (one.code == code) return &one;
  }
  return nullptr;
}

/// Words in operations that take whole things away, however few of them. Source: Microsoft 365
/// audit log activities (New-ComplianceSearchAction exports, MessagesExported), Slack and
/// Salesforce (export), Google Takeout, GitHub (repo.download_zip, git.clone).
constexpr std::string_view kExports[] = {"export", "takeout", "compliancesearchaction",
                                         "download_zip", "list secrets"};
/// Words in operations that take one thing away: bulk only when there are many.
constexpr std::string_view kDownloads[] = {"download", "clone", "fetch", "archive", "sync"};

template <size_t n>
bool HasWord(std::string_view operation, const std::string_view (&words)[n]) {
  return std::any_of(std::begin(words), std::end(words),
                     [&](std::string_view word) { return ContainsIgnoreCase(operation, word); });
}

}  // namespace

std::string_view Name(Stage stage) { return kNames.at(static_cast<size_t>(stage)); }
std::string_view Words(Stage stage) { return kWords.at(static_cast<size_t>(stage)); }

bool IsLureStatus(std::string_view status) {
  const Status* const found = Find(status);
  return found != nullptr && found->stage == Stage::kLure;
}

std::vector<std::string_view> LureStatuses() {
  std::vector<std::string_view> out;
  for (const Status& one : kStatuses) {
    if (one.stage == Stage::kLure) out.push_back(one.code);
  }
  return out;
}

std::string_view StatusWords(std::string_view status) {
  const Status* const found = Find(status);
  return found == nullptr ? std::string_view() : found->words;
}

Stage StageOf(const Act& act) {
  const bool failed = act.outcome == Outcome::kFailure;
  if (act.kind == Kind::kSignIn && failed) {
    const Status* const found = Find(act.status);
    return found == nullptr ? Stage::kIssue : found->stage;
  }
  // A consent that did not come about is an attempt.
  if (act.kind == Kind::kConsent && failed) return Stage::kLure;
  if (!failed && HasWord(act.operation, kExports)) return Stage::kExfiltrate;
  const bool reads = act.kind == Kind::kFileAccess || act.kind == Kind::kApiCall;
  if (reads && !failed && act.count >= kBulk && HasWord(act.operation, kDownloads)) {
    return Stage::kExfiltrate;
  }
  // What a consent does beside the consent, where the log has no better name for it.
  if (act.kind == Kind::kOther && ContainsIgnoreCase(act.operation, "app role assignment")) {
    return Stage::kGrant;
  }
  for (const KindStage& one : kKinds) {
    if (one.kind == act.kind) return one.stage;
  }
  return Stage::kUse;
}

bool IsBulk(Kind kind) {
  switch (kind) {
    case Kind::kOther:
    case Kind::kSignIn:
    case Kind::kMailRead:
    case Kind::kMailSend:
    case Kind::kFileAccess:
    case Kind::kApiCall:
    case Kind::kTokenMinted:
    case Kind::kKubernetes:
      return true;
    default:
      return false;
  }
}

std::optional<Kind> ParseKind(std::string_view name) {
  for (size_t i = 0; i < static_cast<size_t>(Kind::kCount); ++i) {
    const Kind kind = static_cast<Kind>(i);
    if (Name(kind) == name) return kind;
  }
  return std::nullopt;
}

}  // namespace tokentrail::trail
