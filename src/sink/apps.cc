// apps.csv, apps.jsonl and OAuthPermissions.csv: every app of the evidence, and what it may do.
//
// apps.csv speaks in the columns of Microsoft Defender for Cloud Apps, then in ours; the grant
// table has the columns of Microsoft-Extractor-Suite's Get-OAuthPermissionsGraph, in its order, so
// that what reads one reads the other. Source: USERS.md, "App table" and "Grant table".

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "sink/app_json.h"
#include "sink/cell.h"
#include "sink/csv_writer.h"
#include "sink/sink.h"

namespace tokentrail::sink {

namespace {

std::string Joined(const std::vector<std::string>& parts, std::string_view separator = " ") {
  std::string out;
  for (const std::string& part : parts) {
    if (!out.empty()) out += separator;
    out += part;
  }
  return out;
}

std::string TimeText(Time time) { return time == Time{} ? std::string() : FormatTime(time); }
std::string TimeText(const std::optional<Time>& time) { return time ? FormatTime(*time) : ""; }

std::string Flag(bool value) { return value ? "true" : "false"; }
std::string Flag(std::optional<bool> value) { return value ? Flag(*value) : std::string(); }

std::string Upper(std::string_view word) {
  std::string out(word);
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 32);
  return out;
}

/// As Defender for Cloud Apps words it: who agreed.
std::string ConsentType(const App& app) {
  bool person = false;
  for (const AppPermission& one : app.permissions) {
    person = person || (one.in_force && !one.application && !one.all_users);
  }
  std::vector<std::string> out;
  if (app.tenant_wide || app.app_only) out.emplace_back("Admin");
  if (person) out.emplace_back("User");
  return Joined(out, " and ");
}

std::string Usage(const App& app) {
  uint64_t used = 0;
  uint64_t unused = 0;
  uint64_t unknown = 0;
  for (const AppPermission& one : app.permissions) {
    if (!one.in_force) continue;
    if (one.use == AppPermission::Use::kUsed) ++used;
    if (one.use == AppPermission::Use::kUnused) ++unused;
    if (one.use == AppPermission::Use::kCannotSay) ++unknown;
  }
  if (used + unused + unknown == 0) return {};
  if (unused == 0 && used == 0) return "cannot say";
  std::string out = fmt::format("{} used, {} unused", used, unused);
  if (unknown > 0) out += fmt::format(", {} cannot say", unknown);
  return out;
}

std::string PermissionTexts(const App& app, bool in_force) {
  std::vector<std::string> names;
  for (const AppPermission& one : app.permissions) {
    if (one.in_force != in_force) continue;
    names.push_back((one.application ? "app:" : "") + one.name);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return JoinBars(names);
}

std::string UserTexts(const App& app) {
  constexpr size_t kFew = 20;
  std::vector<std::string> names;
  for (const AppUser& user : app.users) {
    if (!user.in_force) continue;
    if (names.size() == kFew) {
      names.push_back(fmt::format("+{}", UserCount(app) - kFew));
      break;
    }
    names.push_back(user.name.empty() ? user.id : user.name);
  }
  return JoinBars(names);
}

std::string PlaceTexts(const App& app) {
  std::vector<std::string> out;
  constexpr size_t kFew = 5;
  for (const AppPlace& one : app.places) {
    if (out.size() == kFew) break;
    out.push_back(fmt::format("{} - {}{}{}", one.events, one.network,
                              one.country.empty() ? "" : " " + one.country,
                              one.agent.empty() ? "" : " " + one.agent));
  }
  return JoinBars(out);
}

std::string TouchedTexts(const App& app) {
  std::vector<std::string> out;
  for (const AppTouched& one : app.touched) {
    std::vector<std::string> more;
    if (one.owners > 0)
      more.push_back(fmt::format("{} {}", one.owners, one.owners == 1 ? "owner" : "owners"));
    if (one.items > one.events) more.push_back(fmt::format("{} items", one.items));
    if (one.bytes > 0) more.push_back(fmt::format("{} bytes", one.bytes));
    std::string text = fmt::format("{} {}", one.what, one.events);
    if (!more.empty()) text += " (" + Joined(more, ", ") + ")";
    out.push_back(std::move(text));
  }
  return JoinBars(out);
}

std::string CredentialTexts(const App& app) {
  std::vector<std::string> out;
  for (const AppCredential& one : app.credentials) {
    std::string text = (one.kind.empty() ? "credential" : one.kind) + " " + one.id;
    if (one.removed) {
      text += " removed " + FormatDate(*one.removed);
    } else if (one.expires) {
      text += " until " + FormatDate(*one.expires);
    }
    out.push_back(std::move(text));
  }
  return JoinBars(out);
}

const Portfolio& Apps(const Outcome& outcome) {
  static const Portfolio kNone;
  return outcome.portfolio == nullptr ? kNone : *outcome.portfolio;
}

using Column = std::pair<std::string_view, std::string>;

std::vector<Column> Cells(const App& app) {
  const int severity = MaxSeverity(app);
  uint64_t bytes = 0;
  for (const AppTouched& one : app.touched) bytes += one.bytes;
  const auto number = [](int value) { return value < 0 ? std::string() : std::to_string(value); };
  return {
      // In the words of Defender for Cloud Apps.
      {"App", app.name.empty() ? app.id : app.name},
      {"Authorized by", std::to_string(UserCount(app))},
      {"Permissions level", Upper(PermissionLevel(severity))},
      {"App state", Upper(Name(app.sanction))},
      {"Community use", Upper(app.community_use)},
      {"Last authorized", TimeText(app.last_authorized)},
      {"Publisher", app.publisher},
      {"App origin", app.first_party                                         ? "first party"
                     : app.owner_tenant == app.tenant && !app.tenant.empty() ? "internal"
                                                                             : "external"},
      {"Consent type", ConsentType(app)},
      {"Added on", TimeText(app.created ? app.created : app.first_authorized)},
      {"Permission usage", Usage(app)},
      {"Data usage", bytes == 0 ? std::string() : std::to_string(bytes)},
      {"Privilege level", Upper(PermissionLevel(severity))},
      {"Certification",
       app.verified == App::Verified::kUnknown ? std::string() : std::string(Name(app.verified))},
      // Ours.
      {"platform", app.platform},
      {"tenant", app.tenant},
      {"app_id", app.id},
      {"object_id", app.object},
      {"application_object_id", app.application_object},
      {"other_names", JoinBars(app.other_names)},
      {"risk", number(app.risk.score)},
      {"risk_level", app.risk.score < 0 ? std::string() : std::string(Name(app.risk.level))},
      {"severity", number(severity)},
      {"category", app.category},
      {"owner_tenant", app.owner_tenant},
      {"first_party", Flag(app.first_party)},
      {"publisher_domain", app.publisher_domain},
      {"homepage", app.homepage},
      {"audience", app.audience},
      {"enabled", Flag(app.enabled)},
      {"assignment_required", Flag(app.assignment_required)},
      {"created", TimeText(app.created)},
      {"created_by", app.created_by},
      {"route", app.route},
      {"first_seen", TimeText(app.first_seen)},
      {"first_authorized", TimeText(app.first_authorized)},
      {"last_used", TimeText(app.last_used)},
      {"tenant_wide", Flag(app.tenant_wide)},
      {"app_only", Flag(app.app_only)},
      {"offline", Flag(app.offline)},
      {"users", UserTexts(app)},
      {"permissions", PermissionTexts(app, true)},
      {"permissions_ended", PermissionTexts(app, false)},
      {"reply_urls", Joined(app.reply_urls)},
      {"credentials", CredentialTexts(app)},
      {"touched", TouchedTexts(app)},
      {"used_from", PlaceTexts(app)},
      {"consents", std::to_string(app.consents.size() + app.consents_left_out)},
      {"events", std::to_string(app.events)},
      {"findings", std::to_string(app.findings.size())},
      {"in_snapshot", Flag(app.in_snapshot)},
  };
}

void WriteCsv(const Outcome& outcome, std::string& out) {
  CsvWriter csv(out);
  for (const Column& column : Cells(App())) csv.Cell(column.first);
  csv.EndRow();
  for (const App& app : Apps(outcome).apps) {
    for (const Column& column : Cells(app)) csv.Cell(column.second);
    csv.EndRow();
  }
}

void WriteJsonl(const Outcome& outcome, std::string& out) {
  if (outcome.portfolio == nullptr) return;
  AppendApps(*outcome.portfolio, {outcome.source_names, &outcome.files}, out);
}

// The grant table.

constexpr std::string_view kGrantColumns[] = {
    "PermissionType",
    "AppId",
    "ClientObjectId",
    "AppDisplayName",
    "ResourceDisplayName",
    "Permission",
    "ConsentType",
    "PrincipalObjectId",
    "PrincipalDisplayName",
    "Homepage",
    "PublisherName",
    "ReplyUrls",
    "ExpiryTime",
    "CreatedDateTime",
    "AppOwnerOrganizationId",
    "ApplicationStatus",
    "ApplicationVisibility",
    "AssignmentRequired",
    "IsAppProxy",
    "PublisherDisplayName",
    "VerifiedPublisherId",
    "AddedDateTime",
    "SignInAudience",
    "ApplicationType",
};

const App* AppOf(const std::vector<App>& apps, const Grant& grant) {
  const auto key = [](const auto& it, const std::string& id) {
    return std::tie(it.tenant, it.platform, id);
  };
  const auto at = std::lower_bound(
      apps.begin(), apps.end(), grant,
      [&](const App& app, const Grant& of) { return key(app, app.id) < key(of, of.app); });
  if (at == apps.end() || at->tenant != grant.tenant || at->platform != grant.platform ||
      at->id != grant.app) {
    return nullptr;
  }
  return &*at;
}

void WriteGrantRows(const Grant& grant, const App& app, CsvWriter& csv) {
  const bool own = grant.kind == GrantKind::kApplication;
  const auto flag = [](std::optional<bool> value, const char* yes, const char* no) {
    return !value ? "" : *value ? yes : no;
  };
  const bool verified = app.verified == App::Verified::kYes;
  const std::string reply_urls = Joined(app.reply_urls, ";");
  const std::string created = TimeText(app.created);
  for (const std::string& permission : grant.permissions) {
    csv.Cell(own ? "Application" : "Delegated")
        .Cell(grant.app)
        .Cell(grant.app_object.empty() ? app.object : grant.app_object)
        .Cell(grant.app_name.empty() ? app.name : grant.app_name)
        .Cell(grant.resource_name)
        .Cell(permission)
        .Cell(own               ? ""
              : grant.all_users ? "AllPrincipals"
                                : "Principal")
        .Cell(grant.principal)
        .Cell(grant.principal_name)
        .Cell(app.homepage)
        .Cell(app.publisher)
        .Cell(reply_urls)
        .Cell("")
        .Cell(created)
        .Cell(app.owner_tenant)
        .Cell(flag(app.enabled, "Enabled", "Disabled"))
        .Cell("")
        .Cell(flag(app.assignment_required, "True", "False"))
        .Cell("")
        .Cell(verified ? app.publisher : std::string())
        .Cell("")
        .Cell("")
        .Cell(app.audience)
        .Cell("");
    csv.EndRow();
  }
}

void WriteGrantTable(const Outcome& outcome, std::string& out) {
  CsvWriter csv(out);
  for (const std::string_view column : kGrantColumns) csv.Cell(column);
  csv.EndRow();
  if (outcome.trails == nullptr) return;
  const App none;
  for (const Grant& grant : outcome.trails->grants) {
    // Of the directory, and of those that stand: what the tool would print.
    if (grant.platform != "entra" || grant.end || grant.app.empty()) continue;
    if (grant.kind != GrantKind::kDelegated && grant.kind != GrantKind::kApplication) continue;
    const App* app = AppOf(Apps(outcome).apps, grant);
    WriteGrantRows(grant, app == nullptr ? none : *app, csv);
  }
}

}  // namespace

extern constinit const SinkDef kAppsCsv;
constinit const SinkDef kAppsCsv = {
    .name = "apps-csv",
    .file = "apps.csv",
    .summary =
        "every app: who let it, to what, how strong, how risky; columns as in Defender for "
        "Cloud Apps, then ours",
    .write = WriteCsv,
};

extern constinit const SinkDef kAppsJsonl;
constinit const SinkDef kAppsJsonl = {
    .name = "apps-jsonl",
    .file = "apps.jsonl",
    .summary = "every fact and judgement of each app, one JSON object a line (docs/apps.md)",
    .write = WriteJsonl,
};

extern constinit const SinkDef kOauthPermissions;
constinit const SinkDef kOauthPermissions = {
    .name = "oauth-permissions",
    .file = "OAuthPermissions.csv",
    .summary =
        "grants of Entra ID that stand, a permission a row, as Microsoft-Extractor-Suite "
        "writes them",
    .write = WriteGrantTable,
};

}  // namespace tokentrail::sink
