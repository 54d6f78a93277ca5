// `tokentrail playbook new`: a blank page, with ATT&CK's text when a bundle is given.

#include <fmt/format.h>

#include "base/text.h"
#include "cli/flag.h"
#include "cli/playbook_pages.h"
#include "cli/terminal.h"
#include "playbook/attack_text.h"
#include "playbook/merge.h"
#include "playbook/new_page.h"

namespace tokentrail::cli {
namespace {

constexpr FlagDef kFlags[] = {
    kAttackFlag,
    kAttackVersionFlag,
    kSha256Flag,
    kOnlineFlag,
    kPageOutputFlag,
    kOverwriteFlag,
    kDateFlag,
    {.name = "name",
     .value = "NAME",
     .group = "General",
     .summary = "the technique's name for the title (default: what the bundle calls it)"},
};

constexpr Example kExamples[] = {
    {"tokentrail playbook new T1550.001", "a page without ATT&CK's text, to be pulled later"},
    {"tokentrail playbook new T1528 --attack enterprise-attack-18.1.json -o t1528.md",
     "a page with it"},
};

Result<ExitCode> Run(const Args& args) {
  if (args.words().size() != 1 || !playbook::IsTechniqueId(args.words()[0])) {
    return Error{ErrorKind::kInvalid, "name one technique, such as T1528 or T1550.001"};
  }
  const std::string& id = args.words()[0];
  std::string name = args.Get("name");
  if (name.find('\n') != std::string::npos) {
    return Error{ErrorKind::kInvalid, "--name can't have several lines"};
  }
  Report report;
  std::optional<playbook::Attack> attack;
  if (args.Has("attack")) {
    attack = TRY(LoadAttack(args, report));
    if (!attack) {
      PrintReport(report);
      return ExitCode::kFailed;
    }
    const playbook::Technique* technique = attack->Find(id);
    if (technique != nullptr && name.empty()) name = playbook::CleanName(technique->id.name);
  }
  std::string text = playbook::NewPage(id, name);
  if (attack) {
    const std::string path = args.Get("output", fmt::format("{}/{}.md", kPlaybooks, id));
    const auto page = playbook::ParsePage(path, text, report);
    if (!page) {
      PrintReport(report);
      return ExitCode::kFailed;
    }
    playbook::MergeOptions options;
    options.date = TRY(PullDay(args));
    playbook::Merged merged = TRY(playbook::Merge(*page, *attack, options));
    text = std::move(merged.text);
    for (const std::string& change : merged.changes) {
      if (change.find("revoked") != change.npos || change.find("deprecated") != change.npos) {
        PrintError("tokentrail: " + Printable(change) + "\n");
      }
    }
  }
  TRY(WriteOutput(args, fmt::format("{}/{}.md", kPlaybooks, id), text));
  return ExitCode::kDone;
}

}  // namespace

extern constinit const VerbDef kPlaybookNew;
constinit const VerbDef kPlaybookNew = {
    .name = "playbook new",
    .usage = "playbook new TECHNIQUE [--attack BUNDLE] [-o FILE] [flags]",
    .summary = "Start a hunt page for a technique",
    .description =
        "Writes playbooks/TECHNIQUE.md: ATT&CK's blocks, empty unless --attack gives a bundle, and "
        "the team's sections, blank. A page that exists is not written over.",
    .flags = kFlags,
    .examples = kExamples,
    .run = Run,
};

}  // namespace tokentrail::cli
