// `tokentrail apps`: every app of the evidence, who let it, to what, and how risky that is.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "base/text.h"
#include "cli/app_case.h"
#include "cli/app_choice.h"
#include "cli/app_filter.h"
#include "cli/app_flags.h"
#include "cli/app_table.h"
#include "cli/flag.h"
#include "cli/grants_file.h"
#include "cli/run_flags.h"
#include "cli/terminal.h"
#include "model/file_table.h"
#include "model/summary.h"
#include "model/trails.h"
#include "sink/sink.h"

namespace tokentrail::cli {

namespace {

constexpr FlagDef kOwn[] = {
    kCaseFlag,
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
     .summary = "table (default); csv in the columns of Defender for Cloud Apps and ours, or "
                "those of --columns; json, jsonl: everything; markdown to paste; grant-table: a "
                "permission a row, in the columns of Microsoft-Extractor-Suite",
     .choices = "table|csv|json|jsonl|markdown|grant-table"},
    {.name = "columns",
     .value = "NAMES",
     .group = "Output",
     .summary = "these attributes, separated by commas; `tokentrail list attributes` shows them"},
    {.name = "sort",
     .value = "NAMES",
     .group = "Output",
     .summary = "by these attributes, such as risk (default), or users:asc,last_used"},
    {.name = "limit", .value = "N", .group = "Output", .summary = "only the first N"},
    {.name = "where",
     .value = "EXPR",
     .group = "Filtering",
     .summary = "only apps that fit, such as 'risk>=60 and users<=3'; see docs/apps.md"},
    {.name = "app",
     .value = "APP",
     .group = "Filtering",
     .summary = "only the app of this name or id; * stands for anything; may repeat"},
    {.name = "user",
     .value = "USER",
     .group = "Filtering",
     .summary = "only apps that may act for the user of this name or id, those for everybody among "
                "them; * stands for anything"},
    {.name = "all", .group = "Filtering", .summary = "the platforms' own apps as well"},
    {.name = "as-of",
     .value = "TIME",
     .group = "Filtering",
     .summary = "count ages such as >90d from this time (default: the end of the evidence)"},
    {.name = "no-color", .letter = 'K', .group = "Display", .summary = "no colours"},
    {.name = "quiet", .letter = 'q', .group = "Display", .summary = "no progress bar"},
    kConfigFlag,
    kThreadsFlag,
    kMemoryFlag,
};

constexpr auto kFlags = [] {
  std::array<FlagDef, std::size(kOwn) + std::size(kAppFilters)> out{};
  size_t at = 0;
  for (const FlagDef& flag : kOwn) out[at++] = flag;
  for (const AppFilter& filter : kAppFilters) out[at++] = filter.flag;
  return out;
}();

constexpr Example kExamples[] = {
    {"tokentrail apps exports/", "every app that a folder of logs and exports shows, worst first"},
    {"tokentrail apps --users '<=3' --permission high --last-authorized '>90d' --incongruous",
     "few users, strong permissions that don't fit, long ago"},
    {"tokentrail apps --where 'risk>=60 and not (verified or tenant_wide)' -t csv",
     "a question of your own, for a spreadsheet"},
    {"tokentrail apps --case case-42 --feed feed.csv --new 7d --columns name,listed,users,risk",
     "a case of last week, asked again with a new list of known apps"},
};

/// The grants of the apps shown, in the columns of Microsoft-Extractor-Suite.
Result<std::string> GrantTable(const std::string& folder, const AppTable& table) {
  Portfolio shown;
  for (const App* app : table.chosen.apps) shown.apps.push_back(*app);
  const auto key = [](const auto& it, const std::string& id) {
    return std::tie(it.tenant, it.platform, id);
  };
  std::sort(shown.apps.begin(), shown.apps.end(),
            [&](const App& a, const App& b) { return key(a, a.id) < key(b, b.id); });
  Trails trails;
  TRY(EachGrant(folder, [&](GrantLine& line) {
    const Grant& grant = line.grant;
    const auto at = std::lower_bound(
        shown.apps.begin(), shown.apps.end(), grant,
        [&](const App& app, const Grant& of) { return key(app, app.id) < key(of, of.app); });
    if (at == shown.apps.end() || key(*at, at->id) != key(grant, grant.app)) return;
    trails.grants.push_back(std::move(line.grant));
  }));
  const std::vector<Finding> no_findings;
  const Summary summary;
  const FileTable files;
  const sink::Outcome outcome{no_findings, summary, files, {}, nullptr, &trails, &shown};
  std::string out;
  for (const sink::SinkDef* sink : sink::All()) {
    if (sink->name == "oauth-permissions") sink->write(outcome, out);
  }
  return out;
}

Result<ExitCode> Run(const Args& args) {
  AppTable table;
  const AppChoice choice = TRY(ReadAppChoice(args));
  if (args.Has("columns")) table.columns = TRY(ReadAttributes("columns", args.Get("columns")));
  const AppCase opened = TRY(OpenAppCase(args, "apps"));
  table.portfolio = &opened.portfolio;
  table.as_of = opened.as_of;
  table.chosen = Choose(choice, opened.portfolio, opened.as_of);
  GrantSummary summary = TRY(ReadGrantSummary(opened.opened.folder));
  table.tellers = std::move(summary.tellers);
  table.interrupted = summary.interrupted;
  const std::string type = args.Get("output-type", "table");
  if (type == "grant-table") {
    const std::string text = TRY(GrantTable(opened.opened.folder, table));
    TRY(Print(text));
  } else {
    TRY(Print(Render(table, type, PageTerminal(args.Has("no-color")))));
  }
  if (type == "csv" || type == "jsonl" || type == "grant-table") {  // no place for it there
    for (const std::string& line : CannotSay(table)) {
      PrintError("tokentrail: " + Printable(line) + "\n");
    }
  }
  return opened.opened.ending;
}

}  // namespace

std::span<const VerbDef* const> AppsVerbs();

extern constinit const VerbDef kApps;
constinit const VerbDef kApps = {
    .name = "apps",
    .usage = "apps [EVIDENCE... | --case DIR] [filters] [--where EXPR] [flags]",
    .summary = "Show every app: who let it, to what, how risky that is",
    .description =
        "Each app that logs and exports of the real state show, of all platforms together, worst "
        "first. Filters combine: an app must fit all of them. The platforms' own apps are hidden "
        "and counted, unless --all is given or a filter asks for them. What the evidence can't "
        "tell is said below the table. A case is judged anew when --feed, --listings, --people, "
        "--app-states or --weights say how. `apps show APP` is the page about one, `apps diff` "
        "compares two cases; evidence that is called like them is written ./show.",
    .flags = kFlags,
    .examples = kExamples,
    .words = "file",
    .run = Run,
    .verbs = AppsVerbs,
};

}  // namespace tokentrail::cli
