#include "inventory/call_family.h"

#include <algorithm>

#include "inventory/table.h"

namespace tokentrail::inventory {
namespace {

/// The first row that fits decides. `*` stands for any number of characters.
struct Row {
  std::string_view pattern;
  std::string_view family;
};

// Method names are `service.resource.verb`. Source: Google API discovery documents, as of 2026.
constexpr Row kGoogle[] = {
    {"gmail.users.messages.send", "mail-send"},
    {"gmail.users.drafts.send", "mail-send"},
    {"gmail.users.settings.*", "mail-settings"},
    {"gmail.users.watch", "mail-read"},
    {"gmail.users.stop", "mail-read"},
    {"gmail.users.getprofile", "mail-read"},
    {"gmail.*.list", "mail-read"},
    {"gmail.*.get", "mail-read"},
    {"gmail.*", "mail-write"},
    {"imap*", "mail-read"},
    {"pop*", "mail-read"},
    {"smtp*", "mail-send"},
    {"drive.about.get", "files"},
    {"drive*", "files"},
    {"docs.*", "files"},
    {"sheets.*", "files"},
    {"slides.*", "files"},
    {"forms.*", "files"},
    {"storage.*", "files"},
    {"bigquery.*", "files"},
    {"cloudsearch.*", "files"},
    {"calendar.*", "calendar"},
    {"people.*", "contacts"},
    {"contacts.*", "contacts"},
    {"admin.reports.*", "audit"},
    {"reports.*", "audit"},
    {"vault.*", "audit"},
    {"directory.*device*", "devices"},
    {"directory.*", "directory"},
    {"admin.directory.*", "directory"},
    {"admin.datatransfer.*", "directory"},
    {"groupssettings.*", "directory"},
    {"cloudidentity.*", "cloud"},
    {"iam.*", "cloud"},
    {"compute.*", "cloud"},
    {"chat.*", "chat"},
    {"script.*", "apps"},
    {"tasks.*", "tasks"},
    {"keep.*", "tasks"},
    {"oauth2.*", "profile"},
};

// Source: Microsoft Purview, "Audit log activities", 2026; "Mailbox auditing".
constexpr Row kMicrosoft[] = {
    {"MailItemsAccessed", "mail-read"},
    {"MessageBind", "mail-read"},
    {"FolderBind", "mail-read"},
    {"SearchQueryInitiatedExchange", "mail-read"},
    {"Send", "mail-send"},
    {"SendAs", "mail-send"},
    {"SendOnBehalf", "mail-send"},
    {"Create", "mail-write"},
    {"Update", "mail-write"},
    {"Move", "mail-write"},
    {"Copy", "mail-write"},
    {"MoveToDeletedItems", "mail-write"},
    {"SoftDelete", "mail-write"},
    {"HardDelete", "mail-write"},
    {"RecordDelete", "mail-write"},
    {"New-InboxRule", "mail-settings"},
    {"Set-InboxRule", "mail-settings"},
    {"Remove-InboxRule", "mail-settings"},
    {"UpdateInboxRules", "mail-settings"},
    {"*-Mailbox*", "mail-settings"},
    {"UpdateFolderPermissions", "mail-settings"},
    {"File*", "files"},
    {"Folder*", "files"},
    {"Page*", "files"},
    {"List*", "files"},
    {"Site*", "files"},
    {"SearchQuery*", "files"},
    {"AnonymousLink*", "files"},
    {"SharingSet", "files"},
    {"SharingLink*", "files"},
    {"AddedToSecureLink", "files"},
    {"Chat*", "chat"},
    {"Message*", "chat"},
    {"Team*", "chat"},
    {"Channel*", "chat"},
    {"MeetingParticipantDetail", "chat"},
};

// As Google's token log writes api_name where it gives no method.
constexpr Row kGoogleApis[] = {
    {"gmail", "mail-read"}, {"drive", "files"},       {"docs", "files"},
    {"sheets", "files"},    {"slides", "files"},      {"calendar", "calendar"},
    {"people", "contacts"}, {"contacts", "contacts"}, {"directory", "directory"},
    {"reports", "audit"},   {"vault", "audit"},       {"chat", "chat"},
    {"tasks", "tasks"},     {"keep", "tasks"},        {"script", "apps"},
    {"oauth2", "profile"},
};

template <size_t kSize>
std::string_view First(const Row (&rows)[kSize], std::string_view text) {
  if (text.empty()) return {};
  for (const Row& row : rows) {
    if (MatchesPattern(text, row.pattern, Star::kAny)) return row.family;
  }
  return {};
}

struct Includes {
  std::string_view held;
  std::string_view called;
};
// Where a family is mixed (Exchange's protocols write, read and send; Mail.ReadWrite does not
// send), the wider reading stands: to call a used permission unused would be the worse mistake.
constexpr Includes kIncludes[] = {
    {"mail-write", "mail-read"}, {"mail-write", "mail-send"}, {"mail-write", "mail-settings"},
    {"mail-send", "mail-write"},  // compose makes drafts
    {"sites", "files"},          {"directory", "profile"},    {"data", "files"},
    {"cloud", "files"},          {"directory", "contacts"},
};

}  // namespace

std::string_view CallFamily(Platform platform, std::string_view api, std::string_view method) {
  if (platform == Platform::kGoogle) {
    const std::string_view by_method = First(kGoogle, method);
    return by_method.empty() ? First(kGoogleApis, api) : by_method;
  }
  return platform == Platform::kMicrosoft ? First(kMicrosoft, method) : std::string_view();
}

bool Covers(std::string_view held, std::string_view called) {
  if (held.empty() || called.empty()) return false;
  return held == called ||
         std::any_of(std::begin(kIncludes), std::end(kIncludes),
                     [&](const Includes& one) { return one.held == held && one.called == called; });
}

}  // namespace tokentrail::inventory
