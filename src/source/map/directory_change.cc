#include "source/map/directory_change.h"

#include <algorithm>

#include "base/text.h"
#include "source/consent.h"
#include "source/map/credential.h"

namespace tokentrail::source {
namespace {

constexpr std::string_view kAllPrincipals = "AllPrincipals";

/// A text and the node it was read from.
struct Found {
  std::string_view text;
  const Node* node = nullptr;

  explicit operator bool() const { return !text.empty(); }
};

Found Either(const Change* change) {
  if (change == nullptr) return {};
  return {change->either(), change->either_node()};
}

bool IsList(std::string_view text) { return !text.empty() && text.front() == '['; }

/// The value, or the first element of it when it is a list: `["5e1f..."]`.
Found First(const Record& record, const Change* change, Arena& arena) {
  Found found = Either(change);
  if (!found || !IsList(found.text) || found.node == nullptr) return found;
  const Node* list = record.Open(*found.node);
  if (list == nullptr) return found;
  for (const Node& element : Children(*list)) {
    if (!element.is_container()) return {Unquote(element.text(), arena), &element};
  }
  return {};
}

Found GuidOf(Found found) {
  found.text = FirstGuid(found.text);
  return found;
}

void SetFound(Draft& draft, Field field, const Found& found) {
  if (found) draft.Set(field, found.text, found.node);
}

/// Ids are written in lower case everywhere; the zero GUID says "none".
void SetId(Draft& draft, Field field, const Found& found) {
  const std::string_view text = Trim(found.text);
  if (text.empty() || IsZeroGuid(text)) return;
  draft.Set(field, Lower(text, draft.arena()), found.node);
}

/// A scope list (spaces between) as a set.
std::string_view ScopeSet(std::string_view text, Arena& arena) {
  std::vector<std::string_view> parts = Split(text, " \t\r\n");
  return JoinSet(parts, arena);
}

const DirectoryTarget* FindTarget(const DirectoryChange& change, std::string_view type) {
  for (const DirectoryTarget& target : change.targets) {
    if (EqualsIgnoreCase(target.type, type)) return &target;
  }
  return nullptr;
}

void SetTarget(Draft& draft, const DirectoryTarget& target) {
  SetId(draft, Field::kTarget, {target.id, target.node});
  const std::string_view name = !target.user.empty() ? target.user : target.name;
  if (!name.empty()) draft.Set(Field::kTargetName, name, target.name_node);
  if (!target.type.empty()) draft.Set(Field::kTargetType, target.type);
}

/// The app that the first target is: its id from wherever the record has it.
void SetTargetApp(const Record& record, const DirectoryChange& change, Draft& draft) {
  Arena& arena = draft.arena();
  const DirectoryTarget* target = change.targets.empty() ? nullptr : &change.targets.front();
  Found app = {change.detail_app, change.detail_app_node};
  for (const std::string_view name : {"AppId", "AppPrincipalId", "ServicePrincipal.AppId"}) {
    if (!app) app = GuidOf(First(record, change.Find(name), arena));
  }
  if (!app && target != nullptr) app = {target->app, target->node};
  if (!app) app = GuidOf(Either(change.Find("TargetId.ServicePrincipalNames")));
  SetId(draft, Field::kApp, app);
  if (target != nullptr) {
    SetId(draft, Field::kAppObject, {target->id, target->node});
    if (!target->name.empty()) draft.Set(Field::kAppName, target->name, target->name_node);
  }
  if (!draft.Has(Field::kAppName)) {
    SetFound(draft, Field::kAppName, First(record, change.Find("DisplayName"), arena));
  }
}

/// The API that the first target is.
void SetTargetResource(const DirectoryChange& change, Draft& draft) {
  if (change.targets.empty()) return;
  const DirectoryTarget& target = change.targets.front();
  Found api = GuidOf(Either(change.Find("TargetId.ServicePrincipalNames")));
  if (!api) api = {target.app, target.node};
  if (!api) api = {change.detail_app, change.detail_app_node};
  if (!api) api = {target.id, target.node};
  SetId(draft, Field::kResource, api);
  if (!target.name.empty()) draft.Set(Field::kResourceName, target.name, target.name_node);
}

/// The client as `Prefix.ObjectID`, `Prefix.AppId`, `Prefix.DisplayName` name it.
void SetNamedApp(const DirectoryChange& change, std::string_view object, std::string_view app,
                 std::string_view name, Draft& draft) {
  SetId(draft, Field::kAppObject, Either(change.Find(object)));
  SetId(draft, Field::kApp, Either(change.Find(app)));
  SetFound(draft, Field::kAppName, Either(change.Find(name)));
  if (!draft.Has(Field::kApp) && object.starts_with("ServicePrincipal.")) {
    // The first of its names is the client id.
    SetId(draft, Field::kApp, GuidOf(Either(change.Find("ServicePrincipal.Name"))));
  }
}

void DescribeConsent(const Record& record, const DirectoryChange& change, Draft& draft) {
  Arena& arena = draft.arena();
  SetTargetApp(record, change, draft);
  draft.Clear(Field::kAppObject);  // of a blocked consent the target is the application, not this
  if (const Change* found = change.Find("ConsentAction.Permissions")) {
    const ConsentSets sets = Summarise(ParseConsent(found->either()), arena);
    const Node* node = found->either_node();
    if (!sets.scopes.empty()) draft.Set(Field::kScopes, sets.scopes, node);
    if (!sets.scopes_old.empty()) draft.Set(Field::kScopesOld, sets.scopes_old, node);
    if (!sets.added.empty()) draft.Set(Field::kScopesAdded, sets.added, node);
    if (!sets.removed.empty()) draft.Set(Field::kScopesRemoved, sets.removed, node);
    if (!sets.grants.empty()) draft.Set(Field::kGrant, sets.grants, node);
    if (!sets.consent_type.empty()) draft.Set(Field::kConsentType, sets.consent_type, node);
    SetId(draft, Field::kPrincipal, {sets.principal, node});
    SetId(draft, Field::kAppObject, {sets.client, node});
    SetId(draft, Field::kResource, {sets.resources, node});
  }
  if (!draft.Has(Field::kAppObject)) {
    if (const DirectoryTarget* app = FindTarget(change, "ServicePrincipal")) {
      SetId(draft, Field::kAppObject, {app->id, app->node});
    }
  }
  const Found for_all = Either(change.Find("ConsentContext.OnBehalfOfAll"));
  if (EqualsIgnoreCase(for_all.text, "true")) {
    draft.Set(Field::kConsentType, kAllPrincipals, for_all.node);
  } else if (EqualsIgnoreCase(for_all.text, "false")) {
    draft.SetIfEmpty(Field::kConsentType, "Principal", for_all.node);
  }
  const Found admin = Either(change.Find("ConsentContext.IsAdminConsent"));
  if (admin) draft.Set(Field::kAdminConsent, Lower(admin.text, arena), admin.node);
  Found reason = Either(change.Find("ConsentAction.Reason"));
  if (!reason) reason = Either(change.Find("MethodExecutionResult."));
  SetFound(draft, Field::kReason, reason);
}

void DescribeDelegatedGrant(const DirectoryChange& change, Draft& draft) {
  Arena& arena = draft.arena();
  SetNamedApp(change, "ServicePrincipal.ObjectID", "ServicePrincipal.AppId",
              "ServicePrincipal.DisplayName", draft);
  SetTargetResource(change, draft);
  if (!draft.Has(Field::kAppObject) && change.targets.size() > 1) {
    SetId(draft, Field::kAppObject, {change.targets[1].id, change.targets[1].node});
  }
  if (!draft.Has(Field::kAppName) && change.targets.size() > 1 && !change.targets[1].name.empty()) {
    draft.Set(Field::kAppName, change.targets[1].name, change.targets[1].name_node);
  }
  const Change* type = change.Find("DelegatedPermissionGrant.ConsentType");
  SetFound(draft, Field::kConsentType, Either(type));
  SetId(draft, Field::kPrincipal, Either(change.Find("DelegatedPermissionGrant.PrincipalId")));
  Found grant = Either(change.Find("DelegatedPermissionGrant.Id"));
  if (!grant) grant = Either(change.Find("DelegatedPermissionGrant.ObjectId"));
  SetFound(draft, Field::kGrant, grant);
  const Change* scope = change.Find("DelegatedPermissionGrant.Scope");
  if (scope == nullptr) scope = change.Find("OAuth2PermissionGrant.Scope");
  if (scope == nullptr) {
    if (change.activity.starts_with("Remove")) draft.kind = Kind::kAppRevoked;
    return;
  }
  const std::string_view now = ScopeSet(scope->now, arena);
  const std::string_view before = ScopeSet(scope->before, arena);
  const std::string_view added = SetMinus(now, before, arena);
  const std::string_view removed = SetMinus(before, now, arena);
  if (!now.empty()) draft.Set(Field::kScopes, now, scope->now_node);
  if (!before.empty()) draft.Set(Field::kScopesOld, before, scope->before_node);
  if (!added.empty()) draft.Set(Field::kScopesAdded, added, scope->now_node);
  if (!removed.empty()) draft.Set(Field::kScopesRemoved, removed, scope->before_node);
  // A grant that was widened is written as "Remove" too: the scopes tell (DETECTIONS finding 4).
  if (now.empty() && !before.empty()) draft.kind = Kind::kAppRevoked;
}

void DescribeAppRole(const DirectoryChange& change, Draft& draft) {
  SetNamedApp(change, "ServicePrincipal.ObjectID", "ServicePrincipal.AppId",
              "ServicePrincipal.DisplayName", draft);
  SetTargetResource(change, draft);
  SetFound(draft, Field::kRole, Either(change.Find("AppRole.Value")));
  SetId(draft, Field::kRoleId, Either(change.Find("AppRole.Id")));
  if (change.targets.size() > 1) {
    const DirectoryTarget& client = change.targets[1];
    if (!draft.Has(Field::kAppObject)) SetId(draft, Field::kAppObject, {client.id, client.node});
    if (!draft.Has(Field::kAppName) && !client.name.empty()) {
      draft.Set(Field::kAppName, client.name, client.name_node);
    }
  }
  draft.Set(Field::kTarget, draft.Text(Field::kAppObject), draft.Origin(Field::kAppObject));
  draft.Set(Field::kTargetName, draft.Text(Field::kAppName), draft.Origin(Field::kAppName));
  draft.Set(Field::kTargetType, "ServicePrincipal");
}

void DescribeAppRoleToUser(const Record& record, const DirectoryChange& change, Draft& draft) {
  SetTargetApp(record, change, draft);
  SetFound(draft, Field::kRole, Either(change.Find("AppRole.Value")));
  SetId(draft, Field::kRoleId, Either(change.Find("AppRole.Id")));
  const bool to_group = change.Find("Group.ObjectID") != nullptr;
  const Found who = Either(change.Find(to_group ? "Group.ObjectID" : "User.ObjectID"));
  SetId(draft, Field::kTarget, who);
  SetFound(draft, Field::kTargetName,
           Either(change.Find(to_group ? "Group.DisplayName" : "User.UPN")));
  if (who) draft.Set(Field::kTargetType, to_group ? "Group" : "User");
  if (!to_group) SetId(draft, Field::kPrincipal, who);
}

void DescribeRole(const DirectoryChange& change, Draft& draft) {
  Arena& arena = draft.arena();
  const DirectoryTarget* role = FindTarget(change, "Role");
  Found name = Either(change.Find("Role.DisplayName"));
  if (!name && role != nullptr) name = {role->name, role->name_node};
  if (!name) name = Either(change.Find("Role.WellKnownObjectName"));
  SetFound(draft, Field::kRole, name);
  Found id = Either(change.Find("Role.TemplateId"));
  if (!id) id = {change.detail_role, nullptr};
  if (!id) id = Either(change.Find("Role.ObjectID"));
  if (!id && role != nullptr) id = {role->id, role->node};
  SetId(draft, Field::kRoleId, id);
  // Privileged Identity Management lists the role and its request before whom it is for.
  for (const DirectoryTarget& target : change.targets) {
    if (EqualsIgnoreCase(target.type, "Role") || EqualsIgnoreCase(target.type, "Request") ||
        EqualsIgnoreCase(target.type, "Directory") || EqualsIgnoreCase(target.type, "Other")) {
      continue;
    }
    SetTarget(draft, target);
    if (EqualsIgnoreCase(target.type, "ServicePrincipal")) {
      SetId(draft, Field::kAppObject, {target.id, target.node});
      SetId(draft, Field::kApp, {target.app, target.node});
      if (!target.name.empty()) draft.Set(Field::kAppName, target.name, target.name_node);
    }
    break;
  }
  if (draft.Has(Field::kTarget) || draft.Has(Field::kTargetName)) {
    const std::string_view target_name = draft.Text(Field::kTargetName);
    if (target_name.find('@') != std::string_view::npos) {
      draft.Set(Field::kTargetName, Lower(target_name, arena), draft.Origin(Field::kTargetName));
    }
  }
}

/// Reply URLs: all `Address` values of AppAddress, or the plain list of ReplyUrls.
std::string_view ReplyUrls(const Record& record, const Change& change, Arena& arena) {
  if (change.now_node == nullptr) return {};
  const Node* list = record.Open(*change.now_node);
  if (list == nullptr) return {};
  std::vector<std::string_view> urls;
  for (const Node& element : Children(*list)) {
    const Node* address = &element;
    if (element.kind == NodeKind::kObject) address = record.Child(element, "Address");
    if (address != nullptr && !address->text().empty()) urls.push_back(address->text());
  }
  return JoinSet(urls, arena);
}

/// Ids of the permissions in RequiredResourceAccess.
std::string_view Entitlements(const Record& record, const Node* node, Arena& arena) {
  if (node == nullptr) return {};
  const Node* list = record.Open(*node);
  if (list == nullptr) return {};
  std::vector<std::string_view> ids;
  for (const Node& api : Children(*list)) {
    if (api.kind != NodeKind::kObject) continue;
    const Node* wanted = record.Child(api, "RequiredAppPermissions");
    if (wanted == nullptr || !wanted->is_container()) continue;
    for (const Node& permission : Children(*wanted)) {
      if (permission.kind != NodeKind::kObject) continue;
      const Node* id = record.Child(permission, "EntitlementId");
      if (id != nullptr && !id->text().empty()) ids.push_back(Lower(id->text(), arena));
    }
  }
  return JoinSet(ids, arena);
}

/// Sets what changed among an app's keys. True when any did.
bool DescribeCredentials(const Record& record, const DirectoryChange& change, Draft& draft) {
  CredentialDelta delta;
  const Node* node = nullptr;
  for (const std::string_view name : {"KeyDescription", "FederatedIdentityCredentials"}) {
    const Change* found = change.Find(name);
    if (found == nullptr) continue;
    const auto before = ReadCredentials(record, found->before_node, found->before, draft.arena());
    const auto now = ReadCredentials(record, found->now_node, found->now, draft.arena());
    delta.Add(before, now);
    if (node == nullptr) node = found->either_node();
  }
  if (delta.empty()) return false;
  Arena& arena = draft.arena();
  const std::string_view added = delta.AddedIds(arena);
  const std::string_view removed = delta.RemovedIds(arena);
  if (!added.empty()) draft.Set(Field::kCredential, added, node);
  if (!removed.empty()) draft.Set(Field::kCredentialsRemoved, removed, node);
  const std::string_view words = delta.Words(arena);
  if (!words.empty()) draft.Set(Field::kReason, words, node);
  return true;
}

/// Cuts at `size` bytes without splitting a UTF-8 character.
std::string_view Cut(std::string_view text, size_t size) {
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  return text.substr(0, size);
}

/// Runs of white space made one space: Microsoft 365 writes values as JSON over many lines.
std::string_view OneLine(std::string_view text, Arena& arena) {
  if (text.find_first_of("\r\n\t") == std::string_view::npos) return text;
  char* const out = arena.Allocate(text.size());
  size_t size = 0;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (space && (size == 0 || out[size - 1] == ' ')) continue;
    out[size++] = space ? ' ' : c;
  }
  return Trim({out, size});
}

/// `Name: old -> new; Name: ...`, bounded: what a person or a rule needs to see of a setting.
std::string_view ChangesInWords(const DirectoryChange& change, Arena& arena) {
  constexpr size_t kMaxValue = 160;
  constexpr size_t kMaxChanges = 12;
  std::string_view out;
  size_t count = 0;
  for (const Change& one : change.changes) {
    if (one.name == "Included Updated Properties" || one.name.starts_with("TargetId.")) continue;
    if (one.now == one.before) continue;
    if (++count > kMaxChanges) break;
    out = Concat(arena, {out, out.empty() ? "" : "; ", one.name, ": ",
                         Cut(OneLine(one.before, arena), kMaxValue), " -> ",
                         Cut(OneLine(one.now, arena), kMaxValue)});
  }
  return out;
}

void DescribeApp(const Record& record, const DirectoryChange& change, Draft& draft) {
  Arena& arena = draft.arena();
  SetTargetApp(record, change, draft);
  if (!change.targets.empty()) SetTarget(draft, change.targets.front());
  for (const std::string_view name : {"AppAddress", "ReplyUrls", "PublicClient"}) {
    const Change* found = change.Find(name);
    if (found == nullptr) continue;
    const std::string_view urls = ReplyUrls(record, *found, arena);
    if (!urls.empty()) draft.Set(Field::kReplyUrls, urls, found->now_node);
    if (draft.Has(Field::kReplyUrls)) break;
  }
  if (const Change* access = change.Find("RequiredResourceAccess")) {
    const std::string_view asked =
        SetMinus(Entitlements(record, access->now_node, arena),
                 Entitlements(record, access->before_node, arena), arena);
    if (!asked.empty()) draft.Set(Field::kRoleId, asked, access->now_node);
  }
  SetFound(draft, Field::kPublisher,
           First(record, change.Find("VerifiedPublisher.DisplayName"), arena));
  const bool credentials = DescribeCredentials(record, change, draft);
  // A plain "Update application" that brings a key is a credential change all the same.
  if (credentials && draft.kind == Kind::kAppChange) draft.kind = Kind::kCredentialChange;
  if (!draft.Has(Field::kReason)) {
    const std::string_view words = ChangesInWords(change, arena);
    if (!words.empty()) draft.Set(Field::kReason, words);
  }
}

void DescribeOwner(const DirectoryChange& change, Draft& draft) {
  const bool application = change.Find("Application.ObjectID") != nullptr;
  if (application) {
    SetNamedApp(change, "Application.ObjectID", "Application.AppId", "Application.DisplayName",
                draft);
  } else {
    SetNamedApp(change, "ServicePrincipal.ObjectID", "ServicePrincipal.AppId",
                "ServicePrincipal.DisplayName", draft);
  }
  if (!draft.Has(Field::kAppObject) && change.targets.size() > 1) {
    SetId(draft, Field::kAppObject, {change.targets[1].id, change.targets[1].node});
  }
  if (!change.targets.empty()) SetTarget(draft, change.targets.front());
}

}  // namespace

