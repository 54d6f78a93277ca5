// `tokentrail policy list` and `tokentrail policy show`.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.h"
#include "cli/policy_files.h"
#include "cli/run_flags.h"
#include "cli/sheet.h"
#include "cli/terminal.h"
#include "sink/json_writer.h"

namespace tokentrail::cli {
namespace {

constexpr FlagDef kNoColor = {
    .name = "no-color", .letter = 'K', .group = "Display", .summary = "no colours"};

constexpr FlagDef kListFlags[] = {
    kPoliciesFlag,
    {.name = "output-type",
     .letter = 't',
     .value = "TYPE",
     .group = "Output",
     .summary = "table (default), csv, json or markdown",
     .choices = "table|csv|json|markdown"},
    {.name = "state",
     .value = "STATE",
     .group = "Filtering",
     .summary = "only policies in this state",
     .choices = "active|audit|inactive"},
    kNoColor,
    kConfigFlag,
};

constexpr Example kListExamples[] = {
    {"tokentrail policy list", "the policies that come with the program"},
    {"tokentrail policy list --policies shipped --policies mine/", "those and one's own"},
};

/// `permission: high` and the like, as written, on one line each.
std::vector<std::string> Conditions(const policy::Policy& policy) {
  std::vector<std::pair<uint32_t, std::string>> lines;
  for (const auto& one : policy.when) lines.emplace_back(one->line, one->key);
  std::sort(lines.begin(), lines.end());
  std::vector<std::string> out;
  for (auto& line : lines) out.push_back(std::move(line.second));
  return out;
}

Sheet Listed(const std::vector<policy::Policy>& policies, const std::string& state) {
  Sheet sheet{.title = "Policies",
              .intro = "",
              .columns = {"id", "title", "level", "state", "judged", "asks for", "platforms",
                          "ATT&CK", "file", "line"},
              .rows = {},
              .least = {0, 20, 0, 0, 0, 12},
              .drop = {0, 0, 0, 0, 2, 1},
              .on_terminal = 6};
  for (const policy::Policy& one : policies) {
    if (!state.empty() && policy::Name(one.state) != state) continue;
    sheet.rows.push_back(
        {one.id, one.title, std::string(Name(one.level)), std::string(policy::Name(one.state)),
         std::string(policy::Name(one.judged)), fmt::format("{}", fmt::join(Conditions(one), ", ")),
         fmt::format("{}", fmt::join(one.platforms, " ")),
         fmt::format("{}", fmt::join(one.attack, " ")), one.file, std::to_string(one.line)});
  }
  return sheet;
}

Result<ExitCode> RunList(const Args& args) {
  if (!args.words().empty()) {
    return Error{ErrorKind::kInvalid,
                 "policy list takes no words: name files with --policies, and "
                 "see one policy with `tokentrail policy show ID`"};
  }
  const std::vector<std::string> paths = TRY(PolicyPaths(args));
  const policy::PolicySet set = TRY(LoadPolicySet(paths));
  const std::string type = args.Get("output-type", "table");
  const sink::Terminal terminal = TerminalOf(STDOUT_FILENO, args.Has("no-color"));
  TRY(Print(Render(Listed(set.policies(), args.Get("state")), type, terminal)));
  return ExitCode::kDone;
}

constexpr FlagDef kShowFlags[] = {
    kPoliciesFlag,
    {.name = "output-type",
     .letter = 't',
     .value = "TYPE",
     .group = "Output",
     .summary = "text (default); yaml, to copy and change; json",
     .choices = "text|yaml|json"},
    kNoColor,
    kConfigFlag,
};

constexpr Example kShowExamples[] = {
    {"tokentrail policy show many-requests", "what it asks for, and why"},
    {"tokentrail policy show many-requests -t yaml > mine/many_requests.yml",
     "a copy to change: with the same id it stands in the place of ours"},
};

std::string Text(const policy::Policy& one, const sink::Terminal& terminal) {
  std::string out = sink::Paint(terminal, sink::Colour::kBold, Printable(one.title)) + "\n";
  const auto line = [&](std::string_view name, const std::string& text) {
    if (!text.empty()) out += fmt::format("{:<16}{}\n", name, Printable(text));
  };
  line("id", one.id);
  line("level", std::string(Name(one.level)));
  line("state", std::string(policy::Name(one.state)));
  line("judged", one.judged == policy::Judged::kAtEnd
                     ? "at_end: as an app stands when the evidence ends"
                     : "any_day: as an app stood on each day of the evidence");
  line("from", fmt::format("{}:{}", one.file, one.line));
  line("about", one.description);
  line("why", one.why);
  line("what to do", one.what_to_do);
  line("harmless when", one.harmless_when);
  for (const std::string& item : one.false_positives) line("false positive", item);
  line("ATT&CK", fmt::format("{}", fmt::join(one.attack, ", ")));
  for (const std::string& item : one.references) line("reference", item);
  line("leaves alone", one.first_party && one.approved ? std::string()
                       : one.first_party               ? "approved apps"
                       : one.approved                  ? "the platform's own apps"
                                                       : "the platform's own apps, approved apps");
  if (!one.reads.unknown_before.empty()) {
    line("cannot see back", fmt::format("{}", fmt::join(one.reads.unknown_before, ", ")));
  }
  out += "\n";
  for (const std::string_view text : Split(one.text, "\n")) {
    out += sink::Paint(terminal, sink::Colour::kDim, "  " + Printable(text)) + "\n";
  }
  return out;
}

std::string Json(const policy::Policy& one) {
  std::string out;
  sink::JsonWriter json(out, 2);
  const auto list = [&](std::string_view name, const std::vector<std::string>& items) {
    json.Key(name).BeginArray();
    for (const std::string& item : items) json.Text(item);
    json.EndArray();
  };
  json.BeginObject().Member("id", one.id).Member("title", one.title);
  json.Member("level", Name(one.level)).Member("state", policy::Name(one.state));
  json.Member("judged", policy::Name(one.judged)).Member("description", one.description);
  json.Member("why", one.why).Member("what_to_do", one.what_to_do);
  json.Member("harmless_when", one.harmless_when);
  list("false_positives", one.false_positives);
  list("conditions", Conditions(one));
  list("platforms", one.platforms);
  list("attack", one.attack);
  list("references", one.references);
  json.Member("file", one.file).Member("line", one.line).Member("yaml", one.text).EndObject();
  return out + "\n";
}

Result<ExitCode> RunShow(const Args& args) {
  if (args.words().size() != 1) {
    return Error{ErrorKind::kInvalid,
                 "which policy? name one id or file; `tokentrail policy list` "
                 "shows them"};
  }
  const std::vector<std::string> paths = TRY(PolicyPaths(args));
  const policy::Policy one = TRY(FindPolicy(args.words()[0], paths));
  const std::string type = args.Get("output-type", "text");
  TRY(Print(type == "yaml"   ? one.text
            : type == "json" ? Json(one)
                             : Text(one, TerminalOf(STDOUT_FILENO, args.Has("no-color")))));
  return ExitCode::kDone;
}

}  // namespace

extern constinit const VerbDef kPolicyList;
constinit const VerbDef kPolicyList = {
    .name = "policy list",
    .usage = "policy list [--policies PATH]... [flags]",
    .summary = "Show the policies there are: level, state and what they ask for",
    .flags = kListFlags,
    .examples = kListExamples,
    .run = RunList,
};

extern constinit const VerbDef kPolicyShow;
constinit const VerbDef kPolicyShow = {
    .name = "policy show",
    .usage = "policy show ID|FILE [flags]",
    .summary = "Show one policy: what it asks for, why, and what to do; also as text to copy",
    .flags = kShowFlags,
    .examples = kShowExamples,
    .words = "file",
    .run = RunShow,
};

}  // namespace tokentrail::cli
