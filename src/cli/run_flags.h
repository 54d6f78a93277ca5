// Flags of every verb that reads evidence.

#pragma once

#include "base/result.h"
#include "cli/flag.h"
#include "cli/verb.h"
#include "pipeline/run.h"

namespace tokentrail::cli {

/// Of verbs that take evidence or the case of a hunt.
inline constexpr FlagDef kCaseFlag = {
    .name = "case",
    .value = "DIR",
    .group = "Input",
    .summary = "the case folder of a hunt (default, without EVIDENCE: the last one in this folder)",
    .completes = "directory"};
inline constexpr FlagDef kDateOrderFlag = {
    .name = "date-order",
    .value = "ORDER",
    .group = "Input",
    .summary = "how to read dates like 03/04/2026: mdy or dmy; without it they are left out",
    .choices = "mdy|dmy"};
inline constexpr FlagDef kRulesFlag = {
    .name = "rules",
    .letter = 'r',
    .value = "PATH",
    .group = "Input",
    .summary =
        "the Sigma rules in this file, folder or archive (.tar.zst, .zip, ...) instead of "
        "those that come with the program, which are called `shipped`; may repeat",
    .completes = "file"};
inline constexpr FlagDef kConfigFlag = {
    .name = "config",
    .value = "FILE",
    .group = "General",
    .summary = "settings of analytics and defaults, YAML; flags win over it",
    .completes = "file"};
inline constexpr FlagDef kThreadsFlag = {
    .name = "threads",
    .value = "N",
    .group = "General",
    .summary = "how many threads read and match (default: one a core)"};
inline constexpr FlagDef kMemoryFlag = {
    .name = "memory",
    .value = "SIZE",
    .group = "General",
    .summary = "events kept in memory before they go to disk, such as 512M (default: 512M)"};

/// What --config, --rules, the flags of rules_flags.h and app_flags.h, --date-order, --threads and
/// --memory say.
Result<pipeline::Config> ReadRunFlags(const Args& args);

/// The time that --`flag` names. A date alone means its first moment, or its last one when `end`.
Result<Time> ReadTimeFlag(std::string_view flag, const std::string& text, bool end);

}  // namespace tokentrail::cli
