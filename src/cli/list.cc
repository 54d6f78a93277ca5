// `tokentrail list`: what the program knows.

#include "cli/list.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "analytic/analytic.h"
#include "base/check.h"
#include "base/text.h"
#include "base/yaml.h"
#include "cli/flag.h"
#include "cli/terminal.h"
#include "model/field.h"
#include "pipeline/shipped_rules.h"
#include "policy/attribute.h"
#include "policy/condition.h"
#include "sigma/modifier.h"
#include "sink/sink.h"
#include "source/def.h"
#include "store/schema.h"

namespace tokentrail::cli {

namespace {

Sheet Sources() {
  Sheet sheet{.title = "Log sources",
              .intro =
                  "The logs that `tokentrail hunt` understands, known by their content, "
                  "whatever the file is called. Sigma rules name them as in the third column "
                  "(product / category / service); a log may serve several. Printed by `tokentrail "
                  "list sources`.",
              .columns = {"name", "summary", "sigma", "reference"},
              .rows = {},
              .least = {0, 48, 24, 12},
              .drop = {0, 0, 1, 2},
              .on_terminal = 3};
  for (const source::SourceDef* source : source::All()) {
    std::string sigma;
    for (const source::SigmaNames& names : source->sigma) {
      std::string one;
      for (const std::string_view part : {names.product, names.category, names.service}) {
        if (!part.empty()) one += (one.empty() ? "" : " / ") + std::string(part);
      }
      if (!one.empty()) sigma += (sigma.empty() ? "" : ", ") + one;
    }
    sheet.rows.push_back({std::string(source->name), std::string(source->summary), sigma,
                          std::string(source->reference)});
  }
  return sheet;
}

Sheet ModifierSheet() {
  Sheet sheet{.title = "Modifiers of Sigma rules",
              .intro =
                  "What may stand behind a field's name in a rule: `field|contains|all`. They "
                  "apply from left to right; sigma.md says more. Printed by `tokentrail list "
                  "modifiers`.",
              .columns = {"name", "summary"},
              .rows = {},
              .least = {0, 40},
              .drop = {0, 0}};
  for (const sigma::ModifierDef& def : sigma::Modifiers()) {
    sheet.rows.push_back({std::string(def.name), std::string(def.summary)});
  }
  return sheet;
}

Sheet FieldSheet() {
  Sheet sheet{.title = "Fields of an event",
              .intro =
                  "Every record becomes an event with these fields, whatever its source; a "
                  "field that the log does not hold is absent. The second column is the OCSF "
                  "attribute where OCSF has one. Printed by `tokentrail list fields`.",
              .columns = {"name", "ocsf", "summary"},
              .rows = {},
              .least = {0, 30, 40},
              .drop = {0, 1, 0}};
  for (const FieldDef& field : Fields()) {
    sheet.rows.push_back(
        {std::string(field.name), std::string(field.ocsf), std::string(field.summary)});
  }
  return sheet;
}

Sheet Analytics() {
  Sheet sheet{.title = "Analytics",
              .intro =
                  "What `tokentrail hunt` looks for with its own analytics, beside the Sigma "
                  "rules it is given. An analytic runs when the evidence holds one of its "
                  "sources; a hunt says at its end which could not. Settings go into the file "
                  "that `--config` names. Printed by `tokentrail list analytics`.",
              .columns = {"id", "title", "level", "sources", "looks for", "ATT&CK",
                          "known false positives", "harmless when", "settings"},
              .rows = {},
              .least = {0, 52, 0, 30},
              .drop = {0, 0, 1, 2},
              .on_terminal = 4,
              .sections = true};
  for (const analytic::AnalyticDef* analytic : analytic::All()) {
    std::string settings;
    for (const analytic::Setting& setting : analytic->settings) {
      settings +=
          fmt::format("{}{} = {} ({})", settings.empty() ? "" : "; ", setting.name,
                      setting.otherwise.empty() ? "none" : setting.otherwise, setting.summary);
    }
    sheet.rows.push_back(
        {std::string(analytic->id), std::string(analytic->title),
         std::string(Name(analytic->level)), fmt::format("{}", fmt::join(analytic->sources, ", ")),
         std::string(analytic->summary), fmt::format("{}", fmt::join(analytic->attack, ", ")),
         std::string(analytic->false_positives), std::string(analytic->disproof), settings});
  }
  return sheet;
}

Sheet Outputs() {
  Sheet sheet{.title = "Outputs",
              .intro =
                  "`-t NAME` prints an output; those with a file are in the case folder as "
                  "well after every hunt. findings.schema.json beside this page describes a "
                  "line of findings.jsonl. Printed by `tokentrail list outputs`.",
              .columns = {"name", "file", "summary"},
              .rows = {},
              .least = {0, 0, 52},
              .drop = {0, 1, 0}};
  for (const sink::SinkDef* sink : sink::All()) {
    sheet.rows.push_back(
        {std::string(sink->name),
         sink->folder.empty() ? std::string(sink->file) : std::string(sink->folder) + "/",
         std::string(sink->summary)});
  }
  return sheet;
}

std::string_view Word(policy::ValueType type) {
  switch (type) {
    case policy::ValueType::kNumber:
      return "number";
    case policy::ValueType::kFlag:
      return "flag";
    case policy::ValueType::kText:
      return "text";
    case policy::ValueType::kTexts:
      return "texts";
    case policy::ValueType::kLevel:
      return "level";
    case policy::ValueType::kAge:
      return "time";
  }
  return {};
}

Sheet AttributeSheet() {
  Sheet sheet{.title = "Attributes of apps",
              .intro =
                  "What can be asked of an app: columns, sort keys and filters of `tokentrail "
                  "apps`, words of `--where`, and conditions of policies. Not known is a value of "
                  "its own: no comparison fits it but `= unknown`. Printed by `tokentrail list "
                  "attributes`.",
              .columns = {"name", "type", "summary", "column", "values", "also"},
              .rows = {},
              .least = {0, 0, 30, 10, 10, 10},
              .drop = {0, 0, 0, 1, 2, 3}};
  for (const policy::Attribute& one : policy::Attributes()) {
    std::string_view type = Word(one.type);
    if (one.unit == policy::Unit::kPercent) type = "percent";
    if (one.unit == policy::Unit::kBytes) type = "bytes";
    if (one.unit == policy::Unit::kSpan) type = "duration";
    sheet.rows.push_back({std::string(one.name), std::string(type), std::string(one.summary),
                          std::string(one.column),
                          fmt::format("{}", fmt::join(Split(one.choices, "|"), ", ")),
                          fmt::format("{}", fmt::join(Split(one.aliases, " "), ", "))});
  }
  return sheet;
}

/// `azure / auditlogs` of a rule; a correlation is about the logs of the rules before it.
std::string LogSourceOf(const std::vector<Yaml>& documents) {
  std::vector<std::string> out;
  for (const Yaml& document : documents) {
    const Yaml* const log = document.Find("logsource");
    if (log == nullptr) continue;
    std::string one;
    for (const std::string_view part : {"product", "category", "service"}) {
      if (log->Text(part).empty()) continue;
      one += (one.empty() ? "" : " / ") + std::string(log->Text(part));
    }
    if (std::find(out.begin(), out.end(), one) == out.end()) out.push_back(std::move(one));
  }
  return fmt::format("{}", fmt::join(out, ", "));
}

Sheet ShippedRules() {
  Sheet sheet{.title = "Shipped rules",
              .intro =
                  "The Sigma rules that come with the program and run in every hunt, unless `-r` "
                  "names others or `--no-rules` is given. `-r shipped` names them beside others. "
                  "The last column but one is the part of the catalogue of analytics that a rule "
                  "covers. Printed by `tokentrail list rules`.",
              .columns = {"id", "title", "level", "log source", "analytic", "file"},
              .rows = {},
              .least = {0, 30, 0, 18, 0},
              .drop = {0, 0, 2, 1, 3},
              .on_terminal = 5};
  for (const pipeline::RuleFile& file : pipeline::ShippedRules()) {
    const Result<std::vector<Yaml>> documents = ParseYaml(file.text);
    CHECK(documents.ok() && !documents->empty());
    // The last of a file is the one that alerts.
    const Yaml& rule = documents->back();
    sheet.rows.push_back({std::string(rule.Text("id")), std::string(rule.Text("title")),
                          std::string(rule.Text("level")), LogSourceOf(*documents),
                          std::string(rule.Text("analytic")), file.name});
  }
  return sheet;
}

Sheet ConditionSheet() {
  Sheet sheet{.title = "Conditions of policies",
              .intro = "What can stand below `when:` in a policy (docs/policies.md). Every attribute "
                       "of an app (docs/attributes.md) can stand there, too, with a comparison as "
                       "its value. Signs: `>= 5`, `<= 5`, `> 5`, `< 5`, `= 5`, `!= 5`, `3..10`. "
                       "Durations: `90d`, `24h`, `15m`, `2w`. `*` in a name stands for anything. "
                       "Printed by `tokentrail list conditions`.",
              .columns = {"condition", "fits when", "value", "example", "sweeps"},
              .rows = {},
              .least = {0, 24, 16, 16},
              .drop = {0, 0, 2, 1},
              .on_terminal = 4};
  for (const policy::ConditionDef* def : policy::Conditions()) {
    std::string sweeps;
    for (const std::string_view part : Split(def->sweeps, " ")) {
      sweeps += sweeps.empty() ? "" : " ";
      sweeps += part == "." ? std::string(def->name) : fmt::format("{}.{}", def->name, part);
    }
    sheet.rows.push_back({std::string(def->name), std::string(def->summary),
                          std::string(def->value), std::string(def->example), std::move(sweeps)});
  }
  return sheet;
}

constexpr FlagDef kFlags[] = {
    {.name = "output-type",
     .letter = 't',
     .value = "TYPE",
     .group = "Output",
     .summary = "table (default), json, csv, or markdown as in docs/",
     .choices = "table|json|csv|markdown"},
    {.name = "no-color", .letter = 'K', .group = "Display", .summary = "no colours"},
};

constexpr Example kExamples[] = {
    {"tokentrail list sources", "which logs are understood"},
    {"tokentrail list analytics -t json", "what is looked for, for another program"},
};

Sheet TableSheet() {
  Sheet sheet{.title = "Tables of a case",
              .intro = fmt::format(
                  "What `case.duckdb` in a case folder holds (schema version {}), for `tokentrail "
                  "sql` or any program that reads DuckDB files. Texts are redacted; times are UTC. "
                  "The same descriptions are comments in the file itself. Printed by `tokentrail "
                  "list tables`.",
                  store::kSchemaVersion),
              .columns = {"table", "column", "type", "meaning"},
              .rows = {},
              .least = {0, 0, 0, 24},
              .drop = {0, 0, 1, 2}};
  for (const store::TableDef& table : store::AllTables()) {
    sheet.rows.push_back({std::string(table.name), "", "", std::string(table.summary)});
    for (const store::ColumnDef& column : table.columns) {
      sheet.rows.push_back({std::string(table.name), column.name,
                            std::string(store::SqlName(column.type)), column.summary});
    }
  }
  return sheet;
}

constexpr std::string_view kSheets = "sources|fields|modifiers|analytics|rules|outputs|tables|attributes|conditions";

Result<ExitCode> Run(const Args& args) {
  if (args.words().size() != 1) {
    return Error{ErrorKind::kInvalid,
                 "list takes one word: sources, fields, modifiers, analytics, rules, outputs, "
                 "tables, attributes or conditions"};
  }
  const Sheet sheet = TRY(ListSheet(args.words()[0]));
  const sink::Terminal terminal = TerminalOf(STDOUT_FILENO, args.Has("no-color"));
  TRY(Print(Render(sheet, args.Get("output-type", "table"), terminal)));
  return ExitCode::kDone;
}

}  // namespace

Result<Sheet> ListSheet(std::string_view name) {
  if (name == "sources") return Sources();
  if (name == "fields") return FieldSheet();
  if (name == "modifiers") return ModifierSheet();
  if (name == "analytics") return Analytics();
  if (name == "rules") return ShippedRules();
  if (name == "outputs") return Outputs();
  if (name == "tables") return TableSheet();
  if (name == "attributes") return AttributeSheet();
  if (name == "conditions") return ConditionSheet();
  const std::vector<std::string_view> names = Split(kSheets, "|");
  const std::string_view meant = Closest(name, names);
  return Error{ErrorKind::kInvalid,
               fmt::format("can't list '{}'{}; there are: {}", Printable(name),
                           meant.empty() ? "" : fmt::format(", did you mean '{}'?", meant),
                           fmt::join(names, ", "))};
}

extern constinit const VerbDef kList;
constinit const VerbDef kList = {
    .name = "list",
    .usage = "list sources|fields|modifiers|analytics|rules|outputs|tables|attributes|conditions [flags]",
    .summary = "Show what the program knows: sources, fields, modifiers, analytics, rules, outputs, "
               "tables, attributes of apps, conditions of policies",
    .flags = kFlags,
    .examples = kExamples,
    .words = kSheets,
    .run = Run,
};

}  // namespace tokentrail::cli
