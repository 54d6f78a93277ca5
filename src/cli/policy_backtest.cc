// `tokentrail policy backtest`: what a policy would have found, day by day, and with other
// thresholds.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.h"
#include "cli/app_file.h"
#include "cli/app_flags.h"
#include "cli/evidence_case.h"
#include "cli/policy_files.h"
#include "cli/policy_page.h"
#include "cli/run_flags.h"
#include "cli/terminal.h"
#include "inventory/appraise.h"
#include "policy/backtest.h"

namespace tokentrail::cli {
namespace {

constexpr FlagDef kFlags[] = {
    kCaseFlag,
    kPoliciesFlag,
    {.name = "sweep",
     .value = "THRESHOLD=VALUES",
     .group = "Filtering",
     .summary = "try these values in turn, such as users=1..20, requests.within=1h..48h/1h or "
                "permission=low,medium,high; several are combined; may repeat"},
    {.name = "from",
     .value = "DATE",
     .group = "Filtering",
     .summary = "the first day (default: that of the evidence)"},
    {.name = "to", .value = "DATE", .group = "Filtering", .summary = "the last day"},
    kDateOrderFlag,
    kFeedFlag,
    kListingsFlag,
    kPeopleFlag,
    kAppStatesFlag,
    kWeightsFlag,
    {.name = "output-type",
     .letter = 't',
     .value = "TYPE",
     .group = "Output",
     .summary = "table (default), csv (a row an app) or json",
     .choices = "table|csv|json"},
    {.name = "days", .group = "Output", .summary = "days instead of apps: how many alerts on each"},
    {.name = "no-color", .letter = 'K', .group = "Display", .summary = "no colours"},
    {.name = "quiet", .letter = 'q', .group = "Display", .summary = "no progress bar"},
    kConfigFlag,
    kThreadsFlag,
    kMemoryFlag,
};

constexpr Example kExamples[] = {
    {"tokentrail policy backtest many-requests", "a shipped policy on the last case"},
    {"tokentrail policy backtest mine.yml exports/ --sweep users=1..20",
     "one's own on evidence, with twenty thresholds"},
    {"tokentrail policy backtest new-and-powerful --case case-42 --days -t csv",
     "how many alerts a day it would have been"},
};

/// Findings and the risk that they raise come from analytics; all else from the events.
bool AsksForFindings(const policy::Policy& one) {
  return one.reads.risk || std::any_of(one.when.begin(), one.when.end(), [](const auto& condition) {
           return condition->key == "findings" || condition->key == "where";
         });
}

Result<int32_t> ReadDay(const Args& args, std::string_view flag, int32_t otherwise) {
  if (!args.Has(flag)) return otherwise;
  const Time time = TRY(ReadTimeFlag(flag, args.Get(flag), false));
  return static_cast<int32_t>(DayOf(time));
}

Result<ExitCode> Run(const Args& args) {
  if (args.words().empty()) {
    return Error{ErrorKind::kInvalid,
                 "which policy? name an id or a file; `tokentrail policy list` "
                 "shows those that come with the program"};
  }
  const std::vector<std::string> paths = TRY(PolicyPaths(args));
  const policy::Policy chosen = TRY(FindPolicy(args.words()[0], paths));
  std::vector<policy::Sweep> sweeps;
  for (const std::string& text : args.All("sweep")) sweeps.push_back(TRY(policy::ReadSweep(text)));
  const std::vector<policy::Variant> variants = TRY(policy::MakeVariants(chosen, sweeps));

  const OpenedCase opened = TRY(OpenCase(args, {.verb = "policy backtest",
                                                .bare = !AsksForFindings(chosen),
                                                .verbose = true,
                                                .skip_words = 1}));
  if (opened.ending == ExitCode::kInterrupted) return opened.ending;
  const Portfolio portfolio = TRY(ReadApps(opened.folder));
  policy::BacktestSettings settings = policy::WholeRange(portfolio);
  settings.first = TRY(ReadDay(args, "from", settings.first));
  settings.last = TRY(ReadDay(args, "to", settings.last));
  if (settings.first > settings.last) {
    return Error{ErrorKind::kInvalid, fmt::format("there are no days from {} to {}",
                                                  FormatDate(policy::EndOfDay(settings.first)),
                                                  FormatDate(policy::EndOfDay(settings.last)))};
  }
  if (settings.last - settings.first > 3660) {
    return Error{ErrorKind::kInvalid,
                 "that is more than ten years: name a shorter time with --from "
                 "and --to"};
  }
  if (chosen.reads.risk) {
    const pipeline::Config config = TRY(ReadRunFlags(args));
    const auto appraiser = TRY(inventory::Appraiser::Load(config.appraisal));
    settings.appraise = [appraiser](Portfolio& then) { appraiser->Appraise(then); };
  }
  const policy::BacktestResult result = policy::RunBacktest(variants, portfolio, settings);
  BacktestPage page{chosen, portfolio, result, {}, args.Has("days")};
  for (const policy::Sweep& sweep : sweeps) page.paths.push_back(sweep.path);
  const std::string type = args.Get("output-type", "table");
  TRY(Print(Render(page, type, PageTerminal(args.Has("no-color")))));
  if (type == "csv") {  // the rows have no place for it
    for (const std::string& line : result.cannot_say) {
      PrintError("tokentrail: " + Printable(line) + "\n");
    }
  }
  return opened.ending;
}

}  // namespace

extern constinit const VerbDef kPolicyBacktest;
constinit const VerbDef kPolicyBacktest = {
    .name = "policy backtest",
    .usage = "policy backtest ID|FILE [EVIDENCE... | --case DIR] [--sweep T=V]... [flags]",
    .summary = "Show on which days a policy would have found which apps, and with other thresholds",
    .description =
        "Each app is put together as it stood at the end of each day of the evidence and held "
        "against the policy, whatever the policy's state. An alert is a day on which an app begins "
        "to fit. With --sweep it says which apps flip at which value of a threshold. What can't be "
        "put together again is said as `cannot say`.",
    .flags = kFlags,
    .examples = kExamples,
    .words = "file",
    .run = Run,
};

}  // namespace tokentrail::cli
