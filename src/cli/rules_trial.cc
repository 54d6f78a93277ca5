// `tokentrail rules test`: runs case files.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/text.h"
#include "cli/flag.h"
#include "cli/rules_report.h"
#include "cli/rules_try.h"
#include "cli/terminal.h"
#include "pipeline/rule_files.h"
#include "sink/json_writer.h"

namespace tokentrail::cli {

namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxCaseFile = size_t{256} << 20;

constexpr FlagDef kFlags[] = {
    {.name = "output-type",
     .letter = 't',
     .value = "TYPE",
     .group = "Output",
     .summary = "table (default), a line a failed case; or json, every case",
     .choices = "table|json"},
    {.name = "verbose",
     .letter = 'v',
     .group = "Display",
     .summary = "a line for the cases that pass too, and everything that is wrong with the others"},
    {.name = "no-color", .letter = 'K', .group = "Display", .summary = "no colours"},
};

constexpr Example kExamples[] = {
    {"tokentrail rules test rules/", "the cases beside each rule: NAME.cases.yml of NAME.yml"},
    {"tokentrail rules test -v suite.jsonl", "a suite of one's own, one case a line"},
};

/// A case file's text, and whose it is.
struct Suite {
  std::string name;
  std::string text;
};

bool IsCaseFile(const std::string& path) {
  return pipeline::IsCaseName(path) || Lower(path).ends_with(".jsonl");
}

/// The case files that the paths stand for, each once. What can't be read goes to `report`.
Result<std::vector<Suite>> Collect(const std::vector<std::string>& paths, Report& report) {
  std::vector<Suite> out;
  std::set<std::string> seen;
  const auto add = [&](const std::string& path, bool named) {
    std::error_code error;
    const fs::path canonical = fs::canonical(path, error);
    if (!seen.insert(error ? path : canonical.string()).second) return;
    if (!named && !IsCaseFile(path) && !pipeline::IsYamlName(path)) return;
    Result<std::string> text = pipeline::ReadWholeFile(path, kMaxCaseFile);
    if (!text.ok()) {
      Diagnostic problem;
      problem.file = path;
      problem.code = "case.unreadable";
      problem.message = text.error().message;
      report.Add(std::move(problem));
      return;
    }
    if (!named && !IsCaseFile(path) && !HoldsCases(*text)) return;
    Suite& suite = out.emplace_back();
    suite.name = path;
    suite.text = *std::move(text);
  };
  for (const std::string& path : paths) {
    const size_t before = out.size() + report.all().size();
    std::error_code error;
    if (fs::is_directory(path, error)) {
      for (const std::string& file : pipeline::FilesBelow(path, report)) add(file, false);
      if (out.size() + report.all().size() == before) {
        return Error{
            ErrorKind::kNotFound,
            fmt::format("no case files in '{}'; they are called NAME.cases.yml, NAME.jsonl, "
                        "or are YAML with `match` and the like",
                        Printable(path))};
      }
    } else if (path != "-" && !fs::exists(path, error)) {
      return Error{
          ErrorKind::kNotFound,
          fmt::format("there are no cases at '{}': no such file or folder", Printable(path))};
    } else {
      add(path, true);
    }
  }
  return out;
}

std::string NameOf(const RuleCase& one) {
  return one.name.empty() ? fmt::format("{}:{}", fs::path(one.file).filename().string(), one.line)
                          : one.name;
}

std::string Text(const Mismatch& wrong) {
  std::string out = wrong.where.empty() ? "" : wrong.where + " ";
  out += wrong.expected + ", but " + wrong.got;
  if (!wrong.event.empty()) out += ": " + wrong.event;
  return out;
}

class Printer {
 public:
  Printer(bool verbose, const sink::Terminal& terminal) : verbose_(verbose), terminal_(terminal) {}

