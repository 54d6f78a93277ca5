#include "cli/evidence_case.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "analytic/analytic.h"
#include "base/text.h"
#include "cli/case_file.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/run_flags.h"
#include "cli/terminal.h"
#include "pipeline/run.h"

namespace tokentrail::cli {
namespace {

void SayLeftOut(const pipeline::Hunt& hunt, const EvidenceHunt& how) {
  const Ledger& ledger = hunt.summary.ledger;
  if (!how.verbose) {
    PrintError(fmt::format("tokentrail: {} records or files left out; `tokentrail hunt` says why\n",
                           Grouped(ledger.left_out_total())));
    return;
  }
  for (const auto& [reason, entry] : ledger.left_out()) {
    const std::string file = entry.first.file < hunt.files.size()
                                 ? hunt.files.at(entry.first.file).path
                                 : std::string();
    PrintError(fmt::format("left out: {} {} (first: {}:{})\n", Grouped(entry.count), reason,
                           Printable(file), entry.first.line));
  }
}

std::vector<std::string> EvidenceOf(const Args& args, const EvidenceHunt& how) {
  const std::vector<std::string>& words = args.words();
  return {words.begin() + static_cast<ptrdiff_t>(std::min(how.skip_words, words.size())),
          words.end()};
}

/// Hunts into a case of its own in `folder`.
Result<ExitCode> HuntInto(const std::string& folder, const Args& args, const EvidenceHunt& how) {
  pipeline::Config config = TRY(ReadRunFlags(args));
  config.inputs = EvidenceOf(args, how);
  config.store = false;
  config.case_folder = folder;
  config.command = {"tokentrail", std::string(how.verb)};
  if (how.bare) {
    config.rules.clear();
    config.policies.clear();
    for (const analytic::AnalyticDef* def : analytic::All()) config.disabled.emplace_back(def->id);
  }
  Report report;
  pipeline::Progress progress;
  std::unique_ptr<ProgressBar> bar;
  if (how.verbose && !args.Has("quiet") && IsTerminal(STDERR_FILENO)) {
    bar = std::make_unique<ProgressBar>(progress, TerminalOf(STDERR_FILENO, true).columns);
  }
  auto ran = pipeline::Run(config, report, progress, StopFlag());
  bar.reset();
  for (const Diagnostic& diagnostic : report.all()) PrintError(Format(diagnostic));
  const std::unique_ptr<pipeline::Hunt> hunt = TRY(std::move(ran));
  const bool left_out = hunt->summary.ledger.left_out_total() > 0;
  if (left_out && (how.verbose || !hunt->summary.interrupted)) SayLeftOut(*hunt, how);
  if (hunt->summary.interrupted) return ExitCode::kInterrupted;
  return left_out ? ExitCode::kLeftOut : ExitCode::kDone;
}

}  // namespace

Result<OpenedCase> OpenCase(const Args& args, const EvidenceHunt& how) {
  const bool evidence = !EvidenceOf(args, how).empty();
  if (args.Has("case") && evidence) {
    return Error{ErrorKind::kInvalid, "give either EVIDENCE or --case, not both"};
  }
  OpenedCase out;
  if (evidence) {
    out.scratch.emplace(TRY(ScratchFolder::Make()));
    out.folder = out.scratch->path() + "/case";
    out.ending = TRY(HuntInto(out.folder, args, how));
  } else {
    out.folder = args.Get("case");
    if (out.folder.empty()) out.folder = LastCase();
  }
  return out;
}

}  // namespace tokentrail::cli
