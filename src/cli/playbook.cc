// `tokentrail playbook`: hunt pages that live in git.

#include "cli/flag.h"
#include "cli/verb.h"

namespace tokentrail::cli {

std::span<const VerbDef* const> PlaybookVerbs();

namespace {

constexpr Example kExamples[] = {
    {"tokentrail playbook new T1550.001", "start a page for a technique"},
    {"tokentrail playbook update playbooks/T1528.md --attack enterprise-attack-18.1.json",
     "ATT&CK's newer text onto a page; what the team wrote stays byte for byte"},
    {"tokentrail playbook check playbooks/", "which analytics of the pages hold"},
    {"tokentrail playbook run shipped:T1528 exports/", "the queries of a page on evidence"},
    {"tokentrail playbook import old-page.md", "make a page that a team has ready for updates"},
};

}  // namespace

extern constinit const VerbDef kPlaybook;
constinit const VerbDef kPlaybook = {
    .name = "playbook",
    .usage = "playbook new|update|import|export|analytic|check|run|coverage|layer ... [flags]",
    .summary = "Write, check and run hunt pages: ATT&CK's text, the team's, and its analytics",
    .description =
        "A page is Markdown, one a technique. ATT&CK's blocks stand between markers and are "
        "rewritten by `update`; everything else belongs to the team. docs/playbook.md tells more.",
    .examples = kExamples,
    .verbs = PlaybookVerbs,
};

}  // namespace tokentrail::cli
