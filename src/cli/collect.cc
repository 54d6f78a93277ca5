// `tokentrail collect`: the exports that would close the gaps of the evidence. It prints, and never
// runs anything.

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <optional>

#include "base/text.h"
#include "cli/collect_page.h"
#include "cli/collect_plan.h"
#include "cli/evidence_case.h"
#include "cli/flag.h"
#include "cli/gap_file.h"
#include "cli/run_flags.h"
#include "cli/terminal.h"

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

Time Now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(now).count()};
}

Result<ExitCode> Run(const Args& args) {
  const Time now = args.Has("as-of") ? TRY(ReadTimeFlag("as-of", args.Get("as-of"), true)) : Now();
  std::optional<Time> since;
  Time until = now;
  if (args.Has("since")) since = TRY(ReadTimeFlag("since", args.Get("since"), false));
  if (args.Has("until")) until = TRY(ReadTimeFlag("until", args.Get("until"), true));
  if (since && until < *since) return Misused("--until is before --since");
  const std::string platform = args.Get("platform");
  const bool beginner = args.Has("since") || args.Has("until");
  const bool named = args.Has("case") || !args.words().empty();
  if (beginner && named) {
    return Misused(
        "--since and --until are for the list without a case: gaps have times of their own");
  }
  const OpenedCase opened = TRY(OpenCase(args, {.verb = "collect"}));
  CollectPlan plan;
  Result<CaseGaps> gaps = ReadCaseGaps(opened.folder);
  // Without any case there is the list for those who begin.
  const bool no_case = !gaps.ok() && gaps.error().kind == ErrorKind::kNotFound && !named;
  if (beginner || no_case) {
    plan = PlanForBeginners(platform, since, until, now);
  } else {
    const CaseGaps in_case = TRY(std::move(gaps));
    plan = PlanOfCase(in_case, platform, now);
    plan.folder = opened.scratch ? args.words()[0] : opened.folder;
  }
  TRY(Print(Render(plan, args.Get("output-type", "text"),
                   TerminalOf(STDOUT_FILENO, args.Has("no-color")))));
  return opened.ending;
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
