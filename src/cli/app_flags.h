// Flags of every verb that judges apps: what the user knows of them.

#pragma once

#include "base/result.h"
#include "cli/flag.h"
#include "inventory/appraise.h"
#include "model/app.h"
#include "pipeline/run.h"

namespace tokentrail::cli {

inline constexpr FlagDef kFeedFlag = {
    .name = "feed",
    .value = "FILE",
    .group = "Input",
    .summary =
        "a list of known apps, malicious, risky or the platforms' own: OAuthSentry CSV, "
        "RogueApps JSON, or ids; may repeat",
    .completes = "file"};
inline constexpr FlagDef kListingsFlag = {
    .name = "listings",
    .value = "FILE",
    .group = "Input",
    .summary = "categories of apps by a marketplace, CSV; may repeat",
    .completes = "file"};
inline constexpr FlagDef kPeopleFlag = {.name = "people",
                                        .value = "FILE",
                                        .group = "Input",
                                        .summary = "a CSV of people: user, department, title, manager, roles; shows who authorised an "
               "app, and whether they are of one department",
                                        .completes = "file"};
inline constexpr FlagDef kAppStatesFlag = {.name = "app-states",
                                           .value = "FILE",
                                           .group = "Input",
                                           .summary = "apps you approved or banned, CSV",
                                           .completes = "file"};
inline constexpr FlagDef kWeightsFlag = {
    .name = "weights",
    .value = "FILE",
    .group = "Input",
    .summary = "points of the risk score instead of ours, see docs/risk.md",
    .completes = "file"};

/// Takes them into what settings gave: lists are replaced.
void ReadAppFlags(const Args& args, pipeline::Config& config);

/// Judges the apps of a case anew, as the flags and --config say.
Result<Done> AppraiseAnew(const pipeline::Config& config, Portfolio& portfolio);

}  // namespace tokentrail::cli
