// `tokentrail apps show`: the page about one app.

#include <string>

#include "base/text.h"
#include "cli/app_case.h"
#include "cli/app_dossier.h"
#include "cli/app_find.h"
#include "cli/app_flags.h"
#include "cli/case_file.h"
#include "cli/flag.h"
#include "cli/run_flags.h"
#include "cli/terminal.h"

namespace tokentrail::cli {

namespace {

constexpr FlagDef kFlags[] = {
    {.name = "case",
     .value = "DIR",
     .group = "Input",
     .summary = "the case folder of a hunt (default: the last one in this folder)",
     .completes = "directory"},
    kFeedFlag,
    kListingsFlag,
    kPeopleFlag,
    kAppStatesFlag,
    kWeightsFlag,
    {.name = "output-type",
     .letter = 't',
     .value = "TYPE",
     .group = "Output",
     .summary = "text (default), markdown to paste, or json",
     .choices = "text|markdown|json"},
    {.name = "as-of",
     .value = "TIME",
     .group = "Filtering",
     .summary = "count ages from this time (default: the end of the evidence)"},
    {.name = "no-color", .letter = 'K', .group = "Display", .summary = "no colours"},
    kConfigFlag,
};

constexpr Example kExamples[] = {
    {"tokentrail apps show 'Mail Helper'", "an app of the last hunt, by its name"},
    {"tokentrail apps show 3f9a12c4 -t markdown", "by the start of its id, to paste into a ticket"},
};

Result<ExitCode> Run(const Args& args) {
  if (args.words().size() != 1 || Trim(args.words()[0]).empty()) {
    return Error{ErrorKind::kInvalid,
                 "apps show takes one app, by name or id; a name with spaces stands in quotes"};
  }
  const std::string folder = args.Has("case") ? args.Get("case") : LastCase();
  const Portfolio portfolio = TRY(ReadAppCase(args, folder));
  Time as_of = portfolio.as_of;
  if (args.Has("as-of")) as_of = TRY(ReadTimeFlag("as-of", args.Get("as-of"), true));
  const App* app = TRY(FindApp(portfolio, Trim(args.words()[0])));
  const std::string type = args.Get("output-type", "text");
  const std::string named = args.Get("case");
  TRY(Print(type == "json" ? DossierJson(*app, portfolio, as_of, named)
                           : Render(MakeDossier(*app, portfolio, as_of, named), type,
                                    PageTerminal(args.Has("no-color")))));
  return ExitCode::kDone;
}

}  // namespace

extern constinit const VerbDef kAppsShow;
constinit const VerbDef kAppsShow = {
    .name = "apps show",
    .usage = "apps show APP [--case DIR] [flags]",
    .summary = "Show all that is known and thought of one app",
    .description =
        "Who it is and whom it pretends to be, what it may do and does, who let it and how that "
        "came about, each reason for its risk with what would clear it, what could not be "
        "assessed, its credentials and findings, and how to go on.",
    .flags = kFlags,
    .examples = kExamples,
    .run = Run,
};

}  // namespace tokentrail::cli
