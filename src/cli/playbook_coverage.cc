// `tokentrail playbook coverage` and `layer`: what pages cover, and what nothing sees.

#include <fmt/format.h>
#include <unistd.h>

#include <optional>

#include "base/text.h"
#include "cli/case_file.h"
#include "cli/flag.h"
#include "cli/playbook_judge.h"
#include "cli/terminal.h"
#include "playbook/coverage.h"
#include "playbook/file.h"
#include "playbook/stix.h"
#include "sink/layout.h"

namespace tokentrail::cli {

namespace {

using playbook::Coverage;
using playbook::CoverageRow;
using State = CoverageRow::State;

constexpr FlagDef kBundleFlag = {
    .name = "attack",
    .value = "BUNDLE",
    .group = "Input",
    .summary =
        "ATT&CK as STIX, for its analytics and platforms (default: what the page's blocks "
        "have)",
    .completes = "file"};

constexpr FlagDef kCoverageFlags[] = {
    kBundleFlag,
    {.name = "output-type",
     .letter = 't',
     .value = "TYPE",
     .group = "Output",
     .summary = "table (default), markdown, json, or layer for ATT&CK Navigator",
     .choices = "table|markdown|json|layer"},
    {.name = "no-color", .letter = 'K', .group = "Display", .summary = "no colours"},
};

constexpr Example kCoverageExamples[] = {
    {"tokentrail playbook coverage playbooks/T1528.md",
     "what is covered, by what, and what is not"},
    {"tokentrail playbook coverage shipped -t markdown --attack enterprise-attack-18.1.json",
     "ours, against ATT&CK's own analytics"},
};

constexpr FlagDef kLayerFlags[] = {
    {.name = "coverage",
     .group = "Input",
     .summary = "of the pages that are named: what they cover"},
    {.name = "case",
     .value = "DIR",
     .group = "Input",
     .summary = "of the findings of this case (default: the last one in this folder)",
     .completes = "directory"},
    kBundleFlag,
    {.name = "output",
     .letter = 'o',
     .value = "FILE",
     .group = "Output",
     .summary = "write to this file (default: standard output)",
     .completes = "file"},
};

constexpr Example kLayerExamples[] = {
    {"tokentrail playbook layer --coverage playbooks/ -o coverage.json",
     "what the pages cover, to open in ATT&CK Navigator"},
    {"tokentrail playbook layer --case case-42 -o findings.json", "what a hunt found"},
};

struct CoveredPages {
  std::vector<std::unique_ptr<JudgedPage>> pages;
  std::vector<Coverage> coverage;
};

Result<CoveredPages> Cover(const Args& args, Report& report) {
  std::optional<playbook::Attack> attack;
  if (args.Has("attack")) {
    attack = playbook::ReadAttack(args.Get("attack"), report);
    if (!attack) {
      for (const Diagnostic& one : report.all()) PrintError(Format(one));
      return Error{ErrorKind::kInvalid,
                   fmt::format("can't read ATT&CK from '{}'", Printable(args.Get("attack")))};
    }
  }
  CoveredPages out;
  out.pages = TRY(JudgePages(args.words(), true, "", report));
  for (const Diagnostic& one : report.all()) PrintError(Format(one));
  for (const auto& one : out.pages) {
    out.coverage.push_back(
        playbook::MakeCoverage(one->file, one->verdict, attack ? &*attack : nullptr));
  }
  return out;
}

sink::Colour ColourOf(State state) {
  if (state == State::kProven) return sink::Colour::kGreen;
  return state == State::kClaimed ? sink::Colour::kYellow : sink::Colour::kRed;
}

void AddRows(std::string_view title, const std::vector<CoverageRow>& rows,
             const sink::Terminal& terminal, std::string& out) {
  if (rows.empty()) return;
  std::vector<std::vector<sink::Cell>> cells;
  for (const CoverageRow& row : rows) {
    std::string by;
    size_t proofs = 0;
    for (const playbook::Cover& one : row.by) {
      by += (by.empty() ? "" : ", ") + one.name;
      if (one.verdict->state != playbook::AnalyticVerdict::State::kValid) by += "?";
      proofs += one.verdict->state == playbook::AnalyticVerdict::State::kValid
                    ? one.verdict->fires.size()
                    : 0;
    }
    std::string name = row.name;
    if (!row.detail.empty()) name += " (" + row.detail + ")";
    cells.push_back({{Printable(name), sink::Colour::kNone},
                     {std::string(Name(row.state)), ColourOf(row.state)},
                     {std::to_string(proofs), sink::Colour::kNone},
                     {by.empty() ? "nothing" : by, sink::Colour::kNone}});
  }
  sink::LayOut({{.title = title, .least = 20, .weight = 2},
                {.title = "coverage"},
                {.title = "cases", .right = true},
                {.title = "by (?: not run)", .least = 12}},
               cells, terminal, 2, out);
}

std::string Table(const std::vector<Coverage>& pages, const sink::Terminal& terminal) {
  std::string out;
  for (const Coverage& one : pages) {
    const playbook::Page& page = one.file->page;
    out += Paint(
        terminal, sink::Colour::kBold,
        fmt::format("{}: {} {}", Printable(one.file->path), page.technique, Printable(page.title)));
    out += fmt::format("\n  {} valid, {} parsed but not run, {} failing\n", one.verdict->valid,
                       one.verdict->parsed, one.verdict->failing);
    AddRows("adversary example", one.examples, terminal, out);
    AddRows("ATT&CK analytic", one.attack, terminal, out);
    AddRows("platform", one.platforms, terminal, out);
    out += fmt::format("  ATT&CK as of: {}\n", Printable(one.attack_from));
    if (!one.uncovered_by_examples.empty()) {
      out += fmt::format("  in no example: {}\n", fmt::join(one.uncovered_by_examples, ", "));
    }
  }
  return out;
}

Result<ExitCode> RunCoverage(const Args& args) {
  Report report;
  const CoveredPages covered = TRY(Cover(args, report));
  const std::string type = args.Get("output-type", "table");
  if (type == "json") {
    TRY(Print(playbook::CoverageJson(covered.coverage)));
  } else if (type == "markdown") {
    TRY(Print(playbook::CoverageMarkdown(covered.coverage)));
  } else if (type == "layer") {
    TRY(Print(sink::WriteLayer(playbook::CoverageLayer(covered.coverage))));
  } else {
    TRY(Print(Table(covered.coverage, TerminalOf(STDOUT_FILENO, args.Has("no-color")))));
  }
  return report.errors() == 0 ? ExitCode::kDone : ExitCode::kFailed;
}

Result<ExitCode> RunLayer(const Args& args) {
  Report report;
  std::string text;
  if (args.Has("coverage")) {
    if (args.Has("case")) {
      return Error{ErrorKind::kInvalid, "--coverage is of pages, --case of findings: one of them"};
    }
    text = sink::WriteLayer(playbook::CoverageLayer(TRY(Cover(args, report)).coverage));
  } else {
    if (!args.words().empty()) {
      return Error{ErrorKind::kInvalid, "for a layer of pages write --coverage before them"};
    }
    const std::string folder = args.Has("case") ? args.Get("case") : LastCase();
    std::vector<Finding> findings;
    const auto read =
        EachFinding(folder, [&](std::string_view, const Record& record) -> Result<bool> {
          Result<CaseFinding> one = ReadFinding(record);
          if (!one.ok()) return one.error();
          findings.push_back(std::move(one->finding));
          return true;
        });
    if (!read.ok()) return read.error();
    text = sink::WriteLayer(sink::LayerOf(findings));
  }
  if (args.Has("output") && args.Get("output") != "-") {
    TRY(playbook::WriteWhole(args.Get("output"), text));
  } else {
    TRY(Print(text));
  }
  return report.errors() == 0 ? ExitCode::kDone : ExitCode::kFailed;
}

}  // namespace

extern constinit const VerbDef kPlaybookCoverage;
constinit const VerbDef kPlaybookCoverage = {
    .name = "playbook coverage",
    .usage = "playbook coverage [PAGE...] [flags]",
    .summary = "Show which analytics cover each adversary example, ATT&CK analytic and platform",
    .description =
        "Proven means by an analytic whose own cases were run just now and did as they say; "
        "claimed, "
        "by queries that are only parsed; blind, by nothing. An analytic names what it covers by "
        "its labels `ATT&CK` (AN1423, ...) and `Platforms`.",
    .flags = kCoverageFlags,
    .examples = kCoverageExamples,
    .words = "file",
    .run = RunCoverage,
};

extern constinit const VerbDef kPlaybookLayer;
constinit const VerbDef kPlaybookLayer = {
    .name = "playbook layer",
    .usage = "playbook layer --coverage [PAGE...]|--case DIR [flags]",
    .summary = "Write an ATT&CK Navigator layer of what pages cover, or of what a hunt found",
    .description =
        "Layer format 4.5, for https://mitre-attack.github.io/attack-navigator/. "
        "`tokentrail hunt -t attack-layer` prints the layer of its findings, too.",
    .flags = kLayerFlags,
    .examples = kLayerExamples,
    .words = "file",
    .run = RunLayer,
};

}  // namespace tokentrail::cli
