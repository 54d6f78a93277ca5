// `tokentrail contain`: what to do about a stolen thing, in order. It prints, and never acts.

#include <fmt/format.h>
#include <unistd.h>

#include <optional>

#include "base/text.h"
#include "cli/case_file.h"
#include "cli/contain_case.h"
#include "cli/contain_page.h"
#include "cli/flag.h"
#include "cli/interrupt.h"
#include "cli/run_flags.h"
#include "cli/scratch.h"
#include "cli/terminal.h"
#include "inventory/containment.h"
#include "pipeline/run.h"

namespace tokentrail::cli {

namespace {

constexpr std::string_view kThings[] = {"app",     "user",       "token",
                                        "session", "credential", "serviceaccount"};

constexpr FlagDef kFlags[] = {
    {.name = "app", .value = "ID", .group = "Filtering", .summary = "an app, by id or name"},
    {.name = "user", .value = "USER", .group = "Filtering", .summary = "a user, by name or id"},
    {.name = "token", .value = "ID", .group = "Filtering", .summary = "one token, by its id"},
    {.name = "session", .value = "ID", .group = "Filtering", .summary = "a session, by its id"},
    {.name = "credential",
     .value = "ID",
     .group = "Filtering",
     .summary = "a secret, key or certificate, by its id"},
    {.name = "serviceaccount",
     .value = "NS/NAME",
     .group = "Filtering",
     .summary = "a service account of Kubernetes"},
    {.name = "platform",
     .value = "NAME",
     .group = "Filtering",
     .summary = "where it lives, when the evidence does not say, or says several",
     .choices = "microsoft|google|github|okta|slack|salesforce|kubernetes"},
    kCaseFlag,
    kDateOrderFlag,
    {.name = "output-type",
     .letter = 't',
     .value = "TYPE",
     .group = "Output",
     .summary = "text (default), md to paste, or json",
     .choices = "text|md|json"},
    {.name = "format",
     .letter = 'f',
     .value = "TYPE",
     .group = "Output",
     .summary = "",
     .choices = "text|md|json",
     .alias_of = "output-type"},
    {.name = "no-color", .letter = 'K', .group = "Display", .summary = "no colours"},
    kThreadsFlag,
    kMemoryFlag,
};

constexpr Example kExamples[] = {
    {"tokentrail contain --app 'Mail Sync Helper'", "an app of the last hunt, by its name"},
    {"tokentrail contain --serviceaccount prod/builder exports/ -t md", "to paste into a ticket"},
    {"tokentrail contain --user eve@example.com --platform google", "a user that no finding names"},
};

Error Misused(std::string message) { return {ErrorKind::kInvalid, std::move(message)}; }

struct Wanted {
  std::string thing;
  std::string id;
};

Result<Wanted> ReadWanted(const Args& args) {
  Wanted out;
  for (const std::string_view thing : kThings) {
    if (!args.Has(thing)) continue;
    if (!out.thing.empty() || args.All(thing).size() > 1) {
      return Misused("contain takes one thing at a time: an app, a user, a token, ...");
    }
    out.thing = thing;
    out.id = args.Get(thing);
    if (out.id.empty()) return Misused(fmt::format("--{} can't be empty", thing));
  }
  if (out.thing.empty()) {
    return Misused(
        "what is to be contained? name it with --app, --user, --token, --session, "
        "--credential or --serviceaccount");
  }
  if (out.thing == "serviceaccount") {
    const size_t slash = out.id.find('/');
    if (slash == std::string::npos || slash == 0 || slash + 1 == out.id.size()) {
      return Misused(fmt::format("--serviceaccount can't be '{}'; write it as NAMESPACE/NAME",
                                 Printable(out.id)));
    }
  }
  return out;
}

/// Hunts in evidence, for a case of its own in `folder`.
Result<ExitCode> ReadEvidence(const Args& args, const std::string& folder) {
  pipeline::Config config = TRY(ReadRunFlags(args));
  config.inputs = args.words();
  config.min_level = Level::kInformational;
  config.case_folder = folder;
  config.command = {"tokentrail", "contain"};
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

std::string Listed(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) out += "\n  " + Printable(item);
  return out;
}

/// The one thing that is meant; null when it is unknown and the platform was given.
Result<const KnownThing*> Choose(const ContainCase& in_case, const Wanted& wanted,
                                 const std::string& platform, const std::string& folder) {
  const auto found = in_case.Find(wanted.thing, wanted.id, platform);
  if (found.size() == 1) return found[0];
  if (found.empty()) {
    if (!platform.empty()) return static_cast<const KnownThing*>(nullptr);
    const auto nearest = in_case.Nearest(wanted.thing, wanted.id);
    std::string message = fmt::format("nothing in '{}' names the {} '{}'", Printable(folder),
                                      wanted.thing, Printable(wanted.id));
    if (!nearest.empty()) message += "; near it:" + Listed(nearest);
    message += nearest.empty() ? "; " : "\n";
    message += "with --platform the plan is printed all the same";
    return Error{ErrorKind::kNotFound, message};
  }
  std::vector<std::string> lines;
  for (const KnownThing* thing : found) {
    lines.push_back(
        fmt::format("{}  on {}", thing->id, thing->platform.empty() ? "?" : thing->platform));
  }
  return Error{ErrorKind::kInvalid,
               fmt::format("'{}' names {} things; give the id, or --platform:{}",
                           Printable(wanted.id), found.size(), Listed(lines))};
}

Result<ExitCode> Run(const Args& args) {
  const Wanted wanted = TRY(ReadWanted(args));
  if (args.Has("case") && !args.words().empty()) {
    return Misused("give either EVIDENCE or --case, not both");
  }
  std::string platform = args.Get("platform");
  if (wanted.thing == "serviceaccount") platform = "kubernetes";
  ExitCode ending = ExitCode::kDone;
  std::string folder = args.Has("case") ? std::string(args.Get("case")) : std::string();
  std::optional<ScratchFolder> scratch;
  if (!args.words().empty()) {
    scratch.emplace(TRY(ScratchFolder::Make()));
    folder = scratch->path() + "/case";
    ending = TRY(ReadEvidence(args, folder));
  } else if (folder.empty()) {
    folder = LastCase();
  }
  ContainCase in_case;
  Result<ContainCase> read = ContainCase::Read(folder);
  // Without any case the plan of a platform can still be had: in the worst hour there may be none.
  const bool no_case = !read.ok() && !platform.empty() && !args.Has("case") && !scratch;
  if (!no_case) in_case = TRY(std::move(read));
  const KnownThing* known =
      TRY(Choose(in_case, wanted, platform, scratch ? args.words()[0] : folder));

  ContainPage page;
  page.thing = wanted.thing;
  page.id = known != nullptr ? known->id : wanted.id;
  page.known = known;
  page.platform = platform.empty() ? known->platform : platform;
  page.plan = inventory::FindContainPlan(page.platform, page.thing);
  if (page.plan == nullptr) {
    if (page.platform.empty()) {
      return Misused(
          fmt::format("the evidence does not say on which platform '{}' lives; give "
                      "--platform",
                      Printable(page.id)));
    }
    std::string others;
    for (const inventory::ContainPlan& plan : inventory::ContainPlans()) {
      if (plan.platform == page.platform) others += (others.empty() ? "" : ", ") + plan.thing;
    }
    return Error{ErrorKind::kNotFound,
                 fmt::format("there is no plan for a {} on {}; there are plans for: {}", page.thing,
                             page.platform, others.empty() ? "nothing" : others)};
  }
  page.right_format = page.plan->format != "guid" || IsGuid(page.id);
  TRY(Print(Render(page, args.Get("output-type", "text"),
                   TerminalOf(STDOUT_FILENO, args.Has("no-color")))));
  return ending;
}

}  // namespace

extern constinit const VerbDef kContain;
constinit const VerbDef kContain = {
    .name = "contain",
    .usage =
        "contain --app ID | --user U | --token ID | --session ID | --credential ID | "
        "--serviceaccount NS/NAME [EVIDENCE... | --case DIR]",
    .summary = "Print a plan to contain a stolen app, user, token or credential; it never acts",
    .description =
        "Ordered steps with the commands to review, why each, who is affected as far as the "
        "evidence tells, what goes on working after each step, and the hunts that prove that it "
        "is over. Nothing is run and nothing is sent.",
    .flags = kFlags,
    .examples = kExamples,
    .words = "file",
    .run = Run,
};

}  // namespace tokentrail::cli
