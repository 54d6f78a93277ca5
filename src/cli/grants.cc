// `tokentrail grants`: who may do what, since when, and who could at a time.

#include <fmt/format.h>

#include <optional>

#include "base/text.h"
#include "cli/evidence_case.h"
#include "cli/flag.h"
#include "cli/grants_at.h"
#include "cli/grants_file.h"
#include "cli/grants_page.h"
#include "cli/run_flags.h"
#include "cli/terminal.h"
#include "inventory/table.h"

namespace tokentrail::cli {

namespace {

constexpr FlagDef kFlags[] = {
    kCaseFlag,
    kDateOrderFlag,
    {.name = "output-type",
     .letter = 't',
     .value = "TYPE",
     .group = "Output",
     .summary = "text (default), csv, json with every change, or md to paste",
     .choices = "text|csv|json|md"},
    {.name = "format",
     .letter = 'f',
     .value = "TYPE",
     .group = "Output",
     .summary = "",
     .choices = "text|csv|json|md",
     .alias_of = "output-type"},
    {.name = "at",
     .value = "TIME",
     .group = "Filtering",
     .summary = "who could do what at this time, with the permissions as they stood then; a date "
                "means its last moment"},
    {.name = "app",
     .value = "APP",
     .group = "Filtering",
     .summary = "only grants of the app of this id or name; * stands for anything"},
    {.name = "user",
     .value = "USER",
     .group = "Filtering",
     .summary = "only grants that let an app act for the user of this id or name, those for all "
                "users among them; * stands for anything"},
    {.name = "platform",
     .value = "PLATFORM",
     .group = "Filtering",
     .summary = "only this platform",
     .choices = "entra|google|github|slack|salesforce|okta|kubernetes"},
    {.name = "no-color", .letter = 'K', .group = "Display", .summary = "no colours"},
    {.name = "quiet", .letter = 'q', .group = "Display", .summary = "no progress bar"},
    kThreadsFlag,
    kMemoryFlag,
};

constexpr Example kExamples[] = {
    {"tokentrail grants exports/", "every grant that a folder of logs shows"},
    {"tokentrail grants --at 2026-01-31T16:05:00Z --user mira@contoso.example",
     "which apps could act for her when it happened"},
    {"tokentrail grants --app 'Mail Helper' -t json", "each change of one app's grants"},
};

Error Misused(std::string message) { return {ErrorKind::kInvalid, std::move(message)}; }

/// Which grants are asked for.
struct Choice {
  std::string app;
  std::string user;
  std::string platform;
  std::optional<Time> at;

  bool Takes(const Grant& grant) const {
    const auto fits = [](const std::string& wanted, std::initializer_list<std::string_view> texts) {
      for (const std::string_view text : texts) {
        if (!text.empty() && inventory::MatchesPattern(text, wanted, inventory::Star::kAny)) {
          return true;
        }
      }
      return false;
    };
    if (!platform.empty() && grant.platform != platform) return false;
    if (!app.empty() && !fits(app, {grant.app, grant.app_name, grant.app_object})) return false;
    return user.empty() || grant.all_users || fits(user, {grant.principal, grant.principal_name});
  }
};

Result<Choice> ReadChoice(const Args& args) {
  Choice out;
  for (const std::string_view flag : {"app", "user"}) {
    if (args.Has(flag) && args.Get(flag).empty()) {
      return Misused(fmt::format("--{} can't be empty", flag));
    }
  }
  out.app = args.Get("app");
  out.user = args.Get("user");
  out.platform = args.Get("platform");
  if (args.Has("at")) out.at = TRY(ReadTimeFlag("at", args.Get("at"), true));
  return out;
}

Result<GrantsPage> ReadPage(const std::string& folder, const Choice& choice) {
  GrantsPage page;
  page.at = choice.at;
  GrantSummary summary = TRY(ReadGrantSummary(folder));
  page.interrupted = summary.interrupted;
  page.last = summary.last;
  for (GrantTeller& teller : summary.tellers) {
    if (choice.platform.empty() || teller.platform == choice.platform) {
      page.tellers.push_back(std::move(teller));
    }
  }
  TRY(EachGrant(folder, [&](GrantLine& line) {
    ++page.all;
    if (!choice.Takes(line.grant)) return;
    GrantRow row;
    if (choice.at) {
      const GrantTeller* of = nullptr;
      for (const GrantTeller& teller : page.tellers) {
        if (teller.platform == line.grant.platform) of = &teller;
      }
      row.at = StateAt(line.grant, *choice.at, of);
      if (row.at.was == GrantAt::Was::kNo) return;
    }
    row.line = std::move(line);
    page.rows.push_back(std::move(row));
  }));
  return page;
}

Result<ExitCode> Run(const Args& args) {
  const Choice choice = TRY(ReadChoice(args));
  const OpenedCase opened =
      TRY(OpenCase(args, {.verb = "grants", .bare = true, .verbose = true}));
  const GrantsPage page = TRY(ReadPage(opened.folder, choice));
  const std::string type = args.Get("output-type", "text");
  TRY(Print(Render(page, type, PageTerminal(args.Has("no-color")))));
  if (type == "csv") {  // the rows have no place for it
    for (const std::string& line : CannotSay(page)) {
      PrintError("tokentrail: " + Printable(line) + "\n");
    }
  }
  return opened.ending;
}

}  // namespace

extern constinit const VerbDef kGrants;
constinit const VerbDef kGrants = {
    .name = "grants",
    .usage = "grants [EVIDENCE... | --case DIR] [--at TIME] [--app A] [--user U] [flags]",
    .summary = "Show who could do what and since when, also as it stood at a time",
    .description =
        "Each grant that the evidence shows, from its events and from exports of the real state: "
        "which app may act for whom, with which permissions (the strongest first), when it was "
        "born, authorised, used and ended. Where no record tells the birth, it says up to when "
        "that can be said. Platforms whose log of grants is not in the evidence are listed as "
        "`cannot say`.",
    .flags = kFlags,
    .examples = kExamples,
    .words = "file",
    .run = Run,
};

}  // namespace tokentrail::cli
