// What a permission allows, by the grammar of its name; a few that have none stand in a table. Our
// own words: vendors' texts are not taken over.

#include <cctype>
#include <optional>

#include "base/text.h"
#include "inventory/explain.h"
#include "inventory/holding.h"
#include "inventory/table.h"

namespace tokentrail::inventory {
namespace {

struct Phrase {
  std::string_view name;
  std::string_view allows;
};
constexpr Phrase kPhrases[] = {
    {"openid", "sign the person in"},
    {"profile", "read the person's name and picture at sign-in"},
    {"email", "read the person's mail address at sign-in"},
    {"offline_access", "get new tokens without the person, until revoked"},
    {"refresh_token", "get new tokens without the person, until revoked"},
    {"https://mail.google.com", "read, send and delete all mail"},
    {"https://www.googleapis.com/auth/cloud-platform",
     "use every Google Cloud service as the person"},
    {"https://www.googleapis.com/auth/drive", "read, change and delete all files"},
    {"https://www.googleapis.com/auth/drive.file",
     "reach the files that it made or that were opened with it"},
    {"https://www.googleapis.com/auth/gmail.compose", "write drafts and send mail"},
    {"https://www.googleapis.com/auth/gmail.modify", "read, change and send mail"},
    {"full_access_as_app", "do anything in every mailbox, through Exchange Web Services"},
    {"full_access_as_user", "do anything in the person's mailbox"},
    {"Exchange.ManageAsApp", "run Exchange commands, as far as the roles it was given reach"},
    {"EWS.AccessAsUser.All", "do anything in the person's mailbox, through Exchange Web Services"},
    {"IMAP.AccessAsUser.All", "read and change the person's mail through IMAP"},
    {"POP.AccessAsUser.All", "read the person's mail through POP"},
    {"EAS.AccessAsUser.All", "synchronise the person's mailbox as a phone does"},
    {"SMTP.Send", "send mail as the person through SMTP"},
    {"SMTP.AccessAsUser.All", "send mail as the person through SMTP"},
    {"Directory.AccessAsUser.All", "do in the directory whatever the person may"},
    {"User.Read", "sign the person in and read their own profile"},
    {"AppRoleAssignment.ReadWrite.All", "give apps permissions, itself among them"},
    {"RoleManagement.ReadWrite.Directory", "give and take administrator roles"},
    {"https://management.azure.com/user_impersonation",
     "do in Azure whatever the person's roles allow"},
    {"https://vault.azure.net/user_impersonation", "read the key vaults that the person may read"},
    {"repo", "read and change code, settings and secrets' names of private repositories"},
    {"public_repo", "change code of public repositories"},
    {"workflow", "change workflows, which run code with the repository's secrets"},
    {"gist", "write gists"},
    {"delete_repo", "delete repositories"},
    {"site_admin", "administer the whole server"},
    {"codespace", "make and use codespaces, and the secrets in them"},
    {"notifications", "read and mark notifications"},
    {"api", "use the whole API as the person"},
    {"web", "use the web pages as the person"},
    {"full", "do whatever the person may"},
    {"sudo", "act as any user"},
    {"admin_mode", "act as an administrator"},
    {"id", "read the person's identity"},
    {"admin", "administer the workspace"},
    {"cluster-admin", "do anything in the cluster"},
    {"*:*", "do anything in the cluster"},
    {"commands", "add slash commands"},
    {"incoming-webhook", "post into one channel"},
};

/// `MailboxSettings` is `mailbox settings`; `eDiscovery` and abbreviations stay together.
std::string SplitWords(std::string_view name) {
  std::string out;
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool upper = c >= 'A' && c <= 'Z';
    const bool after_lower = i > 1 && name[i - 1] >= 'a' && name[i - 1] <= 'z';
    const bool before_lower = i + 1 < name.size() && name[i + 1] >= 'a' && name[i + 1] <= 'z';
    const bool after_upper = i > 0 && name[i - 1] >= 'A' && name[i - 1] <= 'Z';
    if (upper && (after_lower || (after_upper && before_lower))) out += ' ';
    out += c == '-' || c == '_' || c == '.'                    ? ' '
           : upper && (before_lower || i == 0) && !after_upper ? LowerChar(c)
                                                               : c;
  }
  return out;
}

std::string Resource(std::string_view name) {
  constexpr Phrase kNames[] = {
      {"Mail", "mail"},
      {"Files", "files"},
      {"Sites", "sites"},
      {"User", "people"},
      {"Group", "groups"},
      {"GroupMember", "members of groups"},
      {"Directory", "the directory"},
      {"Application", "apps"},
      {"AuditLog", "audit logs"},
      {"Chat", "chats"},
      {"ChannelMessage", "channel messages"},
      {"Notes", "notebooks"},
      {"Calendars", "calendars"},
      {"Contacts", "contacts"},
      {"Tasks", "tasks"},
      {"BitlockerKey", "BitLocker keys"},
      {"DelegatedPermissionGrant", "what apps may do for people"},
      {"UserAuthenticationMethod", "people's sign-in methods"},
      {"User-PasswordProfile", "people's passwords"},
      {"DeviceLocalCredential", "local administrator passwords"},
  };
  for (const Phrase& one : kNames) {
    if (one.name == name) return std::string(one.allows);
  }
  return SplitWords(name);
}

/// Resource.Action.Scope. Source: Microsoft, "Microsoft Graph permissions reference", naming.
std::string Graph(Holder holder, std::string_view name) {
  const std::vector<std::string_view> parts = Split(name, ".");
  if (parts.size() < 2) return SplitWords(name);
  const std::string_view action = parts[1];
  std::string out;
  constexpr Phrase kActions[] = {
      {"Read", "read"},
      {"ReadWrite", "read and change"},
      {"ReadUpdate", "read and change"},
      {"ReadBasic", "read the basics of"},
      {"ReadAll", "read"},
      {"FullControl", "do anything with"},
      {"Manage", "manage"},
      {"Create", "make"},
      {"Send", "send"},
      {"Invite", "invite"},
      {"Export", "export"},
      {"ImportExport", "export and import"},
      {"Write", "change"},
      {"Join", "join"},
      {"Initiate", "start"},
      {"Access", "reach"},
      {"AccessAsUser", "reach, as the person may,"},
      {"Selected", "reach chosen"},
      {"Delete", "delete"},
      {"DeleteRestore", "delete and restore"},
      {"EnableDisable", "enable and disable"},
      {"EnableDisableAccount", "enable and disable accounts of"},
      {"RevokeSessions", "end sessions of"},
  };
  for (const Phrase& one : kActions) {
    if (one.name == action) out = one.allows;
  }
  if (out.empty()) out = SplitWords(action);
  std::string_view scope = parts.size() > 2 ? parts.back() : std::string_view();
  const bool all = scope == "All";
  out += " ";
  if (holder == Holder::kApplication) {
    if (all || scope.empty()) out += "all ";
    out += Resource(parts[0]);
    if (!all && !scope.empty()) out += " (" + SplitWords(scope) + ")";
    return out + " of the organisation";
  }
  if (all) return out + "all " + Resource(parts[0]) + " that the person may reach";
  if (scope == "Shared") return out + Resource(parts[0]) + ", also what others share";
  if (scope.empty()) return out + "the person's own " + Resource(parts[0]);
  return out + Resource(parts[0]) + " (" + SplitWords(scope) + ")";
}

std::string Google(std::string_view name) {
  name = ShortName(name);
  const bool read = name.ends_with(".readonly") || name.ends_with(".metadata");
  std::string_view rest = name;
  if (rest.ends_with(".readonly")) rest.remove_suffix(9);
  std::string what = SplitWords(rest);
  if (rest.starts_with("gmail"))
    what = rest.size() > 6 ? "mail: " + SplitWords(rest.substr(6)) : "mail";
  if (rest.starts_with("admin.directory.")) what = "directory: " + SplitWords(rest.substr(16));
  if (rest.starts_with("userinfo."))
    return "read the person's " + SplitWords(rest.substr(9)) + " at sign-in";
  if (rest == "gmail.send") return "send mail as the person";
  return (read ? "read " : "read and change ") + what;
}

std::string VerbAndNoun(std::string_view verb, std::string_view noun) {
  constexpr Phrase kVerbs[] = {
      {"read", "read"},
      {"write", "read and change"},
      {"admin", "administer"},
      {"delete", "delete"},
      {"manage", "manage"},
      {"get", "read single"},
      {"list", "list and read"},
      {"watch", "follow and read"},
      {"create", "make"},
      {"update", "change"},
      {"patch", "change"},
      {"history", "read messages of"},
      {"search", "search"},
      {"impersonate", "act as"},
      {"escalate", "give itself more than it has in"},
      {"bind", "bind itself to"},
      {"approve", "approve"},
      {"*", "do anything with"},
      {"readonly", "read"},
      {"join", "join"},
  };
  std::string out;
  for (const Phrase& one : kVerbs) {
    if (one.name == verb) out = one.allows;
  }
  if (out.empty()) out = SplitWords(verb);
  return out + " " + (noun == "*" ? std::string("everything") : SplitWords(noun));
}

}  // namespace

