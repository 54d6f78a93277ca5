// `tokentrail rules check`: which rules load, and what is wrong with the others.

#include <fmt/format.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/flag.h"
#include "cli/rules_report.h"
#include "cli/sheet.h"
#include "cli/terminal.h"
#include "pipeline/rule_files.h"
#include "sigma/program.h"

namespace tokentrail::cli {

namespace {

constexpr FlagDef kFlags[] = {
    {.name = "output-type",
     .letter = 't',
     .value = "TYPE",
     .group = "Output",
     .summary = "table (default); json, with every rule and every complaint; csv, the rules only",
     .choices = "table|json|csv"},
    {.name = "verbose", .letter = 'v', .group = "Display", .summary = "list the rules that load"},
    {.name = "no-color", .letter = 'K', .group = "Display", .summary = "no colours"},
};

constexpr Example kExamples[] = {
    {"tokentrail rules check rules/", "before a hunt with -r rules/"},
    {"tokentrail rules check sigma.tar.zst -t csv > rules.csv", "what an archive of rules holds"},
};

Result<ExitCode> Run(const Args& args) {
  if (args.words().empty()) {
    return Error{ErrorKind::kInvalid, "no rules to check: name files, folders or archives of them"};
  }
  Report report;
  const auto files = TRY(pipeline::ReadRuleFiles(args.words(), report));
  sigma::Program program;
  for (const pipeline::RuleFile& file : files) program.Add(file.name, file.text, report);
  std::string out;
  for (const Diagnostic& one : report.all()) out += Format(one);
  out += fmt::format("{} rules loaded; {} left out\n", Grouped(program.size()),
                     Grouped(program.left_out()));
  TRY(Print(out));
  return report.errors() == 0 ? ExitCode::kDone : ExitCode::kFailed;
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