std::string_view Unquote(std::string_view text, Arena& arena) {
  for (int layer = 0; layer < 2; ++layer) {
    text = Trim(text);
    if (text.empty() || text.front() != '"') return text;
    text.remove_prefix(1);
    if (text.find('\\') == std::string_view::npos) {
      if (text.ends_with('"')) text.remove_suffix(1);
      continue;
    }
    char* const out = arena.Allocate(text.size());
    size_t size = 0;
    for (size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (c == '"') break;
      if (c != '\\' || i + 1 == text.size()) {
        out[size++] = c;
        continue;
      }
      const char escaped = text[++i];
      switch (escaped) {
        case 'n':
          out[size++] = '\n';
          break;
        case 'r':
          out[size++] = '\r';
          break;
        case 't':
          out[size++] = '\t';
          break;
        case 'b':
        case 'f':
          out[size++] = ' ';
          break;
        case 'u': {
          uint32_t code = 0;
          size_t digits = 0;
          while (digits < 4 && i + 1 + digits < text.size()) {
            const char d = text[i + 1 + digits];
            const uint32_t lower = static_cast<uint32_t>(static_cast<unsigned char>(d)) | 0x20u;
            if (d >= '0' && d <= '9') {
              code = code * 16 + static_cast<uint32_t>(d - '0');
            } else if (lower >= 'a' && lower <= 'f') {
              code = code * 16 + (lower - 'a' + 10);
            } else {
              break;
            }
            ++digits;
          }
          if (digits < 4) {  // not an escape: keep what stands there
            out[size++] = '\\';
            out[size++] = 'u';
            break;
          }
          i += 4;
          // Never longer than the six characters it replaces. Halves of a pair become U+FFFD.
          if (code >= 0xD800 && code <= 0xDFFF) code = 0xFFFD;
          if (code < 0x80) {
            out[size++] = static_cast<char>(code);
          } else if (code < 0x800) {
            out[size++] = static_cast<char>(0xC0 | (code >> 6));
            out[size++] = static_cast<char>(0x80 | (code & 0x3F));
          } else {
            out[size++] = static_cast<char>(0xE0 | (code >> 12));
            out[size++] = static_cast<char>(0x80 | ((code >> 6) & 0x3F));
            out[size++] = static_cast<char>(0x80 | (code & 0x3F));
          }
          break;
        }
        default:
          out[size++] = escaped;
      }
    }
    text = {out, size};
  }
  return text;
}