std::string Allows(Platform platform, Holder holder, std::string_view name) {
  for (const Phrase& one : kPhrases) {
    if (FoldEqual{}(one.name, name)) return std::string(one.allows);
  }
  if (platform == Platform::kMicrosoft) {
    if (const size_t slash = name.rfind('/'); slash != std::string_view::npos) {
      if (name.starts_with("https://"))
        return "act as the person in " + std::string(ShortName(name));
      const std::string_view without =
          name.starts_with("Microsoft.") ? name.substr(10) : name;  // an action of Azure
      return "the Azure action " + std::string(without);
    }
    return Graph(holder, name);
  }
  if (platform == Platform::kGoogle) return Google(name);
  if (platform == Platform::kOkta && name.starts_with("okta.")) {
    const std::vector<std::string_view> parts = Split(name.substr(5), ".");
    if (parts.size() >= 2) {
      return VerbAndNoun(parts[1], parts[0]) + (name.ends_with(".self") ? " (one's own)" : "");
    }
  }
  const size_t colon = name.find_first_of(": ");
  if (colon == std::string_view::npos) return "use " + SplitWords(name);
  const std::string_view first = name.substr(0, colon);
  const std::string_view second = name.substr(colon + 1);
  // Slack, and GitHub's apps, write the noun first.
  constexpr std::string_view kLast[] = {"read", "write", "history", "manage", "join"};
  for (const std::string_view verb : kLast) {
    if (second == verb || second.starts_with(std::string(verb) + ".")) {
      return VerbAndNoun(verb, first);
    }
  }
  return VerbAndNoun(first, second);
}

}  // namespace tokentrail::inventory
