// Salesforce setup audit trail: the SetupAuditTrail object (API JSON or CSV) and the download of
// the Setup page (Date, User, Source Namespace Prefix, Action, Section, Delegate User), where
// `Action` is the sentence that the object calls `Display`.

#include "base/text.h"
#include "source/map/maps.h"
#include "source/map/salesforce_id.h"
#include "source/map/zoned_time.h"

namespace tokentrail::source {
namespace {

bool IsObject(const Record& record) {
  return record.Has("Display") || record.Has("DelegateUser") || record.Has("CreatedBy") ||
         record.Text("attributes.type") == "SetupAuditTrail";
}

constexpr Claim kClaims[] = {
    {{"Action", "Section", "CreatedDate"}, IsObject},   {{"ACTION", "SECTION", "CREATEDDATE"}},
    {{"Action", "Section", "Source Namespace Prefix"}}, {{"Action", "Section", "Delegate User"}},
    {{"action_s", "section_s", "display_s"}},
};

constexpr FieldMap kFields[] = {
    {Field::kOperation, {"Action", "ACTION", "action_s"}, As::kText},
    {Field::kCategory, {"Section", "SECTION", "section_s"}, As::kText},
    {Field::kUser,
     {"CreatedBy.Username", "CreatedBy.Name", "CREATEDBY.USERNAME", "User", "CreatedByIssuer",
      "created_by_s"},
     As::kLower},
    {Field::kUserId, {"CreatedById", "CREATEDBYID", "CreatedBy.Id"}, As::kCasedId},
    // Support or a partner who acted for the user.
    {Field::kActorApp, {"DelegateUser", "DELEGATEUSER", "Delegate User"}, As::kLower},
    {Field::kStatusDetail, {"Display", "DISPLAY", "display_s", "Action"}, As::kText},
    {Field::kPublisher,
     {"ResponsibleNamespacePrefix", "RESPONSIBLENAMESPACEPREFIX", "Source Namespace Prefix"},
     As::kText},
};

struct ByAction {
  std::string_view prefix;  // of the action, any case
  Kind kind;
};

// Source: Salesforce Object Reference, SetupAuditTrail; Salesforce Help, "Monitor Setup Changes
// with Setup Audit Trail" (2026). External client apps took over from connected apps in 2026.
constexpr ByAction kActions[] = {
    {"insertConnectedApp", Kind::kAppChange},
    {"updateConnectedApp", Kind::kAppChange},
    {"deleteConnectedApp", Kind::kAppChange},
    {"createdConnectedApp", Kind::kAppChange},
    {"installedConnectedApp", Kind::kAppAuthorized},
    {"installConnectedApp", Kind::kAppAuthorized},
    {"uninstalledConnectedApp", Kind::kAppRevoked},
    {"uninstallConnectedApp", Kind::kAppRevoked},
    {"blockedConnectedApp", Kind::kAppRevoked},
    {"unblockedConnectedApp", Kind::kAppAuthorized},
    {"connectedAppAdmin", Kind::kAppAuthorized},
    {"connectedApp", Kind::kAppChange},
    {"insertExternalClientApp", Kind::kAppChange},
    {"createdExternalClientApp", Kind::kAppChange},
    {"updateExternalClientApp", Kind::kAppChange},
    {"deleteExternalClientApp", Kind::kAppChange},
    {"installedExternalClientApp", Kind::kAppAuthorized},
    {"externalClientApp", Kind::kAppChange},
    {"extlClntApp", Kind::kAppChange},
    {"oauthConsumerSecret", Kind::kCredentialChange},
    {"rotateConsumer", Kind::kCredentialChange},
    {"oauthRevoke", Kind::kAppRevoked},
    {"revokeOauth", Kind::kAppRevoked},
    {"oauth", Kind::kAppChange},
    {"installedPackage", Kind::kAppAuthorized},
    {"installed", Kind::kAppAuthorized},
    {"uninstalled", Kind::kAppRevoked},
    {"PermSetAssign", Kind::kRoleAssignment},
    {"PermSetGroupAssign", Kind::kRoleAssignment},
    {"PermSetLicenseAssign", Kind::kRoleAssignment},
    {"PermSetUnassign", Kind::kRoleRevoked},
    {"PermSetGroupUnassign", Kind::kRoleRevoked},
    {"PermSet", Kind::kRoleChange},
    {"profile", Kind::kRoleChange},
    {"createdProfile", Kind::kRoleChange},
    {"changedProfileForUser", Kind::kRoleAssignment},
    {"changedprofile", Kind::kRoleChange},
    {"changedRoleForUser", Kind::kRoleAssignment},
    {"changedUserProfile", Kind::kRoleAssignment},
    {"certificate", Kind::kCredentialChange},
    {"insertCertificate", Kind::kCredentialChange},
    {"createdCertificate", Kind::kCredentialChange},
    {"namedCredential", Kind::kCredentialChange},
    {"insertNamedCredential", Kind::kCredentialChange},
    {"authProvider", Kind::kPolicyChange},
    {"insertAuthProvider", Kind::kPolicyChange},
    {"saml", Kind::kPolicyChange},
    {"sso", Kind::kPolicyChange},
    {"remoteSite", Kind::kPolicyChange},
    {"ipRange", Kind::kPolicyChange},
    {"loginIp", Kind::kPolicyChange},
    {"orgsession", Kind::kPolicyChange},
    {"sessionSetting", Kind::kPolicyChange},
    {"passwordPolic", Kind::kPolicyChange},
    {"twofactor", Kind::kPolicyChange},
    {"mfa", Kind::kPolicyChange},
    {"createdUser", Kind::kUserChange},
    {"activatedUser", Kind::kUserChange},
    {"deactivatedUser", Kind::kUserChange},
    {"frozeUser", Kind::kUserChange},
    {"unfrozeUser", Kind::kUserChange},
    {"resetPassword", Kind::kUserChange},
    {"changedPassword", Kind::kUserChange},
    {"changedEmail", Kind::kUserChange},
    {"changedUserEmail", Kind::kUserChange},
    {"changedUsername", Kind::kUserChange},
    {"federationId", Kind::kUserChange},
};

struct BySentence {
  std::string_view verb;  // both in the sentence, any case
  std::string_view noun;
  Kind kind;
};

// For the Setup page's download, and actions that are not in the table; the first that fits.
constexpr BySentence kSentences[] = {
    {"uninstalled", "app", Kind::kAppRevoked},
    {"revoked", "oauth", Kind::kAppRevoked},
    {"blocked", "connected app", Kind::kAppRevoked},
    {"consumer secret", "", Kind::kCredentialChange},
    {"installed", "connected app", Kind::kAppAuthorized},
    {"installed", "external client app", Kind::kAppAuthorized},
    {"installed", "package", Kind::kAppAuthorized},
    {"pre-author", "", Kind::kAppAuthorized},
    {"admin approved", "", Kind::kAppAuthorized},
    {"", "connected app", Kind::kAppChange},
    {"", "external client app", Kind::kAppChange},
    {"", "oauth", Kind::kAppChange},
    {"unassigned", "permission set", Kind::kRoleRevoked},
    {"removed", "permission set", Kind::kRoleRevoked},
    {"assigned", "permission set", Kind::kRoleAssignment},
    {"", "permission set", Kind::kRoleChange},
    {"changed profile for user", "", Kind::kRoleAssignment},
    {"profile", "changed", Kind::kRoleChange},
    {"profile", "created", Kind::kRoleChange},
    {"certificate", "", Kind::kCredentialChange},
    {"named credential", "", Kind::kCredentialChange},
    {"single sign-on", "", Kind::kPolicyChange},
    {"auth. provider", "", Kind::kPolicyChange},
    {"created new user", "", Kind::kUserChange},
    {"password", "user", Kind::kUserChange},
};

// A section alone says this much.
constexpr ByAction kSections[] = {
    {"Connected App", Kind::kAppChange},
    {"External Client App", Kind::kAppChange},
    {"Session Settings", Kind::kPolicyChange},
    {"Security Controls", Kind::kPolicyChange},
    {"Identity Provider", Kind::kPolicyChange},
    {"Single Sign-On", Kind::kPolicyChange},
    {"Certificate and Key", Kind::kCredentialChange},
    {"Manage Users", Kind::kUserChange},
};

bool StartsWithIgnoreCase(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && EqualsIgnoreCase(text.substr(0, prefix.size()), prefix);
}

Kind KindOf(std::string_view action, std::string_view sentence, std::string_view section) {
  // The longest prefix wins: oauthRevoke before oauth, whatever the order of the rows.
  const ByAction* best = nullptr;
  for (const ByAction& row : kActions) {
    if (StartsWithIgnoreCase(action, row.prefix) &&
        (best == nullptr || row.prefix.size() > best->prefix.size())) {
      best = &row;
    }
  }
  // An action is one word; of a sentence the first words mean nothing.
  if (best != nullptr && action.find(' ') == std::string_view::npos) return best->kind;
  for (const BySentence& row : kSentences) {
    if (ContainsIgnoreCase(sentence, row.verb) && ContainsIgnoreCase(sentence, row.noun)) {
      return row.kind;
    }
  }
  for (const ByAction& row : kSections) {
    if (StartsWithIgnoreCase(section, row.prefix)) return row.kind;
  }
  return Kind::kOther;
}

// What the sentence names: in quotes, or what stands after the noun: `Created Connected App X`,
// `Permission set P: assigned to user U`.
std::string_view NamedAfter(std::string_view sentence, std::string_view noun) {
  for (size_t at = 0; at + noun.size() <= sentence.size(); ++at) {
    if (!EqualsIgnoreCase(sentence.substr(at, noun.size()), noun)) continue;
    std::string_view rest = Trim(sentence.substr(at + noun.size()));
    while (!rest.empty() && (rest.front() == ':' || rest.front() == ' ')) rest.remove_prefix(1);
    if (!rest.empty() && (rest.front() == '"' || rest.front() == '\'')) {
      const char quote = rest.front();
      rest.remove_prefix(1);
      return rest.substr(0, rest.find(quote));
    }
    rest = rest.substr(0, rest.find(':'));
    while (!rest.empty() && rest.back() == '.') rest.remove_suffix(1);
    return Trim(rest);
  }
  return {};
}

void Fixup(const Record& record, Draft& draft) {
  // The Setup page writes times in the viewer's zone.
  if (!draft.has_time) {
    if (const auto time = ReadZonedTime(record.Text("Date")); time) {
      draft.time = *time;
      draft.has_time = true;
    }
  }
  const std::string_view action = draft.Text(Field::kOperation);
  const std::string_view sentence = draft.Text(Field::kStatusDetail);
  const std::string_view section = draft.Text(Field::kCategory);
  draft.kind = KindOf(action, sentence, section);
  // The trail holds what was done; failures are not in it.
  draft.outcome = Outcome::kSuccess;
  draft.Derive(Field::kUserId, LongSalesforceId(draft.Text(Field::kUserId), draft.arena()),
               Field::kUserId);
  const Node* said = draft.Origin(Field::kStatusDetail);
  for (const std::string_view noun : {"connected app", "external client app", "package"}) {
    const std::string_view name = NamedAfter(sentence, noun);
    if (!name.empty() && !draft.Has(Field::kAppName)) draft.Set(Field::kAppName, name, said);
  }
  if (draft.kind == Kind::kRoleAssignment || draft.kind == Kind::kRoleChange ||
      draft.kind == Kind::kRoleRevoked) {
    for (const std::string_view noun : {"permission set", "profile"}) {
      const std::string_view name = NamedAfter(sentence, noun);
      if (!name.empty() && !draft.Has(Field::kRole)) draft.Set(Field::kRole, name, said);
    }
  }
  const std::string_view who = NamedAfter(sentence, "user");
  if (!who.empty()) draft.Set(Field::kTarget, Lower(who, draft.arena()), said);
}

}  // namespace

extern constinit const SourceDef kSalesforceSetup = {
    .name = "salesforce_setup",
    .summary = "Salesforce setup audit trail: connected apps, permission sets, users, settings",
    .reference = "Salesforce Object Reference, SetupAuditTrail (2026)",
    .sigma = {{{.product = "salesforce", .category = {}, .service = "setup"}}},
    .claims = kClaims,
    .head = {.time = {"CreatedDate", "CREATEDDATE", "created_date_t", "Date"},
             .key = {"Id|ID|id_s", {}, {}, {}},
             .outcome = {}},
    .fields = kFields,
    .split = {},
    .fixup = Fixup,
    .headerless = {},
};

}  // namespace tokentrail::source
