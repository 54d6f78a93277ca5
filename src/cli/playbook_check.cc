// `tokentrail playbook check`: whether pages hold what they say.

#include <fmt/format.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/flag.h"
#include "cli/playbook_judge.h"
#include "cli/rules_report.h"
#include "cli/terminal.h"
#include "playbook/file.h"
#include "sink/json_writer.h"
#include "sink/layout.h"

namespace tokentrail::cli {

namespace {

constexpr FlagDef kFlags[] = {
    {.name = "write",
     .letter = 'w',
     .group = "Output",
     .summary = "write the result onto the page, between markers of its own; the team's text and "
                "its sign-off stay byte for byte"},
    {.name = "output-type",
     .letter = 't',
     .value = "TYPE",
     .group = "Output",
     .summary = "table (default) or json",
     .choices = "table|json"},
    {.name = "no-cases",
     .group = "Filtering",
     .summary = "only parse: no case is run, and so nothing is valid"},
    {.name = "date",
     .value = "DAY",
     .group = "General",
     .summary = "the day that --write puts down, such as 2026-01-31 (default: today)"},
    {.name = "verbose",
     .letter = 'v',
     .group = "Display",
     .summary = "also the fields of each query, and which were looked up"},
    {.name = "no-color", .letter = 'K', .group = "Display", .summary = "no colours"},
};

constexpr Example kExamples[] = {
    {"tokentrail playbook check", "the pages of ./playbooks, or those that come with the program"},
    {"tokentrail playbook check playbooks/T1528.md --write", "put the result onto the page"},
    {"tokentrail playbook check shipped:T1528 -t json", "one of ours, for a program"},
};

using State = playbook::AnalyticVerdict::State;

sink::Colour ColourOf(State state) {
  if (state == State::kValid) return sink::Colour::kGreen;
  return state == State::kParsed ? sink::Colour::kYellow : sink::Colour::kRed;
}

std::string Joined(const std::vector<std::string>& texts) {
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string Text(const JudgedPage& one, bool verbose, bool written,
                 const sink::Terminal& terminal) {
  const playbook::Page& page = one.file.page;
  const playbook::PageVerdict& verdict = one.verdict;
  std::string out = Paint(
      terminal, sink::Colour::kBold,
      fmt::format("{}: {} {}", Printable(one.file.path), page.technique, Printable(page.title)));
  out += '\n';
  std::vector<std::vector<sink::Cell>> rows;
  for (const playbook::AnalyticVerdict& analytic : verdict.analytics) {
    const playbook::PageAnalytic& about = page.analytics[analytic.index];
    std::string why = analytic.reason;
    if (analytic.state == State::kValid) {
      why = fmt::format("{} fire, {} stay quiet", analytic.fires.size(), analytic.quiet.size());
    }
    rows.push_back({{playbook::NameOf(about), sink::Colour::kNone},
                    {Printable(about.title), sink::Colour::kNone},
                    {Printable(Joined(analytic.languages)), sink::Colour::kNone},
                    {std::string(Name(analytic.state)), ColourOf(analytic.state)},
                    {Printable(why), sink::Colour::kNone}});
  }
  if (!rows.empty()) {
    sink::LayOut({{.title = "analytic"},
                  {.title = "title", .least = 16, .weight = 2},
                  {.title = "language", .least = 5},
                  {.title = "state"},
                  {.title = "cases or reason", .least = 16, .weight = 2}},
                 rows, terminal, 2, out);
  }
  if (verbose) {
    for (const playbook::CheckedQuery& query : verdict.queries) {
      out += fmt::format("  {} ({}): fields {}", playbook::NameOf(*query.analytic),
                         Printable(query.query->language),
                         query.fields.empty() ? "none" : Printable(Joined(query.fields)));
      if (!query.fields_not_checked.empty()) {
        out += "; not checked: " + Printable(query.fields_not_checked);
      }
      if (!query.sources.empty()) out += "; reads " + Joined(query.sources);
      out += '\n';
    }
  }
  for (const std::string& note : verdict.notes) out += "  " + Printable(note) + '\n';
  if (verdict.stale && !written) {
    out += fmt::format("  The block on the page is stale: {}.\n", Printable(verdict.stale_why));
  }
  out += fmt::format("  {} valid, {} parsed but not run, {} failing; {} error{}, {} warning{}\n",
                     verdict.valid, verdict.parsed, verdict.failing, verdict.errors(),
                     verdict.errors() == 1 ? "" : "s", verdict.problems.size() - verdict.errors(),
                     verdict.problems.size() - verdict.errors() == 1 ? "" : "s");
  return out;
}

void AddTexts(std::string_view key, const std::vector<std::string>& texts, sink::JsonWriter& json) {
  json.Key(key).BeginArray();
  for (const std::string& text : texts) json.Text(text);
  json.EndArray();
}

void AddJson(const JudgedPage& one, bool written, sink::JsonWriter& json) {
  const playbook::Page& page = one.file.page;
  const playbook::PageVerdict& verdict = one.verdict;
  json.BeginObject().Member("page", one.file.path).Member("technique", page.technique);
  json.Member("title", page.title).Member("attack_version", verdict.attack_version);
  json.Member("valid", uint64_t{verdict.valid}).Member("parsed", uint64_t{verdict.parsed});
  json.Member("failing", uint64_t{verdict.failing}).Member("stale", verdict.stale);
  json.Member("stale_why", verdict.stale_why).Member("written", written);
  AddTexts("notes", verdict.notes, json);
  json.Key("analytics").BeginArray();
  for (const playbook::AnalyticVerdict& analytic : verdict.analytics) {
    const playbook::PageAnalytic& about = page.analytics[analytic.index];
    json.BeginObject().Member("analytic", playbook::NameOf(about)).Member("title", about.title);
    json.Member("line", about.line).Member("state", Name(analytic.state));
    json.Member("reason", analytic.reason);
    AddTexts("fires", analytic.fires, json);
    AddTexts("quiet", analytic.quiet, json);
    json.Key("queries").BeginArray();
    for (const playbook::CheckedQuery& query : verdict.queries) {
      if (query.analytic != &about) continue;
      json.BeginObject().Member("language", query.query->language);
      json.Member("line", query.query->line).Member("parsed", query.Parsed());
      json.Member("runs", query.Runs());
      AddTexts("sources", query.sources, json);
      AddTexts("fields", query.fields, json);
      json.Member("fields_not_checked", query.fields_not_checked).EndObject();
    }
    json.EndArray().EndObject();
  }
  json.EndArray().Key("diagnostics");
  AddDiagnostics(verdict.problems, json);
  json.EndObject();
}

/// Puts the block onto the page; false when it stands there already.
Result<bool> Write(const JudgedPage& one, const std::string& today) {
  if (one.file.shipped) {
    return Error{ErrorKind::kInvalid,
                 fmt::format("'{}' is inside the program: nothing can be written onto it",
                             Printable(one.file.path))};
  }
  const playbook::CheckedBlock block = playbook::WriteChecked(one.file, one.verdict, today);
  const playbook::Page& page = one.file.page;
  const std::string text =
      playbook::Apply(page.text, {playbook::EditChecked(page, block.body, block.attributes)});
  if (text == page.text) return false;
  TRY(playbook::WriteWhole(one.file.path, text));
  return true;
}

Result<ExitCode> Run(const Args& args) {
  const std::string today = TRY(DayOf(args));
  Report report;
  const auto pages = TRY(JudgePages(args.words(), !args.Has("no-cases"), today, report));
  if (args.Has("write") && args.Has("no-cases")) {
    return Error{ErrorKind::kInvalid, "--write needs the cases: leave --no-cases out"};
  }
  const bool as_json = args.Get("output-type", "table") == "json";
  const sink::Terminal terminal = TerminalOf(STDOUT_FILENO, args.Has("no-color"));
  std::string out;
  sink::JsonWriter json(out, 2);
  if (as_json) json.BeginObject().Key("pages").BeginArray();
  size_t bad = report.errors();
  for (const Diagnostic& one : report.all()) PrintError(Format(one));
  for (const auto& one : pages) {
    bad += one->verdict.errors() + one->verdict.failing;
    bool written = false;
    if (args.Has("write")) written = TRY(Write(*one, today));
    if (as_json) {
      AddJson(*one, written, json);
      continue;
    }
    for (const Diagnostic& problem : one->verdict.problems) PrintError(Format(problem));
    out += Text(*one, args.Has("verbose"), written, terminal);
    if (written) out += "  written onto the page\n";
  }
  if (as_json) {
    json.EndArray().Key("diagnostics");
    AddDiagnostics(report.all(), json);
    json.EndObject();
    out += '\n';
  }
  TRY(Print(out));
  return bad == 0 ? ExitCode::kDone : ExitCode::kFailed;
}

}  // namespace

extern constinit const VerbDef kPlaybookCheck;
constinit const VerbDef kPlaybookCheck = {
    .name = "playbook check",
    .usage = "playbook check [PAGE...] [flags]",
    .summary = "Parse every query of hunt pages, run their cases, and say which analytics hold",
    .description =
        "PAGE is a file, a folder of pages, `shipped` or `shipped:T1528`. An analytic is valid "
        "when "
        "its queries parse, a log that we read has what they ask for, its positive cases fire and "
        "its negative ones stay quiet; queries of other products are parsed only. Also found: "
        "numbers that point at no analytic, unknown languages and fields, a sign-off older than "
        "the page. Exit code: 0 all holds, 1 something does not, 2 misused.",
    .flags = kFlags,
    .examples = kExamples,
    .words = "file",
    .run = Run,
};

}  // namespace tokentrail::cli
