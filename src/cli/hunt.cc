// `tokentrail hunt`: evidence in, findings out.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "analytic/analytic.h"
#include "base/text.h"
#include "cli/app_flags.h"
#include "cli/flag.h"
#include "cli/interrupt.h"
#include "cli/panel.h"
#include "cli/policy_files.h"
#include "cli/progress.h"
#include "cli/rules_flags.h"
#include "cli/run_flags.h"
#include "cli/terminal.h"
#include "pipeline/run.h"
#include "sink/sink.h"
#include "sink/table.h"
#include "source/def.h"

namespace tokentrail::cli {

namespace {

constexpr FlagDef kNoRulesFlag = {
    .name = "no-rules", .group = "Input", .summary = "no Sigma rules: the analytics only"};

constexpr FlagDef kFlags[] = {
    {.name = "directory",
     .letter = 'd',
     .value = "DIR",
     .group = "Input",
     .summary = "a folder of logs, with all below it; the same as naming it as PATH",
     .completes = "directory"},
    {.name = "file",
     .letter = 'f',
     .value = "FILE",
     .group = "Input",
     .summary = "one log file; the same as naming it as PATH",
     .completes = "file"},
    kDateOrderFlag,
    kRulesFlag,
    kNoRulesFlag,
    kPoliciesFlag,
    kFeedFlag,
    kListingsFlag,
    kPeopleFlag,
    kAppStatesFlag,
    kWeightsFlag,
    {.name = "output",
     .letter = 'o',
     .value = "DIR",
     .group = "Output",
     .summary = "the case folder that the results go to (default: ./tokentrail-case)",
     .completes = "directory"},
    {.name = "case",
     .value = "DIR",
     .group = "Output",
     .summary = "",
     .alias_of = "output",
     .completes = "directory"},
    {.name = "clobber",
     .letter = 'C',
     .group = "Output",
     .summary = "replace the results of an earlier hunt in that folder"},
    {.name = "output-type",
     .letter = 't',
     .value = "TYPE",
     .group = "Output",
     .summary = "what to print: table (default), csv, json, jsonl, ocsf, ...; see `tokentrail list "
                "outputs`",
     .choices =
         "table|csv|json|jsonl|ocsf|timeline-csv|timeline-jsonl|audit-csv|audit-jsonl|grants-csv|"
         "grants-jsonl|oauth-permissions|apps-csv|apps-jsonl|incidents-jsonl|incidents-md|summary|"
         "attack-layer"},
    {.name = "no-store",
     .group = "Output",
     .summary = "no case.duckdb in the case folder: the fastest look, without `tokentrail sql`"},
    {.name = "keep-raw",
     .value = "WHICH",
     .group = "Output",
     .summary = "which records case.duckdb keeps as logged, redacted: those that findings cite "
                "(default), all (the evidence is read twice), or none",
     .choices = "cited|all|none"},
    {.name = "fail-on",
     .value = "LEVEL",
     .group = "Output",
     .summary = "exit with 4 when there is a finding of this level or above, shown or not"},
    {.name = "min-level",
     .letter = 'm',
     .value = "LEVEL",
     .group = "Filtering",
     .summary = "show findings of this level and above: informational, low (default), medium, "
                "high, critical; the rest are counted"},
    kIncludeTagFlag,
    kExcludeTagFlag,
    kStatusFlag,
    kPlaceholdersFlag,
    {.name = "timeline-start",
     .value = "TIME",
     .group = "Filtering",
     .summary = "report only findings from this time on, such as 2026-01-31 or "
                "2026-01-31T16:05:00Z; older events still count as history"},
    {.name = "timeline-end",
     .value = "TIME",
     .group = "Filtering",
     .summary = "report only findings up to this time; a date means its whole day"},
    {.name = "as-of",
     .value = "TIME",
     .group = "Filtering",
     .summary = "count ages such as \"unused for 90 days\" from this time (default: the end of the "
                "evidence)"},
    {.name = "quiet",
     .letter = 'q',
     .group = "Display",
     .summary = "no progress bar and no closing summary; what was left out still gets one line"},
    {.name = "no-summary", .letter = 'N', .group = "Display", .summary = "no closing summary"},
    {.name = "no-color",
     .letter = 'K',
     .group = "Display",
     .summary = "no colours; so does the variable NO_COLOR"},
    kConfigFlag,
    kThreadsFlag,
    kMemoryFlag,
};

constexpr Example kExamples[] = {
    {"tokentrail hunt exports/", "everything in a folder: archives, JSON, CSV, of any source"},
    {"tokentrail hunt -t csv -m high ual.csv signins.json.gz > high.csv",
     "high and critical findings for a spreadsheet"},
    {"zcat audit.log.gz | tokentrail hunt -o case-42 -", "logs from standard input"},
    {"tokentrail hunt exports/ -r rules/ --fail-on high -q", "in a script, with Sigma rules"},
};

Error Misused(std::string message) { return {ErrorKind::kInvalid, std::move(message)}; }

Result<pipeline::Config> ReadConfig(const Args& args) {
  pipeline::Config config = TRY(ReadRunFlags(args));
  for (const std::string_view flag : {"directory", "file"}) {
    for (const std::string& path : args.All(flag)) config.inputs.push_back(path);
  }
  for (const std::string& path : args.words()) config.inputs.push_back(path);
  if (config.inputs.empty()) {
    return Misused("nothing to hunt in: name a folder or files, or - for standard input");
  }
  if (args.Has("output")) config.case_folder = args.Get("output");
  config.clobber = args.Has("clobber");
  config.store = !args.Has("no-store");
  if (args.Get("keep-raw") == "none") config.keep_raw = pipeline::KeepRaw::kNone;
  if (args.Get("keep-raw") == "all") config.keep_raw = pipeline::KeepRaw::kAll;
  if (args.Has("no-rules")) {
    if (args.Has("rules")) return Misused("--rules and --no-rules can't go together");
    config.rules.clear();
  }
  if (args.Has("min-level")) config.min_level = TRY(ReadLevel("min-level", args.Get("min-level")));
  if (args.Has("timeline-start")) {
    config.timeline_start = TRY(ReadTimeFlag("timeline-start", args.Get("timeline-start"), false));
  }
  if (args.Has("timeline-end")) {
    config.timeline_end = TRY(ReadTimeFlag("timeline-end", args.Get("timeline-end"), true));
  }
  if (config.timeline_start && config.timeline_end &&
      *config.timeline_end < *config.timeline_start) {
    return Misused("--timeline-end is before --timeline-start");
  }
  if (args.Has("as-of")) config.as_of = TRY(ReadTimeFlag("as-of", args.Get("as-of"), true));
  config.command = {"tokentrail", "hunt"};
  config.command.insert(config.command.end(), args.raw().begin(), args.raw().end());
  return config;
}

std::vector<std::string_view> SourceNames() {
  std::vector<std::string_view> out;
  for (const source::SourceDef* source : source::All()) out.push_back(source->name);
  return out;
}

/// The inputs as one would type them again; the first few when there are many.
std::string Evidence(const std::vector<std::string>& inputs) {
  static constexpr size_t kShown = 3;
  std::string out;
  for (size_t i = 0; i < inputs.size() && i < kShown; ++i) {
    const bool plain = inputs[i].find_first_of(" '\"\\$`&|;<>()*?[]#~!") == std::string::npos;
    out += (out.empty() ? "" : " ") + (plain ? inputs[i] : "'" + inputs[i] + "'");
  }
  return inputs.size() > kShown ? out + " ..." : out;
}

/// Cited evidence that could not be read again as it was: its findings can't be shown to be true,
/// so the hunt failed, whatever else it wrote. Null when there is none.
const Ledger::Entry* Changed(const Ledger& ledger) {
  const auto it = ledger.left_out().find("file.changed");
  return it == ledger.left_out().end() ? nullptr : &it->second;
}

/// One of 0, 1, 3, 4 and 130, by what matters most to a script.
ExitCode Ending(const pipeline::Hunt& hunt, std::optional<Level> fail_on, Level min_level) {
  const Summary& summary = hunt.summary;
  if (summary.interrupted) return ExitCode::kInterrupted;
  if (Changed(summary.ledger) != nullptr) return ExitCode::kFailed;
  if (summary.run.store == "failed") return ExitCode::kFailed;
  if (fail_on) {
    // Below the minimum level only the counts are known.
    bool met =
        *fail_on < min_level &&
        std::any_of(summary.by_level.begin(), summary.by_level.end(),
                    [&](const auto& level) { return level.first >= *fail_on && level.second > 0; });
    for (const Finding& finding : hunt.findings) met = met || finding.level >= *fail_on;
    if (met) return ExitCode::kFindings;
  }
  const bool left_out = summary.ledger.left_out_total() > 0 || summary.rules_left_out > 0;
  return left_out ? ExitCode::kLeftOut : ExitCode::kDone;
}

Result<ExitCode> Run(const Args& args) {
  const pipeline::Config config = TRY(ReadConfig(args));
  std::optional<Level> fail_on;
  if (args.Has("fail-on")) fail_on = TRY(ReadLevel("fail-on", args.Get("fail-on")));
  const bool quiet = args.Has("quiet");
  const bool no_colour = args.Has("no-color");
  const std::string type = args.Get("output-type", "table");

  Report report;
  pipeline::Progress progress;
  std::unique_ptr<ProgressBar> bar;
  if (!quiet && IsTerminal(STDERR_FILENO)) {
    bar = std::make_unique<ProgressBar>(progress, TerminalOf(STDERR_FILENO, true).columns);
  }
  auto ran = pipeline::Run(config, report, progress, StopFlag());
  bar.reset();
  for (const Diagnostic& diagnostic : report.all()) PrintError(Format(diagnostic));
  const std::unique_ptr<pipeline::Hunt> hunt = TRY(std::move(ran));

  const std::vector<std::string_view> names = SourceNames();
  const sink::Outcome outcome{hunt->findings, hunt->summary, hunt->files, names, &hunt->audit,
                              &hunt->trails};
  const bool is_table = type == "table";
  std::string text;
  if (is_table) {
    sink::WriteTable(outcome, TerminalOf(STDOUT_FILENO, no_colour), 0, text);
  } else {
    for (const sink::SinkDef* sink : sink::All()) {
      if (sink->name == type) sink->write(outcome, text);
    }
  }
  TRY(Print(text));

  if (!quiet && !args.Has("no-summary")) {
    const PanelOptions options{.case_folder = config.case_folder,
                               .evidence = Evidence(config.inputs),
                               .min_level = config.min_level,
                               .table_above = is_table,
                               .analytics = analytic::All().size()};
    const int descriptor = is_table ? STDOUT_FILENO : STDERR_FILENO;
    const std::string panel = Panel(*hunt, names, options, TerminalOf(descriptor, no_colour));
    if (is_table) {
      TRY(Print("\n" + panel));
    } else {
      PrintError(panel);
    }
  } else {
    if (const std::string left_out = LeftOutText(hunt->summary.ledger); !left_out.empty()) {
      PrintError(fmt::format("tokentrail: left out: {}; {}/summary.json says why\n", left_out,
                             Printable(config.case_folder)));
    }
    if (const std::string missing = NoStoreText(hunt->summary.run); !missing.empty()) {
      PrintError(fmt::format("tokentrail: {}\n", Printable(missing)));
    }
  }
  if (const Ledger::Entry* changed = Changed(hunt->summary.ledger); changed != nullptr) {
    PrintError(fmt::format(
        "tokentrail: error: {}{}; findings that cite it have no records: hunt again in a copy "
        "that nobody writes to\n",
        Printable(changed->detail),
        changed->count > 1 ? fmt::format(" (and {} more)", changed->count - 1) : ""));
  }
  return Ending(*hunt, fail_on, config.min_level);
}

}  // namespace

extern constinit const VerbDef kHunt;
constinit const VerbDef kHunt = {
    .name = "hunt",
    .usage = "hunt PATH... [flags]",
    .summary = "Find stolen tokens and bad apps in a folder of exported logs",
    .description =
        "PATH is a file, a folder (with all below it), a pattern such as 'logs/*.json.gz', or - "
        "for "
        "standard input. Logs are known by their content, never by their name; what can't be used "
        "is counted and said. Exit code: 0 done, 3 done but something was left out, 4 see "
        "--fail-on, 1 could not, 2 misused, 130 interrupted.",
    .flags = kFlags,
    .examples = kExamples,
    .words = "file",
    .run = Run,
};

}  // namespace tokentrail::cli
