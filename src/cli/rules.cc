// `tokentrail rules`: what can be done with Sigma rules beside hunting.

#include "cli/flag.h"
#include "cli/verb.h"

namespace tokentrail::cli {

std::span<const VerbDef* const> RulesVerbs();

namespace {

constexpr Example kExamples[] = {
    {"tokentrail rules check rules/", "which rules load, and what is wrong with the others"},
    {"tokentrail rules test rules/", "run the cases beside the rules"},
    {"tokentrail rules coverage -r rules/ exports/",
     "which rules fired on some evidence, which could, and which never can"},
};

}  // namespace

extern constinit const VerbDef kRules;
constinit const VerbDef kRules = {
    .name = "rules",
    .usage = "rules check|test|coverage PATH... [flags]",
    .summary = "Check Sigma rules, run their test cases, and see what they can find in evidence",
    .description =
        "A hunt runs the rules that come with the program, or those of `tokentrail hunt -r PATH`. "
        "docs/rules.md tells more of rules, "
        "docs/sigma.md of the parts of Sigma.",
    .examples = kExamples,
    .verbs = RulesVerbs,
};

}  // namespace tokentrail::cli
