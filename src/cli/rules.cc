// `tokentrail rules`: what can be done with Sigma rules without evidence at hand.

#include "cli/flag.h"
#include "cli/verb.h"

namespace tokentrail::cli {

std::span<const VerbDef* const> RulesVerbs();

namespace {

constexpr Example kExamples[] = {
    {"tokentrail rules check rules/", "which rules load, and what is wrong with the others"},
    {"tokentrail rules test rules/", "run the cases beside the rules"},
};

}  // namespace

extern constinit const VerbDef kRules;
constinit const VerbDef kRules = {
    .name = "rules",
    .usage = "rules check|test PATH... [flags]",
    .summary = "Check Sigma rules, and run their test cases",
    .description =
        "To hunt with rules, use `tokentrail hunt -r PATH`. docs/rules.md tells more of rules, "
        "docs/sigma.md of the parts of Sigma.",
    .examples = kExamples,
    .verbs = RulesVerbs,
};

}  // namespace tokentrail::cli
