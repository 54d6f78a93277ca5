// `tokentrail rules check`: which rules load, and what is wrong with the others.

#include <fmt/format.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/flag.h"
#include "cli/rules_flags.h"
#include "cli/rules_report.h"
#include "cli/sheet.h"
#include "cli/terminal.h"
#include "pipeline/rule_files.h"
#include "sigma/rule_set.h"
#include "sink/json_writer.h"

namespace tokentrail::cli {

namespace {

constexpr FlagDef kFlags[] = {
    {.name = "output-type",
     .letter = 't',
     .value = "TYPE",
     .group = "Output",
     .summary = "table (default); json, with every rule and every complaint; csv, the rules only",
     .choices = "table|json|csv"},
    {.name = "min-level",
     .letter = 'm',
     .value = "LEVEL",
     .group = "Filtering",
     .summary = "only rules of this level and above"},
    kIncludeTagFlag,
    kExcludeTagFlag,
    kStatusFlag,
    kPlaceholdersFlag,
    {.name = "verbose", .letter = 'v', .group = "Display", .summary = "list the rules that load"},
    {.name = "no-color", .letter = 'K', .group = "Display", .summary = "no colours"},
};

constexpr Example kExamples[] = {
    {"tokentrail rules check rules/", "before a hunt with -r rules/"},
    {"tokentrail rules check sigma.tar.zst -t csv > rules.csv", "what an archive of rules holds"},
    {"tokentrail rules check rules/ --include-tag 'attack.t1528*' -v",
     "the rules for one technique"},
};

std::string Counted(size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", Grouped(count), noun, count == 1 ? "" : "s");
}

/// `3,757 rules, 8 correlations, 2 filters loaded; 23 left out`, and why.
std::string Counts(const sigma::RuleSet& set, size_t left_out, const Report& report) {
  std::string out = Counted(set.rules.size(), "rule");
  if (!set.correlations.empty()) out += ", " + Counted(set.correlations.size(), "correlation");
  if (set.filters > 0) out += ", " + Counted(set.filters, "filter");
  out += fmt::format(" loaded; {} left out", Grouped(left_out));
  if (set.not_chosen > 0) out += fmt::format("; {} not chosen", Grouped(set.not_chosen));
  out += '\n';
  for (const CodeCount& one : CountByCode(report.all())) {
    out += fmt::format("{:>7}  {} (first: {}", Grouped(one.count), one.code,
                       Printable(one.first->file));
    out += one.first->line == 0 ? ")\n" : fmt::format(":{})\n", one.first->line);
  }
  return out;
}

Sheet Listed(const sigma::RuleSet& set) {
  Sheet sheet{.title = "Rules",
              .intro = "",
              .columns = {"title", "level", "status", "product", "category", "service", "id",
                          "kind", "file", "line"},
              .rows = {},
              .least = {24, 0, 0, 0, 0, 0, 8},
              .drop = {0, 0, 3, 0, 1, 0, 2},
              .on_terminal = 7};
  const auto add = [&](const sigma::RuleMeta& rule, std::string_view kind) {
    sheet.rows.push_back({rule.title, std::string(Name(rule.level)), rule.status, rule.product,
                          rule.category, rule.service, rule.id, std::string(kind), rule.file,
                          std::to_string(rule.line)});
  };
  for (const sigma::Rule& rule : set.rules) add(rule.meta, "rule");
  for (const sigma::Correlation& one : set.correlations) add(one.meta, "correlation");
  return sheet;
}

void AddRule(const sigma::RuleMeta& rule, std::string_view kind, sink::JsonWriter& json) {
  json.BeginObject().Member("kind", kind).Member("id", rule.id).Member("name", rule.name);
  json.Member("title", rule.title).Member("level", Name(rule.level)).Member("status", rule.status);
  json.Key("logsource").BeginObject().Member("product", rule.product);
  json.Member("category", rule.category).Member("service", rule.service).EndObject();
  json.Key("tags").BeginArray();
  for (const std::string& tag : rule.tags) json.Text(tag);
  json.EndArray().Member("file", rule.file).Member("line", rule.line).EndObject();
}

std::string Json(const sigma::RuleSet& set, size_t left_out, const Report& report) {
  std::string out;
  sink::JsonWriter json(out, 2);
  json.BeginObject().Key("loaded").BeginObject();
  json.Member("rules", set.rules.size()).Member("correlations", set.correlations.size());
  json.Member("filters", set.filters).EndObject();
  json.Member("left_out", left_out).Member("not_chosen", set.not_chosen);
  json.Key("reasons").BeginArray();
  for (const CodeCount& one : CountByCode(report.all())) {
    json.BeginObject().Member("code", one.code).Member("count", one.count).EndObject();
  }
  json.EndArray().Key("diagnostics");
  AddDiagnostics(report.all(), json);
  json.Key("rules").BeginArray();
  for (const sigma::Rule& rule : set.rules) AddRule(rule.meta, "rule", json);
  for (const sigma::Correlation& one : set.correlations) AddRule(one.meta, "correlation", json);
  json.EndArray().EndObject();
  return out + '\n';
}

Result<ExitCode> Run(const Args& args) {
  if (args.words().empty()) {
    return Error{ErrorKind::kInvalid, "no rules to check: name files, folders or archives of them"};
  }
  sigma::RuleChoice choice;
  sigma::Placeholders placeholders;
  TRY(ReadRuleFlags(args, choice, placeholders));
  if (args.Has("min-level")) choice.min_level = TRY(ReadLevel("min-level", args.Get("min-level")));

  Report report;
  const auto files = TRY(pipeline::ReadRuleFiles(args.words(), report));
  const size_t unreadable = report.errors();
  sigma::RuleSet set(std::move(placeholders), std::move(choice));
  for (const pipeline::RuleFile& file : files) set.Add(file.name, file.text, report);
  set.Resolve(report);
  const size_t left_out = set.left_out + unreadable;
  if (set.rules.empty() && set.correlations.empty() && set.filters == 0 && set.not_chosen == 0 &&
      left_out == 0) {
    return Error{ErrorKind::kNotFound,
                 fmt::format("there are no rules in '{}'; rules are called *.yml or *.yaml",
                             Printable(fmt::format("{}", fmt::join(args.words(), "', '"))))};
  }

  const std::string type = args.Get("output-type", "table");
  std::string complaints;
  for (const Diagnostic& one : report.all()) complaints += Format(one);
  if (type == "json") {
    TRY(Print(Json(set, left_out, report)));
  } else if (type == "csv") {
    PrintError(complaints);
    TRY(Print(Render(Listed(set), "csv", {})));
  } else {
    const sink::Terminal terminal = TerminalOf(STDOUT_FILENO, args.Has("no-color"));
    std::string out = complaints;
    if (args.Has("verbose") && !set.rules.empty()) out += Render(Listed(set), "table", terminal);
    TRY(Print(out + Counts(set, left_out, report)));
  }
  return left_out == 0 ? ExitCode::kDone : ExitCode::kFailed;
}

}  // namespace

extern constinit const VerbDef kRulesCheck;
constinit const VerbDef kRulesCheck = {
    .name = "rules check",
    .usage = "rules check PATH... [flags]",
    .summary = "Load Sigma rules and say what is wrong with those that can't be used",
    .description =
        "PATH is a rule file, a folder of them, or an archive (.tar.zst, .tar.gz, .zip). Nothing "
        "is "
        "half-applied: a rule that can't be honoured in full is left out and said. Exit code: 0 "
        "all "
        "rules load, 1 some were left out, 2 misused.",
    .flags = kFlags,
    .examples = kExamples,
    .words = "file",
    .run = Run,
};

}  // namespace tokentrail::cli
