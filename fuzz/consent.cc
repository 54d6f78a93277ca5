// The text of a consent, whose scope names are the app maker's own words.

#include "source/consent.h"

#include "base/text.h"
#include "fuzz/target.h"

using namespace tokentrail;  // NOLINT: a fuzz target is one function

FUZZ_TARGET(Consent, "consent", input) {
  Arena arena;
  const source::Consent consent = source::ParseConsent(input);
  const source::ConsentSets sets = source::Summarise(consent, arena);
  // What was added is granted now; what was removed was granted before.
  for (const std::string_view scope : Split(sets.added, " ")) CHECK(SetHas(sets.scopes, scope));
  for (const std::string_view scope : Split(sets.removed, " ")) {
    CHECK(SetHas(sets.scopes_old, scope));
  }
  if (consent.empty()) CHECK(sets.scopes.empty() && sets.grants.empty());
}
