// audit.csv and audit.jsonl: each change of roles, policies, credentials, federation and guard
// rails is a row, oldest first, with who did it as far as the event alone tells.

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

/// The cells that both forms share, by their names.
std::vector<Column> Cells(const AuditRow& row, const Outcome& outcome) {
  const Attribution& who = row.who;
  return {{"time", FormatTime(row.time)},
          {"class", std::string(Name(row.what))},
          {"kind", std::string(Name(row.kind))},
          {"operation", row.operation},
          {"result", std::string(Name(row.outcome))},
          {"status", row.status},
          {"name", row.name},
          {"target", row.target},
          {"target_id", row.target_id},
          {"target_type", row.target_type},
          {"change", row.change},
          {"recorded_actor", who.recorded},
          {"identity", who.identity},
          {"identity_id", who.identity_id},
          {"via", std::string(Name(who.via))},
          {"client", who.client},
          {"client_name", who.client_name},
          {"reason", std::string(who.reason)},
          {"confidence", std::string(Name(who.confidence))},
          {"app", row.app},
          {"app_name", row.app_name},
          {"ip", row.ip},
          {"user_agent", row.user_agent},
          {"session", row.session},
          {"token", row.token},
          {"correlation", row.correlation},
          {"tenant", row.tenant},
          {"source", std::string(SourceName(outcome, row.source))},
          {"file", FileOf(outcome.files, row.place)}};
}

const std::vector<AuditRow>& Rows(const Outcome& outcome) {
  static const std::vector<AuditRow> kNone;
  return outcome.audit == nullptr ? kNone : outcome.audit->rows;
}

void WriteCsv(const Outcome& outcome, std::string& out) {
  CsvWriter csv(out);
  for (const Column& column : Cells(AuditRow(), outcome)) csv.Cell(column.first);
  csv.Cell("line").Cell("offset").EndRow();
  for (const AuditRow& row : Rows(outcome)) {
    for (const Column& column : Cells(row, outcome)) csv.Cell(column.second);
    csv.Cell(row.place.line).Cell(row.place.offset).EndRow();
  }
}

void WriteJsonl(const Outcome& outcome, std::string& out) {
  for (const AuditRow& row : Rows(outcome)) {
    JsonWriter json(out);
    json.BeginObject();
    for (const Column& column : Cells(row, outcome)) json.Member(column.first, column.second);
    json.Member("line", row.place.line).Member("offset", row.place.offset).EndObject();
    out.push_back('\n');
  }
}

}  // namespace

extern constinit const SinkDef kAuditCsv;
constinit const SinkDef kAuditCsv = {
    .name = "audit-csv",
    .file = "audit.csv",
    .summary =
        "every change of roles, policies, credentials, federation and guard rails, oldest "
        "first, and who did it",
    .write = WriteCsv,
};

extern constinit const SinkDef kAuditJsonl;
constinit const SinkDef kAuditJsonl = {
    .name = "audit-jsonl",
    .file = "audit.jsonl",
    .summary = "the same changes, one JSON object a line",
    .write = WriteJsonl,
};

}  // namespace tokentrail::sink
