// Bitbucket Data Center audit log: a line of JSON an event in `log/audit/*.audit.log`, and the
// entities of its REST API, which say `type` for `auditType` and write the time as text. Jira and
// Confluence Data Center write the same lines; nothing in a line says which product it is from, so
// the categories are all that tells them apart.
//
// From documentation only, no real log was at hand. Source: Atlassian, Bitbucket Data Center, "View
// and configure the audit log", "Audit log events in Bitbucket", "Audit log integrations in
// Bitbucket" (as known 2026-02, not checked live). Limit: the REST answer's own envelope
// (`entities`) is not taken apart.

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "source/map/maps.h"

namespace tokentrail::source {
namespace {

bool IsLine(const Record& record) { return !record.Text("auditType.action").empty(); }
bool IsEntity(const Record& record) {
  return !record.Text("type.action").empty() && !record.Text("type.category").empty();
}

constexpr Claim kClaims[] = {
    {.keys = {"auditType", "timestamp"}, .test = IsLine},
    {.keys = {"auditType.action", "auditType.category"}},
    {.keys = {"author", "affectedObjects", "type"}, .test = IsEntity},
};

constexpr FieldMap kFields[] = {
    {Field::kTenant, {"system"}},  // the base address of the instance
    {Field::kOperation, {"auditType.action", "type.action"}},
    {Field::kCategory, {"auditType.category", "type.category"}},
    {Field::kUser, {"author.name"}, As::kLower},
    {Field::kUserId, {"author.id"}, As::kCasedId},
    {Field::kUserType, {"author.type"}},
    {Field::kTarget, {"affectedObjects[].id"}, As::kCasedId},
    {Field::kTargetName, {"affectedObjects[].name"}},
    {Field::kTargetType, {"affectedObjects[].type"}},
    {Field::kMethod, {"method"}},
};

struct Part {
  std::string_view text;
  Kind kind;
};

// Parts of the action's name, in the order of how much they say. Source: "Audit log events in
// Bitbucket" (2026).
constexpr Part kParts[] = {
    {"login", Kind::kSignIn},
    {"access token", Kind::kTokenMinted},
    {"access key", Kind::kCredentialChange},
    {"SSH key", Kind::kCredentialChange},
    {"GPG key", Kind::kCredentialChange},
    {"OAuth", Kind::kAppChange},
    {"application link", Kind::kAppChange},
    {"export", Kind::kFileAccess},
    {"permission granted", Kind::kRoleAssignment},
    {"secret scanning", Kind::kPolicyChange},
    {"settings changed", Kind::kPolicyChange},
    {"configuration updated", Kind::kPolicyChange},
    {"added to group", Kind::kRoleAssignment},
    {"password", Kind::kUserChange},
    {"User created", Kind::kUserChange},
    {"User deleted", Kind::kUserChange},
    {"User renamed", Kind::kUserChange},
    {"Unauthorized access", Kind::kRisk},
};

Kind KindOf(std::string_view action) {
  for (const Part& part : kParts) {
    if (!ContainsIgnoreCase(action, part.text)) continue;
    const bool taken_away = ContainsIgnoreCase(action, "deleted") ||
                            ContainsIgnoreCase(action, "revoked") ||
                            ContainsIgnoreCase(action, "removed");
    if (part.kind == Kind::kTokenMinted && taken_away) return Kind::kAppRevoked;
    return part.kind;
  }
  return Kind::kOther;
}

void Fixup(const Record& record, Draft& draft) {
  const std::string_view action = draft.Text(Field::kOperation);
  draft.kind = KindOf(action);
  draft.outcome = ContainsIgnoreCase(action, "failed") || ContainsIgnoreCase(action, "Unauthorized")
                      ? Outcome::kFailure
                      : Outcome::kSuccess;
  // A list where proxies stand between: the client comes first.
  if (const Node* source = record.Find("source"); source != nullptr) {
    const std::string_view all = source->text();
    Node first = *source;
    first.text_size = static_cast<uint32_t>(std::min(all.find(','), all.size()));
    draft.SetFrom(Field::kIp, &first, As::kIp);
    draft.SetOrigin(Field::kIp, source);
  }
  // The log file splits the time in two.
  if (const Node* nano = record.Find("timestamp.nano"); nano != nullptr && draft.has_time) {
    int64_t value = 0;
    const std::string_view text = nano->text();
    std::from_chars(text.data(), text.data() + text.size(), value);
    if (value > 0 && value < 1'000'000'000) draft.time.micros += value / 1000;
  }
}

}  // namespace

extern constinit const SourceDef kBitbucketAudit = {
    .name = "bitbucket_audit",
    .summary = "Bitbucket Data Center audit log: permissions, tokens, exports, settings",
    .reference = "Atlassian, Bitbucket Data Center, Audit log events in Bitbucket (2026)",
    .sigma = {{{.product = "bitbucket", .category = {}, .service = "audit"}}},
    .claims = kClaims,
    .head = {.time = {"timestamp.epochSecond", "timestamp"}},
    .fields = kFields,
    .split = {},
    .fixup = Fixup,
    .headerless = {},
};

}  // namespace tokentrail::source
