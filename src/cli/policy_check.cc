// `tokentrail policy check` and `tokentrail policy test`.

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "base/text.h"
#include "cli/policy_files.h"
#include "cli/rules_report.h"
#include "cli/terminal.h"
#include "inventory/appraise.h"
#include "policy/policy_case.h"
#include "sink/json_writer.h"

namespace tokentrail::cli {
namespace {

namespace fs = std::filesystem;

constexpr FlagDef kNoColor = {
    .name = "no-color", .letter = 'K', .group = "Display", .summary = "no colours"};
constexpr FlagDef kVerbose = {.name = "verbose",
                              .letter = 'v',
                              .group = "Display",
                              .summary = "a line for what is right, too"};
constexpr FlagDef kType = {.name = "output-type",
                           .letter = 't',
                           .value = "TYPE",
                           .group = "Output",
                           .summary = "table (default) or json",
                           .choices = "table|json"};

constexpr FlagDef kFlags[] = {kType, kVerbose, kNoColor};

constexpr Example kCheckExamples[] = {
    {"tokentrail policy check policies/", "before a hunt with --policies policies/"},
};

std::string Counted(size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", Grouped(count),
                     count == 1            ? std::string(noun)
                     : noun.ends_with('y') ? std::string(noun.substr(0, noun.size() - 1)) + "ie"
                                           : std::string(noun),
                     count == 1 ? "" : "s");
}

Result<ExitCode> RunCheck(const Args& args) {
  if (args.words().empty()) {
    return Error{ErrorKind::kInvalid, "no policies to check: name files or folders of them"};
  }
  const std::vector<policy::PolicyFile> files = TRY(policy::ReadPolicyFiles(args.words()));
  Report report;
  const std::vector<policy::Policy> policies = policy::LoadPolicies(files, report);
  if (args.Get("output-type", "table") == "json") {
    std::string out;
    sink::JsonWriter json(out, 2);
    json.BeginObject().Member("policies", policies.size()).Member("errors", report.errors());
    json.Key("diagnostics");
    AddDiagnostics(report.all(), json);
    json.EndObject();
    TRY(Print(out + "\n"));
  } else {
    std::string out;
    for (const Diagnostic& one : report.all()) out += Format(one);
    if (args.Has("verbose")) {
      for (const policy::Policy& one : policies) {
        out += fmt::format("ok      {}:{}  {} ({})\n", Printable(one.file), one.line, one.id,
                           policy::Name(one.state));
      }
    }
    const size_t warnings = report.all().size() - report.errors();
    out += fmt::format("{} can be used; {}{}\n", Counted(policies.size(), "policy"),
                       Counted(report.errors(), "error"),
                       warnings == 0 ? "" : ", " + Counted(warnings, "warning"));
    TRY(Print(out));
  }
  return report.errors() == 0 ? ExitCode::kDone : ExitCode::kFailed;
}

constexpr Example kTestExamples[] = {
    {"tokentrail policy test policies/",
     "the cases beside each policy: NAME.cases.yml of NAME.yml"},
    {"tokentrail policy test policies/stale.yml -v", "of one policy, with a line for each case"},
};

/// A policy file and its cases.
struct Suite {
  std::string policy;
  std::string cases;
};

Result<std::string> ReadText(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return Error{ErrorKind::kNotFound, fmt::format("can't read '{}'", Printable(path))};
  }
  return std::string((std::istreambuf_iterator<char>(in)), {});
}

Result<std::vector<Suite>> Suites(const std::vector<std::string>& paths) {
  std::vector<Suite> out;
  for (const std::string& path : paths) {
    if (path == policy::kShipped) {
      return Error{ErrorKind::kInvalid,
                   "the cases of shipped policies are not in the program: they "
                   "stand in its source, in policies/"};
    }
    std::vector<std::string> one = {path};
    const bool is_case = policy::IsCaseName(path);
    if (is_case) {
      const std::string stem = path.substr(0, Lower(path).rfind(".cases."));
      one = {stem + ".yml"};
    }
    for (const policy::PolicyFile& file : TRY(policy::ReadPolicyFiles(one))) {
      const std::string cases = file.name.substr(0, file.name.rfind('.')) + ".cases.yml";
      std::error_code ignored;
      if (fs::exists(cases, ignored)) out.push_back({file.name, cases});
    }
  }
  if (out.empty()) {
    return Error{ErrorKind::kNotFound,
                 fmt::format("there are no cases in '{}'; those of NAME.yml are in NAME.cases.yml",
                             Printable(fmt::format("{}", fmt::join(paths, "', '"))))};
  }
  return out;
}

