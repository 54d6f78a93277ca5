// `tokentrail apps diff`: what changed between two exports.

#include <string>

#include "cli/app_case.h"
#include "cli/app_diff.h"
#include "cli/app_flags.h"
#include "cli/flag.h"
#include "cli/run_flags.h"
#include "cli/terminal.h"

namespace tokentrail::cli {

namespace {

constexpr FlagDef kFlags[] = {
    kFeedFlag,
    kListingsFlag,
    kPeopleFlag,
    kAppStatesFlag,
    kWeightsFlag,
    {.name = "output-type",
     .letter = 't',
     .value = "TYPE",
     .group = "Output",
     .summary = "table (default), markdown to paste, csv: a change a row, or json",
     .choices = "table|markdown|csv|json"},
    {.name = "all", .group = "Filtering", .summary = "the platforms' own apps as well"},
    {.name = "no-color", .letter = 'K', .group = "Display", .summary = "no colours"},
    kConfigFlag,
};

constexpr Example kExamples[] = {
    {"tokentrail apps diff case-january case-february", "what came, went and changed since"},
    {"tokentrail apps diff case-1 case-2 --weights weights.csv -t csv",
     "both judged with the same weights, for a spreadsheet"},
};

Result<ExitCode> Run(const Args& args) {
  if (args.words().size() != 2) {
    return Error{
        ErrorKind::kInvalid,
        "apps diff takes two case folders, the earlier one first; `tokentrail hunt -o DIR` "
        "makes one"};
  }
  Portfolio cases[2];
  for (size_t i = 0; i < 2; ++i) {
    cases[i] = TRY(ReadAppCase(args, args.words()[i]));
    if (!args.Has("all")) {
      std::erase_if(cases[i].apps, [](const App& app) { return app.first_party; });
    }
  }
  TRY(Print(Render(Compare(cases[0], cases[1]), args.Get("output-type", "table"),
                   PageTerminal(args.Has("no-color")))));
  return ExitCode::kDone;
}

}  // namespace

extern constinit const VerbDef kAppsDiff;
constinit const VerbDef kAppsDiff = {
    .name = "apps diff",
    .usage = "apps diff CASE1 CASE2 [flags]",
    .summary = "Show which apps came, went and changed between two cases",
    .description =
        "Apps added, gone and changed: users, permissions, reach, publisher, reply URLs, "
        "credentials, state and risk, the worst first. The same platform, tenant and id is the "
        "same app. What one of the cases has no evidence of is noted, not taken for a change.",
    .flags = kFlags,
    .examples = kExamples,
    .words = "directory",
    .run = Run,
};

}  // namespace tokentrail::cli
