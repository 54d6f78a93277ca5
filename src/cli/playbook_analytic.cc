// `tokentrail playbook analytic`: analytics of a page added, taken out and moved.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "cli/flag.h"
#include "cli/playbook_pages.h"
#include "cli/terminal.h"
#include "playbook/analytic_edit.h"
#include "playbook/file.h"

namespace tokentrail::cli {
namespace {

constexpr FlagDef kFlags[] = {
    {.name = "at",
     .value = "N",
     .group = "Analytic",
     .summary = "the number of a new analytic (default: after the last)"},
    {.name = "to", .value = "N", .group = "Analytic", .summary = "the new number of a moved one"},
    {.name = "title", .value = "TEXT", .group = "Analytic", .summary = "for its heading"},
    {.name = "information",
     .value = "TEXT",
     .group = "Analytic",
     .summary = "what it looks for, and why"},
    {.name = "source", .value = "TEXT", .group = "Analytic", .summary = "the logs it reads"},
    {.name = "tool", .value = "TEXT", .group = "Analytic", .summary = "what it is run with"},
    {.name = "notes", .value = "TEXT", .group = "Analytic", .summary = "notes for hunters"},
    {.name = "language",
     .value = "NAME",
     .group = "Analytic",
     .summary = "the language of its query (default: sigma)",
     .choices = "sigma|tokentrail|sql|kibana|lucene|arkime|kql|spl"},
    {.name = "query",
     .value = "FILE",
     .group = "Analytic",
     .summary = "a file with its query; `-` is standard input",
     .completes = "file"},
    {.name = "force",
     .group = "Analytic",
     .summary = "take it out though text points at it: `(removed)` is written there"},
    kDryRunFlag,
};

constexpr Example kExamples[] = {
    {"tokentrail playbook analytic add playbooks/T1528.md cloud --at 2 --title 'New consent'",
     "the second of the cloud analytics; the old second is the third"},
    {"tokentrail playbook analytic move playbooks/T1528.md host 4 --to 1", "to the front"},
    {"tokentrail playbook analytic remove playbooks/T1528.md network 3 --dry-run",
     "what would change"},
};

Error Misused(std::string message) { return {ErrorKind::kInvalid, std::move(message)}; }

Result<uint32_t> Number(const std::string& text, std::string_view what) {
  uint32_t out = 0;
  const auto end = text.data() + text.size();
  const auto [at, code] = std::from_chars(text.data(), end, out);
  if (code != std::errc() || at != end || out == 0 || out > 999) {
    return Misused(fmt::format("{} must be a number from 1, not '{}'", what, Printable(text)));
  }
  return out;
}

/// A label's value is one line of the page.
Result<std::string> OneLine(const Args& args, std::string_view flag) {
  std::string out = args.Get(flag);
  if (out.find_first_of("\r\n") != std::string::npos) {
    return Misused(fmt::format("--{} can't have several lines", flag));
  }
  return out;
}

Result<playbook::NewAnalytic> ReadAnalytic(const Args& args) {
  playbook::NewAnalytic out;
  out.title = TRY(OneLine(args, "title"));
  out.information = TRY(OneLine(args, "information"));
  out.source = TRY(OneLine(args, "source"));
  out.tool = TRY(OneLine(args, "tool"));
  out.notes = TRY(OneLine(args, "notes"));
  out.language = args.Get("language");
  if (args.Has("query")) {
    const std::string path = args.Get("query");
    out.query = playbook::WithPlainLineEnd(
        TRY(playbook::ReadWhole(path == "-" ? "/dev/stdin" : path, size_t{1} << 20)));
  }
  return out;
}

Result<playbook::AnalyticEdit> Edited(const Args& args, const playbook::Page& page) {
  const std::vector<std::string>& words = args.words();
  const auto kind = playbook::FindAnalyticKind(words[2]);
  if (!kind) {
    return Misused(fmt::format("'{}' is none of host, network, cloud", Printable(words[2])));
  }
  if (words[0] == "add") {
    if (words.size() != 3) return Misused("`analytic add` takes a page and host, network or cloud");
    uint32_t at = static_cast<uint32_t>(page.Of(*kind).size()) + 1;
    if (args.Has("at")) at = TRY(Number(args.Get("at"), "--at"));
    return playbook::AddAnalytic(page, *kind, at, TRY(ReadAnalytic(args)));
  }
  if (words.size() != 4) {
    return Misused(
        fmt::format("`analytic {}` takes a page, host, network or cloud, and a number", words[0]));
  }
  const uint32_t number = TRY(Number(words[3], "the analytic"));
  if (words[0] == "remove") {
    return playbook::RemoveAnalytic(page, *kind, number, args.Has("force"));
  }
  if (!args.Has("to")) return Misused("`analytic move` needs --to N");
  return playbook::MoveAnalytic(page, *kind, number, TRY(Number(args.Get("to"), "--to")));
}

std::string Told(const playbook::AnalyticEdit& edit) {
  std::string out;
  for (const playbook::AnalyticChange& one : edit.headings) {
    out += fmt::format("  line {:>4}  {} is now {}\n", one.line, one.before, one.after);
  }
  for (const playbook::AnalyticChange& one : edit.references) {
    out += fmt::format("  line {:>4}  points at {} instead of {}\n", one.line,
                       one.after.empty() ? "nothing" : Printable(one.after), Printable(one.before));
  }
  return out;
}

Result<ExitCode> Run(const Args& args) {
  static constexpr std::string_view kActions[] = {"add", "remove", "move"};
  const std::vector<std::string>& words = args.words();
  if (words.size() < 3 ||
      std::find(std::begin(kActions), std::end(kActions), words[0]) == std::end(kActions)) {
    return Misused("write `playbook analytic add|remove|move PAGE host|network|cloud [N]`");
  }
  Report report;
  const auto page = playbook::ReadPage(words[1], report);
  if (!page) {
    PrintReport(report);
    PrintError("tokentrail: nothing was written\n");
    return ExitCode::kFailed;
  }
  const playbook::AnalyticEdit edit = TRY(Edited(args, *page));
  if (args.Has("dry-run")) {
    TRY(PrintDiff(page->file, page->text, edit.text));
    PrintError(Told(edit));
    return ExitCode::kDone;
  }
  TRY(playbook::WriteWhole(page->file, edit.text));
  TRY(Print(fmt::format("wrote {}\n", Printable(page->file)) + Told(edit)));
  return ExitCode::kDone;
}

}  // namespace

extern constinit const VerbDef kPlaybookAnalytic;
constinit const VerbDef kPlaybookAnalytic = {
    .name = "playbook analytic",
    .usage = "playbook analytic add|remove|move PAGE host|network|cloud [N] [flags]",
    .summary = "Add, take out or move an analytic of a hunt page, with all that points at it",
    .description =
        "Analytics are numbered from 1 in each of the three lists. The numbers of those behind it "
        "follow, and with them the cells of the table of adversary examples and text such as "
        "`cloud 3` or `host analytics 1 and 2`. Every place that changes is printed.",
    .flags = kFlags,
    .examples = kExamples,
    .words = "add|remove|move",
    .run = Run,
};

}  // namespace tokentrail::cli
