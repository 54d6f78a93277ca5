#include "store/trail_tables.h"

#include "base/as_of.h"
#include "store/schema.h"
#include "store/table_writer.h"

namespace tokentrail::store {
namespace {

using duck::TableWriter;

void PutTime(TableWriter& out, size_t column, const std::optional<Time>& time) {
  if (time) out.Moment(column, *time);
}

/// A time of zero is none.
void PutTime(TableWriter& out, size_t column, Time time) {
  if (time.micros != 0) out.Moment(column, time);
}

/// The permission whose severity is the app's.
std::string_view Strongest(const App& app) {
  const AppPermission* best = nullptr;
  for (const AppPermission& one : app.permissions) {
    if (one.in_force && one.severity >= 0 && (best == nullptr || best->severity < one.severity)) {
      best = &one;
    }
  }
  return best == nullptr ? std::string_view() : std::string_view(best->name);
}

Result<Done> Apps(const duck::Session& session, const Portfolio& portfolio) {
  const auto out = TRY(TableWriter::Open(session, TableOf("apps")));
  for (const App& app : portfolio.apps) {
    out->Text(0, app.tenant);
    out->Text(1, app.platform);
    out->Text(2, app.id);
    out->Text(3, app.name);
    out->Truth(4, app.first_party);
    if (const int severity = MaxSeverity(app); severity >= 0) out->Number(5, severity);
    out->Text(6, Strongest(app));
    out->Number(7, static_cast<int64_t>(UserCount(app)));
    out->Truth(8, app.tenant_wide || app.app_only);
    PutTime(*out, 9, app.first_seen);
    PutTime(*out, 10, app.last_authorized);
    PutTime(*out, 11, app.last_used);
    out->Number(12, static_cast<int64_t>(app.events));
    out->Number(13, static_cast<int64_t>(app.findings.size()));
    if (app.risk.score >= 0) out->Number(14, app.risk.score);
    if (app.risk.score >= 0) out->Text(15, Name(app.risk.level));
    out->Text(16, app.publisher);
    out->Text(17, Name(app.verified));
    out->Text(18, app.owner_tenant);
    out->Truth(19, app.app_only);
    out->Truth(20, app.offline);
    PutTime(*out, 21, app.created);
    out->Text(22, app.route);
    out->Text(23, Name(app.sanction));
    TRY(out->EndRow());
  }
  return out->Flush();
}

Result<Done> AppPermissions(const duck::Session& session, const Portfolio& portfolio) {
  const auto out = TRY(TableWriter::Open(session, TableOf("app_permissions")));
  for (const App& app : portfolio.apps) {
    for (const AppPermission& one : app.permissions) {
      out->Text(0, app.tenant);
      out->Text(1, app.platform);
      out->Text(2, app.id);
      out->Text(3, one.name);
      out->Text(4, one.resource_name);
      out->Truth(5, one.application);
      out->Truth(6, one.in_force);
      out->Truth(7, one.all_users);
      out->Number(8, static_cast<int64_t>(one.users));
      if (one.severity >= 0) out->Number(9, one.severity);
      out->Text(10, Name(one.use));
      out->Number(11, static_cast<int64_t>(one.uses));
      PutTime(*out, 12, one.granted);
      PutTime(*out, 13, one.last_used);
      TRY(out->EndRow());
    }
  }
  return out->Flush();
}

Result<Done> AppUsers(const duck::Session& session, const Portfolio& portfolio) {
  const auto out = TRY(TableWriter::Open(session, TableOf("app_users")));
  for (const App& app : portfolio.apps) {
    for (const AppUser& user : app.users) {
      out->Text(0, app.tenant);
      out->Text(1, app.platform);
      out->Text(2, app.id);
      out->Text(3, user.id);
      out->Text(4, user.name);
      out->Truth(5, user.in_force);
      PutTime(*out, 6, user.first_authorized);
      PutTime(*out, 7, user.last_authorized);
      PutTime(*out, 8, user.last_used);
      out->Number(9, static_cast<int64_t>(user.uses));
      out->Text(10, user.department);
      out->Text(11, user.title);
      TRY(out->EndRow());
    }
  }
  return out->Flush();
}

/// What the summary knows of them, where nobody gathered more.
Result<Done> Apps(const duck::Session& session, const Summary& summary) {
  const auto out = TRY(TableWriter::Open(session, TableOf("apps")));
  for (const AppRow& app : summary.apps) {
    out->Text(0, app.tenant);
    out->Text(1, app.platform);
    out->Text(2, app.id);
    out->Text(3, app.name);
    out->Truth(4, app.first_party);
    if (app.severity >= 0) out->Number(5, app.severity);
    out->Text(6, app.permission);
    out->Number(7, static_cast<int64_t>(app.users));
    out->Truth(8, app.tenant_wide);
    PutTime(*out, 9, app.first_seen);
    PutTime(*out, 10, app.last_authorized);
    PutTime(*out, 11, app.last_used);
    out->Number(12, static_cast<int64_t>(app.events));
    out->Number(13, static_cast<int64_t>(app.findings));
    TRY(out->EndRow());
  }
  return out->Flush();
}

Result<Done> Grants(const duck::Session& session, const Trails& trails) {
  const auto out = TRY(TableWriter::Open(session, TableOf("grants")));
  for (const Grant& grant : trails.grants) {
    out->Number(0, grant.number);
    out->Text(1, Name(grant.kind));
    out->Text(2, grant.platform);
    out->Text(3, grant.tenant);
    out->Text(4, grant.app);
    out->Text(5, grant.app_name);
    out->Text(6, grant.app_object);
    out->Truth(7, grant.all_users);
    out->Text(8, grant.principal);
    out->Text(9, grant.principal_name);
    out->Text(10, grant.resource);
    out->Text(11, grant.resource_name);
    out->Texts(12, grant.permissions);
    out->Texts(13, grant.ids);
    PutTime(*out, 14, grant.birth);
    if (grant.first_evidence != kAsOfCollection) PutTime(*out, 15, grant.first_evidence);
    PutTime(*out, 16, grant.last_authorized);
    PutTime(*out, 17, grant.last_used);
    PutTime(*out, 18, grant.end);
    out->Text(19, grant.end_reason);
    out->Text(20, grant.bound);
    out->Number(21, static_cast<int64_t>(grant.uses));
    out->Truth(22, grant.in_snapshot);
    TRY(out->EndRow());
  }
  return out->Flush();
}

Result<Done> Changes(const duck::Session& session, const Trails& trails,
                     std::span<const int64_t> file_ids, std::span<const std::string_view> names) {
  const auto out = TRY(TableWriter::Open(session, TableOf("grant_changes")));
  for (const Grant& grant : trails.grants) {
    int64_t number = 0;
    for (const GrantChange& change : grant.changes) {
      out->Number(0, grant.number);
      out->Number(1, ++number);
      if (change.time != kAsOfCollection) out->Moment(2, change.time);
      out->Text(3, Name(change.what));
      out->Texts(4, change.added);
      out->Texts(5, change.removed);
      out->Text(6, change.by);
      out->Text(7, change.operation);
      if (change.source < names.size()) out->Text(8, names[change.source]);
      if (change.place.line > 0 && change.place.file < file_ids.size()) {
        out->Number(9, file_ids[change.place.file]);
        out->Number(10, static_cast<int64_t>(change.place.line));
      }
      if (!change.content.empty()) out->Uuid(11, change.content);
      TRY(out->EndRow());
    }
  }
  return out->Flush();
}

Result<Done> Links(const duck::Session& session, const Trails& trails) {
  const auto out = TRY(TableWriter::Open(session, TableOf("links")));
  for (const Link& link : trails.links) {
    out->Text(0, link.join);
    out->Text(1, link.tenant);
    out->Text(2, link.from_type);
    out->Text(3, link.from);
    out->Text(4, link.to_type);
    out->Text(5, link.to);
    if (link.from_event != 0) out->Number(6, static_cast<int64_t>(link.from_event));
    if (link.to_event != 0) out->Number(7, static_cast<int64_t>(link.to_event));
    out->Truth(8, link.by_window);
    if (link.from_event != 0 && link.to_event != 0) {
      out->Number(9, link.apart.micros / 1'000'000);
    }
    TRY(out->EndRow());
  }
  return out->Flush();
}

Result<Done> Joins(const duck::Session& session, const Trails& trails) {
  const auto out = TRY(TableWriter::Open(session, TableOf("joins")));
  for (const JoinRate& join : trails.joins) {
    out->Text(0, join.name);
    out->Text(1, join.summary);
    out->Number(2, static_cast<int64_t>(join.tried));
    out->Number(3, static_cast<int64_t>(join.by_key));
    out->Number(4, static_cast<int64_t>(join.by_window));
    TRY(out->EndRow());
  }
  return out->Flush();
}

Result<Done> Gaps(const duck::Session& session, const Trails& trails) {
  const auto out = TRY(TableWriter::Open(session, TableOf("gaps")));
  for (const EvidenceGap& gap : trails.gaps) {
    out->Text(0, Name(gap.kind));
    out->Text(1, gap.source);
    out->Text(2, gap.stream);
    out->Text(3, gap.tenant);
    out->Text(4, gap.subject);
    PutTime(*out, 5, gap.first);
    PutTime(*out, 6, gap.last);
    out->Number(7, static_cast<int64_t>(gap.count));
    out->Text(8, gap.words);
    out->Text(9, gap.hides);
    TRY(out->EndRow());
  }
  return out->Flush();
}

Result<Done> Incidents(const duck::Session& session, const CaseRows& rows) {
  const auto out = TRY(TableWriter::Open(session, TableOf("incidents")));
  const auto parts = TRY(TableWriter::Open(session, TableOf("incident_findings")));
  for (const Incident& incident : rows.trails.incidents) {
    out->Text(0, incident.id);
    out->Number(1, incident.number);
    out->Text(2, incident.slug);
    out->Text(3, incident.headline);
    out->Text(4, Name(incident.level));
    out->Number(5, static_cast<int64_t>(incident.level));
    out->Text(6, Name(incident.confidence));
    out->Moment(7, incident.first);
    out->Moment(8, incident.last);
    out->Text(9, incident.tenant);
    out->Texts(10, incident.stages);
    out->Texts(11, incident.composites);
    out->Texts(12, incident.raised_by);
    out->Texts(13, incident.cannot_say);
    TRY(out->EndRow());
    for (const size_t finding : incident.findings) {
      parts->Text(0, incident.id);
      parts->Text(1, rows.findings[finding].id);
      TRY(parts->EndRow());
    }
  }
  TRY(out->Flush());
  return parts->Flush();
}

}  // namespace

Result<Done> WriteTrailTables(const duck::Session& session, const CaseRows& rows,
                              std::span<const int64_t> file_ids,
                              std::span<const std::string_view> source_names) {
  if (rows.portfolio == nullptr) {
    TRY(Apps(session, rows.summary));
  } else {
    TRY(Apps(session, *rows.portfolio));
    TRY(AppPermissions(session, *rows.portfolio));
    TRY(AppUsers(session, *rows.portfolio));
  }
  TRY(Grants(session, rows.trails));
  TRY(Changes(session, rows.trails, file_ids, source_names));
  TRY(Links(session, rows.trails));
  TRY(Joins(session, rows.trails));
  TRY(Gaps(session, rows.trails));
  return Incidents(session, rows);
}

}  // namespace tokentrail::store
