// Names of apps, chosen by whoever registers one.

#include "inventory/skeleton.h"

#include "fuzz/target.h"
#include "inventory/masquerade.h"

using namespace tokentrail;  // NOLINT: a fuzz target is one function

FUZZ_TARGET(Skeleton, "skeleton", input) {
  const inventory::Skeleton fast = inventory::SkeletonOf(input);
  const inventory::Skeleton slow = inventory::SlowSkeletonOf(input);
  // The short way for ASCII says what the long way says.
  CHECK(fast.whole == slow.whole && fast.plain == slow.plain && fast.signs == slow.signs);
  CHECK(fast.pieces.size() == slow.pieces.size());
  CHECK(fast.odd.invisible == slow.odd.invisible);
  CHECK(fast.odd.nothing_to_read == slow.odd.nothing_to_read);

  App app;
  app.platform = "entra";
  app.id = "a";
  app.name = input;
  Portfolio portfolio;
  portfolio.apps = {app};
  std::vector<AppSign> signs;
  inventory::ExamineName(app, inventory::NameBook(portfolio), signs);
  for (const AppSign& sign : signs) CHECK(!sign.words.empty());
}
