#include "source/map/entra_activity.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace tokentrail::source {
namespace {

struct Row {
  std::string_view name;  ///< lower case
  Activity activity;
};

constexpr Activity kAppPlain = {Kind::kAppChange, ActivityShape::kApp};
constexpr Activity kCredential = {Kind::kCredentialChange, ActivityShape::kApp};
constexpr Activity kDelegated = {Kind::kDelegatedGrant, ActivityShape::kDelegatedGrant};
constexpr Activity kDevice = {Kind::kDeviceChange, ActivityShape::kPlain};
constexpr Activity kGivesRole = {Kind::kRoleAssignment, ActivityShape::kRole};
constexpr Activity kPolicy = {Kind::kPolicyChange, ActivityShape::kSettings};
constexpr Activity kTakesRole = {Kind::kRoleRevoked, ActivityShape::kRole};
constexpr Activity kRights = {Kind::kRoleChange, ActivityShape::kSettings};
/// Asked for, refused, ended: the role was not given by this record.
constexpr Activity kRoleNotGiven = {Kind::kOther, ActivityShape::kRole};
constexpr Activity kUser = {Kind::kUserChange, ActivityShape::kSettings};

// Sorted by name; the compiler checks it.
constexpr Row kTable[] = {
    {"add app role assignment grant to user", {Kind::kOther, ActivityShape::kAppRoleToUser}},
    {"add app role assignment to group", {Kind::kOther, ActivityShape::kAppRoleToUser}},
    {"add app role assignment to service principal",
     {Kind::kAppRoleGrant, ActivityShape::kAppRole}},
    {"add application", kAppPlain},
    {"add conditional access policy", kPolicy},
    {"add delegated permission grant", kDelegated},
    {"add device", kDevice},
    {"add eligible member to role", kGivesRole},
    {"add eligible member to role in pim completed (permanent)", kGivesRole},
    {"add eligible member to role in pim completed (timebound)", kGivesRole},
    {"add eligible scoped member to role", kGivesRole},
    {"add federated identity credential", kCredential},
    {"add member to role", kGivesRole},
    {"add member to role completed (pim activation)", kGivesRole},
    {"add member to role from template", kGivesRole},
    {"add member to role in pim completed (permanent)", kGivesRole},
    {"add member to role in pim completed (timebound)", kGivesRole},
    {"add member to role outside of pim (permanent)", kGivesRole},
    {"add member to role scoped over restricted management administrative unit", kGivesRole},
    {"add named location", kPolicy},
    {"add oauth2permissiongrant", kDelegated},
    {"add owner to application", {Kind::kOwnerChange, ActivityShape::kOwner}},
    {"add owner to policy", kPolicy},
    {"add owner to service principal", {Kind::kOwnerChange, ActivityShape::kOwner}},
    {"add partner to company", kPolicy},
    {"add policy", kPolicy},
    {"add policy to application", kPolicy},
    {"add policy to service principal", kPolicy},
    {"add registered owner to device", kDevice},
    {"add registered users to device", kDevice},
    {"add role assignment to role definition", kGivesRole},
    {"add role definition", kRights},
    {"add role from template", kRights},
    {"add scoped member to role", kGivesRole},
    {"add service principal", kAppPlain},
    {"add service principal credentials", kCredential},
    {"add unverified domain", kPolicy},
    {"add user", kUser},
    {"add users strong authentication phone app detail", kUser},
    {"add verified domain", kPolicy},
    {"admin deleted security info", kUser},
    {"admin registered security info", kUser},
    {"admin started password reset", kUser},
    {"admin updated security info", kUser},
    {"authentication methods policy reset", kPolicy},
    {"authentication methods policy update", kPolicy},
    {"change password (self-service)", kUser},
    {"change user license", {Kind::kOther, ActivityShape::kPlain}},
    {"change user password", kUser},
    {"consent to application", {Kind::kConsent, ActivityShape::kConsent}},
    {"convert federated user to managed", kUser},
    {"create application - certificates and secrets management", kCredential},
    {"create application password for user", kUser},
    {"create company settings", kPolicy},
    {"create federation settings on domain", kPolicy},
    {"create user", kUser},
    {"delete application", kAppPlain},
    {"delete application password for user", kUser},
    {"delete conditional access policy", kPolicy},
    {"delete device", kDevice},
    {"delete federation settings on domain", kPolicy},
    {"delete named location", kPolicy},
    {"delete policy", kPolicy},
    {"delete role definition", kRights},
    {"delete user", kUser},
    {"device no longer compliant", kDevice},
    {"device no longer managed", kDevice},
    {"disable account", kUser},
    {"disable desktop sso", kPolicy},
    {"disable passthrough authentication", kPolicy},
    {"disable strong authentication", kUser},
    {"enable account", kUser},
    {"enable desktop sso", kPolicy},
    {"enable passthrough authentication", kPolicy},
    {"enable strong authentication", kUser},
    {"hard delete application", kAppPlain},
    {"hard delete service principal", kAppPlain},
    {"hard delete user", kUser},
    {"invite external user", kUser},
    {"recover device local administrator password", kDevice},
    {"redeem external user invite", kUser},
    {"register device", kDevice},
    {"remove app role assignment from group", {Kind::kOther, ActivityShape::kAppRoleToUser}},
    {"remove app role assignment from service principal",
     {Kind::kAppRevoked, ActivityShape::kAppRole}},
    {"remove app role assignment from user", {Kind::kOther, ActivityShape::kAppRoleToUser}},
    {"remove delegated permission grant", kDelegated},
    {"remove eligible member from role", kTakesRole},
    {"remove eligible member from role in pim completed (permanent)", kTakesRole},
    {"remove eligible member from role in pim completed (timebound)", kTakesRole},
    {"remove eligible scoped member from role", kTakesRole},
    {"remove member from role", kTakesRole},
    {"remove member from role (pim activation expired)", kTakesRole},
    {"remove member from role completed (pim deactivate)", kTakesRole},
    {"remove member from role in pim completed (permanent)", kTakesRole},
    {"remove member from role in pim completed (timebound)", kTakesRole},
    {"remove oauth2permissiongrant", kDelegated},
    {"remove owner from application", {Kind::kAppChange, ActivityShape::kOwner}},
    {"remove owner from service principal", {Kind::kAppChange, ActivityShape::kOwner}},
    {"remove policy from application", kPolicy},
    {"remove policy from service principal", kPolicy},
    {"remove registered owner from device", kDevice},
    {"remove registered users from device", kDevice},
    {"remove role assignment from role definition", kTakesRole},
    {"remove scoped member from role", kTakesRole},
    {"remove service principal", kAppPlain},
    {"remove service principal credentials", kCredential},
    {"remove unverified domain", kPolicy},
    {"remove verified domain", kPolicy},
    {"reset password (by admin)", kUser},
    {"reset password (self-service)", kUser},
    {"reset user password", kUser},
    {"restore application", kAppPlain},
    {"restore consent", {Kind::kDelegatedGrant, ActivityShape::kConsent}},
    {"restore service principal", kAppPlain},
    {"restore user", kUser},
    {"revoke app consent", {Kind::kAppRevoked, ActivityShape::kConsent}},
    {"revoke consent", {Kind::kAppRevoked, ActivityShape::kConsent}},
    {"revoke user sign-in sessions", {Kind::kAppRevoked, ActivityShape::kPlain}},
    {"self-service password reset flow activity progress", kUser},
    {"set company information", kPolicy},
    {"set device registration policies", kPolicy},
    {"set dirsync feature", kPolicy},
    {"set dirsyncenabled flag", kPolicy},
    {"set domain authentication", kPolicy},
    {"set federation settings on domain", kPolicy},
    {"set force change user password", kUser},
    {"set password policy", kPolicy},
    {"set user manager", kUser},
    {"set verified publisher", kAppPlain},
    {"unlock user account (self-service)", kUser},
    {"unregister device", kDevice},
    {"unset verified publisher", kAppPlain},
    {"update application", kAppPlain},
    {"update application - certificates and secrets management", kCredential},
    {"update authorization policy", kPolicy},
    {"update company settings", kPolicy},
    {"update conditional access policy", kPolicy},
    {"update device", kDevice},
    {"update device configuration", kPolicy},
    {"update domain", kPolicy},
    {"update external secrets", kCredential},
    {"update named location", kPolicy},
    {"update passwordprofile", kUser},
    {"update permission grant policy", kPolicy},
    {"update policy", kPolicy},
    {"update role", kRights},
    {"update role definition", kRights},
    {"update role setting in pim", kPolicy},
    {"update security defaults", kPolicy},
    {"update service principal", kAppPlain},
    {"update stsrefreshtokenvalidfrom timestamp", {Kind::kAppRevoked, ActivityShape::kPlain}},
    {"update user", kUser},
    {"user changed default security info", kUser},
    {"user deleted security info", kUser},
    {"user registered all required security info", kUser},
    {"user registered security info", kUser},
    {"user updated security info", kUser},
    {"verify domain", kPolicy},
    {"verify email verified domain", kPolicy},
};

constexpr bool Sorted() {
  for (size_t i = 1; i < std::size(kTable); ++i) {
    if (!(kTable[i - 1].name < kTable[i].name)) return false;
  }
  return true;
}
static_assert(Sorted());

/// Wording that several activities share, for those that the vendor adds or renames.
struct Pattern {
  std::string_view part;  ///< lower case; stands anywhere
  Activity activity;
};
constexpr Pattern kPatterns[] = {
    // Privileged Identity Management words each step of a request; only the completed one gives.
    {"member to role requested", kRoleNotGiven},
    {"in pim requested", kRoleNotGiven},
    {"in pim canceled", kRoleNotGiven},
    {"member to role request ", kRoleNotGiven},
    {"member to role approval", kRoleNotGiven},
    {"member to role cancel", kRoleNotGiven},
    {"member to role denied", kRoleNotGiven},
    {"member from role", kRoleNotGiven},
    {"member to role", kGivesRole},
    {"role definition", kRights},
    {"conditional access", kPolicy},
    {"permission grant policy", kPolicy},
    {"consent request policy", kPolicy},
    {"app management policy", kPolicy},
    {"authentication method", kPolicy},
    {"authentication strength", kPolicy},
    {"federation settings", kPolicy},
    {"federated identity credential", kCredential},
    {"federatedidentitycredential", kCredential},
    {"certificates and secrets", kCredential},
    {"cross-tenant access", kPolicy},
    {"cross tenant access", kPolicy},
    {"named location", kPolicy},
    {"token lifetime policy", kPolicy},
    {"security info", kUser},
    {"passkey", kUser},
    {"temporary access pass", kUser},
    {"device registration", kDevice},
    {"bitlocker key", kDevice},
};

/// By category, when the wording says nothing.
constexpr Row kCategories[] = {
    {"applicationmanagement", kAppPlain},
    {"authorizationpolicy", kPolicy},
    {"device", kDevice},
    {"permissiongrantpolicy", kPolicy},
    {"policy", kPolicy},
};

/// Lower case in `buffer`, cut off at its size: no activity is that long.
template <size_t N>
std::string_view LowerInto(std::string_view text, std::array<char, N>& buffer) {
  const size_t size = std::min(text.size(), N);
  for (size_t i = 0; i < size; ++i) {
    const char c = text[i];
    buffer[i] = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return {buffer.data(), size};
}

}  // namespace

Activity ClassifyActivity(std::string_view activity, std::string_view category) {
  std::array<char, 128> buffer;
  const std::string_view name = LowerInto(activity, buffer);
  const auto* row =
      std::lower_bound(std::begin(kTable), std::end(kTable), name,
                       [](const Row& r, std::string_view wanted) { return r.name < wanted; });
  if (row != std::end(kTable) && row->name == name) return row->activity;
  for (const Pattern& pattern : kPatterns) {
    if (name.find(pattern.part) != std::string_view::npos) return pattern.activity;
  }
  for (const Row& known : kCategories) {
    if (EqualsIgnoreCase(category, known.name)) return known.activity;
  }
  return {};
}

}  // namespace tokentrail::source
