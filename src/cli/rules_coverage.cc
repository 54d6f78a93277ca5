// `tokentrail rules coverage`: which rules fired on some evidence, which could, and which can't.

#include "cli/rules_coverage.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>

#include "analytic/analytic.h"
#include "base/text.h"
#include "cli/flag.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/rules_flags.h"
#include "cli/run_flags.h"
#include "cli/terminal.h"
#include "pipeline/run.h"

namespace tokentrail::cli {

namespace {

constexpr std::string_view kTruths = "never_here|fired|could_fire|no_source";

constexpr FlagDef kFlags[] = {
    kDateOrderFlag,
    kRulesFlag,
    {.name = "output-type",
     .letter = 't',
     .value = "TYPE",
     .group = "Output",
     .summary = "table (default); json, with the counts; csv, a row a rule",
     .choices = "table|json|csv"},
    {.name = "truth",
     .value = "TRUTH",
     .group = "Filtering",
     .summary = "only rules of which this is true: never_here, fired, could_fire, no_source; may "
                "repeat",
     .choices = kTruths},
    {.name = "min-level",
     .letter = 'm',
     .value = "LEVEL",
     .group = "Filtering",
     .summary = "only rules of this level and above"},
    kIncludeTagFlag,
    kExcludeTagFlag,
    kStatusFlag,
    kPlaceholdersFlag,
    {.name = "verbose",
     .letter = 'v',
     .group = "Display",
     .summary = "also list the rules that have no log here"},
    {.name = "quiet", .letter = 'q', .group = "Display", .summary = "no progress bar"},
    {.name = "no-color", .letter = 'K', .group = "Display", .summary = "no colours"},
    kConfigFlag,
    kThreadsFlag,
    kMemoryFlag,
};

constexpr Example kExamples[] = {
    {"tokentrail rules coverage exports/", "what the shipped rules can find in a folder of logs"},
    {"tokentrail rules coverage -r sigma/rules/cloud exports/ --truth never_here",
     "which rules are silent because these logs can't hold what they look for"},
    {"tokentrail rules coverage -r rules/ exports/ -t csv > coverage.csv", "for a spreadsheet"},
};

/// A folder of its own for what the run writes; gone with it.
class Temporary {
 public:
  static Result<std::unique_ptr<Temporary>> Make() {
    const char* const where = std::getenv("TMPDIR");
    std::string path = where == nullptr || *where == '\0' ? "/tmp" : where;
    path += "/tokentrail-coverage-XXXXXX";
    if (::mkdtemp(path.data()) == nullptr) {
      return Error{ErrorKind::kIo,
                   fmt::format("can't make a temporary folder in '{}': {}",
                               Printable(path.substr(0, path.rfind('/'))), std::strerror(errno))};
    }
    return std::unique_ptr<Temporary>(new Temporary(std::move(path)));
  }
  ~Temporary() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;

  std::string In(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  explicit Temporary(std::string path) : path_(std::move(path)) {}

  std::string path_;
};

Result<pipeline::Config> ReadConfig(const Args& args, const Temporary& folder) {
  pipeline::Config config = TRY(ReadRunFlags(args));
  config.inputs = args.words();
  if (config.inputs.empty()) {
    return Error{ErrorKind::kInvalid,
                 "no evidence to try the rules on: name a folder or files, or - for standard "
                 "input"};
  }
  if (args.Has("min-level")) {
    config.rule_choice.min_level = TRY(ReadLevel("min-level", args.Get("min-level")));
  }
  config.case_folder = folder.In("case");
  config.nearest_fields = true;
  // Nobody reads the findings, so none is to be made up from the evidence.
  config.min_level = Level::kCritical;
  config.disabled.clear();
  for (const analytic::AnalyticDef* def : analytic::All()) config.disabled.emplace_back(def->id);
  return config;
}

bool Wanted(const Args& args, Truth truth) {
  if (!args.Has("truth")) return true;
  std::string name(TruthName(truth));
  for (char& c : name) c = c == ' ' ? '_' : c;
  for (const std::string& one : args.All("truth")) {
    if (EqualsIgnoreCase(one, name)) return true;
  }
  return false;
}

Result<ExitCode> Run(const Args& args) {
  const std::atomic<bool>& stop = StopFlag();  // from here on Ctrl-C leaves nothing behind
  const std::unique_ptr<Temporary> folder = TRY(Temporary::Make());
  const pipeline::Config config = TRY(ReadConfig(args, *folder));
  Report report;
  pipeline::Progress progress;
  std::optional<ProgressBar> bar;
  if (!args.Has("quiet") && IsTerminal(STDERR_FILENO)) {
    bar.emplace(progress, TerminalOf(STDERR_FILENO, true).columns);
  }
  auto ran = pipeline::Run(config, report, progress, stop);
  bar.reset();
  for (const Diagnostic& diagnostic : report.all()) PrintError(Format(diagnostic));
  const std::unique_ptr<pipeline::Hunt> hunt = TRY(std::move(ran));
  const Summary& summary = hunt->summary;
  if (summary.rules_loaded == 0 && summary.rules_left_out == 0 && summary.rules_not_chosen == 0) {
    return Error{ErrorKind::kNotFound, "there are no rules; rules are called *.yml or *.yaml"};
  }

  std::vector<RuleTruth> rules;
  for (RuleTruth& rule : hunt->rules) {
    if (Wanted(args, rule.truth)) rules.push_back(std::move(rule));
  }
  const std::string type = args.Get("output-type", "table");
  if (type == "json") {
    TRY(Print(CoverageJson(rules, summary)));
  } else if (type == "csv") {
    TRY(Print(CoverageCsv(rules)));
  } else {
    TRY(Print(CoverageText(rules, summary, args.Has("verbose"),
                           TerminalOf(STDOUT_FILENO, args.Has("no-color")))));
  }
  if (summary.interrupted) return ExitCode::kInterrupted;
  const bool left_out = summary.ledger.left_out_total() > 0 || summary.rules_left_out > 0;
  return left_out ? ExitCode::kLeftOut : ExitCode::kDone;
}

}  // namespace

extern constinit const VerbDef kRulesCoverage;
constinit const VerbDef kRulesCoverage = {
    .name = "rules coverage",
    .usage = "rules coverage EVIDENCE... [flags]",
    .summary = "Say of each Sigma rule whether it fired, could fire, or never can on some evidence",
    .description =
        "EVIDENCE is what `tokentrail hunt` takes: files, folders, patterns, or -. A rule that "
        "never can is silent whatever an attacker does: the records of its log have no such field, "
        "or never with such a value; the nearest field that they do have is named. Nothing is "
        "written but a temporary folder. Exit code: 0 done, 3 done but records or rules were left "
        "out, 1 could not, 2 misused, 130 interrupted.",
    .flags = kFlags,
    .examples = kExamples,
    .words = "file",
    .run = Run,
};

}  // namespace tokentrail::cli