  void Add(const RuleCase& one, const CaseOutcome& outcome, std::string& out) const {
    if (outcome.passed() && !verbose_) return;
    const sink::Colour colour = outcome.passed() ? sink::Colour::kGreen : sink::Colour::kRed;
    out += Paint(terminal_, colour, outcome.passed() ? "ok    " : "failed");
    out += fmt::format("  {}:{}", Printable(one.file), one.line);
    if (!one.name.empty()) out += "  " + Printable(one.name);
    if (outcome.passed()) {
      out += '\n';
      return;
    }
    const std::vector<Mismatch>& wrong = outcome.mismatches;
    if (!outcome.diagnostics.empty()) {
      out += one.problems.empty() ? ": its rule does not load\n" : ": the case is wrong\n";
      for (const Diagnostic& diagnostic : outcome.diagnostics) out += Indented(Format(diagnostic));
    } else if (!verbose_) {
      out += ": " + Text(wrong.front());
      if (wrong.size() > 1) out += fmt::format(" (and {} more, see -v)", wrong.size() - 1);
      out += '\n';
    } else {
      out += '\n';
      for (const Mismatch& each : wrong) {
        out += each.line == 0 ? "    " : fmt::format("    line {}: ", each.line);
        out += Text(each) + '\n';
      }
    }
  }

 private:
  static std::string Indented(std::string_view text) {
    std::string out;
    for (const std::string_view line : LinesOf(text)) out.append("    ").append(line).append("\n");
    return out;
  }

  bool verbose_;
  const sink::Terminal& terminal_;
};

void AddJson(const RuleCase& one, const CaseOutcome& outcome, sink::JsonWriter& json) {
  json.BeginObject();
  json.Member("name", NameOf(one)).Member("file", one.file).Member("line", one.line);
  json.Member("passed", outcome.passed());
  json.Key("mismatches").BeginArray();
  for (const Mismatch& wrong : outcome.mismatches) {
    json.BeginObject().Member("where", wrong.where).Member("expected", wrong.expected);
    json.Member("got", wrong.got).Member("event", wrong.event).Member("line", wrong.line);
    json.EndObject();
  }
  json.EndArray();
  json.Key("diagnostics");
  AddDiagnostics(outcome.diagnostics, json);
  json.EndObject();
}

Result<ExitCode> Run(const Args& args) {
  if (args.words().empty()) {
    return Error{ErrorKind::kInvalid, "no cases to run: name case files, or folders of them"};
  }
  Report report;
  const std::vector<Suite> suites = TRY(Collect(args.words(), report));
  const bool as_json = args.Get("output-type", "table") == "json";
  const sink::Terminal terminal = TerminalOf(STDOUT_FILENO, args.Has("no-color"));
  const Printer printer(args.Has("verbose"), terminal);

  std::string out;
  sink::JsonWriter json(out, 2);
  if (as_json) json.BeginObject().Key("cases").BeginArray();
  size_t passed = 0;
  size_t failed = 0;
  CaseRunner runner;
  const auto take = [&](const RuleCase& one, const CaseOutcome& outcome) {
    ++(outcome.passed() ? passed : failed);
    if (as_json) {
      AddJson(one, outcome, json);
    } else {
      printer.Add(one, outcome, out);
    }
  };
  for (const Diagnostic& diagnostic : report.all()) {
    RuleCase broken;
    broken.file = diagnostic.file;
    broken.problems = {diagnostic};
    take(broken, runner.Run(broken, {}));
  }
  for (const Suite& suite : suites) {
    const std::vector<std::string_view> lines = LinesOf(suite.text);
    for (const RuleCase& one : ReadCases(suite.name, suite.text)) take(one, runner.Run(one, lines));
  }
  if (as_json) {
    json.EndArray().Member("passed", passed).Member("failed", failed).EndObject();
    out += '\n';
  } else {
    out += fmt::format("{} passed, {} failed\n", passed, failed);
  }
  TRY(Print(out));
  return failed == 0 ? ExitCode::kDone : ExitCode::kFailed;
}

}  // namespace

extern constinit const VerbDef kRulesTest;
constinit const VerbDef kRulesTest = {
    .name = "rules test",
    .usage = "rules test PATH... [flags]",
    .summary = "Run test cases of Sigma rules: events that must match, and that must not",
    .description =
        "PATH is a case file (YAML, JSON lines or a JSON array) or a folder of them; docs/rules.md "
        "describes the format. Exit code: 0 all passed, 1 a case failed or could not be read, 2 "
        "misused.",
    .flags = kFlags,
    .examples = kExamples,
    .words = "file",
    .run = Run,
};

}  // namespace tokentrail::cli
