// `tokentrail audit`: what changed in who may do what, and who did it.

#include <fmt/format.h>

#include <set>

#include "base/text.h"
#include "cli/audit_file.h"
#include "cli/audit_page.h"
#include "cli/evidence_case.h"
#include "cli/flag.h"
#include "cli/run_flags.h"
#include "cli/terminal.h"
#include "inventory/audit_class.h"
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
     .summary = "text (default), csv (the columns of audit.csv), json, or md to paste",
     .choices = "text|csv|json|md"},
    {.name = "format",
     .letter = 'f',
     .value = "TYPE",
     .group = "Output",
     .summary = "",
     .choices = "text|csv|json|md",
     .alias_of = "output-type"},
    {.name = "by",
     .value = "WHAT",
     .group = "Output",
     .summary = "put together by app, user or kind; or by time (default), oldest first",
     .choices = "app|user|time|kind"},
    {.name = "app",
     .value = "APP",
     .group = "Filtering",
     .summary = "only changes of, by or through the app of this id or name; * stands for anything"},
    {.name = "user",
     .value = "USER",
     .group = "Filtering",
     .summary = "only changes by or to the user of this id or name; * stands for anything"},
    {.name = "kind",
     .value = "KINDS",
     .group = "Filtering",
     .summary = "only these, separated by commas: role, policy, credential, federation, guardrail"},
    {.name = "since",
     .value = "TIME",
     .group = "Filtering",
     .summary = "only changes from this time on, such as 2026-01-31 or 2026-01-31T16:05:00Z"},
    {.name = "until",
     .value = "TIME",
     .group = "Filtering",
     .summary = "only changes up to this time; a date means its whole day"},
    {.name = "no-color", .letter = 'K', .group = "Display", .summary = "no colours"},
    {.name = "quiet", .letter = 'q', .group = "Display", .summary = "no progress bar"},
    kThreadsFlag,
    kMemoryFlag,
};

constexpr Example kExamples[] = {
    {"tokentrail audit exports/", "every change in a folder of logs, oldest first"},
    {"tokentrail audit --case case-42 --kind guardrail,federation",
     "what was lowered, and by whom"},
    {"tokentrail audit --by user --since 2026-01-31 -t md", "to paste, one table a user"},
};

Error Misused(std::string message) { return {ErrorKind::kInvalid, std::move(message)}; }

/// Which changes are asked for.
struct Choice {
  std::string app;
  std::string user;
  std::set<std::string> kinds;  ///< empty: all
  std::optional<Time> since;
  std::optional<Time> until;

  bool any() const { return !app.empty() || !user.empty() || !kinds.empty() || since || until; }
  bool Takes(const ChangeLine& change) const {
    using C = ChangeCell;
    const auto fits = [&](const std::string& wanted, std::initializer_list<C> cells) {
      for (const C cell : cells) {
        if (!change[cell].empty() &&
            inventory::MatchesPattern(change[cell], wanted, inventory::Star::kAny))
          return true;
      }
      return false;
    };
    if (!kinds.empty() && !kinds.contains(change[C::kClass])) return false;
    if (!user.empty() &&
        !fits(user, {C::kIdentity, C::kIdentityId, C::kRecordedActor, C::kTarget, C::kTargetId})) {
      return false;
    }
    const bool app_acted = change[C::kVia] == "app_only" || change[C::kVia] == "platform";
    if (!app.empty() && !fits(app, {C::kApp, C::kAppName, C::kClient, C::kClientName}) &&
        !(app_acted && fits(app, {C::kIdentity, C::kIdentityId}))) {
      return false;
    }
    if (!since && !until) return true;
    const ParsedTime when = ParseTime(change[C::kTime]);
    if (when.fault != TimeFault::kNone) return false;
    return !(since && when.time < *since) && !(until && *until < when.time);
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
  for (const std::string& list : args.All("kind")) {
    for (const std::string_view part : Split(list, ", ")) {
      const auto one = ParseAuditClass(part);
      if (!one) {
        return Misused(
            fmt::format("--kind can't be '{}'; it takes role, policy, credential, "
                        "federation and guardrail, separated by commas",
                        Printable(part)));
      }
      out.kinds.emplace(Name(*one));
    }
  }
  if (args.Has("since")) out.since = TRY(ReadTimeFlag("since", args.Get("since"), false));
  if (args.Has("until")) out.until = TRY(ReadTimeFlag("until", args.Get("until"), true));
  if (out.since && out.until && *out.until < *out.since) {
    return Misused("--until is before --since");
  }
  return out;
}

Result<AuditPage> ReadPage(const std::string& folder, const Choice& choice) {
  AuditPage page;
  TRY(EachChange(folder, [&](ChangeLine& change) {
    ++page.all;
    if (choice.Takes(change)) page.changes.push_back(std::move(change));
  }));
  AuditSummary summary = TRY(ReadAuditSummary(folder));
  page.not_kept = summary.not_kept;
  page.interrupted = summary.interrupted;
  for (Unseen& unseen : summary.cannot_say) {
    if (!choice.kinds.empty()) {
      std::erase_if(unseen.classes,
                    [&](const std::string& one) { return !choice.kinds.contains(one); });
    }
    if (!unseen.classes.empty()) page.cannot_say.push_back(std::move(unseen));
  }
  return page;
}

Result<ExitCode> Run(const Args& args) {
  const Choice choice = TRY(ReadChoice(args));
  const OpenedCase opened =
      TRY(OpenCase(args, {.verb = "audit", .bare = true, .verbose = true}));
  AuditPage page = TRY(ReadPage(opened.folder, choice));
  page.by = args.Get("by", "time");
  const std::string type = args.Get("output-type", "text");
  TRY(Print(Render(page, type, PageTerminal(args.Has("no-color")))));
  if (type == "csv") {  // the rows have no place for it
    for (const std::string& line : CannotSay(page.cannot_say)) {
      PrintError("tokentrail: " + Printable(line) + "\n");
    }
  }
  return opened.ending;
}

}  // namespace

extern constinit const VerbDef kAudit;
constinit const VerbDef kAudit = {
    .name = "audit",
    .usage = "audit [EVIDENCE... | --case DIR] [--app A] [--user U] [--kind K,...] [flags]",
    .summary = "Show every change of roles, policies, credentials, federation and guard rails",
    .description =
        "Each change that the evidence holds, whether or not it is a finding: what changed on "
        "what, the recorded actor, through which client as far as the event alone tells, and "
        "where it stands. A client that the record does not name stays unknown. Failed attempts "
        "are shown as such. Kinds of change whose log is not in the evidence are listed as "
        "`cannot say`.",
    .flags = kFlags,
    .examples = kExamples,
    .words = "file",
    .run = Run,
};

}  // namespace tokentrail::cli
