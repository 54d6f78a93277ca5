// timeline.csv and timeline.jsonl: each event that a finding cites is a row, oldest first.
//
// Timesketch imports both as they are: `message`, `datetime` (ISO 8601 with zone) and
// `timestamp_desc` are the columns it needs. Source: Timesketch documentation, "Import timeline
// from CSV/JSONL" (2026). The other columns carry the names that Suzaku's timelines use.

#include <algorithm>
#include <array>
#include <string>
#include <tuple>
#include <vector>

#include "base/as_of.h"
#include "sink/cell.h"
#include "sink/csv_writer.h"
#include "sink/json_writer.h"
#include "sink/sink.h"

namespace tokentrail::sink {

namespace {

constexpr std::string_view kColumns[] = {"message", "datetime",  "timestamp_desc", "RuleTitle",
                                         "Level",   "source",    "Operation",      "User",
                                         "SrcIP",   "App",       "UserAgent",      "RuleID",
                                         "Tags",    "FindingID", "file",           "line"};
constexpr size_t kLine = std::size(kColumns) - 1;  // the one number

struct Row {
  const Finding* finding = nullptr;
  const Evidence* evidence = nullptr;
};

/// By time; what ties is ordered by what the event says, never by where it stood.
std::vector<Row> Rows(const Outcome& outcome) {
  std::vector<Row> rows;
  for (const Finding& finding : outcome.findings) {
    for (const Evidence& evidence : finding.evidence) {
      // What is so, and did not happen at any time, has no place on a line of time.
      if (evidence.time != kAsOfCollection) rows.push_back({&finding, &evidence});
    }
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    const auto key = [](const Row& row) {
      return std::tie(row.evidence->time, row.evidence->source, row.evidence->content,
                      row.finding->id);
    };
    return key(a) < key(b);
  });
  return rows;
}

std::string Message(const Row& row) {
  const Evidence& evidence = *row.evidence;
  std::string out = row.finding->title;
  if (!evidence.operation.empty()) out += ": " + evidence.operation;
  if (!evidence.user.empty()) out += ", user " + evidence.user;
  if (!evidence.app.empty()) out += ", app " + evidence.app;
  if (!evidence.ip.empty()) out += ", from " + evidence.ip;
  return out;
}

std::array<std::string, kLine> Cells(const Row& row, const Outcome& outcome) {
  const Evidence& evidence = *row.evidence;
  const Finding& finding = *row.finding;
  return {Message(row),
          FormatTime(evidence.time),
          "Event logged",
          finding.title,
          std::string(Name(finding.level)),
          std::string(SourceName(outcome, evidence.source)),
          evidence.operation,
          evidence.user,
          evidence.ip,
          evidence.app,
          evidence.user_agent,
          finding.rule,
          JoinBars(finding.attack),
          finding.id,
          FileOf(outcome.files, evidence.place)};
}

void WriteCsv(const Outcome& outcome, std::string& out) {
  CsvWriter csv(out);
  for (const std::string_view column : kColumns) csv.Cell(column);
  csv.EndRow();
  for (const Row& row : Rows(outcome)) {
    for (const std::string& cell : Cells(row, outcome)) csv.Cell(cell);
    csv.Cell(row.evidence->place.line).EndRow();
  }
}

void WriteJsonl(const Outcome& outcome, std::string& out) {
  for (const Row& row : Rows(outcome)) {
    JsonWriter json(out);
    json.BeginObject();
    const auto cells = Cells(row, outcome);
    for (size_t i = 0; i < cells.size(); ++i) json.Member(kColumns[i], cells[i]);
    json.Member(kColumns[kLine], row.evidence->place.line).EndObject();
    out.push_back('\n');
  }
}

}  // namespace

extern constinit const SinkDef kTimelineCsv;
constinit const SinkDef kTimelineCsv = {
    .name = "timeline-csv",
    .file = "timeline.csv",
    .summary = "the events that findings cite, oldest first, as Timesketch imports them",
    .write = WriteCsv,
};

extern constinit const SinkDef kTimelineJsonl;
constinit const SinkDef kTimelineJsonl = {
    .name = "timeline-jsonl",
    .file = "timeline.jsonl",
    .summary = "the same events, one JSON object a line",
    .write = WriteJsonl,
};

}  // namespace tokentrail::sink
