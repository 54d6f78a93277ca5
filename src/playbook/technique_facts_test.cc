// What an update says about a technique, from the lists on both sides.

#include "playbook/technique_facts.h"

#include <gtest/gtest.h>

namespace tokentrail::playbook {
namespace {

using Bodies = std::map<std::string, std::string, std::less<>>;
using Lines = std::vector<std::string>;

Lines Tell(const Bodies& before, const Bodies& after, const Attack& attack = {},
           const Technique& technique = {}) {
  return TellChanges(ReadFacts(before), ReadFacts(after), attack, technique);
}

const std::string kPlatforms = "### Platforms:\n\n* SaaS\n";

TEST(PlaybookFacts, NamesDifferInMoreThanCaseAndHyphens) {
  EXPECT_EQ(Tell({{"tactics", "### Tactics:\n\n  *   Credential-Access\n"}},
                 {{"tactics", "### Tactics:\n\n* [Credential Access](https://x/y) (TA0006)\n"}}),
            Lines{});
}

TEST(PlaybookFacts, OtherNamesUnderOneId) {
  EXPECT_EQ(Tell({{"platforms", kPlatforms},
                  {"tactics", "* [Quiet](https://x) (TA9001)\n"},
                  {"data-sources", "* **Yard** ([DS9001](https://x))\n  * **Door**: open\n"},
                  {"adversarial-usage",
                   "| A | K |\n|---|---|\n| [Gang](https://x/groups/G9001) | group G9001 |\n"}},
                 {{"platforms", kPlatforms},
                  {"tactics", "* [Silent](https://x) (TA9001)\n"},
                  {"data-sources", "* **Garden** ([DS9001](https://x))\n  * **Door**: open\n"},
                  {"adversarial-usage",
                   "| A | K |\n|---|---|\n| [Crew](https://x/groups/G9001) | group G9001 |\n"}}),
            (Lines{"tactic TA9001 'Quiet' is now called 'Silent'",
                   "data source DS9001 'Yard' is now called 'Garden'",
                   "adversary G9001 'Gang' is now called 'Crew'"}));
}

TEST(PlaybookFacts, ATacticIsSplitOnlyWhenAttackNoLongerHasIt) {
  const Bodies before = {{"tactics", "* Old\n"}};
  const Bodies after = {{"tactics", "* New One\n* New Two\n"}};
  Attack attack;
  attack.tactics = {{"TA1", "New One"}, {"TA2", "New Two"}};
  EXPECT_EQ(Tell(before, after, attack),
            Lines{"tactic 'Old' was split: the technique is now under New One, New Two"});
  attack.tactics.emplace("TA3", "Old");
  EXPECT_EQ(Tell(before, after, attack),
            (Lines{"no longer under the tactic 'Old'", "now under the tactic 'New One'",
                   "now under the tactic 'New Two'"}));
}

TEST(PlaybookFacts, OlderPagesNameComponentsBehindTheirSource) {
  const TechniqueFacts facts = ReadFacts(
      {{"data-sources", "### Data Sources:\n\n  * **User Account:** Creation, Modification\n"}});
  EXPECT_EQ(facts.sources.size(), 1u);
  EXPECT_EQ(facts.components.size(), 2u);
}

TEST(PlaybookFacts, APageThatWasNeverPulledHasNothingToCompare) {
  EXPECT_EQ(Tell({{"platforms", "### Platforms:\n\n*Not pulled yet.*\n"}},
                 {{"platforms", kPlatforms}, {"tactics", "* Quiet\n"}}),
            Lines{});
}

TEST(PlaybookFacts, MergedTechniquesAreToldOnce) {
  const std::string none = "text\n\n*Version 1.0 of the technique, changed 2024-01-01.*\n";
  const std::string one =
      "text\n\n*Version 1.0 of the technique, changed 2024-01-01. Replaces [T1997](https://x) "
      "L.*\n";
  EXPECT_EQ(Tell({{"technique-description", none}}, {{"technique-description", one}}),
            Lines{"merged into this technique: T1997"});
  EXPECT_EQ(Tell({{"technique-description", one}}, {{"technique-description", one}}), Lines{});
}

}  // namespace
}  // namespace tokentrail::playbook
