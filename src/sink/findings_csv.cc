// findings.csv: a finding a row, for spreadsheets.

#include "sink/cell.h"
#include "sink/csv_writer.h"
#include "sink/sink.h"

namespace tokentrail::sink {

namespace {

constexpr std::string_view kColumns[] = {"id",
                                         "level",
                                         "confidence",
                                         "rule",
                                         "origin",
                                         "title",
                                         "first_time",
                                         "last_time",
                                         "tenant",
                                         "users",
                                         "apps",
                                         "addresses",
                                         "tokens",
                                         "sessions",
                                         "grants",
                                         "credentials",
                                         "service_accounts",
                                         "count",
                                         "reasons",
                                         "attack",
                                         "first_place",
                                         "disproof",
                                         "cannot_say"};

void Write(const Outcome& outcome, std::string& out) {
  CsvWriter csv(out);
  for (const std::string_view column : kColumns) csv.Cell(column);
  csv.EndRow();
  for (const Finding& finding : outcome.findings) {
    csv.Cell(finding.id)
        .Cell(Name(finding.level))
        .Cell(Name(finding.confidence))
        .Cell(finding.rule)
        .Cell(finding.origin)
        .Cell(finding.title)
        .Cell(FormatTime(finding.first))
        .Cell(FormatTime(finding.last))
        .Cell(finding.tenant);
    for (const std::string_view type :
         {"user", "app", "address", "token", "session", "grant", "credential", "service_account"}) {
      csv.Cell(EntityList(finding, type, " \u00a6 "));
    }
    csv.Cell(finding.count)
        .Cell(JoinBars(finding.reasons))
        .Cell(JoinBars(finding.attack))
        .Cell(finding.evidence.empty() ? std::string()
                                       : PlaceText(outcome.files, finding.evidence[0].place))
        .Cell(finding.disproof)
        .Cell(JoinBars(finding.cannot_say));
    csv.EndRow();
  }
}

}  // namespace

extern constinit const SinkDef kFindingsCsv;
constinit const SinkDef kFindingsCsv = {
    .name = "csv",
    .file = "findings.csv",
    .summary = "findings, one row each, safe to open in a spreadsheet",
    .write = Write,
};

}  // namespace tokentrail::sink
