// `tokentrail show`: one finding, why it is one, and the log lines behind it; or one incident.

#include "cli/show.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "cli/flag.h"
#include "cli/label_page.h"
#include "cli/record_view.h"
#include "cli/show_incident.h"
#include "cli/terminal.h"
#include "sink/table.h"
#include "sink/width.h"
#include "source/json.h"

namespace tokentrail::cli {

namespace {

size_t EntityRank(std::string_view type) {
  static constexpr std::string_view kOrder[] = {"user", "service_account", "app",
                                                "role", "mailbox",         "resource"};
  return static_cast<size_t>(std::find(std::begin(kOrder), std::end(kOrder), type) -
                             std::begin(kOrder));
}

void AddEvidence(const CaseFinding& found, size_t index, size_t max_lines, LabelPage& page) {
  const Evidence& evidence = found.finding.evidence[index];
  page.Blank();
  page.Head(fmt::format("evidence {} of {}: {}  {}  {}", index + 1, found.finding.evidence.size(),
                        FormatTimeShort(evidence.time), Printable(found.sources[index]),
                        Printable(evidence.operation)),
            sink::Colour::kBold);
  page.Line("place", fmt::format("{}:{} (bytes {} to {})", Printable(found.files[index]),
                                 evidence.place.line, evidence.place.offset,
                                 evidence.place.offset + evidence.place.size));
  page.Line("file SHA-256", Printable(found.file_sha256[index]));
  page.Line("record SHA-256", Printable(evidence.record_sha256));
  page.Line("user", Printable(evidence.user));
  page.Line("app", Printable(evidence.app));
  page.Line("address", Printable(evidence.ip));
  page.Line("user agent", Printable(evidence.user_agent));
  std::vector<std::string> pointers;
  std::vector<std::vector<sink::Cell>> rows;
  for (const Evidence::Pointer& pointer : evidence.pointers) {
    pointers.push_back(pointer.pointer);
    rows.push_back({{Printable(pointer.field), sink::Colour::kYellow},
                    {Printable(pointer.value)},
                    {Printable(pointer.pointer), sink::Colour::kDim}});
  }
  std::string table;
  sink::LayOut({{.title = "deciding field", .least = 20},
                {.title = "value", .least = 30, .weight = 2},
                {.title = "where in the record", .least = 24, .drop = 1, .keep_end = true}},
               rows, page.terminal(), 2, table);
  if (!rows.empty()) page.Add(table);
  if (evidence.record.empty()) return;
  page.Add(sink::Paint(
      page.terminal(), sink::Colour::kDim,
      evidence.record_cut ? "  the record, redacted and cut:" : "  the record, redacted:"));
  page.Blank();
  page.Add(ShowRecord(evidence.record, pointers, page.terminal(), max_lines));
}

constexpr FlagDef kFlags[] = {
    {.name = "case",
     .value = "DIR",
     .group = "Input",
     .summary = "the case folder of the hunt (default: the last one in this folder)",
     .completes = "directory"},
    {.name = "output-type",
     .letter = 't',
     .value = "TYPE",
     .group = "Output",
     .summary = "text (default), or json: the line of findings.jsonl or incidents.jsonl",
     .choices = "text|json"},
    {.name = "raw-output",
     .letter = 'R',
     .group = "Output",
     .summary = "whole records; without it long ones are cut to the lines near what decided"},
    {.name = "no-color", .letter = 'K', .group = "Display", .summary = "no colours"},
};

constexpr Example kExamples[] = {
    {"tokentrail show 1", "the worst incident"},
    {"tokentrail show 3f9a12c4", "the finding whose id starts so"},
    {"tokentrail show 3f9a12c4 --case case-42 -t json", "for another program"},
};

Result<ExitCode> Run(const Args& args) {
  if (args.words().size() != 1 || args.words()[0].empty()) {
    return Error{ErrorKind::kInvalid,
                 "show takes the number of one incident, or the id of one finding or its first "
                 "characters, as hunt prints them"};
  }
  const std::string folder = args.Has("case") ? std::string(args.Get("case")) : LastCase();
  const sink::Terminal terminal = TerminalOf(STDOUT_FILENO, args.Has("no-color"));
  if (const std::optional<CaseIncident> incident = TRY(FindIncident(folder, args.words()[0]))) {
    if (args.Get("output-type", "text") == "json") {
      TRY(Print(incident->line + "\n"));
    } else {
      const std::string text = TRY(ShowIncident(folder, *incident, terminal));
      TRY(Print(text));
    }
    return ExitCode::kDone;
  }
  const std::string line = TRY(FindFinding(folder, args.words()[0]));
  if (args.Get("output-type", "text") == "json") {
    TRY(Print(line + "\n"));
    return ExitCode::kDone;
  }
  source::JsonReader reader;
  if (!reader.ParseUnpadded(line)) return Error{ErrorKind::kIo, "the finding's line is damaged"};
  const CaseFinding finding = TRY(ReadFinding(reader.record()));
  const size_t max_lines = args.Has("raw-output") ? SIZE_MAX : kMaxRecordLines;
  TRY(Print(ShowFinding(finding, terminal, max_lines)));
  return ExitCode::kDone;
}

}  // namespace

std::string ShowFinding(const CaseFinding& found, const sink::Terminal& terminal,
                        size_t max_lines) {
  const Finding& finding = found.finding;
  LabelPage page(terminal);
  page.Head(fmt::format("{}: {}", Name(finding.level), Printable(finding.title)),
            sink::LevelColour(finding.level));
  std::string when = FormatTimeShort(finding.first);
  const std::string last = FormatTimeShort(finding.last);
  if (last != when) when += " to " + last;
  page.Line("when", when);
  // Who and which app first, then what they left behind.
  std::vector<const Entity*> entities;
  for (const Entity& entity : finding.entities) entities.push_back(&entity);
  std::stable_sort(entities.begin(), entities.end(), [](const Entity* a, const Entity* b) {
    return EntityRank(a->type) < EntityRank(b->type);
  });
  std::string_view type;
  for (const Entity* entity : entities) {
    page.Line(entity->type == type ? "" : Printable(entity->type),
              entity->name.empty()
                  ? Printable(entity->id)
                  : fmt::format("{} ({})", Printable(entity->name), Printable(entity->id)));
    type = entity->type;
  }
  for (size_t i = 0; i < finding.reasons.size(); ++i) {
    page.Line(i == 0 ? "why" : "", "- " + Printable(finding.reasons[i]));
  }
  page.Line("harmless when", Printable(finding.disproof));
  for (size_t i = 0; i < finding.cannot_say.size(); ++i) {
    page.Line(i == 0 ? "cannot say" : "", "- " + Printable(finding.cannot_say[i]));
  }
  if (finding.cannot_say.empty()) {
    page.Line("cannot say", "what was not logged, or not exported; no gap is known that touches it");
  }
  page.Line("confidence", Name(finding.confidence));
  std::string events = Grouped(finding.count);
  if (finding.count > finding.evidence.size()) {
    events += fmt::format("; the first {} are cited below", finding.evidence.size());
  }
  page.Line("events", events);
  page.Line("tenant", Printable(finding.tenant));
  page.Line("finding", Printable(finding.id));
  page.Line("rule", fmt::format("{} ({})", Printable(finding.rule), Printable(finding.origin)));
  page.Line("ATT&CK", Printable(fmt::format("{}", fmt::join(finding.attack, ", "))));
  for (size_t i = 0; i < finding.evidence.size(); ++i) {
    AddEvidence(found, i, max_lines, page);
  }
  return page.Take();
}

extern constinit const VerbDef kShow;
constinit const VerbDef kShow = {
    .name = "show",
    .usage = "show INCIDENT|FINDING [--case DIR] [-R] [-t text|json]",
    .summary = "Show one incident, or one finding: who, why, and the log records behind it",
    .description =
        "INCIDENT is a number as hunt prints it, or an id (I-...). FINDING is an id as hunt prints "
        "it, or its first characters. Records are shown with secrets taken out; the fields that "
        "decided are marked with >>.",
    .flags = kFlags,
    .examples = kExamples,
    .run = Run,
};

}  // namespace tokentrail::cli
