#include "cli/grants_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "inventory/permission.h"
#include "sink/csv_writer.h"
#include "sink/json_writer.h"
#include "sink/width.h"

namespace tokentrail::cli {
namespace {

std::optional<inventory::Platform> PlatformOf(const Grant& grant) {
  for (const inventory::Platform one :
       {inventory::Platform::kMicrosoft, inventory::Platform::kGoogle, inventory::Platform::kGitHub,
        inventory::Platform::kSlack, inventory::Platform::kSalesforce, inventory::Platform::kOkta,
        inventory::Platform::kKubernetes}) {
    if (inventory::Name(one) == grant.platform) return one;
  }
  return std::nullopt;
}

int SeverityOfOne(const Grant& grant, std::string_view permission) {
  if (grant.kind == GrantKind::kRole && grant.platform == "entra") {
    // Tiers of directory roles, on the scale of permissions: 0 takes the tenant.
    const inventory::Role* role = inventory::FindRole(permission);
    if (role == nullptr) return -1;
    return role->tier == 0 ? 95 : role->tier == 1 ? 70 : 25;
  }
  const auto platform = PlatformOf(grant);
  if (!platform) return -1;
  const auto holder = grant.kind == GrantKind::kApplication ? inventory::Holder::kApplication
                                                            : inventory::Holder::kDelegated;
  const inventory::Permission* known =
      inventory::Find(*platform, holder, permission, grant.resource);
  return known == nullptr ? -1 : known->severity;
}

/// Our own steps on DETECTIONS 3.2's scale of 0 to 100.
std::string_view Word(int severity) {
  if (severity >= 90) return "critical";
  if (severity >= 70) return "high";
  if (severity >= 50) return "medium";
  if (severity >= 25) return "low";
  return severity >= 0 ? "informational" : "not assessed";
}

struct Ranked {
  std::string name;
  int severity = -1;
};

/// Strongest first, then by name.
std::vector<Ranked> Rank(const Grant& grant, const std::vector<std::string>& permissions) {
  std::vector<Ranked> out;
  for (const std::string& one : permissions) out.push_back({one, SeverityOfOne(grant, one)});
  std::stable_sort(out.begin(), out.end(), [](const Ranked& a, const Ranked& b) {
    return a.severity != b.severity ? a.severity > b.severity : a.name < b.name;
  });
  return out;
}

const std::vector<std::string>& PermissionsOf(const GrantRow& row, const GrantsPage& page) {
  return page.at ? row.at.permissions : row.line.grant.permissions;
}

/// Without the address that all of Google's scopes begin with.
std::string_view Plain(std::string_view permission) {
  constexpr std::string_view kGoogle = "https://www.googleapis.com/auth/";
  return permission.starts_with(kGoogle) ? permission.substr(kGoogle.size()) : permission;
}

std::string WhatText(const GrantRow& row, const GrantsPage& page, size_t most) {
  const std::vector<Ranked> ranked = Rank(row.line.grant, PermissionsOf(row, page));
  if (ranked.empty()) return "permissions not told";
  std::string out;
  for (size_t i = 0; i < ranked.size(); ++i) {
    if (i == most) return out + fmt::format(" +{}", ranked.size() - most);
    if (i > 0) out += ", ";
    out += Plain(ranked[i].name);
    if (i == 0 && ranked[i].severity >= 0) {
      out += fmt::format(" ({} {})", Word(ranked[i].severity), ranked[i].severity);
    }
  }
  if (page.at && !row.at.exact) out += " (later changes were not all kept)";
  return out;
}

std::string WhomText(const Grant& grant) {
  const std::string& person = grant.principal_name.empty() ? grant.principal : grant.principal_name;
  switch (grant.kind) {
    case GrantKind::kDelegated:
      return grant.all_users ? "all users" : person.empty() ? "a user not named" : person;
    case GrantKind::kApplication:
      return grant.all_users ? "anybody in the domain" : "itself";
    case GrantKind::kRole:
      return grant.resource_name.empty() ? "role" : "role in " + grant.resource_name;
    case GrantKind::kToken:
      return grant.app.empty() ? "token" : person.empty() ? "token" : "token made by " + person;
  }
  return {};
}

std::string AppText(const Grant& grant) {
  if (!grant.app_name.empty()) return grant.app_name;
  if (!grant.app.empty()) return grant.app;
  const std::string& person = grant.principal_name.empty() ? grant.principal : grant.principal_name;
  if (!person.empty()) return person;
  return grant.ids.empty() ? "not told" : grant.ids.front();
}

std::string Day(const std::optional<Time>& time) {
  return time ? FormatTimeShort(*time).substr(0, 16) : std::string();
}

std::string BornText(const Grant& grant) {
  return grant.birth ? Day(grant.birth) : "? " + grant.bound;
}

std::string EndText(const Grant& grant) {
  if (grant.end) return fmt::format("{} {}", Day(grant.end), grant.end_reason);
  const bool missing = std::any_of(
      grant.changes.begin(), grant.changes.end(),
      [](const GrantChange& change) { return change.what == GrantChangeKind::kMissing; });
  return missing ? "? not in the export" : "alive";
}

std::string UsedText(const Grant& grant) {
  // Of a role in a cluster nobody logs which one allowed a request.
  if (grant.kind == GrantKind::kRole || grant.platform == "kubernetes") {
    return grant.last_used ? Day(grant.last_used) : "not told";
  }
  if (!grant.last_used) return "no use seen";
  return grant.uses == 0 ? Day(grant.last_used)
                         : fmt::format("{} ({})", Day(grant.last_used), Grouped(grant.uses));
}

std::string KnownText(const GrantRow& row) {
  switch (row.at.was) {
    case GrantAt::Was::kYes:
      return "born " + Day(row.line.grant.birth);
    case GrantAt::Was::kBounded:
      return row.at.why;
    case GrantAt::Was::kMaybe:
      return "cannot say: " + row.at.why;
    case GrantAt::Was::kNo:
      break;
  }
  return {};
}

using Titles = std::vector<std::string_view>;

Titles TitlesOf(const GrantsPage& page) {
  if (page.at) return {"App", "For", "Could", "How we know"};
  return {"App", "For", "May", "Born", "Authorised", "Used (times)", "End"};
}

std::vector<std::string> Cells(const GrantRow& row, const GrantsPage& page, size_t most) {
  const Grant& grant = row.line.grant;
  if (page.at) return {AppText(grant), WhomText(grant), WhatText(row, page, most), KnownText(row)};
  return {AppText(grant),
          WhomText(grant),
          WhatText(row, page, most),
          BornText(grant),
          grant.last_authorized ? Day(grant.last_authorized) : "not seen",
          UsedText(grant),
          EndText(grant)};
}

std::string Counts(const GrantsPage& page) {
  std::string out =
      page.rows.size() == 1 ? "1 grant" : fmt::format("{} grants", Grouped(page.rows.size()));
  if (page.at) {
    std::array<uint64_t, 4> by{};
    for (const GrantRow& row : page.rows) ++by[static_cast<size_t>(row.at.was)];
    out += fmt::format(" at {}: {} born before on record, {} there without a birth on record",
                       FormatTimeShort(*page.at), by[1], by[2]);
    if (by[3] > 0) out += fmt::format(", {} of which nobody can say", by[3]);
    return out;
  }
  if (page.rows.size() != page.all) out += fmt::format(" of {}", Grouped(page.all));
  uint64_t alive = 0;
  uint64_t bounded = 0;
  for (const GrantRow& row : page.rows) {
    if (!row.line.grant.end) ++alive;
    if (!row.line.grant.birth) ++bounded;
  }
  if (!page.rows.empty()) {
    out += fmt::format(": {} alive at the end of the evidence, {} without a birth on record", alive,
                       bounded);
  }
  return out;
}

std::string Text(const GrantsPage& page, const sink::Terminal& terminal) {
  std::string out = sink::WrapWidth(Counts(page), terminal.columns, 2) + "\n";
  if (!page.rows.empty()) {
    out += "\n";
    std::vector<sink::Column> columns;
    for (const std::string_view title : TitlesOf(page)) columns.push_back({.title = title});
    columns[0].least = 10;
    columns[0].weight = 2;
    columns[1].least = 8;
    columns[1].weight = 2;
    columns[2].least = 14;
    columns[2].weight = 3;
    columns[3].least = 10;
    columns[3].weight = 2;
    if (!page.at) {
      columns[4].least = 10;
      columns[4].drop = 2;
      columns[5].least = 10;
      columns[5].drop = 1;
      columns[6].least = 5;
    }
    std::vector<std::vector<sink::Cell>> rows;
    for (const GrantRow& row : page.rows) {
      std::vector<sink::Cell> cells;
      for (const std::string& cell : Cells(row, page, 4)) cells.push_back({Printable(cell)});
      const int severity = SeverityOf(row.line.grant, PermissionsOf(row, page));
      if (severity >= 70) cells[2].colour = sink::Colour::kRed;
      if (severity >= 50 && severity < 70) cells[2].colour = sink::Colour::kYellow;
      if (!page.at && row.line.grant.end) {
        for (sink::Cell& cell : cells) cell.colour = sink::Colour::kDim;
      }
      rows.push_back(std::move(cells));
    }
    sink::LayOut(columns, rows, terminal, 0, out);
  }
  const std::vector<std::string> closing = CannotSay(page);
  if (!closing.empty()) out += "\n";
  for (const std::string& line : closing) {
    out += sink::WrapWidth(Printable(line), terminal.columns, 2) + "\n";
  }
  return out;
}

std::string Joined(const std::vector<std::string>& parts, std::string_view between = " ") {
  return fmt::format("{}", fmt::join(parts, between));
}

std::string TimeText(const std::optional<Time>& time) { return time ? FormatTime(*time) : ""; }

using Member = std::pair<std::string_view, std::string>;

/// The cells that CSV and JSON share. Names as in grants.csv; those of --at come after.
std::vector<Member> Members(const GrantRow& row, const GrantsPage& page) {
  const Grant& grant = row.line.grant;
  const std::vector<std::string>& permissions = PermissionsOf(row, page);
  const int severity = SeverityOf(grant, permissions);
  std::vector<Member> out = {
      {"number", std::to_string(grant.number)},
      {"kind", std::string(Name(grant.kind))},
      {"platform", grant.platform},
      {"tenant", grant.tenant},
      {"app_id", grant.app},
      {"app_name", grant.app_name},
      {"app_object_id", grant.app_object},
      {"for", WhomText(grant)},
      {"principal_id", grant.principal},
      {"principal_name", grant.principal_name},
      {"resource_id", grant.resource},
      {"resource_name", grant.resource_name},
      {"permissions", Joined(permissions)},
      {"severity", severity < 0 ? std::string() : std::to_string(severity)},
      {"level", std::string(Word(severity))},
      {"grant_ids", Joined(grant.ids)},
      {"birth", TimeText(grant.birth)},
      {"bound", grant.bound},
      {"first_evidence",
       grant.first_evidence.micros == 0 ? std::string() : FormatTime(grant.first_evidence)},
      {"last_authorized", TimeText(grant.last_authorized)},
      {"last_used", TimeText(grant.last_used)},
      {"end", TimeText(grant.end)},
      {"end_reason", grant.end_reason},
  };
  if (page.at) {
    out.emplace_back("at", FormatTime(*page.at));
    out.emplace_back("was_alive", Name(row.at.was));
    out.emplace_back("why", row.at.why);
    out.emplace_back("permissions_exact", row.at.exact ? "true" : "false");
  }
  return out;
}

std::string Csv(const GrantsPage& page) {
  std::string out;
  sink::CsvWriter csv(out);
  GrantRow none;
  for (const Member& member : Members(none, page)) csv.Cell(member.first);
  csv.Cell("uses").Cell("in_snapshot").EndRow();
  for (const GrantRow& row : page.rows) {
    for (const Member& member : Members(row, page)) csv.Cell(member.second);
    csv.Cell(row.line.grant.uses).Cell(row.line.grant.in_snapshot ? "true" : "false").EndRow();
  }
  return out;
}

std::string Json(const GrantsPage& page) {
  std::string out;
  sink::JsonWriter json(out, 2);
  const auto list = [&](std::string_view key, const std::vector<std::string>& texts) {
    json.Key(key).BeginArray();
    for (const std::string& text : texts) json.Text(text);
    json.EndArray();
  };
  json.BeginObject().Key("grants").BeginArray();
  for (const GrantRow& row : page.rows) {
    const Grant& grant = row.line.grant;
    json.BeginObject();
    for (const Member& member : Members(row, page)) {
      if (member.first == "permissions") {
        list("permissions", PermissionsOf(row, page));
      } else if (member.first == "grant_ids") {
        list("grant_ids", grant.ids);
      } else if (member.first == "number") {
        json.Member("number", grant.number);
      } else {
        json.Member(member.first, member.second);
      }
    }
    json.Member("uses", grant.uses).Member("in_snapshot", grant.in_snapshot);
    json.Key("changes").BeginArray();
    for (size_t i = 0; i < grant.changes.size(); ++i) {
      const GrantChange& change = grant.changes[i];
      const GrantLine::Place& place = row.line.places[i];
      json.BeginObject()
          .Member("time", change.time.micros == 0 ? std::string() : FormatTime(change.time))
          .Member("what", Name(change.what));
      list("added", change.added);
      list("removed", change.removed);
      json.Member("by", change.by)
          .Member("operation", change.operation)
          .Member("source", place.source)
          .Member("file", place.file)
          .Member("line", place.line)
          .Member("offset", place.offset)
          .EndObject();
    }
    json.EndArray().Member("changes_left_out", grant.changes_left_out).EndObject();
  }
  json.EndArray();
  json.Member("shown", uint64_t{page.rows.size()}).Member("all", page.all);
  json.Member("interrupted", page.interrupted);
  list("cannot_say", CannotSay(page));
  json.EndObject();
  return out + "\n";
}

/// Text inside a Markdown table: nothing of it may end the cell or become a link, an image or HTML.
std::string Escape(std::string_view text) {
  std::string out;
  for (const char c : Printable(text)) {
    if (std::string_view("|<>*_`[]\\!#~").find(c) != std::string_view::npos) out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

std::string Markdown(const GrantsPage& page) {
  std::string out = fmt::format("# Grants\n\n{}.\n", Counts(page));
  if (!page.rows.empty()) {
    const Titles titles = TitlesOf(page);
    out += "\n|";
    for (const std::string_view title : titles) out += fmt::format(" {} |", title);
    out += "\n|";
    for (size_t i = 0; i < titles.size(); ++i) out += " --- |";
    out += "\n";
    for (const GrantRow& row : page.rows) {
      out += "|";
      for (const std::string& cell : Cells(row, page, 20)) {
        out += fmt::format(" {} |", Escape(cell));
      }
      out += "\n";
    }
  }
  const std::vector<std::string> closing = CannotSay(page);
  if (!closing.empty()) out += "\n";
  for (const std::string& line : closing) out += "- " + Escape(line) + "\n";
  return out;
}

}  // namespace

int SeverityOf(const Grant& grant, const std::vector<std::string>& permissions) {
  int out = -1;
  for (const std::string& one : permissions) out = std::max(out, SeverityOfOne(grant, one));
  return out;
}

std::vector<std::string> CannotSay(const GrantsPage& page) {
  std::vector<std::string> out;
  if (page.interrupted) {
    out.emplace_back("the hunt was interrupted: what it had not read by then is not here");
  }
  std::string absent;
  std::string starts;
  for (const GrantTeller& teller : page.tellers) {
    const bool any = std::any_of(page.rows.begin(), page.rows.end(), [&](const GrantRow& row) {
      return row.line.grant.platform == teller.platform;
    });
    if (!teller.first) {
      if (!teller.other_logs && !any) {
        absent += (absent.empty() ? "" : ", ") + teller.name;
        continue;
      }
      out.push_back(fmt::format("cannot say for {} what was granted or ended: it takes {}",
                                teller.name, teller.needs));
      continue;
    }
    if (!page.at) {
      if (!any) continue;
      starts += fmt::format("{}{} {}", starts.empty() ? "" : ", ", teller.name,
                            FormatDate(*teller.first));
      continue;
    }
    if (*page.at < *teller.first) {
      out.push_back(fmt::format("cannot say for {} at that time: its log starts {}", teller.name,
                                FormatTimeShort(*teller.first)));
    } else if (teller.last && *teller.last < *page.at) {
      out.push_back(
          fmt::format("cannot say for {} at that time: its log ends {}; what is shown is "
                      "what stood then",
                      teller.name, FormatTimeShort(*teller.last)));
    } else {
      out.push_back(
          fmt::format("{}: grants older than its log (since {}) that nobody used or "
                      "changed are not shown",
                      teller.name, FormatTimeShort(*teller.first)));
    }
  }
  if (!starts.empty()) {
    out.push_back("older grants show only when they are used, changed or ended; the logs start: " +
                  starts);
  }
  if (!absent.empty()) {
    out.push_back("cannot say for " + absent + ": none of their logs is in the evidence");
  }
  return out;
}

std::string Render(const GrantsPage& page, std::string_view format,
                   const sink::Terminal& terminal) {
  if (format == "csv") return Csv(page);
  if (format == "json") return Json(page);
  if (format == "md") return Markdown(page);
  return Text(page, terminal);
}

}  // namespace tokentrail::cli
