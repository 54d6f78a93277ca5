// JSON that a page is made of: ATT&CK's bundles, and notebooks.

#include "fuzz/target.h"
#include "playbook/attack_blocks.h"
#include "playbook/json_place.h"
#include "playbook/notebook.h"
#include "playbook/page.h"
#include "playbook/stix.h"

using namespace tokentrail;            // NOLINT: a fuzz target is one function
using namespace tokentrail::playbook;  // NOLINT

FUZZ_TARGET(PlaybookJson, "playbook_json", input) {
  Report report;
  JsonFault fault;
  if (FindJsonFault(input, fault)) CHECK(fault.at <= input.size() && !fault.what.empty());
  if (const auto attack = ParseAttack("b.json", input, report)) {
    for (const auto& [id, technique] : attack->techniques) {
      for (const AttackBlock& block : RenderAttack(*attack, technique)) {
        // Whatever the bundle says, the block ends where it should.
        Report damage;
        const auto page = ParsePage(
            "p.md", "# T1999 x\n\n" + WriteBlock(block.name, block.body, "\n") + "\nours\n",
            damage);
        CHECK(page.has_value() && page->attack.size() == 1);
        CHECK(!IsEdited(*page, page->attack[0]));
        CHECK(std::string_view(page->text).substr(page->attack[0].range.end) == "\nours\n");
      }
    }
  } else {
    CHECK(report.errors() > 0);
  }
  Report notebook;
  if (!FromNotebook("n.ipynb", input, {}, notebook)) CHECK(notebook.errors() > 0);
}
