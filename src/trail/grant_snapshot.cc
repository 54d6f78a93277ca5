#include "trail/grant_snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "analytic/actor.h"
#include "base/as_of.h"
#include "base/text.h"
#include "inventory/permission.h"

namespace tokentrail::trail {
namespace {

using analytic::State;

/// The log and the directory need not agree to the minute: a guess.
constexpr Span kSlack = Minutes(15);

std::optional<Time> TimeIn(std::string_view text) {
  const ParsedTime time = ParseTime(Trim(text));
  if (time.fault != TimeFault::kNone || time.time.micros <= 0) return std::nullopt;
  return time.time;
}

inventory::Platform PlatformOf(const Grant& grant) {
  return grant.platform == "google" ? inventory::Platform::kGoogle
                                    : inventory::Platform::kMicrosoft;
}

int SeverityOf(const Grant& grant, const Permissions& permissions) {
  const auto holder = grant.kind == GrantKind::kApplication ? inventory::Holder::kApplication
                                                            : inventory::Holder::kDelegated;
  std::string set;
  for (const std::string& one : permissions) set += one + " ";
  return inventory::Assess(PlatformOf(grant), holder, set).severity;
}

std::string AppWords(const Grant& grant) {
  if (grant.app_name.empty() || grant.app_name == grant.app) return "app " + grant.app;
  return fmt::format("app '{}' ({})", grant.app_name, grant.app);
}

std::string WhomWords(const Grant& grant) {
  if (grant.kind == GrantKind::kApplication) return "itself";
  if (grant.all_users) return "all users";
  return grant.principal_name.empty() ? "user " + grant.principal : grant.principal_name;
}

std::string Few(const Permissions& permissions) {
  const analytic::Texts texts(permissions.begin(), permissions.end());
  return permissions.empty() ? "permissions that no record tells" : analytic::Few(texts);
}

std::string KindKey(const Grant& grant) {
  return fmt::format("{}|{}|{}", grant.tenant, grant.platform, Name(grant.kind));
}

}  // namespace

/// Grants of one app that don't agree in one way: one finding.
struct GrantSnapshot::Claim {
  Finding finding;
  int severity = -1;
  std::set<std::string> whom;
  uint64_t grants = 0;
  Permissions permissions;
  std::set<std::string> times;
};

void GrantSnapshot::Take(const Event& event, std::string_view source) {
  if (rows_.size() >= kMaxRows) {
    ++forgotten_;
    return;
  }
  Row row;
  const std::string_view category = event.Text(Field::kCategory);
  // People and roles are no grants; nor are the lists of platforms whose state has no grants of its
  // own here: the inventory takes those.
  if (category == "user" || category == "directoryRole" || category == "catalog") return;
  if (source != "google_tokens" && source != "entra_snapshot") return;
  const auto text = [&](Field field) { return std::string(event.Text(field)); };
  row.tenant = text(Field::kTenant);
  row.app = text(Field::kApp);
  row.app_object = text(Field::kAppObject);
  row.app_name = text(Field::kAppName);
  row.principal = text(Field::kPrincipal);
  row.principal_name = text(Field::kTargetName);
  row.all_users = EqualsIgnoreCase(event.Text(Field::kConsentType), "AllPrincipals");
  row.permissions = text(Field::kScopes);
  row.id = text(Field::kGrant);
  row.resource = text(Field::kResource);
  row.resource_name = text(Field::kResourceName);
  row.content = event.head().content;
  row.place = event.head().place;
  row.source = event.source();
  if (source == "google_tokens") {
    row.shape = Shape::kToken;
    // The address, and the number that the directory knows the person by.
    const bool address = row.principal.find('@') != std::string::npos;
    row.principal_name = address ? row.principal : std::string();
    if (address) row.principal.clear();
    if (event.Has(Field::kTarget)) row.principal = text(Field::kTarget);
  } else if (category == "oauth2PermissionGrant") {
    row.shape = Shape::kDelegated;
    row.app_created = TimeIn(event.Text(Field::kReason));
  } else if (category == "appRoleAssignment") {
    // People and groups assigned to an app may sign in to it: nothing is granted to the app.
    if (!EqualsIgnoreCase(event.Text(Field::kTargetType), "ServicePrincipal")) return;
    row.shape = Shape::kAppRole;
    row.of_one_app = event.head().shares != 0;
    row.created = TimeIn(event.Text(Field::kStatusDetail));
    row.app_created = TimeIn(event.Text(Field::kReason));
    row.one = text(Field::kRole);
    if (row.one.empty()) row.one = text(Field::kRoleId);
    const auto* known =
        inventory::Find(inventory::Platform::kMicrosoft, inventory::Holder::kApplication, row.one,
                        event.Text(Field::kResource));
    if (known != nullptr) row.one = known->name;
  } else if (category == "servicePrincipalSignInActivity") {
    row.shape = Shape::kSignIns;
    row.used = TimeIn(event.Text(Field::kStatusDetail));
  } else if (category == "application") {
    // Its object is not the service principal's.
    row.app_object.clear();
    row.shape = Shape::kApp;
  } else {
    row.shape = Shape::kApp;
    row.app_created = TimeIn(event.Text(Field::kReason));
  }
  rows_.push_back(std::move(row));
}

void GrantSnapshot::LearnApps(GrantBook& book) const {
  for (const Row& row : rows_) {
    if (row.app.empty() || row.shape == Shape::kToken || row.shape == Shape::kSignIns) continue;
    book.LearnApp(Id::Of(row.tenant),
                  {.id = row.app, .object = row.app_object, .name = row.app_name});
  }
}

void GrantSnapshot::CompareRow(const Row& row, GrantBook& book, const State& state,
                               const CoveredFor& covered, Claims& claims) {
  Telling telling;
  telling.platform = row.shape == Shape::kToken ? "google" : "entra";
  telling.kind = row.shape == Shape::kAppRole ? GrantKind::kApplication : GrantKind::kDelegated;
  telling.app = {.id = row.app, .object = row.app_object, .name = row.app_name};
  if (row.app.empty()) telling.app.id = state.AppOfObject(row.tenant, row.app_object);
  telling.all_users = row.shape == Shape::kDelegated && row.all_users;
  if (row.shape == Shape::kToken || (row.shape == Shape::kDelegated && !row.all_users)) {
    telling.principal = {.id = row.principal, .name = row.principal_name};
    if (row.shape == Shape::kDelegated) {
      // What stands there is a name for showing, which anybody may share.
      telling.principal.name = state.NameOfUser(row.tenant, row.principal);
    }
    if (telling.principal.empty()) return;
  }
  if (telling.app.empty()) return;
  telling.ids = row.id;
  telling.resource = row.resource;
  telling.resource_name = row.resource_name;
  const Permissions shown = PermissionsOf(row.permissions, row.one);
  const Id tenant = Id::Of(row.tenant);
  GrantBook::Slot* slot = book.FindAlive(tenant, telling);
  const bool known = slot != nullptr && !slot->grant.in_snapshot ? slot->told : slot != nullptr;
  if (slot == nullptr) slot = book.AddSeen(tenant, row.tenant, telling);
  if (slot == nullptr) {
    ++forgotten_;
    return;
  }
  Grant& grant = slot->grant;
  seen_.insert(row.of_one_app ? KindKey(grant) + "|" + grant.app : KindKey(grant));
  if (row.shape == Shape::kToken) seen_.insert(KindKey(grant) + "|" + grant.principal);
  // Rows of one grant add up: one for each API, or for each permission.
  const bool first = !grant.in_snapshot;
  grant.in_snapshot = true;
  book.See(*slot, telling);
  GrantChange change;
  change.time = kAsOfCollection;
  change.what = GrantChangeKind::kSeen;
  change.added = Minus(shown, grant.permissions);
  change.operation = row.shape == Shape::kToken     ? "token"
                     : row.shape == Shape::kAppRole ? "appRoleAssignment"
                                                    : "oauth2PermissionGrant";
  change.source = row.source;
  change.place = row.place;
  change.content = row.content;
  const Permissions untold = change.added;
  AddTo(grant.permissions, shown, GrantBook::kMaxPermissions);
  if (first || !untold.empty()) book.AddChange(*slot, std::move(change));

  // When it was made, as the export says; an app can be granted nothing before it is there.
  const std::optional<Time> since = row.created ? row.created : row.app_created;
  if (row.created && !grant.birth && (!slot->created || *row.created < *slot->created)) {
    slot->created = row.created;
  }
  const Covered* log = covered(*slot);
  if (log == nullptr || !since || untold.empty()) return;
  if (known && grant.birth && row.shape == Shape::kDelegated) return;  // widened, nobody says when
  if (*since < log->first + kSlack || log->last < *since + kSlack) return;
  Claim& claim = claims[fmt::format("GRT-S1|{}|{}", KindKey(grant), grant.app)];
  Finding& finding = claim.finding;
  if (claim.grants == 0) {
    finding.rule = "GRT-S1";
    finding.title = "A grant stands that no record tells of";
    finding.confidence = row.created ? Confidence::kHigh : Confidence::kMedium;
    finding.attack = {"T1528", "T1562.008"};
    finding.disproof =
        "The record of it in an export that is complete for that time, or an export tool that "
        "filtered these records out.";
    finding.first = finding.last = *since;
    finding.reasons.push_back(
        row.created
            ? fmt::format("the export says it was made {}, and the log that would tell it "
                          "is in the evidence from {} to {}",
                          FormatTimeShort(*since), FormatDate(log->first), FormatDate(log->last))
            : fmt::format("the export says the app was made {}, so what it was granted "
                          "came later; the log that would tell it is in the evidence from "
                          "{} to {}",
                          FormatTimeShort(*since), FormatDate(log->first), FormatDate(log->last)));
  }
  finding.first = std::min(finding.first, *since);
  finding.last = std::max(finding.last, *since);
  ++claim.grants;
  claim.whom.insert(WhomWords(grant));
  AddTo(claim.permissions, untold, GrantBook::kMaxPermissions);
  claim.severity = std::max(claim.severity, SeverityOf(grant, untold));
  finding.tenant = grant.tenant;
  finding.AddEntity("app", grant.app, grant.app_name);
  if (!grant.principal.empty()) {
    analytic::AddUser(finding, grant.principal_name, grant.principal);
  }
  for (const std::string& id : grant.ids) finding.AddEntity("grant", id);
  Evidence evidence;
  evidence.time = kAsOfCollection;
  evidence.content = row.content;
  evidence.place = row.place;
  evidence.source = row.source;
  evidence.operation = grant.changes.empty() ? std::string() : grant.changes.back().operation;
  evidence.app = grant.app_name.empty() ? grant.app : grant.app_name;
  evidence.deciding = {Field::kAppObject, Field::kScopes, Field::kRoleId, Field::kStatusDetail};
  if (finding.evidence.size() < Finding::kMaxEvidence) {
    finding.evidence.push_back(std::move(evidence));
  }
}

void GrantSnapshot::CompareBook(GrantBook& book, Claims& claims) const {
  for (const auto& owned : book.slots()) {
    if (owned == nullptr) continue;
    GrantBook::Slot& slot = *owned;
    Grant& grant = slot.grant;
    if (!grant.birth || grant.end || grant.in_snapshot) continue;
    if (grant.platform != "entra" && grant.platform != "google") continue;
    const bool of_kind = seen_.contains(KindKey(grant));
    // Expanded with their app, they tell of that app alone; and Google lists by person.
    const bool of_app = seen_.contains(KindKey(grant) + "|" + grant.app);
    const bool of_person =
        !grant.principal.empty() && seen_.contains(KindKey(grant) + "|" + grant.principal);
    if (grant.platform == "google" ? !of_person : !of_kind && !of_app) continue;
    GrantChange change;
    change.time = kAsOfCollection;
    change.what = GrantChangeKind::kMissing;
    change.operation = "not in the export";
    if (!grant.changes.empty()) {
      change.source = grant.changes.back().source;
      change.place = grant.changes.back().place;
      change.content = grant.changes.back().content;
    }
    Claim& claim = claims[fmt::format("GRT-S2|{}|{}", KindKey(grant), grant.app)];
    Finding& finding = claim.finding;
    if (claim.grants == 0) {
      finding.rule = "GRT-S2";
      finding.title = "A grant that was made is gone, and no record tells of its end";
      finding.confidence = Confidence::kLow;
      finding.attack = {"T1562.008"};
      finding.disproof =
          "An export that is older than the grant, or not of the whole tenant. It tells no time of "
          "its own, so nobody can say from it alone which came first.";
      finding.first = finding.last = *grant.birth;
    }
    finding.first = std::min(finding.first, *grant.birth);
    finding.last = std::max(finding.last, *grant.birth);
    ++claim.grants;
    claim.whom.insert(WhomWords(grant));
    claim.times.insert(FormatTimeShort(*grant.birth));
    AddTo(claim.permissions, grant.permissions, GrantBook::kMaxPermissions);
    claim.severity = std::max(claim.severity, SeverityOf(grant, grant.permissions));
    finding.tenant = grant.tenant;
    finding.AddEntity("app", grant.app, grant.app_name);
    if (!grant.principal.empty()) {
      analytic::AddUser(finding, grant.principal_name, grant.principal);
    }
    for (const std::string& id : grant.ids) finding.AddEntity("grant", id);
    if (!grant.changes.empty() && finding.evidence.size() < Finding::kMaxEvidence) {
      const GrantChange& birth = grant.changes.front();
      Evidence evidence;
      evidence.time = birth.time;
      evidence.content = birth.content;
      evidence.place = birth.place;
      evidence.source = birth.source;
      evidence.operation = birth.operation;
      evidence.user = birth.by;
      evidence.app = grant.app_name.empty() ? grant.app : grant.app_name;
      evidence.deciding = {Field::kApp, Field::kAppObject, Field::kScopes, Field::kRole};
      finding.evidence.push_back(std::move(evidence));
    }
    book.AddChange(slot, std::move(change));
  }
}

void GrantSnapshot::Compare(GrantBook& book, const State& state, const CoveredFor& covered,
                            Findings& findings) {
  if (rows_.empty()) return;
  LearnApps(book);
  Claims claims;
  // What an export says of an app's birth bounds those of its grants.
  std::map<std::pair<std::string, std::string>, Time> app_born;
  for (const Row& row : rows_) {
    if (row.app_created && !row.app_object.empty()) {
      app_born.try_emplace({row.tenant, row.app_object}, *row.app_created);
    }
  }
  for (Row& row : rows_) {
    if (row.shape == Shape::kApp) continue;
    if (row.shape == Shape::kSignIns) {
      GrantBook::Slot* slot = book.FindAlive(
          Id::Of(row.tenant), {.kind = GrantKind::kApplication, .app = {.id = row.app}});
      if (slot != nullptr && row.used) {
        slot->grant.last_used = std::max(slot->grant.last_used.value_or(*row.used), *row.used);
      }
      continue;
    }
    if (const auto born = app_born.find({row.tenant, row.app_object}); born != app_born.end()) {
      row.app_created = born->second;
    }
    CompareRow(row, book, state, covered, claims);
  }
  CompareBook(book, claims);
  for (auto& [key, claim] : claims) {
    Finding& finding = claim.finding;
    finding.origin = "analytic";
    finding.key = key;
    finding.count = claim.grants;
    // From 75 on a permission takes all of something: DETECTIONS 3.2.
    const bool strong = claim.severity >= 75;
    if (finding.rule == "GRT-S1") {
      finding.level = strong ? Level::kHigh : Level::kMedium;
    } else {
      finding.level = strong ? Level::kMedium : Level::kLow;
      finding.reasons.push_back(
          fmt::format("made {}, and not in the export of the real state", *claim.times.begin()));
      finding.reasons.emplace_back(
          "the export tells no time: it may be older than the grant, or the record of its end is "
          "missing");
    }
    Grant shown;
    if (!finding.entities.empty()) {
      for (const Entity& entity : finding.entities) {
        if (entity.type != "app") continue;
        shown.app = entity.id;
        shown.app_name = entity.name;
      }
    }
    finding.reasons.insert(
        finding.reasons.begin(),
        fmt::format("{} may act for {}: {}", AppWords(shown),
                    claim.whom.size() == 1 ? *claim.whom.begin()
                                           : analytic::Counted(claim.whom.size(), "user"),
                    Few(claim.permissions)));
    findings.Add(std::move(finding));
  }
}

}  // namespace tokentrail::trail
