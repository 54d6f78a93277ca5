// Flags that every verb that loads rules takes.

#pragma once

#include "base/result.h"
#include "cli/flag.h"
#include "cli/verb.h"
#include "model/level.h"
#include "sigma/rule_set.h"

namespace tokentrail::cli {

inline constexpr FlagDef kIncludeTagFlag = {
    .name = "include-tag",
    .value = "TAG",
    .group = "Filtering",
    .summary =
        "only Sigma rules with this tag, such as attack.t1528 or 'attack.t1078*'; may repeat, "
        "one of them suffices"};
inline constexpr FlagDef kExcludeTagFlag = {.name = "exclude-tag",
                                            .value = "TAG",
                                            .group = "Filtering",
                                            .summary = "no Sigma rules with this tag; may repeat"};
inline constexpr FlagDef kStatusFlag = {
    .name = "status",
    .value = "STATUS",
    .group = "Filtering",
    .summary =
        "only Sigma rules of this status: stable, test, experimental, deprecated, "
        "unsupported; may repeat",
    .choices = "stable|test|experimental|deprecated|unsupported"};
inline constexpr FlagDef kPlaceholdersFlag = {
    .name = "placeholders",
    .value = "FILE",
    .group = "Filtering",
    .summary =
        "YAML map of names to a value or a list of values, which %name% in Sigma rules with "
        "`expand` stands for; may repeat",
    .completes = "file"};

/// `--FLAG TEXT` as a level.
Result<Level> ReadLevel(std::string_view flag, const std::string& text);

/// Takes --include-tag, --exclude-tag, --status, --placeholders into what settings gave: lists are
/// replaced, placeholders of the same name as well.
Result<Done> ReadRuleFlags(const Args& args, sigma::RuleChoice& choice,
                           sigma::Placeholders& placeholders);

}  // namespace tokentrail::cli
