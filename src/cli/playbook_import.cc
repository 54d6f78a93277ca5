// `tokentrail playbook import` and `export`: pages of other tools in, notebooks out and back.

#include <fmt/format.h>

#include <filesystem>

#include "base/text.h"
#include "cli/flag.h"
#include "cli/playbook_pages.h"
#include "cli/terminal.h"
#include "playbook/file.h"
#include "playbook/import_page.h"
#include "playbook/notebook.h"

namespace tokentrail::cli {
namespace {

namespace fs = std::filesystem;

constexpr FlagDef kDropOutputsFlag = {
    .name = "drop-outputs",
    .group = "Input",
    .summary = "leave out what code cells of a notebook printed (else it is an error)"};

constexpr FlagDef kImportFlags[] = {
    kDropOutputsFlag,
    {.name = "base",
     .value = "BUNDLE",
     .group = "Input",
     .summary = "the ATT&CK that the page was pulled from: parts that differ from it count as "
                "edited, and updates keep them",
     .completes = "file"},
    {.name = "attack-version",
     .value = "VERSION",
     .group = "Input",
     .summary = "the version of ATT&CK that the page has"},
    kPageOutputFlag,
    kOverwriteFlag,
};

constexpr Example kImportExamples[] = {
    {"tokentrail playbook import wiki/T1528.md --attack-version 11.2", "to playbooks/T1528.md"},
    {"tokentrail playbook import hunt.ipynb -o - | less", "what a notebook would become"},
};

constexpr FlagDef kExportFlags[] = {kDropOutputsFlag, kPageOutputFlag, kOverwriteFlag};

constexpr Example kExportExamples[] = {
    {"tokentrail playbook export playbooks/T1528.md", "to playbooks/T1528.ipynb"},
    {"tokentrail playbook export T1528.ipynb -o T1528.md", "and back, byte for byte"},
};

bool IsNotebookName(const std::string& path) { return Lower(path).ends_with(".ipynb"); }

Result<std::string> OneFile(const Args& args) {
  if (args.words().size() != 1) {
    return Error{ErrorKind::kInvalid, "name one page (.md) or notebook (.ipynb)"};
  }
  return args.words()[0];
}

ExitCode Failed(const Report& report) {
  PrintReport(report);
  PrintError("tokentrail: nothing was written\n");
  return ExitCode::kFailed;
}

std::optional<std::string> Markdown(const std::string& path, std::string text, const Args& args,
                                    Report& report) {
  if (!IsNotebookName(path)) return text;
  return playbook::FromNotebook(path, text, {.drop_outputs = args.Has("drop-outputs")}, report);
}

/// What a reader of the terminal wants to know of an import.
std::string Told(const playbook::Imported& imported) {
  if (imported.had_markers) return "its markers were there already; nothing was changed\n";
  std::string out = fmt::format("ATT&CK's: {}\n", fmt::join(imported.blocks, ", "));
  if (!imported.missing.empty()) {
    out += fmt::format("not found: {} (`playbook update --add-missing` puts them there)\n",
                       fmt::join(imported.missing, ", "));
  }
  if (!imported.edited.empty()) {
    out += fmt::format("edited since the pull, and kept by updates: {}\n",
                       fmt::join(imported.edited, ", "));
  }
  if (!imported.pulled.empty()) out += "last pulled " + imported.pulled + "\n";
  return out;
}

Result<ExitCode> RunImport(const Args& args) {
  const std::string path = TRY(OneFile(args));
  Report report;
  playbook::ImportOptions options;
  options.attack_version = args.Get("attack-version");
  std::optional<playbook::Attack> base;
  if (args.Has("base")) {
    base = playbook::ReadAttack(args.Get("base"), report);
    if (!base) return Failed(report);
    options.base = &*base;
    if (options.attack_version.empty()) options.attack_version = base->version;
  }
  auto text = Markdown(path, TRY(playbook::ReadWhole(path)), args, report);
  if (!text) return Failed(report);
  const auto imported = playbook::ImportPage(path, std::move(*text), options, report);
  if (!imported) return Failed(report);
  const auto page = playbook::ParsePage(path, imported->text, report);
  if (!page) return Failed(report);
  TRY(WriteOutput(args, fmt::format("{}/{}.md", kPlaybooks, page->technique), imported->text));
  PrintError(Told(*imported));
  return ExitCode::kDone;
}

Result<ExitCode> RunExport(const Args& args) {
  const std::string path = TRY(OneFile(args));
  Report report;
  std::string text = TRY(playbook::ReadWhole(path));
  const bool notebook = IsNotebookName(path);
  auto markdown = Markdown(path, std::move(text), args, report);
  if (!markdown) return Failed(report);
  const auto page = playbook::ParsePage(path, *markdown, report);
  if (!page) return Failed(report);
  const std::string target = fs::path(path).replace_extension(notebook ? ".md" : ".ipynb").string();
  if (notebook) {
    TRY(WriteOutput(args, target, page->text));
    return ExitCode::kDone;
  }
  const auto json = playbook::ToNotebook(*page, report);
  if (!json) return Failed(report);
  TRY(WriteOutput(args, target, *json));
  return ExitCode::kDone;
}

}  // namespace

extern constinit const VerbDef kPlaybookImport;
constinit const VerbDef kPlaybookImport = {
    .name = "playbook import",
    .usage = "playbook import FILE [--base BUNDLE] [-o FILE] [flags]",
    .summary = "Make a hunt page or notebook that a team has ready for updates",
    .description =
        "FILE is Markdown or a Jupyter notebook with headings such as `Technique Description`, "
        "`Platforms:` and `Adversarial usage:`. Markers are put around ATT&CK's parts; not a byte "
        "is changed or lost. Without --base these parts count as ATT&CK's own text, whatever was "
        "edited in them before.",
    .flags = kImportFlags,
    .examples = kImportExamples,
    .words = "file",
    .run = RunImport,
};

extern constinit const VerbDef kPlaybookExport;
constinit const VerbDef kPlaybookExport = {
    .name = "playbook export",
    .usage = "playbook export FILE [-o FILE] [flags]",
    .summary = "Turn a hunt page into a Jupyter notebook, or a notebook into a page",
    .description =
        "A page becomes a notebook of Markdown cells in the same order, ATT&CK's with the tag "
        "`attack`; the notebook becomes the same page again, byte for byte.",
    .flags = kExportFlags,
    .examples = kExportExamples,
    .words = "file",
    .run = RunExport,
};

}  // namespace tokentrail::cli
