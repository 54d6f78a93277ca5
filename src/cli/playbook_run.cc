// `tokentrail playbook run`: the queries of a page, step by step, on evidence or a case.

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

#include "base/text.h"
#include "cli/case_file.h"
#include "cli/flag.h"
#include "cli/interrupt.h"
#include "cli/playbook_judge.h"
#include "cli/progress.h"
#include "cli/run_flags.h"
#include "cli/scratch.h"
#include "cli/terminal.h"
#include "playbook/file.h"
#include "playbook/results.h"
#include "playbook/steps.h"
#include "sink/layout.h"
#include "store/query.h"

namespace tokentrail::cli {

namespace {

namespace fs = std::filesystem;
using playbook::StepResult;
using State = StepResult::State;

constexpr uint64_t kMemory = uint64_t{512} << 20;

constexpr FlagDef kFlags[] = {
    kCaseFlag,
    kDateOrderFlag,
    {.name = "output",
     .letter = 'o',
     .value = "DIR",
     .group = "Output",
     .summary = "where PAGE.results.json and PAGE.results.md go (default: beside the page)",
     .completes = "directory"},
    {.name = "output-type",
     .letter = 't',
     .value = "TYPE",
     .group = "Output",
     .summary = "table (default), or json or markdown: what the files hold",
     .choices = "table|json|markdown"},
    {.name = "no-file", .group = "Output", .summary = "write no files: only what is printed"},
    {.name = "first",
     .value = "N",
     .group = "Output",
     .summary = "how many hits of a step to keep (default: 10)"},
    {.name = "quiet", .letter = 'q', .group = "Display", .summary = "no progress bar"},
    {.name = "no-color", .letter = 'K', .group = "Display", .summary = "no colours"},
    kThreadsFlag,
    kMemoryFlag,
};

constexpr Example kExamples[] = {
    {"tokentrail playbook run playbooks/T1528.md exports/", "the whole page on a folder of logs"},
    {"tokentrail playbook run shipped:T1528 --case case-42",
     "on a case: SQL asks it, the rest reads its evidence again where that still stands"},
};

Error Misused(std::string message) { return {ErrorKind::kInvalid, std::move(message)}; }

/// The files of a case, when all stand where they stood and have the size they had; else why not.
std::vector<std::string> EvidenceOf(const std::string& folder, std::string& why) {
  auto opened = store::Case::Open(folder, kMemory);
  if (!opened.ok()) {
    why = opened.error().message;
    return {};
  }
  std::vector<std::string> out;
  const auto asked = opened->Ask(
      "SELECT DISTINCT disk_file, disk_bytes FROM files ORDER BY 1", {},
      [](const auto&) -> Result<Done> { return Done{}; },
      [&](const std::vector<store::ResultCell>& row) -> Result<Done> {
        std::error_code error;
        const uint64_t bytes = fs::file_size(row[0].text, error);
        if (error) {
          why = fmt::format("the case's evidence is no longer at '{}'", Printable(row[0].text));
        } else if (std::to_string(bytes) != row[1].text) {
          why = fmt::format("'{}' has changed since the case was made", Printable(row[0].text));
        }
        out.push_back(row[0].text);
        return Done{};
      });
  if (!asked.ok()) why = asked.error().message;
  if (out.empty() && why.empty()) why = "the case names no evidence";
  if (!why.empty()) out.clear();
  return out;
}

sink::Colour ColourOf(State state) {
  if (state == State::kFound) return sink::Colour::kRed;
  return state == State::kQuiet ? sink::Colour::kGreen : sink::Colour::kDim;
}

std::string Table(const playbook::PageRun& run, const sink::Terminal& terminal) {
  const playbook::Page& page = run.file->page;
  std::string out = Paint(
      terminal, sink::Colour::kBold,
      fmt::format("{} {} on {}", page.technique, Printable(page.title), Printable(run.evidence)));
  out += '\n';
  std::vector<std::vector<sink::Cell>> rows;
  size_t foreign = 0;
  for (size_t i = 0; i < run.queries.size(); ++i) {
    const playbook::CheckedQuery& query = run.queries[i];
    const StepResult& result = run.run.results[i];
    if (result.state == State::kNotRun) {
      ++foreign;
      continue;
    }
    std::string first = result.reason;
    if (!result.hits.empty()) {
      const playbook::StepHit& hit = result.hits.front();
      first = hit.file.empty()
                  ? fmt::format("{}", fmt::join(hit.cells, " "))
                  : fmt::format("{}:{}", fs::path(hit.file).filename().string(), hit.line);
    }
    rows.push_back({{std::to_string(i + 1), sink::Colour::kNone},
                    {playbook::NameOf(*query.analytic), sink::Colour::kNone},
                    {Printable(query.analytic->title), sink::Colour::kNone},
                    {std::string(Name(result.state)), ColourOf(result.state)},
                    {query.Runs() ? Grouped(result.count) : "", sink::Colour::kNone},
                    {Printable(first), sink::Colour::kNone}});
  }
  sink::LayOut(
      {{.title = "step", .right = true},
       {.title = "analytic"},
       {.title = "title", .least = 16, .weight = 2},
       {.title = "result"},
       {.title = "count", .right = true},
       {.title = "first evidence, or why not", .least = 16, .weight = 2, .keep_end = false}},
      rows, terminal, 2, out);
  if (foreign > 0) {
    out += fmt::format("  {} quer{} of other products, not run\n", foreign,
                       foreign == 1 ? "y is in the language" : "ies are in languages");
  }
  return out;
}

/// Writes a results file: over one of ours, never over anything else.
Result<Done> Keep(const std::string& path, std::string_view text, std::string_view mark) {
  std::error_code ignored;
  if (fs::exists(path, ignored)) {
    const auto there = playbook::ReadWhole(path);
    if (!there.ok() || there->substr(0, 200).find(mark) == std::string::npos) {
      return Error{ErrorKind::kConflict,
                   fmt::format("'{}' is there and holds no results of ours: move it, or write "
                               "elsewhere with -o",
                               Printable(path))};
    }
  }
  return playbook::WriteWhole(path, text);
}

Result<ExitCode> Run(const Args& args) {
  if (args.words().empty()) return Misused("no page to run: name one, then the evidence");
  const std::vector<std::string> inputs(args.words().begin() + 1, args.words().end());
  if (!inputs.empty() && args.Has("case")) {
    return Misused("name evidence or --case, not both");
  }
  playbook::StepOptions options;
  options.config = TRY(ReadRunFlags(args));
  options.config.inputs = inputs;
  if (args.Has("first")) {
    const std::string text = args.Get("first");
    if (!IsDigits(text) || text.size() > 6) return Misused("--first is a number");
    options.most_hits = std::stoul(text);
  }
  const std::atomic<bool>& stop = StopFlag();
  const ScratchFolder scratch = TRY(ScratchFolder::Make());
  Report report;
  const auto files = TRY(playbook::ReadPages({args.words()[0]}, report));
  for (const Diagnostic& one : report.all()) PrintError(Format(one));
  if (files.size() != 1) {
    if (report.errors() > 0) return ExitCode::kFailed;
    return Misused(
        fmt::format("one page at a time; '{}' is {}", Printable(args.words()[0]), files.size()));
  }
  playbook::PageRun run;
  run.file = &files.front();
  if (inputs.empty()) {
    options.case_folder = args.Has("case") ? args.Get("case") : LastCase();
    std::error_code ignored;
    if (!fs::exists(options.case_folder + "/summary.json", ignored)) {
      return Error{ErrorKind::kNotFound,
                   fmt::format("no evidence was named, and there is no case in '{}'",
                               Printable(options.case_folder))};
    }
    options.config.inputs = EvidenceOf(options.case_folder, options.no_evidence);
    run.case_folder = options.case_folder;
    run.evidence = "case " + options.case_folder;
    if (!options.no_evidence.empty()) {
      PrintError(fmt::format("tokentrail: rules and analytics need the evidence: {}\n",
                             Printable(options.no_evidence)));
    }
  } else {
    run.evidence = fmt::format("{}", fmt::join(inputs, " "));
  }
  options.folder = scratch.path() + "/run";
  std::error_code error;
  fs::create_directories(options.folder, error);
  playbook::SqlChecker sql(scratch.path() + "/sql");
  fs::create_directories(scratch.path() + "/sql", error);
  for (const playbook::PageAnalytic& analytic : run.file->page.analytics) {
    for (const playbook::Query& query : analytic.queries) {
      if (Trim(query.text).empty()) continue;
      run.queries.push_back(playbook::CheckQuery({run.file->page, sql, {}}, analytic, query));
    }
  }
  if (run.queries.empty()) {
    return Error{ErrorKind::kNotFound,
                 fmt::format("'{}' has no query to run", Printable(run.file->path))};
  }
  pipeline::Progress progress;
  std::optional<ProgressBar> bar;
  if (!args.Has("quiet") && IsTerminal(STDERR_FILENO)) {
    bar.emplace(progress, TerminalOf(STDERR_FILENO, true).columns);
  }
  auto ran = playbook::RunSteps(run.queries, options, progress, stop);
  bar.reset();
  run.run = TRY(std::move(ran));
  run.command = {"tokentrail", "playbook", "run"};
  run.command.insert(run.command.end(), args.raw().begin(), args.raw().end());

  const std::string json = playbook::ResultsJson(run);
  const std::string markdown = playbook::ResultsMarkdown(run);
  std::string written;
  if (!args.Has("no-file")) {
    const std::string folder = args.Has("output") ? args.Get("output")
                               : run.file->shipped
                                   ? "."
                                   : fs::path(run.file->path).parent_path().string();
    const std::string base =
        (fs::path(folder.empty() ? "." : folder) / playbook::StemOf(*run.file)).string();
    fs::create_directories(fs::path(base).parent_path(), error);
    TRY(Keep(base + ".results.json", json, playbook::kResultsFormat));
    TRY(Keep(base + ".results.md", markdown, "# Results: "));
    written = base + ".results.json";
  }
  const std::string type = args.Get("output-type", "table");
  if (type == "json") {
    TRY(Print(json));
  } else if (type == "markdown") {
    TRY(Print(markdown));
  } else {
    TRY(Print(Table(run, TerminalOf(STDOUT_FILENO, args.Has("no-color"))) +
              (written.empty() ? "" : "  results: " + Printable(written) + "\n")));
  }
  if (run.run.summary.interrupted) return ExitCode::kInterrupted;
  bool left_out = run.run.summary.ledger.left_out_total() > 0;
  for (const StepResult& one : run.run.results) left_out |= one.state == State::kCannotRun;
  return left_out ? ExitCode::kLeftOut : ExitCode::kDone;
}

}  // namespace

extern constinit const VerbDef kPlaybookRun;
constinit const VerbDef kPlaybookRun = {
    .name = "playbook run",
    .usage = "playbook run PAGE EVIDENCE...|--case DIR [flags]",
    .summary = "Run the queries of a hunt page, step by step, and keep what they find",
    .description =
        "Queries in sigma, tokentrail and sql are run; those of other products are not, and are "
        "listed as such. EVIDENCE is what `tokentrail hunt` takes. The page is never changed; the "
        "results go beside it, as PAGE.results.json and PAGE.results.md. A step that could not "
        "have found anything says why instead of being quiet. Exit code: 0 done, 3 done but a step "
        "can't run or records were left out, 1 could not, 2 misused, 130 interrupted.",
    .flags = kFlags,
    .examples = kExamples,
    .words = "file",
    .run = Run,
};

}  // namespace tokentrail::cli
