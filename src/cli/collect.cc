// `tokentrail collect`: the exports that would close the gaps of the evidence. It prints, and never
// runs anything.

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <optional>

#include "base/text.h"
#include "cli/case_file.h"
#include "cli/collect_page.h"
#include "cli/collect_plan.h"
#include "cli/flag.h"
#include "cli/gap_file.h"
#include "cli/interrupt.h"
#include "cli/run_flags.h"
#include "cli/scratch.h"
#include "cli/terminal.h"
#include "pipeline/run.h"

namespace tokentrail::cli {

namespace {

constexpr FlagDef kFlags[] = {
    {.name = "platform",
     .value = "NAME",
     .group = "Filtering",
     .summary = "this one only; without evidence or a case: everything to collect there",
     .choices = "microsoft|google|github|okta|slack|salesforce|kubernetes|aws"},
    {.name = "since",
     .value = "TIME",
     .group = "Filtering",
     .summary = "without evidence or a case: from when on (default: as far back as it is kept)"},
    {.name = "until",
     .value = "TIME",
     .group = "Filtering",
     .summary = "without evidence or a case: until when (default: now)"},
    {.name = "as-of",
     .value = "TIME",
     .group = "Filtering",
     .summary = "the now from which it is counted how long logs are still kept"},
    kCaseFlag,
    kDateOrderFlag,
    {.name = "output-type",
     .letter = 't',
     .value = "TYPE",
     .group = "Output",
     .summary = "text (default), md to paste, json, or sh: a script to review",
     .choices = "text|md|json|sh"},
    {.name = "format",
     .letter = 'f',
     .value = "TYPE",
     .group = "Output",
     .summary = "",
     .choices = "text|md|json|sh",
     .alias_of = "output-type"},
    {.name = "no-color", .letter = 'K', .group = "Display", .summary = "no colours"},
    kThreadsFlag,
    kMemoryFlag,
};

constexpr Example kExamples[] = {
    {"tokentrail collect", "for the gaps of the last hunt in this folder"},
    {"tokentrail collect exports/ -t md", "hunt there first, and print a page to paste"},
    {"tokentrail collect --platform microsoft --since 2026-10-01",
     "everything to export, before the first hunt"},
};

Error Misused(std::string message) { return {ErrorKind::kInvalid, std::move(message)}; }

/// Hunts in evidence, for a case of its own in `folder`.
Result<ExitCode> ReadEvidence(const Args& args, const std::string& folder) {
  pipeline::Config config = TRY(ReadRunFlags(args));
  config.inputs = args.words();
  config.store = false;
  config.case_folder = folder;
  config.command = {"tokentrail", "collect"};
  Report report;
  pipeline::Progress progress;
  const std::unique_ptr<pipeline::Hunt> hunt =
      TRY(pipeline::Run(config, report, progress, StopFlag()));
  for (const Diagnostic& diagnostic : report.all()) PrintError(Format(diagnostic));
  if (hunt->summary.interrupted) return ExitCode::kInterrupted;
  const uint64_t left_out = hunt->summary.ledger.left_out_total();
  if (left_out == 0) return ExitCode::kDone;
  PrintError(fmt::format("tokentrail: {} records or files left out; `tokentrail hunt` says why\n",
                         Grouped(left_out)));
  return ExitCode::kLeftOut;
}

Time Now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(now).count()};
}

Result<ExitCode> Run(const Args& args) {
  if (args.Has("case") && !args.words().empty()) {
    return Misused("give either EVIDENCE or --case, not both");
  }
  const Time now = args.Has("as-of") ? TRY(ReadTimeFlag("as-of", args.Get("as-of"), true)) : Now();
  std::optional<Time> since;
  Time until = now;
  if (args.Has("since")) since = TRY(ReadTimeFlag("since", args.Get("since"), false));
  if (args.Has("until")) until = TRY(ReadTimeFlag("until", args.Get("until"), true));
  if (since && until < *since) return Misused("--until is before --since");
  const std::string platform = args.Get("platform");
  const bool beginner = args.Has("since") || args.Has("until");
  ExitCode ending = ExitCode::kDone;
  std::string folder = args.Has("case") ? std::string(args.Get("case")) : std::string();
  std::optional<ScratchFolder> scratch;
  if (beginner && (args.Has("case") || !args.words().empty())) {
    return Misused(
        "--since and --until are for the list without a case: gaps have times of their own");
  }
  if (!args.words().empty()) {
    scratch.emplace(TRY(ScratchFolder::Make()));
    folder = scratch->path() + "/case";
    ending = TRY(ReadEvidence(args, folder));
  } else if (folder.empty()) {
    folder = LastCase();
  }
  CollectPlan plan;
  Result<CaseGaps> gaps = ReadCaseGaps(folder);
  // Without any case there is the list for those who begin.
  const bool no_case =
      !gaps.ok() && gaps.error().kind == ErrorKind::kNotFound && !args.Has("case") && !scratch;
  if (beginner || no_case) {
    plan = PlanForBeginners(platform, since, until, now);
  } else {
    const CaseGaps in_case = TRY(std::move(gaps));
    plan = PlanOfCase(in_case, platform, now);
    plan.folder = scratch ? args.words()[0] : folder;
  }
  TRY(Print(Render(plan, args.Get("output-type", "text"),
                   TerminalOf(STDOUT_FILENO, args.Has("no-color")))));
  return ending;
}

}  // namespace

extern constinit const VerbDef kCollect;
constinit const VerbDef kCollect = {
    .name = "collect",
    .usage = "collect [EVIDENCE... | --case DIR] [--platform P] [-t text|md|json|sh]",
    .summary = "Print the exports that would close gaps of the evidence; it never runs them",
    .description =
        "For each gap that a hunt found: the commands that export what is missing, with its time, "
        "tenant and mailbox filled in, and until when the vendor keeps it. Without a case: what "
        "there is to collect on a platform, for those who begin. Nothing is run and nothing is "
        "sent; secrets come from the environment.",
    .flags = kFlags,
    .examples = kExamples,
    .words = "file",
    .run = Run,
};

}  // namespace tokentrail::cli
