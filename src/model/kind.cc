#include "model/kind.h"

#include <array>

namespace tokentrail {
namespace {

constexpr std::array kKinds = std::to_array<std::string_view>({
    "other",           "sign_in",           "consent",       "delegated_grant", "app_role_grant",
    "role_assignment", "credential_change", "app_change",    "owner_change",    "policy_change",
    "role_change",     "user_change",       "device_change", "mail_read",       "mail_send",
    "mail_rule",       "file_access",       "api_call",      "app_authorized",  "app_revoked",
    "delegation",      "token_minted",      "exec",          "kubernetes",      "risk",
    "role_revoked",    "snapshot",
});
static_assert(kKinds.size() == static_cast<size_t>(Kind::kCount));
// A name out of place would shift all that follow; these anchor the list.
static_assert(kKinds[static_cast<size_t>(Kind::kCredentialChange)] == "credential_change");
static_assert(kKinds[static_cast<size_t>(Kind::kMailRead)] == "mail_read");
static_assert(kKinds[static_cast<size_t>(Kind::kAppAuthorized)] == "app_authorized");
static_assert(kKinds[static_cast<size_t>(Kind::kRisk)] == "risk");
static_assert(kKinds[static_cast<size_t>(Kind::kRoleRevoked)] == "role_revoked");

constexpr std::array<std::string_view, 3> kOutcomes = {"unknown", "success", "failure"};

}  // namespace

std::string_view Name(Kind kind) { return kKinds.at(static_cast<size_t>(kind)); }
std::string_view Name(Outcome outcome) { return kOutcomes.at(static_cast<size_t>(outcome)); }

}  // namespace tokentrail
