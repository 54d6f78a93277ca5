// `tokentrail policy`: a user's thresholds over apps.

#include "cli/flag.h"
#include "cli/verb.h"

namespace tokentrail::cli {

std::span<const VerbDef* const> PolicyVerbs();

namespace {

constexpr Example kExamples[] = {
    {"tokentrail policy list", "the policies that come with the program"},
    {"tokentrail policy check policies/", "what is wrong with one's own, with line and column"},
    {"tokentrail policy backtest many-requests exports/ --sweep requests.people=2..20",
     "what a threshold would have found, and when"},
};

}  // namespace

extern constinit const VerbDef kPolicy;
constinit const VerbDef kPolicy = {
    .name = "policy",
    .usage = "policy list|show|check|test|backtest [flags]",
    .summary = "Thresholds over apps: list, check and test policies, and try them on the past",
    .description =
        "Active policies make findings in every hunt. `tokentrail hunt --policies PATH` adds to or "
        "replaces those that come with the program; docs/policies.md tells how to write them.",
    .examples = kExamples,
    .verbs = PolicyVerbs,
};

}  // namespace tokentrail::cli
