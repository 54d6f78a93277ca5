#include "source/map/unified_audit.h"

#include <array>
#include <charconv>
#include <string>

#include "base/text.h"
#include "source/map/directory_change.h"

namespace tokentrail::source {
namespace {

// APIs whose id stands in `AppId` of Exchange records when an app calls through them; any other
// id there is the calling app. Source: Microsoft Learn, "Verify first-party Microsoft applications
// in sign-in reports" (2026).
constexpr std::string_view kApis[] = {
    "00000003-0000-0000-c000-000000000000",  // Microsoft Graph
    "00000002-0000-0ff1-ce00-000000000000",  // Office 365 Exchange Online
    "00000002-0000-0000-c000-000000000000",  // Windows Azure Active Directory
    "00000003-0000-0ff1-ce00-000000000000",  // Office 365 SharePoint Online
};

bool IsApi(std::string_view app) {
  for (const std::string_view api : kApis) {
    if (EqualsIgnoreCase(app, api)) return true;
  }
  return false;
}

/// The child of `raw` by the first of `keys` that has a value.
const Node* Get(const Record& record, const Node& raw,
                std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    const Node* node = record.Child(raw, key);
    if (node == nullptr || node->kind == NodeKind::kNull) continue;
    if (!node->is_container() && node->text_size == 0) continue;
    return node;
  }
  return nullptr;
}

std::string_view GetText(const Record& record, const Node& raw,
                         std::initializer_list<std::string_view> keys) {
  const Node* node = Get(record, raw, keys);
  return node == nullptr ? std::string_view() : Trim(node->text());
}

/// The value of `name` in the name/value list under `list`. Also reads the texts that PowerShell
/// makes of such a list: `@{Value=Bind; Name=MailAccessType}`.
struct Named {
  std::string_view text;
  const Node* node = nullptr;
};
Named GetNamed(const Record& record, const Node& raw, std::string_view list_key,
               std::string_view name) {
  const Node* found = Get(record, raw, {list_key});
  const Node* list = found == nullptr ? nullptr : record.Open(*found);
  if (list == nullptr) return {};
  if (list->kind == NodeKind::kObject) {
    const Node* value = record.Child(*list, name);
    return value == nullptr ? Named() : Named{Trim(value->text()), value};
  }
  for (const Node& element : Children(*list)) {
    if (element.kind == NodeKind::kObject) {
      const NamedValue value = ReadNamedValue(element);
      if (value.name == name && value.value != nullptr) {
        return {Trim(value.value->text()), value.value};
      }
      continue;
    }
    const std::string_view text = element.text();
    if (!text.starts_with("@{")) continue;
    const size_t at = text.find("Name=");
    if (at == std::string_view::npos) continue;
    std::string_view found_name = text.substr(at + 5);
    found_name = Trim(found_name.substr(0, found_name.find_first_of(";}")));
    const size_t value_at = text.find("Value=");
    if (found_name != name || value_at == std::string_view::npos) continue;
    std::string_view value = text.substr(value_at + 6);
    return {Trim(value.substr(0, value.find_first_of(";}"))), &element};
  }
  return {};
}

/// Where the record says that mail reads are logged no longer; null when it does not. PowerShell
/// may print the list as one text (`@{Name=IsThrottled; Value=True} @{...}`), or give the property
/// a column.
const Node* Throttled(const Record& record, const Node& raw) {
  const Named named = GetNamed(record, raw, "OperationProperties", "IsThrottled");
  if (named.node != nullptr) {
    return EqualsIgnoreCase(named.text, "true") ? named.node : nullptr;
  }
  const Node* column = Get(record, raw, {"IsThrottled", "OperationProperties.IsThrottled"});
  if (column != nullptr) return EqualsIgnoreCase(Trim(column->text()), "true") ? column : nullptr;
  const Node* list = Get(record, raw, {"OperationProperties"});
  if (list == nullptr || list->is_container()) return nullptr;
  for (const std::string_view part : Split(list->text(), "{}")) {
    if (part.find("IsThrottled") == part.npos) continue;
    const size_t at = part.find("Value=");
    if (at == part.npos) continue;
    const std::string_view value = part.substr(at + 6);
    if (EqualsIgnoreCase(Trim(value.substr(0, value.find(';'))), "true")) return list;
  }
  return nullptr;
}

/// `[Name=value]` in a text such as ActorInfoString.
std::string_view Bracketed(std::string_view text, std::string_view opening) {
  const size_t at = text.find(opening);
  if (at == std::string_view::npos) return {};
  std::string_view value = text.substr(at + opening.size());
  return Trim(value.substr(0, value.find(']')));
}

/// Numbers are the Management Activity API's; Log Analytics and exports write words. One form.
/// Source: Office 365 Management Activity API schema, "User type" (2026).
std::string_view UserTypeNumber(std::string_view text) {
  static constexpr std::pair<std::string_view, std::string_view> kWords[] = {
      {"Regular", "0"},           {"Reserved", "1"},     {"Admin", "2"},
      {"DcAdmin", "3"},           {"System", "4"},       {"Application", "5"},
      {"ServicePrincipal", "6"},  {"CustomPolicy", "7"}, {"SystemPolicy", "8"},
      {"PartnerTechnician", "9"}, {"Guest", "10"},
  };
  for (const auto& [word, number] : kWords) {
    if (EqualsIgnoreCase(text, word)) return number;
  }
  return text;
}

/// The one directory object that `Target` or `Actor` spells out in several entries.
struct Identity {
  std::string_view id;
  std::string_view name;
  std::string_view type;
  std::string_view user;
  std::string_view app;
  const Node* id_node = nullptr;
  const Node* app_node = nullptr;
  const Node* name_node = nullptr;
  const Node* user_node = nullptr;
};

/// Entries are {ID, Type}; types are 0 claim, 1 name, 2 other, 3 PUID, 4 SPN, 5 UPN.
/// Source: Office 365 Management Activity API schema, "IdentityType" (2026).
Identity ReadIdentity(const Record& record, const Node* found, Arena& arena) {
  Identity out;
  const Node* list = found == nullptr ? nullptr : record.Open(*found);
  if (list == nullptr || list->kind != NodeKind::kArray) return out;
  // `ServicePrincipal_<guid>` names type and id for sure; bare GUIDs only make sense beside it.
  for (const Node& entry : Children(*list)) {
    const std::string_view id = GetText(record, entry, {"ID", "Id", "id"});
    const size_t bar = id.find('_');
    if (bar == std::string_view::npos || !IsGuid(id.substr(bar + 1))) continue;
    out.type = id.substr(0, bar);
    out.id = id.substr(bar + 1);
    out.id_node = record.Child(entry, "ID");
    break;
  }
  for (const Node& entry : Children(*list)) {
    const Node* id_node = Get(record, entry, {"ID", "Id", "id"});
    if (id_node == nullptr) continue;
    const std::string_view id = Trim(id_node->text());
    const std::string_view type = GetText(record, entry, {"Type", "type"});
    if (type == "0") {
      if (out.id.empty() && IsGuid(id)) {
        out.id = id;
        out.id_node = id_node;
      }
    } else if (type == "1") {
      if (out.name.empty()) {
        out.name = id;
        out.name_node = id_node;
      }
    } else if (type == "2") {
      if (IsGuid(id)) {
        if (out.id.empty()) {
          out.id = id;
          out.id_node = id_node;
        } else if (!EqualsIgnoreCase(id, out.id) && out.app.empty()) {
          out.app = id;
          out.app_node = id_node;
        }
      } else if (out.type.empty() && !id.empty() && id.find_first_of(" _@/.") == id.npos) {
        out.type = id;
      }
    } else if (type == "4") {
      if (out.app.empty()) {
        out.app = FirstGuid(id);
        out.app_node = id_node;
      }
    } else if (type == "5") {
      if (out.user.empty()) {
        out.user = Lower(id, arena);
        out.user_node = id_node;
      }
    }
  }
  return out;
}

void DescribeActor(const Record& record, const Node& raw, Draft& draft) {
  Arena& arena = draft.arena();
  const Identity actor = ReadIdentity(record, Get(record, raw, {"Actor"}), arena);
  const std::string_view user = draft.Text(Field::kUser);
  const bool is_app =
      EqualsIgnoreCase(actor.type, "ServicePrincipal") || user.starts_with("serviceprincipal_");
  if (is_app) {
    std::string_view object = actor.id;
    if (object.empty() && user.size() > 17) object = user.substr(17);
    draft.Set(Field::kActorApp, actor.name.empty() ? object : actor.name,
              actor.name.empty() ? actor.id_node : actor.name_node);
    draft.Set(Field::kActorAppId, Lower(actor.app.empty() ? object : actor.app, arena),
              actor.app.empty() ? actor.id_node : actor.app_node);
    // Says that the actor's id is its client id, not the object id that stands in for one.
    if (!actor.app.empty()) {
      draft.SetIfEmpty(Field::kClientString, Lower(actor.app, arena), actor.app_node);
    }
    draft.Clear(Field::kUser);
    return;
  }
  if (!actor.id.empty() && (actor.type.empty() || EqualsIgnoreCase(actor.type, "User"))) {
    draft.Set(Field::kUserId, Lower(actor.id, arena), actor.id_node);
  }
  // The client through which a person changed the directory: a portal, PowerShell, ...
  if (!actor.app.empty()) {
    draft.SetIfEmpty(Field::kClientString, Lower(actor.app, arena), actor.app_node);
  }
}

void DescribeDirectory(const Record& record, const Node& raw, Draft& draft) {
  Arena& arena = draft.arena();
  DescribeActor(record, raw, draft);
  DirectoryChange change;
  change.activity = draft.Text(Field::kOperation);
  change.Add(record, Get(record, raw, {"ModifiedProperties"}), arena);
  const Identity target = ReadIdentity(record, Get(record, raw, {"Target"}), arena);
  if (!target.id.empty() || !target.name.empty() || !target.user.empty()) {
    change.targets.push_back(
        {.id = target.id,
         .name = target.name,
         .type = target.type,
         .user = target.user,
         .app = target.app,
         .node = target.id_node,
         .name_node = target.user.empty() ? target.name_node : target.user_node});
  }
  const Named details = GetNamed(record, raw, "ExtendedProperties", "additionalDetails");
  if (details.node != nullptr) {
    if (const Node* opened = record.Open(*details.node);
        opened != nullptr && opened->kind == NodeKind::kObject) {
      if (const Node* app = record.Child(*opened, "AppId")) {
        change.detail_app = Trim(app->text());
        change.detail_app_node = app;
      }
      if (const Node* role = record.Child(*opened, "TemplateId")) change.detail_role = role->text();
      if (const Node* owner = record.Child(*opened, "AppOwnerOrganizationId")) {
        draft.SetFrom(Field::kAppOwner, owner, As::kId);
      }
      if (!draft.Has(Field::kUserAgent)) {
        draft.SetFrom(Field::kUserAgent, record.Child(*opened, "User-Agent"));
      }
    }
  }
  Describe(record, change, draft);
  // Of a consent the object is the app, by its client id; a blocked one has `Application_<id>`.
  if (draft.kind == Kind::kConsent && !draft.Has(Field::kApp)) {
    const Node* object = Get(record, raw, {"ObjectId"});
    const std::string_view id = object == nullptr ? std::string_view() : Trim(object->text());
    if (IsGuid(id) && !IsZeroGuid(id) && !EqualsIgnoreCase(id, draft.Text(Field::kAppObject)) &&
        !EqualsIgnoreCase(id, target.id)) {
      draft.SetFrom(Field::kApp, object, As::kId);
    }
  }
  if (draft.kind == Kind::kConsent && draft.Text(Field::kConsentType) == "Principal") {
    draft.SetIfEmpty(Field::kPrincipal, draft.Text(Field::kUserId), draft.Origin(Field::kUserId));
  }
  // The flow's id is the correlation id of the sign-in that showed the prompt.
  const Node* flow = Get(record, raw, {"IntraSystemId"});
  if (flow != nullptr && !IsZeroGuid(Trim(flow->text()))) {
    draft.SetFrom(Field::kFlow, flow, As::kId);
  }
}

void DescribeLogon(const Record& record, const Node& raw, Draft& draft) {
  Arena& arena = draft.arena();
  draft.kind = Kind::kSignIn;
  // A refused logon may still say ResultStatus=Success.
  if (EqualsIgnoreCase(draft.Text(Field::kOperation), "UserLoginFailed")) {
    draft.outcome = Outcome::kFailure;
  } else if (EqualsIgnoreCase(draft.Text(Field::kOperation), "UserLoggedIn")) {
    draft.outcome = Outcome::kSuccess;
  }
  const Identity actor = ReadIdentity(record, Get(record, raw, {"Actor"}), arena);
  if (IsGuid(actor.id)) {
    draft.Set(Field::kUserId, Lower(actor.id, arena), actor.id_node);
  } else if (const Node* key = Get(record, raw, {"UserKey"}); key && IsGuid(Trim(key->text()))) {
    draft.SetFrom(Field::kUserId, key, As::kId);
  }
  draft.SetFrom(Field::kApp, Get(record, raw, {"ApplicationId"}), As::kId);
  // The id of the logon is the id of the token request (DETECTIONS findings, 2).
  draft.SetFrom(Field::kToken, Get(record, raw, {"Id", "IntraSystemId", "OfficeId"}), As::kId);
  draft.SetFrom(Field::kFlow, Get(record, raw, {"InterSystemsId"}), As::kId);
  if (const Node* resource = Get(record, raw, {"ObjectId", "OfficeObjectId"});
      resource != nullptr && IsGuid(Trim(resource->text()))) {
    draft.SetFrom(Field::kResource, resource, As::kId);
  }
  draft.SetFrom(Field::kStatus, Get(record, raw, {"ErrorNumber"}));
  draft.SetFrom(Field::kStatusDetail, Get(record, raw, {"LogonError"}));
  const Named request = GetNamed(record, raw, "ExtendedProperties", "RequestType");
  if (!request.text.empty()) draft.Set(Field::kProtocol, request.text, request.node);
}

std::string_view Number(uint64_t number, Arena& arena) {
  std::array<char, 24> digits;
  const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  return arena.Copy({digits.data(), static_cast<size_t>(result.ptr - digits.data())});
}

uint64_t ToNumber(std::string_view text) {
  uint64_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

/// The value of `name` in the text that PowerShell makes of an object: `@{Id=1; SizeInBytes=2}`.
std::string_view InPowerShellText(std::string_view text, std::string_view name) {
  for (size_t at = text.find(name); at != text.npos; at = text.find(name, at + 1)) {
    const bool whole = at > 0 && (text[at - 1] == '{' || text[at - 1] == ' ');
    if (!whole || at + name.size() >= text.size() || text[at + name.size()] != '=') continue;
    const std::string_view value = text.substr(at + name.size() + 1);
    return Trim(value.substr(0, value.find_first_of(";}")));
  }
  return {};
}

/// Collects the ids of messages, with one space between.
/// Limit: ids past 128 KiB are left out (Exchange logs up to 1,000 messages a record); the number
/// of messages stands in kItems all the same.
class MessageIds {
 public:
  explicit MessageIds(const Record& record) : record_(record) {}

  void Add(const Node* found) {
    if (found == nullptr) return;
    constexpr std::string_view kId = "InternetMessageId";
    const Node* const item = record_.Open(*found);
    if (item == nullptr) {
      if (!found->is_container()) AddText(InPowerShellText(found->text(), kId));
    } else if (item->kind == NodeKind::kObject) {
      if (const Node* const id = record_.Child(*item, kId)) AddText(Trim(id->text()));
    }
    if (origin_ == nullptr && !text_.empty()) origin_ = found;
  }
  void Put(Draft& draft) const {
    if (!text_.empty()) draft.Set(Field::kItemIds, draft.arena().Copy(text_), origin_);
  }

 private:
  void AddText(std::string_view id) {
    constexpr size_t kMaxText = size_t{128} << 10;
    if (id.empty() || text_.size() + id.size() >= kMaxText) return;
    if (!text_.empty()) text_.push_back(' ');
    // Whoever sends a message chooses its id; a space in it would make it two.
    for (const char c : id) text_.push_back(c == ' ' || c == '\t' || c == '\n' ? '_' : c);
  }

  const Record& record_;
  std::string text_;
  const Node* origin_ = nullptr;
};

/// Counts items and their bytes where the record lists them.
void DescribeVolume(const Record& record, const Node& raw, Draft& draft) {
  uint64_t items = 0;
  uint64_t bytes = 0;
  const Node* origin = nullptr;
  MessageIds ids(record);
  const auto count = [&](const Node* found) {
    const Node* list = found == nullptr ? nullptr : record.Open(*found);
    if (list == nullptr || list->kind != NodeKind::kArray) return;
    origin = found;
    for (const Node& item : Children(*list)) {
      ++items;
      ids.Add(&item);
      if (item.kind != NodeKind::kObject) continue;
      if (const Node* size = record.Child(item, "SizeInBytes")) bytes += ToNumber(size->text());
    }
  };
  const Node* found = Get(record, raw, {"Folders"});
  if (const Node* folders = found == nullptr ? nullptr : record.Open(*found)) {
    if (folders->kind == NodeKind::kArray) {
      for (const Node& folder : Children(*folders)) {
        if (folder.kind == NodeKind::kObject) count(record.Child(folder, "FolderItems"));
      }
    }
  }
  if (items == 0) count(Get(record, raw, {"AffectedItems"}));
  if (items == 0) ids.Add(Get(record, raw, {"Item"}));
  ids.Put(draft);
  const Node* operations = Get(record, raw, {"OperationCount"});
  if (operations != nullptr && IsDigits(Trim(operations->text()))) {
    draft.Set(Field::kItems, Trim(operations->text()), operations);
  } else if (items > 0) {
    draft.Set(Field::kItems, Number(items, draft.arena()), origin);
  }
  if (bytes > 0) draft.Set(Field::kBytes, Number(bytes, draft.arena()), origin);
  if (const Node* size = Get(record, raw, {"FileSizeBytes"})) {
    draft.SetFrom(Field::kBytes, size, As::kNumber);
  }
}

struct OperationKind {
  std::string_view name;
  Kind kind;
};

// Source: Microsoft Learn, "Audit log activities" (2026), and Exchange Online cmdlet reference.
constexpr OperationKind kOperations[] = {
    {"MailItemsAccessed", Kind::kMailRead},
    {"MessageBind", Kind::kMailRead},
    {"AttachmentAccess", Kind::kMailRead},
    {"Send", Kind::kMailSend},
    {"SendAs", Kind::kMailSend},
    {"SendOnBehalf", Kind::kMailSend},
    {"New-InboxRule", Kind::kMailRule},
    {"Set-InboxRule", Kind::kMailRule},
    {"Enable-InboxRule", Kind::kMailRule},
    {"UpdateInboxRules", Kind::kMailRule},
    {"New-TransportRule", Kind::kMailRule},
    {"Set-TransportRule", Kind::kMailRule},
    {"Enable-TransportRule", Kind::kMailRule},
    {"New-SweepRule", Kind::kMailRule},
    {"Add-MailboxPermission", Kind::kMailRule},
    {"Add-RecipientPermission", Kind::kMailRule},
    {"Add-MailboxFolderPermission", Kind::kMailRule},
    {"Set-MailboxFolderPermission", Kind::kMailRule},
    {"AddFolderPermissions", Kind::kMailRule},
    {"ModifyFolderPermissions", Kind::kMailRule},
    {"UpdateFolderPermissions", Kind::kMailRule},
    {"UpdateCalendarDelegation", Kind::kMailRule},
    {"New-ManagementRoleAssignment", Kind::kRoleAssignment},
    {"Set-ManagementRoleAssignment", Kind::kRoleAssignment},
    {"Add-RoleGroupMember", Kind::kRoleAssignment},
    {"Update-RoleGroupMember", Kind::kRoleAssignment},
    {"Add-eDiscoveryCaseAdmin", Kind::kRoleAssignment},
    {"SiteCollectionAdminAdded", Kind::kRoleAssignment},
    {"SiteCollectionAdminRemoved", Kind::kRoleRevoked},
    {"Remove-ManagementRoleAssignment", Kind::kRoleRevoked},
    {"Remove-RoleGroupMember", Kind::kRoleRevoked},
    {"Remove-eDiscoveryCaseAdmin", Kind::kRoleRevoked},
    {"Remove-MailboxPermission", Kind::kRoleRevoked},
    {"Remove-RecipientPermission", Kind::kRoleRevoked},
    {"Remove-MailboxFolderPermission", Kind::kRoleRevoked},
    {"New-ManagementRole", Kind::kRoleChange},
    {"New-RoleGroup", Kind::kRoleChange},
    {"Add-ManagementRoleEntry", Kind::kRoleChange},
    {"Remove-ManagementRole", Kind::kRoleChange},
    {"Set-ManagementRoleEntry", Kind::kRoleChange},
    {"Remove-ManagementRoleEntry", Kind::kRoleChange},
    {"Set-RoleGroup", Kind::kRoleChange},
    {"Remove-RoleGroup", Kind::kRoleChange},
    {"New-ManagementScope", Kind::kRoleChange},
    {"Set-ManagementScope", Kind::kRoleChange},
    {"New-ServicePrincipal", Kind::kAppChange},
    {"Set-ServicePrincipal", Kind::kAppChange},
    {"Remove-ServicePrincipal", Kind::kAppChange},
    {"AppInstalled", Kind::kAppChange},
    {"AppUpgraded", Kind::kAppChange},
    {"AppUninstalled", Kind::kAppChange},
    {"BotAddedToTeam", Kind::kAppChange},
    {"New-ApplicationAccessPolicy", Kind::kPolicyChange},
    {"Set-ApplicationAccessPolicy", Kind::kPolicyChange},
    {"Remove-ApplicationAccessPolicy", Kind::kPolicyChange},
    {"Set-AdminAuditLogConfig", Kind::kPolicyChange},
    {"Set-MailboxAuditBypassAssociation", Kind::kPolicyChange},
    {"Set-OrganizationConfig", Kind::kPolicyChange},
    {"Set-AuthenticationPolicy", Kind::kPolicyChange},
    {"New-AuthenticationPolicy", Kind::kPolicyChange},
    {"Set-RemoteDomain", Kind::kPolicyChange},
    {"New-RemoteDomain", Kind::kPolicyChange},
    {"Set-HostedOutboundSpamFilterPolicy", Kind::kPolicyChange},
    {"SharingPolicyChanged", Kind::kPolicyChange},
    {"Remove-AuthenticationPolicy", Kind::kPolicyChange},
    {"Remove-RemoteDomain", Kind::kPolicyChange},
    {"Set-CASMailbox", Kind::kPolicyChange},
    {"Set-CASMailboxPlan", Kind::kPolicyChange},
    {"Set-TransportConfig", Kind::kPolicyChange},
    {"Set-RoleAssignmentPolicy", Kind::kPolicyChange},
    {"Set-AntiPhishPolicy", Kind::kPolicyChange},
    {"Remove-AntiPhishPolicy", Kind::kPolicyChange},
    {"Disable-AntiPhishRule", Kind::kPolicyChange},
    {"Remove-AntiPhishRule", Kind::kPolicyChange},
    {"Set-SafeLinksPolicy", Kind::kPolicyChange},
    {"Disable-SafeLinksRule", Kind::kPolicyChange},
    {"Remove-SafeLinksRule", Kind::kPolicyChange},
    {"Remove-SafeLinksPolicy", Kind::kPolicyChange},
    {"Set-SafeAttachmentPolicy", Kind::kPolicyChange},
    {"Disable-SafeAttachmentRule", Kind::kPolicyChange},
    {"Remove-SafeAttachmentRule", Kind::kPolicyChange},
    {"Set-MalwareFilterPolicy", Kind::kPolicyChange},
    {"Disable-MalwareFilterRule", Kind::kPolicyChange},
    {"Set-UnifiedAuditLogRetentionPolicy", Kind::kPolicyChange},
    {"Remove-UnifiedAuditLogRetentionPolicy", Kind::kPolicyChange},
    {"Set-DlpCompliancePolicy", Kind::kPolicyChange},
    {"Remove-DlpCompliancePolicy", Kind::kPolicyChange},
    {"Remove-TransportRule", Kind::kPolicyChange},
    {"Disable-TransportRule", Kind::kPolicyChange},
    {"MessagesListed", Kind::kApiCall},
    {"MessageRead", Kind::kApiCall},
    {"ChatRetrieved", Kind::kApiCall},
    {"MessagesExported", Kind::kApiCall},
    {"ListItemViewed", Kind::kFileAccess},
    {"PageViewedExtended", Kind::kOther},
    {"UserLoggedIn", Kind::kSignIn},
    {"UserLoginFailed", Kind::kSignIn},
};

/// Settings of Set-Mailbox that send a mailbox's mail elsewhere.
constexpr std::string_view kForwarding[] = {"ForwardingAddress", "ForwardingSmtpAddress",
                                            "DeliverToMailboxAndForward"};

/// True when a Set-Mailbox starts a forwarding; one that clears the address stops it.
bool StartsForwarding(const Record& record, const Node& raw) {
  for (const std::string_view name : kForwarding) {
    const std::string_view value = GetNamed(record, raw, "Parameters", name).text;
    if (!value.empty() && !EqualsIgnoreCase(value, "$null") && !EqualsIgnoreCase(value, "false")) {
      return true;
    }
  }
  return false;
}

/// True when a Set-Mailbox switches its auditing off.
bool StopsAuditing(const Record& record, const Node& raw) {
  return EqualsIgnoreCase(GetNamed(record, raw, "Parameters", "AuditEnabled").text, "false");
}

Kind KindOf(const Record& record, const Node& raw, std::string_view operation) {
  for (const OperationKind& known : kOperations) {
    if (EqualsIgnoreCase(known.name, operation)) return known.kind;
  }
  if (EqualsIgnoreCase(operation, "Set-Mailbox")) {
    if (StartsForwarding(record, raw)) return Kind::kMailRule;
    if (StopsAuditing(record, raw)) return Kind::kPolicyChange;
    return Kind::kOther;
  }
  // FileAccessed, FileDownloaded, FileSyncDownloadedFull, FilePreviewed, ...
  if (operation.starts_with("File")) return Kind::kFileAccess;
  return Kind::kOther;
}

/// `-Identity bpatel -ForwardingAddress x`: an Exchange cmdlet's parameters as it was called.
void DescribeParameters(const Record& record, const Node& raw, Draft& draft) {
  Arena& arena = draft.arena();
  const Node* found = Get(record, raw, {"Parameters"});
  const Node* list = found == nullptr ? nullptr : record.Open(*found);
  if (list == nullptr || list->kind != NodeKind::kArray) return;
  constexpr size_t kMaxText = 2048;
  std::string_view out;
  for (const Node& element : Children(*list)) {
    if (element.kind != NodeKind::kObject) continue;
    const NamedValue value = ReadNamedValue(element);
    if (value.name.empty()) continue;
    const std::string_view text = value.value == nullptr ? std::string_view() : value.value->text();
    if (out.size() + value.name.size() + text.size() > kMaxText) break;
    out = Concat(arena, {out, out.empty() ? "-" : " -", value.name, " ", text});
  }
  if (!out.empty()) draft.Set(Field::kReason, out, found);
  Named whom = GetNamed(record, raw, "Parameters", "User");
  if (whom.text.empty()) whom = GetNamed(record, raw, "Parameters", "Trustee");
  if (whom.text.empty()) whom = GetNamed(record, raw, "Parameters", "Member");
  if (whom.text.empty()) whom = GetNamed(record, raw, "Parameters", "App");
  if (!whom.text.empty()) draft.Set(Field::kTargetName, whom.text, whom.node);
  const Named role = GetNamed(record, raw, "Parameters", "Role");
  if (!role.text.empty()) draft.Set(Field::kRole, role.text, role.node);
  const Named rights = GetNamed(record, raw, "Parameters", "AccessRights");
  if (!rights.text.empty()) draft.Set(Field::kRole, rights.text, rights.node);
  const Named app = GetNamed(record, raw, "Parameters", "AppId");
  if (IsGuid(app.text)) draft.SetFrom(Field::kAppObject, app.node, As::kId);
  const bool mailbox_cmdlet = draft.Text(Field::kOperation).find("Mailbox") != out.npos ||
                              draft.Text(Field::kOperation).find("InboxRule") != out.npos ||
                              draft.Text(Field::kOperation).find("Recipient") != out.npos;
  Named mailbox = GetNamed(record, raw, "Parameters", "Mailbox");
  if (mailbox.text.empty() && mailbox_cmdlet) {
    mailbox = GetNamed(record, raw, "Parameters", "Identity");
  }
  if (!mailbox.text.empty()) {
    draft.SetIfEmpty(Field::kMailbox, Lower(mailbox.text, arena), mailbox.node);
  } else if (mailbox_cmdlet) {  // one's own
    draft.SetIfEmpty(Field::kMailbox, draft.Text(Field::kUser), draft.Origin(Field::kUser));
  }
}

void DescribeWorkload(const Record& record, const Node& raw, Draft& draft) {
  Arena& arena = draft.arena();
  const std::string_view operation = draft.Text(Field::kOperation);
  draft.kind = KindOf(record, raw, operation);

  const Node* info = Get(record, raw, {"ActorInfoString"});
  const std::string_view actor_info = info == nullptr ? std::string_view() : info->text();
  const std::string_view client_info = draft.Text(Field::kClientString);
  // `AppId` is the API that was called, or else the caller itself.
  const Node* app_id = Get(record, raw, {"AppId"});
  if (app_id != nullptr && IsApi(Trim(app_id->text()))) {
    draft.SetFrom(Field::kResource, app_id, As::kId);
  } else if (app_id != nullptr && !draft.Has(Field::kApp)) {
    draft.SetFrom(Field::kApp, app_id, As::kId);
  }
  if (!draft.Has(Field::kApp)) {
    if (const std::string_view app = Bracketed(actor_info, "[AppId="); IsGuid(app)) {
      draft.Set(Field::kApp, Lower(app, arena), info);
    } else if (const std::string_view other = Bracketed(client_info, "[AppId="); IsGuid(other)) {
      draft.Derive(Field::kApp, Lower(other, arena), Field::kClientString);
    }
  }
  if (!draft.Has(Field::kUserAgent)) {
    const std::string_view agent = Bracketed(actor_info, "UserAgent=[");
    if (!agent.empty()) draft.Set(Field::kUserAgent, agent, info);
  }
  if (!draft.Has(Field::kClientString) && info != nullptr) {
    draft.Set(Field::kClientString, actor_info, info);
  }

  const Named access = GetNamed(record, raw, "OperationProperties", "MailAccessType");
  if (!access.text.empty()) draft.Set(Field::kProtocol, access.text, access.node);
  if (const Node* throttled = Throttled(record, raw)) {
    draft.Set(Field::kReason, "IsThrottled=True", throttled);
    draft.Set(Field::kLogLimit, "throttled", throttled);
  }
  DescribeVolume(record, raw, draft);
  DescribeParameters(record, raw, draft);

  if (draft.kind == Kind::kMailRead || draft.kind == Kind::kMailSend) {
    draft.SetIfEmpty(Field::kMailbox, draft.Text(Field::kUser), draft.Origin(Field::kUser));
  }
  // An app with permissions of its own: the key is its id, the user may still be a mailbox.
  const std::string_view type = draft.Text(Field::kUserType);
  if (type == "5" || type == "6") {
    const Node* key = Get(record, raw, {"UserKey"});
    const std::string_view text = key == nullptr ? std::string_view() : Trim(key->text());
    if (IsGuid(text)) {
      draft.SetFrom(Field::kActorAppId, key, As::kId);
    } else if (draft.Has(Field::kApp)) {
      draft.Derive(Field::kActorAppId, draft.Text(Field::kApp), Field::kApp);
    }
    if (draft.Has(Field::kAppName)) {
      draft.Derive(Field::kActorApp, draft.Text(Field::kAppName), Field::kAppName);
    } else {
      draft.Derive(Field::kActorApp, draft.Text(Field::kActorAppId), Field::kActorAppId);
    }
    if (!draft.Has(Field::kApp)) {
      draft.Derive(Field::kApp, draft.Text(Field::kActorAppId), Field::kActorAppId);
    }
  }
}

/// Entra's directory (8 and the older 9, 10) and its logons (15); elsewhere names for the numbers.
enum class Workload { kDirectory, kLogon, kOther };
Workload WorkloadOf(std::string_view record_type, std::string_view workload,
                    std::string_view operation) {
  if (operation == "UserLoggedIn" || operation == "UserLoginFailed") return Workload::kLogon;
  if (record_type == "15" || EqualsIgnoreCase(record_type, "AzureActiveDirectoryStsLogon")) {
    return Workload::kLogon;
  }
  if (record_type == "8" || EqualsIgnoreCase(record_type, "AzureActiveDirectory")) {
    return Workload::kDirectory;
  }
  if (EqualsIgnoreCase(workload, "AzureActiveDirectory")) return Workload::kDirectory;
  return Workload::kOther;
}

}  // namespace

Kind KindOfOperation(std::string_view operation) {
  for (const OperationKind& known : kOperations) {
    if (EqualsIgnoreCase(known.name, operation)) return known.kind;
  }
  if (operation.starts_with("File")) return Kind::kFileAccess;
  return ClassifyActivity(operation, {}).kind;
}

void DescribeUnifiedAudit(const Record& record, const Node& raw, Draft& draft) {
  draft.Set(Field::kUserType, UserTypeNumber(draft.Text(Field::kUserType)),
            draft.Origin(Field::kUserType));
  if (EqualsIgnoreCase(draft.Text(Field::kUser), "not available") ||
      EqualsIgnoreCase(draft.Text(Field::kUser), "unknown")) {
    draft.Clear(Field::kUser);
  }
  const std::string_view record_type =
      GetText(record, raw, {"RecordType", "auditLogRecordType", "OfficeRecordType"});
  const std::string_view workload = GetText(record, raw, {"Workload", "OfficeWorkload", "service"});
  switch (WorkloadOf(record_type, workload, draft.Text(Field::kOperation))) {
    case Workload::kDirectory:
      DescribeDirectory(record, raw, draft);
      break;
    case Workload::kLogon:
      DescribeLogon(record, raw, draft);
      break;
    case Workload::kOther:
      DescribeWorkload(record, raw, draft);
      break;
  }
}

}  // namespace tokentrail::source
