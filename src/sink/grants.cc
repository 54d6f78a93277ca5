// grants.csv and grants.jsonl: who could do what, and since when. Column names are those of
// DETECTIONS' grant table and of Get-OAuthPermissionsGraph where these have them.

#include <string>
#include <utility>
#include <vector>

#include "sink/cell.h"
#include "sink/csv_writer.h"
#include "sink/json_writer.h"
#include "sink/sink.h"

namespace tokentrail::sink {

namespace {

using Column = std::pair<std::string_view, std::string>;

std::string Joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) {
    if (!out.empty()) out += ' ';
    out += part;
  }
  return out;
}

std::string TimeText(const std::optional<Time>& time) { return time ? FormatTime(*time) : ""; }

/// As the directory names them: `Principal`, `AllPrincipals`; `Application` for an app by itself.
std::string_view ConsentType(const Grant& grant) {
  if (grant.all_users) return "AllPrincipals";
  switch (grant.kind) {
    case GrantKind::kDelegated:
      return "Principal";
    case GrantKind::kApplication:
      return "Application";
    default:
      return "";
  }
}

/// The cells that both forms share, by their names.
std::vector<Column> Cells(const Grant& grant) {
  return {{"number", std::to_string(grant.number)},
          {"kind", std::string(Name(grant.kind))},
          {"platform", grant.platform},
          {"tenant", grant.tenant},
          {"app_id", grant.app},
          {"app_name", grant.app_name},
          {"app_object_id", grant.app_object},
          {"consent_type", std::string(ConsentType(grant))},
          {"principal_id", grant.principal},
          {"principal_name", grant.principal_name},
          {"resource_id", grant.resource},
          {"resource_name", grant.resource_name},
          {"permissions", Joined(grant.permissions)},
          {"grant_ids", Joined(grant.ids)},
          {"birth", TimeText(grant.birth)},
          {"bound", grant.bound},
          {"first_evidence", FormatTime(grant.first_evidence)},
          {"last_authorized", TimeText(grant.last_authorized)},
          {"last_used", TimeText(grant.last_used)},
          {"end", TimeText(grant.end)},
          {"end_reason", grant.end_reason}};
}

const std::vector<Grant>& Grants(const Outcome& outcome) {
  static const std::vector<Grant> kNone;
  return outcome.trails == nullptr ? kNone : outcome.trails->grants;
}

void WriteCsv(const Outcome& outcome, std::string& out) {
  CsvWriter csv(out);
  for (const Column& column : Cells(Grant())) csv.Cell(column.first);
  csv.Cell("uses").Cell("in_snapshot").Cell("changes").EndRow();
  for (const Grant& grant : Grants(outcome)) {
    for (const Column& column : Cells(grant)) csv.Cell(column.second);
    csv.Cell(grant.uses)
        .Cell(grant.in_snapshot ? "true" : "false")
        .Cell(uint64_t{grant.changes.size()} + grant.changes_left_out)
        .EndRow();
  }
}

void WriteJsonl(const Outcome& outcome, std::string& out) {
  const auto list = [](JsonWriter& json, std::string_view key,
                       const std::vector<std::string>& texts) {
    json.Key(key).BeginArray();
    for (const std::string& text : texts) json.Text(text);
    json.EndArray();
  };
  for (const Grant& grant : Grants(outcome)) {
    JsonWriter json(out);
    json.BeginObject();
    for (const Column& column : Cells(grant)) json.Member(column.first, column.second);
    json.Member("uses", grant.uses).Member("in_snapshot", grant.in_snapshot);
    // A role's name may hold spaces.
    list(json, "permission_list", grant.permissions);
    json.Key("changes").BeginArray();
    for (const GrantChange& change : grant.changes) {
      json.BeginObject().Member("time", FormatTime(change.time)).Member("what", Name(change.what));
      list(json, "added", change.added);
      list(json, "removed", change.removed);
      json.Member("by", change.by)
          .Member("operation", change.operation)
          .Member("source", SourceName(outcome, change.source))
          .Member("file", FileOf(outcome.files, change.place))
          .Member("line", change.place.line)
          .Member("offset", change.place.offset)
          .EndObject();
    }
    json.EndArray().Member("changes_left_out", grant.changes_left_out).EndObject();
    out.push_back('\n');
  }
}

}  // namespace

extern constinit const SinkDef kGrantsCsv;
constinit const SinkDef kGrantsCsv = {
    .name = "grants-csv",
    .file = "grants.csv",
    .summary = "every grant that the evidence shows: who may do what, born, last used, ended",
    .write = WriteCsv,
};

extern constinit const SinkDef kGrantsJsonl;
constinit const SinkDef kGrantsJsonl = {
    .name = "grants-jsonl",
    .file = "grants.jsonl",
    .summary = "the same grants with each change, one JSON object a line",
    .write = WriteJsonl,
};

}  // namespace tokentrail::sink
