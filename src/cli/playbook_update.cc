// `tokentrail playbook update`: ATT&CK's new text onto pages, and what it changes.

#include <fmt/format.h>

#include <map>

#include "base/text.h"
#include "cli/flag.h"
#include "cli/playbook_pages.h"
#include "cli/terminal.h"
#include "playbook/diff.h"
#include "playbook/file.h"
#include "playbook/merge.h"
#include "sink/json_writer.h"

namespace tokentrail::cli {
namespace {

constexpr FlagDef kFlags[] = {
    kAttackFlag,
    kAttackVersionFlag,
    kSha256Flag,
    kOnlineFlag,
    {.name = "take-theirs",
     .group = "Merging",
     .summary = "ATT&CK's text over all edits made by hand"},
    {.name = "theirs",
     .value = "BLOCK",
     .group = "Merging",
     .summary = "ATT&CK's text over the edit of this block; may repeat"},
    {.name = "ours",
     .value = "BLOCK",
     .group = "Merging",
     .summary = "keep the edit of this block and count its conflict as settled; may repeat"},
    {.name = "add-missing",
     .group = "Merging",
     .summary = "put blocks back that a page no longer has"},
    {.name = "allow-older",
     .group = "Merging",
     .summary = "take a bundle older than what a page has"},
    kDryRunFlag,
    {.name = "output-type",
     .letter = 't',
     .value = "TYPE",
     .group = "Output",
     .summary = "text (default), or json with both texts of every conflict",
     .choices = "text|json"},
    kDateFlag,
};

constexpr Example kExamples[] = {
    {"tokentrail playbook update --attack enterprise-attack-18.1.json", "all pages in playbooks/"},
    {"tokentrail playbook update playbooks/T1528.md --attack enterprise-attack.json --dry-run",
     "what would change"},
    {"tokentrail playbook update playbooks/T1528.md --attack latest --online",
     "with the newest ATT&CK, from MITRE's repository"},
};

using playbook::BlockMerge;
using playbook::Merged;
using playbook::MergeOutcome;

struct PageUpdate {
  playbook::Page page;
  Merged merged;

