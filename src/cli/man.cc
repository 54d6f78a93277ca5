// `tokentrail man`: the manual page, for `man` to show and for packages to install.

#include "cli/man.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/flag.h"
#include "cli/terminal.h"
#include "cli/version.h"

namespace tokentrail::cli {

namespace {

/// Text of a roff line: backslashes, dashes (that must stay as typed) and dots that start a line.
std::string Roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out.push_back(c);
    }
  }
  if (!out.empty() && (out[0] == '.' || out[0] == '\'')) out.insert(0, "\\&");
  return out;
}

void AddFlag(const FlagDef& flag, std::string& out) {
  out += ".TP\n";
  if (flag.letter != 0) out += fmt::format("\\fB\\-{}\\fR, ", flag.letter);
  out += fmt::format("\\fB\\-\\-{}\\fR", Roff(flag.name));
  if (!flag.value.empty()) out += fmt::format(" \\fI{}\\fR", Roff(flag.value));
  out += "\n";
  out += flag.alias_of.empty() ? Roff(flag.summary)
                               : fmt::format("The same as \\fB\\-\\-{}\\fR.", Roff(flag.alias_of));
  out += "\n";
}

struct Item {
  std::string_view name;
  std::string_view text;
};

constexpr Item kExitCodes[] = {
    {"0", "done"},
    {"1",
     "could not: a file, folder or finding is not there, or the system refused; also a rule that "
     "can't "
     "be used (rules check) or a case that failed (rules test)"},
    {"2", "misused: a flag, a settings file, or an existing case folder without -C"},
    {"3", "done, but records, files or rules were left out; summary.json says which and why"},
    {"4", "--fail-on LEVEL was met"},
    {"130", "interrupted; what was found until then is written"},
};

constexpr Item kFiles[] = {
    {"tokentrail-case/findings.jsonl", "the findings, one JSON object a line"},
    {"tokentrail-case/findings.csv", "the findings, for a spreadsheet"},
    {"tokentrail-case/timeline.csv, timeline.jsonl", "the events they cite, for Timesketch"},
    {"tokentrail-case/audit.csv, audit.jsonl",
     "every change of roles, policies, credentials, federation and guard rails"},
    {"tokentrail-case/grants.csv, grants.jsonl",
     "every grant: who may do what, since when, last used, ended"},
    {"tokentrail-case/apps.csv, apps.jsonl",
     "every app: who let it, to what, where it is used from, what it touched"},
    {"tokentrail-case/OAuthPermissions.csv",
     "grants of Entra ID that stand, as Microsoft-Extractor-Suite writes them"},
    {"tokentrail-case/summary.json", "what was read, left out and found"},
};

constexpr Item kEnvironment[] = {
    {"COLUMNS", "how wide tables are, when set"},
    {"NO_COLOR", "no colours, when set to anything"},
};

void AddItems(std::string_view heading, std::span<const Item> items, std::string& out) {
  out += fmt::format(".SH {}\n", heading);
  for (const Item& item : items) {
    out += fmt::format(".TP\n\\fB{}\\fR\n{}\n", Roff(item.name), Roff(item.text));
  }
}

Result<ExitCode> Run(const Args&) {
  TRY(Print(ManPage()));
  return ExitCode::kDone;
}

}  // namespace

std::string ManPage() {
  std::string out =
      fmt::format(".TH TOKENTRAIL 1 \"\" \"tokentrail {}\" \"User Commands\"\n", Version());
  out +=
      ".SH NAME\n"
      "tokentrail \\- find stolen application access tokens in exported audit logs\n"
      ".SH SYNOPSIS\n";
  bool first = true;
  for (const VerbDef* verb : AllToRun()) {
    if (!first) out += ".br\n";
    first = false;
    out += fmt::format("\\fBtokentrail\\fR {}\n", Roff(verb->usage));
  }
  out +=
      ".SH DESCRIPTION\n"
      "Reads audit logs that were exported from cloud and SaaS platforms and says which apps and\n"
      "tokens are bad, who granted what, what was done with it (ATT&CK T1528), with the log line\n"
      "behind every claim, and what could not be looked at. It needs no network and never writes\n"
      "to the evidence.\n";
  for (const VerbDef* verb : AllToRun()) {
    out += fmt::format(".SH \"{}\"\n", Roff(Printable("tokentrail " + std::string(verb->name))));
    out += Roff(verb->summary) + ".\n";
    if (!verb->description.empty()) out += ".PP\n" + Roff(verb->description) + "\n";
    for (const FlagDef& flag : verb->flags) AddFlag(flag, out);
    for (const Example& example : verb->examples) {
      out += fmt::format(".PP\n{}:\n.PP\n.RS 4\n.nf\n{}\n.fi\n.RE\n", Roff(example.summary),
                         Roff(example.command));
    }
  }
  AddItems("EXIT STATUS", kExitCodes, out);
  AddItems("FILES", kFiles, out);
  AddItems("ENVIRONMENT", kEnvironment, out);
  return out;
}

extern constinit const VerbDef kMan;
constinit const VerbDef kMan = {
    .name = "man",
    .usage = "man",
    .summary = "Print the manual page, as roff",
    .run = Run,
};

}  // namespace tokentrail::cli
