// What the verbs of `tokentrail playbook` share: pages by name, ATT&CK by name, what is printed.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/report.h"
#include "base/result.h"
#include "cli/flag.h"
#include "cli/verb.h"
#include "playbook/page.h"
#include "playbook/stix.h"

namespace tokentrail::cli {

/// Where pages stand when nobody says otherwise.
inline constexpr std::string_view kPlaybooks = "playbooks";

inline constexpr FlagDef kAttackFlag = {
    .name = "attack",
    .value = "BUNDLE",
    .group = "Input",
    .summary =
        "ATT&CK as STIX 2.0 or 2.1: a file, a folder of objects, an https address, or "
        "`latest`; the last two with --online only",
    .completes = "file"};
inline constexpr FlagDef kAttackVersionFlag = {
    .name = "attack-version",
    .value = "VERSION",
    .group = "Input",
    .summary = "the version of ATT&CK, when neither the bundle nor its file's name tells"};
inline constexpr FlagDef kSha256Flag = {
    .name = "sha256",
    .value = "HEX",
    .group = "Input",
    .summary = "refuse a bundle whose bytes have another SHA-256"};
inline constexpr FlagDef kOnlineFlag = {
    .name = "online",
    .group = "Input",
    .summary =
        "allow a download of the bundle (by the program curl); else nothing leaves this "
        "machine"};
inline constexpr FlagDef kDateFlag = {
    .name = "date",
    .value = "DATE",
    .group = "General",
    .summary = "the day of the pull, such as 2026-01-31 (default: today, UTC)"};
inline constexpr FlagDef kPageOutputFlag = {.name = "output",
                                            .letter = 'o',
                                            .value = "FILE",
                                            .group = "Output",
                                            .summary = "where to write; `-` is standard output",
                                            .completes = "file"};
inline constexpr FlagDef kOverwriteFlag = {
    .name = "overwrite", .group = "Output", .summary = "write over a file that exists"};
inline constexpr FlagDef kDryRunFlag = {
    .name = "dry-run",
    .group = "Output",
    .summary = "print what would change as a unified diff, and write nothing"};

/// The ATT&CK that --attack names; nothing, with the report saying why, when it can't be read.
Result<std::optional<playbook::Attack>> LoadAttack(const Args& args, Report& report,
                                                   std::string_view flag = "attack");

/// --date, or today.
Result<std::string> PullDay(const Args& args);

/// The files that words name: pages, and the pages of folders (files called `T1528.md`); without
/// words those of ./playbooks. Each once, in the order of their paths below folders.
Result<std::vector<std::string>> PagePaths(const std::vector<std::string>& words);

/// All complaints to standard error.
void PrintReport(const Report& report);

/// A diff of a page to standard output, safe for terminals.
Result<Done> PrintDiff(const std::string& path, std::string_view before, std::string_view after);

/// Writes to --output or, without it, to `otherwise`; says where.
Result<Done> WriteOutput(const Args& args, const std::string& otherwise, std::string_view bytes);

}  // namespace tokentrail::cli