  bool changed() const { return merged.text != page.text; }
};

std::string VersionText(const Merged& merged) {
  const auto shown = [](const std::string& version) {
    return version.empty() ? std::string("unknown version") : version;
  };
  if (merged.from_version == merged.to_version) return "ATT&CK " + shown(merged.to_version);
  return fmt::format("ATT&CK {} -> {}", merged.from_version.empty() ? "none" : merged.from_version,
                     shown(merged.to_version));
}

/// `updated   tactics, platforms`: one line an outcome.
std::string Outcomes(const Merged& merged) {
  std::map<MergeOutcome, std::vector<std::string_view>> by_outcome;
  for (const BlockMerge& one : merged.blocks) {
    if (one.outcome != MergeOutcome::kConflict) by_outcome[one.outcome].push_back(one.name);
  }
  std::string out;
  for (const auto& [outcome, names] : by_outcome) {
    out += fmt::format("  {:<9} {}", Name(outcome), fmt::join(names, ", "));
    if (outcome == MergeOutcome::kEdited) out += " (by hand, and kept; ATT&CK did not change it)";
    if (outcome == MergeOutcome::kMissing) out += " (not on the page; --add-missing puts it there)";
    out += '\n';
  }
  return out;
}

std::string Conflict(const PageUpdate& update, const BlockMerge& block) {
  std::string out = fmt::format(
      "  conflict  {}: {}:{}: edited by hand, and changed by ATT&CK; kept as it is\n"
      "            --theirs {} takes ATT&CK's text, --ours {} settles for the page's\n",
      block.name, Printable(update.page.file), block.line, block.name, block.name);
  const std::string diff =
      playbook::UnifiedDiff(block.page_text, block.new_text, "the page's", "ATT&CK's");
  for (const std::string_view line : Split(diff, "\n")) {
    out += "            " + Printable(line) + '\n';
  }
  return out;
}

std::string Text(const std::vector<PageUpdate>& updates) {
  std::string out;
  for (const PageUpdate& update : updates) {
    out += fmt::format("{}: {} {}\n", Printable(update.page.file), update.page.technique,
                       VersionText(update.merged));
    if (!update.changed() && update.merged.conflicts == 0) {
      out += "  up to date\n";
    }
    out += Outcomes(update.merged);
    for (const BlockMerge& one : update.merged.blocks) {
      if (one.outcome == MergeOutcome::kConflict) out += Conflict(update, one);
    }
    if (!update.merged.changes.empty()) out += "  changed in the technique:\n";
    for (const std::string& change : update.merged.changes) {
      out += "    - " + Printable(change) + '\n';
    }
    if (!update.merged.changes.empty() && update.merged.conflicts > 0) {
      out += "    (of blocks in conflict: against the text as it was edited)\n";
    }
  }
  return out;
}

std::string Json(const std::vector<PageUpdate>& updates, bool dry) {
  std::string out;
  sink::JsonWriter json(out, 2);
  json.BeginObject().Member("written", !dry).Key("pages").BeginArray();
  for (const PageUpdate& update : updates) {
    const Merged& merged = update.merged;
    json.BeginObject().Member("file", update.page.file);
    json.Member("technique", update.page.technique);
    json.Member("attack_from", merged.from_version).Member("attack_to", merged.to_version);
    json.Member("changed", update.changed()).Member("conflicts", uint64_t{merged.conflicts});
    json.Key("blocks").BeginArray();
    for (const BlockMerge& one : merged.blocks) {
      json.BeginObject().Member("name", one.name).Member("outcome", Name(one.outcome));
      json.Member("line", one.line);
      if (one.outcome == MergeOutcome::kConflict) {
        json.Member("page", one.page_text).Member("attack", one.new_text);
      }
      json.EndObject();
    }
    json.EndArray().Key("changes").BeginArray();
    for (const std::string& change : merged.changes) json.Text(change);
    json.EndArray().EndObject();
  }
  json.EndArray().EndObject();
  return out + '\n';
}

playbook::MergeOptions ReadOptions(const Args& args, std::string date) {
  playbook::MergeOptions out;
  out.date = std::move(date);
  out.take_theirs = args.Has("take-theirs");
  out.add_missing = args.Has("add-missing");
  out.allow_older = args.Has("allow-older");
  for (const std::string& block : args.All("theirs")) out.theirs.insert(block);
  for (const std::string& block : args.All("ours")) out.ours.insert(block);
  return out;
}

Result<ExitCode> Run(const Args& args) {
  const auto paths = TRY(PagePaths(args.words()));
  const playbook::MergeOptions options = ReadOptions(args, TRY(PullDay(args)));
  for (const std::string& block : options.ours) {
    if (options.theirs.contains(block)) {
      return Error{ErrorKind::kInvalid, fmt::format("--theirs and --ours both name '{}'", block)};
    }
  }
  Report report;
  std::vector<PageUpdate> updates;
  for (const std::string& path : paths) {
    if (auto page = playbook::ReadPage(path, report)) updates.push_back({std::move(*page), {}});
  }
  const auto attack = TRY(LoadAttack(args, report));
  if (!attack || report.errors() != 0) {
    PrintReport(report);
    PrintError("tokentrail: nothing was written\n");
    return ExitCode::kFailed;
  }
  if (attack->version.empty()) {
    PrintError(
        fmt::format("tokentrail: neither the bundle nor its name tells the version of "
                    "ATT&CK (newest change {}); --attack-version says it\n",
                    Printable(attack->newest)));
  }
  // All pages or none.
  size_t conflicts = 0;
  for (PageUpdate& update : updates) {
    update.merged = TRY(playbook::Merge(update.page, *attack, options));
    conflicts += update.merged.conflicts;
  }
  const bool dry = args.Has("dry-run");
  for (const PageUpdate& update : updates) {
    if (!update.changed()) continue;
    if (!dry) {
      TRY(playbook::WriteWhole(update.page.file, update.merged.text));
    } else if (args.Get("output-type", "text") == "text") {
      TRY(PrintDiff(update.page.file, update.page.text, update.merged.text));
    }
  }
  if (args.Get("output-type", "text") == "json") {
    TRY(Print(Json(updates, dry)));
  } else if (dry) {
    PrintError(Text(updates));
  } else {
    TRY(Print(Text(updates)));
  }
  return conflicts == 0 ? ExitCode::kDone : ExitCode::kLeftOut;
}

}  // namespace

extern constinit const VerbDef kPlaybookUpdate;
constinit const VerbDef kPlaybookUpdate = {
    .name = "playbook update",
    .usage = "playbook update [PAGE...] --attack BUNDLE [--dry-run] [flags]",
    .summary = "Bring ATT&CK's blocks of hunt pages up to date",
    .description =
        "A three-way merge, block by block: what ATT&CK wrote last is replaced by what it writes "
        "now, what somebody edited between the markers is kept and said, and nothing outside of "
        "them is touched. PAGE is a page or a folder of them (default: playbooks/). Exit code: 0 "
        "done, 1 a page or the bundle is broken and nothing was written, 3 conflicts were kept.",
    .flags = kFlags,
    .examples = kExamples,
    .words = "file",
    .run = Run,
};

}  // namespace tokentrail::cli