Result<ExitCode> RunTest(const Args& args) {
  if (args.words().empty()) {
    return Error{ErrorKind::kInvalid, "no policies to test: name files or folders of them"};
  }
  const auto appraiser = TRY(inventory::Appraiser::Load({}));
  const auto appraise = [&](Portfolio& portfolio) { appraiser->Appraise(portfolio); };
  const sink::Terminal terminal = TerminalOf(STDOUT_FILENO, args.Has("no-color"));
  const bool as_json = args.Get("output-type", "table") == "json";
  std::string out;
  std::string json_text;
  sink::JsonWriter json(json_text, 2);
  json.BeginArray();
  Report report;
  size_t passed = 0;
  size_t failed = 0;
  for (const Suite& suite : TRY(Suites(args.words()))) {
    const std::string text = TRY(ReadText(suite.policy));
    const std::vector<policy::Policy> policies = policy::ReadPolicies(suite.policy, text, report);
    const std::vector<policy::PolicyCase> cases =
        policy::ReadPolicyCases(suite.cases, TRY(ReadText(suite.cases)), report);
    if (policies.size() != 1) {
      if (report.errors() == 0) {
        policy::Reading reading(suite.cases, "", report);
        reading.Wrong(0, 0,
                      fmt::format("cases are of one policy, and '{}' holds {}", suite.policy,
                                  policies.size()));
      }
      continue;
    }
    for (const policy::PolicyCase& one : cases) {
      const policy::CaseResult result = policy::RunCase(policies[0], one, appraise);
      ++(result.passed ? passed : failed);
      json.BeginObject().Member("policy", policies[0].id).Member("case", one.name);
      json.Member("file", one.file).Member("line", one.line).Member("passed", result.passed);
      json.Member("problem", result.problem).Key("reasons").BeginArray();
      for (const std::string& reason : result.reasons) json.Text(reason);
      json.EndArray().EndObject();
      if (result.passed && !args.Has("verbose")) continue;
      out += sink::Paint(terminal, result.passed ? sink::Colour::kGreen : sink::Colour::kRed,
                         result.passed ? "ok    " : "failed");
      out += fmt::format("  {}:{}  {}\n", Printable(one.file), one.line, Printable(one.name));
      if (!result.passed) out += "        " + Printable(result.problem) + "\n";
    }
  }
  json.EndArray();
  std::string complaints;
  for (const Diagnostic& one : report.all()) complaints += Format(one);
  if (as_json) {
    PrintError(complaints);
    TRY(Print(json_text + "\n"));
  } else {
    out += fmt::format("{} passed, {} failed{}\n", Counted(passed, "case"), Grouped(failed),
                       report.errors() == 0 ? ""
                                            : fmt::format("; {} in policies and cases",
                                                          Counted(report.errors(), "error")));
    TRY(Print(complaints + out));
  }
  return failed == 0 && report.errors() == 0 ? ExitCode::kDone : ExitCode::kFailed;
}

}  // namespace

extern constinit const VerbDef kPolicyCheck;
constinit const VerbDef kPolicyCheck = {
    .name = "policy check",
    .usage = "policy check PATH... [flags]",
    .summary = "Load policies and say what is wrong with them, with line and column",
    .description =
        "PATH is a file or a folder of *.yml. Nothing is half-applied: a policy that can't be "
        "honoured in full is an error, also in a hunt. Exit code: 0 all can be used, 1 some can't, "
        "2 misused.",
    .flags = kFlags,
    .examples = kCheckExamples,
    .words = "file",
    .run = RunCheck,
};

extern constinit const VerbDef kPolicyTest;
constinit const VerbDef kPolicyTest = {
    .name = "policy test",
    .usage = "policy test PATH... [flags]",
    .summary = "Run the cases beside policies: apps that must fit, and apps that must not",
    .description = "docs/policies.md has the form of cases. Exit code: 0 all pass, 1 some fail.",
    .flags = kFlags,
    .examples = kTestExamples,
    .words = "file",
    .run = RunTest,
};

}  // namespace tokentrail::cli