std::string_view FirstGuid(std::string_view text) {
  while (!text.empty()) {
    const size_t end = text.find(';');
    const std::string_view part = Trim(text.substr(0, end));
    if (IsGuid(part)) return part;
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return {};
}

void DirectoryChange::Add(const Record& record, const Node* list, Arena& arena) {
  if (list == nullptr) return;
  const Node* opened = record.Open(*list);
  if (opened == nullptr) return;
  const auto text_of = [&](const Node* node) {
    return node == nullptr ? std::string_view() : Unquote(node->text(), arena);
  };
  for (const Node& element : Children(*opened)) {
    if (element.kind != NodeKind::kObject) continue;
    const NamedValue value = ReadNamedValue(element);
    if (value.name.empty()) continue;
    changes.push_back({.name = value.name,
                       .now = text_of(value.value),
                       .before = text_of(value.old_value),
                       .now_node = value.value,
                       .before_node = value.old_value});
  }
}

const Change* DirectoryChange::Find(std::string_view name) const {
  for (const Change& change : changes) {
    if (change.name == name) return &change;
  }
  return nullptr;
}

void Describe(const Record& record, const DirectoryChange& change, Draft& draft) {
  const Activity activity = ClassifyActivity(change.activity, change.category);
  draft.kind = activity.kind;
  switch (activity.shape) {
    case ActivityShape::kConsent:
      DescribeConsent(record, change, draft);
      break;
    case ActivityShape::kDelegatedGrant:
      DescribeDelegatedGrant(change, draft);
      break;
    case ActivityShape::kAppRole:
      DescribeAppRole(change, draft);
      break;
    case ActivityShape::kAppRoleToUser:
      DescribeAppRoleToUser(record, change, draft);
      break;
    case ActivityShape::kRole:
      DescribeRole(change, draft);
      break;
    case ActivityShape::kApp:
      DescribeApp(record, change, draft);
      break;
    case ActivityShape::kOwner:
      DescribeOwner(change, draft);
      break;
    case ActivityShape::kSettings: {
      if (!change.targets.empty()) SetTarget(draft, change.targets.front());
      const std::string_view words = ChangesInWords(change, draft.arena());
      if (!words.empty()) draft.Set(Field::kReason, words);
      break;
    }
    case ActivityShape::kPlain:
      if (!change.targets.empty()) SetTarget(draft, change.targets.front());
      break;
  }
}

}  // namespace tokentrail::source
